"""The shapes of a device of the register, its identifiers and its history."""

from __future__ import annotations

from marshmallow import fields

from depot.device_matching import MOST_IDENTIFIERS
from models import IdentifierKind, Result, SerialStatus, State
from routes.changes import Change
from routes.fields import Flag, List, Moment, Name, Quantity, Schema, Serial, choice
from routes.paging import PageQuery
from routes.schemas.intake import IdentifierIn


class DeviceRecordIn(Schema):
    """Everything about a device that can be changed; without a serial number ``serial_status`` says why."""

    make = Name(required=True)
    model = Name(required=True)
    serial_number = Serial(load_default=None, allow_none=True)
    serial_status = choice(SerialStatus, load_default=None, allow_none=True)


class NewDeviceIn(DeviceRecordIn):
    """A new device."""

    depot = Name(load_default=None, allow_none=True)
    identifiers = List(fields.Nested(IdentifierIn), MOST_IDENTIFIERS, load_default=list)
    confirmed_new = Flag(load_default=False)


class DeviceQuery(PageQuery):
    """A list of devices: by exact serial number, by any identifier, or by how make and model or serial number begin."""

    serial_number = Serial(load_default=None)
    identifier = Serial(load_default=None)
    q = Name(load_default=None)


class DeviceIdentifierOut(Schema):
    """An identifier, and from when until when the device bore it; until null is now."""

    id = fields.Integer(required=True)
    kind = choice(IdentifierKind, required=True)
    value = fields.String(required=True)
    valid_from = Moment(required=True)
    valid_until = Moment(required=True, allow_none=True)


class DeviceRecordOut(Schema):
    """A device."""

    id = fields.Integer(required=True)
    make = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    product_model = fields.Integer(required=True)
    serial_number = fields.String(required=True, allow_none=True)
    serial_status = choice(SerialStatus, required=True, allow_none=True)
    identifiers = fields.List(fields.Nested(DeviceIdentifierOut), required=True)
    depot = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class PastPartOut(Schema):
    """A part that an earlier order replaced, or tried."""

    part_number = fields.String(required=True, attribute="part.part_number")
    name = fields.String(required=True, attribute="part.name")
    quantity = Quantity(required=True)
    outcome = fields.String(required=True)
    condition = fields.String(required=True, allow_none=True)
    installed_serial = fields.String(required=True, allow_none=True)
    removed_serial = fields.String(required=True, allow_none=True)
    removed_destination = fields.String(required=True, allow_none=True)


class PastOrderOut(Schema):
    """An earlier order of a device: what was said, found, done and replaced."""

    number = fields.String(required=True, attribute="heads.number")
    depot = fields.String(required=True, attribute="heads.depot")
    state = choice(State, required=True, attribute="heads.state")
    result = choice(Result, required=True, allow_none=True, attribute="heads.result")
    received_at = Moment(required=True, allow_none=True, attribute="heads.received_at")
    returned_at = Moment(required=True, allow_none=True)
    reported_fault = fields.String(required=True, allow_none=True, attribute="heads.reported_fault")
    findings = fields.List(fields.String(), required=True)
    solution = fields.String(required=True, allow_none=True)
    cause = fields.String(required=True, allow_none=True)
    work_done = fields.List(fields.String(), required=True)
    parts = fields.List(fields.Nested(PastPartOut), required=True)


class DeviceHistoryOut(DeviceRecordOut):
    """A device with its whole history within the token's depots; ``repairs`` counts those of every depot."""

    repairs = fields.Integer(required=True)
    orders = fields.List(fields.Nested(PastOrderOut), required=True)


class DeviceChangeIn(Change, DeviceRecordIn):
    """Some facts about a device; what is left out stays, and what nobody knows may stay null."""

    answers = DeviceHistoryOut

    make = Name(allow_none=True)
    model = Name(allow_none=True)
