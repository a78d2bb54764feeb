"""What the sticker on a device says, read from its order as it stands now. No name and no phone of the customer."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from depot import devices, loaners
from depot.receipt_head import day, local_day
from models import RepairOrder, WarrantyStatus


def label_values(session: Session, order: RepairOrder) -> dict[str, Any]:
    """The values of a device label, in the shape of ``labels/values.py``."""
    return {
        "number": order.number,
        "serial_number": devices.current_serial(order.device),
        "make": order.device.product_model.make,
        "model": order.device.product_model.model,
        "received_on": None if order.received_at is None else local_day(order.received_at, order.depot),
        "promised_on": day(order.promised_on),
        "depot": order.depot.code,
        "flags": _flags(session, order),
    }


def _flags(session: Session, order: RepairOrder) -> list[str]:
    raised = {
        "warranty": order.warranty_status is WarrantyStatus.IN_WARRANTY,
        "repeat": order.is_repeat,
        "data": bool(order.holds_data),
        "loaner": bool(loaners.open_loans(session, order)),
    }
    return [flag for flag, is_raised in raised.items() if is_raised]
