"""Insert unless it is there: the one statement that both databases know under the same name but not in the same module.

The answer comes from RETURNING: a row count after ON CONFLICT is right on SQLite and -1 on PostgreSQL.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from models.base import Base

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_if_absent(where: Session | Connection, kind: type[Base], /, **values: Any) -> int | None:
    """The id of the new row, or None where a unique constraint says that there is one.

    Waits for a transaction that is just inserting the same row, so that a later read sees what it left.
    """
    return next(iter(insert_absent(where, kind, [values])), None)


def insert_absent(where: Session | Connection, kind: type[Base], rows: Sequence[Mapping[str, Any]]) -> list[int]:
    """As ``insert_if_absent``, for many rows in one statement: the ids of those that are new."""
    dialect = where.dialect if isinstance(where, Connection) else where.get_bind().dialect
    table = kind.metadata.tables[kind.__tablename__]
    insert: Any = _INSERTS[dialect.name](table)
    return list(where.scalars(insert.values(rows).on_conflict_do_nothing().returning(table.c.id)))
