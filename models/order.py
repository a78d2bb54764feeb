"""Repair orders 维修单: one device's way through the depot, from the counter back to the counter."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of
from models.customer import Customer
from models.depot import Depot
from models.device import Device
from models.event import Chained
from models.person import Person


class State(StrEnum):
    """Where an order stands. Only ``depot/procedure.py`` assigns one."""

    ANNOUNCED = "announced"
    RECEIVED = "received"
    INSPECTING = "inspecting"
    AWAITING_APPROVAL = "awaiting_approval"
    APPROVED = "approved"
    AWAITING_PARTS = "awaiting_parts"
    REPAIRING = "repairing"
    TESTING = "testing"
    SUMMARIZING = "summarizing"
    READY = "ready"
    UNCLAIMED = "unclaimed"
    RETURNED = "returned"
    DISPOSED = "disposed"
    REFUSED = "refused"
    CANCELLED = "cancelled"


ENDED = (State.RETURNED, State.DISPOSED, State.REFUSED, State.CANCELLED)
NOT_ENDED = f"state NOT IN ({', '.join(repr(state.value) for state in ENDED)})"


class Stage(StrEnum):
    """The four stages; an order that ended before the device was here has none."""

    RECEIVE = "receive"
    INSPECT = "inspect"
    REPAIR = "repair"
    SUMMARIZE = "summarize"


class Result(StrEnum):
    """What came of it, printed on the repair receipt."""

    REPAIRED = "repaired"
    REPLACED = "replaced"
    NO_FAULT_FOUND = "no_fault_found"
    BEYOND_ECONOMIC_REPAIR = "beyond_economic_repair"
    NOT_REPAIRED = "not_repaired"
    DECLINED = "declined"
    NOT_OUR_PRODUCT = "not_our_product"
    CANCELLED = "cancelled"


class Channel(StrEnum):
    """How the customer or the device came."""

    WALK_IN = "walk_in"
    COURIER = "courier"
    PHONE = "phone"
    WEB = "web"
    IM = "im"
    EMAIL = "email"


class WarrantyStatus(StrEnum):
    """The answer given at the counter."""

    IN_WARRANTY = "in_warranty"
    OUT_OF_WARRANTY = "out_of_warranty"
    UNKNOWN = "unknown"


class WarrantyEvidence(StrEnum):
    """What the answer rests on."""

    INVOICE = "invoice"
    WARRANTY_CARD = "warranty_card"
    SERIAL_LOOKUP = "serial_lookup"
    PRODUCTION_DATE = "production_date"
    NONE = "none"


class Disposition(StrEnum):
    """What became of a thing that came with the device."""

    KEPT_WITH_DEVICE = "kept_with_device"
    SENT_HOME = "sent_home"
    KEPT_NOTED = "kept_noted"


class OrderSource(StrEnum):
    """Where an order comes from: this service itself, or the records of another one."""

    DEPOT = "depot"
    IMPORT = "import"


class OrderNumber(Base):
    """Hands out serial numbers for order numbers: an insert, never a read and then an insert; a gap is no harm."""

    __tablename__ = "order_numbers"
    __table_args__ = ({"sqlite_autoincrement": True},)

    id: Mapped[int] = mapped_column(primary_key=True)


class RepairOrder(Chained, Base):
    """One repair order; its story is in its events. ``version`` counts its steps."""

    __tablename__ = "repair_orders"
    __table_args__ = (
        CheckConstraint("priority BETWEEN 0 AND 9", name="priority_is_one_digit"),
        CheckConstraint("version >= 1", name="version_starts_at_one"),
        Index(
            "uq_repair_orders_one_open_order_per_device",
            "device_id",
            unique=True,
            sqlite_where=text(NOT_ENDED),
            postgresql_where=text(NOT_ENDED),
        ),
        Index("ix_repair_orders_depot_id_state_id", "depot_id", "state", "id"),
        Index("ix_repair_orders_device_id_id", "device_id", "id"),
        Index("ix_repair_orders_customer_id_id", "customer_id", "id"),
        Index("ix_repair_orders_result_id", "result", "id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[str] = mapped_column(String(20), unique=True)
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"))
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"))
    customer_id: Mapped[int] = mapped_column(ForeignKey("customers.id"))
    source: Mapped[OrderSource] = mapped_column(
        codes_of(OrderSource), default=OrderSource.DEPOT, server_default=OrderSource.DEPOT.value
    )
    state: Mapped[State] = mapped_column(codes_of(State))
    result: Mapped[Result | None] = mapped_column(codes_of(Result))
    version: Mapped[int] = mapped_column(default=1)
    access_code: Mapped[str] = mapped_column(String(20))

    reported_fault: Mapped[str | None] = mapped_column(Text, info=PERSONAL)
    channel: Mapped[Channel] = mapped_column(codes_of(Channel))
    condition: Mapped[str | None] = mapped_column(Text)
    other_faults: Mapped[str | None] = mapped_column(Text)
    holds_data: Mapped[bool | None]
    backed_up: Mapped[bool | None]
    may_be_erased: Mapped[bool | None]
    passcode: Mapped[bytes | None] = mapped_column(LargeBinary, info=PERSONAL)
    warranty_status: Mapped[WarrantyStatus | None] = mapped_column(codes_of(WarrantyStatus))
    warranty_evidence: Mapped[WarrantyEvidence | None] = mapped_column(codes_of(WarrantyEvidence))
    warranty_explained: Mapped[bool | None]
    announced_until: Mapped[date | None]
    promised_on: Mapped[date | None]
    priority: Mapped[int] = mapped_column(default=0)
    is_repeat: Mapped[bool] = mapped_column(default=False)
    previous_order_id: Mapped[int | None] = mapped_column(ForeignKey("repair_orders.id"))
    charges_told: Mapped[list[Any]] = mapped_column(default=list, info=PERSONAL)
    currency: Mapped[str] = mapped_column(String(3))
    preapproved_minor: Mapped[int | None]
    approved_minor: Mapped[int] = mapped_column(default=0)
    refusal_advice: Mapped[str | None] = mapped_column(Text, info=PERSONAL)

    assigned_to_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    repaired_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    received_by_id: Mapped[int | None] = mapped_column(ForeignKey("persons.id"))
    created_at: Mapped[datetime]
    received_at: Mapped[datetime | None]
    ended_at: Mapped[datetime | None]
    repair_warranty_until: Mapped[date | None]

    depot: Mapped[Depot] = relationship(lazy="joined", innerjoin=True)
    device: Mapped[Device] = relationship(lazy="joined", innerjoin=True)
    customer: Mapped[Customer] = relationship(lazy="joined", innerjoin=True)
    assigned_to: Mapped[Person | None] = relationship(foreign_keys=assigned_to_id, lazy="joined")
    received_by: Mapped[Person | None] = relationship(foreign_keys=received_by_id)
    previous_order: Mapped[RepairOrder | None] = relationship(remote_side="RepairOrder.id")
    accessories: Mapped[list[Accessory]] = relationship(lazy="selectin", order_by="Accessory.id")


class Accessory(Base):
    """One thing that came with the device; ticked off again at the end unless it was sent home."""

    __tablename__ = "accessories"
    __table_args__ = (CheckConstraint("quantity > 0", name="there_is_at_least_one"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    quantity: Mapped[int]
    disposition: Mapped[Disposition] = mapped_column(codes_of(Disposition))
    returned: Mapped[bool] = mapped_column(default=False)
