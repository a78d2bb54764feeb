"""Every refusal and every error is a problem document of one shape."""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from conftest import Client, TokenMaker

from app import DepotApp
from depot import errors
from depot.errors import FieldError, Refusal
from models import Role
from routes.problems import PROBLEM_JSON, problem, refused, status_of


def every_refusal(kind: type[Refusal] = Refusal) -> list[type[Refusal]]:
    return [found for child in kind.__subclasses__() for found in (child, *every_refusal(child))]


@pytest.mark.parametrize("kind", every_refusal(), ids=lambda kind: kind.__name__)
def test_every_refusal_has_a_status_and_says_what_to_do(kind: type[Refusal]) -> None:
    assert status_of(kind) == 300 or 400 <= status_of(kind) <= 599
    assert (kind.__doc__ or "").strip().endswith((".", ")"))


def test_a_refusal_without_a_row_is_found_out() -> None:
    with pytest.raises(KeyError):
        status_of(Refusal)


@pytest.mark.parametrize(
    ("refusal", "status", "type_"),
    [
        (errors.NotEnough(available=3), 409, "urn:depot:problem:not-enough"),
        (errors.StepLacks(allowed_actions=[]), 409, "urn:depot:problem:step-lacks"),
        (errors.NoPasscode(), 404, "urn:depot:problem:no-passcode"),
        (errors.Stale(), 412, "urn:depot:problem:stale"),
        (errors.DiskFull(), 507, "urn:depot:problem:disk-full"),
    ],
)
def test_a_refusal_becomes_its_problem(refusal: Refusal, status: int, type_: str) -> None:
    answer = refused(refusal)

    assert (answer.status_code, answer.mimetype) == (status, PROBLEM_JSON)
    assert answer.get_json(force=True) == {
        **refusal.facts,
        "type": type_,
        "title": type_.rpartition(":")[2].replace("-", " ").capitalize(),
        "status": status,
        "detail": refusal.message,
    }


@pytest.mark.parametrize(
    ("fact", "written"),
    [
        (Decimal("3.000"), 3),
        (Decimal("2.5"), "2.5"),
        (date(2026, 12, 1), "2026-12-01"),
        (datetime(2026, 12, 1, 8, tzinfo=UTC), "2026-12-01T08:00:00Z"),
        (Role.MANAGER, "manager"),
        ({"b", "a"}, ["a", "b"]),
        ([{"amount": Decimal(1)}], [{"amount": 1}]),
    ],
)
def test_facts_of_any_kind_are_members(fact: Any, written: Any) -> None:
    assert refused(errors.Conflict(fact=fact)).get_json(force=True)["fact"] == written


def test_no_fact_hides_a_standard_member() -> None:
    answer = problem(409, "Conflict", "why", facts={"status": "received", "state": "received"})

    assert answer.get_json(force=True)["status"] == 409


def test_field_errors_are_pointers() -> None:
    refusal = errors.Invalid([FieldError("/device/serial_number", "Too long.")])

    assert refused(refusal).get_json(force=True)["errors"] == [
        {"pointer": "/device/serial_number", "detail": "Too long."}
    ]


@pytest.mark.parametrize(
    ("send", "status"),
    [
        ({"data": "{", "content_type": "application/json"}, 400),
        ({"data": b"\xff", "content_type": "application/json"}, 400),
        ({"data": '{"name": NaN}', "content_type": "application/json"}, 400),
        ({"data": '{"name": ' + "1" * 5000 + "}", "content_type": "application/json"}, 400),
        ({"data": "[" * 100_000, "content_type": "application/json"}, 400),
        ({"data": "name=x", "content_type": "application/x-www-form-urlencoded"}, 415),
        ({"data": '{"name": "x"}', "content_type": "text/plain"}, 415),
        ({"json": {"name": "x" * 201}}, 422),
        ({"json": {"name": "x", "nmae": "y"}}, 422),
        ({"json": []}, 422),
        ({"json": "x"}, 422),
        ({}, 422),
        ({"json": {"name": "a\u0000b"}}, 422),
        ({"json": {"name": "a\ud800b"}}, 422),
        ({"json": {"name": 5}}, 422),
        ({"json": {"name": "x"}, "headers": {"Accept": "text/csv"}}, 406),
        ({"data": b"x" * (13 * 1024 * 1024), "content_type": "application/json"}, 413),
    ],
)
def test_a_bad_request_is_told_what_is_wrong_with_it(
    client: Client, token: TokenMaker, send: dict[str, Any], status: int
) -> None:
    answer = client.send("POST", "/people", token=token(), expect=status, **send)

    assert answer.mimetype == PROBLEM_JSON
    assert answer.json["status"] == status
    assert answer.json["detail"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [({"name": ""}, "/name"), ({}, "/name"), ({"name": "x", "a/b~c": 1}, "/a~1b~0c"), ([], "")],
)
def test_an_error_points_at_its_field(client: Client, token: TokenMaker, body: Any, pointer: str) -> None:
    answer = client.send("POST", "/people", json=body, token=token(), expect=422)

    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


@pytest.mark.parametrize(
    "query", ["limit=201", "limit=0", "limit=1.0", "limit=x", "cursor=x", "unknown=1", "limit=%00"]
)
def test_a_bad_query_does_not_validate(client: Client, token: TokenMaker, query: str) -> None:
    answer = client.get(f"/people?{query}", token=token(), expect=422)

    assert answer.json["errors"][0]["pointer"] == "/" + query.partition("=")[0]


def test_a_view_without_a_query_takes_none(client: Client, token: TokenMaker) -> None:
    client.get("/people/1?verbose=1", token=token(), expect=422)


@pytest.mark.parametrize("path", ["/people/999", "/people/99999999999999999999", "/people/0", "/nothing", "/people/x"])
def test_what_is_not_there_is_404(client: Client, token: TokenMaker, path: str) -> None:
    assert client.get(path, token=token(), expect=404).mimetype == PROBLEM_JSON


def test_a_405_says_what_is_allowed(client: Client, token: TokenMaker) -> None:
    answer = client.send("DELETE", "/people", token=token(), expect=405)

    assert {"GET", "POST"} <= set(answer.headers["Allow"].split(", "))


@pytest.mark.parametrize("header", [None, "", "Bearer", "Bearer ", "Bearer nonsense", "Basic eDp5", "Bearer \u00e9"])
def test_without_a_good_token_it_is_401(client: Client, header: str | None) -> None:
    headers = {} if header is None else {"Authorization": header}

    answer = client.get("/people", headers=headers, expect=401)

    assert answer.headers["WWW-Authenticate"] == "Bearer"


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_the_role_is_checked_before_the_body(client: Client, token: TokenMaker, role: Role) -> None:
    answer = client.post("/people", {"nonsense": True}, token=token(role), expect=403)

    assert answer.json["roles"] == ["admin"]


def test_what_nobody_foresaw_is_logged_and_not_told(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def view(**_: Any) -> None:
        raise RuntimeError("the inside of the machine")

    monkeypatch.setitem(app.view_functions, "people.list_people", view)
    answer = client.get("/people", token=token(), expect=500)

    assert "inside of the machine" not in answer.text
    assert "inside of the machine" in caplog.text


def test_an_error_page_is_safe_to_open(client: Client) -> None:
    headers = client.get("/people", expect=401).headers

    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "default-src 'self'" in headers["Content-Security-Policy"]
