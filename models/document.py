"""Issued paper: the frozen values of each edition, and the bytes that were drawn of them first."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, LargeBinary, String, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import PERSONAL, Base, codes_of


class DocumentKind(StrEnum):
    """The documents that are issued."""

    INTAKE_RECEIPT = "intake_receipt"
    REPAIR_RECEIPT = "repair_receipt"


class Document(Base):
    """One edition of a document. ``frozen`` is canonical JSON; ``sha256`` and ``check_code`` are over it.

    Never edited.
    """

    __tablename__ = "documents"
    __table_args__ = (UniqueConstraint("order_id", "kind", "edition", name="one_row_per_edition"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"))
    kind: Mapped[DocumentKind] = mapped_column(codes_of(DocumentKind))
    edition: Mapped[int]
    number: Mapped[str] = mapped_column(String(40), unique=True)
    frozen: Mapped[str] = mapped_column(Text, info=PERSONAL)
    sha256: Mapped[str] = mapped_column(String(64))
    check_code: Mapped[str] = mapped_column(String(20))
    issued_at: Mapped[datetime]


class DrawnDocument(Base):
    """The bytes of a document in one language, as they were drawn first: paper asked for again is the same paper.

    ``sha256`` is over whose bytes they are, the language and the bytes. Never edited.
    """

    __tablename__ = "drawn_documents"
    __table_args__ = (UniqueConstraint("document_id", "language", name="drawn_once_per_language"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    document_id: Mapped[int] = mapped_column(ForeignKey("documents.id"))
    language: Mapped[str] = mapped_column(String(4))
    data: Mapped[bytes] = mapped_column(LargeBinary, info=PERSONAL)
    warnings: Mapped[list[Any]]
    drawn_at: Mapped[datetime]
    sha256: Mapped[str] = mapped_column(String(64))
