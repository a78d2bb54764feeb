"""The shapes of what labels are asked for with."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeAlias

from marshmallow import ValidationError, fields
from marshmallow.validate import OneOf

from depot.asset_keys import ASSET_TYPE, LONGEST_TYPE
from depot.label_values import LabelKind
from labels.stocks import RESOLUTIONS, STOCKS
from routes.fields import List, Name, Query, Schema, Whole, WholeText, choice

MOST_COPIES = 100
MOST_LABELS = 1000


ONE_LABEL = "A picture is one label: `copies` are for label.pdf and label.zpl."


class OneCopy(WholeText):
    """The only number of copies that there are of a picture."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(1, 1, metadata={"description": ONE_LABEL}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if (copies := super()._deserialize(value, attr, data, **kwargs)) != 1:
            raise ValidationError(ONE_LABEL)
        return copies


class AssetType(Name):
    """The number that a company gives a type of asset, for a GRAI."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(LONGEST_TYPE, metadata={"pattern": f"^{ASSET_TYPE.pattern}$"}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        number = super()._deserialize(value, attr, data, **kwargs)
        if not ASSET_TYPE.fullmatch(number):
            raise ValidationError(f"Not a number of 1 to {LONGEST_TYPE} digits.")
        return number


def _stock(usual: str) -> fields.String:
    return fields.String(load_default=usual, validate=[OneOf(sorted(STOCKS))])


class LabelQuery(Query):
    """On which stock (mm), at which resolution (dots per inch)."""

    stock = _stock("50x30")
    dpi = fields.String(load_default=str(min(RESOLUTIONS)), validate=[OneOf([str(dpi) for dpi in RESOLUTIONS])])


class PictureQuery(LabelQuery):
    """A picture is one label."""

    copies = OneCopy(load_default=1)


class PrintQuery(LabelQuery):
    """How many: a page for each copy, or a number that the printer counts."""

    copies = WholeText(1, MOST_COPIES, load_default=1)


class UnitPictureQuery(PictureQuery):
    """``asset_type``: the number of the type of asset, which makes the GS1 key a GRAI; without it, it is a GIAI."""

    asset_type = AssetType(load_default=None)


class UnitPrintQuery(PrintQuery):
    """``asset_type`` as in a picture."""

    asset_type = AssetType(load_default=None)


class BoxPictureQuery(PictureQuery):
    """A picture is one label; a box takes a large one."""

    stock = _stock("102x152")


class BoxPrintQuery(PrintQuery):
    """How many: a page for each copy, or a number that the printer counts; a box takes a large one."""

    stock = _stock("102x152")


Queries: TypeAlias = tuple[type[LabelQuery], type[LabelQuery]]

USUAL_QUERIES: Queries = (PictureQuery, PrintQuery)
QUERIES: Mapping[str, Queries] = {
    "box-label": (BoxPictureQuery, BoxPrintQuery),
    "loaner-unit-label": (UnitPictureQuery, UnitPrintQuery),
}
"""What pictures and what documents are asked for with, by the name of the label where it is not the usual."""


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
    asset_type = AssetType(load_default=None, allow_none=True)


class LabelsIn(KeysIn):
    """Labels in one document; ``depot`` is that of the bins, and may be left out as everywhere."""

    depot = Name(load_default=None, allow_none=True)
    stock = Stock(load_default="50x30")
    dpi = Resolution(load_default=min(RESOLUTIONS))
