"""How a repair order is shown: everything that the API says of one, gathered once.

What an order costs to show depends on what happened to it; what cannot be there yet is not looked for.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from depot import devices, loaners
from depot.actors import Actor
from depot.documents import SUMMARIZED
from depot.inspection import found_no_fault_before
from depot.intake import late_warning, past_promise_warning, unfilled_warning
from depot.label_values import has_label
from depot.order_records import actions_of
from depot.orders import STAGE_OF
from depot.payments import account_of
from depot.procedure import allowed_actions
from depot.quotes import current_quote
from depot.warranty import latest_lookup, warranty_warnings
from models import (
    ENDED,
    Device,
    Event,
    Person,
    Quote,
    QuoteLine,
    RepairOrder,
    Result,
    State,
    WarrantyLookup,
    WarrantyStatus,
)
from routes.order_work_views import View, money, person, work
from routes.public import page_of

NOT_HERE = (State.ANNOUNCED, State.REFUSED, State.CANCELLED)


def _device(device: Device) -> View:
    return {
        "id": device.id,
        "make": device.product_model.make,
        "model": device.product_model.model,
        "serial_number": devices.current_serial(device),
        "serial_status": device.serial_status.value if device.serial_status else None,
    }


def brief(order: RepairOrder) -> View:
    """An order as a list shows it."""
    return {
        "number": order.number,
        "depot": order.depot.code,
        "source": order.source,
        "state": order.state,
        "stage": STAGE_OF[order.state],
        "result": order.result,
        "version": order.version,
        "device": _device(order.device),
        "customer": {"id": order.customer.id, "name": order.customer.name},
        "reported_fault": order.reported_fault,
        "assigned_to": person(order.assigned_to),
        "priority": order.priority,
        "is_repeat": order.is_repeat,
        "announced_until": order.announced_until,
        "promised_on": order.promised_on,
        "created_at": order.created_at,
        "received_at": order.received_at,
        "ended_at": order.ended_at,
    }


def whole(session: Session, order: RepairOrder, by: Actor, now: datetime, warnings: list[str] | None = None) -> View:
    """An order as its own page shows it; ``warnings`` are those of the call that made it."""
    actions = actions_of(session, order)
    lookup = latest_lookup(session, order)
    return {
        **brief(order),
        **_intake(order, lookup),
        **work(session, order, actions),
        **_sums(session, order, actions),
        "loans": _loans(session, order) if actions else [],
        "previous_order": order.previous_order.number if order.previous_order else None,
        "repair_warranty_until": order.repair_warranty_until,
        "refusal_advice": order.refusal_advice,
        "warnings": list(dict.fromkeys([*(warnings or []), *_standing_warnings(session, order, lookup, now)])),
        "allowed_actions": [
            {"action": each.action, "missing": [vars(lack) for lack in each.missing]}
            for each in allowed_actions(session, order, by, now)
        ],
        "links": _links(order),
    }


def _intake(order: RepairOrder, lookup: WarrantyLookup | None) -> View:
    return {
        "channel": order.channel,
        "condition": order.condition,
        "other_faults": order.other_faults,
        "accessories": order.accessories,
        "data": {
            "holds_data": order.holds_data,
            "backed_up": order.backed_up,
            "may_be_erased": order.may_be_erased,
            "has_passcode": order.passcode is not None,
        },
        "warranty": {
            "status": order.warranty_status.value if order.warranty_status else None,
            "evidence": order.warranty_evidence.value if order.warranty_evidence else None,
            "explained": order.warranty_explained,
            "entitlement": lookup.entitlement_id if lookup else None,
            "reason": lookup.reason if lookup else None,
        },
        "charges_told": [
            {"text": told["text"], "amount": money(told["amount_minor"], order.currency)} for told in order.charges_told
        ],
        "preapproved_limit": money(order.preapproved_minor, order.currency),
    }


def _loans(session: Session, order: RepairOrder) -> list[View]:
    return [
        {
            "id": loan.id,
            "loaner_unit": loan.unit.code,
            "due_on": loan.due_on,
            "outcome": loan.outcome.value if loan.outcome else None,
        }
        for loan in loaners.loans_of(session, order)
    ]


def _sums(session: Session, order: RepairOrder, actions: Collection[str]) -> View:
    quote = current_quote(session, order) if "diagnose" in actions else None
    balance = account_of(session, order).balance if actions else 0
    return {
        "quote": None if quote is None else _quote(quote),
        "approved_amount": money(order.approved_minor, order.currency),
        "balance": money(balance, order.currency),
    }


def _quote(quote: Quote) -> View:
    return {
        "version": quote.version,
        "net": money(quote.net_minor, quote.currency),
        "tax": money(quote.tax_minor, quote.currency),
        "total": money(quote.total_minor, quote.currency),
        "valid_until": quote.valid_until,
        "lines": [_line(line, quote.currency) for line in quote.lines],
    }


def _line(line: QuoteLine, currency: str) -> View:
    return {
        "kind": line.kind.value,
        "text": line.text,
        "quantity": line.quantity,
        "unit_price": money(line.unit_price_minor, currency),
        "coverage": line.coverage.value,
        "coverage_reason": line.coverage_reason,
        "net": money(line.net_minor, currency),
        "tax": money(line.tax_minor, currency),
        "total": money(line.total_minor, currency),
    }


def _standing_warnings(session: Session, order: RepairOrder, lookup: WarrantyLookup | None, now: datetime) -> list[str]:
    warnings: list[str] = []
    if order.state not in ENDED:
        quote = current_quote(session, order) if order.warranty_status is WarrantyStatus.OUT_OF_WARRANTY else None
        warnings += [*unfilled_warning(order.depot), *late_warning(order, now), *past_promise_warning(order, now)]
        warnings += warranty_warnings(order, lookup, quote)
    if order.result is Result.NO_FAULT_FOUND and found_no_fault_before(session, order):
        warnings.append("No fault was found on this device before: a manager should look at it.")
    return warnings


def _links(order: RepairOrder) -> View:
    number = order.number
    came, summarized = order.state not in NOT_HERE, order.state in SUMMARIZED
    return {
        "self": url_for("repair-orders.read_order", number=number),
        "events": url_for("repair-orders.list_order_events", number=number),
        "label": url_for("labels.repair-order-label-svg", number=number) if has_label(order) else None,
        "box_label": url_for("labels.box-label-pdf", number=number) if order.state is State.ANNOUNCED else None,
        "intake_receipt": url_for("documents.intake-receipt", number=number) if came else None,
        "repair_receipt": url_for("documents.repair-receipt", number=number) if summarized else None,
        "attachments": url_for("attachments.list_attachments", number=number),
        "public_page": page_of(order),
    }


def event(found: Event, people: dict[int, Person]) -> View:
    """One line of the history."""
    names = ("seq", "at", "action", "from_state", "to_state", "facts", "hash")
    view = {name: getattr(found, name) for name in names}
    return view | {"id": found.seq, "by": person(people[found.actor_id]), "text": found.private}
