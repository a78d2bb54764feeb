"""What orders need, and what is set aside 预留 for them.

A need says how much of a part an order asked for; its reservations say what is set aside for it, and where. Free stock
goes to those who wait in turn: the higher priority, then repeats, then the nearer promise, then the older order.

Whatever makes stock free ends with ``depot.procedure.serve_waiting``. So that it takes its locks in the one order,
it begins with ``lock_waiting``: the orders that may be served, before the part. An order that begins to wait in between
holds the part while it does, is seen afterwards, and makes the unit of work run again.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from depot import ledger
from depot.errors import Retry
from depot.free_stock import free_units, list_free
from depot.identifiers import fold_order_number
from models import (
    Condition,
    Location,
    Part,
    PartNeed,
    PartUnit,
    RepairOrder,
    Reservation,
    ReservationState,
    State,
)

ONE = Decimal(1)
SERVED_STATES = (State.APPROVED, State.AWAITING_PARTS, State.REPAIRING)


@dataclass(frozen=True)
class Shortage:
    """So much of a part is neither issued to the order nor set aside for it."""

    part_number: str
    quantity: Decimal


def add_need(session: Session, order: RepairOrder, part: Part, quantity: Decimal, now: datetime) -> PartNeed:
    """Write down that an order needs a part; nothing is set aside yet."""
    need = PartNeed(order_id=order.id, part=part, quantity=quantity, issued=Decimal(0), created_at=now, reservations=[])
    session.add(need)
    return need


def open_needs(session: Session, order: RepairOrder) -> list[PartNeed]:
    """The needs of an order that are not issued in full, oldest first, as the database has them."""
    query = select(PartNeed).where(PartNeed.order_id == order.id, PartNeed.closed_at.is_(None)).order_by(PartNeed.id)
    return list(session.scalars(query.execution_options(populate_existing=True)).unique())


def list_needs(session: Session, order: RepairOrder) -> list[PartNeed]:
    """Every part that an order ever asked for, oldest first."""
    return list(session.scalars(select(PartNeed).where(PartNeed.order_id == order.id).order_by(PartNeed.id)).unique())


def count_issued(need: PartNeed, quantity: Decimal, now: datetime) -> None:
    """Write down that so much was issued for a need; one that has all it asked for is closed."""
    need.issued += quantity
    if need.issued == need.quantity:
        need.closed_at = now


def open_reservations(need: PartNeed) -> list[Reservation]:
    """What is set aside for a need now."""
    return [line for line in need.reservations if line.state is ReservationState.OPEN]


def missing(need: PartNeed) -> Decimal:
    """How much of a need is neither issued nor set aside."""
    return need.quantity - need.issued - sum((line.quantity for line in open_reservations(need)), Decimal(0))


def shortages(session: Session, order: RepairOrder) -> list[Shortage]:
    """What the order's open needs lack, a line for each part number."""
    short: dict[str, Decimal] = {}
    for need in open_needs(session, order):
        short[need.part.part_number] = short.get(need.part.part_number, Decimal(0)) + missing(need)
    return [Shortage(part_number, quantity) for part_number, quantity in sorted(short.items()) if quantity > 0]


def reserve(session: Session, need: PartNeed, now: datetime) -> None:
    """Set aside what the need lacks, as far as there is, in the bins of the order's depot; holds the part's row.

    Units go oldest first; what is not serialised goes by bin code. Only stock that is fit for use is taken.
    """
    ledger.lock_parts(session, [need.part.id])
    order = session.get_one(RepairOrder, need.order_id)
    if need.part.serialized:
        _reserve_units(session, need, order.depot_id, now)
    else:
        _reserve_bulk(session, need, order.depot_id, now)
    session.flush()  # others count what is set aside in SQL


def _reserve_units(session: Session, need: PartNeed, depot_id: int, now: datetime) -> None:
    wanted = int(missing(need))
    if wanted > 0:
        query = free_units(need.part, depot_id).order_by(PartUnit.received_at, PartUnit.id).limit(wanted)
        for unit in session.scalars(query.execution_options(populate_existing=True)).all():
            set_aside_unit(session, need, unit, now)


def available(session: Session, depot_id: int, part: Part) -> Decimal:
    """How much of a part is free and fit for use in a depot's bins; holds the part, so that the answer stays true."""
    ledger.lock_parts(session, [part.id])
    return sum((free for _, _, free in list_free(session, part, depot_id)), Decimal(0))


def set_aside_unit(session: Session, need: PartNeed, unit: PartUnit, now: datetime) -> None:
    """Set one unit aside for a need. Raises Retry where it is not free any more."""
    _set_aside(session, need, unit.location, unit.condition, ONE, now, unit)


def _reserve_bulk(session: Session, need: PartNeed, depot_id: int, now: datetime) -> None:
    lacking = missing(need)
    for place, condition, free in list_free(session, need.part, depot_id):
        if lacking <= 0:
            return
        taken = min(lacking, free)
        _set_aside(session, need, place, condition, taken, now)
        lacking -= taken


def _set_aside(
    session: Session,
    need: PartNeed,
    place: Location,
    condition: Condition,
    quantity: Decimal,
    now: datetime,
    unit: PartUnit | None = None,
) -> None:
    if not ledger.set_aside(session, need.part, place, condition, quantity):
        raise Retry
    need.reservations.append(
        Reservation(
            part_id=need.part.id,
            location_id=place.id,
            condition=condition,
            unit_id=unit.id if unit else None,
            quantity=quantity,
            state=ReservationState.OPEN,
            created_at=now,
        )
    )


def end_reservation(line: Reservation, state: ReservationState, now: datetime) -> None:
    """Close a reservation; the caller has moved or given back its stock."""
    line.state = state
    line.ended_at = now


def give_back(session: Session, part: Part, line: Reservation, now: datetime) -> None:
    """Make what a reservation holds free again."""
    place = session.get_one(Location, line.location_id)
    if not ledger.set_aside(session, part, place, line.condition, -line.quantity):
        raise RuntimeError(f"reservation {line.id} holds what its place does not have")
    end_reservation(line, ReservationState.RELEASED, now)


def split(need: PartNeed, line: Reservation, quantity: Decimal, now: datetime) -> Reservation:
    """A reservation of its own for a part of one, which keeps the rest; the line itself where that is all of it."""
    if quantity >= line.quantity:
        return line
    line.quantity -= quantity
    names = ("part_id", "location_id", "condition", "state")
    part_of_it = Reservation(quantity=quantity, created_at=now, **{name: getattr(line, name) for name in names})
    need.reservations.append(part_of_it)
    return part_of_it


def keep_only(session: Session, need: PartNeed, line: Reservation, quantity: Decimal, now: datetime) -> None:
    """Make free again what a reservation holds beyond a quantity; all of it where that is zero."""
    if quantity >= line.quantity:
        return
    if quantity <= 0:
        give_back(session, need.part, line, now)
        return
    place = session.get_one(Location, line.location_id)
    ledger.set_aside(session, need.part, place, line.condition, quantity - line.quantity)
    line.quantity = quantity


def release(session: Session, order: RepairOrder, now: datetime) -> set[int]:
    """End all open reservations and close all open needs of an order. The ids of parts of which stock became free."""
    needs = open_needs(session, order)
    ledger.lock_parts(session, [need.part.id for need in needs])
    freed = set()
    for need in needs:
        for line in open_reservations(need):
            give_back(session, need.part, line, now)
            freed.add(need.part.id)
        need.closed_at = now
    return freed


def _waiting(depot_id: int, part_ids: Collection[int]) -> ColumnElement[bool]:
    """Orders that may be served, or that may be complete: locking one too many is no harm, one too few is."""
    wants = (
        select(PartNeed.order_id)
        .join(RepairOrder, PartNeed.order_id == RepairOrder.id)
        .where(
            PartNeed.part_id.in_(part_ids),
            or_(PartNeed.closed_at.is_(None), RepairOrder.state == State.AWAITING_PARTS),
            RepairOrder.depot_id == depot_id,
            RepairOrder.state.in_(SERVED_STATES),
        )
    )
    return RepairOrder.id.in_(wants)


def lock_waiting(
    session: Session, depot_id: int, part_ids: Collection[int], order_ids: Iterable[int] = ()
) -> list[RepairOrder]:
    """Hold the rows of all orders that may get one of these parts, and of those named besides, by id.

    For the beginning of whatever will make stock free, before it holds a part.
    """
    wanted = or_(_waiting(depot_id, part_ids), RepairOrder.id.in_(list(order_ids)))
    query = select(RepairOrder).where(wanted).order_by(RepairOrder.id).with_for_update(of=RepairOrder, key_share=True)
    return list(session.scalars(query.execution_options(populate_existing=True)))


def hold_for_step(session: Session, number: str) -> None:
    """Hold an order that has needs, and with it all that wait for the same parts, by id: a step may make some free."""
    needs = select(RepairOrder.id, RepairOrder.depot_id, PartNeed.part_id).join(PartNeed)
    found = session.execute(needs.where(RepairOrder.number == fold_order_number(number))).all()
    if found:
        lock_waiting(session, found[0].depot_id, {row.part_id for row in found}, [found[0].id])


def fill_waiting(session: Session, depot_id: int, part_ids: Collection[int], now: datetime) -> list[RepairOrder]:
    """Give free stock of these parts to the open needs of orders, in turn. The orders in ``awaiting_parts`` that lack
    nothing any more. Raises Retry where an order began to wait after the others were held.
    """
    if not part_ids:
        return []
    held = {order.id for order in lock_waiting(session, depot_id, part_ids)}
    ledger.lock_parts(session, part_ids)
    waiting = list(session.scalars(select(RepairOrder).where(_waiting(depot_id, part_ids))))
    if not held.issuperset(order.id for order in waiting):
        raise Retry
    needs = _open_needs_by_order(session, waiting)
    _serve(session, [need for order in sorted(waiting, key=_turn) for need in needs[order.id]], set(part_ids), now)
    return [
        order
        for order in waiting
        if order.state is State.AWAITING_PARTS and all(missing(need) <= 0 for need in needs[order.id])
    ]


def _open_needs_by_order(session: Session, orders: list[RepairOrder]) -> dict[int, list[PartNeed]]:
    found: dict[int, list[PartNeed]] = {order.id: [] for order in orders}
    query = select(PartNeed).where(PartNeed.order_id.in_(found), PartNeed.closed_at.is_(None)).order_by(PartNeed.id)
    for need in session.scalars(query.execution_options(populate_existing=True)):
        found[need.order_id].append(need)
    return found


def _serve(session: Session, needs: list[PartNeed], plenty: set[int], now: datetime) -> None:
    for need in needs:
        if need.part.id in plenty and missing(need) > 0:
            reserve(session, need, now)
            if missing(need) > 0:
                plenty.remove(need.part.id)


def _turn(order: RepairOrder) -> tuple[int, bool, date, int]:
    return -order.priority, not order.is_repeat, order.promised_on or date.max, order.id
