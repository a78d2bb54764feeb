"""The upper part of both receipts: who, what, for whom, under which answers.

They are plain JSON values in the shape of the paper (``labels/values.py``): times in the depot's own zone, money in
minor units, codes as codes. What nobody stated is null.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy.orm import Session

from depot import attachments, devices, loaners
from models import ContactKind, Customer, Depot, Device, Loan, Person, RepairOrder

Values = dict[str, Any]


def local_time(moment: datetime | None, depot: Depot) -> str | None:
    """A time as the depot's clock shows it: ``2026-11-22 18:05``."""
    return None if moment is None else moment.astimezone(ZoneInfo(depot.time_zone)).strftime("%Y-%m-%d %H:%M")


def day(value: date | None) -> str | None:
    """A date as it is printed."""
    return None if value is None else value.isoformat()


def local_date(moment: datetime, depot: Depot) -> date:
    """The day of a time, in the depot's zone."""
    return moment.astimezone(ZoneInfo(depot.time_zone)).date()


def local_day(moment: datetime, depot: Depot) -> str:
    """The same as it is printed."""
    return local_date(moment, depot).isoformat()


def plain(quantity: Decimal) -> str:
    """A quantity without needless zeros."""
    return format(quantity.normalize(), "f")


def money(amount_minor: int, currency: str) -> Values:
    """An amount as it is frozen."""
    return {"amount_minor": amount_minor, "currency": currency}


def depot_head(depot: Depot) -> Values:
    """Who issues the paper."""
    return {
        "code": depot.code,
        "name": {"zh": depot.name_zh, "en": depot.name_en},
        "address": {"zh": depot.address_zh, "en": depot.address_en},
        "phones": list(depot.phones),
        "complaint_phone": depot.complaint_phone,
        "uncollected_terms": {"zh": depot.uncollected_terms_zh, "en": depot.uncollected_terms_en},
        "charge_terms": {"zh": depot.charge_terms_zh, "en": depot.charge_terms_en},
    }


def _device_line(device: Device) -> Values:
    return {
        "make": device.product_model.make,
        "model": device.product_model.model,
        "serial_number": devices.current_serial(device),
        "serial_status": device.serial_status.value if device.serial_status else None,
        "identifiers": [
            {"kind": found.kind.value, "value": found.value}
            for found in device.identifiers
            if found.kind.value != "serial" and found.valid_until is None
        ],
    }


def _loan_line(loan: Loan, depot: Depot) -> Values:
    settled = loan.outcome is not None and loan.outcome.value != "returned"
    return {
        "code": loan.unit.code,
        "make": loan.unit.make,
        "model": loan.unit.model,
        "serial_number": loan.unit.serial_number,
        "due_on": day(loan.due_on),
        "returned_on": None if loan.ended_at is None or settled else local_day(loan.ended_at, depot),
        "outcome": loan.outcome.value if settled and loan.outcome else None,
        "condition": loan.condition,
        "accessories": list(loan.accessories),
        "signed_by": loan.signed_by,
    }


def _contact(customer: Customer, kind: ContactKind) -> str | None:
    found = [contact.value for contact in customer.contacts if contact.kind is kind and contact.retired_at is None]
    return found[0] if found else None


def _answers(order: RepairOrder) -> Values:
    return {
        "data": {
            "holds_data": order.holds_data,
            "backed_up": order.backed_up,
            "may_be_erased": order.may_be_erased,
        },
        "warranty": {
            "status": order.warranty_status.value if order.warranty_status else None,
            "evidence": order.warranty_evidence.value if order.warranty_evidence else None,
            "explained": order.warranty_explained,
        },
        "charges_told": [
            {
                "text": told["text"],
                "amount": None if told["amount_minor"] is None else money(told["amount_minor"], order.currency),
            }
            for told in order.charges_told
        ],
    }


def head(session: Session, order: RepairOrder) -> Values:
    """The upper part of both receipts; the edition is put in when the document is issued."""
    depot, customer = order.depot, order.customer
    return {
        "number": order.number,
        "depot": depot_head(depot),
        "received_at": local_time(order.received_at, depot),
        "received_by": name(session, order.received_by_id),
        "customer_name": customer.name,
        "customer_phone": _contact(customer, ContactKind.PHONE),
        "customer_email": _contact(customer, ContactKind.EMAIL),
        "device": _device_line(order.device),
        "reported_fault": order.reported_fault,
        "condition": order.condition,
        "other_faults": order.other_faults,
        "accessories": [
            {
                "name": line.name,
                "quantity": line.quantity,
                "disposition": line.disposition.value,
                "returned": line.returned,
            }
            for line in order.accessories
        ],
        "promised_on": day(order.promised_on),
        "loans": [_loan_line(loan, depot) for loan in loaners.loans_of(session, order)],
        "previous_order": order.previous_order.number if order.previous_order else None,
        "attachments": attachments.count_attachments(session, order),
        **_answers(order),
    }


def name(session: Session, person_id: int | None) -> str | None:
    """Somebody's name as it is printed."""
    return None if person_id is None else session.get_one(Person, person_id).name
