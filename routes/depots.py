"""``/depots``: the depots, what their paper says, and their policies. Admins change them; everybody reads their own."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from flask import url_for

from depot import depots
from depot.depots import DepotFacts
from depot.versions import hold
from models import Depot
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import PageQuery, page_schema, paged
from routes.schemas.depots import DepotChangeIn, DepotOut, NewDepotIn

blueprint = Blueprint("depots", "The depots, their paper and their policies.")

Answer = tuple[dict[str, Any], dict[str, str]]
IN_BOTH_LANGUAGES = ("name", "address", "uncollected_terms", "charge_terms")


def _facts(known: DepotFacts, body: dict[str, Any]) -> DepotFacts:
    """What is known, with what the body says in its place."""
    flat = {name: value for name, value in body.items() if name not in {*IN_BOTH_LANGUAGES, "policies", "code"}}
    for name in IN_BOTH_LANGUAGES:
        flat |= {f"{name}_{language}": text for language, text in body.get(name, {}).items()}
    return replace(known, **flat, **body.get("policies", {}))


def _view(depot: Depot) -> dict[str, Any]:
    facts = vars(depots.facts_of(depot))
    both = {name: {"zh": facts[f"{name}_zh"], "en": facts[f"{name}_en"]} for name in IN_BOTH_LANGUAGES}
    rest = {name: getattr(depot, name) for name in ("code", "version", "created_at", "retired_at")}
    return {**facts, **both, **rest, "policies": facts, "unfilled": depots.unfilled(depot)}


def _found(code: str) -> Depot:
    depot = depots.find_depot(session(), code)
    actor().demand_sight(depot.id, f"depot {code[:20]}")
    return depot


def _answer(depot: Depot) -> Answer:
    return _view(depot), versioned(depot.version)


@blueprint.post("/depots")
@allow("change-depots")
@blueprint.arguments(NewDepotIn)
@blueprint.response(201, DepotOut)
def create_depot(body: dict[str, Any]) -> Answer:
    """Create a depot; its code stays."""
    depot = depots.create_depot(session(), body["code"], _facts(DepotFacts(), body), now())
    view, headers = _answer(depot)
    return view, headers | {"Location": url_for("depots.read_depot", code=depot.code)}


@blueprint.get("/depots")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(DepotOut))
def list_depots(query: dict[str, Any]) -> Answer:
    """List the depots that the token covers."""
    page, headers = paged(depots.select_depots(actor()), [Depot.id], query)
    return {**page, "items": [_view(depot) for depot in page["items"]]}, headers


@blueprint.get("/depots/<code>")
@allow("read")
@blueprint.response(200, DepotOut)
def read_depot(code: str) -> Answer:
    """Read a depot."""
    return _answer(_found(code))


@blueprint.put("/depots/<code>")
@allow("change-depots")
@blueprint.arguments(DepotChangeIn)
@blueprint.response(200, DepotOut)
def change_depot(body: dict[str, Any], code: str) -> Answer:
    """Change a depot."""
    depot = _found(code)
    hold(session(), depot)
    facts = _facts(depots.facts_of(depot), changes(body, _view(depot), DepotOut))
    depots.change_depot(session(), depot, facts, seen_version())
    return _answer(depot)


@blueprint.post("/depots/<code>/retire")
@allow("change-depots")
@blueprint.response(200, DepotOut)
def retire_depot(code: str) -> Answer:
    """Take a depot out of use; its records stay."""
    depot = _found(code)
    depots.retire_depot(session(), depot, seen_version(), now())
    return _answer(depot)
