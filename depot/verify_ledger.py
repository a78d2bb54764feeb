"""``depot verify``, stock: balances against movements, reservations and units, and movements against histories.

Sums are worked out by the database. Movements and the events that name them come in the same order, since a part's row
is held while either is written; so two streams side by side are enough, however long they are.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from decimal import Decimal
from itertools import chain, groupby, pairwise
from typing import Any, TypeAlias

from sqlalchemy import Row, Subquery, Table, and_, case, func, literal, or_, select, true, tuple_, union_all
from sqlalchemy.orm import Session, aliased

from depot.events import EVENTS
from models import (
    IN_HOUSE,
    Balance,
    Location,
    Movement,
    Part,
    PartUnit,
    PlaceKind,
    Quantity,
    Reservation,
    ReservationState,
    Subject,
)

BATCH = 1000
ALL = true()
Line: TypeAlias = Row[*tuple[Any, ...]]
Key: TypeAlias = tuple[int, int]
MOVEMENTS: Table = Movement.metadata.tables[Movement.__tablename__]
PIECES = (PlaceKind.BIN, PlaceKind.ORDER)
"""Where each piece of a serialised part is one on record; what was taken out of a device may be nameless."""

UNIT_BY_UNIT = and_(Part.serialized, Location.kind.in_(PIECES))


def ledger_faults(session: Session) -> Iterator[str]:
    """A sentence for each quantity, unit and movement that does not agree with the rest."""
    yield from _wrong_sums(session, _moved(), Balance.on_hand, "on hand", "its movements make")
    yield from _wrong_sums(session, _set_aside(), Balance.reserved, "set aside", "its open reservations make")
    yield from _wrong_sums(session, _pieces(), Balance.on_hand, "on hand", "its units make", UNIT_BY_UNIT)
    yield from _wrong_floors(session)
    yield from _lost_units(session)
    yield from _untold_movements(session)


def _moved() -> Subquery:
    to_, from_ = Movement.to_location_id.label("place"), Movement.from_location_id
    came = select(to_, Movement.part_id, Movement.to_condition.label("condition"), Movement.quantity)
    went = select(from_, Movement.part_id, Movement.condition, -Movement.quantity)
    both = union_all(came, went).subquery()
    return _summed(both.c.place, both.c.part_id, both.c.condition, both.c.quantity)


def _set_aside() -> Subquery:
    quantity = case((Reservation.state == ReservationState.OPEN, Reservation.quantity), else_=0)
    return _summed(Reservation.location_id, Reservation.part_id, Reservation.condition, quantity)


def _pieces() -> Subquery:
    return _summed(PartUnit.location_id, PartUnit.part_id, PartUnit.condition, literal(Decimal(1), Quantity))


def _summed(place: Any, part: Any, condition: Any, quantity: Any) -> Subquery:
    keys = (place.label("place"), part.label("part"), condition.label("condition"))
    return select(*keys, func.sum(quantity).label("total")).group_by(place, part, condition).subquery()


def _wrong_sums(
    session: Session, sums: Subquery, column: Any, what: str, source: str, which: Any = ALL
) -> Iterator[str]:
    """Balances that are not their sum, and sums that have no balance."""
    due = func.coalesce(sums.c.total, Decimal(0)).label("due")
    place_and_part = and_(sums.c.place == Balance.location_id, sums.c.part == Balance.part_id)
    same = and_(place_and_part, sums.c.condition == Balance.condition)
    wrong = select(Balance.condition, column.label("stands"), due).select_from(Balance).outerjoin(sums, same)
    alone = select(sums.c.condition, due).select_from(sums).outerjoin(Balance, same)
    for row in _named(session, wrong.where(which, column != due), Balance.location_id, Balance.part_id):
        yield f"{_stock(row)}: {row.stands:f} {what}, {source} {row.due:f}"
    for row in _named(session, alone.where(which, Balance.id.is_(None), due != Decimal(0)), sums.c.place, sums.c.part):
        yield f"{_stock(row)}: no balance is on record, {source} {row.due:f}"


def _wrong_floors(session: Session) -> Iterator[str]:
    in_house = Location.kind.in_(IN_HOUSE)
    floor = case((in_house, 1), else_=0)
    below = or_(Balance.on_hand < Decimal(0), Balance.reserved > Balance.on_hand)
    wrong = or_(Balance.floor != floor, Balance.reserved < Decimal(0), and_(in_house, below))
    query = select(Balance.condition, Balance.on_hand, Balance.reserved).select_from(Balance).where(wrong)
    for row in _named(session, query, Balance.location_id, Balance.part_id):
        yield f"{_stock(row)}: {row.on_hand:f} on hand and {row.reserved:f} set aside cannot be there"


def _lost_units(session: Session) -> Iterator[str]:
    """Units that stand elsewhere, or in another condition, than their last movement says."""
    any_ = aliased(Movement)
    last = select(func.max(any_.id)).where(any_.unit_id == PartUnit.id).correlate(PartUnit).scalar_subquery()
    moved = and_(Movement.to_location_id == PartUnit.location_id, Movement.to_condition == PartUnit.condition)
    units = select(PartUnit.condition, PartUnit.serial_number).select_from(PartUnit)
    lost = units.outerjoin(Movement, Movement.id == last).where(
        or_(Movement.id.is_(None), ~moved, Movement.part_id != PartUnit.part_id)
    )
    for row in _named(session, lost, PartUnit.location_id, PartUnit.part_id):
        yield f"{_stock(row)}: the unit {row.serial_number} is not where its last movement brought it"


def _named(session: Session, query: Any, place: Any, part: Any) -> Iterator[Line]:
    """The rows of a query with the names of their place and part, as a stream."""
    query = query.add_columns(Location.code, Location.depot_id, Part.part_number)
    query = query.join(Location, Location.id == place).join(Part, Part.id == part).order_by(Part.id, Location.id)
    yield from session.execute(query.execution_options(yield_per=BATCH))


def _stock(row: Line) -> str:
    return f"stock of {row.part_number} ({row.condition.value}) in {row.code} of depot {row.depot_id}"


def _untold_movements(session: Session) -> Iterator[str]:
    """Movements that no event tells of, events of movements that are gone, and those that differ."""
    told = ((key, event) for key, event in _in_order(_told_movements(session)))
    made = (((row.part_id, row.id), row) for row in _movements(session))
    for (_, movement_id), pair in groupby(heapq.merge(made, told, key=_key), key=_key):
        lines = [line for _, line in pair]
        row = next((line for line in lines if "quantity" in line._fields), None)
        event = next((line for line in lines if "quantity" not in line._fields), None)
        if row is None:
            yield f"movement {movement_id}: is gone; an event of its part tells of it"
        elif event is None:
            yield f"movement {movement_id}: no event of its part tells of it"
        else:
            yield from (f"movement {movement_id}: {what}" for what in _differences(row, event))


def _key(line: tuple[Key, Line]) -> Key:
    return line[0]


def _movements(session: Session) -> Iterator[Line]:
    place = tuple_(MOVEMENTS.c.part_id, MOVEMENTS.c.id)
    rows_after = select(MOVEMENTS).order_by(MOVEMENTS.c.part_id, MOVEMENTS.c.id).limit(BATCH)
    last = (0, 0)
    while rows := session.execute(rows_after.where(place > last)).all():
        yield from rows
        last = (rows[-1].part_id, rows[-1].id)


def _told_movements(session: Session) -> Iterator[tuple[Key, Line]]:
    columns = (EVENTS.c.subject_id, EVENTS.c.seq, EVENTS.c.facts, EVENTS.c.at, EVENTS.c.actor_id, EVENTS.c.action)
    place = tuple_(EVENTS.c.subject_id, EVENTS.c.seq)
    lines = select(*columns).where(EVENTS.c.subject == Subject.PART).order_by(EVENTS.c.subject_id, EVENTS.c.seq)
    last = (0, 0)
    while rows := session.execute(lines.where(place > last).limit(BATCH)).all():
        yield from (((row.subject_id, row.facts["movement"]), row) for row in rows if "movement" in row.facts)
        last = (rows[-1].subject_id, rows[-1].seq)


def _in_order(told: Iterator[tuple[Key, Line]]) -> Iterator[tuple[Key, Line]]:
    """Without those out of order, which only tampering makes and the chain names: they would hide all that follow."""
    last: Key = (0, 0)
    for this, following in pairwise(chain(told, [None])):
        if this is not None and last < this[0] and (following is None or this[0] < following[0]):
            yield this
            last = this[0]


def _differences(row: Line, event: Line) -> Iterator[str]:
    facts = event.facts
    pairs = {
        "quantity": (row.quantity, Decimal(facts["quantity"])),
        "kind": (row.kind, event.action),
        "place it came from": (row.from_location_id, facts["from"]),
        "place it went to": (row.to_location_id, facts["to"]),
        "condition": (row.condition, facts["condition"]),
        "condition after": (row.to_condition, facts["to_condition"]),
        "unit": (row.unit_id, facts["unit"]),
        "order": (row.order_id, facts["order"]),
        "person": (row.actor_id, event.actor_id),
        "time": (row.at, event.at),
    }
    for what, (stands, told) in pairs.items():
        if stands != told:
            yield f"its {what} is {stands}, event {event.seq} of its part says {told}"
