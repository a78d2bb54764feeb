"""The shapes of a scan and its verdict."""

from __future__ import annotations

import re

from marshmallow import fields

from depot.scan_readings import Thing
from models import Condition, PlaceKind
from routes.fields import Query, Schema, Serial, choice
from routes.schemas.orders import AllowedOut

LONGEST_SCAN = 2_000
BLANKS = r"\t-\r\u001c-\u0020\u0085\u00a0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"


class Scanned(Serial):
    """What a scanner sent: control characters are part of it, as separators and line ends."""

    unwanted = re.compile(r"[\ud800-\udfff]")
    pattern = rf"[\s\S]*[^{BLANKS}][\s\S]*"


class ScanQuery(Query):
    """``code``: whatever a scanner sent, with its line ends, prefixes and separators."""

    code = Scanned(LONGEST_SCAN, required=True)


class LabelOut(Schema):
    """What a supplier's label or a GS1 string says besides."""

    part_numbers = fields.List(fields.String(), required=True)
    serial_numbers = fields.List(fields.String(), required=True)
    quantity = fields.String(required=True, allow_none=True)
    lot = fields.String(required=True, allow_none=True)


class PartUnitOut(Schema):
    """A serialised piece of a part, and where it is; ``location`` is the bin, if it is in one."""

    part_number = fields.String(required=True)
    name = fields.String(required=True)
    serial_number = fields.String(required=True)
    condition = choice(Condition, required=True)
    depot = fields.String(required=True)
    place = choice(PlaceKind, required=True)
    location = fields.String(required=True, allow_none=True)


class ScanLinksOut(Schema):
    """Where the rest is."""

    self = fields.String(required=True)


class MeaningOut(Schema):
    """One thing that a scan means. A device's ``key`` is its id, a piece's its serial number."""

    kind = choice(Thing, required=True)
    key = fields.String(required=True)
    open_order = fields.String(required=True, allow_none=True)
    summary = fields.Dict(required=True, metadata={"description": "As lists of this kind show it."})
    warnings = fields.List(fields.String(), required=True)
    label = fields.Nested(LabelOut, required=True, allow_none=True)
    links = fields.Nested(ScanLinksOut, required=True)


class ScanOut(MeaningOut):
    """The one thing that a scan means, and what the caller's role may do next with its repair order."""

    allowed_actions = fields.List(fields.Nested(AllowedOut), required=True)


class ChoicesOut(Schema):
    """A scan that means several things, as a problem document: a person chooses."""

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    choices = fields.List(fields.Nested(MeaningOut), required=True)
