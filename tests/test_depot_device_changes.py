from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from registers import DESK, SERIAL, a_customer, a_device, an_order_of, devices_scanned, main_depot
from sqlalchemy.orm import Session

from depot import device_changes, devices
from depot.device_changes import facts_of
from depot.device_matching import MOST_IDENTIFIERS, MOST_ON_RECORD, IdentifierWanted
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from models import Depot, IdentifierKind, SerialStatus, State

TAG = IdentifierWanted(IdentifierKind.ASSET_TAG, "IT-0042")


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


def test_facts_put_back_change_nothing(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    before = device_changes.facts_of(device)

    device_changes.change_device(session, device, before, DESK, now)

    assert device_changes.facts_of(device) == before
    assert len(device.identifiers) == 1


def test_another_make_takes_the_serial_number_along(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device

    device_changes.change_device(session, device, replace(device_changes.facts_of(device), make="Dell"), DESK, now)
    session.flush()

    assert a_device(session, depot, make="DELL").device is device


def test_a_spelling_that_is_on_record_otherwise_is_warned_of(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device

    warnings = device_changes.change_device(
        session, device, replace(device_changes.facts_of(device), make="G-Tech"), DESK, now
    )

    assert list(warnings) == ["“G-Tech AR-20” is also on record as “Gtech AR-20”."]


def test_another_serial_number_ends_the_old_one(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    facts = replace(device_changes.facts_of(device), serial_number=" NEW-1", model="AR-21")

    device_changes.change_device(session, device, facts, DESK, now)
    session.flush()

    assert devices.current_serial(device) == "NEW-1"
    assert device.product_model.model == "AR-21"
    assert devices_scanned(session, SERIAL) == [device]


def test_a_serial_number_that_wore_off_ends_with_a_reason(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    facts = replace(device_changes.facts_of(device), serial_number=None, serial_status=SerialStatus.UNREADABLE)

    device_changes.change_device(session, device, facts, DESK, now)

    assert (devices.current_serial(device), device.serial_status) == (None, SerialStatus.UNREADABLE)


@pytest.mark.parametrize(
    ("told", "pointer"),
    [
        ({"make": ""}, "/make"),
        ({"model": " "}, "/model"),
        ({"serial_number": None}, "/serial_status"),
        ({"serial_number": "\t"}, "/serial_number"),
        ({"serial_status": SerialStatus.NONE}, "/serial_status"),
    ],
)
def test_facts_that_cannot_be_are_refused_where_they_stand(
    session: Session, depot: Depot, now: datetime, told: dict[str, Any], pointer: str
) -> None:
    device = a_device(session, depot).device

    with pytest.raises(Invalid) as refused:
        device_changes.change_device(session, device, replace(device_changes.facts_of(device), **told), DESK, now)

    assert refused.value.facts["errors"][0]["pointer"] == pointer


def test_a_device_does_not_take_over_what_another_one_bears(session: Session, depot: Depot, now: datetime) -> None:
    a_device(session, depot)
    other = a_device(session, depot, make="Dell", confirmed_new=True).device

    with pytest.raises(AlreadyExists):
        device_changes.change_device(session, other, replace(device_changes.facts_of(other), make="G.TECH"), DESK, now)


def test_a_change_on_an_old_version_is_refused(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    facts = replace(device_changes.facts_of(device), model="AR-21")
    device_changes.change_device(session, device, facts, DESK, now, version=1)

    with pytest.raises(Stale):
        device_changes.change_device(session, device, facts, DESK, now, version=1)


def test_an_identifier_is_borne_from_one_day_to_another_and_finds_the_device_ever_after(
    session: Session, depot: Depot, now: datetime
) -> None:
    device = a_device(session, depot).device
    identifier = device_changes.add_identifier(session, device, TAG, now)

    ended = device_changes.end_identifier(session, device, identifier.id, now)
    session.flush()

    assert (ended.valid_from, ended.valid_until) == (now, now)
    assert not devices.bears(device, "IT-0042")
    assert devices_scanned(session, "it-0042") == [device]


def test_an_identifier_is_borne_once_at_a_time(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    device_changes.add_identifier(session, device, TAG, now)

    with pytest.raises(AlreadyExists):
        device_changes.add_identifier(session, device, IdentifierWanted(TAG.kind, " it-0042"), now)


def tags(*numbers: int) -> list[IdentifierWanted]:
    return [IdentifierWanted(TAG.kind, f"T{number}") for number in numbers]


def test_a_device_bears_no_more_identifiers_than_twenty(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot, identifiers=tags(*range(MOST_IDENTIFIERS))).device

    with pytest.raises(Conflict, match="retire"):
        a_device(session, depot, identifiers=tags(MOST_IDENTIFIERS))
    with pytest.raises(Conflict, match="retire") as refused:
        device_changes.add_identifier(session, device, TAG, now)

    assert refused.value.facts == {"device": device.id}
    device_changes.change_device(session, device, replace(facts_of(device), serial_number="NEW-1"), DESK, now)
    assert device.serial_number == "NEW-1"


def test_identifiers_that_come_and_go_are_bounded_too(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    for _ in range(MOST_ON_RECORD - 1):
        device_changes.end_identifier(session, device, device_changes.add_identifier(session, device, TAG, now).id, now)

    with pytest.raises(Conflict, match="on record"):
        device_changes.add_identifier(session, device, TAG, now)


@pytest.mark.parametrize(
    ("wanted", "pointer"),
    [
        (IdentifierWanted(IdentifierKind.SERIAL, "X"), "/kind"),
        (IdentifierWanted(IdentifierKind.IMEI, "X"), "/value"),
        (IdentifierWanted(IdentifierKind.MAC, "𠮷"), "/value"),
        (IdentifierWanted(IdentifierKind.ASSET_TAG, " "), "/value"),
    ],
)
def test_an_identifier_that_cannot_be_is_refused_where_it_stands(
    session: Session, depot: Depot, now: datetime, wanted: IdentifierWanted, pointer: str
) -> None:
    device = a_device(session, depot).device

    with pytest.raises(Invalid) as refused:
        device_changes.add_identifier(session, device, wanted, now)

    assert refused.value.facts["errors"][0]["pointer"] == pointer


def test_a_serial_number_is_not_ended_like_the_others(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device

    with pytest.raises(Conflict):
        device_changes.end_identifier(session, device, device.identifiers[0].id, now)
    with pytest.raises(NotFound):
        device_changes.end_identifier(session, device, 2**62, now)


def test_a_retired_device_frees_its_serial_number(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device

    device_changes.retire_device(session, device, 1, now)
    session.flush()

    assert devices_scanned(session, SERIAL) == []
    assert a_device(session, depot).device is not device
    assert devices.find_device(session, device.id, DESK).retired_at == now
    with pytest.raises(Invalid):
        a_device(session, depot, id=device.id)


def test_a_device_with_an_open_order_is_not_retired(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    an_order_of(session, depot, a_customer(session, depot).customer, device, State.ANNOUNCED)

    with pytest.raises(Conflict, match="open repair order"):
        device_changes.retire_device(session, device, None, now)
