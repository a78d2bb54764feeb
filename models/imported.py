"""What was imported from files of other systems: one line for each row that came in, so that none comes in twice."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, Base, codes_of


class RowKind(StrEnum):
    """What a row of a file was about."""

    PART = "part"
    STOCK = "stock"
    REPAIR = "repair"


class ImportedRow(Base):
    """One row: ``key`` is its id in the system it comes from, which is ``origin``; ``digest`` is over its cells.

    ``cells`` are those for which the record it became has no place; no person's words are among them.
    """

    __tablename__ = "imported_rows"
    __table_args__ = (
        UniqueConstraint("kind", "origin", "key", name="no_row_is_imported_twice"),
        CheckConstraint("(part_id IS NULL) <> (order_id IS NULL)", name="it_became_one_thing"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[RowKind] = mapped_column(codes_of(RowKind))
    origin: Mapped[str] = mapped_column(String(NAME_LENGTH))
    key: Mapped[str] = mapped_column(String(NAME_LENGTH))
    digest: Mapped[str] = mapped_column(String(64))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    cells: Mapped[dict[str, Any]]
    at: Mapped[datetime]
