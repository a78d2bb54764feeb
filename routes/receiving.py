"""``/receiving-sessions``: a pallet scanned device after device, the drafts that leaves, and the report at the end."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cattrs
from flask import Response, url_for
from sqlalchemy.orm import Session

from depot import draft_intakes, receiving
from depot.depots import codes_by_id, depot_for
from depot.draft_intakes import Completion
from depot.receiving_report import Report, Scanned, described, report_on
from depot.receiving_values import report_values
from labels import receiving_report as paper_report
from models import ReceivingScan, ReceivingSession
from routes.api import Blueprint, allow
from routes.context import actor, now, own_units_of_work, service, session
from routes.etags import versioned
from routes.order_views import whole
from routes.paging import page_schema, paged
from routes.paper import BINARY, PDF, paper
from routes.schemas.orders import OrderOut
from routes.schemas.receiving import (
    CompletionIn,
    DropIn,
    NewSessionIn,
    ReportOut,
    ReportQuery,
    ScannedIn,
    ScannedOut,
    ScanQuery,
    SessionOut,
    SessionQuery,
)

blueprint = Blueprint("receiving", "Receiving pallets of devices, scan after scan.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]


def _session_view(found: ReceivingSession, depots: dict[int, str]) -> View:
    names = ("id", "reference", "has_list", "opened_at", "closed_at")
    return {name: getattr(found, name) for name in names} | {"depot": depots[found.depot_id]}


def _scan_view(found: Scanned) -> View:
    names = ("seq", "code", "verdict", "at", "dropped_reason")
    told = {name: getattr(found, name) for name in ("open_order", "looks_like", "first_seq", "taken_in_as")}
    return {
        **{name: getattr(found.scan, name) for name in names},
        **told,
        "device": found.scan.device_id,
        "advice": receiving.ADVICE[found.scan.verdict],
        "draft": receiving.is_draft(found.scan),
    }


def _scan_views(scans: Sequence[ReceivingScan]) -> list[View]:
    return [_scan_view(one) for one in described(session(), scans)]


def _report_view(report: Report) -> View:
    return {
        **_session_view(report.session, {report.depot.id: report.depot.code}),
        "opened_by": report.opened_by,
        "closed_by": report.closed_by,
        "counts": report.counts,
        "missing": report.missing,
        "scans": [_scan_view(one) for one in report.scans],
    }


@blueprint.post("/receiving-sessions")
@allow("receive")
@blueprint.arguments(NewSessionIn)
@blueprint.response(201, SessionOut)
def open_session(body: View) -> Answer:
    """Begin to receive a pallet, with or without a list of what should be on it."""
    depot = depot_for(session(), body["depot"], actor())
    made = receiving.open_session(session(), depot, body["reference"], body["expected"], actor(), now())
    there = url_for("receiving.read_session", session_id=made.id)
    return _session_view(made, {depot.id: depot.code}), {"Location": there}


@blueprint.get("/receiving-sessions")
@allow("read")
@blueprint.arguments(SessionQuery, location="query")
@blueprint.response(200, page_schema(SessionOut))
def list_sessions(query: View) -> Answer:
    """List receiving sessions, the newest first."""
    rows = receiving.select_sessions(actor(), query["open"])
    page, headers = paged(rows, [ReceivingSession.id], query, newest_first=True)
    depots = codes_by_id(session())
    return page | {"items": [_session_view(one, depots) for one in page["items"]]}, headers


@blueprint.get("/receiving-sessions/<int:session_id>")
@allow("read")
@blueprint.response(200, SessionOut)
def read_session(session_id: int) -> View:
    """Read a receiving session."""
    return _session_view(receiving.find_session(session(), session_id, actor()), codes_by_id(session()))


@blueprint.post("/receiving-sessions/<int:session_id>/scans")
@allow("receive")
@blueprint.arguments(ScannedIn)
@blueprint.response(201, ScannedOut)
def scan_device(body: View, session_id: int) -> View:
    """Scan a device, or the box with the number of its announcement: one scan, one verdict."""
    made = receiving.scan(session(), session_id, body["code"], actor(), now())
    return _scan_views([made])[0]


@blueprint.get("/receiving-sessions/<int:session_id>/scans")
@allow("read")
@blueprint.arguments(ScanQuery, location="query")
@blueprint.response(200, page_schema(ScannedOut))
def list_scans(query: View, session_id: int) -> Answer:
    """List the scans of a session, or those that are drafts still to do."""
    found = receiving.find_session(session(), session_id, actor())
    page, headers = paged(receiving.select_scans(found, query["drafts"]), [ReceivingScan.seq], query)
    return page | {"items": _scan_views(page["items"])}, headers


@blueprint.post("/receiving-sessions/<int:session_id>/scans/<int:seq>/complete")
@allow("receive")
@blueprint.arguments(CompletionIn)
@blueprint.response(201, OrderOut)
def complete_draft(body: Completion, session_id: int, seq: int) -> Answer:
    """Take the device of a draft in. What was announced needs the checklist alone."""
    taken = draft_intakes.complete(session(), session_id, seq, body, actor(), now())
    there = url_for("repair-orders.read_order", number=taken.order.number)
    view = whole(session(), taken.order, actor(), now(), taken.warnings)
    return view, {**versioned(taken.order.version), "Location": there}


@blueprint.post("/receiving-sessions/<int:session_id>/scans/<int:seq>/drop")
@allow("receive")
@blueprint.arguments(DropIn)
@blueprint.response(200, ScannedOut)
def drop_draft(body: View, session_id: int, seq: int) -> View:
    """Say why the device of a draft is not taken in."""
    return _scan_views([draft_intakes.drop(session(), session_id, seq, body["reason"], actor(), now())])[0]


@blueprint.post("/receiving-sessions/<int:session_id>/close")
@allow("receive")
@blueprint.response(200, ReportOut)
def close_session(session_id: int) -> View:
    """End the scanning; drafts can still be completed."""
    return _report_view(report_on(session(), receiving.close_session(session(), session_id, actor(), now())))


@blueprint.get("/receiving-sessions/<int:session_id>/report")
@allow("read")
@blueprint.response(200, ReportOut)
def read_report(session_id: int) -> View:
    """What was missing, unexpected, double, already open, or looks like another; as it stands now."""
    return _report_view(report_on(session(), receiving.find_session(session(), session_id, actor())))


@blueprint.get("/receiving-sessions/<int:session_id>/report.pdf")
@own_units_of_work
@allow("read", PDF)
@blueprint.arguments(ReportQuery, location="query")
@blueprint.response(200, BINARY, content_type=PDF)
def print_report(query: View, session_id: int) -> Response:
    """The report as PDF; drawing holds no transaction."""
    values = service().unit_of_work(lambda at: _values(at, session_id), writing=False)
    drawn = paper_report.draw(cattrs.structure(values, paper_report.ReceivingReport), query["language"])
    return paper(drawn.data, PDF, f"{values['number']}.pdf", drawn.warnings)


def _values(at: Session, session_id: int) -> View:
    return report_values(report_on(at, receiving.find_session(at, session_id, actor())))
