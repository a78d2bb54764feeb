"""The hand-over: who took the device back, on what proof, and what was missing."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of


class SignatureOrigin(StrEnum):
    """How the customer signed; ``customer_link`` is written by the customer's own link alone."""

    CUSTOMER_AT_COUNTER = "customer_at_counter"
    CUSTOMER_LINK = "customer_link"


class HandOver(Base):
    """One order's hand-over; there is one at most. None is not stated, in what was imported."""

    __tablename__ = "hand_overs"
    __table_args__ = (
        CheckConstraint("voucher_returned OR identity_checked", name="voucher_taken_back_or_identity_checked"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), unique=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    voucher_returned: Mapped[bool | None]
    identity_checked: Mapped[bool | None]
    signed_by: Mapped[str | None] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    signature_origin: Mapped[SignatureOrigin | None] = mapped_column(codes_of(SignatureOrigin))
    note: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
