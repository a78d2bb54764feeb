"""Tables of codes that a manager can extend: what was seen, why it was so, what was done."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, Base, codes_of


class CodeKind(StrEnum):
    """The tables of codes."""

    SYMPTOM = "symptom"
    CAUSE = "cause"
    ACTION = "action"
    ATTRIBUTION = "attribution"


class Code(Base):
    """One code with its words in both languages. A retired code stays readable and can no longer be used."""

    __tablename__ = "codes"
    __table_args__ = (UniqueConstraint("kind", "code", name="one_row_per_code"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[CodeKind] = mapped_column(codes_of(CodeKind))
    code: Mapped[str] = mapped_column(String(40))
    version: Mapped[int] = mapped_column(default=1)
    name_zh: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
