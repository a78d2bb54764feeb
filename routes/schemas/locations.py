"""The shapes of bins."""

from __future__ import annotations

from marshmallow import fields

from routes.changes import Change
from routes.fields import Moment, Name, Schema, Serial
from routes.paging import PageQuery


class LocationIn(Schema):
    """A new bin; ``depot`` may be left out where there is one."""

    depot = Name(load_default=None, allow_none=True)
    code = Serial(required=True)
    name = Name(load_default="", minimum=0)


class LocationQuery(PageQuery):
    """``q``: what the code begins with."""

    depot = Name(load_default=None)
    q = Name(load_default=None)


class LocationOut(Schema):
    """A bin of a depot."""

    id = fields.Integer(required=True)
    depot = fields.String(required=True)
    code = fields.String(required=True)
    name = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class LocationChange(Change):
    """What may be changed of a bin: its code stands on the shelf."""

    answers = LocationOut

    name = Name(required=True, minimum=0)
