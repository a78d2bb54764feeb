"""The shapes of a test sheet."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from depot.test_sheets import MOST_CHECKS, CheckIn
from routes.changes import Change
from routes.fields import Flag, List, Moment, Name, Schema
from routes.paging import PageQuery
from routes.schemas.words import WordsIn, WordsOut


class SheetCheckIn(Schema):
    """One check; ``name`` is the key that a test bench sends, ``title`` what people read: the name, if left out."""

    name = Name(required=True)
    title = fields.Nested(WordsIn, load_default=None, allow_none=True)
    mandatory = Flag(load_default=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> CheckIn:
        name, title = data["name"], data["title"]
        return CheckIn(name, title.zh if title else name, title.en if title else name, data["mandatory"])


def checks() -> List:
    """The checks of a sheet, in their order."""
    return List(fields.Nested(SheetCheckIn), MOST_CHECKS, 1, required=True)


class SheetIn(Schema):
    """A new sheet for a make and model, however they are spelled."""

    make = Name(required=True)
    model = Name(required=True)
    checks = checks()


class SheetQuery(PageQuery):
    """A list of test sheets, or of those of a make and model, however they are spelled."""

    make = Name(load_default=None)
    model = Name(load_default=None)


class SheetCheckOut(Schema):
    """One check of a sheet."""

    name = fields.String(required=True)
    title = fields.Nested(WordsOut, required=True)
    mandatory = fields.Boolean(required=True)


class SheetOut(Schema):
    """A test sheet; a retired one stays readable, for the tests that were done by it."""

    id = fields.Integer(required=True)
    make = fields.String(required=True)
    model = fields.String(required=True)
    checks = fields.List(fields.Nested(SheetCheckOut), required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class SheetChangeIn(Change):
    """Other checks for a sheet."""

    answers = SheetOut

    checks = checks()
