"""Attachments 照片及附件: photos and files of an order. Their bytes stand in the data folder, by their SHA-256."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import PERSONAL, Base, codes_of
from models.person import Person


class AttachmentKind(StrEnum):
    """What an attachment shows."""

    DEVICE = "device"
    SERIAL_NUMBER = "serial_number"
    PROOF_OF_PURCHASE = "proof_of_purchase"
    OTHER = "other"


class MediaType(StrEnum):
    """What an attachment is, as its content says."""

    JPEG = "image/jpeg"
    PNG = "image/png"
    PDF = "application/pdf"


class Attachment(Base):
    """A photo or a file of an order. Never deleted: a wrong one is struck out (``retired_at``), and its file stays."""

    __tablename__ = "attachments"
    __table_args__ = (
        CheckConstraint("size > 0", name="a_file_is_not_empty"),
        CheckConstraint("(retired_at IS NULL) = (retired_by_id IS NULL)", name="struck_out_by_somebody"),
        Index(
            "uq_attachments_one_in_use_per_content",
            "order_id",
            "sha256",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index("ix_attachments_order_id_id", "order_id", "id"),
        Index("ix_attachments_sha256", "sha256"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"))
    kind: Mapped[AttachmentKind] = mapped_column(codes_of(AttachmentKind))
    media_type: Mapped[MediaType] = mapped_column(codes_of(MediaType))
    sha256: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    note: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
    retired_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    retired_reason: Mapped[str | None] = mapped_column(Text, info=PERSONAL)

    by: Mapped[Person] = relationship(foreign_keys=by_id, lazy="joined", innerjoin=True)
    retired_by: Mapped[Person | None] = relationship(foreign_keys=retired_by_id, lazy="joined")
