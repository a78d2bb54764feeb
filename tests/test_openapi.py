"""The OpenAPI document: it is valid, it says everything of every operation, and the service does what it says."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk
from document import Operation, operations, properties, read_document, resolved
from openapi_spec_validator import validate

from app import DepotApp
from depot.permissions import OPERATIONS, roles_for
from models import NAME_LENGTH, TEXT_LENGTH

PROBLEM_JSON = "application/problem+json"
READING = {"401", "403", "404", "406", "422", "500", "503", "default"}
WRITING = READING | {"400", "409", "412", "413", "415", "507"}
FILES = {
    "label.svg": "image/svg+xml",
    "label.png": "image/png",
    "label.pdf": "application/pdf",
    "label.zpl": "application/zpl",
    "intake-receipt.pdf": "application/pdf",
    "repair-receipt.pdf": "application/pdf",
}
NEVER_STORED = {"create_token", "see_passcode", "labels_pdf", "labels_zpl"}
"""Operations whose answer holds a secret, or that change nothing: no Idempotency-Key keeps it."""

each_operation = pytest.mark.parametrize("operation", operations(), ids=lambda operation: operation.label)
each_body = pytest.mark.parametrize(
    "operation", [each for each in operations() if each.body()], ids=lambda operation: operation.label
)
on_sqlite = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


def members(says: Mapping[str, Any]) -> Mapping[str, Any]:
    """The members of a JSON answer."""
    found: Mapping[str, Any] = resolved(says["content"].get("application/json", {}).get("schema", {}))
    return found.get("properties", {})


def test_the_document_is_valid() -> None:
    document = read_document()

    validate(document)
    assert document["openapi"].startswith("3.1.")


def test_every_operation_has_an_id_of_its_own() -> None:
    ids = Counter(operation.says["operationId"] for operation in operations())

    assert [name for name, count in ids.items() if count > 1 or not name.isidentifier()] == []


@each_operation
def test_an_operation_says_what_it_does_and_for_whom(operation: Operation) -> None:
    assert 0 < len(operation.says["summary"]) <= 200
    assert operation.says["x-operation"] in OPERATIONS
    assert "Roles: " + ", ".join(roles_for(operation.says["x-operation"])) in operation.says["description"]


@each_operation
def test_a_success_says_what_it_holds(operation: Operation) -> None:
    schemas = [media["schema"] for says in operation.successes().values() for media in says["content"].values()]

    assert schemas
    assert all(resolved(schema) for schema in schemas)


@each_operation
def test_every_error_is_a_problem_document(operation: Operation) -> None:
    errors = {status: resolved(says) for status, says in operation.says["responses"].items() if status[0] not in "23"}

    assert set(errors) >= (READING if operation.method == "get" else WRITING)
    assert [status for status, says in errors.items() if list(says["content"]) != [PROBLEM_JSON]] == []
    assert "WWW-Authenticate" in errors["401"]["headers"]
    assert "Retry-After" in errors["503"]["headers"]


@each_operation
def test_what_may_be_repeated_takes_an_idempotency_key(operation: Operation) -> None:
    takes = "Idempotency-Key" in operation.headers()

    assert takes is (operation.method == "post" and operation.says["operationId"] not in NEVER_STORED)


@each_operation
def test_what_has_a_version_answers_it_and_takes_it_back(operation: Operation) -> None:
    versioned = [says for says in operation.successes().values() if "version" in members(says)]

    assert all("ETag" in says["headers"] for says in versioned)
    if versioned and operation.method != "get" and "{" in operation.path:
        assert "If-Match" in operation.headers()


@each_body
def test_whatever_a_body_takes_has_bounds(operation: Operation) -> None:
    boundless = [
        place
        for place, schema in properties(operation.body() or {})
        if not schema.get("readOnly") and not is_bounded(schema)
    ]

    assert boundless == []


def is_bounded(schema: Mapping[str, Any]) -> bool:
    """Whether there is an end to what a simple value may be."""
    types = {schema["type"]} if isinstance(schema["type"], str) else set(schema["type"])
    text = "maxLength" in schema or "enum" in schema or schema.get("format") in {"date", "date-time", "binary"}
    bounds = {"string": text, "integer": {"minimum", "maximum"} <= set(schema), "array": "maxItems" in schema}
    closed = schema.get("additionalProperties") is False
    return all({"object": closed, "boolean": True, "null": True, **bounds}.get(kind, False) for kind in types)


@each_body
def test_texts_are_no_longer_than_the_contract_says(operation: Operation) -> None:
    lengths = {schema["maxLength"] for _, schema in properties(operation.body() or {}) if "maxLength" in schema}

    assert all(length <= NAME_LENGTH or length == TEXT_LENGTH for length in lengths)


def test_null_is_documented_as_json_schema_has_it() -> None:
    schemas = read_document()["components"]["schemas"].values()
    written = [schema for each in schemas for _, schema in properties(each)]

    assert [schema for schema in written if "nullable" in schema] == []
    assert any("null" in schema["type"] for schema in written)


@each_operation
def test_nothing_in_a_query_can_be_null(operation: Operation) -> None:
    queries = [each["schema"] for each in map(resolved, operation.says["parameters"]) if each["in"] == "query"]

    assert [schema for schema in queries if "null" in str(schema.get("type")) or schema.get("default", 0) is None] == []


@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_a_file_is_documented_under_its_media_type(name: str, media_type: str) -> None:
    answer = next(each for each in operations() if each.path.endswith(f"/{name}")).successes()[200]

    assert answer["content"] == {media_type: {"schema": {"type": "string", "format": "binary"}}}


@on_sqlite
@pytest.mark.parametrize(("name", "media_type"), FILES.items())
def test_a_file_comes_under_its_media_type(client: Client, token: TokenMaker, name: str, media_type: str) -> None:
    desk = Desk(client, token)

    answer = desk.get(f"/repair-orders/{desk.until('ready')}/{name}")

    assert answer.mimetype == media_type


@on_sqlite
@each_operation
def test_another_method_is_refused_with_those_that_there_are(
    client: Client, token: TokenMaker, operation: Operation
) -> None:
    path = re.sub(r"\{\w+\}", "1", operation.path).removeprefix("/api/v1")

    allowed = client.send("DELETE", path, token=token(), expect=405).headers["Allow"].split(", ")

    assert operation.method.upper() in allowed


@on_sqlite
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/customers/1/retire", None),
        ("/loans/1/return", {"condition": "as lent", "accessories_returned": True}),
        ("/people", {"name": "Wei"}),
        ("/repair-orders/{number}/cancel", {"reason": "changed their mind"}),
        ("/repair-orders/{number}/payments", {"amount": {"amount_minor": 1, "currency": "CNY"}, "method": "cash"}),
    ],
)
def test_a_condition_is_never_ignored(client: Client, token: TokenMaker, path: str, body: Any) -> None:
    desk = Desk(client, token)
    number = desk.until("received")
    desk.post("/loaner-units", {"code": "L", "make": "G", "model": "A", "serial_number": "1"}, expect=201)
    slip = {"loaner_unit": "L", "repair_order": number, "due_on": "2026-12-01", "condition": "new", "signed_by": "张䶮"}
    desk.post("/loans", slip, expect=201)

    desk.post(path.format(number=number), body, headers={"If-Match": '"99"'}, expect=412)


@on_sqlite
def test_the_page_to_read_it_takes_everything_from_here(app: DepotApp, client: Client, root: Client) -> None:
    page = client.get("/docs")
    sources = re.findall(r'(?:src|href|spec-url)="([^"]*)"', page.text)

    assert sources
    assert [source for source in sources if not source.startswith("/")] == []
    assert all(root.get(source).status_code == 200 for source in sources)
    assert "default-src 'none'" in page.headers["Content-Security-Policy"]
    assert "://" not in re.sub(r"'[^']*'", "", page.headers["Content-Security-Policy"])
