"""``…/payments``, ``…/waivers`` and ``…/overrides`` of a repair order: money taken and let go, rules set aside."""

from __future__ import annotations

from typing import Any

from flask import url_for

from depot import payments
from depot.orders import find_order
from models import Override, Payment, Waiver
from routes.api import Blueprint, allow
from routes.context import actor, now, session
from routes.etags import seen_version
from routes.paging import PageQuery, page_schema, paged
from routes.schemas.orders import (
    OverrideIn,
    OverrideOut,
    PaymentIn,
    PaymentOut,
    ReasonGivenIn,
    WaiverIn,
    WaiverOut,
)

blueprint = Blueprint("payments", "Money taken and let go, and rules set aside.")

View = dict[str, Any]


def _amount(row: Payment | Waiver) -> View:
    return {"amount_minor": row.amount_minor, "currency": row.currency}


def _payment(row: Payment) -> View:
    names = ("id", "method", "reference", "reason", "at")
    return {name: getattr(row, name) for name in names} | {"amount": _amount(row), "reverses": row.reverses_id}


def _waiver(row: Waiver) -> View:
    return {"id": row.id, "amount": _amount(row), "reason": row.reason, "at": row.at}


def _created(row: Payment, number: str) -> tuple[View, dict[str, str]]:
    place = url_for("payments.read_payment", number=number, payment_id=row.id)
    return _payment(row), {"Location": place}


@blueprint.post("/repair-orders/<number>/payments")
@allow("pay")
@blueprint.arguments(PaymentIn)
@blueprint.response(201, PaymentOut)
def pay(body: View, number: str) -> tuple[View, dict[str, str]]:
    """Take a payment for an order."""
    amount, method, reference = body["amount"], body["method"], body["reference"]
    return _created(payments.pay(session(), number, amount, method, reference, actor(), now(), seen_version()), number)


@blueprint.get("/repair-orders/<number>/payments")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(PaymentOut))
def list_payments(query: View, number: str) -> tuple[View, dict[str, str]]:
    """List payments and reversals of an order, the oldest first."""
    rows = payments.select_payments(find_order(session(), number, actor()))
    page, headers = paged(rows, [Payment.id], query)
    return page | {"items": [_payment(row) for row in page["items"]]}, headers


@blueprint.get("/repair-orders/<number>/payments/<int:payment_id>")
@allow("read")
@blueprint.response(200, PaymentOut)
def read_payment(number: str, payment_id: int) -> View:
    """Read one payment."""
    return _payment(payments.find_payment(session(), find_order(session(), number, actor()), payment_id))


@blueprint.post("/repair-orders/<number>/payments/<int:payment_id>/reverse")
@allow("pay")
@blueprint.arguments(ReasonGivenIn)
@blueprint.response(201, PaymentOut)
def reverse_payment(body: View, number: str, payment_id: int) -> tuple[View, dict[str, str]]:
    """Take a payment back, by a row that names it."""
    row = payments.reverse_payment(session(), number, payment_id, body["reason"], actor(), now(), seen_version())
    return _created(row, number)


@blueprint.post("/repair-orders/<number>/waivers")
@allow("waive")
@blueprint.arguments(WaiverIn)
@blueprint.response(201, WaiverOut)
def waive(body: View, number: str) -> tuple[View, dict[str, str]]:
    """Let a part of the balance go."""
    row = payments.waive(session(), number, body["amount"], body["reason"], actor(), now(), seen_version())
    return _waiver(row), {"Location": url_for("payments.read_waiver", number=number, waiver_id=row.id)}


@blueprint.get("/repair-orders/<number>/waivers")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(WaiverOut))
def list_waivers(query: View, number: str) -> tuple[View, dict[str, str]]:
    """List the waivers of an order, the oldest first."""
    rows = payments.select_waivers(find_order(session(), number, actor()))
    page, headers = paged(rows, [Waiver.id], query)
    return page | {"items": [_waiver(row) for row in page["items"]]}, headers


@blueprint.get("/repair-orders/<number>/waivers/<int:waiver_id>")
@allow("read")
@blueprint.response(200, WaiverOut)
def read_waiver(number: str, waiver_id: int) -> View:
    """Read one waiver."""
    return _waiver(payments.find_waiver(session(), find_order(session(), number, actor()), waiver_id))


@blueprint.post("/repair-orders/<number>/overrides")
@allow("override")
@blueprint.arguments(OverrideIn)
@blueprint.response(201, OverrideOut)
def override(body: View, number: str) -> tuple[Override, dict[str, str]]:
    """Set a guard aside for one order."""
    row = payments.override(session(), number, body["guard"], body["reason"], actor(), now(), seen_version())
    return row, {"Location": url_for("payments.read_override", number=number, override_id=row.id)}


@blueprint.get("/repair-orders/<number>/overrides")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(OverrideOut))
def list_overrides(query: View, number: str) -> tuple[View, dict[str, str]]:
    """List the overrides of an order, the oldest first."""
    return paged(payments.select_overrides(find_order(session(), number, actor())), [Override.id], query)


@blueprint.get("/repair-orders/<number>/overrides/<int:override_id>")
@allow("read")
@blueprint.response(200, OverrideOut)
def read_override(number: str, override_id: int) -> Override:
    """Read one override."""
    return payments.find_override(session(), find_order(session(), number, actor()), override_id)
