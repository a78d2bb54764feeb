"""The shapes of receiving sessions, their scans, draft intakes and report."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import OneOf

from depot.draft_intakes import Completion
from depot.intake import Receipt
from depot.receiving import MOST_EXPECTED
from models import Channel, ScanVerdict
from routes.fields import FlagText, List, Moment, Name, Query, Schema, Serial, Text, choice
from routes.paging import PageQuery
from routes.schemas.intake import ChecklistIn, CustomerIn, DeviceIn
from routes.schemas.scan import Scanned

LANGUAGES = ("zh", "en", "both")


class NewSessionIn(Schema):
    """Where a pallet is received; ``expected`` are serial numbers and numbers of announced orders, each once."""

    depot = Name(load_default=None)
    reference = Name(load_default=None, allow_none=True)
    expected = List(Serial(), MOST_EXPECTED, load_default=None, allow_none=True)


class SessionQuery(PageQuery):
    """Which sessions."""

    open = FlagText(load_default=False)


class ScanQuery(PageQuery):
    """Which scans: all, or the drafts that are still to do."""

    drafts = FlagText(load_default=False)


class ReportQuery(Query):
    """In which language."""

    language = fields.String(load_default="both", validate=[OneOf(LANGUAGES)])


class SessionOut(Schema):
    """A receiving session."""

    id = fields.Integer(required=True)
    depot = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    has_list = fields.Boolean(required=True)
    opened_at = Moment(required=True)
    closed_at = Moment(required=True, allow_none=True)


class ScannedIn(Schema):
    """What the scanner sent."""

    code = Scanned(required=True)


class ScannedOut(Schema):
    """One scan, its verdict, and what to do with the device."""

    seq = fields.Integer(required=True)
    code = fields.String(required=True)
    verdict = choice(ScanVerdict, required=True)
    advice = fields.String(required=True)
    at = Moment(required=True)
    device = fields.Integer(required=True, allow_none=True)
    open_order = fields.String(required=True, allow_none=True)
    looks_like = fields.String(required=True, allow_none=True)
    first_seq = fields.Integer(required=True, allow_none=True)
    draft = fields.Boolean(required=True)
    taken_in_as = fields.String(required=True, allow_none=True)
    dropped_reason = fields.String(required=True, allow_none=True)


class CompletionIn(ChecklistIn):
    """What the counter adds: the checklist, and for what nobody announced who brings it and why."""

    customer = fields.Nested(CustomerIn, load_default=None, allow_none=True)
    device = fields.Nested(DeviceIn, load_default=None, allow_none=True)
    reported_fault = Text(load_default=None, allow_none=True)
    channel = choice(Channel, load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Completion:
        given = {name: data.pop(name) for name in ("customer", "device", "reported_fault")}
        return Completion(Receipt(**data), **given)


class DropIn(Schema):
    """Why a device is not taken in."""

    reason = Name(required=True)


class CountsOut(Schema):
    """How many."""

    listed = fields.Integer(required=True)
    expected = fields.Integer(required=True)
    unexpected = fields.Integer(required=True)
    double = fields.Integer(required=True)
    already_open = fields.Integer(required=True)
    look_alike = fields.Integer(required=True)
    missing = fields.Integer(required=True)
    drafts = fields.Integer(required=True)


class ReportOut(SessionOut):
    """What became of a pallet."""

    opened_by = fields.String(required=True)
    closed_by = fields.String(required=True, allow_none=True)
    counts = fields.Nested(CountsOut, required=True)
    missing = fields.List(fields.String(), required=True)
    scans = fields.List(fields.Nested(ScannedOut), required=True)
