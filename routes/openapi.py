"""The OpenAPI document: what it says of every operation alike, so that no view can forget to say it.

Who may call it, its id, the headers that come and go, and every error as a problem document. Bounds and nulls come
from the fields; where apispec misreads a field, ``describe_field`` puts it right.
"""

from __future__ import annotations

import http
from collections.abc import Iterator, Mapping
from typing import Any

from apispec import APISpec
from marshmallow import Schema, fields
from marshmallow.validate import OneOf

from depot.permissions import roles_for

READ_ERRORS = (401, 403, 404, 406, 422, 500, 503)
WRITE_ERRORS = (400, 401, 403, 404, 406, 409, 412, 413, 415, 422, 500, 503, 507)
ALWAYS_WITH = {http.HTTPStatus.UNAUTHORIZED: "WWW-Authenticate", http.HTTPStatus.SERVICE_UNAVAILABLE: "Retry-After"}

NULL = {"type": "null"}
TEXT = {"type": "string"}
HEADERS: Mapping[str, tuple[bool, Mapping[str, Any], str]] = {
    "ETag": (True, {"type": "string", "pattern": '^"[0-9]+"$'}, "The version of what is answered, for If-Match."),
    "Location": (False, TEXT, "Where what was made can be read."),
    "Link": (False, TEXT, "The next page, rel=next; not on the last."),
    "Idempotency-Replayed": (False, {"const": "true"}, "This is the answer that the first such request was given."),
    "Depot-Warnings": (False, TEXT, "What is not as it should be on this paper."),
    "WWW-Authenticate": (True, TEXT, "How to authenticate: Bearer."),
    "Retry-After": (True, {"type": "integer", "minimum": 0}, "Try again after so many seconds."),
}
"""Per header of an answer: whether it always comes, its schema, and what it says."""

PARAMETERS: Mapping[str, tuple[str, Mapping[str, Any], str]] = {
    "IdempotencyKey": (
        "Idempotency-Key",
        {"type": "string", "pattern": "^[!-~]+$", "minLength": 1, "maxLength": 255},
        "The same request under the same key has its effect once, and its answer again; kept for at least a day.",
    ),
    "IfMatch": (
        "If-Match",
        {"type": "string", "pattern": '^(?:\\*|"[0-9]{1,18}"(?:, *"[0-9]{1,18}")*)$', "minLength": 1},
        "The ETag of what you have seen. Where somebody was faster: 412, and nothing is done.",
    ),
}
"""Per parameter that is a header: its name, its schema, and what it does."""


def register_components(spec: APISpec, problem: Mapping[str, Any]) -> None:
    """Put into the document what operations refer to: headers, header parameters, and a problem for each status."""
    for name, (required, schema, description) in HEADERS.items():
        spec.components.header(name, {"required": required, "schema": schema, "description": description})
    for key, (name, schema, description) in PARAMETERS.items():
        spec.components.parameter(key, "header", {"name": name, "schema": schema, "description": description})
    for status in http.HTTPStatus:
        if status >= 400:
            headers = {"headers": {ALWAYS_WITH[status]: ALWAYS_WITH[status]}} if status in ALWAYS_WITH else {}
            response = {"description": status.phrase, "content": problem, **headers}
            spec.components.response(status.name, response, lazy=True)
    spec.components.response("DEFAULT_ERROR", {"description": "Any error", "content": problem}, lazy=True)


def describe_field(_: object, field: fields.Field[Any], ret: dict[str, Any]) -> dict[str, Any]:
    """What apispec leaves wrong: null where a choice of types may be null, null as the default where it is not taken,
    and an enum narrowed by OneOf.
    """
    if not field.allow_none and ret.get("default", "") is None:
        del ret["default"]
    for branch in {"anyOf", "oneOf"} & set(ret):
        if field.allow_none and NULL not in ret[branch]:
            ret[branch] = [*ret[branch], NULL]
    narrowed = [rule.choices for rule in field.validators if isinstance(rule, OneOf)]
    if not narrowed or not isinstance(field, fields.Enum):
        return {}
    return {"enum": [choice.value for choice in narrowed[0]] + ([None] if field.allow_none else [])}


def describe_operation(doc: dict[str, Any], info: Mapping[str, Any], *, method: str, **_: Any) -> dict[str, Any]:
    """What every operation has: who may call it, its id, the headers that it takes and gives, and its errors."""
    roles = "Roles: " + ", ".join(roles_for(info["operation"]))
    info["docstring"]["description"] = "\n\n".join(filter(None, [info["docstring"].get("description"), roles]))
    doc["x-operation"] = info["operation"]
    doc["operationId"] = info["endpoint"].replace("-", "_")
    doc.setdefault("parameters", []).extend(_header_parameters(doc, info, method))
    for status in info["success_status_codes"]:
        response = doc["responses"][status]
        response["headers"] = {name: name for name in _headers(status, response, info, method)}
    statuses = READ_ERRORS if method == "get" else WRITE_ERRORS
    for status in statuses:
        doc["responses"].setdefault(str(status), http.HTTPStatus(status).name)
    doc["responses"]["default"] = "DEFAULT_ERROR"
    return doc


def _header_parameters(doc: Mapping[str, Any], info: Mapping[str, Any], method: str) -> Iterator[str]:
    if method == "post" and not info.get("never_stored"):
        yield "IdempotencyKey"
    answers_version = any("version" in _members(response) for response in doc["responses"].values())
    of_an_order = method == "post" and "<number>/" in info["rule"] and not info.get("never_stored")
    if method != "get" and "<" in info["rule"] and (answers_version or of_an_order):
        yield "IfMatch"


def _headers(status: int, response: Mapping[str, Any], info: Mapping[str, Any], method: str) -> Iterator[str]:
    members = _members(response)
    if "version" in members:
        yield "ETag"
    if status == http.HTTPStatus.CREATED:
        yield "Location"
    if "next" in members:
        yield "Link"
    if method == "post" and not info.get("never_stored"):
        yield "Idempotency-Replayed"
    if not members:
        yield "Depot-Warnings"


def _members(response: Any) -> Mapping[str, Any]:
    """The members of what an answer holds; none where it is a file."""
    contents = response.get("content", {}) if isinstance(response, Mapping) else {}
    schemas = [content.get("schema") for content in contents.values()]
    return {name: field for schema in schemas if isinstance(schema, Schema) for name, field in schema.fields.items()}
