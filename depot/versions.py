"""Changing registers: who changes a row holds it first, and may say which version they read.

What a change leaves out stays as it is, so the row is held before the new facts are worked out from the old ones: two
who change different facts at once both succeed.
"""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.errors import Retry, Stale
from models import (
    Code,
    Customer,
    Depot,
    Device,
    Entitlement,
    LoanerUnit,
    Location,
    Part,
    Printer,
    ProductModel,
    RepairOrder,
)

Versioned = Code | Customer | Depot | Device | Entitlement | LoanerUnit | Location | Part | Printer | ProductModel


class Seen(int):
    """The version of a record that a caller has seen; of several that they name, any will do."""

    others: frozenset[int] = frozenset()

    @classmethod
    def any_of(cls, versions: Collection[int]) -> Seen:
        """One of these versions, of which there is at least one."""
        seen = cls(max(versions))
        seen.others = frozenset(versions)
        return seen


def is_seen(version: int, expected: int | None) -> bool:
    """Whether this is the version, or one of those, that a caller has seen; None was not said."""
    return expected is None or version == expected or (isinstance(expected, Seen) and version in expected.others)


def hold(session: Session, row: Versioned | RepairOrder, shared: bool = False) -> None:
    """Read a row as it is now and let nobody change it until the unit of work ends; ``shared`` lets others hold it too.

    It is locked first and read afterwards: a statement that waited for a lock gives its row as it is now, but what it
    joined as it was before. On SQLite a writing unit of work holds the whole database.
    """
    session.flush()  # so that nothing is lost: a refresh throws away what was not yet written
    kind = type(row)
    session.execute(select(kind.id).where(kind.id == row.id).with_for_update(read=shared, key_share=not shared))
    session.refresh(row)


def hold_in_use(session: Session, row: Depot | Device, shared: bool = False) -> None:
    """As ``hold``, for a row that was found in use. Raises Retry where somebody has retired it meanwhile."""
    hold(session, row, shared)
    if row.retired_at is not None:
        raise Retry


def claim(session: Session, row: Versioned, expected: int | None) -> None:
    """Hold a row as it is now and count its version up. Raises Stale unless ``expected`` is its version, or None."""
    hold(session, row)
    demand(row, expected)
    row.version += 1


def demand(row: Versioned, expected: int | None) -> None:
    """Raise Stale unless ``expected`` is the version of a row that is held, or None."""
    if not is_seen(row.version, expected):
        raise Stale(version=row.version)
