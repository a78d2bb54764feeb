"""Steps over HTTP: versions, paths, methods, bodies."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk, cny
from werkzeug.test import TestResponse


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def sent(desk: Desk, method: str, path: str, **more: Any) -> TestResponse:
    """A request whose status the test looks at itself."""
    headers = {"Authorization": f"Bearer {desk.token('admin')}", **more.pop("headers", {})}
    return desk.client.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        (' "1" ', 200),
        ('"2"', 412),
        ('W/"1"', 412),
        ('"1", "2"', 200),
        ('"2", "3"', 412),
        ("1", 412),
        ("", 412),
        ('"1', 412),
        ('"' + "9" * 30 + '"', 412),
        ('"1"; DROP', 412),
    ],
)
def test_a_step_is_taken_only_at_the_version_that_was_seen(desk: Desk, tag: str, status: int) -> None:
    number = desk.until("received")

    response = sent(desk, "POST", f"/repair-orders/{number}/start-inspection", headers={"If-Match": tag})

    assert response.status_code == status
    assert desk.order(number)["version"] == (2 if status == 200 else 1)


@pytest.mark.parametrize("path", ["payments", "waivers", "overrides", "correct"])
def test_a_version_that_was_seen_guards_what_is_no_step_too(desk: Desk, path: str) -> None:
    number = desk.until("inspecting", charges_told=[{"text": "fee", "amount": cny(500)}])
    desk.step(number, "cancel", {"reason": "x"})
    body = {
        "payments": {"amount": cny(1), "method": "cash"},
        "waivers": {"amount": cny(1), "reason": "x"},
        "overrides": {"guard": "beyond_economic_share", "reason": "x"},
        "correct": {"event": 1, "correction": "x"},
    }[path]
    before = len(desk.events(number))

    desk.post(f"/repair-orders/{number}/{path}", body, expect=412, headers={"If-Match": '"1"'})
    answer = sent(desk, "POST", f"/repair-orders/{number}/{path}", json=body, headers={"If-Match": '"3"'})

    assert answer.status_code in (200, 201)
    assert len(desk.events(number)) == before + 1
    assert desk.order(number)["version"] == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "", 200),
        ("GET", "/", 404),
        ("PUT", "", 405),
        ("PATCH", "", 405),
        ("DELETE", "", 405),
        ("GET", "/start-inspection", 405),
        ("POST", "/explode", 404),
        ("POST", "/parts-complete", 404),
        ("POST", "/announce", 404),
        ("HEAD", "/label.svg", 200),
        ("GET", "/label.exe", 404),
    ],
)
def test_paths_and_methods_that_are_not_there(desk: Desk, method: str, path: str, status: int) -> None:
    number = desk.until("received")

    response = sent(desk, method, f"/repair-orders/{number}{path}")

    assert response.status_code == status
    assert ("Allow" in response.headers) is (status == 405)
    assert desk.order(number)["version"] == 1


def test_options_name_the_methods_and_change_nothing(desk: Desk) -> None:
    number = desk.until("received")

    response = sent(desk, "OPTIONS", f"/repair-orders/{number}/start-inspection")

    assert (response.status_code, "POST" in response.headers["Allow"]) == (200, True)
    assert desk.order(number)["version"] == 1


def test_a_number_in_a_path_is_read_as_people_type_it(desk: Desk) -> None:
    number = desk.until("received")

    for typed in (number.lower(), f"{number[:2]}-{number[2:]}"):
        assert desk.order(typed)["number"] == number
    assert desk.step(number.lower(), "start-inspection")["number"] == number


@pytest.mark.parametrize("typed", ["%00", "%2e%2e", "%F0%A0%AE%B7", "x" * 3000, "%27%20OR%201=1", "RP26%250000000"])
def test_a_path_that_names_no_order_is_not_found(desk: Desk, typed: str) -> None:
    desk.until("received")

    for tail in ("", "/events", "/label.svg", "/intake-receipt.pdf"):
        assert sent(desk, "GET", f"/repair-orders/{typed}{tail}").status_code == 404
    assert sent(desk, "POST", f"/repair-orders/{typed}/start-inspection").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", None, 200),
        (b"{}", "application/json", 200),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"[" * 100_000, "application/json", 400),
        (b'{"scanned": ' + b"9" * 5000 + b"}", "application/json", 400),
    ],
)
def test_a_body_that_is_no_step_body_takes_no_step(
    desk: Desk, body: bytes, content_type: str | None, status: int
) -> None:
    number = desk.until("received")

    response = sent(desk, "POST", f"/repair-orders/{number}/start-inspection", data=body, content_type=content_type)

    assert response.status_code == status
    assert desk.order(number)["version"] == (2 if status == 200 else 1)


def test_every_answer_of_an_order_bears_its_version_and_is_nobody_elses(desk: Desk) -> None:
    number = desk.until("received")

    answers = [
        desk.get(f"/repair-orders/{number}"),
        desk.post(f"/repair-orders/{number}/start-inspection", None, "technician"),
        desk.post(f"/repair-orders/{number}/correct", {"event": 1, "correction": "x"}, "technician"),
    ]

    assert [answer.headers["ETag"] for answer in answers] == ['"1"', '"2"', '"2"']
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}
