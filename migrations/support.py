"""What several migrations need: the append-only guard around a rebuild of a table.

SQLite drops a table's triggers with the table when it is rebuilt; PostgreSQL keeps them. Rebuilding inside ``rebuilt``
leaves the same triggers on both.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from alembic import op
from alembic.operations import BatchOperations

from models.append_only import guard, unguard


@contextmanager
def rebuilt(name: str, erasable: tuple[str, ...]) -> Iterator[BatchOperations]:
    """Change an append-only table: its guard is taken off, the changes are made, the guard is put on again."""
    connection = op.get_bind()
    unguard(connection, name)
    with op.batch_alter_table(name) as table:
        yield table
    guard(connection, name, erasable)
