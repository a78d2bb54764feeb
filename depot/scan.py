"""What a scan means: one thing, or several to choose from. One scan, one verdict.

The readings of a scan are tried from the likeliest to the least; the first that names something on record is taken, and
of it what is exact before what differs by case. A serial number that only looks like it is another device's: it is
named to the person who scanned, and never taken for it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.bearers import MOST
from depot.errors import UnknownCode
from depot.gs1 import elements
from depot.identifiers import ORDER_PREFIX, fold_order_number, is_order_number, look_alike
from depot.scan_lookup import Found, Register, Row, look_up
from depot.scan_readings import Names, Reading, Thing, understand
from depot.scanned import has_lost_letters, spellings
from depot.supplier_labels import SupplierLabel
from models import (
    ENDED,
    Device,
    Loan,
    LoanerUnit,
    Location,
    Part,
    PartUnit,
    RepairOrder,
    UnitState,
)

GONE = (UnitState.LOST, UnitState.SOLD, UnitState.RETIRED)
LIKE_AN_ORDER = re.compile(rf"{ORDER_PREFIX}[0-9]{{6,12}}[0-9X]?")


@dataclass(frozen=True)
class Meaning:
    """One thing that a scan means, with the open repair order in which it is, and what else a label says."""

    thing: Thing
    row: Row
    open_order: RepairOrder | None
    warnings: tuple[str, ...]
    label: SupplierLabel | None = None

    @property
    def key(self) -> str:
        """What the thing is called in the rest of the API: a device by its id, a unit by its serial number."""
        row = self.row
        if isinstance(row, RepairOrder):
            return row.number
        if isinstance(row, Part):
            return row.part_number
        if isinstance(row, PartUnit):
            return row.serial_number
        return str(row.id) if isinstance(row, Device) else row.code


def meanings(session: Session, code: str, by: Actor) -> list[Meaning]:
    """The things in the actor's sight that a scan means: one, or several that a person has to choose from.

    Raises UnknownCode, with ``look_alikes``, where it means none.
    """
    ways = understand(code)
    register = look_up(session, _gathered(ways), by)
    for way in ways:
        for exactly in (True, False):
            hits = _narrowed(way, _hits(way, register, exactly=exactly))
            if hits:
                return _meanings(session, way, hits, register, by)
    raise _unknown(code, ways, register)


def _gathered(ways: Sequence[Reading]) -> Names:
    return {thing: tuple({name for way in ways for name in way.names.get(thing, ())}) for thing in Thing}


def _hits(way: Reading, register: Register, *, exactly: bool) -> list[Found]:
    """Each row once, former bearers last."""
    found = [
        one
        for thing, names in way.names.items()
        for name in names
        for one in register.bearers(thing, name, exactly=exactly)
    ]
    rows: dict[tuple[Thing, int], Found] = {}
    for one in sorted(found, key=lambda one: one.former is not None):
        rows.setdefault((one.thing, one.row.id), one)
    return list(rows.values())


def _narrowed(way: Reading, hits: Sequence[Found]) -> list[Found]:
    """What bears a name now, before what bore it; and of a label that names a part and its piece, the piece."""
    current = [one for one in hits if one.former is None] or list(hits)
    parts = {one.row.id for one in current if one.thing is Thing.PART}
    pieces = [one for one in current if isinstance(one.row, PartUnit) and one.row.part_id in parts]
    return pieces if way.label and pieces else current


def _meanings(session: Session, way: Reading, hits: Sequence[Found], register: Register, by: Actor) -> list[Meaning]:
    chosen = hits[:MOST]
    opened = _open_orders(session, [one.row for one in chosen])
    return [_meaning(way, one, opened.get((one.thing, one.row.id)), register, by) for one in chosen]


def _meaning(way: Reading, hit: Found, opened: RepairOrder | None, register: Register, by: Actor) -> Meaning:
    warnings = [*way.warnings, *_standing(hit), *_likenesses(hit.row, register)]
    if opened is not None and not by.covers(opened.depot_id):
        warnings.append("It is in an open repair order of a depot that your token does not cover.")
        opened = None
    elif opened is not None and isinstance(hit.row, RepairOrder) and opened is not hit.row:
        warnings.append(f"The device is here again; its open repair order is {opened.number}.")
    return Meaning(hit.thing, hit.row, opened, tuple(warnings), way.label)


def _standing(hit: Found) -> Iterator[str]:
    """What is no longer as the code says."""
    row = hit.row
    if isinstance(row, Device) and hit.former is not None:
        yield f"Device {row.id} bore {hit.former} once; its serial number is {row.serial_number or 'not known'} now."
    elif isinstance(row, RepairOrder) and row.state in ENDED:
        yield f"{row.number} has ended: {row.state.value}."
    elif isinstance(row, LoanerUnit) and row.state in GONE:
        yield f"The loaner unit {row.code} is {row.state.value}."
    elif isinstance(row, (Part, Location)) and row.retired_at is not None:
        yield f"{row.part_number if isinstance(row, Part) else row.code} is retired."


def _likenesses(row: Row, register: Register) -> Iterator[str]:
    """Other devices whose serial numbers an eye takes for this one's."""
    serial = row.serial_number if isinstance(row, Device) else None
    for other in register.alike if isinstance(row, Device) and serial is not None else ():
        if other.device_id != row.id and other.value_look_alike == look_alike(serial or ""):
            yield f"The serial number {serial} looks like {other.value} of device {other.device_id}."


def _open_orders(session: Session, rows: Sequence[Row]) -> Mapping[tuple[Thing, int], RepairOrder]:
    """The open orders in which things are, by kind and id: two queries for all of them.

    A loaner unit is in the order for which it is lent, a piece in the one to which it was issued.
    """
    units = [row.id for row in rows if isinstance(row, LoanerUnit)]
    lent = select(Loan.loaner_unit_id, Loan.order_id).where(Loan.loaner_unit_id.in_(units), Loan.ended_at.is_(None))
    places: dict[tuple[Thing, int], int | None] = {
        (Thing.LOANER_UNIT, unit_id): order_id for unit_id, order_id in session.execute(lent)
    }
    places |= {(Thing.PART_UNIT, row.id): row.location.order_id for row in rows if isinstance(row, PartUnit)}
    devices = {(Thing.DEVICE, row.id): row.id for row in rows if isinstance(row, Device)}
    devices |= {(Thing.REPAIR_ORDER, row.id): row.device_id for row in rows if isinstance(row, RepairOrder)}
    here = or_(RepairOrder.id.in_(places.values()), RepairOrder.device_id.in_(devices.values()))
    found = session.scalars(select(RepairOrder).where(here, RepairOrder.state.not_in(ENDED))).all()
    by_id, by_device = {order.id: order for order in found}, {order.device_id: order for order in found}
    inside = {key: by_id.get(order_id) for key, order_id in places.items() if order_id is not None}
    inside |= {key: by_device.get(device_id) for key, device_id in devices.items()}
    return {key: order for key, order in inside.items() if order is not None}


def _unknown(code: str, ways: Sequence[Reading], register: Register) -> UnknownCode:
    alike = {one.id: {"device": one.device_id, "serial_number": one.value} for one in register.alike}
    labelled = {name: None for way in ways if way.label for name in way.label.part_numbers}
    advice = _advice(code, [str(one["serial_number"]) for one in alike.values()], list(labelled))
    return UnknownCode(advice, look_alikes=list(alike.values()), part_numbers=list(labelled))


def _advice(code: str, alike: Sequence[str], part_numbers: Sequence[str]) -> str:
    """What whoever scanned does next."""
    texts = [each.text for each in spellings(code)]
    if has_lost_letters(code):
        return "A Chinese input method was on while scanning and ate letters: switch it to English, and scan again."
    if alike:
        return f"Nothing bears this code. It looks like {', '.join(alike)}: read it again, sign by sign."
    for text in texts:
        if LIKE_AN_ORDER.fullmatch(fold_order_number(text)) and not is_order_number(text):
            return "This is no order number: signs are missing, or one is wrong. Scan it again."
    if part_numbers:
        return f"No part in the catalogue is called {' or '.join(part_numbers)}: create it, or put its number right."
    if any(elements(text) for text in texts):
        return "This GS1 code names nothing on record here: scan the code of the thing, not of its box or pallet."
    return "Nothing in your depots bears this code: scan it again, or type it. A device that is new here is received."
