"""``/stock``: receipts, issues and adjustments, and the ledger that they write."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from flask import url_for

from depot import parts, stock, store_issues
from depot.depots import depot_for
from depot.errors import invalid
from depot.locations import depot_with_bin
from depot.people import people_by_id
from depot.quantities import shown
from depot.store_names import depot_codes, order_in_body, order_numbers
from models import Depot, Location, Movement, Part
from routes.api import Blueprint, allow
from routes.context import actor, now, session
from routes.paging import page_schema, paged
from routes.parts import amounts
from routes.schemas.stock import AdjustmentIn, BookedOut, IssueIn, MovementOut, MovementQuery, ReceiptIn

blueprint = Blueprint("stock", "Receipts, issues and adjustments, and the ledger that they write.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]


def _views(movements: Sequence[Movement]) -> list[View]:
    places = {place.depot_id for line in movements for place in (line.from_location, line.to_location)}
    depots = depot_codes(session(), places)
    orders = order_numbers(session(), [line.order_id for line in movements])
    people = people_by_id(session(), {line.actor_id for line in movements})
    names = ("id", "at", "kind", "condition", "to_condition", "reference", "reason")
    return [
        {name: getattr(line, name) for name in names}
        | {
            "by": people[line.actor_id],
            "part_number": line.part.part_number,
            "quantity": shown(line.quantity, line.part.unit),
            "source": _place(line.from_location, depots),
            "target": _place(line.to_location, depots),
            "serial_number": line.unit.serial_number if line.unit else None,
            "repair_order": orders.get(line.order_id),
        }
        for line in movements
    ]


def _place(place: Location, depots: dict[int, str]) -> View:
    return {"depot": depots[place.depot_id], "code": place.code, "kind": place.kind}


def _booked(part: Part, movements: Sequence[Movement]) -> Answer:
    moved = sum((line.quantity for line in movements), Decimal(0))
    total = parts.stock_of(session(), [part], actor())[part.id].total
    view = {"part_number": part.part_number, "quantity": shown(moved, part.unit), "movements": _views(movements)}
    place = url_for("stock.list_movements", part_number=part.part_number)
    return view | amounts(part, total), {"Location": place}


def _depot(named: str | None, location: str | None) -> Depot:
    """The depot that is named, else the one that has this bin, else the usual one."""
    if named is None and location is not None:
        named = depot_with_bin(session(), location, actor())
    return depot_for(session(), named, actor())


@blueprint.post("/stock/receipts")
@allow("change-stock")
@blueprint.arguments(ReceiptIn)
@blueprint.response(201, BookedOut)
def receive_stock(body: View) -> Answer:
    """Book in what was delivered, and serve the orders that wait for it."""
    depot = _depot(body.pop("depot"), body["location"])
    part = parts.usable_part(session(), body.pop("part_number"), "/part_number")
    return _booked(part, stock.receive(session(), part, stock.Receipt(**body), depot, actor(), now()))


@blueprint.post("/stock/issues")
@allow("change-stock")
@blueprint.arguments(IssueIn)
@blueprint.response(201, BookedOut)
def issue_stock(body: View) -> Answer:
    """Issue parts to a repair order, or for a reason."""
    part = parts.part_in_body(session(), body.pop("part_number"), "/part_number")
    number, depot = body.pop("repair_order"), body.pop("depot")
    wanted = store_issues.Issue(**body)
    if number is None:
        depot = _depot(depot, wanted.location)
        return _booked(part, store_issues.issue_for_reason(session(), part, wanted, depot, actor(), now()))
    order = order_in_body(session(), number, actor())
    if depot not in {None, order.depot.code}:
        raise invalid("/depot", f"The order is in the depot {order.depot.code}; it gets its parts there.")
    return _booked(part, store_issues.issue_to_order(session(), order, part, wanted, actor(), now()))


@blueprint.post("/stock/adjustments")
@allow("adjust")
@blueprint.arguments(AdjustmentIn)
@blueprint.response(201, BookedOut)
def adjust_stock(body: View) -> Answer:
    """Put right what a count found, or re-grade what stands in a bin."""
    depot = _depot(body.pop("depot"), body["location"])
    part = parts.part_in_body(session(), body.pop("part_number"), "/part_number")
    to_condition = body.pop("to_condition")
    wanted = stock.Adjustment(**body)
    if to_condition is None:
        return _booked(part, stock.adjust(session(), part, wanted, depot, actor(), now()))
    return _booked(part, stock.regrade(session(), part, wanted, to_condition, depot, actor(), now()))


@blueprint.get("/stock/movements")
@allow("read-stock")
@blueprint.arguments(MovementQuery, location="query")
@blueprint.response(200, page_schema(MovementOut))
def list_movements(query: View) -> Answer:
    """List the lines of the ledger, the newest first."""
    number, order_number = query["part_number"], query["repair_order"]
    part = None if number is None else parts.part_in_body(session(), number, "/part_number")
    order = None if order_number is None else order_in_body(session(), order_number, actor())
    rows = stock.select_movements(actor(), part, order)
    page, headers = paged(rows, [Movement.id], query, newest_first=True)
    return page | {"items": _views(page["items"])}, headers
