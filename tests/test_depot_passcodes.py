"""A passcode is shown to the assigned technician alone, each look is on record, and it stands nowhere in the open."""

from __future__ import annotations

import logging
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import CHECKLIST, DISPOSAL, HAND_OVER, Desk, intake
from sqlalchemy.orm import Session

from app import DepotApp
from depot import passcodes
from depot.errors import SecretUnreadable
from models import Base, RepairOrder

CANARY = "kanari-𠮷-4711"


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def locked(desk: Desk, state: str = "inspecting") -> str:
    return desk.until(state, data={"passcode": CANARY})


def look(desk: Desk, number: str, expect: int = 201, role: str = "technician", **more: Any) -> dict[str, Any]:
    body = {"reason": "to copy the data"}
    answer: dict[str, Any] = desk.post(
        f"/repair-orders/{number}/passcode-views", body, role, expect=expect, **more
    ).get_json()
    return answer


def rows_with(session: Session, canary: str) -> list[str]:
    """The tables in which a text stands anywhere, in any encoding that a value may be written in."""
    spellings = (canary, canary.encode("unicode-escape").decode(), ascii(canary)[1:-1])
    return [
        table.name
        for table in Base.metadata.sorted_tables
        for row in session.execute(table.select())
        if any(
            spelling in str(value) or spelling.encode() in as_bytes(value) for value in row for spelling in spellings
        )
    ]


def as_bytes(value: object) -> bytes:
    return bytes(value) if isinstance(value, (bytes, memoryview)) else b""


def test_what_was_sealed_is_read_with_the_same_secret_only() -> None:
    sealed = passcodes.seal("one secret", CANARY)

    assert passcodes.unseal("one secret", sealed) == CANARY
    assert CANARY.encode() not in sealed
    with pytest.raises(SecretUnreadable):
        passcodes.unseal("another secret", sealed)


def test_the_assigned_technician_sees_it_and_each_look_is_an_event(desk: Desk) -> None:
    number = locked(desk)

    shown = [look(desk, number), look(desk, number)]

    assert shown == [{"passcode": CANARY}] * 2
    looks = desk.events(number, "passcode-view")
    assert [event["by"]["name"] for event in looks] == ["somebody of technician"] * 2
    assert looks[0]["text"] == {"reason": "to copy the data"}


def test_nobody_else_sees_it_and_the_refusal_leaves_no_look(desk: Desk, token: TokenMaker) -> None:
    number = locked(desk)
    another = token("technician", name="another technician")

    problem = desk.client.post(
        f"/repair-orders/{number}/passcode-views", {"reason": "curious"}, token=another, expect=403
    ).get_json()
    for role in ("manager", "admin", "service_desk", "logistics", "integration"):
        look(desk, number, expect=403, role=role)

    assert problem["assigned_to"] == "somebody of technician"
    assert desk.events(number, "passcode-view") == []


def test_it_goes_with_the_order_to_whom_that_is_reassigned(desk: Desk, token: TokenMaker) -> None:
    number = locked(desk)
    another = token("technician", name="another technician")
    desk.step(number, "reassign", {"person": "another technician", "handover_note": "on leave"})

    shown = desk.client.post(
        f"/repair-orders/{number}/passcode-views", {"reason": "x"}, token=another, expect=201
    ).get_json()

    assert shown == {"passcode": CANARY}
    look(desk, number, expect=403)


@pytest.mark.parametrize("reason", [None, "", "  ", "x" * 10_001])
def test_a_look_has_a_reason(desk: Desk, reason: Any) -> None:
    number = locked(desk)

    desk.post(f"/repair-orders/{number}/passcode-views", {"reason": reason}, "technician", expect=422)

    assert desk.events(number, "passcode-view") == []


def test_it_stands_in_no_answer_event_document_row_or_log(
    app: DepotApp, desk: Desk, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    body = intake(data={"passcode": CANARY})
    answers = [desk.post("/repair-orders", body, "service_desk", expect=201, key="intake-1").get_data(as_text=True)]
    number = desk.get("/repair-orders").get_json()["items"][0]["number"]
    answers.append(desk.post("/repair-orders", body, "service_desk", expect=201, key="intake-1").get_data(as_text=True))
    desk.step(number, "start-inspection")
    look(desk, number, key="look-1")
    answers += [
        desk.get(path).get_data(as_text=True)
        for path in (f"/repair-orders/{number}", f"/repair-orders/{number}/events", "/repair-orders", "/devices/1")
    ]
    desk.get(f"/repair-orders/{number}/intake-receipt.pdf")

    stand = app.unit_of_work(lambda session: rows_with(session, CANARY), writing=False)

    assert stand == []
    assert not any(CANARY in answer or "kanari" in answer for answer in answers)
    assert "kanari" not in caplog.text
    assert desk.order(number)["data"]["has_passcode"] is True


def test_a_refused_intake_does_not_say_it_again(desk: Desk) -> None:
    problem = desk.receive(expect=422, data={"passcode": CANARY + "\x00"})

    assert "kanari" not in str(problem)
    assert problem["errors"][0]["pointer"] == "/data/passcode"


def test_a_replayed_key_does_not_show_it_again_without_a_look(desk: Desk) -> None:
    number = locked(desk)

    look(desk, number, key="same")
    look(desk, number, key="same")

    assert len(desk.events(number, "passcode-view")) == 2


ENDS: list[tuple[str, str, dict[str, Any]]] = [
    ("ready", "hand-over", HAND_OVER),
    ("unclaimed", "dispose", DISPOSAL),
]


@pytest.mark.parametrize(("state", "action", "body"), ENDS)
def test_every_end_forgets_it(app: DepotApp, desk: Desk, state: str, action: str, body: dict[str, Any]) -> None:
    number = locked(desk, state)

    before = desk.order(number)["data"]["has_passcode"]
    after = desk.step(number, action, body)

    assert (before, after["data"]["has_passcode"]) == (True, False)
    assert app.unit_of_work(lambda s: s.query(RepairOrder.passcode).scalar(), writing=False) is None
    look(desk, number, expect=404)


@pytest.mark.parametrize(("action", "body"), [("cancel", {"reason": "x"}), ("refuse", {"reason": "x", "advice": "y"})])
def test_so_does_the_end_of_an_announcement(app: DepotApp, desk: Desk, action: str, body: dict[str, Any]) -> None:
    number = desk.until("announced")
    app.unit_of_work(lambda session: session.query(RepairOrder).update({"passcode": b"sealed"}))

    order = desk.step(number, action, body)

    assert order["data"]["has_passcode"] is False


def test_an_announced_device_brings_its_passcode_when_it_is_received(desk: Desk) -> None:
    number = desk.until("announced")

    order = desk.step(number, "receive", CHECKLIST | {"data": CHECKLIST["data"] | {"passcode": CANARY}})
    desk.step(number, "start-inspection")

    assert "passcode" not in order["data"]
    assert look(desk, number) == {"passcode": CANARY}


def test_under_another_secret_the_service_says_so(app: DepotApp, desk: Desk) -> None:
    number = locked(desk)
    app.unit_of_work(
        lambda session: session.query(RepairOrder).update({"passcode": passcodes.seal("another secret", CANARY)})
    )

    problem = look(desk, number, expect=409)

    assert problem["type"] == "urn:depot:problem:secret-unreadable"
    assert "secret" in problem["detail"]
    assert desk.events(number, "passcode-view") == []


def test_without_a_passcode_there_is_none_to_see(desk: Desk) -> None:
    number = desk.until("inspecting")

    look(desk, number, expect=404)

    assert desk.order(number)["data"]["has_passcode"] is False
