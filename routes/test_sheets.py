"""``/test-sheets``: what must be checked before a device of a model may leave. A change makes a new sheet."""

from __future__ import annotations

from typing import Any

from flask import url_for

from depot import product_models, test_sheets
from models import TestSheet
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.test_sheets import SheetChangeIn, SheetIn, SheetOut, SheetQuery

blueprint = Blueprint("test-sheets", "Test sheets: the checks of each model.")

Answer = tuple[dict[str, Any], dict[str, str]]


def _view(sheet: TestSheet) -> dict[str, Any]:
    return {
        **{name: getattr(sheet, name) for name in ("id", "created_at", "retired_at")},
        "make": sheet.product_model.make,
        "model": sheet.product_model.model,
        "checks": [
            {"name": check.name, "title": {"zh": check.name_zh, "en": check.name_en}, "mandatory": check.mandatory}
            for check in sheet.checks
        ],
        "version": test_sheets.version_of(sheet),
    }


def _answer(sheet: TestSheet) -> Answer:
    return _view(sheet), versioned(test_sheets.version_of(sheet))


def _made(sheet: TestSheet) -> Answer:
    view, headers = _answer(sheet)
    return view, headers | {"Location": url_for("test-sheets.read_sheet", sheet_id=sheet.id)}


@blueprint.post("/test-sheets")
@allow("change-test-sheets")
@blueprint.arguments(SheetIn)
@blueprint.response(201, SheetOut)
def create_sheet(body: dict[str, Any]) -> Answer:
    """Create the sheet of a model; it holds for every spelling of it."""
    named = product_models.resolve_model(session(), body["make"], body["model"], now())
    return _made(test_sheets.create_sheet(session(), named.product_model, body["checks"], now()))


@blueprint.get("/test-sheets")
@allow("read")
@blueprint.arguments(SheetQuery, location="query")
@blueprint.response(200, page_schema(SheetOut))
def list_sheets(query: dict[str, Any]) -> Answer:
    """List test sheets, retired ones too, in the order in which they were made."""
    page, headers = paged(test_sheets.select_sheets(query["make"], query["model"]), [TestSheet.id], query)
    return {**page, "items": [_view(sheet) for sheet in page["items"]]}, headers


@blueprint.get("/test-sheets/<int:sheet_id>")
@allow("read")
@blueprint.response(200, SheetOut)
def read_sheet(sheet_id: int) -> Answer:
    """Read a test sheet."""
    return _answer(test_sheets.find_sheet(session(), sheet_id))


@blueprint.put("/test-sheets/<int:sheet_id>")
@allow("change-test-sheets")
@blueprint.arguments(SheetChangeIn)
@blueprint.response(200, SheetOut)
def change_sheet(body: dict[str, Any], sheet_id: int) -> Answer:
    """Put other checks in this sheet's place: the answer is a new sheet (Location), and this one is retired.

    The same checks change nothing: the answer is this sheet.
    """
    sheet = test_sheets.find_sheet(session(), sheet_id)
    checks = changes(body, _view(sheet), SheetOut).get("checks") or test_sheets.checks_of(sheet)
    return _made(test_sheets.change_sheet(session(), sheet, checks, seen_version(), now()))


@blueprint.post("/test-sheets/<int:sheet_id>/retire")
@allow("change-test-sheets")
@blueprint.response(200, SheetOut)
def retire_sheet(sheet_id: int) -> Answer:
    """Let a sheet hold no longer; its model is then tested by the one check “works”."""
    sheet = test_sheets.find_sheet(session(), sheet_id)
    test_sheets.retire_sheet(session(), sheet, seen_version(), now())
    return _answer(sheet)
