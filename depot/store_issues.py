"""The store's own issues: picking parts from a bin for an order, or for a reason without one.

For an order its own reservation is used first. What the order had set aside elsewhere and now needs no more is free
again; so who waits for the part is served at the end, and so is the order itself where it has all it waited for.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy.orm import Session

from depot import ledger
from depot.actors import Actor
from depot.errors import Conflict, invalid
from depot.events import append
from depot.free_stock import list_free, shown_free
from depot.issues import demand_free, demand_units, issue_line
from depot.ledger import move, not_enough
from depot.locations import account, bin_in_body, code_seen, order_place, whereabouts
from depot.procedure import serve_waiting
from depot.reservations import (
    ONE,
    SERVED_STATES,
    count_issued,
    keep_only,
    lock_waiting,
    missing,
    open_needs,
    open_reservations,
    split,
)
from depot.stock import check_serials
from models import Condition, Depot, Location, Movement, MovementKind, Part, PartNeed, PartUnit, PlaceKind, RepairOrder


@dataclass(frozen=True)
class Issue:
    """What is picked. ``location`` None: from whatever bins hold it, what is set aside for the order first."""

    quantity: Decimal
    location: str | None = None
    serial_numbers: Sequence[str] | None = None
    reason: str | None = None


@dataclass
class _Picking:
    """One issue under way: what is picked, for whom, from where, and where it goes."""

    session: Session
    part: Part
    depot_id: int
    bin: Location | None
    target: Location
    by: Actor
    now: datetime
    order: RepairOrder | None = None
    reason: str | None = None

    def take(self, source: Location, condition: Condition, quantity: Decimal, unit: PartUnit | None) -> Movement:
        """Move free stock."""
        return move(
            self.session,
            self.part,
            quantity,
            source,
            self.target,
            MovementKind.ISSUE,
            self.by,
            self.now,
            condition=condition,
            unit=unit,
            order=self.order,
            reason=self.reason,
        )

    def is_here(self, location_id: int) -> bool:
        """Whether a place is the bin named, or any where none was."""
        return self.bin is None or self.bin.id == location_id


def issue_to_order(
    session: Session, order: RepairOrder, part: Part, wanted: Issue, by: Actor, now: datetime
) -> list[Movement]:
    """Issue to an order in ``approved``, ``awaiting_parts`` or ``repairing``; what it did not ask for becomes a need.

    Raises Conflict in any other state and for a unit that is not free, Invalid, and NotEnough (``available``).
    """
    lock_waiting(session, order.depot_id, [part.id], [order.id])
    if order.state not in SERVED_STATES:
        states = ", ".join(state.value for state in SERVED_STATES)
        raise Conflict(
            f"Parts are issued to an order in one of these states: {states}; this one is {order.state.value}.",
            state=order.state.value,
        )
    ledger.lock_parts(session, [part.id])
    serials = check_serials(part, wanted.quantity, wanted.serial_numbers)
    place = None if wanted.location is None else bin_in_body(session, order.depot_id, wanted.location)
    picking = _Picking(session, part, order.depot_id, place, order_place(session, order, now), by, now, order)
    needs = [need for need in open_needs(session, order) if need.part.id == part.id]
    if part.serialized:
        issued = _pick_units(picking, order, needs, serials)
    else:
        issued = _pick_bulk(picking, order, needs, wanted.quantity)
    append(session, order, "part-issued", by, now, {"part": part.id, "movements": [line.id for line in issued]})
    serve_waiting(session, order.depot_id, {part.id}, now)
    return issued


def _pick_bulk(picking: _Picking, order: RepairOrder, needs: list[PartNeed], quantity: Decimal) -> list[Movement]:
    issued = []
    for need in needs:
        for line in [line for line in open_reservations(need) if picking.is_here(line.location_id)]:
            if quantity > 0:
                taken = split(need, line, quantity, picking.now)
                issued.append(issue_line(picking.session, order, need, taken, picking.target, picking.by, picking.now))
                quantity -= issued[-1].quantity
    free = _pick_free(picking, quantity, sum((line.quantity for line in issued), Decimal(0)))
    _credit(picking, order, needs, sum((line.quantity for line in free), Decimal(0)))
    return issued + free


def _pick_free(picking: _Picking, quantity: Decimal, had: Decimal = Decimal(0)) -> list[Movement]:
    """Take from what is set aside for nobody; ``had`` is what there was besides, for the refusal to count in."""
    free = list_free(picking.session, picking.part, picking.depot_id, picking.bin)
    there_is = sum((line[2] for line in free), Decimal(0))
    if there_is < quantity:
        raise not_enough(picking.part, had + there_is, picking.bin)
    issued = []
    for place, condition, at_hand in free:
        if quantity > 0:
            issued.append(picking.take(place, condition, min(quantity, at_hand), None))
            quantity -= issued[-1].quantity
    return issued


def _pick_units(
    picking: _Picking, order: RepairOrder, needs: list[PartNeed], serial_numbers: list[str]
) -> list[Movement]:
    issued = []
    for unit in demand_units(picking.session, [picking.part.id], serial_numbers):
        _demand_in_bin(picking, unit)
        own = [(need, line) for need in needs for line in open_reservations(need) if line.unit_id == unit.id]
        if own:
            issued.append(issue_line(picking.session, order, *own[0], picking.target, picking.by, picking.now))
        else:
            issued.append(_pick_free_unit(picking, unit))
            _credit(picking, order, needs, ONE)
    return issued


def _demand_in_bin(picking: _Picking, unit: PartUnit) -> None:
    if not picking.is_here(unit.location_id):
        seen = code_seen(unit.location, picking.by)
        raise Conflict(
            f"The unit {unit.serial_number} is not in this location; it is {whereabouts(unit.location, picking.by)}.",
            serial_number=unit.serial_number,
            location=seen,
            available=shown_free(picking.session, picking.part, picking.depot_id, picking.bin),
        )


def _pick_free_unit(picking: _Picking, unit: PartUnit) -> Movement:
    _demand_in_bin(picking, unit)
    demand_free(picking.session, unit, picking.depot_id, picking.by)
    return picking.take(unit.location, unit.condition, ONE, unit)


def _credit(picking: _Picking, order: RepairOrder, needs: list[PartNeed], quantity: Decimal) -> None:
    """Count free stock that was issued towards the order's needs, those that have nothing first; the rest is new."""
    for need in sorted(needs, key=lambda need: missing(need) <= 0):
        taken = min(quantity, need.quantity - need.issued)
        if taken > 0:
            count_issued(need, taken, picking.now)
            quantity -= taken
            _give_back_surplus(picking, need)
    if quantity > 0:
        met = {"quantity": quantity, "issued": quantity, "closed_at": picking.now}
        picking.session.add(PartNeed(order_id=order.id, part=picking.part, created_at=picking.now, **met))


def _give_back_surplus(picking: _Picking, need: PartNeed) -> None:
    for line in reversed(open_reservations(need)):
        surplus = -missing(need)
        if surplus > 0:
            keep_only(picking.session, need, line, line.quantity - surplus, picking.now)


def issue_for_reason(
    session: Session, part: Part, wanted: Issue, depot: Depot, by: Actor, now: datetime
) -> list[Movement]:
    """Issue without an order, for a reason; it leaves the house. What is set aside for orders stays.

    Raises Invalid, NotEnough (``available``) and Conflict (a unit that is not free).
    """
    if not wanted.reason:
        raise invalid("/reason", "Without a repair order an issue needs a reason.")
    ledger.lock_parts(session, [part.id])
    serials = check_serials(part, wanted.quantity, wanted.serial_numbers)
    place = None if wanted.location is None else bin_in_body(session, depot.id, wanted.location)
    target = account(session, depot.id, PlaceKind.CUSTOMER, now)
    picking = _Picking(session, part, depot.id, place, target, by, now, reason=wanted.reason)
    if not part.serialized:
        return _pick_free(picking, wanted.quantity)
    return [_pick_free_unit(picking, unit) for unit in demand_units(session, [part.id], serials)]
