"""Every way in and out. The only package that knows HTTP."""

from __future__ import annotations

from flask import Flask, Response

from routes import (
    attachments,
    codes,
    customers,
    depots,
    devices,
    documents,
    entitlements,
    health,
    labels,
    loaners,
    locations,
    orders,
    parts,
    payments,
    people,
    printers,
    product_models,
    public,
    receiving,
    scan,
    stock,
    test_sheets,
    tokens,
)
from routes.api import register_api
from routes.problems import register_problems

API_BLUEPRINTS = (
    orders.blueprint,
    scan.blueprint,
    payments.blueprint,
    documents.blueprint,
    receiving.blueprint,
    labels.blueprint,
    printers.blueprint,
    attachments.blueprint,
    entitlements.blueprint,
    parts.blueprint,
    stock.blueprint,
    locations.blueprint,
    loaners.blueprint,
    customers.blueprint,
    devices.blueprint,
    product_models.blueprint,
    codes.blueprint,
    test_sheets.blueprint,
    depots.blueprint,
    people.blueprint,
    tokens.blueprint,
)
OPEN_BLUEPRINTS = (health.blueprint, public.blueprint)

SAFE_HEADERS = {
    "Content-Security-Policy": "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self';"
    " frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
}


def register_routes(app: Flask) -> None:
    """Put every route and the problem documents on an application."""
    register_problems(app)
    api = register_api(app)
    for blueprint in API_BLUEPRINTS:
        api.register_blueprint(blueprint)
    for page in OPEN_BLUEPRINTS:
        app.register_blueprint(page)
    app.after_request(_add_safe_headers)


def _add_safe_headers(response: Response) -> Response:
    for name, value in SAFE_HEADERS.items():
        response.headers.setdefault(name, value)
    return response
