from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from registers import (
    DESK,
    IMEI,
    MAC,
    SERIAL,
    TAG,
    a_customer,
    a_device,
    an_order_of,
    desk_of,
    devices_scanned,
    main_depot,
    north_depot,
)
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from depot import devices
from depot.bearers import bearers_of, former_bearers_of
from depot.device_matching import Description
from depot.devices import DeviceFilter
from depot.errors import AlreadyExists, Invalid, NotFound
from models import Depot, IdentifierKind, SerialStatus

BARE: dict[str, Any] = {"serial_number": None, "serial_status": SerialStatus.UNREADABLE}


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


def test_a_serial_number_that_became_readable_is_written_down(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, **BARE, identifiers=[IMEI]).device

    again = a_device(session, depot, identifiers=[IMEI]).device

    assert again is first
    assert (devices.current_serial(again), again.serial_status) == (SERIAL, None)


def test_a_known_device_learns_its_new_identifiers_once(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, identifiers=[IMEI]).device

    a_device(session, depot, identifiers=[IMEI, MAC])
    a_device(session, depot, identifiers=[MAC])

    assert [one.kind.value for one in first.identifiers] == ["serial", "imei", "mac"]


def test_a_device_of_another_depot_is_known_by_its_serial_number_only(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    first = a_device(session, depot).device

    assert a_device(session, north, desk_of(north)).device is first
    assert a_device(session, north, desk_of(north), id=first.id).device is first
    with pytest.raises(Invalid):
        a_device(session, north, desk_of(north), id=first.id, serial_number=None)
    with pytest.raises(NotFound):
        devices.find_device(session, first.id, desk_of(north))


def test_an_order_in_a_depot_brings_its_device_into_that_depots_sight(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    first = a_device(session, depot).device
    an_order_of(session, north, a_customer(session, depot).customer, first)

    assert devices.find_device(session, first.id, desk_of(north)) is first


def test_the_register_takes_a_device_only_once(session: Session, depot: Depot, now: datetime) -> None:
    first = a_device(session, depot).device

    with pytest.raises(AlreadyExists) as refused:
        devices.create_device(session, Description("G-Tech", "AR 20", SERIAL), depot, DESK, now)

    assert refused.value.facts == {"device": first.id}


def test_a_swapped_serial_number_finds_the_device_and_so_does_the_old_one(
    session: Session, depot: Depot, now: datetime
) -> None:
    device = a_device(session, depot).device

    devices.swap_serial(session, device, " NEW-1 ", DESK, now)
    session.flush()

    assert devices.current_serial(device) == "NEW-1"
    assert devices_scanned(session, SERIAL) == devices_scanned(session, "NEW-1") == [device]
    assert [one.valid_until for one in device.identifiers] == [now, None]
    assert bearers_of(session, IdentifierKind.SERIAL, SERIAL) == []
    assert former_bearers_of(session, SERIAL) == [device]


@pytest.mark.parametrize("serial", [SERIAL, f" {SERIAL} "])
def test_a_serial_number_that_is_borne_is_not_taken_over(
    session: Session, depot: Depot, now: datetime, serial: str
) -> None:
    first = a_device(session, depot).device
    other = a_device(session, depot, serial_number="ANOTHER", model="AR-30").device

    for device in (first, other):
        with pytest.raises(AlreadyExists, match=f"device {first.id}"):
            devices.swap_serial(session, device, serial, DESK, now)
    north = north_depot(session)
    with pytest.raises(AlreadyExists, match="another device"):
        devices.swap_serial(session, other, serial, desk_of(north), now)


def test_the_database_holds_one_device_per_serial_and_make_where_a_turn_is_missed(
    session: Session, depot: Depot, now: datetime
) -> None:
    a_device(session, depot)
    other = a_device(session, depot, serial_number="ANOTHER").device

    devices.bear(other, IdentifierKind.SERIAL, SERIAL, now)

    with pytest.raises(IntegrityError):
        session.flush()


@pytest.mark.parametrize(
    ("scanned", "its_own"),
    [
        (SERIAL, True),
        (f"{SERIAL}\r\n", True),
        (SERIAL.lower(), True),
        ("352099001761481", True),
        ("001A.2B3C.4D5E", True),
        ("it0042", True),
        ("X", False),
        ("", False),
        ("𠮷", False),
    ],
)
def test_a_device_bears_what_is_scanned_off_it(session: Session, depot: Depot, scanned: str, its_own: bool) -> None:
    device = a_device(session, depot, identifiers=[IMEI, MAC, TAG]).device

    assert devices.bears(device, scanned) is its_own
    assert devices_scanned(session, scanned) == ([device] if its_own else [])


def test_a_device_no_longer_bears_its_former_serial_number(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device

    devices.swap_serial(session, device, "NEW-1", DESK, now)

    assert not devices.bears(device, SERIAL)


@pytest.mark.parametrize(
    ("wanted", "found"),
    [
        (DeviceFilter(serial_number=f" {SERIAL}"), True),
        (DeviceFilter(serial_number=SERIAL.lower()), False),
        (DeviceFilter(identifier="00-1a-2b-3c-4d-5e"), True),
        (DeviceFilter(identifier=SERIAL), True),
        (DeviceFilter(q="gtech ar"), True),
        (DeviceFilter(q="AR2"), True),
        (DeviceFilter(q="mji3"), True),
        (DeviceFilter(q="20"), False),
        (DeviceFilter(q="%"), False),
        (DeviceFilter(q="gtech", serial_number="X"), False),
        (DeviceFilter(), True),
    ],
)
def test_a_list_is_narrowed_by_identifiers_and_by_how_things_begin(
    session: Session, depot: Depot, wanted: DeviceFilter, found: bool
) -> None:
    device = a_device(session, depot, identifiers=[MAC]).device

    assert list(session.scalars(devices.select_devices(wanted, DESK))) == ([device] if found else [])


def test_a_list_holds_the_devices_in_sight(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    a_device(session, depot)

    assert list(session.scalars(devices.select_devices(DeviceFilter(), desk_of(north)))) == []
