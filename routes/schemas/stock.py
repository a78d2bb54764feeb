"""The shapes of receipts, issues and adjustments, and of the lines of the ledger."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from depot.stock import MOST_UNITS
from models import Condition, MovementKind, PlaceKind
from routes.fields import List, Moment, Name, Quantity, Schema, Serial, Text, choice
from routes.paging import PageQuery
from routes.schemas.parts import Amount

NULLABLE: dict[str, Any] = {"load_default": None, "allow_none": True}
RECEIVABLE = (Condition.NEW, Condition.GOOD, Condition.REFURBISHED, Condition.QUARANTINE)


def serial_numbers() -> List:
    """The serial numbers of serialised parts, one for each piece."""
    return List(Serial(), MOST_UNITS, **NULLABLE)


class ReceiptIn(Schema):
    """What came in. A location that the depot has not is made."""

    depot = Name(**NULLABLE)
    part_number = Name(required=True)
    quantity = Quantity(required=True)
    location = Serial(required=True)
    reference = Name(**NULLABLE)
    serial_numbers = serial_numbers()
    condition = choice(
        Condition, load_default=Condition.NEW, validate=[OneOf(RECEIVABLE)], metadata={"enum": RECEIVABLE}
    )


class IssueIn(Schema):
    """What is picked: for a repair order, or for a reason. Without a location, from wherever it is."""

    depot = Name(**NULLABLE)
    part_number = Name(required=True)
    quantity = Quantity(required=True)
    location = Serial(**NULLABLE)
    repair_order = Name(**NULLABLE)
    reason = Text(**NULLABLE)
    serial_numbers = serial_numbers()


class AdjustmentIn(Schema):
    """What a count found: above zero too much, below zero missing; or, with ``to_condition``, what is re-graded."""

    depot = Name(**NULLABLE)
    part_number = Name(required=True)
    quantity = Quantity(required=True, positive=False)
    location = Serial(required=True)
    reason = Text(required=True)
    condition = choice(Condition, load_default=Condition.NEW)
    to_condition = choice(Condition, **NULLABLE)
    serial_numbers = serial_numbers()


class PlaceOut(Schema):
    """A bin, or an account of the ledger, whose code begins with ``~``."""

    depot = fields.String(required=True)
    code = fields.String(required=True)
    kind = choice(PlaceKind, required=True)


class PersonNamedOut(Schema):
    """Somebody, or a machine."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)


class MovementOut(Schema):
    """One line of the ledger."""

    id = fields.Integer(required=True)
    at = Moment(required=True)
    by = fields.Nested(PersonNamedOut, required=True)
    kind = choice(MovementKind, required=True)
    part_number = fields.String(required=True)
    quantity = Amount(required=True)
    source = fields.Nested(PlaceOut, required=True, data_key="from")
    target = fields.Nested(PlaceOut, required=True, data_key="to")
    condition = choice(Condition, required=True)
    to_condition = choice(Condition, required=True)
    serial_number = fields.String(required=True, allow_none=True)
    repair_order = fields.String(required=True, allow_none=True)
    reference = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class BookedOut(Schema):
    """What was booked, and what there is of the part now, in the depots that the token covers."""

    part_number = fields.String(required=True)
    quantity = Amount(required=True)
    movements = fields.List(fields.Nested(MovementOut), required=True)
    on_hand = Amount(required=True)
    reserved = Amount(required=True)
    available = Amount(required=True)


class MovementQuery(PageQuery):
    """The movements of one part, of one order, or all."""

    part_number = Name(load_default=None)
    repair_order = Name(load_default=None)
