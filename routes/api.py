"""The JSON API: its blueprints, who may call a view, and the OpenAPI document.

Every view of an API blueprint is authenticated and names its operation with ``allow``; the role is checked before the
body is read. Every error is documented as a problem document.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import wraps
from typing import Any, TypeVar, cast

from flask import Flask, request
from flask_smorest import Api as SmorestApi
from flask_smorest import Blueprint as SmorestBlueprint
from marshmallow import INCLUDE, fields
from marshmallow import Schema as MarshmallowSchema
from werkzeug.exceptions import NotAcceptable
from werkzeug.routing import IntegerConverter

from depot.errors import FieldError
from routes.authentication import authenticate
from routes.bodies import apply_body_limit
from routes.context import actor
from routes.etags import demand_heeded
from routes.fields import BIGGEST, Schema
from routes.openapi import describe_field, describe_operation, register_components
from routes.parsing import Parser, refusal_of
from routes.problems import PROBLEM_JSON

BASE = "/api/v1"
JSON = "application/json"

F = TypeVar("F", bound=Callable[..., Any])


class FieldErrorOut(MarshmallowSchema):
    """One field that does not validate."""

    pointer = fields.String(
        required=True, metadata={"description": "JSON pointer into the body, or /name of a query parameter"}
    )
    detail = fields.String(required=True)


class Problem(MarshmallowSchema):
    """RFC 9457; the facts of a refusal are further members."""

    class Meta:
        unknown = INCLUDE

    type = fields.String(required=True)
    title = fields.String(required=True)
    status = fields.Integer(required=True)
    detail = fields.String(required=True)
    errors = fields.List(fields.Nested(FieldErrorOut))


class Id(IntegerConverter):
    """An id in a path, no bigger than a column holds: beyond that there is nothing, so 404."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"min": 1, "max": BIGGEST, **kwargs})


class Api(SmorestApi):  # type: ignore[misc]  # flask-smorest is untyped
    """flask-smorest, with errors documented as problem documents and handled by ``routes/problems.py``."""

    def _register_error_handlers(self) -> None:
        """None of its own: its handler drops Allow from a 405."""

    def _register_responses(self) -> None:
        self.ma_plugin.converter.add_attribute_function(describe_field)
        register_components(self.spec, {PROBLEM_JSON: {"schema": Problem}})


class Blueprint(SmorestBlueprint):  # type: ignore[misc]  # flask-smorest is untyped
    """A part of the API: authenticated, strict about bodies and queries, its errors documented."""

    ARGUMENTS_PARSER = Parser()

    def __init__(self, name: str, description: str) -> None:
        super().__init__(name, name, url_prefix=BASE, description=description)
        self.before_request(authenticate)
        self.before_request(apply_body_limit)
        self._prepare_doc_cbks.append(describe_operation)

    def add_url_rule(self, rule: str, endpoint: str | None = None, view_func: Any = None, **options: Any) -> None:
        """Register a view, and let its documentation know where it is."""
        view_func._apidoc |= {"rule": rule, "endpoint": endpoint or view_func.__name__}
        super().add_url_rule(rule, endpoint, view_func, **options)

    def get(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register a view for GET; this and the next only put types on what flask-smorest leaves untyped."""
        return cast("Callable[[F], F]", super().get(rule, **options))

    def post(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register a view for POST."""
        return cast("Callable[[F], F]", super().post(rule, **options))

    def put(self, rule: str, **options: Any) -> Callable[[F], F]:
        """Register a view for PUT."""
        return cast("Callable[[F], F]", super().put(rule, **options))

    def arguments(self, schema: type[Schema], **options: Any) -> Callable[[F], F]:
        """Validate the body, or with ``location="query"`` the query. A body that needs nothing may be left out."""
        whole = schema()
        options.setdefault("required", not whole.partial and any(field.required for field in whole.fields.values()))
        return cast("Callable[[F], F]", super().arguments(schema, **options))

    def response(
        self, status: int, schema: type[Schema] | Mapping[str, Any] | None = None, **options: Any
    ) -> Callable[[F], F]:
        """Answer with a status and what a schema makes of the view's value."""
        return cast("Callable[[F], F]", super().response(status, schema, **options))

    def alt_response(self, status: int, *args: Any, **options: Any) -> Callable[[F], F]:
        """Document another answer than the usual one, not one of the errors that all views have."""
        return cast("Callable[[F], F]", super().alt_response(status, *args, **options))

    def doc(self, **says: Any) -> Callable[[F], F]:
        """Add to the documentation of a view."""
        return cast("Callable[[F], F]", super().doc(**says))


def allow(operation: str, *produces: str) -> Callable[[F], F]:
    """Let those call a view whose role may do the operation. Refuses unknown query parameters; 406 by Accept.

    ``produces`` are the media types of its answers; JSON where none is named.
    """

    def decorate(view: F) -> F:
        takes_query = _takes_query(view)

        @wraps(view)
        def checked(*args: Any, **kwargs: Any) -> Any:
            actor().demand(operation)
            _demand_acceptable(produces or (JSON,))
            if not takes_query:
                _refuse_query()
            answer = view(*args, **kwargs)
            demand_heeded()
            return answer

        checked.operation = operation  # type: ignore[attr-defined]
        checked._apidoc = {**deepcopy(getattr(view, "_apidoc", {})), "operation": operation}  # type: ignore[attr-defined]
        return checked  # type: ignore[return-value]  # the same call as the view's

    return decorate


def register_api(app: Flask) -> Api:
    """The API on an application; blueprints are registered on the answer."""
    app.config.update(
        API_TITLE="Depot",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        API_SPEC_OPTIONS={
            "info": {
                "description": "Orders, parts, loaner units and papers of a repair depot.",
                "license": {"name": "MIT"},
            },
            "servers": [{"url": "/"}],
            "security": [{"bearer": []}],
        },
    )
    app.url_map.converters["int"] = Id
    api = Api(app)
    api.spec.components.security_scheme("bearer", {"type": "http", "scheme": "bearer"})
    return api


def _takes_query(view: Callable[..., Any]) -> bool:
    documented: Mapping[str, Any] = getattr(view, "_apidoc", {})
    return any(parameter["in"] == "query" for parameter in documented.get("arguments", {}).get("parameters", ()))


def _demand_acceptable(produces: tuple[str, ...]) -> None:
    accepted = request.accept_mimetypes
    if accepted and accepted.best_match(produces) is None:
        raise NotAcceptable(f"This answers {', '.join(produces)}.")


def _refuse_query() -> None:
    if request.args:
        raise refusal_of(FieldError(f"/{name}", "Unknown query parameter.") for name in request.args)
