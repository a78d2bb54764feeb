"""A depot: what its paper says about it, the clock and the currency it lives by, and its policies."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import CheckConstraint, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, Base, Rate

MIN_REPEAT_WINDOW_DAYS = 30


class Depot(Base):
    """One repair depot. Texts that stand on paper come in both languages; an unset tax or labour rate is not zero."""

    __tablename__ = "depots"
    __table_args__ = (
        CheckConstraint(f"repeat_window_days >= {MIN_REPEAT_WINDOW_DAYS}", name="repeat_window_has_a_floor"),
        CheckConstraint("version >= 1", name="version_starts_at_one"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(String(20), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    name_zh: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    name_en: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    address_zh: Mapped[str] = mapped_column(Text, default="")
    address_en: Mapped[str] = mapped_column(Text, default="")
    phones: Mapped[list[Any]] = mapped_column(default=list)
    complaint_phone: Mapped[str | None]
    uncollected_terms_zh: Mapped[str] = mapped_column(Text, default="")
    uncollected_terms_en: Mapped[str] = mapped_column(Text, default="")
    charge_terms_zh: Mapped[str] = mapped_column(Text, default="")
    charge_terms_en: Mapped[str] = mapped_column(Text, default="")
    time_zone: Mapped[str] = mapped_column(String(60), default="Asia/Shanghai")
    currency: Mapped[str] = mapped_column(String(3), default="CNY")
    tax_rate: Mapped[Decimal | None] = mapped_column(Rate)
    labour_rate_minor: Mapped[int | None]
    gs1_company_prefix: Mapped[str | None] = mapped_column(String(12))
    repair_warranty_days: Mapped[int] = mapped_column(default=90)
    short_intake: Mapped[bool] = mapped_column(default=False)
    anonymous_walk_in: Mapped[bool] = mapped_column(default=False)
    tester_other_than_repairer: Mapped[bool] = mapped_column(default=False)
    store_issues: Mapped[bool] = mapped_column(default=False)
    photos: Mapped[bool] = mapped_column(default=False)
    repeat_window_days: Mapped[int] = mapped_column(default=90)
    beyond_economic_share: Mapped[Decimal] = mapped_column(Rate, default=Decimal("0.6"))
    quote_valid_days: Mapped[int] = mapped_column(default=14)
    defective_return_days: Mapped[int] = mapped_column(default=30)
    announcement_valid_days: Mapped[int | None]
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]
