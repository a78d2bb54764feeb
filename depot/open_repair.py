"""The Open Repair Data Standard (ORDS 0.3): its columns and its words, and our orders in them.

https://openrepair.org/open-data/open-standard/ describes it. What was imported goes out as it came in; of our own
orders what nobody recorded stays empty.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.receipt_head import local_date
from models import Depot, ImportedRow, RepairOrder, Result, State

COLUMNS = (
    "id",
    "data_provider",
    "country",
    "partner_product_category",
    "product_category",
    "product_category_id",
    "brand",
    "year_of_manufacture",
    "product_age",
    "repair_status",
    "repair_barrier_if_end_of_life",
    "group_identifier",
    "event_date",
    "problem",
)
PAGE = 500
ENDED_HERE = (State.RETURNED, State.DISPOSED)
CATCH_ALL = {"product_category": "Misc", "product_category_id": "18"}
OUR_PREFIX = "rp-"


class RepairStatus(StrEnum):
    """What the standard calls the result of a repair attempt."""

    FIXED = "Fixed"
    REPAIRABLE = "Repairable"
    END_OF_LIFE = "End of life"
    UNKNOWN = "Unknown"


STATUS_OF: Mapping[Result | None, RepairStatus] = {
    Result.REPAIRED: RepairStatus.FIXED,
    Result.REPLACED: RepairStatus.FIXED,
    Result.NOT_REPAIRED: RepairStatus.REPAIRABLE,
    Result.DECLINED: RepairStatus.REPAIRABLE,
    Result.BEYOND_ECONOMIC_REPAIR: RepairStatus.END_OF_LIFE,
}
"""Our results in the standard's words; any other is ``Unknown``."""


@dataclass(frozen=True)
class Page:
    """Some orders as cells in the order of ``COLUMNS``; the next page begins after ``last``, None at the end."""

    rows: Sequence[Sequence[str]]
    last: int | None


def provider_of(depot: Depot) -> str:
    """The name under which a depot's own repairs go out."""
    return depot.name_en or depot.name_zh or depot.code


def our_id(number: str) -> str:
    """An order's number in the form that the standard wants: lower-case letters, a dash, digits alone.

    The check character may be an X and is left out.
    """
    return OUR_PREFIX + number.removeprefix("RP")[:-1]


def export_page(session: Session, after: int, depot: Depot | None) -> Page:
    """The repairs that have ended and follow an order's id, oldest first, of one depot or of all."""
    query = select(RepairOrder, ImportedRow).outerjoin(ImportedRow, ImportedRow.order_id == RepairOrder.id)
    query = query.where(RepairOrder.id > after, RepairOrder.state.in_(ENDED_HERE)).order_by(RepairOrder.id)
    if depot is not None:
        query = query.where(RepairOrder.depot_id == depot.id)
    found = [(order, row) for order, row in session.execute(query.limit(PAGE))]
    return Page([_cells(order, row) for order, row in found], found[-1][0].id if found else None)


def _cells(order: RepairOrder, row: ImportedRow | None) -> list[str]:
    known = _as_imported(row) if row is not None else _our_own(order)
    return [{**known, "problem": order.reported_fault or ""}.get(name, "") for name in COLUMNS]


def _as_imported(row: ImportedRow) -> dict[str, str]:
    return {"product_age": row.cells.get("age", ""), **row.cells}


def _our_own(order: RepairOrder) -> dict[str, str]:
    depot, model = order.depot, order.device.product_model
    return {
        **CATCH_ALL,
        "id": our_id(order.number),
        "data_provider": provider_of(depot),
        "partner_product_category": model.model or "",
        "brand": model.make or "",
        "repair_status": STATUS_OF.get(order.result, RepairStatus.UNKNOWN).value,
        "group_identifier": provider_of(depot),
        "event_date": local_date(order.received_at, depot).isoformat() if order.received_at else "",
    }
