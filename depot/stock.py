"""What the store does: receives, puts right what was counted wrong, and reads the ledger.

Stock that comes in is given to the orders that wait for it, in their turn and in the same unit of work; so each
operation begins by holding those orders, and ends by serving them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from itertools import groupby

from sqlalchemy import Select, or_, select
from sqlalchemy.orm import Session

from depot import ledger
from depot.actors import Actor
from depot.errors import AlreadyExists, Conflict, invalid
from depot.issues import demand_units, distinct
from depot.ledger import move
from depot.locations import account, bin_for_receipt, bin_in_body, code_seen, used_bin_in_body, whereabouts
from depot.procedure import serve_waiting
from depot.quantities import check_quantity
from depot.reservations import lock_waiting
from models import (
    IN_HOUSE,
    Condition,
    Depot,
    Location,
    Movement,
    MovementKind,
    Part,
    PartUnit,
    PlaceKind,
    RepairOrder,
)
from models.upsert import insert_absent

MOST_UNITS = 500
"""No single call moves more units: each is a movement of its own."""


@dataclass(frozen=True)
class Receipt:
    """What came in, and into which bin; ``reference`` names the delivery or the purchase order."""

    quantity: Decimal
    location: str
    reference: str | None = None
    serial_numbers: Sequence[str] | None = None
    condition: Condition = Condition.NEW


@dataclass(frozen=True)
class Adjustment:
    """What a count found: ``quantity`` above zero is too much, below zero is missing. Never without a reason."""

    quantity: Decimal
    location: str
    reason: str
    condition: Condition = Condition.NEW
    serial_numbers: Sequence[str] | None = None


@dataclass(frozen=True)
class _Route:
    """From where to where, as what; ``was`` None: it had the condition that it keeps."""

    source: Location
    target: Location
    kind: MovementKind
    condition: Condition
    was: Condition | None = None
    reason: str | None = None
    reference: str | None = None


def receive(session: Session, part: Part, wanted: Receipt, depot: Depot, by: Actor, now: datetime) -> list[Movement]:
    """Book in what was delivered, into a bin that is made where there is none yet, and serve who waits for it.

    Raises Invalid (quantity, serial numbers, location), Conflict (the part is retired) and AlreadyExists (a serial
    number is on record in the house). A unit that had left the house comes back from where the ledger has it.
    """
    _begin(session, part, depot)
    serials = check_serials(part, wanted.quantity, wanted.serial_numbers)
    place = bin_for_receipt(session, depot, wanted.location, now)
    source = account(session, depot.id, PlaceKind.SUPPLIER, now)
    route = _Route(source, place, MovementKind.RECEIPT, wanted.condition, reference=wanted.reference)
    movements = _book_in(session, part, wanted.quantity, serials, route, by, now)
    serve_waiting(session, depot.id, {part.id}, now)
    return movements


def _begin(session: Session, part: Part, depot: Depot) -> None:
    """Take the locks in their order: who may be served, then the part."""
    lock_waiting(session, depot.id, [part.id])
    ledger.lock_parts(session, [part.id])
    if part.retired_at is not None:
        raise Conflict(f"The part {part.part_number} is retired.", part_number=part.part_number)


def check_serials(part: Part, quantity: Decimal, serial_numbers: Sequence[str] | None) -> list[str]:
    """The serial numbers of a quantity: one for each piece of a serialised part, none for any other. Raises Invalid."""
    check_quantity(part, quantity, "/quantity")
    if not part.serialized:
        if serial_numbers:
            raise invalid("/serial_numbers", "This part is not serialised.")
        return []
    serials = distinct(serial_numbers or ())
    if len(serials) != quantity:
        raise invalid("/serial_numbers", f"This part is serialised: {quantity} of it have as many serial numbers.")
    if len(serials) > MOST_UNITS:
        raise invalid("/quantity", f"At most {MOST_UNITS} units at a time.")
    return serials


def _incoming(
    session: Session, part: Part, serials: list[str], route: _Route, by: Actor, now: datetime
) -> list[PartUnit]:
    """The units of these serial numbers, standing outside the house; put on record where they are new."""
    here = {"location_id": route.source.id, "condition": route.condition, "received_at": now}
    rows = [{"part_id": part.id, "serial_number": serial, **here} for serial in serials]
    new = set(insert_absent(session, PartUnit, rows))
    query = select(PartUnit).where(PartUnit.part_id == part.id, PartUnit.serial_number.in_(serials))
    found = {unit.serial_number: unit for unit in session.scalars(query.execution_options(populate_existing=True))}
    units = [found[serial] for serial in serials]
    for unit in units:
        if unit.id not in new and unit.location.kind in IN_HOUSE:
            seen = code_seen(unit.location, by)
            raise AlreadyExists(
                f"The serial number {unit.serial_number} of {part.part_number} is on record: it is"
                f" {whereabouts(unit.location, by)}.",
                serial_number=unit.serial_number,
                location=seen,
            )
        unit.received_at = now
    return units


def _book_in(
    session: Session, part: Part, quantity: Decimal, serials: list[str], route: _Route, by: Actor, now: datetime
) -> list[Movement]:
    if not part.serialized:
        return [_moved(session, part, quantity, route, by, now)]
    groups = groupby(_incoming(session, part, serials, route, by, now), lambda unit: (unit.location, unit.condition))
    together = [(replace(route, source=place, was=was), list(units)) for (place, was), units in groups]
    return [line for way, units in together for line in _moved_units(session, part, units, way, by, now)]


def _book_out(
    session: Session, part: Part, quantity: Decimal, serials: list[str], route: _Route, by: Actor, now: datetime
) -> list[Movement]:
    if not part.serialized:
        return [_moved(session, part, quantity, route, by, now)]
    groups = groupby(demand_units(session, [part.id], serials), lambda unit: unit.condition)
    together = [(replace(route, was=was), list(units)) for was, units in groups]
    return [line for way, units in together for line in _moved_units(session, part, units, way, by, now)]


def _moved_units(
    session: Session, part: Part, units: list[PartUnit], route: _Route, by: Actor, now: datetime
) -> list[Movement]:
    return ledger.move_units(
        session,
        part,
        units,
        route.source,
        route.target,
        route.kind,
        by,
        now,
        condition=route.was or route.condition,
        to_condition=route.condition,
        reason=route.reason,
        reference=route.reference,
    )


def _moved(session: Session, part: Part, quantity: Decimal, route: _Route, by: Actor, now: datetime) -> Movement:
    return move(
        session,
        part,
        quantity,
        route.source,
        route.target,
        route.kind,
        by,
        now,
        condition=route.was or route.condition,
        to_condition=route.condition,
        reason=route.reason,
        reference=route.reference,
    )


def adjust(session: Session, part: Part, wanted: Adjustment, depot: Depot, by: Actor, now: datetime) -> list[Movement]:
    """Put right what a count found, against the depot's account of differences, and serve who waits.

    Raises Invalid, Conflict, and NotEnough: what is set aside for orders cannot go missing before it is released.
    """
    _begin(session, part, depot)
    quantity = abs(wanted.quantity)
    serials = check_serials(part, quantity, wanted.serial_numbers)
    find = used_bin_in_body if wanted.quantity > 0 else bin_in_body
    place = find(session, depot.id, wanted.location)
    difference = account(session, depot.id, PlaceKind.DIFFERENCE, now)
    if wanted.quantity > 0:
        route = _Route(difference, place, MovementKind.ADJUST, wanted.condition, reason=wanted.reason)
        movements = _book_in(session, part, quantity, serials, route, by, now)
    else:
        route = _Route(place, difference, MovementKind.ADJUST, wanted.condition, reason=wanted.reason)
        movements = _book_out(session, part, quantity, serials, route, by, now)
    serve_waiting(session, depot.id, {part.id}, now)
    return movements


def regrade(
    session: Session, part: Part, wanted: Adjustment, to_condition: Condition, depot: Depot, by: Actor, now: datetime
) -> list[Movement]:
    """Put stock into another condition where it stands, out of quarantine for one, and serve who waits.

    Raises Invalid, Conflict (set aside, or already in that condition) and NotEnough.
    """
    _begin(session, part, depot)
    serials = check_serials(part, wanted.quantity, wanted.serial_numbers)
    place = bin_in_body(session, depot.id, wanted.location)
    if to_condition is wanted.condition:
        raise invalid("/to_condition", "That is the condition it is in.")
    route = _Route(place, place, MovementKind.ADJUST, to_condition, wanted.condition, wanted.reason)
    movements = _book_out(session, part, wanted.quantity, serials, route, by, now)
    serve_waiting(session, depot.id, {part.id}, now)
    return movements


def select_movements(by: Actor, part: Part | None, order: RepairOrder | None = None) -> Select[Movement]:
    """The query for the movements that touched a depot of the actor's, of one part or order; the caller adds page."""
    query = select(Movement)
    if by.depot_ids is not None:
        here = select(Location.id).where(Location.depot_id.in_(by.depot_ids))
        query = query.where(or_(Movement.from_location_id.in_(here), Movement.to_location_id.in_(here)))
    if part is not None:
        query = query.where(Movement.part_id == part.id)
    return query if order is None else query.where(Movement.order_id == order.id)
