"""Optimistic concurrency for registers: who changes a row says which version they read."""

from __future__ import annotations

from sqlalchemy.orm import Session

from depot.errors import Stale
from models import Code, Customer, Depot, Device, LoanerUnit, Location, Part, ProductModel

Versioned = Code | Customer | Depot | Device | LoanerUnit | Location | Part | ProductModel


def claim(session: Session, row: Versioned, expected: int | None) -> None:
    """Hold a row as it is now and count its version up. Raises Stale unless ``expected`` is its version, or None."""
    session.flush()  # so that nothing is lost: a refresh throws away what was not yet written
    session.refresh(row, with_for_update={"of": type(row), "key_share": True})
    demand(row, expected)
    row.version += 1


def demand(row: Versioned, expected: int | None) -> None:
    """Raise Stale unless ``expected`` is the version of a row that is held, or None."""
    if expected is not None and row.version != expected:
        raise Stale(version=row.version)
