"""Making an order of who brings what, before the first step is taken on it; the step is the caller's.

It lies above the procedure: an announcement of the same device that is past its day is ended on the way.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from depot import customers, devices
from depot.actors import Actor
from depot.announcements import expire
from depot.depots import depot_for, unnamed_warning
from depot.errors import OpenOrder
from depot.intake import Draft, NewOrder, unfilled_warning
from depot.orders import new_access_code, next_number, open_order_of
from depot.versions import hold_in_use
from models import ENDED, Customer, Depot, Device, RepairOrder, State


def draft_order(session: Session, wanted: NewOrder, by: Actor, now: datetime) -> Draft:
    """An order of this customer for this device, in no state yet; the device is held, so that it stays the only one.

    Depot and customer are held as well, so that nobody retires them under it. Depot, customer, device is the order of
    these locks everywhere.
    Raises what ``customers.resolve`` and ``devices.resolve`` raise, and OpenOrder where the device has an open order.
    """
    depot = depot_for(session, wanted.depot, by)
    hold_in_use(session, depot, shared=True)
    customer = customers.resolve(session, wanted.customer, depot, by, now, walks_in=wanted.walks_in)
    device = devices.resolve(session, wanted.device, depot, by, now)
    ended = _demand_no_open_order(session, device.device, now)
    order = _blank_order(session, wanted, depot, customer.customer, device.device, now)
    unnamed = unnamed_warning(session, wanted.depot, by)
    return Draft(order, [*unnamed, *customer.warnings, *device.warnings, *ended, *unfilled_warning(depot)])


def _demand_no_open_order(session: Session, device: Device, now: datetime) -> list[str]:
    """Raise OpenOrder where the device has one; an announcement past its day is ended first, which is told."""
    order = open_order_of(session, device.id)
    if order is None:
        return []
    told = expire(session, order, now)
    if order.state in ENDED:
        return told
    announced = order.state is State.ANNOUNCED
    advice = "receive it by that number" if announced else "go on with that one"
    raise OpenOrder(
        f"This device has the open repair order {order.number}; {advice}.",
        open_order=order.number,
        state=order.state.value,
        action="receive" if announced else None,
    )


def _blank_order(
    session: Session, wanted: NewOrder, depot: Depot, customer: Customer, device: Device, now: datetime
) -> RepairOrder:
    return RepairOrder(
        number=next_number(session, depot, now),
        depot=depot,
        customer=customer,
        device=device,
        access_code=new_access_code(),
        reported_fault=wanted.reported_fault,
        channel=wanted.channel,
        currency=depot.currency,
        created_at=now,
        accessories=[],
        charges_told=[],
    )
