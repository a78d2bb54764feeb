"""Corrections: nothing on record is changed, an event says what an earlier one got wrong. Legal in every state."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import invalid
from depot.events import append
from depot.orders import demand_version, find_order
from models import RepairOrder


def correct(
    session: Session,
    number: str,
    seq: int,
    correction: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> RepairOrder:
    """Add a correction that points at the order's event number ``seq``; the order's version stays.

    Raises NotFound, Invalid.
    """
    order = find_order(session, number, by, lock=True)
    demand_version(order, version)
    if not 1 <= seq <= order.event_seq:
        raise invalid("/event", f"{order.number} has the events 1 to {order.event_seq}.")
    append(session, order, "correct", by, now, facts={"corrects": seq}, private={"correction": correction})
    return order
