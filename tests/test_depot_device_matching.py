from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from registers import DESK, IMEI, MAC, SERIAL, TAG, a_device, desk_of, main_depot, north_depot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import devices
from depot.device_matching import IdentifierWanted
from depot.errors import Invalid, SameSerial
from models import Depot, Device, IdentifierKind, ProductModel, SerialStatus

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


def test_serial_numbers_tell_two_devices_with_the_same_imei_apart(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, identifiers=[IMEI]).device

    other = a_device(session, depot, serial_number="ANOTHER", identifiers=[IMEI])

    assert other.device is not first
    assert f"is on record for device {first.id} as well" in other.warnings[0]


def test_the_same_asset_tag_on_another_model_is_another_device(session: Session, depot: Depot) -> None:
    first = a_device(session, depot, **BARE, identifiers=[TAG]).device

    assert a_device(session, depot, **BARE, model="AR-30", identifiers=[TAG]).device is not first


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


def test_an_id_with_another_serial_number_than_on_record_is_refused(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    with pytest.raises(Invalid) as refused:
        a_device(session, depot, id=first.id, serial_number="ANOTHER")

    assert pointers(refused) == ["/device/serial_number"]


def test_an_id_alone_is_enough(session: Session, depot: Depot) -> None:
    first = a_device(session, depot).device

    again = a_device(session, depot, id=first.id, make=None, model=None, serial_number=None)

    assert (again.device, again.warnings) == (first, ())


def test_warnings_tell_nothing_of_devices_out_of_sight(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    a_device(session, depot, serial_number="AB0", identifiers=[IMEI])

    assert a_device(session, north, desk_of(north), serial_number="ABO", identifiers=[IMEI]).warnings == ()


def test_a_device_that_comes_with_its_former_serial_number_is_recognised(
    session: Session, depot: Depot, now: datetime
) -> None:
    device = a_device(session, depot).device
    devices.swap_serial(session, device, "NEW-1", DESK, now)

    again = a_device(session, depot)

    assert again.device is device
    assert list(again.warnings) == [f"Device {device.id} bore the serial number {SERIAL} once and bears NEW-1 now."]
    assert a_device(session, depot, confirmed_new=True).device is not device
