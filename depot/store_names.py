"""What ids are called, many at once: a page costs one query for each kind of name. And an order by its number."""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import NotFound, invalid
from depot.orders import find_order
from models import Depot, RepairOrder


def depot_codes(session: Session, ids: Iterable[int]) -> dict[int, str]:
    """The codes of depots, by id."""
    return {row[0]: row[1] for row in session.execute(select(Depot.id, Depot.code).where(Depot.id.in_(set(ids))))}


def order_numbers(session: Session, ids: Iterable[int | None]) -> dict[int | None, str]:
    """The numbers of orders, by id; None has none."""
    wanted = {number for number in ids if number is not None}
    query = select(RepairOrder.id, RepairOrder.number).where(RepairOrder.id.in_(wanted))
    return {row[0]: row[1] for row in session.execute(query)}


def order_in_body(session: Session, number: str, by: Actor) -> RepairOrder:
    """The order that a body names; raises Invalid at ``/repair_order`` where there is none in the actor's sight."""
    try:
        return find_order(session, number, by)
    except NotFound as unknown:
        raise invalid("/repair_order", unknown.message) from unknown
