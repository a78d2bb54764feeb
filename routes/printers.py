"""``/printers`` and ``/print-jobs``: the label printers of a depot, and labels sent to one of them.

A print job reads what the labels say in one unit of work, and holds nothing of the database while it draws and sends.
Its Idempotency-Key is kept where the printer took everything: what a printer refused may be sent again.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from sqlalchemy.orm import Session

from depot import printers
from depot.depots import depot_for
from depot.label_values import Values, Wanted, list_labels
from depot.printers import PrinterFacts
from depot.store_names import depot_codes
from models import Printer
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, own_units_of_work, service, session
from routes.etags import seen_version, versioned
from routes.labels import Printing, all_warnings, demand_few, drawn, labels_of
from routes.paging import page_schema, paged
from routes.printing import send
from routes.schemas.printers import PrinterChange, PrinterIn, PrinterOut, PrinterQuery, PrintJobIn, PrintJobOut

blueprint = Blueprint("printers", "Label printers, and what is printed on them.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]


def _views(rows: Sequence[Printer]) -> list[View]:
    depots = depot_codes(session(), [printer.depot_id for printer in rows])
    names = ("code", "host", "port", "stock", "dpi", "version", "created_at", "retired_at")
    return [{name: getattr(row, name) for name in names} | {"depot": depots[row.depot_id]} for row in rows]


def _answer(printer: Printer) -> Answer:
    return _views([printer])[0], versioned(printer.version)


@blueprint.post("/printers")
@allow("change-printers")
@blueprint.arguments(PrinterIn)
@blueprint.response(201, PrinterOut)
def create_printer(body: View) -> Answer:
    """Put a printer on record."""
    depot = depot_for(session(), body.pop("depot"), actor())
    code, anywhere = body.pop("code"), service().settings.print_anywhere
    printer = printers.create_printer(session(), code, PrinterFacts(**body), depot, now(), anywhere=anywhere)
    view, headers = _answer(printer)
    return view, {**headers, "Location": url_for("printers.read_printer", code=printer.code)}


@blueprint.get("/printers")
@allow("read")
@blueprint.arguments(PrinterQuery, location="query")
@blueprint.response(200, page_schema(PrinterOut))
def list_printers(query: View) -> Answer:
    """List printers by code."""
    depot = depot_for(session(), query["depot"], actor()).id if query["depot"] else None
    page, headers = paged(printers.select_printers(actor(), depot), [Printer.code], query)
    return page | {"items": _views(page["items"])}, headers


@blueprint.get("/printers/<code>")
@allow("read")
@blueprint.response(200, PrinterOut)
def read_printer(code: str) -> Answer:
    """Read a printer."""
    return _answer(printers.find_printer(session(), code, actor()))


@blueprint.put("/printers/<code>")
@allow("change-printers")
@blueprint.arguments(PrinterChange)
@blueprint.response(200, PrinterOut)
def change_printer(body: View, code: str) -> Answer:
    """Say where a printer listens now, or what lies in it."""
    printer = printers.find_printer(session(), code, actor())
    wanted, anywhere = changes(body, _views([printer])[0], PrinterOut), service().settings.print_anywhere
    return _answer(printers.change_printer(session(), printer, wanted, seen_version(), anywhere=anywhere))


@blueprint.post("/printers/<code>/retire")
@allow("change-printers")
@blueprint.response(200, PrinterOut)
def retire_printer(code: str) -> Answer:
    """Take a printer out of use."""
    printer = printers.find_printer(session(), code, actor())
    return _answer(printers.retire_printer(session(), printer, now(), seen_version()))


@blueprint.post("/print-jobs")
@own_units_of_work
@allow("print")
@blueprint.arguments(PrintJobIn)
@blueprint.response(200, PrintJobOut)
@blueprint.alt_response(502, "BAD_GATEWAY")
@blueprint.alt_response(504, "GATEWAY_TIMEOUT")
def print_labels(body: View) -> View:
    """Print labels on a printer of the depot."""
    demand_few(body["keys"], body["copies"])
    code, facts, found = service().unit_of_work(lambda session: _read(session, body), writing=False)
    values, how = labels_of(found, service().settings.public_url), Printing(facts.stock, facts.dpi, body["copies"])
    confirmed = send(facts.host, facts.port, drawn("zpl", values, how), service().settings.print_anywhere)
    return {
        "printer": code,
        "kind": body["kind"],
        "labels": len(values) * how.copies,
        "confirmed": confirmed,
        "warnings": all_warnings(values),
    }


def _read(session: Session, body: View) -> tuple[str, PrinterFacts, list[Values]]:
    """The printer, and what the labels say."""
    printer = printers.printer_in_body(session, body["printer"], actor())
    depot = depot_codes(session, [printer.depot_id])[printer.depot_id]
    wanted = Wanted(body["kind"], body["keys"], depot, body["asset_type"])
    return printer.code, printers.facts_of(printer), list_labels(session, wanted, actor())
