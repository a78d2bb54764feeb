"""Issuing: parts leave their bins for the order that they were set aside for.

A part taken for an order leaves stock in the same unit of work that writes it on the order. It stands in the order's
own place until its outcome is known (``depot/replacements.py``).
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import ledger
from depot.actors import Actor
from depot.errors import Conflict, invalid
from depot.free_stock import free_units, shown_free
from depot.ledger import move
from depot.locations import code_seen, order_place, whereabouts
from depot.reservations import (
    count_issued,
    end_reservation,
    give_back,
    open_needs,
    open_reservations,
    set_aside_unit,
)
from models import (
    Condition,
    Location,
    Movement,
    MovementKind,
    PartNeed,
    PartUnit,
    RepairOrder,
    Reservation,
    ReservationState,
)


@dataclass(frozen=True)
class IssuedPart:
    """So much of a part went from a bin to an order; of a serialised part a line for each unit."""

    part_number: str
    quantity: Decimal
    location: str
    condition: Condition
    serial_number: str | None
    movement_id: int


def issue_reserved(
    session: Session, order: RepairOrder, by: Actor, now: datetime, serial_numbers: Sequence[str] | None = None
) -> list[IssuedPart]:
    """Issue what is set aside for the order's open needs; ``serial_numbers`` chooses the units instead of the oldest.

    Raises Conflict for a serial number that is not free for this order, and Invalid for one that no need asks for.
    """
    return issue_needed(session, order, open_needs(session, order), by, now, serial_numbers)


def issue_needed(
    session: Session,
    order: RepairOrder,
    needs: Sequence[PartNeed],
    by: Actor,
    now: datetime,
    serial_numbers: Sequence[str] | None = None,
) -> list[IssuedPart]:
    """As ``issue_reserved``, for these needs of the order alone."""
    ledger.lock_parts(session, [need.part.id for need in needs])
    if serial_numbers:
        _choose(session, order, needs, serial_numbers, by, now)
    place = order_place(session, order, now)
    return [
        _issued_part(issue_line(session, order, need, line, place, by, now))
        for need in needs
        for line in open_reservations(need)
    ]


def issue_line(
    session: Session,
    order: RepairOrder,
    need: PartNeed,
    line: Reservation,
    place: Location,
    by: Actor,
    now: datetime,
) -> Movement:
    """Move what a reservation holds to the order's place."""
    unit = None if line.unit_id is None else session.get_one(PartUnit, line.unit_id)
    movement = move(
        session,
        need.part,
        line.quantity,
        session.get_one(Location, line.location_id),
        place,
        MovementKind.ISSUE,
        by,
        now,
        condition=line.condition,
        unit=unit,
        order=order,
        from_reserved=True,
    )
    count_issued(need, line.quantity, now)
    end_reservation(line, ReservationState.ISSUED, now)
    return movement


def _issued_part(movement: Movement) -> IssuedPart:
    return IssuedPart(
        movement.part.part_number,
        movement.quantity,
        movement.from_location.code,
        movement.condition,
        movement.unit.serial_number if movement.unit else None,
        movement.id,
    )


def _choose(
    session: Session,
    order: RepairOrder,
    needs: Sequence[PartNeed],
    serial_numbers: Sequence[str],
    by: Actor,
    now: datetime,
) -> None:
    """Swap reservations so that the units chosen are among them; as many stay set aside as were."""
    lines = [(need, line) for need in needs if need.part.serialized for line in open_reservations(need)]
    units = demand_units(session, {need.part.id for need, _ in lines}, serial_numbers)
    wanted = {unit.id for unit in units}
    held = {line.unit_id for _, line in lines}
    spare = [(need, line) for need, line in lines if line.unit_id not in wanted]
    for unit in units:
        if unit.id in held:
            continue
        fitting = next((slot for slot in spare if slot[0].part.id == unit.part_id), None)
        if fitting is None:
            raise invalid("/serial_numbers", f"The order does not wait for another unit like {unit.serial_number}.")
        spare.remove(fitting)
        demand_free(session, unit, order.depot_id, by)
        _swap(session, *fitting, unit, now)


def _swap(session: Session, need: PartNeed, line: Reservation, unit: PartUnit, now: datetime) -> None:
    give_back(session, need.part, line, now)
    set_aside_unit(session, need, unit, now)


def demand_units(session: Session, part_ids: Collection[int], serial_numbers: Sequence[str]) -> list[PartUnit]:
    """The units of these parts with these serial numbers, blanks around a number gone. Raises Invalid for a number that
    is there twice or on record nowhere.
    """
    chosen = distinct(serial_numbers)
    query = select(PartUnit).where(PartUnit.part_id.in_(part_ids), PartUnit.serial_number.in_(chosen))
    units = list(session.scalars(query.order_by(PartUnit.id).execution_options(populate_existing=True)))
    unknown = set(chosen) - {unit.serial_number for unit in units}
    if unknown:
        raise invalid("/serial_numbers", f"No unit of this part is on record under {', '.join(sorted(unknown))}.")
    return units


def distinct(serial_numbers: Sequence[str]) -> list[str]:
    """The serial numbers without the blanks around them. Raises Invalid where one is empty or there twice."""
    chosen = [serial.strip() for serial in serial_numbers]
    if not all(chosen):
        raise invalid("/serial_numbers", "A serial number is empty.")
    if len(set(chosen)) != len(chosen):
        raise invalid("/serial_numbers", "A serial number is there twice.")
    return chosen


def demand_free(session: Session, unit: PartUnit, depot_id: int, by: Actor) -> None:
    """Raise Conflict unless the unit stands in a bin of the depot, fit for use and set aside for nobody."""
    free = select(free_units(unit.part, depot_id).where(PartUnit.id == unit.id).exists())
    if not session.scalar(free):
        seen = code_seen(unit.location, by)
        raise Conflict(
            f"The unit {unit.serial_number} cannot be issued: it is {whereabouts(unit.location, by)}, not fit for use,"
            " or set aside for another order.",
            serial_number=unit.serial_number,
            location=seen,
            available=shown_free(session, unit.part, depot_id),
        )
