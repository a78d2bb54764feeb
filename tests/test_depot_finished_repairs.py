"""A repair that has passed its test stays owed: no way round, unless somebody who may waive takes it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import CHARGED, DIAGNOSIS, FINISH, HAND_OVER, PASS, Desk, cny

YES = {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in"}
GIVEN_UP: dict[str, dict[str, Any]] = {
    "not_repaired": {"not_repaired_reason": "it fails again"},
    "no_fault_found": {"test_conditions": "an hour"},
    "not_our_product": {},
    "beyond_economic_repair": {"replacement_value": cny(100), "labour_minutes": 60},
}
COST = 30000


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(labour_rate=cny(COST))
    return desk


def agreed(desk: Desk, **changes: Any) -> str:
    """An order on the bench, for a repair that the customer agreed to pay for."""
    number = desk.until("awaiting_approval", **changes)
    desk.step(number, "decide", YES | {"quote_version": 1})
    desk.step(number, "start-repair")
    return number


def finished(desk: Desk, **changes: Any) -> str:
    """The same, repaired and tested."""
    number = agreed(desk, **changes)
    desk.step(number, "finish-repair", FINISH)
    assert desk.step(number, "test", PASS)["balance"] == cny(COST)
    return number


def reopened(desk: Desk, clock: Clock, **changes: Any) -> str:
    """The same, taken up again by the desk a little later."""
    number = finished(desk, **changes)
    clock.advance(minutes=5)
    desk.step(number, "reopen", {"reason": "the customer says so"}, role="service_desk")
    return number


def refused(desk: Desk, number: str, action: str, body: dict[str, Any], role: str) -> None:
    """The step is refused with who may take it, and nothing is changed."""
    before = desk.order(number)
    problem = desk.step(number, action, body, expect=403, role=role)
    assert (problem["roles"], problem["owed_minor"]) == (["manager", "admin"], COST)
    assert desk.order(number) == before


@pytest.mark.parametrize("charge", [None, cny(0), cny(COST - 1)], ids=["told", "nothing", "less"])
def test_a_finished_repair_is_not_cancelled_for_less(desk: Desk, clock: Clock, charge: Any) -> None:
    number = reopened(desk, clock)

    refused(desk, number, "cancel", {"reason": "x", "charge": charge}, "service_desk")
    order = desk.step(number, "cancel", {"reason": "x", "charge": charge}, role="manager")

    assert (order["result"], order["balance"]) == ("cancelled", charge or cny(0))


@pytest.mark.parametrize("charge", [COST, COST + 1])
def test_for_what_it_came_to_the_desk_may_cancel_it(desk: Desk, clock: Clock, charge: int) -> None:
    number = reopened(desk, clock)

    offered = [each for each in desk.order(number, "service_desk")["allowed_actions"] if each["action"] == "cancel"]
    order = desk.step(number, "cancel", {"reason": "x", "charge": cny(charge)})

    assert (offered, order["balance"]) == ([{"action": "cancel", "missing": []}], cny(charge))


def test_charges_told_in_advance_stay_and_may_be_as_much(desk: Desk, clock: Clock) -> None:
    number = reopened(desk, clock, charges_told=[{"text": "flat rate 一口价", "amount": cny(COST)}])

    assert desk.step(number, "cancel", {"reason": "x"})["balance"] == cny(COST)


@pytest.mark.parametrize("verdict", GIVEN_UP)
def test_nor_is_it_given_up_for_less(desk: Desk, clock: Clock, verdict: str) -> None:
    number = reopened(desk, clock)
    body = DIAGNOSIS | {"verdict": verdict} | GIVEN_UP[verdict]

    refused(desk, number, "diagnose", body, "technician")
    order = desk.step(number, "diagnose", body, role="manager")

    assert order["result"] == verdict


def test_nor_declined_under_a_new_quote(desk: Desk, clock: Clock) -> None:
    number = reopened(desk, clock)
    desk.step(number, "diagnose", CHARGED | {"labour_minutes": 120})
    body = YES | {"decision": "declined", "quote_version": 2}

    refused(desk, number, "decide", body, "service_desk")
    order = desk.step(number, "decide", body, role="manager")

    assert order["result"] == "declined"


def test_nor_made_cheaper_first_by_a_quote_that_was_never_worked_off(desk: Desk, clock: Clock) -> None:
    number = reopened(desk, clock)
    cheap = desk.step(number, "diagnose", DIAGNOSIS | {"coverage": "goodwill"})

    refused(desk, number, "cancel", {"reason": "x", "charge": cny(0)}, "service_desk")

    assert (cheap["state"], cheap["quote"]["total"]) == ("approved", cny(0))


def test_what_was_paid_for_it_is_not_given_back_that_way(desk: Desk, clock: Clock) -> None:
    number = finished(desk)
    desk.post(f"/repair-orders/{number}/payments", {"amount": cny(COST), "method": "card"}, expect=201)
    clock.advance(minutes=5)
    desk.step(number, "reopen", {"reason": "x"}, role="service_desk")

    refused(desk, number, "cancel", {"reason": "x", "charge": cny(0)}, "service_desk")

    assert desk.order(number)["balance"] == cny(-COST)


def test_what_a_manager_has_waived_already_is_nobodys_loss(desk: Desk, clock: Clock) -> None:
    number = finished(desk)
    desk.post(f"/repair-orders/{number}/waivers", {"amount": cny(COST), "reason": "goodwill"}, "manager", expect=201)
    clock.advance(minutes=5)
    desk.step(number, "reopen", {"reason": "x"}, role="service_desk")

    order = desk.step(number, "cancel", {"reason": "x", "charge": cny(0)})

    assert order["balance"] == cny(0)


def test_a_waiver_for_a_lost_loaner_does_not_pay_for_the_repair(desk: Desk, clock: Clock) -> None:
    number = finished(desk)
    unit = {"code": "LOAN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L1", "accessories": []}
    desk.post("/loaner-units", unit | {"value": cny(COST)}, "logistics", expect=201)
    slip = {"due_on": "2026-12-24", "condition": "good", "accessories": [], "signed_by": "王芳"}
    loan = desk.post("/loans", slip | {"loaner_unit": "LOAN-1", "repair_order": number}, expect=201).get_json()["id"]
    desk.post(f"/loans/{loan}/settle", {"outcome": "lost", "reason": "taxi", "charge": cny(COST)}, "manager")
    desk.post(f"/repair-orders/{number}/waivers", {"amount": cny(COST), "reason": "goodwill"}, "manager", expect=201)
    clock.advance(minutes=5)
    desk.step(number, "reopen", {"reason": "x"}, role="service_desk")

    refused(desk, number, "cancel", {"reason": "x", "charge": cny(0)}, "service_desk")


@pytest.mark.parametrize("tested", [False, True])
def test_what_has_not_passed_a_test_may_still_be_cancelled_free_of_charge(desk: Desk, tested: bool) -> None:
    number = agreed(desk)
    desk.step(number, "finish-repair", FINISH)
    if tested:
        desk.step(number, "test", PASS | {"passed": False, "note": "still hums"})

    order = desk.step(number, "cancel", {"reason": "x", "charge": cny(0)})

    assert (order["result"], order["balance"]) == ("cancelled", cny(0))


@pytest.mark.parametrize("action", ["cancel", "diagnose"])
def test_a_repair_that_cost_the_customer_nothing_is_ended_as_before(desk: Desk, action: str) -> None:
    number = desk.until("ready")
    desk.step(number, "reopen", {"reason": "x"})
    body = {"cancel": {"reason": "x"}, "diagnose": DIAGNOSIS | {"verdict": "not_our_product"}}[action]

    assert desk.step(number, action, body)["state"] == "summarizing"


@pytest.mark.parametrize("state", ["announced", "received", "testing", "ready", "returned", "refused"])
@pytest.mark.parametrize("role", ["service_desk", "manager", "admin"])
def test_no_token_writes_the_signature_of_the_customers_link_wherever_the_order_stands(
    desk: Desk, state: str, role: str
) -> None:
    number = desk.until(state)
    before = desk.order(number)

    problem = desk.step(number, "hand-over", HAND_OVER | {"signature_origin": "customer_link"}, expect=403, role=role)

    assert (problem["roles"], desk.order(number)) == ([], before)
