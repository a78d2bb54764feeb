"""What leaves the house: a row written with the event that causes it, delivered after the commit by a worker."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, codes_of
from models.customer import Language


class OutboxChannel(StrEnum):
    """By mail, or a call that the desk makes where there is only a phone."""

    EMAIL = "email"
    CALL = "call"


class OutboxRow(Base):
    """One message to one contact by one channel about one event; the text is rendered when it is delivered.

    ``delivery_id`` is the same in every attempt, so that a receiver can drop a repeat.
    """

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("event_id", "contact_id", "channel", name="one_message_per_event_contact_and_channel"),
        Index(
            "ix_outbox_waiting",
            "id",
            sqlite_where=text("delivered_at IS NULL"),
            postgresql_where=text("delivered_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    delivery_id: Mapped[str] = mapped_column(String(40), unique=True)
    kind: Mapped[str] = mapped_column(String(40))
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    event_id: Mapped[int] = mapped_column(ForeignKey("events.id"))
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.id"))
    channel: Mapped[OutboxChannel] = mapped_column(codes_of(OutboxChannel))
    language: Mapped[Language] = mapped_column(codes_of(Language))
    created_at: Mapped[datetime]
    delivered_at: Mapped[datetime | None]
