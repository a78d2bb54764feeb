"""``/parts``: the catalogue of spare parts, and what is on hand of each.

A part number may hold slashes and blanks, so the path takes whatever it finds there, percent-encoded as paths are.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for
from flask.blueprints import BlueprintSetupState
from werkzeug.routing import PathConverter

from depot import parts
from depot.parts import PartFacts, Stock, StockOfPart
from depot.quantities import shown
from depot.versions import hold
from models import Part
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.parts import PartChange, PartIn, PartOut, PartQuery

blueprint = Blueprint("parts", "The catalogue of spare parts, and what is on hand of each.")

View = dict[str, Any]
Answer = tuple[View, dict[str, str]]


class Anything(PathConverter):
    """The rest of a path as it is, slashes at the beginning, in a row and at the end too."""

    regex = ".+"
    part_isolating = False


def know_anything(setup: BlueprintSetupState) -> None:
    """Make the converter ``anything`` known to the application that a blueprint is registered on."""
    setup.app.url_map.converters["anything"] = Anything


blueprint.record(know_anything)


def amounts(part: Part, stock: Stock) -> View:
    """On hand, reserved and available, as they go out."""
    return {name: shown(getattr(stock, name), part.unit) for name in ("on_hand", "reserved", "available")}


def _view(part: Part, stock: StockOfPart) -> View:
    names = ("part_number", "name", "serialized", "unit", "version", "created_at", "retired_at")
    return {name: getattr(part, name) for name in names} | {
        "sale_price": parts.price_of(part),
        **amounts(part, stock.total),
        "issued": shown(stock.issued, part.unit),
        "defective": shown(stock.defective, part.unit),
        "locations": [
            {"depot": depot, "location": code, **amounts(part, here), "conditions": _by_condition(part, here)}
            for (depot, code), here in stock.by_bin.items()
        ],
    }


def _by_condition(part: Part, stock: Stock) -> View:
    return {condition.value: shown(quantity, part.unit) for condition, quantity in stock.conditions.items()}


def part_views(found: Sequence[Part]) -> list[View]:
    """Parts as lists show them, with their stock."""
    stock = parts.stock_of(session(), found, actor())
    return [_view(part, stock[part.id]) for part in found]


def _answer(part: Part) -> Answer:
    return part_views([part])[0], versioned(part.version)


@blueprint.post("/parts")
@allow("change-stock")
@blueprint.arguments(PartIn)
@blueprint.response(201, PartOut)
def create_part(body: View) -> Answer:
    """Add a part to the catalogue."""
    facts = PartFacts(body["name"], body["sale_price"])
    part = parts.create_part(session(), body["part_number"], facts, body["serialized"], body["unit"], actor(), now())
    view, headers = _answer(part)
    return view, {**headers, "Location": url_for("parts.read_part", part_number=part.part_number)}


@blueprint.get("/parts")
@allow("read-stock")
@blueprint.arguments(PartQuery, location="query")
@blueprint.response(200, page_schema(PartOut))
def list_parts(query: View) -> Answer:
    """List parts by number, with their stock."""
    page, headers = paged(parts.select_parts(query["q"] or "", query["retired"]), [Part.part_number], query)
    return page | {"items": part_views(page["items"])}, headers


@blueprint.get("/parts/<anything:part_number>")
@allow("read-stock")
@blueprint.response(200, PartOut)
def read_part(part_number: str) -> Answer:
    """Read a part, with its stock in all and by location."""
    return _answer(parts.find_part(session(), part_number))


@blueprint.put("/parts/<anything:part_number>")
@allow("change-stock")
@blueprint.arguments(PartChange)
@blueprint.response(200, PartOut)
def change_part(body: View, part_number: str) -> Answer:
    """Change a part's name or price."""
    part = parts.find_part(session(), part_number)
    hold(session(), part)
    wanted = changes(body, part_views([part])[0], PartOut)
    return _answer(parts.change_part(session(), part, wanted, actor(), now(), seen_version()))


@blueprint.post("/parts/<anything:part_number>/retire")
@allow("change-stock")
@blueprint.response(200, PartOut)
def retire_part(part_number: str) -> Answer:
    """Take a part out of the catalogue; not while there is stock of it."""
    part = parts.find_part(session(), part_number)
    return _answer(parts.retire_part(session(), part, actor(), now(), seen_version()))
