"""Insert unless it is there: the one statement that both databases know under the same name but not in the same module.

The answer comes from RETURNING: a row count after ON CONFLICT is right on SQLite and -1 on PostgreSQL.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session

from models.base import Base

_INSERTS = {"sqlite": sqlite.insert, "postgresql": postgresql.insert}


def insert_if_absent(where: Session | Connection, model: type[Base], **values: Any) -> int | None:
    """The id of the new row, or None where a unique constraint says it is there; waits for a rival's transaction."""
    connection = where.connection() if isinstance(where, Session) else where
    table = model.metadata.tables[model.__tablename__]
    insert: Any = _INSERTS[connection.dialect.name](table)
    new_id: int | None = connection.scalar(insert.values(**values).on_conflict_do_nothing().returning(table.c.id))
    return new_id
