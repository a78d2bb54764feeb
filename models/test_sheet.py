"""Test sheets: what must be checked before a device of a model may leave."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, Base
from models.device import ProductModel


class TestSheet(Base):
    """The sheet of one product model; changing it makes a new one, so that an old test keeps its own."""

    __test__ = False  # not a test case, whatever pytest thinks of the name
    __tablename__ = "test_sheets"
    __table_args__ = (
        Index(
            "uq_test_sheets_one_current_per_model",
            "product_model_id",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    product_model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"), index=True)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    product_model: Mapped[ProductModel] = relationship(lazy="joined", innerjoin=True)
    checks: Mapped[list[SheetCheck]] = relationship(lazy="selectin", order_by="SheetCheck.position")


class SheetCheck(Base):
    """One check of a sheet; ``name`` is the key that a test bench sends."""

    __tablename__ = "sheet_checks"
    __table_args__ = (UniqueConstraint("sheet_id", "name", name="one_row_per_check"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    sheet_id: Mapped[int] = mapped_column(ForeignKey("test_sheets.id"), index=True)
    position: Mapped[int]
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_zh: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH))
    mandatory: Mapped[bool]
