"""Reading a body and a query: what is not JSON is a 400, of another type a 415, what does not validate is Invalid."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any, NoReturn

import marshmallow
from flask import Request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from depot.errors import FieldError, Invalid


class Parser(FlaskParser):
    """webargs, as strict as the published contract; a body that is absent or blank equals ``{}``."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if not body.strip(b" \t\r\n"):
            return missing
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        return load_json(body)

    def handle_error(self, error: marshmallow.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Say which fields, and why."""
        by_location: Any = error.messages
        raise Invalid([found for messages in by_location.values() for found in field_errors(messages)]) from error


def load_json(body: bytes) -> Any:
    """The value of a JSON text. BadRequest for what is none: NaN, too deep, too long a number, not Unicode."""
    try:
        return json.loads(body, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise BadRequest("The body is not JSON.") from error


def field_errors(messages: Any, pointer: str = "") -> Iterator[FieldError]:
    """marshmallow's nested messages as a flat list of JSON pointers."""
    if isinstance(messages, Mapping):
        for key, inner in messages.items():
            yield from field_errors(inner, pointer if key == "_schema" else f"{pointer}/{_escaped(key)}")
    elif isinstance(messages, list):
        for inner in messages:
            yield from field_errors(inner, pointer)
    else:
        yield FieldError(pointer, str(messages))


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
