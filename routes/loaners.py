"""``/loaner-units`` and ``/loans``: the pool of loaner units, and each lending of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from depot import lending, loaner_units, loaners
from depot.depots import depot_for
from depot.errors import NotFound, invalid
from depot.loaner_units import UnitFacts
from depot.store_names import depot_codes, order_in_body, order_numbers
from depot.versions import hold
from models import Loan, LoanerUnit
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.parts import know_anything
from routes.schemas.loaners import (
    LoanerUnitChange,
    LoanerUnitIn,
    LoanerUnitOut,
    LoanerUnitQuery,
    LoanIn,
    LoanOut,
    LoanQuery,
    LoanReturnIn,
    ReleaseIn,
    SettleIn,
)

blueprint = Blueprint("loaners", "The pool of loaner units, and each lending of one.")
blueprint.record(know_anything)

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]

LOAN_COLUMNS = (
    "id",
    "lent_at",
    "due_on",
    "condition",
    "accessories",
    "signed_by",
    "ended_at",
    "outcome",
    "return_condition",
    "accessories_returned",
    "differences",
    "settle_reason",
)


def unit_views(units: Sequence[LoanerUnit]) -> list[View]:
    """Loaner units as lists show them."""
    depots = depot_codes(session(), [unit.depot_id for unit in units])
    names = ("code", "make", "model", "serial_number", "accessories", "state", "version", "created_at")
    return [
        {name: getattr(unit, name) for name in names}
        | {"depot": depots[unit.depot_id], "value": loaner_units.value_of(unit)}
        for unit in units
    ]


def _unit(unit: LoanerUnit) -> Answer:
    return unit_views([unit])[0], versioned(unit.version)


def _loan_views(loans: Sequence[Loan]) -> list[View]:
    orders = order_numbers(session(), [loan.order_id for loan in loans])
    return [
        {name: getattr(loan, name) for name in LOAN_COLUMNS}
        | {"loaner_unit": loan.unit.code, "repair_order": orders[loan.order_id]}
        for loan in loans
    ]


def _loan(loan: Loan) -> View:
    return _loan_views([loan])[0]


@blueprint.post("/loaner-units")
@allow("change-stock")
@blueprint.arguments(LoanerUnitIn)
@blueprint.response(201, LoanerUnitOut)
def create_loaner_unit(body: View) -> Answer:
    """Add a unit to the pool; it can be lent at once."""
    depot = depot_for(session(), body.pop("depot"), actor())
    unit = loaner_units.create_unit(session(), body.pop("code"), UnitFacts(**body), depot, actor(), now())
    view, headers = _unit(unit)
    return view, {**headers, "Location": url_for("loaners.read_loaner_unit", code=unit.code)}


@blueprint.get("/loaner-units")
@allow("read-stock")
@blueprint.arguments(LoanerUnitQuery, location="query")
@blueprint.response(200, page_schema(LoanerUnitOut))
def list_loaner_units(query: View) -> Answer:
    """List the pool by code."""
    rows = loaner_units.select_units(actor(), query["state"], query["q"] or "")
    page, headers = paged(rows, [LoanerUnit.code], query)
    return page | {"items": unit_views(page["items"])}, headers


@blueprint.get("/loaner-units/<anything:code>")
@allow("read-stock")
@blueprint.response(200, LoanerUnitOut)
def read_loaner_unit(code: str) -> Answer:
    """Read a unit."""
    return _unit(loaner_units.find_unit(session(), code, actor()))


@blueprint.put("/loaner-units/<anything:code>")
@allow("change-stock")
@blueprint.arguments(LoanerUnitChange)
@blueprint.response(200, LoanerUnitOut)
def change_loaner_unit(body: View, code: str) -> Answer:
    """Put right what is on record for a unit."""
    unit = loaner_units.find_unit(session(), code, actor())
    hold(session(), unit)
    wanted = changes(body, unit_views([unit])[0], LoanerUnitOut)
    return _unit(loaner_units.change_unit(session(), unit, wanted, actor(), now(), seen_version()))


@blueprint.post("/loaner-units/<anything:code>/release")
@allow("change-stock")
@blueprint.arguments(ReleaseIn)
@blueprint.response(200, LoanerUnitOut)
def release_loaner_unit(body: View, code: str) -> Answer:
    """Say that a unit that came back was wiped and inspected; it can be lent again."""
    unit = loaner_units.find_unit(session(), code, actor())
    return _unit(loaner_units.release_unit(session(), unit, body["method"], actor(), now(), seen_version()))


@blueprint.post("/loaner-units/<anything:code>/retire")
@allow("change-stock")
@blueprint.response(200, LoanerUnitOut)
def retire_loaner_unit(code: str) -> Answer:
    """Take a unit out of the pool; not while it is out."""
    unit = loaner_units.find_unit(session(), code, actor())
    return _unit(loaner_units.retire_unit(session(), unit, actor(), now(), seen_version()))


@blueprint.post("/loans")
@allow("lend")
@blueprint.arguments(LoanIn)
@blueprint.response(201, LoanOut)
def lend(body: View) -> Answer:
    """Hand a unit out against the customer's signature."""
    unit, order = _unit_named(body.pop("loaner_unit")), order_in_body(session(), body.pop("repair_order"), actor())
    loan = lending.lend(session(), order, unit, loaners.Lending(**body), actor(), now())
    return _loan(loan), {"Location": url_for("loaners.read_loan", loan_id=loan.id)}


def _unit_named(code: str) -> LoanerUnit:
    try:
        return loaner_units.find_unit(session(), code, actor())
    except NotFound as unknown:
        raise invalid("/loaner_unit", unknown.message) from unknown


@blueprint.get("/loans")
@allow("read")
@blueprint.arguments(LoanQuery, location="query")
@blueprint.response(200, page_schema(LoanOut))
def list_loans(query: View) -> Answer:
    """List loans, the oldest first."""
    unit = None if query["loaner_unit"] is None else _unit_named(query["loaner_unit"])
    rows = loaners.select_loans(session(), actor(), query["open"], unit, now() if query["overdue"] else None)
    page, headers = paged(rows, [Loan.id], query)
    return page | {"items": _loan_views(page["items"])}, headers


@blueprint.get("/loans/<int:loan_id>")
@allow("read")
@blueprint.response(200, LoanOut)
def read_loan(loan_id: int) -> View:
    """Read a loan."""
    return _loan(loaners.find_loan(session(), loan_id, actor()))


@blueprint.post("/loans/<int:loan_id>/return")
@allow("take-back")
@blueprint.arguments(LoanReturnIn)
@blueprint.response(200, LoanOut)
def take_back(body: loaners.Homecoming, loan_id: int) -> View:
    """Take a unit back; it waits to be wiped and inspected."""
    return _loan(loaners.take_back(session(), loaners.find_loan(session(), loan_id, actor()), body, actor(), now()))


@blueprint.post("/loans/<int:loan_id>/settle")
@allow("settle-loaner")
@blueprint.arguments(SettleIn)
@blueprint.response(200, LoanOut)
def settle(body: loaners.Settlement, loan_id: int) -> View:
    """End a loan whose unit is lost or sold."""
    return _loan(loaners.settle(session(), loaners.find_loan(session(), loan_id, actor()), body, actor(), now()))
