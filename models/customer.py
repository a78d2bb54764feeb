"""Customers, and how they can be reached."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of


class Language(StrEnum):
    """The languages that paper and messages come in."""

    ZH = "zh"
    EN = "en"


class ContactKind(StrEnum):
    """How a contact reaches the customer."""

    PHONE = "phone"
    EMAIL = "email"


class Customer(Base):
    """Somebody who brings devices. ``name`` None is the anonymous walk-in: the voucher is then the identity."""

    __tablename__ = "customers"

    id: Mapped[int] = mapped_column(primary_key=True)
    home_depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str | None] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    name_folded: Mapped[str | None] = mapped_column(String(2 * NAME_LENGTH), index=True, info=PERSONAL)
    language: Mapped[Language] = mapped_column(codes_of(Language))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    contacts: Mapped[list[Contact]] = relationship(lazy="selectin", order_by="Contact.id")


class Contact(Base):
    """One way to reach a customer: the value as typed, and folded for comparison (E.164 number, lower-case e-mail)."""

    __tablename__ = "contacts"
    __table_args__ = (Index("ix_contacts_kind_value_folded", "kind", "value_folded"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"), index=True)
    kind: Mapped[ContactKind] = mapped_column(codes_of(ContactKind))
    value: Mapped[str] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    value_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH), info=PERSONAL)
    retired_at: Mapped[datetime | None]
