"""What was written down about the work on an order is in its answer, and what never happened is not looked for."""

from __future__ import annotations

import pytest
from conftest import Client, Clock, TokenMaker
from databases import NOW
from desk import CHARGED, FINISH, HAND_OVER, INTAKE, PASS, SUMMARY, Desk, cny
from sqlalchemy.orm import Session
from store import MANAGER, an_order

from depot.events import append
from depot.order_records import actions_of, records_of

RECORDS = ("findings", "decisions", "parts", "replacements", "works", "tests", "summary", "hand_over")
AT = "2026-11-22T08:00:00Z"


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(labour_rate=cny(30000))
    desk.stock("MOTOR", 2, sale_price=100)
    return desk


def went_through_everything(desk: Desk) -> str:
    number = desk.until("inspecting", data=INTAKE["data"] | {"passcode": "4711-SECRET"})
    yes = {"decision": "approved", "decided_by": "张䶮", "channel": "phone", "phone_number": "0571 1"}
    desk.step(number, "diagnose", CHARGED | {"parts": [{"part_number": "MOTOR", "quantity": 1}]})
    desk.step(number, "decide", yes | {"quote_version": 1, "limit": cny(40000)})
    desk.step(number, "start-repair")
    swap = {"outcome": "used", "removed_serial": "OLD-𠮷", "removed_destination": "factory", "fault_seen": "burnt"}
    desk.step(number, "replace-part", {"part_number": "MOTOR", "quantity": 1, "in_warranty": True} | swap)
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", {"passed": False, "note": "still hums"})
    desk.step(number, "finish-repair", FINISH | {"labour_minutes": None})
    desk.step(number, "test", PASS)
    desk.step(number, "summarize", SUMMARY)
    desk.post(f"/repair-orders/{number}/payments", {"amount": cny(30100), "method": "card"}, expect=201)
    desk.step(number, "hand-over", HAND_OVER | {"note": "in the rain"})
    return number


def test_an_order_shows_all_that_was_done_with_it(desk: Desk) -> None:
    number = went_through_everything(desk)

    order = desk.order(number, "integration")

    bench = order["assigned_to"]
    signed = {"at": AT, "by": bench}
    finding = order["findings"][0]
    assert {name: finding[name] for name in ("finding", "verdict", "coverage", "labour_minutes", "estimate")} == {
        "finding": CHARGED["finding"], "verdict": "repair", "coverage": "chargeable", "labour_minutes": 60,
        "estimate": None,
    }  # fmt: skip
    assert order["replacements"] == [
        signed
        | {"part_number": "MOTOR", "part_name": "part MOTOR", "quantity": 1, "outcome": "used", "condition": "new"}
        | {"installed_serial": None, "removed": True, "removed_serial": "OLD-𠮷", "removed_destination": "factory"}
        | {"removed_due_on": "2026-12-22", "in_warranty": True, "fault_seen": "burnt"}
    ]
    assert order["works"] == [signed | FINISH, signed | FINISH | {"labour_minutes": None}]
    assert [(test["passed"], test["note"]) for test in order["tests"]] == [(False, "still hums"), (True, None)]
    assert order["tests"][1]["checks"] == PASS["checks"]
    assert order["summary"] == signed | SUMMARY | {"data_action": None}


def test_it_shows_who_decided_and_who_took_it_home(desk: Desk) -> None:
    number = went_through_everything(desk)

    order = desk.order(number, "integration")

    counter = order["hand_over"].pop("by")
    assert counter["name"] == "somebody of service_desk"
    assert order["decisions"] == [
        {"at": AT, "by": counter, "decision": "approved", "decided_by": "张䶮", "channel": "phone"}
        | {"phone_number": "0571 1", "quote_version": 1, "limit": cny(40000)}
    ]
    assert order["hand_over"] == {
        "at": AT, "voucher_returned": True, "identity_checked": False, "signed_by": "张䶮",
        "signature_origin": "customer_at_counter", "note": "in the rain",
    }  # fmt: skip


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "manager", "integration"])
def test_nothing_internal_is_in_it(desk: Desk, role: str) -> None:
    number = went_through_everything(desk)
    other = desk.until("inspecting", data=INTAKE["data"] | {"passcode": "4711-SECRET"})

    for text in (desk.get(f"/repair-orders/{each}", role).text for each in (number, other)):
        assert "4711" not in text
        assert not [word for word in ("access_code", "token", "hash", "folded") if f'"{word}' in text]


def test_a_list_shows_none_of_it(desk: Desk) -> None:
    went_through_everything(desk)

    items = desk.get("/repair-orders").get_json()["items"]

    assert [name for name in RECORDS if name in items[0]] == []


def test_a_young_order_has_no_records_yet(desk: Desk) -> None:
    order = desk.receive()

    assert {name: order[name] for name in RECORDS} == {name: [] for name in RECORDS[:-2]} | dict.fromkeys(RECORDS[-2:])
    assert (order["quote"], order["balance"], order["loans"]) == (None, cny(0), [])


def test_a_summary_stays_to_be_read_until_the_next_one(desk: Desk, clock: Clock) -> None:
    number = desk.until("ready")
    desk.step(number, "reopen", {"reason": "still hums"})
    clock.advance(hours=1)

    earlier = desk.order(number)["summary"]
    desk.step(number, "cancel", {"reason": "x"})
    later = desk.step(number, "summarize", {"advice": "none 无"})["summary"]

    assert (earlier["at"], earlier["advice"]) == (AT, SUMMARY["advice"])
    assert (later["at"], later["advice"]) == ("2026-11-22T09:00:00Z", "none 无")


@pytest.mark.parametrize("actions", [[], ["receive"], ["receive", "pay", "pay"]], ids=str)
def test_what_happened_beside_the_beginning_is_read_from_the_history(session: Session, actions: list[str]) -> None:
    order = an_order(session)
    for action in actions:
        append(session, order, action, MANAGER, NOW)

    found = actions_of(session, order)

    assert found == (set(actions) if len(actions) > 1 else set())
    assert records_of(session, order, found).people == {}
