"""The shapes of an intake, an announcement and a refusal."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from depot import intake
from depot.customers import CustomerWanted
from depot.device_matching import MOST_IDENTIFIERS, IdentifierWanted
from depot.devices import DeviceWanted
from depot.passcodes import seal
from models import Channel, Disposition, IdentifierKind, Language, SerialStatus, WarrantyEvidence, WarrantyStatus
from routes.context import service
from routes.fields import Day, Flag, List, Money, Name, Schema, Serial, Text, Whole, choice
from routes.schemas.scan import Scanned

MOST_LINES = 200


class CustomerIn(Schema):
    """A customer by id, or inline; the same name and phone or e-mail finds the one on record."""

    makes = CustomerWanted

    id = Whole(1, load_default=None)
    name = Name(load_default=None, allow_none=True)
    phone = Name(load_default=None, allow_none=True)
    email = Name(load_default=None, allow_none=True)
    language = choice(Language, load_default=None, allow_none=True)


class IdentifierIn(Schema):
    """A further identifier of a device."""

    makes = IdentifierWanted

    kind = choice(IdentifierKind, required=True)
    value = Serial(required=True)


class DeviceIn(Schema):
    """A device by id, or by make, model and serial number; without a serial ``serial_status`` says why."""

    makes = DeviceWanted

    id = Whole(1, load_default=None)
    make = Name(load_default=None, allow_none=True)
    model = Name(load_default=None, allow_none=True)
    serial_number = Serial(load_default=None, allow_none=True)
    serial_status = choice(SerialStatus, load_default=None, allow_none=True)
    identifiers = List(fields.Nested(IdentifierIn), MOST_IDENTIFIERS, load_default=list)
    confirmed_new = Flag(load_default=False)


class AccessoryIn(Schema):
    """One thing that came along."""

    makes = intake.AccessoryIn

    name = Name(required=True)
    quantity = Whole(1, 10_000, load_default=1)
    disposition = choice(Disposition, required=True)


class DataIn(Schema):
    """What the customer said about the data; ``passcode`` is write-only and sealed at once."""

    holds_data = Flag(required=True)
    backed_up = Flag(required=True)
    may_be_erased = Flag(required=True)
    passcode = Name(load_only=True, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> intake.DataAnswer:
        passcode = data.pop("passcode")
        sealed = None if passcode is None else seal(service().settings.secret_key, passcode)
        return intake.DataAnswer(**data, passcode=sealed)


class WarrantyIn(Schema):
    """The warranty answer with its evidence."""

    makes = intake.WarrantyAnswer

    status = choice(WarrantyStatus, required=True)
    evidence = choice(WarrantyEvidence, required=True)
    explained = Flag(required=True)


class ChargeToldIn(Schema):
    """A charge that the customer was told of in advance."""

    makes = intake.ChargeTold

    text = Text(required=True)
    amount = fields.Nested(Money, load_default=None, allow_none=True)


class ChecklistIn(Schema):
    """The intake checklist, less what an announcement knows already."""

    makes = intake.Receipt

    channel = choice(Channel, load_default=None, allow_none=True)
    condition = Text(load_default=None, allow_none=True)
    other_faults = Text(load_default=None, allow_none=True)
    accessories = List(fields.Nested(AccessoryIn), MOST_LINES, load_default=None, allow_none=True)
    data = fields.Nested(DataIn, load_default=None, allow_none=True)
    warranty = fields.Nested(WarrantyIn, load_default=None, allow_none=True)
    promised_on = Day(load_default=None, allow_none=True)
    priority = Whole(0, intake.HIGHEST_PRIORITY, load_default=None, allow_none=True)
    charges_told = List(fields.Nested(ChargeToldIn), MOST_LINES, load_default=list)
    preapproved_limit = fields.Nested(Money, load_default=None, allow_none=True)


class ReceiveIn(ChecklistIn):
    """``scanned``, from the device or its box: the order's number or a current identifier of its device."""

    scanned = Scanned(load_default=None, allow_none=True)


class AnnouncementIn(Schema):
    """Who will send what, and why."""

    depot = Name(load_default=None)
    customer = fields.Nested(CustomerIn, required=True)
    device = fields.Nested(DeviceIn, required=True)
    reported_fault = Text(required=True)
    channel = choice(Channel, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> intake.NewOrder:
        return intake.NewOrder(**data, announced=True)


class IntakeIn(ChecklistIn):
    """A device that comes in: who brings what, and the whole checklist."""

    depot = Name(load_default=None)
    customer = fields.Nested(CustomerIn, required=True)
    device = fields.Nested(DeviceIn, required=True)
    reported_fault = Text(required=True)
    channel = choice(Channel, required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tuple[intake.NewOrder, intake.Receipt]:
        order = {name: data.pop(name) for name in ("depot", "customer", "device", "reported_fault")}
        return intake.NewOrder(**order, channel=data["channel"]), intake.Receipt(**data)


class RefuseIn(Schema):
    """Why a device is turned away, and what the customer is advised to do."""

    makes = intake.TurnAway

    reason = Text(required=True)
    advice = Text(required=True)


class RefusalIn(Schema):
    """Something that is turned away at the door."""

    depot = Name(load_default=None)
    customer = fields.Nested(CustomerIn, required=True)
    device = fields.Nested(DeviceIn, required=True)
    reported_fault = Text(load_default=None, allow_none=True)
    channel = choice(Channel, load_default=Channel.WALK_IN)
    reason = Text(required=True)
    advice = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> tuple[intake.NewOrder, intake.TurnAway]:
        said = intake.TurnAway(data.pop("reason"), data.pop("advice"))
        return intake.NewOrder(**data), said
