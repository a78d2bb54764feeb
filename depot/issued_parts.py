"""What stands in an order's own place: parts that were issued to it and have no outcome yet.

Of which bin a part came is read from the ledger: it goes back there when it was not used.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot.errors import NotEnough, invalid
from depot.ledger import ZERO
from depot.locations import order_place
from depot.quantities import shown
from models import Balance, Condition, Location, Movement, Outcome, Part, PartGrade, PartUnit, RepairOrder

ONE = Decimal(1)
GRADES = {Condition.NEW: PartGrade.NEW, Condition.REFURBISHED: PartGrade.REFURBISHED, Condition.GOOD: PartGrade.USED}


@dataclass(frozen=True)
class Issued:
    """So much of a part in one condition, in the order's place, and the bin it came from."""

    quantity: Decimal
    condition: Condition
    bin: Location
    unit: PartUnit | None = None


def issued_here(
    session: Session,
    order: RepairOrder,
    part: Part,
    quantity: Decimal,
    serial: str | None,
    outcome: Outcome,
    now: datetime,
) -> list[Issued]:
    """What of an order's issued parts an outcome speaks of. Raises NotEnough beyond what was issued, and Invalid unless
    the units meant are clear: a used one is named by its serial number.
    """
    place = order_place(session, order, now)
    held = session.scalar(
        select(func.sum(Balance.on_hand)).where(Balance.location_id == place.id, Balance.part_id == part.id)
    )
    if (held or ZERO) < quantity:
        raise _not_issued(order, part, held or ZERO)
    if part.serialized:
        return _issued_units(session, place, part, quantity, serial, outcome)
    return _issued_bulk(session, place, part, quantity)


def _not_issued(order: RepairOrder, part: Part, held: Decimal) -> NotEnough:
    """The refusal of an outcome for more than was issued and waits for one."""
    issued = shown(held, part.unit)
    how_much = f"Only {issued} of {part.part_number}" if held else f"Nothing of {part.part_number}"
    return NotEnough(
        f"{how_much} is issued to {order.number} and without an outcome. Issue it to the order first; nothing was"
        " booked.",
        part_number=part.part_number,
        available=issued,
    )


def _issued_units(
    session: Session, place: Location, part: Part, quantity: Decimal, serial: str | None, outcome: Outcome
) -> list[Issued]:
    query = select(PartUnit).where(PartUnit.part_id == part.id, PartUnit.location_id == place.id)
    here = session.scalars(query.order_by(PartUnit.id).execution_options(populate_existing=True)).all()
    if serial is not None:
        here = [unit for unit in here if unit.serial_number == serial]
        if not here:
            raise invalid("/installed_serial", f"No unit {serial} of this part was issued to the order.")
    elif outcome is Outcome.USED and len(here) != quantity:
        raise invalid("/installed_serial", "This part is serialised: say which unit went in.")
    if len(here) != quantity:
        raise invalid("/quantity", "This part is serialised: one unit at a time, by `installed_serial`.")
    return [Issued(ONE, unit.condition, _bin_of(session, place, unit), unit) for unit in here]


def _bin_of(session: Session, place: Location, unit: PartUnit) -> Location:
    query = select(Movement).where(Movement.unit_id == unit.id, Movement.to_location_id == place.id)
    return session.scalars(query.order_by(Movement.id.desc()).limit(1)).one().from_location


def _issued_bulk(session: Session, place: Location, part: Part, quantity: Decimal) -> list[Issued]:
    """What stands in the order's place, the last issue first: every outcome is taken off the issue that it answers."""
    here = (Movement.from_location_id == place.id) | (Movement.to_location_id == place.id)
    query = select(Movement).where(here, Movement.part_id == part.id).order_by(Movement.id)
    stack: list[Issued] = []
    for line in session.scalars(query):
        if line.to_location_id == place.id:
            stack.append(Issued(line.quantity, line.condition, line.from_location))
        else:
            _taken(stack, line.quantity)
    return _taken(stack, quantity)


def _taken(stack: list[Issued], quantity: Decimal) -> list[Issued]:
    taken = []
    while quantity > 0:
        last = stack.pop()
        part_of_it = min(quantity, last.quantity)
        taken.append(replace(last, quantity=part_of_it))
        quantity -= part_of_it
        if part_of_it < last.quantity:
            stack.append(replace(last, quantity=last.quantity - part_of_it))
    return taken


def grade_of(issued: Sequence[Issued], stated: PartGrade | None, outcome: Outcome) -> PartGrade | None:
    """The grade that stands on the customer's paper: that of the stock which was issued.

    Raises Invalid where another one is stated, or where what went in is of several.
    """
    grades = {GRADES[line.condition] for line in issued if line.condition in GRADES}
    named = ", ".join(sorted(grade.value for grade in grades))
    if stated is not None and grades != {stated}:
        raise invalid(
            "/condition", f"What was issued is {named or 'not graded'}; leave `condition` out, or state that."
        )
    if len(grades) > 1 and outcome is Outcome.USED:
        raise invalid("/quantity", f"What was issued is {named}: report each grade by itself, the last issued first.")
    return GRADES.get(issued[0].condition)


def list_held(session: Session, order: RepairOrder) -> list[tuple[Part, Decimal]]:
    """The parts issued to an order that have no outcome yet, and how much of each."""
    held = (
        select(Part, func.sum(Balance.on_hand))
        .join(Balance, Balance.part_id == Part.id)
        .join(Location, Balance.location_id == Location.id)
        .where(Location.order_id == order.id, Balance.on_hand > ZERO)
        .group_by(Part.id)
        .order_by(Part.part_number)
    )
    return [(part, quantity) for part, quantity in session.execute(held)]
