"""The OpenAPI document as the service serves it, and its operations one by one."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from databases import settings_for

from app import create_app
from models import db

METHODS = {"get", "post", "put", "patch", "delete"}


@dataclass(frozen=True)
class Operation:
    """One method of one path."""

    method: str
    path: str
    says: Mapping[str, Any]

    @property
    def label(self) -> str:
        return f"{self.method.upper()} {self.path}"

    def headers(self) -> set[str]:
        """The header parameters that it takes."""
        return {each["name"] for each in map(resolved, self.says["parameters"]) if each["in"] == "header"}

    def successes(self) -> dict[int, Mapping[str, Any]]:
        """What it answers when all is well, by status."""
        return {int(status): says for status, says in self.says["responses"].items() if status[0] in "23"}

    def body(self) -> Mapping[str, Any] | None:
        """The schema of its body, if it takes one."""
        content = self.says.get("requestBody", {"content": {}})["content"]
        return next((resolved(media["schema"]) for media in content.values()), None)


@cache
def read_document() -> Mapping[str, Any]:
    """The document of a service that has no tables yet."""
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings_for(f"sqlite:///{folder}/bare.sqlite3", Path(folder)))
        document: Mapping[str, Any] = app.test_client().get("/api/v1/openapi.json").get_json()
        with app.app_context():
            db.engine.dispose()
    return document


@cache
def operations() -> tuple[Operation, ...]:
    """Every operation of the document."""
    paths = read_document()["paths"].items()
    return tuple(
        Operation(method, path, says) for path, item in paths for method, says in item.items() if method in METHODS
    )


def resolved(node: Mapping[str, Any]) -> Mapping[str, Any]:
    """What a node says, or what it refers to."""
    if "$ref" not in node:
        return node
    found: Any = read_document()
    for key in node["$ref"].removeprefix("#/").split("/"):
        found = found[key]
    return resolved(found)


def properties(schema: Mapping[str, Any], place: str = "") -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Every simple value that a schema takes, and where."""
    schema = resolved(schema)
    for branch in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(branch, ()):
            yield from properties(choice, place)
    for name, inner in schema.get("properties", {}).items():
        yield from properties(inner, f"{place}/{name}")
    if "items" in schema:
        yield from properties(schema["items"], f"{place}/*")
    if "type" in schema:
        yield place, schema
