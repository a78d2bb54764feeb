"""The shapes of what labels are asked for with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields
from marshmallow.validate import OneOf

from depot.label_values import LabelKind
from labels.stocks import RESOLUTIONS, STOCKS
from routes.fields import List, Name, Query, Schema, Whole, WholeText, choice

MOST_COPIES = 100
MOST_LABELS = 1000


class LabelQuery(Query):
    """On which stock (mm), at which resolution (dots per inch), how many."""

    stock = fields.String(load_default="50x30", validate=[OneOf(sorted(STOCKS))])
    dpi = fields.String(load_default=str(min(RESOLUTIONS)), validate=[OneOf([str(dpi) for dpi in RESOLUTIONS])])
    copies = WholeText(1, MOST_COPIES, load_default=1)


class Stock(fields.String):
    """The name of a stock."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(validate=[OneOf(sorted(STOCKS))], metadata={"enum": sorted(STOCKS)}, **kwargs)


class Resolution(Whole):
    """The dots per inch of a label printer."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(min(RESOLUTIONS), max(RESOLUTIONS), metadata={"enum": list(RESOLUTIONS)}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        dpi = super()._deserialize(value, attr, data, **kwargs)
        if dpi not in RESOLUTIONS:
            raise ValidationError(f"Must be one of: {', '.join(map(str, RESOLUTIONS))}.")
        return dpi


class KeysIn(Schema):
    """Whose labels: keys of one kind, in the order in which they are printed; at most 1,000 labels with all copies."""

    kind = choice(LabelKind, load_default=LabelKind.REPAIR_ORDER)
    keys = List(Name(), MOST_LABELS, 1, required=True)
    copies = Whole(1, MOST_COPIES, load_default=1)


class LabelsIn(KeysIn):
    """Labels in one document; ``depot`` is that of the bins, and may be left out as everywhere."""

    depot = Name(load_default=None, allow_none=True)
    stock = Stock(load_default="50x30")
    dpi = Resolution(load_default=min(RESOLUTIONS))
