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
def waive(body: View, number: str) -> View:
    """Let a part of the balance go."""
    row = payments.waive(session(), number, body["amount"], body["reason"], actor(), now(), seen_version())
    return {"id": row.id, "amount": _amount(row), "reason": row.reason, "at": row.at}


@blueprint.post("/repair-orders/<number>/overrides")
@allow("override")
@blueprint.arguments(OverrideIn)
@blueprint.response(201, OverrideOut)
def override(body: View, number: str) -> Override:
    """Set a guard aside for one order."""
    return payments.override(session(), number, body["guard"], body["reason"], actor(), now(), seen_version())
