"""What labels say, read from what is on record now: of a device, a part, a bin, a loaner unit.

Many of one kind cost as many queries as one of it. No name and no phone of the customer. An announced order has a label
already, for the device that is to come, and one for the box in which it is sent.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import devices
from depot.actors import Actor
from depot.asset_keys import asset_key
from depot.depots import depot_for
from depot.errors import FieldError, Invalid, NoLabel, invalid
from depot.identifiers import fold_order_number
from depot.receipt_head import day, local_day
from depot.store_names import depot_codes
from models import Depot, Loan, LoanerUnit, Location, Part, PlaceKind, RepairOrder, State, WarrantyStatus

Values = dict[str, Any]
"""In the shape of ``labels/label_values.py``."""


class LabelKind(StrEnum):
    """What a label is stuck on."""

    REPAIR_ORDER = "repair_order"
    PART = "part"
    LOCATION = "location"
    LOANER_UNIT = "loaner_unit"


@dataclass(frozen=True)
class Wanted:
    """Whose labels are wanted: ``keys`` as people know them; ``depot`` is that of bins, None the usual one.

    ``asset_type`` makes the keys of loaner units GRAIs.
    """

    kind: LabelKind
    keys: Sequence[str]
    depot: str | None = None
    asset_type: str | None = None


NEVER_HERE = (State.REFUSED, State.CANCELLED)


def has_label(order: RepairOrder) -> bool:
    """Whether there is anything to stick a label on: not for what was turned away, or announced and never came."""
    return order.state not in NEVER_HERE


def order_labels(session: Session, orders: Sequence[RepairOrder]) -> list[Values]:
    """What the stickers on devices say. Raises NoLabel for an order of which nothing is here."""
    for order in orders:
        _demand_label(order)
    ids = [order.id for order in orders]
    out = select(Loan.order_id).where(Loan.order_id.in_(ids), Loan.ended_at.is_(None))
    lent = set(session.scalars(out))
    return [_order_label(order, order.id in lent) for order in orders]


def _demand_label(order: RepairOrder) -> None:
    if not has_label(order):
        raise NoLabel(
            f"{order.number} is {order.state.value}: nothing of it is here to bear a label. If the device comes after"
            " all, receive it anew.",
            number=order.number,
            state=order.state.value,
        )


def _order_label(order: RepairOrder, has_loaner: bool) -> Values:
    return {
        "number": order.number,
        "serial_number": devices.current_serial(order.device),
        "make": order.device.product_model.make,
        "model": order.device.product_model.model,
        "received_on": None if order.received_at is None else local_day(order.received_at, order.depot),
        "promised_on": day(order.promised_on),
        "depot": order.depot.code,
        "flags": _flags(order, has_loaner),
        "fault": order.reported_fault,
    }


def box_label(order: RepairOrder) -> Values:
    """What stands on the box in which an announced device is sent. Raises NoLabel where none is on its way."""
    if order.state is not State.ANNOUNCED:
        raise NoLabel(
            f"{order.number} is {order.state.value}: a box label is for a device that is announced. If another one is"
            " sent, announce it.",
            number=order.number,
            state=order.state.value,
        )
    depot, model = order.depot, order.device.product_model
    return {
        "number": order.number,
        "depot": {"zh": depot.name_zh or ("" if depot.name_en else depot.code), "en": depot.name_en},
        "address": {"zh": depot.address_zh, "en": depot.address_en},
        "phones": list(depot.phones),
        "make": model.make,
        "model": model.model,
        "serial_number": devices.current_serial(order.device),
        "valid_until": day(order.announced_until),
    }


def _flags(order: RepairOrder, has_loaner: bool) -> list[str]:
    raised = {
        "warranty": order.warranty_status is WarrantyStatus.IN_WARRANTY,
        "repeat": order.is_repeat,
        "data": bool(order.holds_data),
        "loaner": has_loaner,
    }
    return [flag for flag, is_raised in raised.items() if is_raised]


def part_labels(_: Session, parts: Sequence[Part]) -> list[Values]:
    """What stands on the bags and shelves of parts; a part belongs to no depot."""
    return [_item_label(LabelKind.PART, part.part_number, part.name) for part in parts]


def location_labels(session: Session, places: Sequence[Location]) -> list[Values]:
    """What stands on bins."""
    depots = depot_codes(session, [place.depot_id for place in places])
    return [_item_label(LabelKind.LOCATION, place.code, place.name, depot=depots[place.depot_id]) for place in places]


def unit_labels(session: Session, units: Sequence[LoanerUnit], asset_type: str | None = None) -> list[Values]:
    """What stands on loaner units: where the depot has a GS1 company prefix their GIAI, with an asset type their GRAI.

    Raises Unprintable for a code that no GS1 key holds, Invalid for an asset type that none can be made of.
    """
    found = session.scalars(select(Depot).where(Depot.id.in_({unit.depot_id for unit in units})))
    depots = {depot.id: depot for depot in found}
    return [_unit_label(unit, depots[unit.depot_id], asset_type) for unit in units]


def _unit_label(unit: LoanerUnit, depot: Depot, asset_type: str | None) -> Values:
    name = f"{unit.make} {unit.model}"
    said = _item_label(LabelKind.LOANER_UNIT, unit.code, name, serial_number=unit.serial_number, depot=depot.code)
    return said | {"gs1": _key(unit.code, depot, asset_type)}


def _key(code: str, depot: Depot, asset_type: str | None) -> Values | None:
    if depot.gs1_company_prefix is not None:
        identifier, key = asset_key(depot.gs1_company_prefix, code, asset_type)
        return {"identifier": identifier, "key": key}
    if asset_type is not None:
        raise invalid("/asset_type", f"The depot {depot.code} has no GS1 company prefix: set it, or leave this out.")
    return None


def _item_label(
    kind: LabelKind, code: str, name: str, serial_number: str | None = None, depot: str | None = None
) -> Values:
    return {
        "kind": kind.value,
        "code": code,
        "name": name or None,
        "serial_number": serial_number,
        "depot": depot,
        "gs1": None,
    }


def fold_key(kind: LabelKind, key: str) -> str:
    """A key as it is looked up: an order's number and a loaner unit's code in either case."""
    if kind is LabelKind.REPAIR_ORDER:
        return fold_order_number(key)
    return key.strip().upper() if kind is LabelKind.LOANER_UNIT else key.strip()


def list_labels(session: Session, wanted: Wanted, by: Actor) -> list[Values]:
    """What the labels of these keys say, in their order. Raises Invalid for each key of which the actor sees none."""
    name, find, labels = KINDS[wanted.kind]
    keys = [fold_key(wanted.kind, key) for key in wanted.keys]
    rows = find(session, wanted, set(keys), by)
    unknown = [
        FieldError(f"/keys/{place}", f"There is no {name} {wanted.keys[place][:80]}, or your token does not cover it.")
        for place, key in enumerate(keys)
        if key not in rows
    ]
    if unknown:
        raise Invalid(unknown)
    if wanted.asset_type is not None:
        return _with_asset_type(session, wanted, [rows[key] for key in keys])
    return labels(session, [rows[key] for key in keys])


def _with_asset_type(session: Session, wanted: Wanted, rows: Sequence[Any]) -> list[Values]:
    if wanted.kind is not LabelKind.LOANER_UNIT:
        raise invalid("/asset_type", "Only loaner units have an asset type.")
    return unit_labels(session, rows, wanted.asset_type)


def _orders(session: Session, _: Wanted, keys: set[str], by: Actor) -> Rows:
    query = select(RepairOrder).where(RepairOrder.number.in_(keys))
    return {order.number: order for order in session.scalars(query) if by.covers(order.depot_id)}


def _parts(session: Session, _: Wanted, keys: set[str], __: Actor) -> Rows:
    return {part.part_number: part for part in session.scalars(select(Part).where(Part.part_number.in_(keys)))}


def _places(session: Session, wanted: Wanted, keys: set[str], by: Actor) -> Rows:
    here = Location.depot_id == depot_for(session, wanted.depot, by).id
    query = select(Location).where(here, Location.kind == PlaceKind.BIN, Location.code.in_(keys))
    return {place.code: place for place in session.scalars(query)}


def _units(session: Session, _: Wanted, keys: set[str], by: Actor) -> Rows:
    query = select(LoanerUnit).where(LoanerUnit.code_folded.in_(keys))
    return {unit.code_folded: unit for unit in session.scalars(query) if by.covers(unit.depot_id)}


Rows = Mapping[str, Any]
Find = Callable[[Session, Wanted, set[str], Actor], Rows]
Say = Callable[[Session, Sequence[Any]], list[Values]]

KINDS: Mapping[LabelKind, tuple[str, Find, Say]] = {
    LabelKind.REPAIR_ORDER: ("repair order", _orders, order_labels),
    LabelKind.PART: ("part", _parts, part_labels),
    LabelKind.LOCATION: ("location", _places, location_labels),
    LabelKind.LOANER_UNIT: ("loaner unit", _units, unit_labels),
}
"""Per kind: what it is called, the rows that the actor sees of some keys, and what their labels say."""
