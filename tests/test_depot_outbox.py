"""What the customer is told: one row per contact and channel for each step that they can see, and none beside."""

from __future__ import annotations

from collections import Counter
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, FINISH, PASS, Desk, intake

from app import DepotApp
from depot import outbox
from depot.procedure import STEPS
from models import Contact, ContactKind, Customer, Language, OutboxChannel, OutboxRow


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def rows(app: DepotApp) -> list[OutboxRow]:
    return app.unit_of_work(lambda session: session.query(OutboxRow).order_by(OutboxRow.id).all(), writing=False)


PHONE, MAIL = ContactKind.PHONE, ContactKind.EMAIL
REACHED: list[tuple[list[ContactKind], list[OutboxChannel]]] = [
    ([PHONE, MAIL], [OutboxChannel.EMAIL]),
    ([MAIL, MAIL], [OutboxChannel.EMAIL, OutboxChannel.EMAIL]),
    ([PHONE, PHONE], [OutboxChannel.CALL, OutboxChannel.CALL]),
    ([], []),
]


@pytest.mark.parametrize(("kinds", "channels"), REACHED, ids=str)
def test_mail_is_preferred_and_a_phone_gets_a_call(kinds: list[ContactKind], channels: list[OutboxChannel]) -> None:
    customer = Customer(name="张䶮", language=Language.ZH, contacts=[Contact(kind=kind, value="x") for kind in kinds])

    reached = outbox.reachable(customer)

    assert [channel for _, channel in reached] == channels


def test_each_visible_step_makes_one_row_and_the_others_none(app: DepotApp, desk: Desk) -> None:
    number = desk.until("returned")

    told = Counter(row.kind for row in rows(app))

    visible = {step.action for step in STEPS if step.tells}
    taken = Counter(event["action"] for event in desk.events(number))
    assert told == Counter({action: times for action, times in taken.items() if action in visible})
    assert "finish-repair" not in told
    assert "test" not in told
    assert {row.channel for row in rows(app)} == {OutboxChannel.EMAIL}
    assert len({row.delivery_id for row in rows(app)}) == len(rows(app))


@pytest.mark.parametrize(
    ("customer", "expected"),
    [
        ({"name": "甲", "phone": "+86 571 0000 0001", "language": "en"}, [("call", "en")]),
        ({"name": "乙", "email": "b@example.org"}, [("email", "zh")]),
        ({}, []),
    ],
    ids=["phone only", "mail only", "nobody knows"],
)
def test_whoever_can_be_reached_is_told_of_the_intake(
    app: DepotApp, desk: Desk, customer: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    desk.furnish(policies={"anonymous_walk_in": True})

    desk.post("/repair-orders", intake() | {"customer": customer}, "service_desk", expect=201)

    assert [(row.channel.value, row.language.value) for row in rows(app)] == expected


def test_a_retired_contact_is_left_out(app: DepotApp, desk: Desk) -> None:
    number = desk.until("received")
    key = desk.order(number)["customer"]["id"]
    phone = {"kind": "phone", "value": "+86 571 0000 0000"}
    body = {"name": "张䶮", "language": "zh", "contacts": [phone]}
    desk.client.send("PUT", f"/customers/{key}", json=body, token=desk.token("service_desk"))

    desk.step(number, "start-inspection")

    assert [row.channel.value for row in rows(app)] == ["email", "call"]


def test_a_refused_step_tells_nobody(app: DepotApp, desk: Desk) -> None:
    number = desk.until("inspecting")
    before = len(rows(app))

    desk.step(number, "start-inspection", expect=409)
    desk.step(number, "diagnose", DIAGNOSIS | {"symptom": "nonsense"}, expect=422)
    desk.step(number, "diagnose", DIAGNOSIS, expect=403, role="service_desk")
    desk.step(number, "diagnose", DIAGNOSIS, expect=412, headers={"If-Match": '"1"'})

    assert len(rows(app)) == before


def test_a_replayed_step_tells_once(app: DepotApp, desk: Desk) -> None:
    number = desk.until("received")

    for _ in range(3):
        desk.step(number, "start-inspection", key="scan-1")

    assert Counter(row.kind for row in rows(app)) == {"receive": 1, "start-inspection": 1}


def test_a_failed_test_is_nothing_that_the_customer_sees(app: DepotApp, desk: Desk) -> None:
    number = desk.until("testing")
    before = len(rows(app))

    desk.step(number, "test", {"passed": False, "note": "still hums"})
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", PASS)

    assert len(rows(app)) == before


def test_the_step_of_the_system_is_told_too(app: DepotApp, desk: Desk) -> None:
    desk.stock("NOWHERE-1", 0)
    number = desk.until("awaiting_parts")

    desk.arrive("NOWHERE-1", 1)

    assert desk.order(number)["state"] == "approved"
    assert [row.kind for row in rows(app)][-1] == "parts-complete"
