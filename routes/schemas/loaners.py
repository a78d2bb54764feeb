"""The shapes of loaner units, and of what is said when one goes out and comes home."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from marshmallow.validate import Length, OneOf

from depot import loaners
from models import LoanOutcome, UnitState
from routes.fields import LINE, Day, FlagText, Moment, Money, Name, Schema, Serial, Text, choice
from routes.paging import PageQuery

NULLABLE: dict[str, Any] = {"load_default": None, "allow_none": True}
CODE_LENGTH = 40
MOST_LINES = 200
NAMES = {"type": "array", "items": LINE, "maxItems": MOST_LINES}
SETTLED = (LoanOutcome.LOST, LoanOutcome.SOLD)


def accessories(**kwargs: Any) -> fields.List[str]:
    """What comes along, one name each."""
    return fields.List(Name(), validate=[Length(max=MOST_LINES)], **kwargs)


def all_or_names(value: Any) -> None:
    """Accept true for all, false for none, or a list of the names that came back."""
    if not isinstance(value, bool):
        accessories().deserialize(value)


class LoanerUnitIn(Schema):
    """A new unit of the pool; ``depot`` may be left out where there is one, ``value`` is in the depot's currency."""

    depot = Name(**NULLABLE)
    code = Serial(required=True, maximum=CODE_LENGTH)
    make = Name(required=True)
    model = Name(required=True)
    serial_number = Serial(required=True)
    accessories = accessories(load_default=list)
    value = fields.Nested(Money, **NULLABLE)


class LoanerUnitChange(Schema):
    """What may be changed of a unit; what is left out stays."""

    make = Name()
    model = Name()
    serial_number = Serial()
    accessories = accessories()
    value = fields.Nested(Money, allow_none=True)


class LoanerUnitQuery(PageQuery):
    """``q``: what the code or the serial number begins with."""

    state = choice(UnitState, load_default=None)
    q = Name(load_default=None)


class LoanerUnitOut(Schema):
    """A unit of the pool."""

    code = fields.String(required=True)
    depot = fields.String(required=True)
    make = fields.String(required=True)
    model = fields.String(required=True)
    serial_number = fields.String(required=True)
    accessories = fields.List(fields.String(), required=True)
    value = fields.Nested(Money, required=True, allow_none=True)
    state = choice(UnitState, required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)


class ReleaseIn(Schema):
    """That the unit was wiped and inspected: how."""

    method = Text(required=True)


class LoanIn(Schema):
    """The slip. ``accessories`` left out are those on record for the unit."""

    loaner_unit = Serial(required=True)
    repair_order = Name(required=True)
    due_on = Day(required=True)
    condition = Text(required=True)
    accessories = accessories(**NULLABLE)
    signed_by = Name(required=True)


class LoanReturnIn(Schema):
    """The check at the return."""

    makes = loaners.Homecoming

    condition = Text(required=True)
    accessories_returned = fields.Raw(
        required=True, validate=[all_or_names], metadata={"oneOf": [{"type": "boolean"}, NAMES]}
    )
    differences = Text(**NULLABLE)


class SettleIn(Schema):
    """How a manager ends a loan whose unit does not come back; ``charge`` goes on the order, in its currency."""

    makes = loaners.Settlement

    outcome = choice(LoanOutcome, required=True, validate=[OneOf(SETTLED)], metadata={"enum": SETTLED})
    reason = Text(required=True)
    charge = fields.Nested(Money, **NULLABLE)


class LoanQuery(PageQuery):
    """All loans, or those that are out, past their date, or of one unit."""

    loaner_unit = Serial(load_default=None)
    open = FlagText(load_default=False)
    overdue = FlagText(load_default=False)


class LoanOut(Schema):
    """One lending of a unit; out while ``ended_at`` is null."""

    id = fields.Integer(required=True)
    loaner_unit = fields.String(required=True)
    repair_order = fields.String(required=True)
    lent_at = Moment(required=True)
    due_on = Day(required=True)
    condition = fields.String(required=True)
    accessories = fields.List(fields.String(), required=True)
    signed_by = fields.String(required=True)
    ended_at = Moment(required=True, allow_none=True)
    outcome = choice(LoanOutcome, required=True, allow_none=True)
    return_condition = fields.String(required=True, allow_none=True)
    accessories_returned = fields.Boolean(required=True, allow_none=True)
    differences = fields.String(required=True, allow_none=True)
    settle_reason = fields.String(required=True, allow_none=True)
