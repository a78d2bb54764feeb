"""Refusals become RFC 9457 problem documents here, and nowhere else.

Each refusal class has a status, its own or that of the class it extends; its type and title follow from its name. The
facts of a refusal are members of the document. What nobody foresaw is logged and answered without details.
"""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from flask import Flask, Response, request
from werkzeug.exceptions import ClientDisconnected, HTTPException, RequestEntityTooLarge
from werkzeug.wrappers import Response as AnyResponse

from depot import errors

PROBLEM_JSON = "application/problem+json"

STATUSES: Mapping[type[errors.Refusal], int] = {
    errors.SeveralMeanings: 300,
    errors.Unauthenticated: 401,
    errors.Forbidden: 403,
    errors.NotYourDepot: 403,
    errors.OnlyTheAssigned: 403,
    errors.NotFound: 404,
    errors.Conflict: 409,
    errors.StillRunning: 409,
    errors.Stale: 412,
    errors.TooLarge: 413,
    errors.WrongFileType: 415,
    errors.Invalid: 422,
    errors.KeyReused: 422,
    errors.PrinterAway: 502,
    errors.PrinterSilent: 504,
    errors.Busy: 503,
    errors.DatabaseAway: 503,
    errors.DiskFull: 507,
}

HEADERS: Mapping[type[errors.Refusal], Mapping[str, str]] = {
    errors.Unauthenticated: {"WWW-Authenticate": "Bearer"},
    errors.StillRunning: {"Retry-After": "1"},
    errors.Busy: {"Retry-After": "1"},
    errors.DatabaseAway: {"Retry-After": "5"},
}

log = logging.getLogger(__name__)


def register_problems(app: Flask) -> None:
    """Answer every refusal, every HTTP error and everything unforeseen with a problem document."""
    app.register_error_handler(errors.Refusal, refused)
    app.register_error_handler(HTTPException, http_error)
    app.register_error_handler(ClientDisconnected, broken_off)
    app.register_error_handler(Exception, unforeseen)


def status_of(refusal: type[errors.Refusal]) -> int:
    """The status of a refusal class: its own row's, else that of the nearest class above it. KeyError: it has none."""
    for kind in refusal.__mro__:
        if kind in STATUSES:
            return STATUSES[kind]
    raise KeyError(refusal)


def refused(refusal: errors.Refusal) -> Response:
    """The problem document of a refusal."""
    name = re.sub(r"(?<!^)(?=[A-Z])", "-", type(refusal).__name__).lower()
    title = name.replace("-", " ").capitalize()
    response = problem(status_of(type(refusal)), title, refusal.message, f"urn:depot:problem:{name}", refusal.facts)
    response.headers.update(HEADERS.get(type(refusal), {}))
    return response


def http_error(error: HTTPException) -> Response | AnyResponse:
    """The problem document of an error that the web framework found; keeps headers such as Allow."""
    if error.response is not None or error.code is None or error.code < 400:
        return error.get_response()
    response = _too_large() if isinstance(error, RequestEntityTooLarge) else None
    response = response or problem(error.code, error.name, error.description or error.name)
    kept = [(name, value) for name, value in error.get_headers() if name != "Content-Type"]
    response.headers.extend(kept)
    return response


def _too_large() -> Response | None:
    most = request.max_content_length
    if most is None:
        return None
    return refused(errors.TooLarge(f"The body is too large; at most {most:,} bytes are taken here.", most_bytes=most))


def broken_off(_: Exception) -> Response:
    """A body that does not end as it should; nobody may be there any more to read this."""
    return problem(400, "Bad Request", "The body broke off or is not framed as HTTP says; send the request again.")


def unforeseen(error: Exception) -> Response:
    """The last resort: the log gets everything, the client nothing but that it was not their fault."""
    log.error("unforeseen", exc_info=error)
    return problem(500, "Internal Server Error", "Something went wrong on our side; it has been logged.")


def problem(
    status: int, title: str, detail: str, type_: str = "about:blank", facts: Mapping[str, Any] | None = None
) -> Response:
    """A response of media type application/problem+json; facts never hide the five standard members."""
    document = {**(facts or {}), "type": type_, "title": title, "status": status, "detail": detail}
    return Response(json.dumps(document, default=_plain, ensure_ascii=True), status, mimetype=PROBLEM_JSON)


def _plain(value: Any) -> Any:
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else str(value.normalize())
    if isinstance(value, datetime):
        return value.isoformat().replace("+00:00", "Z")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, (set, frozenset)):
        return sorted(value)
    return str(value)
