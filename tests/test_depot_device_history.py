from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from registers import DESK, a_customer, a_device, an_order_of, desk_of, main_depot, north_depot
from sqlalchemy import event
from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.device_history import list_past_orders, repairs_so_far
from models import (
    Depot,
    Device,
    Diagnosis,
    Outcome,
    Part,
    RepairOrder,
    Replacement,
    Result,
    State,
    Summary,
    Unit,
    Verdict,
    Work,
)


def told_about(session: Session, order: RepairOrder, now: datetime, what: str) -> None:
    """Write a diagnosis, work, a summary and a replaced part for an order, each saying ``what``."""
    when: dict[str, Any] = {"order_id": order.id, "at": now, "by_id": SYSTEM.person_id}
    part = Part(part_number=f"P-{order.id}", name=what, serialized=False, unit=Unit.PIECE, created_at=now)
    session.add(part)
    session.flush()
    codes = {"symptom": "no_power", "cause": "other", "attribution": "ours"}
    finding = {"finding": f"found {what}", "solution": f"solve {what}", "verdict": Verdict.REPAIR}
    session.add_all(
        [
            Diagnosis(**when, **codes, **finding),
            Work(**when, action="other", work_done=f"did {what}", labour_minutes=5),
            Summary(**when, cause=f"because {what}", work_done=None, advice="none"),
            Replacement(**when, part_id=part.id, quantity=Decimal(1), outcome=Outcome.USED, removed=False),
        ]
    )
    session.flush()


def an_order(session: Session, depot: Depot, device: Device, **more: Any) -> RepairOrder:
    return an_order_of(session, depot, a_customer(session, depot).customer, device, **more)


def test_the_history_tells_what_was_said_found_done_and_replaced(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    device = a_device(session, depot).device
    times = {"received_at": now - timedelta(days=2), "ended_at": now}
    order = an_order(session, depot, device, result=Result.REPAIRED, reported_fault="“坏了” 𠮷", **times)
    told_about(session, order, now, "fuse")

    (past,) = list_past_orders(session, device, DESK)

    assert (past.heads.number, past.heads.depot, past.heads.result) == (order.number, "MAIN", Result.REPAIRED)
    assert (past.heads.received_at, past.returned_at) == (now - timedelta(days=2), now)
    assert past.heads.reported_fault == "“坏了” 𠮷"
    assert (past.findings, past.solution, past.cause) == (("found fuse",), "solve fuse", "because fuse")
    assert past.work_done == ("did fuse",)
    assert [(one.part.name, one.outcome) for one in past.parts] == [("fuse", Outcome.USED)]


def test_an_order_that_is_under_way_has_little_to_tell(session: Session) -> None:
    depot = main_depot(session)
    device = a_device(session, depot).device
    an_order(session, depot, device, state=State.RECEIVED)

    (past,) = list_past_orders(session, device, DESK)

    assert (past.returned_at, past.solution, past.cause, past.findings, past.parts) == (None, None, None, (), ())


def test_the_newest_order_comes_first_and_only_those_within_sight(session: Session) -> None:
    depot, north = main_depot(session), north_depot(session)
    device = a_device(session, depot).device
    first, second = an_order(session, depot, device), an_order(session, north, device)

    assert [past.heads.id for past in list_past_orders(session, device, DESK)] == [second.id, first.id]
    assert [past.heads.id for past in list_past_orders(session, device, desk_of(north))] == [second.id]


def test_a_long_history_costs_no_more_queries_than_a_short_one(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    device = a_device(session, depot).device
    for number in range(5):
        told_about(session, an_order(session, depot, device), now, f"fault {number}")
    session.expire_all()
    asked: list[str] = []
    device_again = session.get_one(Device, device.id)

    def note(*arguments: Any) -> None:
        asked.append(arguments[2])

    event.listen(session.connection(), "before_cursor_execute", note)
    past = list_past_orders(session, device_again, DESK)
    names = [one.part.name for order in past for one in order.parts]

    assert len(names) == 5
    assert len(asked) == 5


@pytest.mark.parametrize(
    ("results", "repairs"),
    [
        ([], 0),
        ([None], 0),
        ([Result.REPAIRED], 1),
        ([Result.REPAIRED, Result.REPLACED], 2),
        ([Result.NO_FAULT_FOUND, Result.DECLINED, Result.REPAIRED], 1),
    ],
)
def test_repairs_so_far_are_those_that_ended_well(session: Session, results: list[Result | None], repairs: int) -> None:
    depot = main_depot(session)
    device = a_device(session, depot).device
    for result in results:
        an_order(session, depot, device, result=result)

    assert repairs_so_far(session, device.id) == repairs
