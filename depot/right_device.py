"""Is this the device that the order is about? Asked where somebody takes one into their hands and scans it."""

from __future__ import annotations

from depot import devices
from depot.errors import Conflict
from depot.identifiers import fold_order_number
from depot.scan_readings import Thing, names_of
from models import RepairOrder


def demand_right_device(order: RepairOrder, scanned: str | None) -> None:
    """Raise Conflict where what was scanned is neither the order's number nor a current identifier of its device.

    None: nothing was scanned.
    """
    if scanned is not None and not _is_of_order(order, scanned):
        raise Conflict(
            f"What was scanned does not belong to {order.number}; look whether this is the right device.",
            scanned=scanned,
            number=order.number,
        )


def _is_of_order(order: RepairOrder, scanned: str) -> bool:
    numbers = map(fold_order_number, names_of(scanned, Thing.REPAIR_ORDER))
    return order.number in numbers or devices.bears(order.device, scanned)
