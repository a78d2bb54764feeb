"""Rows of other systems' files: which are in already, and a note in the history of what each became.

A row is told by its id in the system that it comes from. The same row again is recognised; the same id with other
cells is refused, since what it became may have gone on living here. What other systems have no id for (models,
customers) is recognised by what it says.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.canonical import canonical
from depot.errors import Conflict, Retry
from depot.events import append
from models import ImportedRow, Part, RepairOrder, RowKind
from models.upsert import insert_if_absent


class Outcome(StrEnum):
    """What became of a row that was not refused."""

    ADDED = "added"
    KNOWN = "on record already"


@dataclass(frozen=True)
class Provenance:
    """Which row of which system this is; ``cells`` as they stand in the file, empty ones left out."""

    kind: RowKind
    origin: str
    key: str
    cells: Mapping[str, str] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """What tells the same row from one with other cells."""
        return hashlib.sha256(canonical(dict(self.cells))).hexdigest()


def find_imported(session: Session, row: Provenance) -> ImportedRow | None:
    """What this row became when it was imported; None where it was not. Raises Conflict where its cells differ."""
    known = find_row(session, row.kind, row.origin, row.key)
    if known is not None and known.digest != row.digest:
        raise Conflict(f"The row {row.key} was imported before with other values; change the record that it became.")
    return known


def find_row(session: Session, kind: RowKind, origin: str, key: str) -> ImportedRow | None:
    """The row of this id, whatever its cells."""
    is_it = (ImportedRow.kind == kind, ImportedRow.origin == origin, ImportedRow.key == key)
    return session.scalars(select(ImportedRow).where(*is_it)).one_or_none()


def note_imported(
    session: Session,
    row: Provenance,
    became: Part | RepairOrder,
    by: Actor,
    now: datetime,
    kept: Mapping[str, str] | None = None,
) -> None:
    """Write down what a row became, beside it and in its history; ``kept`` are cells that have no other place.

    Raises Retry where somebody else has just imported the same row.
    """
    place = {"part_id": became.id} if isinstance(became, Part) else {"order_id": became.id}
    facts = {"origin": row.origin, "key": row.key, "digest": row.digest}
    values = {"kind": row.kind, "cells": dict(kept or {}), "at": now, **facts, **place}
    new = insert_if_absent(session, ImportedRow, **values)
    if new is None:
        raise Retry
    append(session, became, "import", by, now, {"imported": new, "kind": row.kind.value, **facts})
