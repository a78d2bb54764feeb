from __future__ import annotations

from datetime import datetime

import pytest
from registers import SERIAL, a_device, main_depot
from sqlalchemy import update
from sqlalchemy.orm import Session

from depot.errors import Retry, Stale
from depot.versions import Seen, claim, demand, hold, hold_in_use, is_seen
from models import Device, DeviceIdentifier


@pytest.mark.parametrize("shared", [True, False])
def test_a_row_that_is_held_is_read_anew_with_what_belongs_to_it(session: Session, now: datetime, shared: bool) -> None:
    device = a_device(session, main_depot(session)).device
    behind = {"synchronize_session": False}
    session.execute(update(Device).values(version=7), execution_options=behind)
    session.execute(update(DeviceIdentifier).values(valid_until=now), execution_options=behind)

    before = (device.version, device.serial_number)
    hold(session, device, shared)

    assert before == (1, SERIAL)
    assert (device.version, device.serial_number) == (7, None)


def test_a_row_in_use_that_was_retired_meanwhile_is_looked_for_again(session: Session, now: datetime) -> None:
    device = a_device(session, main_depot(session)).device
    hold_in_use(session, device)
    session.execute(update(Device).values(retired_at=now), execution_options={"synchronize_session": False})

    with pytest.raises(Retry):
        hold_in_use(session, device)


@pytest.mark.parametrize(
    ("expected", "passes"), [(None, True), (1, True), (2, False), (Seen.any_of([1, 5]), True), (Seen(5), False)]
)
def test_who_changes_a_row_has_seen_its_version(session: Session, expected: int | None, passes: bool) -> None:
    depot = main_depot(session)

    if passes:
        demand(depot, expected)
        claim(session, depot, expected)
    else:
        with pytest.raises(Stale):
            claim(session, depot, expected)

    assert is_seen(1, expected) is passes
    assert depot.version == (2 if passes else 1)
