"""Rows that the database itself refuses to change or to delete.

A trigger on each such table raises on DELETE, and on UPDATE of any column but those listed: the texts about a person,
which may be erased. The same rule by the means of each database; migrations call ``guard`` and ``unguard``. What gets
around such triggers is closed too: PostgreSQL's TRUNCATE by a trigger of its own, SQLite's REPLACE by a pragma of our
connections (``models/engine.py``), without which a row that gives way fires no trigger.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from sqlalchemy import Table, event, inspect
from sqlalchemy.engine import Connection

from models.base import Base

APPEND_ONLY: Mapping[str, tuple[str, ...]] = {
    "events": ("salt", "private"),
    "movements": ("reason",),
    "payments": ("reason",),
    "charges": ("text",),
    "waivers": ("reason",),
    "overrides": ("reason",),
    "quotes": (),
    "quote_lines": (),
    "quote_decisions": ("decided_by", "phone_number"),
    "documents": ("frozen",),
    "imported_rows": (),
    "warranty_lookups": (),
    "attachments": ("note", "retired_at", "retired_by_id", "retired_reason"),
    "drawn_documents": ("data", "warnings"),
}
"""Table name to the columns that may be replaced."""

FUNCTION = """
CREATE OR REPLACE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'rows of %% are only ever added', TG_TABLE_NAME USING ERRCODE = '23514'; END $$
"""


def _statements(name: str, fixed: Sequence[str], dialect: str) -> Iterator[str]:
    if dialect == "postgresql":
        yield FUNCTION
        body = "FOR EACH ROW EXECUTE FUNCTION refuse_change()"
        yield f"DROP TRIGGER IF EXISTS {name}_are_not_emptied ON {name}"  # the first guards had none
        yield (
            f"CREATE TRIGGER {name}_are_not_emptied BEFORE TRUNCATE ON {name}"
            " FOR EACH STATEMENT EXECUTE FUNCTION refuse_change()"
        )
    else:
        body = f"BEGIN SELECT RAISE(ABORT, 'rows of {name} are only ever added'); END"
    yield f"CREATE TRIGGER {name}_are_not_deleted BEFORE DELETE ON {name} {body}"
    yield f"CREATE TRIGGER {name}_are_not_edited BEFORE UPDATE OF {', '.join(fixed)} ON {name} {body}"


def guard(connection: Connection, name: str, erasable: tuple[str, ...]) -> None:
    """Put the triggers on a table, as it is now."""
    columns = [column["name"] for column in inspect(connection).get_columns(name)]
    fixed = [column for column in columns if column not in erasable]
    for statement in _statements(name, fixed, connection.dialect.name):
        connection.exec_driver_sql(statement)


def unguard(connection: Connection, name: str) -> None:
    """Take the triggers off a table, to rebuild it or to test what ``depot verify`` sees."""
    where = f" ON {name}" if connection.dialect.name == "postgresql" else ""
    for trigger in ("are_not_deleted", "are_not_edited", "are_not_emptied"):
        connection.exec_driver_sql(f"DROP TRIGGER IF EXISTS {name}_{trigger}{where}")


def drop_function(connection: Connection) -> None:
    """Take away what the triggers call, once the tables are gone."""
    if connection.dialect.name == "postgresql":
        connection.exec_driver_sql("DROP FUNCTION IF EXISTS refuse_change()")


def _guard_after_create(table: Table, connection: Connection, **_: object) -> None:
    guard(connection, table.name, APPEND_ONLY[table.name])


def guard_all() -> None:
    """Make ``create_all`` put the triggers on, as the migrations do."""
    for name in APPEND_ONLY:
        event.listen(Base.metadata.tables[name], "after_create", _guard_after_create)
