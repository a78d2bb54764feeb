"""What the database's complaints mean to the one who asked."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import OperationalError

from app import DepotApp
from depot.errors import Busy, DatabaseAway, DiskFull, Invalid, Retry, StillRunning
from depot.faults import meaning_of
from models.engine import GateTimeout, OwnTurnTimeout


class DriverError(Exception):
    """What a driver raises, as far as it is read."""

    def __init__(self, sqlstate: str | None = None, sqlite_errorcode: int | None = None) -> None:
        super().__init__("the driver's own text")
        self.sqlstate, self.sqlite_errorcode = sqlstate, sqlite_errorcode


@pytest.mark.parametrize(
    ("cause", "meaning"),
    [
        (DriverError(sqlstate="40P01"), Retry),  # two that wait for each other
        (DriverError(sqlstate="40001"), Retry),
        (DriverError(sqlite_errorcode=5), Retry),  # BUSY
        (DriverError(sqlite_errorcode=517), Retry),  # BUSY_SNAPSHOT
        (DriverError(sqlite_errorcode=6), Retry),
        (DriverError(sqlstate="55P03"), Busy),  # waited too long for a lock
        (DriverError(sqlstate="53300"), Busy),
        (DriverError(sqlstate="53200"), Busy),
        (DriverError(sqlstate="57014"), Busy),  # cancelled, or its time was up
        (DriverError(sqlstate="53100"), DiskFull),
        (DriverError(sqlite_errorcode=13), DiskFull),
        (DriverError(sqlite_errorcode=14), DatabaseAway),
        (DriverError(sqlstate="08006"), DatabaseAway),
        (DriverError(sqlstate="57P01"), DatabaseAway),
        (DriverError(sqlstate="57P05"), DatabaseAway),
        (DriverError(sqlstate="25P03"), DatabaseAway),
        (DriverError(sqlstate="42601"), None),  # our own bad SQL
        (DriverError(sqlite_errorcode=1), None),
        (DriverError(), None),
    ],
)
def test_each_fault_of_a_driver_has_one_meaning(cause: DriverError, meaning: type[Exception] | None) -> None:
    understood = meaning_of(OperationalError("SELECT", {}, cause))

    assert (type(understood) if understood else None) is meaning
    assert "driver's own text" not in str(understood)


def test_waiting_at_the_gate_in_vain_means_busy() -> None:
    assert isinstance(meaning_of(GateTimeout()), Busy)
    assert isinstance(meaning_of(OwnTurnTimeout()), StillRunning)
    assert meaning_of(ValueError()) is None


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_a_value_out_of_range_does_not_validate(app: DepotApp) -> None:
    with pytest.raises(Invalid):
        app.unit_of_work(lambda s: s.execute(text("SELECT CAST('99999999999999999999' AS bigint)")))
