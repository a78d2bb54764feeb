"""The history of an order over HTTP, and that no event chain names a person."""

from __future__ import annotations

import pytest
from conftest import Client, TokenMaker
from desk import ADVICE, CHARGED, FINISH, HAND_OVER, NOTICES, PASS, SUMMARY, Desk, cny, intake

from app import DepotApp
from models import Event

PERSONAL = {
    "name": "欧阳娜娜",
    "phone": "+86 571 2222 3333",
    "email": "nana@example.org",
}


SAID = [*PERSONAL.values(), "司马相如", "SECRET-FAULT", "SECRET-NOTE", "SECRET-REASON", "SECRET-TEXT", "SECRET-ADVICE"]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def full_story(desk: Desk) -> None:
    """Every step and every other fact that an order can have, each with text about a person in it."""
    desk.furnish(labour_rate=cny(30000))
    desk.stock("MOTOR", 9, sale_price=100)
    changes = {
        "customer": PERSONAL,
        "reported_fault": "SECRET-FAULT",
        "condition": "SECRET-TEXT",
        "other_faults": "SECRET-TEXT",
    }
    number = desk.until("inspecting", charges_told=[{"text": "SECRET-TEXT", "amount": cny(5)}], **changes)
    said = {"finding": "SECRET-TEXT", "solution": "SECRET-TEXT", "coverage_reason": "SECRET-REASON"}
    yes = {"decision": "approved", "decided_by": "司马相如", "channel": "phone", "phone_number": "+86 571 2222 3333"}
    desk.step(number, "diagnose", CHARGED | said)
    desk.step(number, "new-facts", {"note": "SECRET-NOTE"})
    desk.step(number, "diagnose", CHARGED | said | {"parts": [{"part_number": "MOTOR", "quantity": 1}]})
    desk.step(number, "decide", yes | {"quote_version": 2})
    desk.step(number, "start-repair")
    desk.step(
        number,
        "replace-part",
        {"part_number": "MOTOR", "quantity": 1, "outcome": "unused", "fault_seen": "SECRET-TEXT"},
    )
    desk.step(number, "reassign", {"person": "somebody of technician", "handover_note": "SECRET-NOTE"})
    desk.step(number, "finish-repair", FINISH | {"work_done": "SECRET-TEXT"})
    desk.step(number, "test", {"passed": False, "note": "SECRET-NOTE"})
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", PASS)
    desk.step(number, "reopen", {"reason": "SECRET-REASON"})
    desk.step(number, "cancel", {"reason": "SECRET-REASON", "charge": cny(900)}, role="manager")
    desk.step(number, "summarize", SUMMARY | {"cause": "SECRET-TEXT", "advice": "SECRET-ADVICE"})
    paid = desk.post(
        f"/repair-orders/{number}/payments", {"amount": cny(900), "method": "card", "reference": "司马相如"}, expect=201
    ).get_json()
    desk.post(f"/repair-orders/{number}/payments/{paid['id']}/reverse", {"reason": "SECRET-REASON"}, expect=201)
    desk.post(f"/repair-orders/{number}/waivers", {"amount": cny(900), "reason": "SECRET-REASON"}, expect=201)
    desk.post(
        f"/repair-orders/{number}/overrides", {"guard": "beyond_economic_share", "reason": "SECRET-REASON"}, expect=201
    )
    desk.step(number, "mark-unclaimed", NOTICES)
    desk.step(number, "hand-over", HAND_OVER | {"signed_by": "司马相如", "note": "SECRET-NOTE"})
    desk.step(number, "correct", {"event": 1, "correction": "SECRET-TEXT"})
    refusal = {"customer": PERSONAL, "device": intake()["device"], "reported_fault": "SECRET-FAULT"}
    desk.post("/refusals", refusal | {name: f"SECRET-{name.upper()}" for name in ADVICE}, expect=201)


def test_no_event_chain_holds_what_people_said_or_are_called(app: DepotApp, desk: Desk) -> None:
    full_story(desk)

    rows = app.unit_of_work(lambda session: session.query(Event).all(), writing=False)

    assert len(rows) > 25
    assert [(row.action, word) for row in rows for word in SAID if word in str(row.facts)] == []
    kept = " ".join(str(row.private) for row in rows)
    assert all(word in kept for word in ("司马相如", "SECRET-NOTE", "SECRET-REASON", "SECRET-ADVICE"))


def test_the_history_is_paged_and_says_who(desk: Desk) -> None:
    number = desk.until("returned")

    first = desk.get(f"/repair-orders/{number}/events?limit=3").get_json()
    rest = desk.get(f"/repair-orders/{number}/events?cursor={first['next']}").get_json()

    items = first["items"] + rest["items"]
    assert [event["seq"] for event in items] == list(range(1, len(items) + 1))
    assert [event["id"] for event in items] == [event["seq"] for event in items]
    assert {event["by"]["name"] for event in items} == {"somebody of service_desk", "somebody of technician"}
    assert [event["to_state"] for event in items][-1] == "returned"
