"""``depot import entitlements``: what makers and contracts cover, by serial number, range, model or make."""

from __future__ import annotations

from typing import Any

from marshmallow import fields
from sqlalchemy.orm import Session

from depot.entitlements import Promise, Subject, create_entitlement
from depot.errors import AlreadyExists
from depot.imported import Outcome
from models import Depot, EntitlementKind
from routes.cli.imports.fields import Exact, YesNo
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Day, Name, Schema, Text, choice

Row = tuple[Subject, Promise]


class Columns(Schema):
    """An entitlement in our own columns: for a serial number, a range, a model, or, with none of these, a make."""

    make = Name(required=True)
    kind = choice(EntitlementKind, required=True)
    valid_from = Day(required=True)
    valid_until = Day(required=True)
    serial_number = Exact(load_default=None)
    serial_from = Exact(load_default=None)
    serial_to = Exact(load_default=None)
    model = Exact(load_default=None)
    parts: fields.Boolean = YesNo(load_default=True)
    labour: fields.Boolean = YesNo(load_default=True)
    terms = Text(load_default=None)
    reference = Exact(load_default=None)


def _make(values: dict[str, Any], _: Cells, __: Course) -> Row:
    subject = {name: values.pop(name) for name in Subject.__dataclass_fields__}
    return Subject(**subject), Promise(**values)


def _write(session: Session, row: Row, _: Course, __: Depot, app: Application) -> Outcome:
    try:
        create_entitlement(session, *row, app.clock())
    except AlreadyExists:
        return Outcome.KNOWN
    return Outcome.ADDED


ENTITLEMENTS = Importer(
    what="entitlements",
    told="A row with none of serial_number, serial_from and serial_to, and model is for everything of its make."
    " Kinds: manufacturer_warranty, extended_warranty, service_contract. Dates: 2026-11-22.",
    formats=(Format("our own", Columns, _make),),
    write=_write,
    batch=500,
)
