from __future__ import annotations

from datetime import datetime

import pytest
from registers import DESK, NASTY_TEXTS, SERIAL, a_device, desk_of, devices_scanned, main_depot, north_depot
from sqlalchemy.orm import Session

from depot import devices
from depot.bearers import list_look_alikes
from models import Depot


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_text_is_kept_as_typed_and_found_again(session: Session, depot: Depot, text: str) -> None:
    told = {"make": text, "model": text, "serial_number": text}

    known = a_device(session, depot, **told).device

    assert (known.product_model.make, devices.current_serial(known)) == (text, text)
    assert a_device(session, depot, **told).device is known
    assert devices_scanned(session, text) == [known]


def test_who_bears_a_serial_number_now_comes_before_who_bore_it(session: Session, depot: Depot, now: datetime) -> None:
    old = a_device(session, depot).device
    devices.swap_serial(session, old, "NEW-1", DESK, now)
    new = a_device(session, depot, confirmed_new=True).device

    assert devices_scanned(session, SERIAL) == [new]


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
