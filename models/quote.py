"""Quotes 报价: what the repair costs whom, in versions, and what the customer decided."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, Rate, codes_of
from models.inspection import Coverage
from models.order import Channel


class LineKind(StrEnum):
    """What a line is for."""

    PART = "part"
    LABOUR = "labour"
    OTHER = "other"


class Decision(StrEnum):
    """What the customer can say to a quote."""

    APPROVED = "approved"
    DECLINED = "declined"


class Quote(Base):
    """One version of an order's price. Never changed once issued: a new price is a new version."""

    __tablename__ = "quotes"
    __table_args__ = (
        UniqueConstraint("order_id", "version", name="one_row_per_version"),
        CheckConstraint("version >= 1", name="version_starts_at_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"))
    version: Mapped[int]
    diagnosis_id: Mapped[int | None] = mapped_column(ForeignKey("diagnoses.id"))
    currency: Mapped[str] = mapped_column(String(3))
    tax_rate: Mapped[Decimal | None] = mapped_column(Rate)
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]
    valid_until: Mapped[datetime]
    issued_at: Mapped[datetime]
    issued_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))

    lines: Mapped[list[QuoteLine]] = relationship(lazy="selectin", order_by="QuoteLine.position")


class QuoteLine(Base):
    """One line, with who bears it and why; a covered line is charged at zero and still stands there."""

    __tablename__ = "quote_lines"
    __table_args__ = (
        UniqueConstraint("quote_id", "position", name="one_line_per_position"),
        CheckConstraint("total_minor = net_minor + tax_minor", name="total_is_net_and_tax"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    position: Mapped[int]
    kind: Mapped[LineKind] = mapped_column(codes_of(LineKind))
    part_id: Mapped[int | None] = mapped_column(ForeignKey("parts.id"))
    text: Mapped[str] = mapped_column(String(2 * NAME_LENGTH + 1))
    quantity: Mapped[Decimal]
    unit_price_minor: Mapped[int | None]
    coverage: Mapped[Coverage] = mapped_column(codes_of(Coverage))
    coverage_reason: Mapped[str | None] = mapped_column(Text)
    net_minor: Mapped[int]
    tax_minor: Mapped[int]
    total_minor: Mapped[int]


class QuoteDecision(Base):
    """The customer's decision with all its facts: who, when, by which channel and number, taken by whom, which
    version, up to which amount.
    """

    __tablename__ = "quote_decisions"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    quote_id: Mapped[int] = mapped_column(ForeignKey("quotes.id"))
    decision: Mapped[Decision] = mapped_column(codes_of(Decision))
    decided_by: Mapped[str] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    channel: Mapped[Channel] = mapped_column(codes_of(Channel))
    phone_number: Mapped[str | None] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    limit_minor: Mapped[int | None]
    taken_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
