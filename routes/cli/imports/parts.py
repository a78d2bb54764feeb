"""``depot import parts``: a catalogue, in our own columns or as InvenTree lists its parts."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.errors import invalid
from depot.imported import Outcome, Provenance
from depot.imported_stock import PartRow, import_part
from models import Depot, RowKind, Unit
from routes.cli.imports.fields import Exact, Number, YesNo, money_of
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Currency, Name, Schema, Text
from routes.schemas.parts import UnitIn

INVENTREE = "InvenTree"


class OwnColumns(Schema):
    """A part in our own columns; the sale price is net, in whole units of the currency."""

    part_number = Exact(required=True)
    name = Name(required=True)
    serialized = YesNo(load_default=False)
    unit = UnitIn(load_default=Unit.PIECE)
    sale_price = Number(load_default=None)
    currency = Currency(load_default=None)


class InvenTreeColumns(Schema):
    """A part as InvenTree lists it."""

    pk = Exact(required=True)
    name = Name(required=True)
    trackable = YesNo(required=True)
    ipn = Exact(data_key="IPN", load_default=None)
    description = Text(load_default=None)
    units = UnitIn(load_default=Unit.PIECE)
    active = YesNo(load_default=True)
    revision = fields.String()
    category = fields.String()
    minimum_stock = fields.String()
    mpn = fields.String(data_key="MPN")
    sku = fields.String(data_key="SKU")


def _own(values: dict[str, Any], _: Cells, course: Course) -> PartRow:
    currency = values.pop("currency") or course.currency
    price = money_of(values.pop("sale_price"), currency, "sale_price")
    return PartRow(**values, sale_price=price)


def _inventree(values: dict[str, Any], cells: Cells, _: Course) -> PartRow:
    """The part number is the IPN, else the name; a name that is the number gives way to the description."""
    if not values["active"]:
        raise invalid("/active", "This part is no longer in use there.")
    named = values["name"] if values["ipn"] else values["description"] or values["name"]
    return PartRow(
        part_number=values["ipn"] or values["name"],
        name=Name().deserialize(named),
        serialized=values["trackable"],
        unit=values["units"],
        provenance=Provenance(RowKind.PART, INVENTREE, values["pk"], cells),
    )


def _write(session: Session, row: PartRow, _: Course, __: Depot, app: Application) -> Outcome:
    return import_part(session, row, SYSTEM, app.clock())


PARTS = Importer(
    what="parts",
    told=(
        "A part whose number is on record with the same facts is left alone, one with others is refused. Prices are"
        " net, in whole units of the depot's currency unless `currency` names another. Of an InvenTree list the number"
        " is the IPN, else the name; revision, category, minimum_stock, MPN and SKU have no place here."
    ),
    formats=(Format("our own", OwnColumns, _own), Format(INVENTREE, InvenTreeColumns, _inventree)),
    write=_write,
)
