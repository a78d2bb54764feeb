"""Optimistic concurrency for registers: who changes a row says which version they read."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy.orm import Session

from depot.errors import Stale
from models import Code, Customer, Depot, Device, Entitlement, LoanerUnit, Location, Part, Printer, ProductModel

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


def claim(session: Session, row: Versioned, expected: int | None) -> None:
    """Hold a row as it is now and count its version up. Raises Stale unless ``expected`` is its version, or None."""
    session.flush()  # so that nothing is lost: a refresh throws away what was not yet written
    session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    demand(row, expected)
    row.version += 1


def demand(row: Versioned, expected: int | None) -> None:
    """Raise Stale unless ``expected`` is the version of a row that is held, or None."""
    if not is_seen(row.version, expected):
        raise Stale(version=row.version)
