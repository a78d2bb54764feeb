"""What an actor sees of the registers that several depots share.

A customer or a device has a home depot, and is seen by whoever covers it, or covers a depot that has an order of it.
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, exists, true

from depot.actors import Actor
from models import Customer, Device, RepairOrder


def _seen(by: Actor, noun: type[Customer | Device], ordered: ColumnElement[bool]) -> ColumnElement[bool]:
    if by.depot_ids is None:
        return true()
    return noun.home_depot_id.in_(by.depot_ids) | exists().where(ordered, RepairOrder.depot_id.in_(by.depot_ids))


def customers_seen(by: Actor) -> ColumnElement[bool]:
    """The condition that a customer is in the actor's sight."""
    return _seen(by, Customer, RepairOrder.customer_id == Customer.id)


def devices_seen(by: Actor) -> ColumnElement[bool]:
    """The condition that a device is in the actor's sight."""
    return _seen(by, Device, RepairOrder.device_id == Device.id)
