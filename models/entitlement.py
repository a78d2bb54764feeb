"""Entitlements 保修权益: what a maker or a contract owes to devices, and what was found of it at an intake."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, Base, codes_of
from models.order import WarrantyStatus


class EntitlementScope(StrEnum):
    """What an entitlement is for, the most particular first."""

    SERIAL = "serial"
    RANGE = "range"
    MODEL = "model"
    MAKE = "make"


class EntitlementKind(StrEnum):
    """What kind of promise it is."""

    MANUFACTURER_WARRANTY = "manufacturer_warranty"
    EXTENDED_WARRANTY = "extended_warranty"
    SERVICE_CONTRACT = "service_contract"


class Entitlement(Base):
    """One promise, from a day until a day. ``lookup`` is a digest of what it is for: see ``depot/warranty.py``.

    A single serial number stands in ``serial_from``. ``reference`` is empty where nobody gave one.
    """

    __tablename__ = "entitlements"
    __table_args__ = (
        CheckConstraint("valid_from <= valid_until", name="it_begins_before_it_ends"),
        CheckConstraint("parts OR labour", name="it_covers_something"),
        Index(
            "uq_entitlements_one_in_use_of_its_kind",
            "lookup",
            "kind",
            "reference",
            "valid_from",
            "valid_until",
            unique=True,
            sqlite_where=text("retired_at IS NULL"),
            postgresql_where=text("retired_at IS NULL"),
        ),
        Index("ix_entitlements_make_folded_id", "make_folded", "id"),
        Index("ix_entitlements_serial_from_id", "serial_from", "id"),
        Index("ix_entitlements_reference_id", "reference", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int] = mapped_column(default=1)
    make: Mapped[str] = mapped_column(String(NAME_LENGTH))
    make_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    scope: Mapped[EntitlementScope] = mapped_column(codes_of(EntitlementScope))
    serial_from: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    serial_to: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    model: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    lookup: Mapped[str] = mapped_column(String(64))
    kind: Mapped[EntitlementKind] = mapped_column(codes_of(EntitlementKind))
    valid_from: Mapped[date]
    valid_until: Mapped[date]
    parts: Mapped[bool]
    labour: Mapped[bool]
    terms: Mapped[str | None] = mapped_column(Text)
    reference: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class WarrantyLookup(Base):
    """What the register said when a device was announced or came in, in words. Never edited; the last one counts."""

    __tablename__ = "warranty_lookups"
    __table_args__ = (Index("ix_warranty_lookups_order_id_id", "order_id", "id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"))
    entitlement_id: Mapped[int | None] = mapped_column(ForeignKey("entitlements.id"))
    status: Mapped[WarrantyStatus] = mapped_column(codes_of(WarrantyStatus))
    reason: Mapped[str] = mapped_column(Text)
    at: Mapped[datetime]
