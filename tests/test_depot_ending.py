"""How an order ends, what that takes, and that nothing but a correction comes after it."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import DISPOSAL, HAND_OVER, NOTICES, PASS, SUMMARY, Desk, cny

FEE = [{"text": "inspection fee 检测费", "amount": cny(5000)}]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def lend(desk: Desk, number: str) -> int:
    unit = {"code": "LOAN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L1", "accessories": []}
    desk.post("/loaner-units", unit | {"value": cny(90000)}, "logistics", expect=201)
    slip = {"due_on": "2026-12-24", "condition": "good", "accessories": [], "signed_by": "王芳"}
    loan = desk.post("/loans", slip | {"loaner_unit": "LOAN-1", "repair_order": number}, "service_desk", expect=201)
    key: int = loan.get_json()["id"]
    return key


@pytest.mark.parametrize("state", ["ready", "unclaimed"])
@pytest.mark.parametrize("proof", ["voucher_returned", "identity_checked"])
def test_a_device_is_handed_back_against_voucher_or_identity(desk: Desk, state: str, proof: str) -> None:
    number = desk.until(state)
    body = {name: value for name, value in HAND_OVER.items() if name != "voucher_returned"}

    refused = desk.step(number, "hand-over", body, expect=422)
    order = desk.step(number, "hand-over", body | {proof: True})

    assert pointers(refused) == ["/voucher_returned"]
    assert (order["state"], order["allowed_actions"], order["ended_at"]) == ("returned", [], "2026-11-22T08:00:00Z")
    assert desk.events(number, "hand-over")[0]["facts"][proof] is True


def test_a_device_is_not_handed_back_while_its_loaner_is_out(desk: Desk) -> None:
    number = desk.until("ready")
    loan = lend(desk, number)

    lacking = desk.step(number, "hand-over", HAND_OVER, expect=409)
    shown = desk.order(number)["allowed_actions"]
    desk.post(f"/loans/{loan}/return", {"condition": "good", "accessories_returned": True}, "logistics")
    order = desk.step(number, "hand-over", HAND_OVER)

    assert [(lack["code"], "LOAN-1" in lack["detail"]) for lack in lacking["missing"]] == [("loaner_out", True)]
    assert {"action": "hand-over", "missing": lacking["missing"]} in shown
    assert order["loans"][0]["outcome"] == "returned"


@pytest.mark.parametrize("action", ["dispose", "cancel", "refuse"])
def test_no_order_ends_otherwise_while_its_loaner_is_out(desk: Desk, action: str) -> None:
    number = desk.until("announced" if action in {"cancel", "refuse"} else "ready")
    lend(desk, number)
    body = {"dispose": DISPOSAL, "cancel": {"reason": "x"}, "refuse": {"reason": "x", "advice": "y"}}[action]

    lacking = desk.step(number, action, body, expect=409)

    assert [lack["code"] for lack in lacking["missing"]] == ["loaner_out"]


def test_a_settled_loaner_is_charged_and_lets_the_order_end_once_paid(desk: Desk) -> None:
    number = desk.until("ready")
    loan = lend(desk, number)
    desk.post(f"/loans/{loan}/settle", {"outcome": "lost", "reason": "left in a taxi", "charge": cny(90000)}, "manager")

    owed = desk.order(number)["balance"]
    lacking = desk.step(number, "hand-over", HAND_OVER, expect=409)
    desk.post(f"/repair-orders/{number}/payments", {"amount": cny(90000), "method": "card"}, expect=201)
    order = desk.step(number, "hand-over", HAND_OVER)

    assert (owed, [lack["code"] for lack in lacking["missing"]]) == (cny(90000), ["balance_due"])
    assert (order["state"], order["balance"]) == ("returned", cny(0))


def accessory_ids(desk: Desk, number: str) -> dict[str, int]:
    return {line["disposition"]: line["id"] for line in desk.order(number)["accessories"]}


def test_what_is_not_given_back_is_explained(desk: Desk) -> None:
    number = desk.until("ready")
    ids = accessory_ids(desk, number)
    some = HAND_OVER | {"accessories_returned": [ids["kept_with_device"], ids["kept_with_device"]]}

    unexplained = desk.step(number, "hand-over", some, expect=422)
    order = desk.step(number, "hand-over", some | {"note": "the dongle follows by post"})

    assert pointers(unexplained) == ["/note"]
    assert "USB dongle" in unexplained["errors"][0]["detail"]
    assert [line["returned"] for line in order["accessories"]] == [True, False, False]
    assert desk.events(number, "hand-over")[0]["text"]["note"] == "the dongle follows by post"


def test_an_accessory_of_somebody_else_is_not_given_back(desk: Desk) -> None:
    other = accessory_ids(desk, desk.until("ready"))
    number = desk.until("ready")
    own = accessory_ids(desk, number)

    for wrong in (other["kept_with_device"], 0, -1, 2**63, 10**30):
        body = HAND_OVER | {"accessories_returned": [own["kept_with_device"], wrong], "note": "x"}
        assert pointers(desk.step(number, "hand-over", body, expect=422)) == ["/accessories_returned"]

    assert desk.order(number)["state"] == "ready"


@pytest.mark.parametrize("value", [False, None, "true", 1, {}, ["1"], [True], [1.0], [1] * 201], ids=str)
def test_accessories_are_ticked_off_by_true_or_by_id(desk: Desk, value: Any) -> None:
    number = desk.until("ready")

    problem = desk.step(number, "hand-over", HAND_OVER | {"accessories_returned": value}, expect=422)

    assert pointers(problem) == ["/accessories_returned"]


@pytest.mark.parametrize(
    "name",
    ["somebody of technician", "Somebody  Of Technician", "ｓｏｍｅｂｏｄｙ of technician", " somebody of technician "],
)
def test_nobody_of_the_staff_signs_for_the_customer(desk: Desk, name: str) -> None:
    number = desk.until("ready")

    problem = desk.step(number, "hand-over", HAND_OVER | {"signed_by": name}, expect=422)

    assert pointers(problem) == ["/signed_by"]
    assert desk.order(number)["state"] == "ready"


def cancelled_by_way_of(desk: Desk, state: str, **body: Any) -> dict[str, Any]:
    number = desk.until(state, charges_told=FEE)
    return desk.step(number, "cancel", {"reason": "sold it"} | body)


@pytest.mark.parametrize("state", ["received", "inspecting", "approved", "repairing", "testing"])
def test_charges_told_in_advance_stay_when_the_customer_ends_it(desk: Desk, state: str) -> None:
    order = cancelled_by_way_of(desk, state)

    assert (order["state"], order["result"], order["balance"]) == ("summarizing", "cancelled", cny(5000))


@pytest.mark.parametrize("charge", [0, 300])
def test_a_cancellation_may_state_its_own_charge_instead(desk: Desk, charge: int) -> None:
    order = cancelled_by_way_of(desk, "repairing", charge=cny(charge))

    assert order["balance"] == cny(charge)


def test_what_never_came_is_cancelled_without_a_charge(desk: Desk) -> None:
    number = desk.until("announced")

    problem = desk.step(number, "cancel", {"reason": "x", "charge": cny(100)}, expect=422)
    order = desk.step(number, "cancel", {"reason": "x"})

    assert pointers(problem) == ["/charge"]
    assert (order["state"], order["stage"], order["result"]) == ("cancelled", None, None)


def test_a_cancellation_that_was_reopened_charges_nothing(desk: Desk) -> None:
    number = cancelled_by_way_of(desk, "testing", charge=cny(300))["number"]

    reopened = desk.step(number, "reopen", {"reason": "wants it after all"})
    again = desk.step(number, "cancel", {"reason": "or not"})

    assert (reopened["balance"], again["balance"]) == (cny(0), cny(5000))


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"reason": None}, "/reason"),
        ({"charge": cny(-1)}, "/charge/amount_minor"),
        ({"charge": {"amount_minor": 1, "currency": "USD"}}, "/charge/currency"),
        ({"charge": 300}, "/charge"),
    ],
)
def test_a_cancellation_is_refused_with_the_place_of_what_is_wrong(
    desk: Desk, body: dict[str, Any], pointer: str
) -> None:
    number = desk.until("received")

    problem = desk.step(number, "cancel", {"reason": "x"} | body, expect=422)

    assert pointers(problem) == [pointer]


@pytest.mark.parametrize(
    ("notices", "pointer"),
    [
        ([], "/notices"),
        ([{"sent_at": "2026-11-22T08:00:01Z", "channel": "email"}], "/notices/0/sent_at"),
        ([*NOTICES["notices"], {"sent_at": "yesterday", "channel": "email"}], "/notices/1/sent_at"),
        ([{"sent_at": "2026-11-20T08:00:00", "channel": "email"}], "/notices/0/sent_at"),
        ([{"sent_at": "2026-11-20T08:00:00Z", "channel": "pigeon"}], "/notices/0/channel"),
    ],
)
def test_unclaimed_is_what_notices_were_sent_for(desk: Desk, notices: list[Any], pointer: str) -> None:
    number = desk.until("ready")

    problem = desk.step(number, "mark-unclaimed", {"notices": notices}, expect=422)

    assert pointers(problem) == [pointer]


def test_the_notices_are_in_the_history_in_utc(desk: Desk) -> None:
    number = desk.until("ready")

    desk.step(number, "mark-unclaimed", {"notices": [{"sent_at": "2026-11-20T08:00:00+08:00", "channel": "im"}]})

    facts = desk.events(number, "mark-unclaimed")[0]["facts"]
    assert facts["notices"] == [{"sent_at": "2026-11-20T00:00:00+00:00", "channel": "im"}]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"data_destroyed": True}, "/consent"),
        (DISPOSAL | {"data_destroyed": False}, "/data_destroyed"),
        ({"statutory_basis": "民法典 957"}, "/data_destroyed"),
    ],
)
def test_disposal_takes_consent_or_law_and_destroyed_data(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    number = desk.until("unclaimed")

    problem = desk.step(number, "dispose", body, expect=422)
    by_the_desk = desk.step(number, "dispose", DISPOSAL, expect=403, role="service_desk")
    order = desk.step(number, "dispose", {"statutory_basis": "民法典 957", "data_destroyed": True})

    assert pointers(problem) == [pointer]
    assert set(by_the_desk["roles"]) == {"manager", "admin"}
    assert order["state"] == "disposed"


@pytest.mark.parametrize("state", ["returned", "disposed", "refused", "cancelled"])
def test_after_the_end_nothing_is_added_but_a_correction(desk: Desk, state: str) -> None:
    number = desk.until(state)
    before = desk.order(number)

    for path, body in (
        ("payments", {"amount": cny(100), "method": "cash"}),
        ("waivers", {"amount": cny(100), "reason": "goodwill"}),
        ("overrides", {"guard": "beyond_economic_share", "reason": "x"}),
        ("reopen", {"reason": "x"}),
        ("hand-over", HAND_OVER),
        ("summarize", SUMMARY),
        ("test", PASS),
        ("cancel", {"reason": "x"}),
        ("reassign", {"person": 1, "handover_note": "x"}),
    ):
        desk.post(f"/repair-orders/{number}/{path}", body, expect=409)
    corrected = desk.step(number, "correct", {"event": 1, "correction": "it was the other lid"})

    assert corrected == before
    last = desk.events(number)[-1]
    assert (last["action"], last["facts"]["corrects"]) == ("correct", 1)
    assert last["text"] == {"correction": "it was the other lid"}


def test_a_device_that_ended_may_come_again(desk: Desk) -> None:
    number = desk.until("disposed", device={"serial_number": "SN-X"})

    again = desk.receive(device={"serial_number": "SN-X"})

    assert again["number"] != number
    assert again["is_repeat"] is False
