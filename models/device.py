"""Product models, and the customers' devices: one record for life, found by every identifier that it ever bore."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import CheckConstraint, ForeignKey, Index, String, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, Base, codes_of


class IdentifierKind(StrEnum):
    """What a device can be told by."""

    SERIAL = "serial"
    IMEI = "imei"
    MAC = "mac"
    ASSET_TAG = "asset_tag"


class SerialStatus(StrEnum):
    """Why a device has no serial number on record."""

    UNREADABLE = "unreadable"
    NONE = "none"


class ProductModel(Base):
    """A make and a model as typed; the folded columns find the variants of a spelling together, and never merge them.

    None is not stated, in what was imported; it folds to nothing.
    ``replacement_value_minor`` None is unset; its currency is kept beside it.
    """

    __tablename__ = "product_models"
    __table_args__ = (
        UniqueConstraint("make", "model", name="one_row_per_spelling"),
        CheckConstraint(
            "(replacement_value_minor IS NULL) = (replacement_value_currency IS NULL)", name="a_value_has_its_currency"
        ),
        Index("ix_product_models_make_folded_model_folded", "make_folded", "model_folded"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    make: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    model: Mapped[str | None] = mapped_column(String(NAME_LENGTH))
    make_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    model_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    version: Mapped[int] = mapped_column(default=1)
    replacement_value_minor: Mapped[int | None]
    replacement_value_currency: Mapped[str | None] = mapped_column(String(3))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Device(Base):
    """A customer's unit. Its current serial stands among its identifiers."""

    __tablename__ = "devices"

    id: Mapped[int] = mapped_column(primary_key=True)
    home_depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
    product_model_id: Mapped[int] = mapped_column(ForeignKey("product_models.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    serial_status: Mapped[SerialStatus | None] = mapped_column(codes_of(SerialStatus))
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]

    product_model: Mapped[ProductModel] = relationship(lazy="joined", innerjoin=True)
    identifiers: Mapped[list[DeviceIdentifier]] = relationship(lazy="selectin", order_by="DeviceIdentifier.id")

    @property
    def current_identifiers(self) -> list[DeviceIdentifier]:
        """The identifiers that the device bears now, oldest first."""
        return [identifier for identifier in self.identifiers if identifier.valid_until is None]

    @property
    def serial_number(self) -> str | None:
        """The serial number that the device bears now; None where it is unreadable or there is none."""
        serials = [one.value for one in self.current_identifiers if one.kind is IdentifierKind.SERIAL]
        return serials[-1] if serials else None


class DeviceIdentifier(Base):
    """An identifier and the time during which the device bore it; ``valid_until`` None is now.

    ``value`` is as typed (blanks around it gone), ``value_folded`` as the manual of its kind compares it,
    ``value_look_alike`` with the characters that the eye confuses made one. ``twin`` is 0 but for a device that was
    confirmed to be another one under a serial that was on record (1, then 2, and so on); so two desks at once cannot
    make the same device twice.
    """

    __tablename__ = "device_identifiers"
    __table_args__ = (
        Index("ix_device_identifiers_kind_value_folded", "kind", "value_folded"),
        Index("ix_device_identifiers_value_look_alike", "value_look_alike"),
        Index("ix_device_identifiers_value_folded", "value_folded"),
        Index(
            "uq_device_identifiers_one_current_serial_per_make",
            "make_folded",
            "value_folded",
            "twin",
            unique=True,
            sqlite_where=text("kind = 'serial' AND valid_until IS NULL"),
            postgresql_where=text("kind = 'serial' AND valid_until IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("devices.id"), index=True)
    kind: Mapped[IdentifierKind] = mapped_column(codes_of(IdentifierKind))
    value: Mapped[str] = mapped_column(String(NAME_LENGTH))
    value_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    value_look_alike: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    make_folded: Mapped[str] = mapped_column(String(2 * NAME_LENGTH))
    twin: Mapped[int] = mapped_column(default=0)
    valid_from: Mapped[datetime]
    valid_until: Mapped[datetime | None]
