"""One at a time: two desks that are about to create the same thing take turns, and the second one finds it.

On PostgreSQL a turn is an advisory lock on the key, held until the unit of work ends; the statement after it sees what
the first desk committed. On SQLite a writing unit of work has the whole database to itself (BEGIN IMMEDIATE), so that
it needs no lock of its own there.
"""

from __future__ import annotations

import hashlib

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def take_turn(session: Session, what: str, key: str) -> None:
    """Wait until no other unit of work holds this key. Keys of unlike things are told apart by ``what``."""
    if session.get_bind().dialect.name != "postgresql":
        return
    digest = hashlib.sha256(f"{what}\n{key}".encode()).digest()
    session.execute(select(func.pg_advisory_xact_lock(int.from_bytes(digest[:8], "big", signed=True))))
