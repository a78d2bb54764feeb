"""``/product-models``: makes and models as they are spelled, found together where they fold alike."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import url_for

from depot import product_models
from depot.versions import hold
from models import ProductModel
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.product_models import ProductModelChangeIn, ProductModelIn, ProductModelOut, ProductModelQuery

blueprint = Blueprint("product-models", "Makes and models, and what they cost to replace.")

Answer = tuple[dict[str, Any], dict[str, str]]


def _views(rows: Sequence[ProductModel]) -> list[dict[str, Any]]:
    variants = product_models.variants_by_id(session(), rows)
    plain = ("id", "make", "model", "version", "created_at", "retired_at")
    return [
        {
            **{name: getattr(row, name) for name in plain},
            "replacement_value": product_models.value_of(row),
            "variants": variants[row.id],
        }
        for row in rows
    ]


def _answer(row: ProductModel) -> Answer:
    return _views([row])[0], versioned(row.version)


@blueprint.post("/product-models")
@allow("change-devices")
@blueprint.arguments(ProductModelIn)
@blueprint.response(201, ProductModelOut)
def create_product_model(body: dict[str, Any]) -> Answer:
    """Create a product model; a replacement value is for managers."""
    if body["replacement_value"] is not None:
        actor().demand("set-sale-price")
    made = product_models.create_model(session(), body["make"], body["model"], body["replacement_value"], now())
    view, headers = _answer(made.product_model)
    location = url_for("product-models.read_product_model", model_id=made.product_model.id)
    return view, headers | {"Location": location}


@blueprint.get("/product-models")
@allow("read")
@blueprint.arguments(ProductModelQuery, location="query")
@blueprint.response(200, page_schema(ProductModelOut))
def list_product_models(query: dict[str, Any]) -> Answer:
    """List product models, each with its variants."""
    rows = product_models.select_models(query["make"], query["model"])
    page, headers = paged(rows, [ProductModel.id], query)
    return {**page, "items": _views(page["items"])}, headers


@blueprint.get("/product-models/<int:model_id>")
@allow("read")
@blueprint.response(200, ProductModelOut)
def read_product_model(model_id: int) -> Answer:
    """Read a product model."""
    return _answer(product_models.find_model(session(), model_id))


@blueprint.put("/product-models/<int:model_id>")
@allow("set-sale-price")
@blueprint.arguments(ProductModelChangeIn)
@blueprint.response(200, ProductModelOut)
def change_product_model(body: dict[str, Any], model_id: int) -> Answer:
    """Set what a model costs to replace; another spelling is another product model."""
    row = product_models.find_model(session(), model_id)
    hold(session(), row)
    wanted = changes(body, _views([row])[0], ProductModelOut)
    value = wanted.get("replacement_value", product_models.value_of(row))
    product_models.change_model(session(), row, value, seen_version())
    return _answer(row)


@blueprint.post("/product-models/<int:model_id>/retire")
@allow("set-sale-price")
@blueprint.response(200, ProductModelOut)
def retire_product_model(model_id: int) -> Answer:
    """Take a spelling out of the variants; its devices keep it."""
    row = product_models.find_model(session(), model_id)
    product_models.retire_model(session(), row, seen_version(), now())
    return _answer(row)
