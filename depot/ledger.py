"""The stock ledger: the one way in which a quantity changes.

Every movement has a from and a to; what comes from outside the house comes from an account, so that all places of a
part always sum up to zero. A balance changes only here and only together with its movement (or, for what is set aside,
with its reservation), in one conditional UPDATE whose row count is looked at. CHECK constraints hold the floor besides.

Locks are taken in one order everywhere: orders by id, parts by id, balances.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from decimal import Decimal

from sqlalchemy import ColumnElement, exists, literal, select, update
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import Conflict, NotEnough
from depot.events import append
from depot.locations import code_seen, whereabouts
from depot.quantities import shown
from models import (
    IN_HOUSE,
    Balance,
    Condition,
    Location,
    Movement,
    MovementKind,
    Part,
    PartUnit,
    PlaceKind,
    Quantity,
    RepairOrder,
    Reservation,
    ReservationState,
)
from models.upsert import insert_if_absent

ZERO = Decimal(0)
HOUSE = 1
"""The floor of a balance in the house."""


def lock_parts(session: Session, part_ids: Iterable[int]) -> dict[int, Part]:
    """Hold the rows of these parts, in the order of their ids, until the unit of work ends."""
    query = select(Part).where(Part.id.in_(set(part_ids))).order_by(Part.id).with_for_update(key_share=True)
    return {part.id: part for part in session.scalars(query.execution_options(populate_existing=True))}


def move(
    session: Session,
    part: Part,
    quantity: Decimal,
    source: Location,
    target: Location,
    kind: MovementKind,
    by: Actor,
    now: datetime,
    *,
    condition: Condition = Condition.NEW,
    to_condition: Condition | None = None,
    unit: PartUnit | None = None,
    order: RepairOrder | None = None,
    reason: str | None = None,
    reference: str | None = None,
    reverses: Movement | None = None,
    from_reserved: bool = False,
) -> Movement:
    """Move a quantity of a part from one place to another and say so in the ledger and in the part's history.

    ``from_reserved`` takes from what is set aside, and lowers both in one statement; the caller ends the reservation.
    Raises NotEnough (``available``) where the source is in the house and has not as much, and Conflict where the unit
    is not there, not in that condition or set aside for somebody. Nothing is booked then.
    """
    lock_parts(session, [part.id])
    to_condition = to_condition or condition
    _take(session, part, source, condition, quantity, from_reserved)
    _put(session, part, target, to_condition, quantity)
    if unit is not None:
        _move_units(session, [unit], source, target, condition, to_condition, by, from_reserved)
    elif part.serialized and target.kind in {PlaceKind.BIN, PlaceKind.ORDER}:
        raise ValueError(f"part {part.part_number} is serialised: its pieces enter a bin or an order one by one")
    movement = Movement(
        part=part,
        kind=kind,
        quantity=quantity,
        from_location=source,
        to_location=target,
        condition=condition,
        to_condition=to_condition,
        unit=unit,
        order_id=order.id if order else None,
        reverses_id=reverses.id if reverses else None,
        reason=reason,
        reference=reference,
        actor_id=by.person_id,
        at=now,
    )
    session.add(movement)
    session.flush()  # the event names the movement's id
    append(session, part, kind.value, by, now, _facts(movement))
    return movement


def move_units(
    session: Session,
    part: Part,
    units: Sequence[PartUnit],
    source: Location,
    target: Location,
    kind: MovementKind,
    by: Actor,
    now: datetime,
    *,
    condition: Condition,
    to_condition: Condition,
    reason: str | None = None,
    reference: str | None = None,
) -> list[Movement]:
    """As ``move``, for units that stand together: a movement of its own for each, and hardly more statements."""
    lock_parts(session, [part.id])
    _take(session, part, source, condition, Decimal(len(units)), from_reserved=False)
    _put(session, part, target, to_condition, Decimal(len(units)))
    _move_units(session, units, source, target, condition, to_condition, by, from_reserved=False)
    movements = [
        Movement(
            part=part,
            kind=kind,
            quantity=Decimal(1),
            from_location=source,
            to_location=target,
            condition=condition,
            to_condition=to_condition,
            unit=unit,
            reason=reason,
            reference=reference,
            actor_id=by.person_id,
            at=now,
        )
        for unit in units
    ]
    session.add_all(movements)
    session.flush()  # the events name the movements' ids
    for movement in movements:
        append(session, part, kind.value, by, now, _facts(movement))
    return movements


def _facts(movement: Movement) -> dict[str, object]:
    return {
        "movement": movement.id,
        "quantity": str(movement.quantity),
        "from": movement.from_location.id,
        "to": movement.to_location.id,
        "condition": movement.condition.value,
        "to_condition": movement.to_condition.value,
        "unit": movement.unit.id if movement.unit else None,
        "order": movement.order_id,
    }


def _floor(place: Location) -> int:
    return HOUSE if place.kind in IN_HOUSE else 0


def _is_balance(part: Part, place: Location, condition: Condition) -> ColumnElement[bool]:
    return (Balance.location_id == place.id) & (Balance.part_id == part.id) & (Balance.condition == condition)


def _changed(session: Session, which: ColumnElement[bool], on_hand: Decimal = ZERO, reserved: Decimal = ZERO) -> bool:
    changes = {
        "on_hand": Balance.on_hand + literal(on_hand, Quantity),
        "reserved": Balance.reserved + literal(reserved, Quantity),
    }
    statement = update(Balance).where(which).values(changes).returning(Balance.id)
    return session.execute(statement, execution_options={"synchronize_session": False}).one_or_none() is not None


def _take(
    session: Session, part: Part, place: Location, condition: Condition, quantity: Decimal, from_reserved: bool
) -> None:
    here = _is_balance(part, place, condition)
    if _floor(place) != HOUSE:
        _put(session, part, place, condition, -quantity)
        return
    enough = Balance.reserved if from_reserved else Balance.on_hand - Balance.reserved
    reserved = -quantity if from_reserved else ZERO
    if not _changed(session, here & (enough >= literal(quantity, Quantity)), -quantity, reserved):
        raise not_enough(part, free_in(session, part, place, condition), place)


def _put(session: Session, part: Part, place: Location, condition: Condition, quantity: Decimal) -> None:
    here = _is_balance(part, place, condition)
    if _changed(session, here, quantity):
        return
    insert_if_absent(
        session,
        Balance,
        location_id=place.id,
        part_id=part.id,
        condition=condition,
        floor=_floor(place),
        on_hand=ZERO,
        reserved=ZERO,
    )
    if not _changed(session, here, quantity):
        raise RuntimeError("a balance that was just made is not there")


def free_in(session: Session, part: Part, place: Location, condition: Condition) -> Decimal:
    """How much of a part in one condition is in a place and not set aside."""
    row = session.execute(
        select(Balance.on_hand, Balance.reserved).where(_is_balance(part, place, condition))
    ).one_or_none()
    return ZERO if row is None else row.on_hand - row.reserved


def not_enough(part: Part, available: Decimal, place: Location | None = None) -> NotEnough:
    """The refusal to give more of a part than there is."""
    available_shown = shown(available, part.unit)
    return NotEnough(
        f"There is not enough of {part.part_number}: {available_shown} available. Nothing was booked.",
        part_number=part.part_number,
        available=available_shown,
        location=place.code if place else None,
    )


def set_aside(session: Session, part: Part, place: Location, condition: Condition, quantity: Decimal) -> bool:
    """Reserve a quantity in a place; False where it is not free there. A negative one gives back what was reserved."""
    here = _is_balance(part, place, condition)
    enough = Balance.on_hand - Balance.reserved >= literal(quantity, Quantity)
    return _changed(session, here & enough, reserved=quantity)


def _move_units(
    session: Session,
    units: Sequence[PartUnit],
    source: Location,
    target: Location,
    condition: Condition,
    to_condition: Condition,
    by: Actor,
    from_reserved: bool,
) -> None:
    these = PartUnit.id.in_([unit.id for unit in units])
    are_there = [these, PartUnit.location_id == source.id, PartUnit.condition == condition]
    if not from_reserved:
        are_there.append(
            ~exists().where(Reservation.unit_id == PartUnit.id, Reservation.state == ReservationState.OPEN)
        )
    change = update(PartUnit).where(*are_there).values(location_id=target.id, condition=to_condition)
    moved = set(session.scalars(change.returning(PartUnit.id).execution_options(synchronize_session=False)))
    session.scalars(select(PartUnit).where(these).execution_options(populate_existing=True)).all()
    for unit in units:
        if unit.id not in moved:
            seen = code_seen(unit.location, by)
            raise Conflict(
                f"The unit {unit.serial_number} is not free in {source.code}; it is {whereabouts(unit.location, by)}.",
                serial_number=unit.serial_number,
                location=seen,
            )
