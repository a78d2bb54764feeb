"""Whether the service is alive and ready, and what it can do: open to anybody."""

from __future__ import annotations

import shutil
from typing import Any

from flask import Blueprint, Response, current_app, jsonify, redirect, render_template, url_for
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError
from werkzeug.wrappers import Response as BaseResponse

from depot.settings import is_embedded
from models import db, migrate
from models.engine import database_path
from routes.api import BASE
from routes.context import service

blueprint = Blueprint("health", __name__)

DOCS_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self';"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


@blueprint.get("/")
def front() -> BaseResponse:
    """Whoever opens the printed address gets something to read."""
    return redirect(url_for("health.docs"))


@blueprint.get("/healthz")
def healthz() -> Response:
    """Alive: this process answers."""
    return jsonify(status="alive")


@blueprint.get("/readyz")
def readyz() -> tuple[Response, int]:
    """Ready: the database is reached, its tables are of this version, and there is room on the disk. 503 where not."""
    parts = {**_database(db.engine), "room": _has_room()}
    ready = all(parts.values())
    return jsonify(status="ready" if ready else "not ready", parts=parts), 200 if ready else 503


@blueprint.get(f"{BASE}/openapi.json")
def openapi() -> Response:
    """The OpenAPI document of the API."""
    document: dict[str, Any] = current_app.extensions["flask-smorest"]["apis"][""]["ext_obj"].spec.to_dict()
    return jsonify(document)


@blueprint.get(f"{BASE}/docs")
def docs() -> Response:
    """A page to read that document with; nothing on it comes from elsewhere."""
    response = Response(render_template("api_docs.html"), mimetype="text/html")
    response.headers["Content-Security-Policy"] = DOCS_POLICY
    return response


def _database(engine: Engine) -> dict[str, bool]:
    try:
        return {"database": True, "migrations": migrate.is_current(engine)}
    except SQLAlchemyError:
        return {"database": False, "migrations": False}


def _has_room() -> bool:
    settings = service().settings
    folder = database_path(settings.database_url).parent if is_embedded(settings.database_url) else settings.data_dir
    return shutil.disk_usage(folder).free >= settings.room
