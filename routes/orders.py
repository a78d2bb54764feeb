"""``/repair-orders``: devices come in, orders are found, read and moved on, one endpoint for each step."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import url_for

from depot import intake, orders, passcodes, procedure
from depot.corrections import correct
from depot.drafting import draft_order
from depot.orders import OrderFilter, find_order, select_orders
from depot.people import people_by_id
from models import Event, RepairOrder
from routes.api import Blueprint, allow
from routes.context import actor, now, service, session
from routes.etags import seen_version, versioned
from routes.fields import Schema
from routes.idempotency import never_stored
from routes.order_views import brief, event, whole
from routes.paging import PageQuery, page_schema, paged
from routes.schemas.intake import AnnouncementIn, IntakeIn, RefusalIn
from routes.schemas.orders import (
    CorrectIn,
    EventOut,
    OrderBriefOut,
    OrderOut,
    OrderQuery,
    PasscodeOut,
    PasscodeReasonIn,
)
from routes.schemas.steps import STEP_BODIES

blueprint = Blueprint("repair-orders", "Repair orders: receive, inspect, repair, summarize.")

Answer = tuple[dict[str, Any], dict[str, str]]


def _shown(order: RepairOrder, warnings: list[str] | None = None) -> Answer:
    return whole(session(), order, actor(), now(), warnings), versioned(order.version)


def _begun(action: str, wanted: intake.NewOrder, body: object) -> Answer:
    draft = draft_order(session(), wanted, actor(), now())
    order = procedure.begin(session(), action, draft.order, body, actor(), now())
    view, headers = _shown(order, draft.warnings)
    return view, headers | {"Location": url_for("repair-orders.read_order", number=order.number)}


@blueprint.post("/repair-orders")
@allow("receive")
@blueprint.arguments(IntakeIn)
@blueprint.response(201, OrderOut)
def receive_device(body: tuple[intake.NewOrder, intake.Receipt]) -> Answer:
    """Receive a device: its order, its number, its pick-up voucher."""
    return _begun("receive", *body)


@blueprint.post("/announcements")
@allow("announce")
@blueprint.arguments(AnnouncementIn)
@blueprint.response(201, OrderOut)
def announce(body: intake.NewOrder) -> Answer:
    """Announce a device; the number of the order is the RMA number and stays."""
    return _begun("announce", body, None)


@blueprint.post("/refusals")
@allow("refuse")
@blueprint.arguments(RefusalIn)
@blueprint.response(201, OrderOut)
def refuse_at_the_door(body: tuple[intake.NewOrder, intake.TurnAway]) -> Answer:
    """Record what was turned away at the door, why, and the advice given."""
    return _begun("refuse", *body)


@blueprint.get("/repair-orders")
@allow("read")
@blueprint.arguments(OrderQuery, location="query")
@blueprint.response(200, page_schema(OrderBriefOut))
def list_orders(query: dict[str, Any]) -> Answer:
    """List repair orders, the newest first.

    Items are brief; what was done with an order stands in its own answer.
    """
    wanted = OrderFilter(**{name: query[name] for name in OrderFilter.__dataclass_fields__})
    page, headers = paged(select_orders(wanted, actor()), [RepairOrder.id], query, newest_first=True)
    return page | {"items": [brief(order) for order in page["items"]]}, headers


@blueprint.get("/repair-orders/<number>")
@allow("read")
@blueprint.response(200, OrderOut)
def read_order(number: str) -> Answer:
    """Read a repair order with all that was done with it.

    Findings, decisions, parts, work, tests, summary and hand-over; the steps answer the same.
    """
    return _shown(find_order(session(), number, actor()))


@blueprint.get("/repair-orders/<number>/events")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(EventOut))
def list_order_events(query: dict[str, Any], number: str) -> Answer:
    """List the history of an order, the oldest event first."""
    page, headers = paged(orders.select_events(find_order(session(), number, actor())), [Event.seq], query)
    people = people_by_id(session(), {found.actor_id for found in page["items"]})
    return page | {"items": [event(found, people) for found in page["items"]]}, headers


@blueprint.post("/repair-orders/<number>/correct")
@allow("correct")
@blueprint.arguments(CorrectIn)
@blueprint.response(200, OrderOut)
def correct_event(body: dict[str, Any], number: str) -> Answer:
    """Correct what an earlier event says, by an event that points at it; legal in every state."""
    return _shown(correct(session(), number, body["event"], body["correction"], actor(), now(), seen_version()))


@blueprint.post("/repair-orders/<number>/passcode-views")
@never_stored
@allow("see-passcode")
@blueprint.arguments(PasscodeReasonIn)
@blueprint.response(201, PasscodeOut)
def see_passcode(body: dict[str, Any], number: str) -> Answer:
    """Show the passcode to the assigned technician; every look is recorded."""
    secret = service().settings.secret_key
    passcode = passcodes.look_at(session(), number, secret, body["reason"], actor(), now())
    return {"passcode": passcode}, {"Cache-Control": "private, no-store"}


def _step_view(action: str) -> Callable[[Any, str], Answer]:
    def step(body: Any, number: str) -> Answer:
        return _shown(procedure.take_step(session(), number, action, body, actor(), now(), seen_version()))

    step.__doc__ = f"Step {action}\n\n{_ways_of(action)}\n\nIf-Match with the order's ETag: 412 if somebody was faster."
    return step


def _ways_of(action: str) -> str:
    """From where to where a step leads, as the table of the procedure says."""
    rows = [row for row in procedure.STEPS if row.action == action and row.sources]
    ways = [(", ".join(row.sources), row.target.value if row.target else "stays") for row in rows]
    return "; ".join(f"{sources} → {target}" for sources, target in ways)


def _add_step(action: str, body: type[Schema]) -> None:
    view = blueprint.response(200, OrderOut)(_step_view(action))
    view = allow(action)(blueprint.arguments(body)(view))
    blueprint.post(f"/repair-orders/<number>/{action}", endpoint=action)(view)


for _action, _body in STEP_BODIES.items():
    _add_step(_action, _body)
