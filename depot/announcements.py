"""Announcements past their day: the depot itself ends them, so that what never came blocks nothing.

Nobody waits for it: an intake or another announcement of the same device ends it on the way, ``depot tidy`` and the
start of the service end all that are due. Of two that meet, or of one that meets a device just coming in, one wins:
the step holds the order and looks again.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import intake, procedure
from depot.actors import SYSTEM
from depot.errors import IllegalStep
from models import RepairOrder, State

AT_ONCE = 20
EARLIEST_ZONE = timedelta(hours=14)
"""Where a day begins first: an announcement that is not past its day there is so nowhere."""


@dataclass(frozen=True)
class Batch:
    """How many announcements were ended, and the id of the last order looked at; None after the last batch."""

    ended: int
    last_id: int | None


def expire(session: Session, order: RepairOrder, now: datetime) -> list[str]:
    """End an announcement that is past its day, and say so; nothing where it is not, or while a loaner unit is out."""
    if order.state is not State.ANNOUNCED or not intake.is_past(order, now):
        return []
    try:
        procedure.take_step(session, order.number, "expire", None, SYSTEM, now)
    except IllegalStep:  # somebody received it meanwhile, or a loaner unit is out for it
        return []
    return [f"The announcement {order.number} was valid until {order.announced_until} and has ended."]


def expire_batch(session: Session, now: datetime, after_id: int = 0) -> Batch:
    """End what is past its day among the next few announcements, by id: as orders are held everywhere."""
    query = select(RepairOrder).where(
        RepairOrder.state == State.ANNOUNCED,
        RepairOrder.announced_until < (now + EARLIEST_ZONE).date(),
        RepairOrder.id > after_id,
    )
    orders = session.scalars(query.order_by(RepairOrder.id).limit(AT_ONCE)).all()
    ended = sum(bool(expire(session, order, now)) for order in orders)
    return Batch(ended, orders[-1].id if orders else None)
