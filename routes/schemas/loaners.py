"""The shapes of loaner units, and of what is said when one goes out and comes home."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import fields
from marshmallow.validate import OneOf

from depot import loaners
from models import Disposition, LoanOutcome, UnitState
from routes.changes import Change
from routes.fields import LINE, Day, FlagText, List, Moment, Money, Name, Schema, Serial, Text, Whole, choice
from routes.paging import PageQuery

NULLABLE: dict[str, Any] = {"load_default": None, "allow_none": True}
CODE_LENGTH = 40
MOST_LINES = 200
MOST_OF_ONE = 10_000
LONGEST_NAME = 190
"""Of an accessory: leaves room for how many of it there are."""

SETTLED = (LoanOutcome.LOST, LoanOutcome.SOLD)


class AccessoryLineIn(Schema):
    """One thing that comes along, as an intake tells it."""

    name = Name(LONGEST_NAME, required=True)
    quantity = Whole(1, MOST_OF_ONE, load_default=1)
    disposition = choice(Disposition, load_default=None)


ACCESSORY_LINE = {
    "type": "object",
    "additionalProperties": False,
    "required": ["name"],
    "properties": {
        "name": LINE | {"maxLength": LONGEST_NAME},
        "quantity": {"type": ["integer", "null"], "minimum": 1, "maximum": MOST_OF_ONE},
        "disposition": {"enum": [*Disposition, None]},
    },
}
ACCESSORY = {"anyOf": [LINE, ACCESSORY_LINE]}
ACCESSORIES = {"type": "array", "items": ACCESSORY, "maxItems": MOST_LINES}


class Accessory(fields.Field[str]):
    """One thing that comes along: ``"charger"``, or ``{"name": "charger", "quantity": 2}``, kept as ``2 × charger``."""

    def __init__(self) -> None:
        super().__init__(metadata=ACCESSORY)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if not isinstance(value, dict):
            return str(Name().deserialize(value))
        line = AccessoryLineIn().load(value)
        return f"{line['quantity']} × {line['name']}" if line["quantity"] > 1 else str(line["name"])


def accessories(**kwargs: Any) -> List:
    """What comes along, one line each."""
    return List(Accessory(), MOST_LINES, **kwargs)


class AllOrSome(fields.Field[Any]):
    """True for all, false for none, or a list of what came back."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"oneOf": [{"type": "boolean"}, ACCESSORIES]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        return value if isinstance(value, bool) else accessories().deserialize(value)


class LoanerUnitIn(Schema):
    """A new unit of the pool; ``value`` is in the depot's currency."""

    depot = Name(**NULLABLE)
    code = Serial(required=True, maximum=CODE_LENGTH)
    make = Name(required=True)
    model = Name(required=True)
    serial_number = Serial(required=True)
    accessories = accessories(load_default=list)
    value = fields.Nested(Money, **NULLABLE)


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


class LoanerUnitChange(Change):
    """What may be changed of a unit; what is left out stays."""

    answers = LoanerUnitOut

    make = Name(required=True)
    model = Name(required=True)
    serial_number = Serial(required=True)
    accessories = accessories()
    value = fields.Nested(Money, allow_none=True)


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
    accessories_returned = AllOrSome(required=True)
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
