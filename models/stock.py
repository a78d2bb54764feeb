"""The stock ledger: movements that are only ever added, the balances they sum up to, and what is set aside for whom."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of
from models.part import Condition, Location, Part, PartUnit


class MovementKind(StrEnum):
    """What a movement was."""

    RECEIPT = "receipt"
    ISSUE = "issue"
    RETURN = "return"
    INSTALL = "install"
    REMOVE = "remove"
    DEFECT = "defect"
    SCRAP = "scrap"
    ADJUST = "adjust"


class Movement(Base):
    """One line of the ledger: so much of a part went from one place to another. Never edited, never deleted."""

    __tablename__ = "movements"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="a_movement_moves_something"),
        CheckConstraint(
            "from_location_id <> to_location_id OR condition <> to_condition", name="a_movement_changes_something"
        ),
        CheckConstraint("unit_id IS NULL OR quantity = 1000", name="a_unit_moves_alone"),
        Index("ix_movements_part_id_id", "part_id", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    kind: Mapped[MovementKind] = mapped_column(codes_of(MovementKind))
    quantity: Mapped[Decimal]
    from_location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    to_location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    condition: Mapped[Condition] = mapped_column(codes_of(Condition))
    to_condition: Mapped[Condition] = mapped_column(codes_of(Condition, "to_condition"))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("part_units.id"), index=True)
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    reverses_id: Mapped[int | None] = mapped_column(ForeignKey("movements.id"), unique=True)
    reason: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    actor_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    at: Mapped[datetime]

    part: Mapped[Part] = relationship(lazy="joined", innerjoin=True)
    from_location: Mapped[Location] = relationship(foreign_keys=from_location_id, lazy="joined", innerjoin=True)
    to_location: Mapped[Location] = relationship(foreign_keys=to_location_id, lazy="joined", innerjoin=True)
    unit: Mapped[PartUnit | None] = relationship(lazy="joined")


class Balance(Base):
    """How much of a part in one condition is in one place: always the sum of its movements.

    ``floor`` is 1 in the house, where nothing can be negative, and 0 for the accounts outside.
    """

    __tablename__ = "balances"
    __table_args__ = (
        UniqueConstraint("location_id", "part_id", "condition", name="one_balance_per_place_part_and_condition"),
        CheckConstraint("floor = 0 OR on_hand >= 0", name="on_hand_is_not_negative"),
        CheckConstraint("reserved >= 0", name="reserved_is_not_negative"),
        CheckConstraint("floor = 0 OR reserved <= on_hand", name="reserved_is_on_hand"),
        Index("ix_balances_part_id", "part_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"))
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    condition: Mapped[Condition] = mapped_column(codes_of(Condition))
    floor: Mapped[int]
    on_hand: Mapped[Decimal] = mapped_column(default=Decimal(0))
    reserved: Mapped[Decimal] = mapped_column(default=Decimal(0))

    location: Mapped[Location] = relationship(lazy="joined", innerjoin=True)


class ReservationState(StrEnum):
    """``open`` is set aside, ``issued`` has gone to the order, ``released`` is free again."""

    OPEN = "open"
    ISSUED = "issued"
    RELEASED = "released"


class Reservation(Base):
    """So much of a part, in one place, set aside 预留 for one need of an order; of a serialised part a unit each."""

    __tablename__ = "reservations"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="a_reservation_reserves_something"),
        CheckConstraint("unit_id IS NULL OR quantity = 1000", name="a_unit_is_reserved_alone"),
        Index(
            "uq_reservations_one_open_per_unit",
            "unit_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_reservations_open_by_part",
            "part_id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    need_id: Mapped[int] = mapped_column(ForeignKey("part_needs.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    location_id: Mapped[int] = mapped_column(ForeignKey("locations.id"), index=True)
    condition: Mapped[Condition] = mapped_column(codes_of(Condition))
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("part_units.id"))
    quantity: Mapped[Decimal]
    state: Mapped[ReservationState] = mapped_column(codes_of(ReservationState))
    created_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class PartNeed(Base):
    """A part that an order needs: ``quantity`` asked for, ``issued`` so far.

    ``closed_at`` says that nobody waits for it any more.
    """

    __tablename__ = "part_needs"
    __table_args__ = (
        CheckConstraint("quantity > 0", name="a_need_needs_something"),
        CheckConstraint("issued >= 0 AND issued <= quantity", name="issued_is_what_was_needed"),
        Index(
            "ix_part_needs_open_by_part",
            "part_id",
            sqlite_where=text("closed_at IS NULL"),
            postgresql_where=text("closed_at IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    part_id: Mapped[int] = mapped_column(ForeignKey("parts.id"))
    quantity: Mapped[Decimal]
    issued: Mapped[Decimal] = mapped_column(default=Decimal(0))
    created_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    part: Mapped[Part] = relationship(lazy="joined", innerjoin=True)
    reservations: Mapped[list[Reservation]] = relationship(lazy="selectin", order_by="Reservation.id")
