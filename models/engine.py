"""How the service speaks to its two databases: drivers, pragmas, time limits, and who may write.

SQLite allows one writer. Its own busy handler lets writers overtake each other, so they queue before ``BEGIN
IMMEDIATE``: first come, first served within the process, by ``flock`` between processes. That is fair, and faster
than colliding. Readers use plain ``BEGIN`` and never wait. PostgreSQL needs no such gate. On both a reading
transaction is read-only by the database's own word, and waiting for a lock ends after a set time.
"""

from __future__ import annotations

import fcntl
import logging
import os
import sqlite3
import time
from collections import deque
from contextlib import ExitStack, suppress
from contextvars import ContextVar
from pathlib import Path
from threading import Lock
from types import ModuleType
from typing import Any

from sqlalchemy import Engine, event
from sqlalchemy.engine import URL, Connection, make_url

try:
    from pysqlite3 import dbapi2 as newest_sqlite
except ImportError:
    newest_sqlite = sqlite3

WAL_RESET_FIXED = (3, 51, 3)
POLL_SECONDS = 0.0005
PRAGMAS = ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "recursive_triggers=ON")
"""Of each SQLite connection; the last one lets a row that REPLACE would remove fire the triggers that guard it."""

log = logging.getLogger(__name__)

doubtful_commit: ContextVar[bool] = ContextVar("doubtful_commit", default=False)
"""Set when PostgreSQL warned during a COMMIT: it reports success though the standby may not have the rows."""


class GateTimeout(Exception):
    """The write gate stayed shut for the whole wait."""


class OwnTurnTimeout(GateTimeout):
    """The write gate stayed shut, and whoever was inside had come under the same name."""


class WriteGate:
    """One writer at a time: in turn within this process, by a lock on a file between processes.

    Whoever enters writes into the file under which name, so that those who wait in vain know for whom.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mutex = Lock()
        self._queue: deque[Lock] = deque()
        self._taken = False

    def enter(self, wait: float, name: str = "") -> int:
        """Wait for the turn, at most ``wait`` seconds, then GateTimeout; the answer is what ``leave`` wants back.

        Raises OwnTurnTimeout where somebody of the same name was inside meanwhile.
        """
        deadline = time.monotonic() + wait
        try:
            self._take_turn(wait)
            with ExitStack() as undo:
                undo.callback(self._pass_on)
                held = self._lock_file(deadline)
                undo.pop_all()
        except GateTimeout:
            raise (OwnTurnTimeout if name and name == self._name_inside() else GateTimeout) from None
        os.ftruncate(held, 0)
        os.pwrite(held, name.encode(), 0)
        return held

    def _name_inside(self) -> str:
        return self._path.read_text() if self._path.exists() else ""

    def leave(self, held: int) -> None:
        """Let the next one in."""
        os.close(held)
        self._pass_on()

    def _take_turn(self, wait: float) -> None:
        with self._mutex:
            if not self._taken:
                self._taken = True
                return
            turn = Lock()
            turn.acquire()
            self._queue.append(turn)
        if turn.acquire(timeout=wait):
            return
        with self._mutex:
            if turn in self._queue:
                self._queue.remove(turn)
                raise GateTimeout

    def _pass_on(self) -> None:
        with self._mutex:
            if self._queue:
                self._queue.popleft().release()
            else:
                self._taken = False

    def _lock_file(self, deadline: float) -> int:
        """A file opened anew each time, so that a forked process never shares the lock."""
        file = os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        while True:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                if time.monotonic() >= deadline:
                    os.close(file)
                    raise GateTimeout from None
                time.sleep(POLL_SECONDS)
            else:
                return file


def sqlite_module() -> ModuleType:
    """The newest SQLite at hand; says so where its version can corrupt a database (WAL reset, fixed in 3.51.3)."""
    if newest_sqlite.sqlite_version_info < WAL_RESET_FIXED:
        log.warning(
            "SQLite %s has the WAL-reset bug, which can corrupt the database; install pysqlite3 or SQLite 3.51.3",
            newest_sqlite.sqlite_version,
        )
    module: ModuleType = newest_sqlite
    return module


def engine_options(database_url: str, wait: float) -> dict[str, Any]:
    """What ``create_engine`` is told, beside the URL. ``wait`` is the longest wait for a lock, in seconds."""
    if make_url(database_url).get_backend_name() == "sqlite":
        connect = {"isolation_level": None, "timeout": wait}
        return {"module": sqlite_module(), "connect_args": connect, "pool_timeout": wait, "hide_parameters": True}
    options = f"-c lock_timeout={int(wait * 1000)} -c timezone=UTC"
    return {
        "connect_args": {"options": options, "connect_timeout": 5},
        "hide_parameters": True,  # an error that is logged names no customer
        "isolation_level": "READ COMMITTED",
        "pool_pre_ping": True,
        "pool_timeout": wait,
    }


def prepare_engine(engine: Engine, wait: float) -> None:
    """Hook the rules of this module into an engine."""
    if engine.dialect.name == "sqlite":
        path = database_path(engine.url)
        _make_private(path)
        _prepare_sqlite(engine, WriteGate(path.with_name(f"{path.name}.gate")), wait)
    else:
        _prepare_postgresql(engine)


def database_path(url: str | URL) -> Path:
    """The file of an SQLite database."""
    return Path(str(make_url(url).database))


def _prepare_sqlite(engine: Engine, gate: WriteGate, wait: float) -> None:
    @event.listens_for(engine, "connect")
    def set_pragmas(connection: sqlite3.Connection, _: object) -> None:
        for pragma in PRAGMAS:
            connection.execute(f"PRAGMA {pragma}").close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        options = connection.get_execution_options()
        writing = options.get("writing", False)
        if writing:
            connection.info["gate"] = gate.enter(options.get("patience", wait), options.get("turn", ""))
        driver: Any = connection.connection.dbapi_connection
        driver.execute(f"PRAGMA query_only={'OFF' if writing else 'ON'}").close()
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writing else "BEGIN")

    def leave_gate(_: object, record: Any, *__: object) -> None:
        if "gate" in record.info:
            gate.leave(record.info.pop("gate"))

    for leaving in ("checkin", "invalidate", "close"):
        event.listen(engine, leaving, leave_gate)


def _prepare_postgresql(engine: Engine) -> None:
    @event.listens_for(engine, "connect")
    def watch_warnings(connection: Any, _: object) -> None:
        connection.add_notice_handler(_note_warning)

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection
        driver.read_only = not connection.get_execution_options().get("writing", False)


def _note_warning(diagnostic: Any) -> None:
    if diagnostic.sqlstate == "01000":
        doubtful_commit.set(True)


def _make_private(path: Path) -> None:
    """Let only its owner read the database's file; it holds personal data."""
    with suppress(FileExistsError):
        path.touch(mode=0o600, exist_ok=False)
