"""``depot import stock``: what is in which bin, booked in as receipts."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click
from marshmallow import fields
from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.errors import invalid
from depot.imported import Outcome, Provenance
from depot.imported_stock import StockRow, hold_for_stock, import_stock
from models import Condition, Depot, RowKind
from routes.cli.imports.fields import Exact, Number
from routes.cli.imports.parts import INVENTREE
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Name, Schema, choice

OWN = "our own"

STATUS = {
    "10": Condition.NEW,
    "50": Condition.QUARANTINE,
    "55": Condition.DEFECTIVE,
    "65": Condition.DEFECTIVE,
    "75": Condition.QUARANTINE,
}
"""InvenTree's stock status: ok, attention, damaged, rejected, quarantined. Destroyed, lost and returned is no stock."""


class OwnColumns(Schema):
    """Stock in our own columns; ``id`` tells the row, so that it is never booked in twice."""

    id = Exact(required=True)
    part_number = Exact(required=True)
    quantity = Number(required=True)
    location = Exact(load_default=None)
    serial_number = Exact(load_default=None)
    condition = choice(Condition, load_default=Condition.NEW)


class InvenTreeColumns(Schema):
    """Stock as InvenTree lists it."""

    pk = Exact(required=True)
    part_pk = Exact(required=True)
    quantity = Number(required=True)
    status = fields.String(load_default="10")
    part = fields.String()
    serial = Exact(load_default=None)
    location = Exact(load_default=None)
    customer = fields.String(load_default=None)
    belongs_to = fields.String(load_default=None)
    batch = fields.String()
    expiry_date = fields.String()
    purchase_price = fields.String()
    currency = fields.String()


def _own(values: dict[str, Any], cells: Cells, course: Course) -> StockRow:
    return StockRow(
        provenance=Provenance(RowKind.STOCK, OWN, values["id"], cells),
        quantity=values["quantity"],
        location=_bin(values["location"], course),
        part_number=values["part_number"],
        serial_number=values["serial_number"],
        condition=values["condition"],
    )


def _inventree(values: dict[str, Any], cells: Cells, course: Course) -> StockRow:
    if values["customer"] or values["belongs_to"]:
        where = values["customer"] or f"the item {values['belongs_to']}"
        raise invalid("/customer" if values["customer"] else "/belongs_to", f"This is with {where}, not in stock.")
    if values["status"] not in STATUS:
        raise invalid("/status", f"What has the status {values['status'][:20]} is not in stock.")
    return StockRow(
        provenance=Provenance(RowKind.STOCK, INVENTREE, values["pk"], cells),
        quantity=values["quantity"],
        location=_bin(values["location"], course),
        part_key=values["part_pk"],
        serial_number=values["serial"],
        condition=STATUS[values["status"]],
    )


def _bin(named: str | None, course: Course) -> str:
    if named is None and course.wishes.location is None:
        raise invalid("/location", "No bin is named; --location BIN says where such rows go.")
    return Name().deserialize(named or course.wishes.location)


def _write(session: Session, row: StockRow, course: Course, depot: Depot, app: Application) -> Outcome:
    return import_stock(session, row, course.file, depot, SYSTEM, app.clock())


def _prepare(session: Session, rows: Sequence[StockRow], depot: Depot) -> None:
    hold_for_stock(session, rows, depot)


STOCK = Importer(
    what="stock",
    told=(
        "Each row is booked in as a receipt whose reference names the file and the row; bins are made where there are"
        " none. `id` tells the row from all others: once it is in, it is never booked in again. A serialised piece has"
        " a row of its own with its serial_number. Parts must be on record first: depot import parts. Of an InvenTree"
        " list what is with a customer, built in, lost or destroyed is refused; batch, expiry_date, purchase_price and"
        " currency have no place here."
    ),
    formats=(Format(OWN, OwnColumns, _own), Format(INVENTREE, InvenTreeColumns, _inventree)),
    write=_write,
    prepare=_prepare,
    batch=20,
    options=(click.option("--location", metavar="BIN", help="The bin of rows that name none."),),
)
