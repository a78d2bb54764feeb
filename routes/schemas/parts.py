"""The shapes of parts and of what is on hand of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields

from models import Unit
from routes.changes import Change
from routes.fields import Flag, FlagText, Moment, Money, Name, Schema, choice
from routes.paging import PageQuery


class Amount(fields.Raw):
    """How much, as it goes out: a whole number for what is counted in pieces, a decimal string for what is measured."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": ["integer", "string"]}, **kwargs)


ALSO_CALLED = {
    **dict.fromkeys(("pcs", "pc", "pieces", "ea", "each", "件", "个", "只"), Unit.PIECE),
    **dict.fromkeys(("metre", "metres", "meter", "meters", "米"), Unit.METRE),
    **dict.fromkeys(("litre", "litres", "liter", "liters", "L", "升"), Unit.LITRE),
}
"""What other systems call our units; a part shows our name."""


class UnitIn(fields.String):
    """A unit, by our name or by one that other systems use; it need not be sent."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"enum": [*(unit.value for unit in Unit), *ALSO_CALLED, None]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        name = super()._deserialize(value, attr, data, **kwargs)
        if name not in ALSO_CALLED and name not in {unit.value for unit in Unit}:
            raise ValidationError(f"Count it in one of: {', '.join(unit.value for unit in Unit)}.")
        return ALSO_CALLED.get(name) or Unit(name)


class PartIn(Schema):
    """A new part; ``sale_price`` is taken from managers and admins only."""

    part_number = Name(required=True)
    name = Name(required=True)
    serialized = Flag(load_default=False)
    unit = UnitIn(load_default=Unit.PIECE)
    sale_price = fields.Nested(Money, load_default=None, allow_none=True)


class PartQuery(PageQuery):
    """``q``: what the number or the name begins with. Retired parts are left out unless asked for."""

    q = Name(load_default=None)
    retired = FlagText(load_default=False)


class StockOut(Schema):
    """How much there is; ``available`` is fit for use and set aside for nobody."""

    on_hand = Amount(required=True)
    reserved = Amount(required=True)
    available = Amount(required=True)


class StockHereOut(StockOut):
    """How much there is in one bin, and in which conditions."""

    depot = fields.String(required=True)
    location = fields.String(required=True)
    conditions = fields.Dict(keys=fields.String(), values=Amount(), required=True)


class PartOut(StockOut):
    """A part, and its stock in the depots that the token covers: in all bins, and in each.

    ``issued`` stands with orders and has no outcome yet, ``defective`` waits to go back to the factory.
    """

    part_number = fields.String(required=True)
    name = fields.String(required=True)
    serialized = fields.Boolean(required=True)
    unit = choice(Unit, required=True)
    sale_price = fields.Nested(Money, required=True, allow_none=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)
    issued = Amount(required=True)
    defective = Amount(required=True)
    locations = fields.List(fields.Nested(StockHereOut), required=True)


class PartChange(Change):
    """What may be changed of a part; what is left out stays. A ``sale_price`` of null is unset, which is not zero."""

    answers = PartOut

    name = Name(required=True)
    sale_price = fields.Nested(Money, allow_none=True)
