"""Is what is on record still what happened? Everything that the database holds twice must agree.

The chains say whether a history was touched. Whatever a history tells of (states, stock, money, loans, paper, tokens)
must stand in its own table, and the other way round, so that a row changed, added or deleted past the service is
named. It reads a batch, or a stream, at a time, in one snapshot: it may run while the depot works.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import Table, func, select
from sqlalchemy.orm import Session

from depot.events import broken_links
from depot.verify_documents import document_faults
from depot.verify_histories import history_faults
from depot.verify_ledger import ledger_faults
from depot.verify_references import reference_faults
from models import Base

COUNTED = {
    "repair orders": "repair_orders",
    "events": "events",
    "stock movements": "movements",
    "loans": "loans",
    "documents": "documents",
    "attachments": "attachments",
}

CHECKS = (broken_links, history_faults, ledger_faults, document_faults, reference_faults)


def faults(session: Session) -> Iterator[str]:
    """A sentence for each thing that is wrong; none when all agrees. For a session that has not begun to read."""
    _keep_one_view(session)
    for check in CHECKS:
        yield from check(session)


def counted(session: Session) -> dict[str, int]:
    """How many rows of each kind there are to be looked at."""
    return {what: _count(session, Base.metadata.tables[table]) for what, table in COUNTED.items()}


def _count(session: Session, table: Table) -> int:
    return session.scalar(select(func.count()).select_from(table)) or 0


def _keep_one_view(session: Session) -> None:
    """See the database as it is now until the end, whatever is written meanwhile. SQLite does so by itself."""
    bind: Any = session.get_bind()
    if bind.dialect.name == "postgresql" and not session.in_transaction():
        session.connection(execution_options={"isolation_level": "REPEATABLE READ"})
