"""Bringing a database to the tables of this version, and saying whether it is there.

Alembic is called from here, with no file of settings of its own: the engine, with its pragmas and its write gate, is
the application's. All steps run in one transaction. SQLite rebuilds tables to change them, so foreign keys are off
meanwhile and checked before the commit.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Engine, inspect
from sqlalchemy.engine import Connection

MIGRATIONS = Path(__file__).resolve().parent.parent / "migrations"
ONE_MIGRATION_AT_A_TIME = 7_205_759


class BrokenReferences(Exception):
    """A migration left rows that refer to nothing; it was rolled back."""


class NotEmpty(Exception):
    """There are tables already where new ones were to be made."""


def upgrade(engine: Engine, revision: str = "head") -> None:
    """Bring the tables up to a revision."""
    _run(engine, lambda config: command.upgrade(config, revision))


def downgrade(engine: Engine, revision: str) -> None:
    """Take the tables back to a revision; ``base`` is before all of them."""
    _run(engine, lambda config: command.downgrade(config, revision))


def refill(engine: Engine, revision: str, fill: Callable[[Connection], None]) -> None:
    """Make the tables of a revision, let ``fill`` add their rows, and bring both up to this version: all or nothing.

    Raises NotEmpty where there are tables.
    """

    def step(config: Config) -> None:
        connection: Connection = config.attributes["connection"]
        if inspect(connection).get_table_names():
            raise NotEmpty
        command.upgrade(config, revision)
        fill(connection)
        command.upgrade(config, "head")

    _run(engine, step)


def is_current(engine: Engine) -> bool:
    """Whether the tables are those of this version."""
    with engine.connect() as connection:
        return revision_of(connection) == head()


def revision_of(connection: Connection) -> str | None:
    """The revision of the tables, None where there are none."""
    return MigrationContext.configure(connection).get_current_revision()


def head() -> str | None:
    """The newest revision, None where there is none yet."""
    return ScriptDirectory.from_config(_config()).get_current_head()


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS).replace("%", "%%"))
    config.set_main_option("path_separator", "os")
    return config


def _run(engine: Engine, step: Callable[[Config], None]) -> None:
    config = _config()
    with engine.connect() as plain, _foreign_keys_off(plain.execution_options(writing=True)) as connection:
        config.attributes["connection"] = connection
        with connection.begin():
            _alone(connection)
            step(config)
            _check_references(connection)


@contextmanager
def _foreign_keys_off(connection: Connection) -> Iterator[Connection]:
    """A pragma that SQLite ignores inside a transaction, so it goes to the driver before one begins."""
    if connection.dialect.name != "sqlite":
        yield connection
        return
    driver: Any = connection.connection.dbapi_connection
    driver.execute("PRAGMA foreign_keys=OFF").close()
    try:
        yield connection
    finally:
        driver.execute("PRAGMA foreign_keys=ON").close()


def _alone(connection: Connection) -> None:
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql(f"SELECT pg_advisory_xact_lock({ONE_MIGRATION_AT_A_TIME})")


def _check_references(connection: Connection) -> None:
    if connection.dialect.name == "sqlite":
        broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
        if broken:
            raise BrokenReferences(sorted({row[0] for row in broken}))
