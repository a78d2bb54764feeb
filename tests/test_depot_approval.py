"""The customer's decision: which version, by whom, by which channel, up to which amount."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import CHARGED, DIAGNOSIS, Desk, cny

YES = {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1}
NO = YES | {"decision": "declined"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(labour_rate=cny(30000))
    return desk


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize("decision", ["approved", "declined"])
def test_a_decision_by_phone_names_the_number(desk: Desk, decision: str) -> None:
    number = desk.until("awaiting_approval")
    body = YES | {"decision": decision, "channel": "phone"}

    problem = desk.step(number, "decide", body, expect=422)
    order = desk.step(number, "decide", body | {"phone_number": "+86 571 0000 0000"})

    assert pointers(problem) == ["/phone_number"]
    assert order["state"] == ("approved" if decision == "approved" else "summarizing")
    event = desk.events(number, "decide")[0]
    assert event["text"] == {"decided_by": "张䶮", "phone_number": "+86 571 0000 0000"}
    assert (event["facts"]["channel"], event["facts"]["quote_version"]) == ("phone", 1)


@pytest.mark.parametrize("field", ["decision", "decided_by", "channel", "quote_version"])
def test_a_decision_lacks_nothing(desk: Desk, field: str) -> None:
    number = desk.until("awaiting_approval")

    problem = desk.step(number, "decide", {k: v for k, v in YES.items() if k != field}, expect=422)

    assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize(
    ("limit", "approved"), [(None, 30000), (cny(30000), 30000), (cny(50000), 50000)], ids=["none", "equal", "higher"]
)
def test_approved_is_the_limit_else_the_total_of_the_version(
    desk: Desk, limit: dict[str, Any] | None, approved: int
) -> None:
    number = desk.until("awaiting_approval")
    before = desk.order(number)["approved_amount"]

    order = desk.step(number, "decide", YES | {"limit": limit})

    assert (before, order["approved_amount"]) == (cny(0), cny(approved))
    assert order["balance"] == cny(30000)


def test_a_limit_under_the_total_is_no_approval(desk: Desk) -> None:
    number = desk.until("awaiting_approval")

    under = desk.step(number, "decide", YES | {"limit": cny(29999)}, expect=422)
    foreign = desk.step(number, "decide", YES | {"limit": {"amount_minor": 1, "currency": "USD"}}, expect=422)

    assert (pointers(under), pointers(foreign)) == (["/limit"], ["/limit/currency"])
    assert desk.order(number)["state"] == "awaiting_approval"


def test_without_a_limit_in_advance_a_covered_repair_is_approved_up_to_nothing(desk: Desk) -> None:
    number = desk.until("approved", preapproved_limit=None)

    assert desk.order(number)["approved_amount"] == cny(0)


def test_the_limit_given_in_advance_counts_again_when_the_next_diagnosis_is_under_it(desk: Desk) -> None:
    number = desk.until("awaiting_approval")
    desk.step(number, "new-facts", {"note": "the warranty card was found"})

    order = desk.step(number, "diagnose", DIAGNOSIS)

    assert (order["state"], order["approved_amount"]) == ("approved", cny(20000))


@pytest.mark.parametrize("version", [2, 99, 2**63 - 1])
def test_a_version_that_is_not_the_current_one_is_refused(desk: Desk, version: int) -> None:
    number = desk.until("awaiting_approval")

    problem = desk.step(number, "decide", YES | {"quote_version": version}, expect=409)

    assert problem["quote_version"] == 1


def test_an_older_version_is_refused_and_the_current_one_named(desk: Desk) -> None:
    number = desk.until("awaiting_approval")
    desk.step(number, "new-facts", {"note": "water"})
    desk.step(number, "diagnose", CHARGED | {"labour_minutes": 90})

    problem = desk.step(number, "decide", YES, expect=409)
    order = desk.step(number, "decide", YES | {"quote_version": 2})

    assert problem["quote_version"] == 2
    assert order["approved_amount"] == cny(45000)


@pytest.mark.parametrize(("seconds", "expect"), [(-1, 200), (0, 409), (1, 409)])
@pytest.mark.parametrize("body", [YES, NO], ids=["yes", "no"])
def test_a_quote_is_decided_on_until_it_expires(
    desk: Desk, clock: Clock, seconds: int, expect: int, body: dict[str, Any]
) -> None:
    number = desk.until("awaiting_approval")
    clock.advance(days=14, seconds=seconds)

    answer = desk.step(number, "decide", body, expect=expect)

    if expect == 409:
        assert answer["valid_until"] == "2026-12-06T08:00:00Z"


def test_a_declined_repair_is_not_owed_but_what_was_told_is(desk: Desk) -> None:
    told = [{"text": "inspection fee", "amount": cny(5000)}, {"text": "storage", "amount": None}]
    number = desk.until("awaiting_approval", charges_told=told)

    order = desk.step(number, "decide", NO)

    assert (order["state"], order["result"], order["balance"]) == ("summarizing", "declined", cny(5000))
    assert order["approved_amount"] == cny(0)


def test_nobody_at_the_bench_decides_for_the_customer(desk: Desk) -> None:
    number = desk.until("awaiting_approval")

    for role in ("technician", "logistics", "integration"):
        desk.step(number, "decide", YES, expect=403, role=role)

    assert desk.order(number)["version"] == 3


def test_approval_sets_the_parts_aside(desk: Desk) -> None:
    desk.stock("MOTOR", 3, sale_price=100)
    number = desk.until("inspecting")
    desk.step(number, "diagnose", CHARGED | {"parts": [{"part_number": "MOTOR", "quantity": 2}]})
    before = desk.get("/parts/MOTOR").get_json()["reserved"]

    order = desk.step(number, "decide", YES)

    assert (before, order["parts"][0]["reserved"]) == (0, 2)
    assert desk.get("/parts/MOTOR").get_json()["available"] == 1
