"""What the database's complaints mean to the one who asked.

The only place that reads a driver's error. Everything else sees a refusal, or ``Retry`` where two units of work met;
the driver's own text goes to the log and nowhere else.
"""

from __future__ import annotations

import logging

from sqlalchemy.exc import DataError, DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as PoolTimeout

from depot.errors import Busy, Conflict, DatabaseAway, DiskFull, Refusal, Retry, StillRunning, invalid
from models.engine import GateTimeout, OwnTurnTimeout

DATABASE_FAULTS = (DBAPIError, GateTimeout, PoolTimeout)
"""What a unit of work hands to ``meaning_of``."""

SQLITE_MEANINGS: dict[int, type[Exception]] = {5: Retry, 6: Retry, 13: DiskFull, 14: DatabaseAway}
"""By primary result code: BUSY, LOCKED, FULL, CANTOPEN."""

STATE_MEANINGS: dict[str, type[Exception]] = {
    "25P03": DatabaseAway,
    "25P04": DatabaseAway,
    "40001": Retry,
    "40P01": Retry,
    "53100": DiskFull,
    "53200": Busy,
    "53300": Busy,
    "55P03": Busy,
    "57014": Busy,
    "57P01": DatabaseAway,
    "57P02": DatabaseAway,
    "57P03": DatabaseAway,
    "57P05": DatabaseAway,
}
"""By SQLSTATE: a transaction that idled or took too long; serialization failure, deadlock; disk full, out of memory,
too many connections; lock not available; statement cancelled or timed out; shutting down (by command, by crash,
starting up), a session that idled too long.
"""

log = logging.getLogger(__name__)


def meaning_of(fault: Exception) -> Refusal | Retry | None:
    """The refusal, or Retry, that a fault of the database stands for; None: a mistake of ours."""
    if isinstance(fault, OwnTurnTimeout):
        return StillRunning()
    if isinstance(fault, (GateTimeout, PoolTimeout)):
        return Busy()
    if not isinstance(fault, DBAPIError):
        return None
    meaning = _meaning(fault)
    log.warning("the database refused, understood as %s: %s", type(meaning).__name__, fault.orig)
    return meaning


def _meaning(fault: DBAPIError) -> Refusal | Retry | None:
    kind = _kind_by_code(fault)
    if kind is not None:
        named = kind()
        return named if isinstance(named, (Refusal, Retry)) else None
    if fault.connection_invalidated:
        return DatabaseAway()
    if isinstance(fault, IntegrityError):
        return Conflict()
    if isinstance(fault, DataError):
        return invalid("", "A value is outside of what can be stored.")
    return None


def _kind_by_code(fault: DBAPIError) -> type[Exception] | None:
    state = getattr(fault.orig, "sqlstate", None)
    if isinstance(state, str):
        return DatabaseAway if state.startswith("08") else STATE_MEANINGS.get(state)
    code = getattr(fault.orig, "sqlite_errorcode", None)
    if isinstance(code, int):
        return SQLITE_MEANINGS.get(code & 0xFF)
    return DatabaseAway if _is_lost_server(fault) else None


def _is_lost_server(fault: DBAPIError) -> bool:
    """A failed connect to PostgreSQL is an OperationalError without a state."""
    return type(fault.orig).__module__.startswith("psycopg") and type(fault.orig).__name__ == "OperationalError"
