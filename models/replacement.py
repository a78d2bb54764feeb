"""Swapped parts: what became of an issued part, and where the part that came out goes."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, Base, codes_of
from models.part import Part


class Outcome(StrEnum):
    """What became of an issued part."""

    USED = "used"
    UNUSED = "unused"
    DEAD_ON_ARRIVAL = "dead_on_arrival"
    MISMATCH = "mismatch"


class Destination(StrEnum):
    """Where a removed part goes."""

    FACTORY = "factory"
    SCRAP = "scrap"
    CUSTOMER = "customer"
    DESTROYED_FOR_DATA = "destroyed_for_data"


class PartGrade(StrEnum):
    """In which condition the part was that went in; used and refurbished parts are said to be so."""

    NEW = "new"
    REFURBISHED = "refurbished"
    USED = "used"


class Replacement(Base):
    """The outcome of issued parts, and the removed part with its destination where something came out.

    ``removed`` without ``removed_destination`` is open business: it holds the order.
    """

    __tablename__ = "replacements"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="something_was_decided_on"),
        Index(
            "ix_replacements_without_destination",
            "order_id",
            sqlite_where=text("removed AND removed_destination IS NULL"),
            postgresql_where=text("removed AND removed_destination IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    quantity: Mapped[Decimal]
    outcome: Mapped[Outcome] = mapped_column(codes_of(Outcome))
    condition: Mapped[PartGrade | None] = mapped_column(codes_of(PartGrade))
    installed_serial: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    removed: Mapped[bool]
    removed_serial: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    removed_destination: Mapped[Destination | None] = mapped_column(codes_of(Destination))
    removed_due_on: Mapped[date | None]
    in_warranty: Mapped[bool | None]
    fault_seen: Mapped[str | None] = mapped_column(Text)

    part: Mapped[Part] = relationship(lazy="joined", innerjoin=True)
