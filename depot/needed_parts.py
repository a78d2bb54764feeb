"""How much of each part a repair still comes to, and what that makes of its quote.

A quote promises parts; some turn out not to be needed, some arrive dead. What did not go into the device is not
charged, and the piece that replaces a dead one does not count twice against what the customer approved.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import replace
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot.quotes import Line, charge
from depot.reservations import list_needs
from models import Depot, LineKind, Outcome, PartNeed, RepairOrder, Replacement

Quantities = Mapping[int, Decimal]


def _outcomes(session: Session, order: RepairOrder, *, used: bool) -> Quantities:
    """By part id, how much has the outcome ``used``, or any other."""
    is_used = Replacement.outcome == Outcome.USED
    query = (
        select(Replacement.part_id, func.sum(Replacement.quantity).label("quantity"))
        .where(Replacement.order_id == order.id, is_used if used else ~is_used)
        .group_by(Replacement.part_id)
    )
    return {row.part_id: row.quantity for row in session.execute(query)}


def used_parts(session: Session, order: RepairOrder) -> Quantities:
    """By part id, how much of it has gone into the device."""
    return _outcomes(session, order, used=True)


def returned_parts(session: Session, order: RepairOrder) -> Quantities:
    """By part id, how much of it was issued and did not go in: unused, dead on arrival, mismatched."""
    return _outcomes(session, order, used=False)


def wanted_parts_of(session: Session, order: RepairOrder) -> Quantities:
    """By part id, how much of it the repair comes to."""
    return wanted_for(list_needs(session, order), returned_parts(session, order))


def wanted_for(needs: Iterable[PartNeed], returned: Quantities) -> Quantities:
    """By part id, what these needs come to: open ones whole, closed ones as issued, less what came back."""
    wanted: dict[int, Decimal] = defaultdict(Decimal)
    for need in needs:
        wanted[need.part_id] += need.issued if need.closed_at else need.quantity
    for part_id, quantity in returned.items():
        wanted[part_id] -= quantity
    return wanted


def netted(lines: Iterable[Line], wanted: Quantities, depot: Depot) -> list[Line]:
    """The lines with no more of each part than is wanted; a line of which nothing is left goes, the last ones first."""
    kept: list[Line] = []
    left = dict(wanted)
    for line in lines:
        if line.kind is not LineKind.PART or line.part_id is None:
            kept.append(line)
            continue
        quantity = min(line.quantity, max(left.get(line.part_id, Decimal(0)), Decimal(0)))
        left[line.part_id] = left.get(line.part_id, Decimal(0)) - quantity
        if quantity:
            kept.append(_of_quantity(line, quantity, depot))
    return kept


def _of_quantity(line: Line, quantity: Decimal, depot: Depot) -> Line:
    """The line with another quantity; one that a fixed price stands for stays at zero."""
    changed = replace(line, quantity=quantity)
    return charge(changed, depot) if line.net_minor and quantity != line.quantity else changed
