"""``/locations``: the bins of a depot. The ledger's own accounts are no bins and are not listed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from depot import locations
from depot.depots import depot_for
from depot.store_names import depot_codes
from depot.versions import hold
from models import Location
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.locations import LocationChange, LocationIn, LocationOut, LocationQuery

blueprint = Blueprint("locations", "The bins of a depot.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]


def location_views(places: Sequence[Location]) -> list[View]:
    """Bins as lists show them."""
    depots = depot_codes(session(), [place.depot_id for place in places])
    names = ("id", "code", "name", "version", "created_at", "retired_at")
    return [{name: getattr(place, name) for name in names} | {"depot": depots[place.depot_id]} for place in places]


def _answer(place: Location) -> Answer:
    return location_views([place])[0], versioned(place.version)


@blueprint.post("/locations")
@allow("change-stock")
@blueprint.arguments(LocationIn)
@blueprint.response(201, LocationOut)
def create_location(body: View) -> Answer:
    """Add a bin to a depot."""
    depot = depot_for(session(), body["depot"], actor())
    place = locations.create_location(session(), depot, body["code"], body["name"], now())
    view, headers = _answer(place)
    return view, {**headers, "Location": url_for("locations.read_location", location_id=place.id)}


@blueprint.get("/locations")
@allow("read-stock")
@blueprint.arguments(LocationQuery, location="query")
@blueprint.response(200, page_schema(LocationOut))
def list_locations(query: View) -> Answer:
    """List bins by code."""
    depot = depot_for(session(), query["depot"], actor()).id if query["depot"] else None
    rows = locations.select_locations(actor(), depot, query["q"] or "")
    page, headers = paged(rows, [Location.code, Location.id], query)
    return page | {"items": location_views(page["items"])}, headers


@blueprint.get("/locations/<int:location_id>")
@allow("read-stock")
@blueprint.response(200, LocationOut)
def read_location(location_id: int) -> Answer:
    """Read a bin."""
    return _answer(locations.find_location(session(), location_id, actor()))


@blueprint.put("/locations/<int:location_id>")
@allow("change-stock")
@blueprint.arguments(LocationChange)
@blueprint.response(200, LocationOut)
def change_location(body: View, location_id: int) -> Answer:
    """Give a bin another name."""
    place = locations.find_location(session(), location_id, actor())
    hold(session(), place)
    name = changes(body, location_views([place])[0], LocationOut).get("name", place.name)
    return _answer(locations.rename_location(session(), place, name, seen_version()))


@blueprint.post("/locations/<int:location_id>/retire")
@allow("change-stock")
@blueprint.response(200, LocationOut)
def retire_location(location_id: int) -> Answer:
    """Take a bin out of use; not while something is in it."""
    place = locations.find_location(session(), location_id, actor())
    return _answer(locations.retire_location(session(), place, now(), seen_version()))
