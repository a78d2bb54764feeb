"""``depot import customers``: who brings devices, and how they are reached."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.imported import Outcome
from depot.imported_registers import CustomerRow, import_customer
from models import ContactKind, Depot, Language
from routes.cli.imports.fields import Exact
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Name, Schema, choice


class OwnColumns(Schema):
    """A customer in our own columns."""

    name = Name(required=True)
    phone = Exact(load_default=None)
    email = Name(load_default=None)
    language = choice(Language, load_default=None)


def _make(values: dict[str, Any], _: Cells, __: Course) -> CustomerRow:
    contacts = tuple(
        (f"/{kind.value}", kind, values[kind.value]) for kind in ContactKind if values[kind.value] is not None
    )
    return CustomerRow(values["name"], contacts, values["language"])


def _write(session: Session, row: CustomerRow, _: Course, depot: Depot, app: Application) -> Outcome:
    return import_customer(session, row, depot, SYSTEM, app.clock())


CUSTOMERS = Importer(
    what="customers",
    told=(
        "A customer with this name and one of these contacts who is on record is left alone; with other contacts or"
        " another language the row is refused. `language` is zh or en, zh where it is left out. A phone or an e-mail"
        " is needed unless the depot takes anonymous walk-ins."
    ),
    formats=(Format("our own", OwnColumns, _make),),
    write=_write,
)
