"""Loaner units 备机, and each lending of one."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of
from models.event import Chained


class UnitState(StrEnum):
    """Where a loaner unit stands: lendable, out, back but not yet wiped and inspected, or gone for good."""

    AVAILABLE = "available"
    ON_LOAN = "on_loan"
    RETURNED = "returned"
    LOST = "lost"
    SOLD = "sold"
    RETIRED = "retired"


class LoanerUnit(Chained, Base):
    """One unit of the pool. ``code`` is as typed, ``code_folded`` upper-cased, since a scanner may send either."""

    __tablename__ = "loaner_units"
    __table_args__ = (
        UniqueConstraint("make", "model", "serial_number", name="one_row_per_unit"),
        Index("ix_loaner_units_serial_number", "serial_number"),
        Index("ix_loaner_units_upper_serial_number", text("upper(serial_number)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
    code: Mapped[str] = mapped_column(String(40))
    code_folded: Mapped[str] = mapped_column(String(120), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    make: Mapped[str] = mapped_column(String(NAME_LENGTH))
    model: Mapped[str] = mapped_column(String(NAME_LENGTH))
    serial_number: Mapped[str] = mapped_column(String(NAME_LENGTH))
    accessories: Mapped[list[Any]] = mapped_column(default=list)
    value_minor: Mapped[int | None]
    currency: Mapped[str] = mapped_column(String(3))
    state: Mapped[UnitState] = mapped_column(codes_of(UnitState))
    created_at: Mapped[datetime]


class LoanOutcome(StrEnum):
    """How a lending ended: brought back, or settled by a manager."""

    RETURNED = "returned"
    LOST = "lost"
    SOLD = "sold"


class Loan(Base):
    """One lending; out while ``ended_at`` is None, which the database allows once per unit."""

    __tablename__ = "loans"
    __table_args__ = (
        CheckConstraint("(ended_at IS NULL) = (outcome IS NULL)", name="an_end_has_an_outcome"),
        Index(
            "uq_loans_one_open_loan_per_loaner_unit",
            "loaner_unit_id",
            unique=True,
            sqlite_where=text("ended_at IS NULL"),
            postgresql_where=text("ended_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    loaner_unit_id: Mapped[int] = mapped_column(ForeignKey("loaner_units.id"), index=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    lent_at: Mapped[datetime]
    lent_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    due_on: Mapped[date]
    condition: Mapped[str] = mapped_column(Text)
    accessories: Mapped[list[Any]] = mapped_column(default=list)
    signed_by: Mapped[str] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    ended_at: Mapped[datetime | None]
    ended_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    outcome: Mapped[LoanOutcome | None] = mapped_column(codes_of(LoanOutcome))
    return_condition: Mapped[str | None] = mapped_column(Text)
    accessories_returned: Mapped[bool | None]
    differences: Mapped[str | None] = mapped_column(Text)
    settle_reason: Mapped[str | None] = mapped_column(Text, info=PERSONAL)

    unit: Mapped[LoanerUnit] = relationship(lazy="joined", innerjoin=True)
