"""Spare parts: the catalogue, the serialised pieces, and the places where either can be."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, Base, codes_of
from models.event import Chained


class Unit(StrEnum):
    """What a part is counted in; only pieces are whole."""

    PIECE = "piece"
    MILLIMETRE = "mm"
    METRE = "m"
    GRAM = "g"
    KILOGRAM = "kg"
    MILLILITRE = "ml"
    LITRE = "l"


class Condition(StrEnum):
    """The condition of stock."""

    NEW = "new"
    GOOD = "good"
    REFURBISHED = "refurbished"
    DEFECTIVE = "defective"
    QUARANTINE = "quarantine"


FIT_FOR_USE = (Condition.NEW, Condition.GOOD, Condition.REFURBISHED)


class Part(Chained, Base):
    """A catalogue number. ``sale_price_minor`` None is unset, which is not zero; its currency is kept beside it."""

    __tablename__ = "parts"
    __table_args__ = (
        CheckConstraint("NOT serialized OR unit = 'piece'", name="serialised_parts_are_pieces"),
        CheckConstraint("sale_price_minor IS NULL OR sale_price_minor >= 0", name="sale_price_is_not_negative"),
        Index("ix_parts_upper_part_number", text("upper(part_number)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_number: Mapped[str] = mapped_column(String(NAME_LENGTH), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    serialized: Mapped[bool]
    unit: Mapped[Unit] = mapped_column(codes_of(Unit))
    sale_price_minor: Mapped[int | None]
    sale_price_currency: Mapped[str | None] = mapped_column(String(3))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PlaceKind(StrEnum):
    """Where a part can be. Those outside the house are accounts too, so that the sum over all places is zero."""

    BIN = "bin"
    ORDER = "order"
    DEFECTIVE = "defective"
    SUPPLIER = "supplier"
    CUSTOMER = "customer"
    FACTORY = "factory"
    SCRAP = "scrap"
    DIFFERENCE = "difference"


IN_HOUSE = (PlaceKind.BIN, PlaceKind.ORDER, PlaceKind.DEFECTIVE)


class Location(Base):
    """A place of a depot: a bin 库位, the parts issued to one order, the defective stock, or an account outside.

    ``code`` is what is scanned; the places that nobody scans have a code beginning with ``~``.
    """

    __tablename__ = "locations"
    __table_args__ = (
        UniqueConstraint("depot_id", "code", name="one_row_per_code_and_depot"),
        CheckConstraint("(kind = 'order') = (order_id IS NOT NULL)", name="an_order_place_names_its_order"),
        Index("ix_locations_code", "code"),
        Index("ix_locations_upper_code", text("upper(code)")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"))
    kind: Mapped[PlaceKind] = mapped_column(codes_of(PlaceKind))
    code: Mapped[str] = mapped_column(String(NAME_LENGTH))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), default="")
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"), unique=True)
    version: Mapped[int] = mapped_column(default=1)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class PartUnit(Base):
    """One serialised piece. It is in one place, since it has one row with one place in it."""

    __tablename__ = "part_units"
    __table_args__ = (
        UniqueConstraint("part_id", "serial_number", name="one_place_per_serialised_part"),
        Index("ix_part_units_serial_number", "serial_number"),
        Index("ix_part_units_upper_serial_number", text("upper(serial_number)")),
        Index("ix_part_units_location_id_part_id", "location_id", "part_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    serial_number: Mapped[str] = mapped_column(String(NAME_LENGTH))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    condition: Mapped[Condition] = mapped_column(codes_of(Condition))
    received_at: Mapped[datetime]

    part: Mapped[Part] = relationship(lazy="joined", innerjoin=True)
    location: Mapped[Location] = relationship(lazy="joined", innerjoin=True)
