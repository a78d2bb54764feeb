"""What the tests of the registers build on: depots, the people of their desks, customers and devices."""

from __future__ import annotations

from itertools import count
from typing import Any

from databases import NOW
from sqlalchemy.orm import Session

from depot import codes, customers, depots, devices, scan
from depot.actors import SYSTEM, Actor
from depot.customers import CustomerWanted
from depot.device_matching import IdentifierWanted
from depot.devices import DeviceWanted
from depot.errors import UnknownCode
from depot.identifiers import order_number
from depot.scan_lookup import Row
from depot.scan_readings import Thing
from models import Channel, Customer, Depot, Device, IdentifierKind, RepairOrder, Role, State

DESK = Actor(SYSTEM.person_id, "the desk", Role.SERVICE_DESK, None)
SERIAL = "MJ1311YNG3DV3A"
NASTY_TEXTS = [
    "<script>alert(1)</script>",
    "'; DROP TABLE devices; --",
    "100%_\\",
    "𠮷野家 👩‍🔧",
    "é" * 199,
    "\u202egnp.exe",
]
IMEI = IdentifierWanted(IdentifierKind.IMEI, "35-209900-176148-1")
MAC = IdentifierWanted(IdentifierKind.MAC, "00:1A:2B:3C:4D:5E")
TAG = IdentifierWanted(IdentifierKind.ASSET_TAG, "IT 0042")
_serials = count(1)


def desk_of(*here: Depot) -> Actor:
    """Somebody at the desk whose token covers these depots only."""
    return Actor(SYSTEM.person_id, "a desk", Role.SERVICE_DESK, frozenset(depot.id for depot in here))


def main_depot(session: Session) -> Depot:
    """``MAIN`` with the starting codes."""
    codes.ensure_codes(session, NOW)
    return depots.ensure_main(session, NOW)


def north_depot(session: Session) -> Depot:
    """Another depot."""
    return depots.create_depot(session, "NORTH", depots.DepotFacts(), NOW)


def a_customer(session: Session, depot: Depot, by: Actor = DESK, **told: Any) -> customers.Resolved:
    """A customer as an intake resolves them; a name and a phone unless told otherwise."""
    wanted = CustomerWanted(**{"name": "张䶮", "phone": "0571 8888 0001", **told})
    return customers.resolve(session, wanted, depot, by, NOW)


def a_device(session: Session, depot: Depot, by: Actor = DESK, **told: Any) -> devices.Resolved:
    """A device as an intake resolves it."""
    described = {"make": "Gtech", "model": "AR-20", "serial_number": SERIAL}
    return devices.resolve(session, DeviceWanted(**{**described, **told}), depot, by, NOW)


def one_meaning(session: Session, code: str, by: Actor = DESK) -> scan.Meaning:
    """The one thing that a scan means."""
    found = scan.meanings(session, code, by)
    assert len(found) == 1, [(each.thing, each.key) for each in found]
    return found[0]


def devices_scanned(session: Session, text: str, by: Actor = SYSTEM) -> list[Row]:
    """The devices that a scan means."""
    try:
        return [each.row for each in scan.meanings(session, text, by) if each.thing is Thing.DEVICE]
    except UnknownCode:
        return []


def an_order_of(
    session: Session, depot: Depot, customer: Customer, device: Device, state: State = State.RETURNED, **more: Any
) -> RepairOrder:
    """An order, put into a state as no service does it."""
    order = RepairOrder(
        number=order_number(2026, next(_serials)),
        depot=depot,
        customer=customer,
        device=device,
        state=state,
        access_code="A2B3C4D5",
        channel=Channel.WALK_IN,
        currency=depot.currency,
        created_at=NOW,
        accessories=[],
        charges_told=[],
        **more,
    )
    session.add(order)
    session.flush()
    return order


def an_order_for(session: Session, depot: Depot, device: Device, state: State = State.RECEIVED) -> RepairOrder:
    """An order of somebody for a device."""
    return an_order_of(session, depot, a_customer(session, depot).customer, device, state)
