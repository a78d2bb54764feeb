"""The shapes of an entitlement, and of what the register says of a device."""

from __future__ import annotations

from marshmallow import fields

from models import EntitlementKind, EntitlementScope, WarrantyEvidence, WarrantyStatus
from routes.changes import Change
from routes.fields import Day, Flag, Moment, Name, Query, Schema, Serial, Text, choice
from routes.paging import PageQuery


class PromiseIn(Schema):
    """What is owed, from the first day to the last one."""

    kind = choice(EntitlementKind, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    parts = Flag(load_default=True)
    labour = Flag(load_default=True)
    terms = Text(load_default=None, allow_none=True)
    reference = Name(load_default=None, allow_none=True)


class EntitlementIn(PromiseIn):
    """A new entitlement: for one serial number, for a range (both ends as long, and within it), for a model, or, with
    none of these, for everything of the make.
    """

    make = Name(required=True)
    serial_number = Serial(load_default=None, allow_none=True)
    serial_from = Serial(load_default=None, allow_none=True)
    serial_to = Serial(load_default=None, allow_none=True)
    model = Name(load_default=None, allow_none=True)


class EntitlementQuery(PageQuery):
    """A list of entitlements; ``serial_number`` is one unit's, or the first of a range."""

    make = Name(load_default=None)
    serial_number = Serial(load_default=None)
    reference = Name(load_default=None)
    kind = choice(EntitlementKind, load_default=None)


class EntitlementOut(Schema):
    """An entitlement; ``scope`` says what it is for."""

    id = fields.Integer(required=True)
    make = fields.String(required=True)
    scope = choice(EntitlementScope, required=True)
    serial_number = fields.String(required=True, allow_none=True)
    serial_from = fields.String(required=True, allow_none=True)
    serial_to = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    kind = choice(EntitlementKind, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    parts = fields.Boolean(required=True)
    labour = fields.Boolean(required=True)
    terms = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class EntitlementChangeIn(Change, PromiseIn):
    """What is owed; for another device it is another entitlement."""

    answers = EntitlementOut


class WarrantyQuery(Query):
    """Which device is asked about, and by which depot's day; the usual depot's where none is named."""

    make = Name(required=True)
    serial_number = Serial(load_default=None)
    model = Name(load_default=None)
    depot = Name(load_default=None)


class WarrantyFoundOut(Schema):
    """What the register says of a device on a day, with its reason in words."""

    on = Day(required=True)
    status = choice(WarrantyStatus, required=True)
    evidence = choice(WarrantyEvidence, required=True)
    reason = fields.String(required=True)
    entitlement = fields.Nested(EntitlementOut, required=True, allow_none=True)
