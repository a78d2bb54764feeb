"""``depot import models``: makes and models, with what they cost to replace."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from depot.imported import Outcome
from depot.imported_registers import ModelRow, import_model
from models import Depot
from routes.cli.imports.fields import Exact, Number, money_of
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Currency, Name, Schema


class OwnColumns(Schema):
    """A model in our own columns; the value is in whole units of the currency."""

    make = Name(required=True)
    model = Exact(required=True)
    replacement_value = Number(load_default=None)
    currency = Currency(load_default=None)


class BrandColumns(Schema):
    """A list of models by brand, as device lists have them."""

    make = Name(required=True, data_key="brand")
    model = Exact(required=True)


def _make(values: dict[str, Any], _: Cells, course: Course) -> ModelRow:
    currency = values.get("currency") or course.currency
    value = money_of(values.get("replacement_value"), currency, "replacement_value")
    return ModelRow(values["make"], values["model"], value)


def _write(session: Session, row: ModelRow, _: Course, __: Depot, app: Application) -> Outcome:
    return import_model(session, row, app.clock())


MODELS = Importer(
    what="models",
    told="A spelling of make and model that is on record is left alone; with another replacement value it is refused.",
    formats=(Format("our own", OwnColumns, _make), Format("by brand", BrandColumns, _make)),
    write=_write,
)
