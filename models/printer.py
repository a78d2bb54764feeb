"""Label printers: where they listen, and what lies in them."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base


class Printer(Base):
    """A label printer of a depot that takes ZPL over TCP; ``stock`` and ``dpi`` as the printing room names them."""

    __tablename__ = "printers"
    __table_args__ = (CheckConstraint("port BETWEEN 1 AND 65535", name="port_is_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    host: Mapped[str] = mapped_column(String(255))
    port: Mapped[int]
    stock: Mapped[str] = mapped_column(String(20))
    dpi: Mapped[int]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
