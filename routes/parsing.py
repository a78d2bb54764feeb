"""Reading a body and a query: what is not JSON is a 400, of another type a 415, what does not validate is Invalid.

Nobody's body may cost much more than its reading: sizes are bounded before values are looked at, and so is the answer.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import islice
from typing import Any, NoReturn

import marshmallow
from flask import Request
from webargs.core import missing
from webargs.flaskparser import FlaskParser
from werkzeug.exceptions import BadRequest, UnsupportedMediaType

from depot.errors import FieldError, Invalid

MOST_ERRORS = 100
MOST_MEMBERS = 200
LONGEST_NAME = 200


class Parser(FlaskParser):
    """webargs, as strict as the published contract; a body that is absent or blank equals ``{}``."""

    DEFAULT_UNKNOWN_BY_LOCATION = dict.fromkeys(FlaskParser.DEFAULT_UNKNOWN_BY_LOCATION)

    def _raw_load_json(self, req: Request) -> Any:
        body = req.get_data(cache=True)
        if is_blank(body):
            return missing
        if not req.is_json:
            raise UnsupportedMediaType("Send the body as application/json.")
        return load_json(body)

    def handle_error(self, error: marshmallow.ValidationError, *_: Any, **__: Any) -> NoReturn:
        """Say which fields, and why."""
        by_location: Any = error.messages
        raise refusal_of(found for messages in by_location.values() for found in field_errors(messages)) from error


def is_blank(body: bytes) -> bool:
    """Whether a body is as good as absent."""
    return not body.strip(b" \t\r\n")


def refusal_of(errors: Iterator[FieldError]) -> Invalid:
    """The refusal for these fields: it names the first hundred of them, and says how many more there are."""
    named = list(islice(errors, MOST_ERRORS))
    more = sum(1 for _ in errors)
    if not more:
        return Invalid(named)
    told = f"{len(named) + more} fields do not validate; `errors` names the first {len(named)} of them."
    return Invalid(named, told, more=more)


def load_json(body: bytes) -> Any:
    """The value of a JSON text. BadRequest for what is none (NaN, too deep, too long a number, not Unicode) and for
    what could be read in two ways, or has more members than anything of ours: a member that is there twice.
    """
    try:
        return json.loads(body, parse_constant=_refuse_constant, object_pairs_hook=_members)
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


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members = dict(pairs)
    if len(pairs) > MOST_MEMBERS:
        raise BadRequest(f"An object in the body has {len(pairs)} members; send at most {MOST_MEMBERS}.")
    if any(len(name) > LONGEST_NAME for name in members):
        raise BadRequest(f"The name of a member in the body is longer than {LONGEST_NAME} characters.")
    if len(members) < len(pairs):
        counts = Counter(name for name, _ in pairs)
        raise BadRequest(f"The member {counts.most_common(1)[0][0]!r} is there twice; send it once.")
    return members


def _escaped(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)
