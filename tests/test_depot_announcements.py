"""Announcements that nobody followed up: until when they are valid, and how they end."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from announced import DAYS, SAID, announce, valid_for
from conftest import Client, Clock, TokenMaker
from desk import ADVICE, CHECKLIST, Desk, intake
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import a_depot, a_loaner, an_order, another_depot

from app import DepotApp
from depot import announcements, verify
from depot.actors import SYSTEM, Actor
from depot.announcements import AT_ONCE, expire, expire_batch
from depot.errors import Forbidden, IllegalStep
from depot.intake import is_past, late_warning
from depot.procedure import take_step
from models import Loan, OutboxRow, RepairOrder, Role, State

LOAN = {"condition": "as new", "accessories": ["charger"], "signed_by": "张䶮", "due_on": "2026-12-24"}
UNIT = {"code": "LN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L-1", "accessories": ["charger"]}
Work = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    valid_for(desk)
    return desk


def lent_for(desk: Desk, number: str) -> int:
    """Lend a unit for an order; the id of the loan."""
    desk.post("/loaner-units", UNIT, "logistics", expect=201)
    slip = LOAN | {"loaner_unit": "LN-1", "repair_order": number}
    loan: int = desk.post("/loans", slip, "service_desk", expect=201).get_json()["id"]
    return loan


def tidied(work: Work, clock: Clock) -> int:
    """How many announcements one batch ended."""
    ended: int = work(lambda session: expire_batch(session, clock.now)).ended
    return ended


@pytest.mark.parametrize(
    ("zone", "now", "until"),
    [
        ("Asia/Shanghai", datetime(2026, 11, 22, 15, 59, tzinfo=UTC), "2026-11-25"),
        ("Asia/Shanghai", datetime(2026, 11, 22, 16, 1, tzinfo=UTC), "2026-11-26"),
        ("Pacific/Kiritimati", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), "2026-11-26"),
        ("Pacific/Pago_Pago", datetime(2026, 11, 22, 10, 0, tzinfo=UTC), "2026-11-24"),
    ],
)
def test_the_last_day_is_one_of_the_depots_calendar(
    desk: Desk, clock: Clock, zone: str, now: datetime, until: str
) -> None:
    valid_for(desk, time_zone=zone)
    clock.now = now

    order = announce(desk)

    assert order["announced_until"] == until
    assert desk.events(order["number"], "announce")[0]["facts"]["announced_until"] == until


@pytest.mark.parametrize(("days", "years"), [(None, 20), (3650, 9)])
def test_an_announcement_is_valid_as_long_as_the_policy_says(
    desk: Desk, work: Work, clock: Clock, days: int | None, years: int
) -> None:
    valid_for(desk, days)
    order = announce(desk)
    valid_for(desk, 1)
    clock.advance(days=365 * years)

    assert (order["announced_until"] is None) is (days is None)
    assert tidied(work, clock) == 0
    assert desk.order(order["number"])["state"] == "announced"


@pytest.mark.parametrize(
    ("minutes", "state"), [(-1, "announced"), (1, "cancelled")], ids=["on its last day", "the day after"]
)
def test_it_ends_when_its_last_day_is_over_at_the_depot(
    desk: Desk, work: Work, clock: Clock, minutes: int, state: str
) -> None:
    number = announce(desk)["number"]
    clock.now = datetime(2026, 11, 25, 16, 0, tzinfo=UTC) + timedelta(minutes=minutes)

    ended = tidied(work, clock)

    assert (ended, desk.order(number)["state"]) == (int(state == "cancelled"), state)


def test_the_depot_itself_ends_it_and_tells_the_customer(app: DepotApp, desk: Desk, work: Work, clock: Clock) -> None:
    number = announce(desk)["number"]
    clock.advance(days=DAYS + 1)

    work(lambda session: expire_batch(session, clock.now))

    order, (ended,) = desk.order(number), desk.events(number, "expire")
    assert (ended["by"]["name"], ended["from_state"], ended["to_state"]) == ("system", "announced", "cancelled")
    assert (order["version"], order["result"], order["allowed_actions"]) == (2, None, [])
    assert order["ended_at"] == ended["at"]
    told = work(lambda session: session.scalars(select(OutboxRow.kind).order_by(OutboxRow.id)).all())
    assert told == ["announce", "expire"]
    assert app.unit_of_work(lambda session: list(verify.faults(session)), writing=False) == []


@pytest.mark.parametrize("role", ["service_desk", "manager", "integration", "admin"])
def test_nobody_is_offered_to_end_it_that_way(desk: Desk, role: str) -> None:
    number = announce(desk)["number"]

    desk.post(f"/repair-orders/{number}/expire", {}, role, expect=404)

    assert "expire" not in [each["action"] for each in desk.order(number, role)["allowed_actions"]]


@pytest.mark.parametrize("role", [Role.ADMIN, Role.MANAGER, Role.SERVICE_DESK])
def test_nobody_but_the_depot_itself_takes_that_step(session: Session, now: datetime, role: Role) -> None:
    order = an_order(session, State.ANNOUNCED, announced_until=date(2026, 1, 1))
    somebody = Actor(SYSTEM.person_id, "somebody", role, None)

    with pytest.raises((IllegalStep, Forbidden)):
        take_step(session, order.number, "expire", None, somebody, now)

    assert order.state is State.ANNOUNCED


def test_it_does_not_end_while_a_loaner_unit_is_out_for_it(desk: Desk, work: Work, clock: Clock) -> None:
    number = announce(desk)["number"]
    loan = lent_for(desk, number)
    clock.advance(days=DAYS + 1)

    while_out = tidied(work, clock)
    desk.post(f"/loans/{loan}/return", {"condition": "as lent", "accessories_returned": True}, "service_desk")

    assert (while_out, tidied(work, clock)) == (0, 1)
    assert desk.order(number)["state"] == "cancelled"


@pytest.mark.parametrize(("language", "says"), [("zh", "登记有效期至"), ("en", "Please send it by")])
def test_the_customers_page_names_the_last_day_while_it_matters(
    desk: Desk, root: Client, work: Work, language: str, says: str
) -> None:
    number = announce(desk)["number"]
    code = work(lambda session: session.scalars(select(RepairOrder.access_code).filter_by(number=number)).one())
    page = f"/o/{number}/{code}?language={language}"

    before = root.get(page).text
    desk.step(number, "receive", CHECKLIST)
    after = root.get(page).text

    assert says in before
    assert "2026-11-25" in before
    assert says not in after
    assert "2026-11-25" not in after


WAYS_IN = {
    "repair-orders": (intake(), "received"),
    "announcements": ({name: intake()[name] for name in SAID}, "announced"),
    "refusals": ({name: intake()[name] for name in SAID} | ADVICE, "refused"),
}


@pytest.mark.parametrize("way", WAYS_IN)
def test_one_past_its_day_does_not_stand_in_the_way_of_the_same_device(desk: Desk, clock: Clock, way: str) -> None:
    body, state = WAYS_IN[way]
    old = announce(desk)
    clock.advance(days=DAYS + 1)

    order = desk.post(f"/{way}", body, "service_desk", expect=201).get_json()

    assert order["number"] != old["number"]
    assert (order["state"], order["device"]["id"]) == (state, old["device"]["id"])
    assert f"The announcement {old['number']} was valid until 2026-11-25 and has ended." in order["warnings"]
    assert desk.order(old["number"])["state"] == "cancelled"


@pytest.mark.parametrize("way", WAYS_IN)
def test_one_on_its_last_day_does(desk: Desk, clock: Clock, way: str) -> None:
    old = announce(desk)["number"]
    clock.advance(days=DAYS)

    problem = desk.post(f"/{way}", WAYS_IN[way][0], "service_desk", expect=409).get_json()

    assert (problem["open_order"], problem["state"], problem["action"]) == (old, "announced", "receive")


def test_one_past_its_day_for_which_a_unit_is_out_does_too(desk: Desk, clock: Clock) -> None:
    number = announce(desk)["number"]
    lent_for(desk, number)
    clock.advance(days=DAYS + 1)

    problem = desk.post("/repair-orders", intake(), "service_desk", expect=409).get_json()

    assert (problem["open_order"], problem["action"]) == (number, "receive")


def test_an_intake_that_is_refused_ends_nothing(desk: Desk, clock: Clock) -> None:
    number = announce(desk)["number"]
    clock.advance(days=DAYS + 1)

    desk.post("/repair-orders", intake(condition=None), "service_desk", expect=422)

    assert desk.order(number)["state"] == "announced"
    assert desk.events(number, "expire") == []


def test_it_ends_out_of_sight_as_well(desk: Desk, token: TokenMaker, clock: Clock) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    number = announce(desk)["number"]
    clock.advance(days=DAYS + 1)

    north = token("service_desk", ["NORTH"], "somebody up north")
    order = desk.client.post("/repair-orders", intake(depot="NORTH"), token=north, expect=201).get_json()

    assert order["depot"] == "NORTH"
    assert desk.order(number)["state"] == "cancelled"


@pytest.mark.parametrize(("days", "warned"), [(DAYS, False), (DAYS + 1, True), (400, True)])
def test_a_device_that_comes_late_is_received_with_a_warning(desk: Desk, clock: Clock, days: int, warned: bool) -> None:
    number = announce(desk)["number"]
    clock.advance(days=days)

    before = [text for text in desk.order(number)["warnings"] if text.startswith("Announced until 2026-11-25")]
    order = desk.step(number, "receive", CHECKLIST)

    after = [text for text in order["warnings"] if text.startswith("Announced until 2026-11-25")]
    assert (order["state"], order["announced_until"]) == ("received", "2026-11-25")
    assert (len(before), len(after)) == (warned, warned)
    assert all("came late" in text for text in after)
    assert not any("Announced until" in text for text in desk.step(number, "start-inspection")["warnings"])


@pytest.mark.parametrize("state", [State.INSPECTING, State.CANCELLED, State.RETURNED])
def test_nobody_is_warned_once_it_no_longer_matters(session: Session, now: datetime, state: State) -> None:
    order = an_order(session, state, announced_until=date(2026, 1, 1))

    assert is_past(order, now)
    assert late_warning(order, now) == []


@pytest.mark.parametrize("state", [state for state in State if state is not State.ANNOUNCED])
def test_what_is_not_announced_is_left_as_it_is(session: Session, now: datetime, state: State) -> None:
    order = an_order(session, state, announced_until=date(2026, 1, 1))

    assert expire(session, order, now) == []
    assert expire_batch(session, now) == announcements.Batch(0, None)
    assert order.state is state


def test_batches_pass_over_what_cannot_end_and_come_to_the_last(session: Session, now: datetime) -> None:
    past = date(2026, 11, 21)
    orders = [an_order(session, State.ANNOUNCED, announced_until=past) for _ in range(AT_ONCE + 3)]
    never, later = an_order(session, State.ANNOUNCED), an_order(session, State.ANNOUNCED, announced_until=now.date())
    _lend(session, orders[0], now)

    first = expire_batch(session, now)
    second = expire_batch(session, now, first.last_id or 0)
    third = expire_batch(session, now, second.last_id or 0)

    assert (first.ended, second.ended, third) == (AT_ONCE - 1, 3, announcements.Batch(0, None))
    assert {order.state for order in orders[1:]} == {State.CANCELLED}
    assert {order.state for order in (orders[0], never, later)} == {State.ANNOUNCED}


def _lend(session: Session, order: RepairOrder, now: datetime) -> None:
    unit = a_loaner(session)
    session.add(
        Loan(
            unit=unit, order_id=order.id, due_on=now.date(), condition="new", accessories=[], signed_by="王芳",
            lent_at=now, lent_by_id=1,
        )
    )  # fmt: skip
    session.flush()


def test_depots_on_both_sides_of_the_date_line_end_their_own(session: Session, clock: Clock) -> None:
    clock.now = datetime(2026, 11, 22, 10, 30, tzinfo=UTC)
    east, west = a_depot(session), another_depot(session)
    east.time_zone, west.time_zone = "Pacific/Kiritimati", "Pacific/Pago_Pago"
    there, here = (
        an_order(session, State.ANNOUNCED, depot, announced_until=date(2026, 11, day))
        for depot, day in ((east, 22), (west, 21))
    )

    batch = expire_batch(session, clock.now)

    assert batch == announcements.Batch(1, here.id)
    assert (there.state, here.state) == (State.CANCELLED, State.ANNOUNCED)
