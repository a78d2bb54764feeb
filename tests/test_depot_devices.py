from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from registers import (
    DESK,
    NASTY_TEXTS,
    SERIAL,
    a_customer,
    a_device,
    an_order_of,
    desk_of,
    devices_scanned,
    main_depot,
    north_depot,
)
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from depot import devices
from depot.bearers import bearers_of, former_bearers_of, list_look_alikes
from depot.device_matching import Description, IdentifierWanted
from depot.devices import DeviceFilter
from depot.errors import AlreadyExists, Invalid, NotFound, SameSerial
from models import Depot, Device, IdentifierKind, ProductModel, SerialStatus

IMEI = IdentifierWanted(IdentifierKind.IMEI, "35-209900-176148-1")
MAC = IdentifierWanted(IdentifierKind.MAC, "00:1A:2B:3C:4D:5E")
TAG = IdentifierWanted(IdentifierKind.ASSET_TAG, "IT 0042")
BARE: dict[str, Any] = {"serial_number": None, "serial_status": SerialStatus.UNREADABLE}


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error["pointer"] for error in refused.value.facts["errors"]]


def how_many(session: Session, model: type[Any] = Device) -> int:
    return session.scalar(select(func.count()).select_from(model)) or 0


@pytest.mark.parametrize(
    "spelled",
    [
        {},
        {"serial_number": f"  {SERIAL}\r\n"},
        {"make": "G-TECH"},
        {"make": "gtech", "model": "ar 20"},
        {"model": "ＡＲ-20"},
    ],
)
def test_the_same_serial_under_the_folded_make_is_the_same_device(
    session: Session, depot: Depot, spelled: dict[str, Any]
) -> None:
    first = a_device(session, depot).device

    assert a_device(session, depot, **spelled).device is first
    assert how_many(session, ProductModel) == 1


def test_another_spelling_is_warned_of_and_the_record_stays(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    again = a_device(session, depot, make="G-Tech", model="AR 20")

    assert list(again.warnings) == [f"Device {first.id} is on record as “Gtech AR-20”, not “G-Tech AR 20”."]
    assert first.product_model.make == "Gtech"


def test_a_serial_number_is_exact(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    other = a_device(session, depot, serial_number=SERIAL.lower())

    assert other.device is not first
    assert list(other.warnings) == [f"The serial number {SERIAL.lower()} looks like {SERIAL} of device {first.id}."]


@pytest.mark.parametrize(("one", "other"), [("AB0", "ABO"), ("1B", "I8"), ("5-Z", "S-2")])
def test_look_alikes_are_different_devices_and_warned_of(session: Session, depot: Depot, one: str, other: str) -> None:
    first = a_device(session, depot, serial_number=one).device

    second = a_device(session, depot, serial_number=other)

    assert second.device is not first
    assert f"looks like {one} of device {first.id}" in second.warnings[0]


@pytest.mark.parametrize("other", [{"make": "Dell"}, {"model": "AR-30"}])
def test_the_same_serial_under_another_make_or_model_asks_a_person(
    session: Session, depot: Depot, other: dict[str, Any]
) -> None:
    first = a_device(session, depot).device

    with pytest.raises(SameSerial) as refused:
        a_device(session, depot, **other)

    expected = {"id": first.id, "make": "Gtech", "model": "AR-20", "serial_number": SERIAL}
    assert refused.value.facts["candidates"] == [expected]


@pytest.mark.parametrize("other", [{"make": "Dell"}, {"model": "AR-30"}])
def test_a_person_can_say_that_it_is_another_device(session: Session, depot: Depot, other: dict[str, Any]) -> None:
    first = a_device(session, depot).device

    second = a_device(session, depot, **other, confirmed_new=True).device

    assert second is not first
    assert a_device(session, depot, **other).device is second
    assert a_device(session, depot, **other, confirmed_new=True).device is second
    assert a_device(session, depot).device is first


def test_a_person_can_say_that_it_is_the_one_on_record(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    again = a_device(session, depot, id=first.id, model="AR-30")

    assert again.device is first
    assert "is on record as “Gtech AR-20”" in again.warnings[0]


@pytest.mark.parametrize("status", SerialStatus)
def test_a_device_without_a_serial_number_is_always_a_new_one(
    session: Session, depot: Depot, status: SerialStatus
) -> None:
    told = {"serial_number": None, "serial_status": status}

    one, other = a_device(session, depot, **told).device, a_device(session, depot, **told).device

    assert one is not other
    assert (one.serial_status, devices.current_serial(one)) == (status, None)


@pytest.mark.parametrize("identifier", [IMEI, MAC, TAG])
def test_another_identifier_finds_a_device_without_a_serial_number(
    session: Session, depot: Depot, identifier: IdentifierWanted
) -> None:
    first = a_device(session, depot, **BARE, identifiers=[identifier]).device
    typed = IdentifierWanted(identifier.kind, identifier.value.lower())

    assert a_device(session, depot, **BARE, identifiers=[typed]).device is first


def test_a_serial_number_that_became_readable_is_written_down(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, **BARE, identifiers=[IMEI]).device

    again = a_device(session, depot, identifiers=[IMEI]).device

    assert again is first
    assert (devices.current_serial(again), again.serial_status) == (SERIAL, None)


def test_serial_numbers_tell_two_devices_with_the_same_imei_apart(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, identifiers=[IMEI]).device

    other = a_device(session, depot, serial_number="ANOTHER", identifiers=[IMEI])

    assert other.device is not first
    assert f"is on record for device {first.id} as well" in other.warnings[0]


def test_the_same_asset_tag_on_another_model_is_another_device(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, **BARE, identifiers=[TAG]).device

    assert a_device(session, depot, **BARE, model="AR-30", identifiers=[TAG]).device is not first


def test_a_known_device_learns_its_new_identifiers_once(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, identifiers=[IMEI]).device

    a_device(session, depot, identifiers=[IMEI, MAC])
    a_device(session, depot, identifiers=[MAC])

    assert [one.kind.value for one in first.identifiers] == ["serial", "imei", "mac"]


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"make": None}, ["/device/make"]),
        ({"make": " ", "model": None}, ["/device/make", "/device/model"]),
        ({"serial_number": None}, ["/device/serial_status"]),
        ({"serial_number": " \t"}, ["/device/serial_number"]),
        ({"serial_status": SerialStatus.NONE}, ["/device/serial_status"]),
        ({"identifiers": [IdentifierWanted(IdentifierKind.SERIAL, "X")]}, ["/device/identifiers/0/kind"]),
        ({"identifiers": [MAC, IdentifierWanted(IdentifierKind.IMEI, "1")]}, ["/device/identifiers/1/value"]),
        ({"identifiers": [TAG] * 21}, ["/device/identifiers"]),
        ({"id": 2**62}, ["/device/id"]),
        ({"id": 1, "confirmed_new": True}, ["/device/confirmed_new"]),
        ({"id": 1, "serial_number": " "}, ["/device/serial_number"]),
    ],
)
def test_what_no_device_can_be_is_refused_where_it_stands(
    session: Session, depot: Depot, told: dict[str, Any], missing: list[str]
) -> None:
    with pytest.raises(Invalid) as refused:
        a_device(session, depot, **told)

    assert pointers(refused) == missing


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_text_is_kept_as_typed_and_found_again(session: Session, depot: Depot, text: str) -> None:
    told = {"make": text, "model": text, "serial_number": text}

    known = a_device(session, depot, **told).device

    assert (known.product_model.make, devices.current_serial(known)) == (text, text)
    assert a_device(session, depot, **told).device is known
    assert devices_scanned(session, text) == [known]


def test_an_id_with_another_serial_number_than_on_record_is_refused(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    with pytest.raises(Invalid) as refused:
        a_device(session, depot, id=first.id, serial_number="ANOTHER")

    assert pointers(refused) == ["/device/serial_number"]


def test_an_id_alone_is_enough(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    again = a_device(session, depot, id=first.id, make=None, model=None, serial_number=None)

    assert (again.device, again.warnings) == (first, ())


def test_a_device_of_another_depot_is_known_by_its_serial_number_only(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    first = a_device(session, depot).device

    assert a_device(session, north, desk_of(north)).device is first
    assert a_device(session, north, desk_of(north), id=first.id).device is first
    with pytest.raises(Invalid):
        a_device(session, north, desk_of(north), id=first.id, serial_number=None)
    with pytest.raises(NotFound):
        devices.find_device(session, first.id, desk_of(north))


def test_warnings_tell_nothing_of_devices_out_of_sight(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    a_device(session, depot, serial_number="AB0", identifiers=[IMEI])

    assert a_device(session, north, desk_of(north), serial_number="ABO", identifiers=[IMEI]).warnings == ()


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


def test_a_device_that_comes_with_its_former_serial_number_is_recognised(
    session: Session, depot: Depot, now: datetime
) -> None:
    device = a_device(session, depot).device
    devices.swap_serial(session, device, "NEW-1", DESK, now)

    again = a_device(session, depot)

    assert again.device is device
    assert list(again.warnings) == [f"Device {device.id} bore the serial number {SERIAL} once and bears NEW-1 now."]
    assert a_device(session, depot, confirmed_new=True).device is not device


def test_who_bears_a_serial_number_now_comes_before_who_bore_it(session: Session, depot: Depot, now: datetime) -> None:
    old = a_device(session, depot).device
    devices.swap_serial(session, old, "NEW-1", DESK, now)
    new = a_device(session, depot, confirmed_new=True).device

    assert devices_scanned(session, SERIAL) == [new]


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


def test_what_is_found_by_identifier_is_within_sight(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    device = a_device(session, depot).device

    assert devices_scanned(session, SERIAL, DESK) == [device]
    assert devices_scanned(session, SERIAL, desk_of(north)) == []


def test_look_alikes_are_those_in_use(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot, serial_number="AB0").device

    assert [one.value for one in list_look_alikes(session, "ABO", DESK)] == ["AB0"]
    devices.swap_serial(session, device, "NEW-1", DESK, now)

    assert list_look_alikes(session, "ABO", DESK) == []


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
