"""``depot import repairs``: repairs in the columns of the Open Repair Data Standard."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from depot.actors import SYSTEM
from depot.imported import Outcome, Provenance
from depot.imported_repairs import RepairRow, import_repair
from depot.open_repair import RepairStatus
from models import Depot, RowKind
from routes.cli.imports.fields import Exact
from routes.cli.imports.run import Cells, Course, Format, Importer
from routes.cli.opening import Application
from routes.fields import Day, Name, Schema, Text, choice

NOT_STATED = "Unknown"
"""What the standard writes for a brand that nobody knows."""


class StandardColumns(Schema):
    """A repair by the standard, and the columns that its providers add."""

    id = Exact(required=True)
    data_provider = Name(required=True)
    country = Name()
    partner_product_category = Name()
    product_category = Name()
    product_category_id = Name()
    brand = Name(load_default=None)
    model = Exact(load_default=None)
    year_of_manufacture = Name()
    product_age = Name()
    age = Name()
    repair_status = choice(RepairStatus, required=True)
    repair_barrier_if_end_of_life = Name(load_default=None)
    fault_type = Name()
    group_identifier = Name()
    event_date = Day(required=True)
    problem = Text(load_default=None)


def _make(values: dict[str, Any], cells: Cells, _: Course) -> RepairRow:
    kept = {name: cell for name, cell in cells.items() if name != "problem"}
    return RepairRow(
        provenance=Provenance(RowKind.REPAIR, values["data_provider"], values["id"], kept),
        status=values["repair_status"],
        on=values["event_date"],
        make=None if values["brand"] == NOT_STATED else values["brand"],
        model=values["model"],
        problem=values["problem"],
        barrier=values["repair_barrier_if_end_of_life"],
    )


def _write(session: Session, row: RepairRow, _: Course, depot: Depot, app: Application) -> Outcome:
    return import_repair(session, row, depot, SYSTEM, app.clock())


REPAIRS = Importer(
    what="repairs",
    told=(
        "The columns are those of the Open Repair Data Standard. Each repair goes through the whole procedure with its"
        " event_date as the clock: Fixed ends repaired, End of life beyond economic repair, Repairable not repaired,"
        " Unknown cancelled. It belongs to a customer named after the data provider; nobody is told; what the row does"
        " not state is printed as not stated. A brand of `Unknown` is none."
    ),
    formats=(Format("Open Repair Data Standard", StandardColumns, _make),),
    write=_write,
    batch=5,
)
