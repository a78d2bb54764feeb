"""What on record bears the names that a scan holds: one indexed query for each kind of thing, however many the names.

So a miss costs no more than a hit. Only what lives in the actor's depots is found; the catalogue is everyone's.
The databases fold the case of ASCII letters alike and of no others: only those may be sent in the wrong case.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, func, or_, select, true
from sqlalchemy.orm import InstrumentedAttribute, Session

from depot.actors import Actor
from depot.bearers import list_alike, list_bearing
from depot.identifiers import fold_order_number, readings
from depot.orders import NUMBER
from depot.scan_readings import Names, Thing
from models import (
    Device,
    DeviceIdentifier,
    LoanerUnit,
    Location,
    Part,
    PartUnit,
    PlaceKind,
    RepairOrder,
)

MOST = 50

Row = RepairOrder | Device | Part | PartUnit | Location | LoanerUnit


@dataclass(frozen=True)
class Found:
    """A row that bears a name; ``former`` is the identifier by which a device went once and no longer does."""

    thing: Thing
    row: Row
    former: str | None = None


@dataclass
class Register:
    """What was found, by the names that it goes by, and the serial numbers that look like one of those asked for."""

    exact: dict[tuple[Thing, str], list[Found]] = field(default_factory=lambda: defaultdict(list))
    folded: dict[tuple[Thing, str], list[Found]] = field(default_factory=lambda: defaultdict(list))
    alike: list[DeviceIdentifier] = field(default_factory=list)

    def add(self, found: Found, *names: str) -> None:
        """Let a row go by these names, in upper and lower case."""
        for name in names:
            self.exact[found.thing, name].append(found)
            self.folded[found.thing, name.upper()].append(found)

    def bearers(self, thing: Thing, name: str, *, exactly: bool) -> list[Found]:
        """The rows of a kind that bear a name, to the letter or but for its case."""
        if not exactly:
            return self.folded.get((thing, name.upper()), [])
        keys = [name]
        if thing is Thing.REPAIR_ORDER:
            keys = [fold_order_number(name)]
        elif thing is Thing.DEVICE:
            keys = [kind + folded for kind, folded in readings(name).items()]
        return [found for key in keys for found in self.exact.get((thing, key), ())]


def look_up(session: Session, names: Names, by: Actor) -> Register:
    """The rows in the actor's sight that bear any of the names. How many queries it takes does not depend on them."""
    register = Register()
    _add_orders(session, register, names.get(Thing.REPAIR_ORDER, ()), by)
    _add_devices(session, register, names.get(Thing.DEVICE, ()), by)
    _add_parts(session, register, names.get(Thing.PART, ()))
    _add_part_units(session, register, names.get(Thing.PART_UNIT, ()), by)
    _add_locations(session, register, names.get(Thing.LOCATION, ()), by)
    _add_loaner_units(session, register, names.get(Thing.LOANER_UNIT, ()), by)
    return register


def _named(column: InstrumentedAttribute[str], names: Sequence[str]) -> ColumnElement[bool]:
    return or_(column.in_(names), func.upper(column).in_({name.upper() for name in names}))


def _within(column: InstrumentedAttribute[int], by: Actor) -> ColumnElement[bool]:
    return true() if by.depot_ids is None else column.in_(by.depot_ids)


def _add_orders(session: Session, register: Register, names: Sequence[str], by: Actor) -> None:
    numbers = {number for number in map(fold_order_number, names) if NUMBER.fullmatch(number)}
    query = select(RepairOrder).where(RepairOrder.number.in_(numbers), _within(RepairOrder.depot_id, by))
    for order in session.scalars(query.limit(MOST)):
        register.add(Found(Thing.REPAIR_ORDER, order), order.number)


def _add_devices(session: Session, register: Register, names: Sequence[str], by: Actor) -> None:
    for device, one in list_bearing(session, names, by):
        former = None if one.valid_until is None else one.value
        register.exact[Thing.DEVICE, one.kind + one.value_folded].append(Found(Thing.DEVICE, device, former))
    for device, one in list_alike(session, names, by):
        register.folded[Thing.DEVICE, one.value.upper()].append(Found(Thing.DEVICE, device))
        register.alike.append(one)


def _add_parts(session: Session, register: Register, names: Sequence[str]) -> None:
    query = select(Part).where(_named(Part.part_number, names)).order_by(Part.id)
    for part in session.scalars(query.limit(MOST)):
        register.add(Found(Thing.PART, part), part.part_number)


def _add_part_units(session: Session, register: Register, names: Sequence[str], by: Actor) -> None:
    query = select(PartUnit).join(Location, Location.id == PartUnit.location_id).order_by(PartUnit.id)
    query = query.where(_named(PartUnit.serial_number, names), _within(Location.depot_id, by))
    for unit in session.scalars(query.limit(MOST)):
        register.add(Found(Thing.PART_UNIT, unit), unit.serial_number)


def _add_locations(session: Session, register: Register, names: Sequence[str], by: Actor) -> None:
    query = select(Location).where(Location.kind == PlaceKind.BIN, _named(Location.code, names))
    for place in session.scalars(query.where(_within(Location.depot_id, by)).order_by(Location.id).limit(MOST)):
        register.add(Found(Thing.LOCATION, place), place.code)


def _add_loaner_units(session: Session, register: Register, names: Sequence[str], by: Actor) -> None:
    codes = LoanerUnit.code_folded.in_({name.upper() for name in names})
    query = select(LoanerUnit).where(or_(codes, _named(LoanerUnit.serial_number, names)))
    for unit in session.scalars(query.where(_within(LoanerUnit.depot_id, by)).order_by(LoanerUnit.id).limit(MOST)):
        register.add(Found(Thing.LOANER_UNIT, unit), *{unit.code, unit.serial_number})
