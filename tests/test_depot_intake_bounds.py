"""Stage 1: what an intake keeps to the letter, and what it refuses with its place."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk, intake

HOSTILE = [
    "吸力很小 𠮷 👩‍🔧\n第二行\r\n\tthird  ",
    "<b>bold</b> & <script>alert(1)</script>",
    "'; DROP TABLE repair_orders; --",
    "x" * 10_000,
    "𠮷" * 10_000,
]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize("path", ["", "/customer", "/device", "/data", "/warranty", "/accessories/0"])
def test_an_unknown_field_is_refused_and_never_ignored(desk: Desk, path: str) -> None:
    body = intake()
    place: Any = body
    for key in path.split("/")[1:]:
        place = place[int(key) if key.isdigit() else key]
    place["surprise"] = 1

    problem = desk.post("/repair-orders", body, "service_desk", expect=422).get_json()

    assert pointers(problem) == [f"{path}/surprise"]


@pytest.mark.parametrize("text", HOSTILE, ids=["lines", "markup", "sql", "longest", "beyond the BMP"])
def test_the_customers_words_are_kept_to_the_letter(desk: Desk, text: str) -> None:
    order = desk.receive(reported_fault=text, condition=text, other_faults=text)

    read = desk.order(order["number"])
    assert {read["reported_fault"], read["condition"], read["other_faults"]} == {text}


@pytest.mark.parametrize("field", ["reported_fault", "condition", "other_faults"])
@pytest.mark.parametrize(
    "text",
    ["x" * 10_001, "a\x00b", "a\x1bb", "lone \ud800", "\x85", 5, ["a"]],
    ids=["too long", "nul", "escape", "surrogate", "C1", "number", "list"],
)
def test_a_text_that_cannot_be_kept_is_refused(desk: Desk, field: str, text: Any) -> None:
    problem = desk.receive(expect=422, **{field: text})

    assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize("field", ["reported_fault", "condition"])
@pytest.mark.parametrize("empty", ["", "   ", "\u3000"])
def test_a_text_that_the_checklist_asks_for_is_not_empty(desk: Desk, field: str, empty: str) -> None:
    problem = desk.receive(expect=422, **{field: empty})

    assert pointers(problem) == [f"/{field}"]


EURO = {"amount_minor": 1, "currency": "EUR"}
OUT_OF_BOUNDS: list[tuple[str, Any, str]] = [
    ("priority", 10, "/priority"),
    ("priority", -1, "/priority"),
    ("priority", True, "/priority"),
    ("priority", 4.0, "/priority"),
    ("preapproved_limit", {"amount_minor": -1, "currency": "CNY"}, "/preapproved_limit/amount_minor"),
    ("preapproved_limit", {"amount_minor": 10**15 + 1, "currency": "CNY"}, "/preapproved_limit/amount_minor"),
    ("preapproved_limit", {"amount_minor": 1, "currency": "USD"}, "/preapproved_limit/currency"),
    ("preapproved_limit", {"amount_minor": 1, "currency": "cny"}, "/preapproved_limit/currency"),
    ("promised_on", "2026-11-31", "/promised_on"),
    ("promised_on", "20261130", "/promised_on"),
    ("channel", "fax", "/channel"),
    ("accessories", [{"name": "x", "quantity": 0, "disposition": "sent_home"}], "/accessories/0/quantity"),
    ("accessories", [{"name": "x", "quantity": 10_001, "disposition": "sent_home"}], "/accessories/0/quantity"),
    ("accessories", [{"name": "x" * 201, "disposition": "sent_home"}], "/accessories/0/name"),
    ("accessories", [{"name": "x", "disposition": "lost"}], "/accessories/0/disposition"),
    ("accessories", [{"name": "x", "disposition": "sent_home"}] * 201, "/accessories"),
    ("charges_told", [{"text": "x", "amount": EURO}], "/charges_told/0/amount/currency"),
    ("charges_told", [{"amount": {"amount_minor": 1, "currency": "CNY"}}], "/charges_told/0/text"),
    ("depot", "NOWHERE", "/depot"),
    ("customer", {"id": 99, "name": None, "phone": None, "email": None, "language": None}, "/customer/id"),
    ("device", {"id": 2**63 - 1}, "/device/id"),
    ("device", {"id": 2**63}, "/device/id"),
]  # fmt: skip


@pytest.mark.parametrize(("field", "value", "pointer"), OUT_OF_BOUNDS)
def test_what_is_out_of_bounds_is_refused_with_its_place(desk: Desk, field: str, value: Any, pointer: str) -> None:
    problem = desk.post("/repair-orders", intake() | {field: value}, "service_desk", expect=422).get_json()

    assert pointers(problem) == [pointer]


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_optional_text_that_is_empty_is_not_stated(desk: Desk, empty: str) -> None:
    order = desk.receive(other_faults=empty)

    assert order["other_faults"] is None
