"""What is sent is bounded before it is looked at, and so is the answer: nobody's body costs more than its reading."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from apispec.ext.marshmallow.common import resolve_schema_instance
from conftest import Client, TokenMaker
from desk import intake
from flask import request
from marshmallow import fields

from app import DepotApp
from routes.bodies import takes_up_to
from routes.fields import List
from routes.parsing import MOST_ERRORS, MOST_MEMBERS

JSON = "application/json"
MEBIBYTE = 1024 * 1024


def lists_in(schema: Any, place: str) -> Iterator[tuple[str, fields.Field[Any]]]:
    """Every list that a body can hold, and where."""
    for name, field in schema.load_fields.items():
        inner = field.inner if isinstance(field, fields.List) else field
        if isinstance(field, fields.List):
            yield f"{place}/{name}", field
        if isinstance(inner, fields.Nested):
            yield from lists_in(inner.schema, f"{place}/{name}")


def test_every_list_in_a_body_counts_its_items_first(app: DepotApp) -> None:
    bodies = [
        (endpoint, resolve_schema_instance(each["schema"]))
        for endpoint, view in app.view_functions.items()
        for each in getattr(view, "_apidoc", {}).get("arguments", {}).get("parameters", ())
        if each["in"] == "json"
    ]

    found = [place for endpoint, schema in bodies for place in lists_in(schema, endpoint)]

    assert len(found) > 20
    assert [place for place, field in found if not isinstance(field, List)] == []


@pytest.mark.parametrize("item", [{}, None, "x", [], {"unknown": 1}])
def test_a_list_that_is_too_long_is_one_error_whatever_is_in_it(client: Client, token: TokenMaker, item: Any) -> None:
    answer = client.post("/repair-orders", intake(accessories=[item] * 50_000), token=token(), expect=422)

    assert [error["pointer"] for error in answer.json["errors"]] == ["/accessories"]
    assert "200" in answer.json["errors"][0]["detail"]
    assert len(answer.data) < 1000


def test_of_many_errors_the_first_hundred_are_named_and_the_rest_are_counted(client: Client, token: TokenMaker) -> None:
    answer = client.post("/repair-orders", intake(accessories=[{}] * 200), token=token(), expect=422)

    named, more = len(answer.json["errors"]), answer.json["more"]
    assert (named, named + more) == (MOST_ERRORS, 400)
    assert "400 fields do not validate; `errors` names the first 100 of them." in answer.json["detail"]


@pytest.mark.parametrize("path", ["/people", "/people/1"])
def test_of_many_unknown_parameters_the_first_hundred_are_named(client: Client, token: TokenMaker, path: str) -> None:
    answer = client.get(f"{path}?{'&'.join(f'p{n}' for n in range(1000))}", token=token(), expect=422)

    assert (len(answer.json["errors"]), answer.json["more"]) == (MOST_ERRORS, 1000 - MOST_ERRORS)


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ('{"name": "a", "name": "b"}', "The member 'name' is there twice; send it once."),
        ('{"name": "a", "name": "a"}', "The member 'name' is there twice"),
        ('{"name": "a", "n\\u0061me": "b"}', "The member 'name' is there twice"),
        ('{"name": "a", "deep": [{"x": {"𠮷": 1, "𠮷": 2}}]}', "The member '𠮷' is there twice"),
        ('{"name": "a", "\\ud800": 1, "\\ud800": 2}', "The member '\\ud800' is there twice"),
        ('{"name": "a", "' + "x" * 201 + '": 1}', "The name of a member in the body is longer than 200 characters."),
        (json.dumps({f"m{n}": 1 for n in range(MOST_MEMBERS + 1)}), "An object in the body has 201 members"),
        (json.dumps({"name": [{f"m{n}": 1 for n in range(1000)}]}), "An object in the body has 1000 members"),
    ],
)
def test_a_body_that_could_be_read_in_two_ways_or_has_no_end_is_refused(
    client: Client, token: TokenMaker, body: str, said: str
) -> None:
    answer = client.send("POST", "/people", data=body.encode(), content_type=JSON, token=token(), expect=400)

    assert said in answer.json["detail"]
    assert len(answer.data) < 1000


@pytest.mark.parametrize("depth", [100, 900, 100_000])
def test_a_body_nested_deeply_is_refused_and_not_followed(client: Client, token: TokenMaker, depth: int) -> None:
    body = '{"name": "x", "deep": ' + "[" * depth + "]" * depth + "}"

    answer = client.app.test_client().post(
        "/api/v1/people", data=body, content_type=JSON, headers={"Authorization": f"Bearer {token()}"}
    )

    assert answer.status_code in {400, 422}


@pytest.mark.parametrize("key", [None, "k1"])
def test_a_body_over_the_limit_is_refused_before_it_is_read(client: Client, token: TokenMaker, key: str | None) -> None:
    body = b'{"name": "' + b"x" * (2 * MEBIBYTE) + b'"}'

    answer = client.send("POST", "/people", data=body, content_type=JSON, key=key, token=token(), expect=413)

    assert (answer.json["status"], answer.json["most_bytes"]) == (413, 2 * MEBIBYTE)
    assert "at most 2,097,152 bytes" in answer.json["detail"]


@pytest.mark.parametrize("body", ["null", "[]", '"x"', "3", "true"])
@pytest.mark.parametrize("path", ["/people", "/repair-orders"])
def test_a_body_that_is_no_object_is_told_to_be_one(client: Client, token: TokenMaker, path: str, body: str) -> None:
    answer = client.send("POST", path, data=body, content_type=JSON, token=token(), expect=422)

    assert answer.json["errors"] == [{"pointer": "", "detail": "Send a JSON object here: members in braces."}]


@pytest.mark.parametrize(("size", "status"), [(3 * MEBIBYTE, 200), (4 * MEBIBYTE + 1, 413)])
@pytest.mark.parametrize("key", [None, "k1"])
def test_a_view_can_have_a_limit_of_its_own(
    app: DepotApp,
    client: Client,
    token: TokenMaker,
    monkeypatch: pytest.MonkeyPatch,
    key: str | None,
    size: int,
    status: int,
) -> None:
    @takes_up_to(4 * MEBIBYTE)
    def view(**_: Any) -> str:
        return str(len(request.get_data()))

    monkeypatch.setitem(app.view_functions, "people.create_person", view)

    answer = client.send("POST", "/people", data=b"x" * size, key=key, token=token(), expect=status)

    assert answer.text == str(size) or status == 413


@pytest.mark.parametrize("header", ["Accept", "If-Match", "Cookie", "Accept-Language", "X-Forwarded-For"])
def test_a_header_that_does_not_end_is_told_or_passed_over(client: Client, token: TokenMaker, header: str) -> None:
    answer = client.app.test_client().get(
        "/api/v1/people", headers={"Authorization": f"Bearer {token()}", header: 'a/b;q=0.1,"1", ' * 5000}
    )

    assert answer.status_code < 500
