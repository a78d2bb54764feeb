"""The shapes of label printers, and of what is printed on one."""

from __future__ import annotations

from marshmallow import fields

from depot.depots import CODE
from depot.label_values import LabelKind
from depot.printers import HIGHEST_PORT, LONGEST_HOST, RAW_PORT
from routes.changes import Change
from routes.fields import Moment, Name, Schema, Whole, choice
from routes.paging import PageQuery
from routes.schemas.labels import KeysIn, Resolution, Stock


class PrinterFactsIn(Schema):
    """Where a printer listens, and what lies in it."""

    host = Name(LONGEST_HOST, required=True)
    port = Whole(1, HIGHEST_PORT, load_default=RAW_PORT)
    stock = Stock(load_default="50x30")
    dpi = Resolution(load_default=203)


class PrinterIn(PrinterFactsIn):
    """A new printer; ``depot`` may be left out as everywhere."""

    depot = Name(load_default=None, allow_none=True)
    code = Name(20, required=True, metadata={"pattern": f"^{CODE.pattern}$"})


class PrinterQuery(PageQuery):
    """Of which depot; left out, of all that the token covers."""

    depot = Name(load_default=None)


class PrinterOut(Schema):
    """A label printer."""

    code = fields.String(required=True)
    depot = fields.String(required=True)
    host = fields.String(required=True)
    port = fields.Integer(required=True)
    stock = fields.String(required=True)
    dpi = fields.Integer(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class PrinterChange(Change, PrinterFactsIn):
    """Some facts about a printer; what is left out stays."""

    answers = PrinterOut


class PrintJobIn(KeysIn):
    """Labels to be printed; bins are those of the printer's depot."""

    printer = Name(20, required=True)


class PrintJobOut(Schema):
    """What was sent; ``confirmed``: the printer said that it has all of it. Else look whether it printed."""

    printer = fields.String(required=True)
    kind = choice(LabelKind, required=True)
    labels = fields.Integer(required=True)
    confirmed = fields.Boolean(required=True)
    warnings = fields.List(fields.String(), required=True)
