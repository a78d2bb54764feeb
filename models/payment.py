"""Money: what was paid, what was let go, and which rule a manager set aside."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, PERSONAL, Base


class Payment(Base):
    """Money taken for an order; a mistake is reversed by a row that names it, with the amount negative.

    Never edited.
    """

    __tablename__ = "payments"
    __table_args__ = (
        CheckConstraint("(reverses_id IS NULL) = (amount_minor > 0)", name="only_a_reversal_is_negative"),
        CheckConstraint("amount_minor <> 0", name="a_payment_is_not_zero"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    method: Mapped[str] = mapped_column(String(40))
    reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    reason: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("payments.id"), unique=True)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]


class Charge(Base):
    """An amount that an order owes beside its quote: told at a cancellation, or for a loaner that never came back."""

    __tablename__ = "charges"
    __table_args__ = (CheckConstraint("amount_minor >= 0", name="a_charge_is_not_negative"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    loan_id: Mapped[int | None] = mapped_column(ForeignKey("loans.id"), unique=True)
    text: Mapped[str] = mapped_column(Text, info=PERSONAL)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]


class Waiver(Base):
    """A part of the balance that a manager let go, with the reason."""

    __tablename__ = "waivers"
    __table_args__ = (CheckConstraint("amount_minor > 0", name="a_waiver_waives_something"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    amount_minor: Mapped[int]
    currency: Mapped[str] = mapped_column(String(3))
    reason: Mapped[str] = mapped_column(Text, info=PERSONAL)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]


class Override(Base):
    """A guard that a manager set aside for one order, with a name and a reason."""

    __tablename__ = "overrides"
    __table_args__ = (Index("ix_overrides_order_id_guard", "order_id", "guard"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"))
    guard: Mapped[str] = mapped_column(String(60))
    reason: Mapped[str] = mapped_column(Text, info=PERSONAL)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
