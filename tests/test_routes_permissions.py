"""Every endpoint against every role: who may is let past the role check, who may not is told who may."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from conftest import Client, TokenMaker

from app import DepotApp
from depot.permissions import OPERATIONS, may, roles_for
from models import Role

ROLES = [role.value for role in Role]

AS_PUBLISHED = {
    "announce receive": "service_desk manager integration",
    "refuse decide hand-over cancel pay mark-unclaimed": "service_desk manager",
    "start-inspection diagnose request-part replace-part": "technician manager",
    "start-repair finish-repair reinspect summarize see-passcode": "technician manager",
    "test": "technician manager integration",
    "change-customers change-devices": "service_desk manager",
    "attach": "service_desk technician manager integration",
    "reopen new-facts reassign correct": "service_desk technician manager",
    "read read-stock": "service_desk technician logistics manager integration",
    "change-stock change-entitlements": "logistics manager",
    "create-entitlements": "logistics manager integration",
    "lend take-back": "service_desk logistics manager",
    "adjust override waive dispose settle-loaner change-codes change-test-sheets": "manager",
    "change-printers": "manager",
    "print": "service_desk technician logistics manager integration",
    "change-people change-tokens change-depots expire": "",
}  # fmt: skip
"""The table of the published contract, written down a second time by hand."""


def endpoints(app: DepotApp) -> Iterator[tuple[str, str, str]]:
    """Each API endpoint: method, a path with something in every place, operation."""
    for rule in app.url_map.iter_rules():
        operation = getattr(app.view_functions[rule.endpoint], "operation", None)
        if operation is not None:
            path = re.sub(r"<int:\w+>", "1", rule.rule).removeprefix("/api/v1")
            for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}:
                yield method, re.sub(r"<[^>]+>", "symptom", path), operation


@pytest.mark.parametrize("role", ROLES)
def test_each_endpoint_lets_in_the_roles_of_its_row_and_no_other(
    app: DepotApp, client: Client, token: TokenMaker, role: str
) -> None:
    secret = token(role)

    for method, path, operation in endpoints(app):
        response = app.test_client().open(
            f"/api/v1{path}", method=method, headers={"Authorization": f"Bearer {secret}"}, json={"nonsense": 1}
        )
        allowed = may(Role(role), operation)
        assert (response.status_code == 403) is not allowed, (method, path, operation, response.text)
        if not allowed:
            assert response.get_json()["roles"] == roles_for(operation)


@pytest.mark.parametrize(("operations", "roles"), AS_PUBLISHED.items())
def test_the_table_says_what_the_contract_says(operations: str, roles: str) -> None:
    for operation in operations.split():
        assert OPERATIONS[operation] == {Role.ADMIN, *map(Role, roles.split())}


def test_nobody_gets_in_without_a_token(app: DepotApp, client: Client) -> None:
    for method, path, _ in endpoints(app):
        response = app.test_client().open(f"/api/v1{path}", method=method)
        assert response.status_code == 401, (method, path)
        assert response.headers["WWW-Authenticate"] == "Bearer"
