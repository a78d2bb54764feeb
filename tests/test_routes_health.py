"""Whether the service says truly how it is."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from conftest import Client
from databases import settings_for
from openapi_spec_validator import validate

from app import DepotApp, create_app
from models import db, migrate


def test_it_is_alive(root: Client) -> None:
    assert root.get("/healthz").json == {"status": "alive"}


def test_it_is_ready(root: Client) -> None:
    assert root.get("/readyz").json["parts"] == {"database": True, "migrations": True, "room": True}


def test_without_room_it_is_not_ready(app: DepotApp, root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, room=2**62))

    assert root.get("/readyz", expect=503).json["parts"]["room"] is False


def test_before_the_migrations_it_is_not_ready(tmp_path: Path) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/new.sqlite3", tmp_path))

    assert migrate.head() is None or Client(app, base="").get("/readyz", expect=503).json["parts"]["database"]
    with app.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_openapi_document_is_valid(client: Client) -> None:
    document = client.get("/openapi.json").json

    validate(document)
    assert document["openapi"] == "3.1.0"


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_every_operation_documents_its_roles_and_its_errors(client: Client) -> None:
    document = client.get("/openapi.json").json
    operations = [
        (method, path, operation)
        for path, methods in document["paths"].items()
        for method, operation in methods.items()
        if method != "parameters"
    ]

    for method, path, operation in operations:
        needed = {"401", "403", "404", "422", "500", "503", "default"} | (
            {"400", "413", "415"} if method == "post" else set()
        )
        assert needed <= set(operation["responses"]), f"{method} {path}"
        assert "Roles: " in operation["description"], f"{method} {path}"
    for response in document["components"]["responses"].values():
        assert list(response["content"]) == ["application/problem+json"]


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_page_to_read_it_loads_nothing_from_elsewhere(client: Client, root: Client) -> None:
    page = client.get("/docs")
    script = page.text.split('<script type="module" src="')[1].split('"')[0]

    assert "http" not in page.text.replace("https://depot.example", "")
    assert "script-src 'self';" in page.headers["Content-Security-Policy"]
    assert root.get(script).mimetype.endswith("javascript")


def test_the_front_door_leads_to_the_documentation(root: Client) -> None:
    assert root.get("/", expect=302).headers["Location"] == "/api/v1/docs"
