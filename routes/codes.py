"""``/codes/{kind}``: symptoms, causes, actions and attributions, which a manager extends."""

from __future__ import annotations

from typing import Any

from flask import url_for

from depot import codes
from depot.versions import hold
from models import Code
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.codes import CodeChangeIn, CodeIn, CodeOut, CodeQuery

blueprint = Blueprint("codes", "Codes for what was seen, why it was so, and what was done.")

Answer = tuple[dict[str, Any], dict[str, str]]


def _view(row: Code) -> dict[str, Any]:
    plain = ("kind", "code", "version", "created_at", "retired_at")
    return {**{name: getattr(row, name) for name in plain}, "name": {"zh": row.name_zh, "en": row.name_en}}


def _answer(row: Code) -> Answer:
    return _view(row), versioned(row.version)


def _found(kind: str, code: str) -> Code:
    return codes.find_code(session(), codes.kind_named(kind), code)


@blueprint.post("/codes/<kind>")
@allow("change-codes")
@blueprint.arguments(CodeIn)
@blueprint.response(201, CodeOut)
def create_code(body: dict[str, Any], kind: str) -> Answer:
    """Create a code."""
    row = codes.create_code(session(), codes.kind_named(kind), body["code"], body["name"], now())
    view, headers = _answer(row)
    return view, headers | {"Location": url_for("codes.read_code", kind=kind, code=row.code)}


@blueprint.get("/codes/<kind>")
@allow("read")
@blueprint.arguments(CodeQuery, location="query")
@blueprint.response(200, page_schema(CodeOut))
def list_codes(query: dict[str, Any], kind: str) -> Answer:
    """List a table of codes."""
    page, headers = paged(codes.select_codes(codes.kind_named(kind), query["in_use"]), [Code.id], query)
    return {**page, "items": [_view(row) for row in page["items"]]}, headers


@blueprint.get("/codes/<kind>/<code>")
@allow("read")
@blueprint.response(200, CodeOut)
def read_code(kind: str, code: str) -> Answer:
    """Read a code."""
    return _answer(_found(kind, code))


@blueprint.put("/codes/<kind>/<code>")
@allow("change-codes")
@blueprint.arguments(CodeChangeIn)
@blueprint.response(200, CodeOut)
def change_code(body: dict[str, Any], kind: str, code: str) -> Answer:
    """Change what a code says; the code itself stays."""
    row = _found(kind, code)
    hold(session(), row)
    named = changes(body, _view(row), CodeOut).get("name") or codes.words_of(row)
    codes.change_code(session(), row, named, seen_version())
    return _answer(row)


@blueprint.post("/codes/<kind>/<code>/retire")
@allow("change-codes")
@blueprint.response(200, CodeOut)
def retire_code(kind: str, code: str) -> Answer:
    """Let a code no longer be used; `other` always stays."""
    row = _found(kind, code)
    codes.retire_code(session(), row, seen_version(), now())
    return _answer(row)
