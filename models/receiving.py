"""Receiving sessions: a pallet of devices, scanned one after another against what was expected."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import NAME_LENGTH, Base, codes_of

LONGEST_CODE = 200


class ScanVerdict(StrEnum):
    """What one scan says at once."""

    EXPECTED = "expected"
    UNEXPECTED = "unexpected"
    DOUBLE = "double"
    ALREADY_OPEN = "already_open"
    LOOK_ALIKE = "look_alike"


class ReceivingSession(Base):
    """One pallet; open until ``closed_at``. ``has_list``: somebody said what would be on it."""

    __tablename__ = "receiving_sessions"

    id: Mapped[int] = mapped_column(primary_key=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
    reference: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    has_list: Mapped[bool]
    opened_at: Mapped[datetime]
    opened_by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    closed_at: Mapped[datetime | None]
    closed_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))


class ExpectedDevice(Base):
    """One device that should be on the pallet: by serial number as typed, or by the order that announced it.

    ``look_alike`` is the serial number with the characters made one that the eye confuses.
    """

    __tablename__ = "expected_devices"
    __table_args__ = (
        UniqueConstraint("session_id", "code", name="each_is_expected_once"),
        Index("ix_expected_devices_session_id_look_alike", "session_id", "look_alike"),
        Index("ix_expected_devices_session_id_order_id", "session_id", "order_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("receiving_sessions.id"))
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    look_alike: Mapped[str] = mapped_column(String(2 * LONGEST_CODE))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"))
    seen: Mapped[bool] = mapped_column(default=False)


class ReceivingScan(Base):
    """One scan and its verdict. One that leaves something to take in is a draft intake until ``completed_order_id`` or
    ``dropped_at`` is set.

    ``thing`` is what tells two scans of one device: its open order, else itself, else the code. ``order_id`` is the
    open order that was met.
    """

    __tablename__ = "receiving_scans"
    __table_args__ = (
        UniqueConstraint("session_id", "seq", name="one_scan_per_place"),
        Index("ix_receiving_scans_session_id_thing", "session_id", "thing"),
        Index("ix_receiving_scans_session_id_code", "session_id", "code"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[int] = mapped_column(ForeignKey("receiving_sessions.id"))
    seq: Mapped[int]
    code: Mapped[str] = mapped_column(String(LONGEST_CODE))
    thing: Mapped[str] = mapped_column(String(2 * LONGEST_CODE))
    verdict: Mapped[ScanVerdict] = mapped_column(codes_of(ScanVerdict))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    expected_id: Mapped[int | None] = mapped_column(ForeignKey("expected_devices.id"))
    device_id: Mapped[int | None] = mapped_column(ForeignKey("devices.id"))
    order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"))
    first_scan_id: Mapped[int | None] = mapped_column(ForeignKey("receiving_scans.id"))
    completed_order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"))
    dropped_at: Mapped[datetime | None]
    dropped_reason: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
