"""Stage 1: what the counter records, what it is asked for, what is kept as it was said."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import ADVICE, CHECKLIST, Desk, cny, intake

PUBLISHED = {
    "state": "received",
    "stage": "receive",
    "result": None,
    "version": 1,
    "assigned_to": None,
    "quote": None,
    "approved_amount": {"amount_minor": 20000, "currency": "CNY"},
    "balance": {"amount_minor": 0, "currency": "CNY"},
    "loans": [],
    "is_repeat": False,
    "previous_order": None,
    "promised_on": "2026-12-01",
    "allowed_actions": [{"action": "start-inspection", "missing": []}, {"action": "cancel", "missing": []}],
}
"""What the published answer to the published body says, as a manager reads it."""


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def announced(desk: Desk, **changes: Any) -> str:
    body = {name: intake(**changes)[name] for name in ("depot", "customer", "device", "reported_fault", "channel")}
    number: str = desk.post("/announcements", body, "service_desk", expect=201).get_json()["number"]
    return number


def test_the_published_body_gets_the_published_answer(desk: Desk) -> None:
    response = desk.post("/repair-orders", intake(), "manager", expect=201)

    order = response.get_json()
    assert {name: order[name] for name in PUBLISHED} == PUBLISHED
    assert {name: value for name, value in order["device"].items() if name != "id"} == {
        "make": "Gtech", "model": "AR-20", "serial_number": "MJ1311YNG3DV3A", "serial_status": None,
    }  # fmt: skip
    assert order["customer"]["name"] == "张䶮"
    assert order["accessories"][0] == {
        "id": order["accessories"][0]["id"],
        "name": "power cable",
        "quantity": 1,
        "disposition": "kept_with_device",
        "returned": False,
    }
    assert {"self", "events", "label", "intake_receipt", "repair_receipt", "public_page"} <= set(order["links"])
    assert (response.headers["ETag"], response.headers["Cache-Control"]) == ('"1"', "private, no-store")
    assert response.headers["Location"].endswith(f"/api/v1/repair-orders/{order['number']}")
    assert desk.order(order["number"], "manager") == order


@pytest.mark.parametrize("field", ["condition", "accessories", "data", "warranty", "promised_on"])
@pytest.mark.parametrize("absent", ["left out", "null"])
def test_each_field_of_the_checklist_is_asked_for(desk: Desk, field: str, absent: str) -> None:
    body = intake() | {field: None}
    if absent == "left out":
        del body[field]

    problem = desk.post("/repair-orders", body, "service_desk", expect=422).get_json()

    assert pointers(problem) == [f"/{field}"]
    assert desk.get("/repair-orders").get_json()["items"] == []
    assert desk.get("/customers").get_json()["items"] == []


@pytest.mark.parametrize("field", ["customer", "device", "reported_fault", "channel"])
def test_nothing_is_received_without_who_what_and_why(desk: Desk, field: str) -> None:
    desk.furnish(policies={"short_intake": True})
    body = {name: value for name, value in intake().items() if name != field}

    problem = desk.post("/repair-orders", body, "service_desk", expect=422).get_json()

    assert pointers(problem) == [f"/{field}"]


def test_a_short_intake_is_taken_where_the_policy_says_so(desk: Desk) -> None:
    desk.furnish(policies={"short_intake": True})
    body = {name: intake()[name] for name in ("customer", "device", "reported_fault", "channel")}

    order = desk.post("/repair-orders", body, "service_desk", expect=201).get_json()

    assert (order["state"], order["condition"], order["accessories"], order["promised_on"]) == (
        "received", None, [], None,
    )  # fmt: skip
    assert order["data"] == {"holds_data": None, "backed_up": None, "may_be_erased": None, "has_passcode": False}
    assert desk.get(f"/repair-orders/{order['number']}/intake-receipt.pdf").data.startswith(b"%PDF")


def test_an_anonymous_walk_in_is_taken_only_where_the_policy_says_so(desk: Desk) -> None:
    nobody = intake() | {"customer": {}}

    refused = desk.post("/repair-orders", nobody, "service_desk", expect=422).get_json()
    desk.furnish(policies={"anonymous_walk_in": True})
    order = desk.post("/repair-orders", nobody, "service_desk", expect=201).get_json()

    assert pointers(refused) == ["/customer/name", "/customer"]
    assert order["customer"]["name"] is None


def test_customer_and_device_are_found_again(desk: Desk) -> None:
    first = desk.receive()
    desk.step(first["number"], "cancel", {"reason": "changed their mind"})
    desk.step(first["number"], "summarize", {"cause": "none", "advice": "none"})
    desk.step(first["number"], "hand-over", {
        "voucher_returned": True, "accessories_returned": True, "signed_by": "张䶮",
        "signature_origin": "customer_at_counter",
    })  # fmt: skip

    again = desk.receive(customer={"email": "A@Example.org"}, device={"make": "GTECH", "model": "AR-20"})

    assert (again["customer"]["id"], again["device"]["id"]) == (first["customer"]["id"], first["device"]["id"])
    assert again["number"] != first["number"]


@pytest.mark.parametrize(("is_announced", "action"), [(True, "receive"), (False, None)])
def test_a_device_with_an_open_order_is_refused_and_the_order_named(
    desk: Desk, is_announced: bool, action: str | None
) -> None:
    number = announced(desk) if is_announced else desk.receive()["number"]

    problem = desk.receive(expect=409)

    assert (problem["open_order"], problem["action"]) == (number, action)


@pytest.mark.parametrize(("days", "is_repeat"), [(90, True), (91, False)])
def test_a_device_that_is_back_within_the_window_is_a_repeat_repair(
    desk: Desk, clock: Clock, days: int, is_repeat: bool
) -> None:
    first = desk.until("returned", device={"serial_number": "SN-BACK"})
    clock.advance(days=days)

    again = desk.receive(device={"serial_number": "SN-BACK"}, priority=4)

    assert (again["is_repeat"], again["previous_order"]) == (is_repeat, first if is_repeat else None)
    assert again["priority"] == (5 if is_repeat else 4)


def test_the_window_is_the_depots_own_and_the_highest_priority_stays(desk: Desk, clock: Clock) -> None:
    desk.furnish(policies={"repeat_window_days": 120})
    first = desk.until("returned", device={"serial_number": "SN-BACK"})
    clock.advance(days=100)
    number = announced(desk, device={"serial_number": "SN-BACK"})

    again = desk.step(number, "receive", CHECKLIST | {"priority": 9})

    assert (again["is_repeat"], again["previous_order"], again["priority"]) == (True, first, 9)


def test_an_announced_device_is_received_under_the_number_of_its_announcement(desk: Desk) -> None:
    number = announced(desk)
    before = desk.order(number)

    order = desk.step(number, "receive", CHECKLIST | {"channel": "courier", "preapproved_limit": cny(500)})

    assert (before["state"], before["links"]["intake_receipt"], before["received_at"]) == ("announced", None, None)
    assert (order["number"], order["state"], order["version"], order["channel"]) == (number, "received", 2, "courier")
    assert order["approved_amount"] == cny(500)
    assert [event["action"] for event in desk.events(number)] == ["announce", "receive"]


def test_what_an_announcement_knows_is_not_asked_again_nor_taken_again(desk: Desk) -> None:
    number = announced(desk)

    missing = desk.step(number, "receive", {}, expect=422)
    unknown = desk.step(number, "receive", CHECKLIST | {"reported_fault": "another one"}, expect=422)

    assert set(pointers(missing)) == {"/condition", "/accessories", "/data", "/warranty", "/promised_on"}
    assert pointers(unknown) == ["/reported_fault"]
    assert desk.order(number)["reported_fault"] == intake()["reported_fault"]


@pytest.mark.parametrize("field", ["reason", "advice"])
def test_an_announcement_is_refused_with_reason_and_advice(desk: Desk, field: str) -> None:
    number = announced(desk)

    lacking = desk.step(number, "refuse", {name: ADVICE[name] for name in ADVICE if name != field}, expect=422)
    order = desk.step(number, "refuse", ADVICE)

    assert pointers(lacking) == [f"/{field}"]
    assert (order["state"], order["stage"], order["result"]) == ("refused", None, None)
    assert order["refusal_advice"] == ADVICE["advice"]
    assert order["ended_at"] is not None


@pytest.mark.parametrize("fault", [None, "smells"])
def test_what_is_turned_away_at_the_door_is_on_record_and_may_come_again(desk: Desk, fault: str | None) -> None:
    body = {"customer": intake()["customer"], "device": intake()["device"]} | ADVICE

    response = desk.post("/refusals", body | ({"reported_fault": fault} if fault else {}), "service_desk", expect=201)

    order = response.get_json()
    assert (order["state"], order["reported_fault"], order["allowed_actions"]) == ("refused", fault, [])
    assert response.headers["Location"].endswith(order["number"])
    assert desk.receive()["is_repeat"] is False


@pytest.mark.parametrize(("promised", "warned"), [("2026-11-21", True), ("2026-11-22", False)])
def test_a_promise_that_has_passed_already_is_said(desk: Desk, promised: str, warned: bool) -> None:
    order = desk.receive(promised_on=promised)

    assert any("has passed" in warning for warning in order["warnings"]) is warned


def test_the_promise_is_read_by_the_depots_own_calendar(desk: Desk, clock: Clock) -> None:
    clock.advance(hours=8)

    order = desk.receive(promised_on="2026-11-22")

    assert any("has passed" in warning for warning in order["warnings"])


def test_charges_told_in_advance_are_kept_with_and_without_an_amount(desk: Desk) -> None:
    told = [{"text": "inspection fee 检测费", "amount": cny(5000)}, {"text": "storage, by agreement", "amount": None}]

    order = desk.receive(charges_told=told)

    assert order["charges_told"] == told
    assert order["balance"] == cny(0)


def test_an_intake_for_a_depot_out_of_reach_is_forbidden(desk: Desk, token: TokenMaker) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    northern = token("service_desk", ["NORTH"], "北")

    problem = desk.client.post("/repair-orders", intake(), token=northern, expect=403).get_json()

    assert problem["depot"] == "MAIN"


@pytest.mark.parametrize("body", [{"depot": None}, {}], ids=["null", "left out"])
def test_an_intake_that_names_no_depot_is_the_usual_ones(desk: Desk, body: dict[str, Any]) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    told = {name: value for name, value in intake().items() if name != "depot"}

    order = desk.post("/repair-orders", told | body, "service_desk", expect=201).get_json()

    assert order["depot"] == "MAIN"
