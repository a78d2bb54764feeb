"""``/scan``: whatever a scanner sent, and the one thing that it means."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from flask import url_for

from depot.depots import codes_by_id
from depot.errors import SeveralMeanings
from depot.procedure import allowed_actions
from depot.scan import Meaning, meanings
from depot.scan_lookup import Row
from depot.scan_readings import Thing
from models import Device, LoanerUnit, Location, Part, PartUnit, PlaceKind, RepairOrder
from routes.api import Blueprint, allow
from routes.context import actor, now, session
from routes.devices import device_view
from routes.loaners import unit_views
from routes.locations import location_views
from routes.order_views import brief
from routes.parts import part_views
from routes.problems import PROBLEM_JSON
from routes.schemas.devices import DeviceRecordOut
from routes.schemas.loaners import LoanerUnitOut
from routes.schemas.locations import LocationOut
from routes.schemas.orders import OrderBriefOut
from routes.schemas.parts import PartOut
from routes.schemas.scan import ChoicesOut, MeaningOut, PartUnitOut, ScanOut, ScanQuery

blueprint = Blueprint("scan", "Whatever a scanner sent, and what it means.")

View = dict[str, Any]


def _order_views(orders: Sequence[RepairOrder]) -> list[View]:
    return [brief(order) for order in orders]


def _device_views(devices: Sequence[Device]) -> list[View]:
    depots = codes_by_id(session())
    return [device_view(device, depots) for device in devices]


def _part_unit_views(units: Sequence[PartUnit]) -> list[View]:
    depots = codes_by_id(session())
    return [
        {
            "part_number": unit.part.part_number,
            "name": unit.part.name,
            "serial_number": unit.serial_number,
            "condition": unit.condition,
            "depot": depots[unit.location.depot_id],
            "place": unit.location.kind,
            "location": unit.location.code if unit.location.kind is PlaceKind.BIN else None,
        }
        for unit in units
    ]


SUMMARIES: Mapping[Thing, tuple[Callable[[Sequence[Any]], list[View]], Any]] = {
    Thing.REPAIR_ORDER: (_order_views, OrderBriefOut()),
    Thing.DEVICE: (_device_views, DeviceRecordOut()),
    Thing.PART: (part_views, PartOut()),
    Thing.PART_UNIT: (_part_unit_views, PartUnitOut()),
    Thing.LOCATION: (location_views, LocationOut()),
    Thing.LOANER_UNIT: (unit_views, LoanerUnitOut()),
}
"""Per kind of thing: how its rows are shown, and the shape in which they go out."""


def _summaries(found: Sequence[Meaning]) -> dict[tuple[Thing, int], View]:
    shown: dict[tuple[Thing, int], View] = {}
    for thing in dict.fromkeys(each.thing for each in found):
        rows = [each.row for each in found if each.thing is thing]
        views, schema = SUMMARIES[thing]
        shown |= {(thing, row.id): schema.dump(view) for row, view in zip(rows, views(rows), strict=True)}
    return shown


def _link(row: Row) -> str:
    if isinstance(row, RepairOrder):
        return url_for("repair-orders.read_order", number=row.number)
    if isinstance(row, Device):
        return url_for("devices.read_device", device_id=row.id)
    if isinstance(row, Location):
        return url_for("locations.read_location", location_id=row.id)
    if isinstance(row, LoanerUnit):
        return url_for("loaners.read_loaner_unit", code=row.code)
    part = row if isinstance(row, Part) else row.part
    return url_for("parts.read_part", part_number=part.part_number)


def _views(found: Sequence[Meaning]) -> list[View]:
    summaries = _summaries(found)
    return [
        {
            "kind": each.thing,
            "key": each.key,
            "open_order": each.open_order.number if each.open_order else None,
            "summary": summaries[each.thing, each.row.id],
            "warnings": each.warnings,
            "label": each.label,
            "links": {"self": _link(each.row)},
        }
        for each in found
    ]


def _next_steps(meaning: Meaning) -> list[View]:
    """What the caller's role may do: with the order that was scanned, or with the one in which the device is."""
    order = meaning.row if isinstance(meaning.row, RepairOrder) else meaning.open_order
    if order is None or meaning.thing not in {Thing.REPAIR_ORDER, Thing.DEVICE}:
        return []
    allowed = allowed_actions(session(), order, actor(), now())
    return [{"action": each.action, "missing": [vars(lack) for lack in each.missing]} for each in allowed]


@blueprint.get("/scan")
@allow("read")
@blueprint.arguments(ScanQuery, location="query")
@blueprint.response(200, ScanOut)
@blueprint.alt_response(300, schema=ChoicesOut, content_type=PROBLEM_JSON, description="It means several things.")
def scan(query: View) -> View:
    """Say what a scanned code means: an order, a device, a part or a piece of it, a bin, a loaner unit."""
    found = meanings(session(), query["code"], actor())
    views = _views(found)
    if len(found) > 1:
        raise SeveralMeanings(choices=MeaningOut(many=True).dump(views))
    return {**views[0], "allowed_actions": _next_steps(found[0])}
