"""``/entitlements`` and ``/warranty``: the register of what is covered, and what it says of one device."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for

from depot import entitlements
from depot.depots import depot_for, today
from depot.entitlements import EntitlementFilter, Promise, Subject
from depot.versions import hold
from depot.warranty import Unit, look_up
from models import Entitlement, EntitlementScope, WarrantyEvidence
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.entitlements import (
    EntitlementChangeIn,
    EntitlementIn,
    EntitlementOut,
    EntitlementQuery,
    WarrantyFoundOut,
    WarrantyQuery,
)

blueprint = Blueprint("entitlements", "What is under warranty or contract, by serial number, model or make.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]

PLAIN = ("id", "make", "scope", "model", "serial_to", "kind", "valid_from", "valid_until", "parts", "labour", "terms",
         "version", "created_at", "retired_at")  # fmt: skip


def _view(row: Entitlement) -> View:
    of_one = row.scope is EntitlementScope.SERIAL
    return {name: getattr(row, name) for name in PLAIN} | {
        "serial_number": row.serial_from if of_one else None,
        "serial_from": None if of_one else row.serial_from,
        "reference": row.reference or None,
    }


def _answer(row: Entitlement) -> Answer:
    return _view(row), versioned(row.version)


@blueprint.post("/entitlements")
@allow("create-entitlements")
@blueprint.arguments(EntitlementIn)
@blueprint.response(201, EntitlementOut)
def create_entitlement(body: View) -> Answer:
    """Put an entitlement on record."""
    subject = Subject(**{name: body.pop(name) for name in Subject.__dataclass_fields__})
    row = entitlements.create_entitlement(session(), subject, Promise(**body), now())
    view, headers = _answer(row)
    return view, headers | {"Location": url_for("entitlements.read_entitlement", entitlement_id=row.id)}


@blueprint.get("/entitlements")
@allow("read")
@blueprint.arguments(EntitlementQuery, location="query")
@blueprint.response(200, page_schema(EntitlementOut))
def list_entitlements(query: View) -> Answer:
    """List entitlements, retired ones too."""
    wanted = EntitlementFilter(**{name: query[name] for name in EntitlementFilter.__dataclass_fields__})
    page, headers = paged(entitlements.select_entitlements(wanted), [Entitlement.id], query)
    return page | {"items": [_view(row) for row in page["items"]]}, headers


@blueprint.get("/entitlements/<int:entitlement_id>")
@allow("read")
@blueprint.response(200, EntitlementOut)
def read_entitlement(entitlement_id: int) -> Answer:
    """Read an entitlement."""
    return _answer(entitlements.find_entitlement(session(), entitlement_id))


@blueprint.put("/entitlements/<int:entitlement_id>")
@allow("change-entitlements")
@blueprint.arguments(EntitlementChangeIn)
@blueprint.response(200, EntitlementOut)
def change_entitlement(body: View, entitlement_id: int) -> Answer:
    """Change what is owed; for another device it is another entitlement."""
    row = entitlements.find_entitlement(session(), entitlement_id)
    hold(session(), row)
    wanted = changes(body, _view(row), EntitlementOut)
    promise = replace(entitlements.promise_of(row), **wanted)
    entitlements.change_entitlement(session(), row, promise, seen_version())
    return _answer(row)


@blueprint.post("/entitlements/<int:entitlement_id>/retire")
@allow("change-entitlements")
@blueprint.response(200, EntitlementOut)
def retire_entitlement(entitlement_id: int) -> Answer:
    """Take an entitlement out of use."""
    row = entitlements.find_entitlement(session(), entitlement_id)
    entitlements.retire_entitlement(session(), row, seen_version(), now())
    return _answer(row)


@blueprint.get("/warranty")
@allow("read")
@blueprint.arguments(WarrantyQuery, location="query")
@blueprint.response(200, WarrantyFoundOut)
def read_warranty(query: View) -> View:
    """Is a device under warranty today, by whose promise, and why."""
    on = today(depot_for(session(), query["depot"], actor()), now())
    found = look_up(session(), Unit(query["make"], query["serial_number"], query["model"]), on)
    entitlement = None if found.entitlement is None else _view(found.entitlement)
    evidence = WarrantyEvidence.NONE if entitlement is None else WarrantyEvidence.SERIAL_LOOKUP
    plain = {"status": found.status, "reason": found.reason}
    return {"on": on, "evidence": evidence, "entitlement": entitlement, **plain}
