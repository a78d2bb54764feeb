"""How much of a body is taken, and that all of it has come.

Left to itself the framework takes a body that broke off for a whole one, because the server says that it ends bodies by
itself; and cuts one in chunks off at the limit. What is left could be valid and mean something else: an absent body
equals ``{}``.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import IO, Any, TypeVar, cast

import flask
from flask import current_app, request
from werkzeug.utils import cached_property
from werkzeug.wsgi import LimitedStream, get_input_stream

TERMINATED = "wsgi.input_terminated"

F = TypeVar("F", bound=Callable[..., Any])


class Chunks(LimitedStream):
    """A body in chunks, of which nobody knows the length before its end; one beyond the limit is refused."""

    def __init__(self, stream: IO[bytes], most: int) -> None:
        super().__init__(stream, most + 1, is_max=True)

    def readall(self) -> bytes:
        """All of it. Raises RequestEntityTooLarge."""
        body = super().readall()
        if self.is_exhausted:
            self.on_exhausted()
        return body


class Request(flask.Request):
    """A request whose body is read to its end, or refused."""

    @cached_property
    def stream(self) -> IO[bytes]:
        """The body. Reading raises ClientDisconnected where it breaks off, and RequestEntityTooLarge."""
        limit = self.max_content_length
        if self.content_length is None and limit is not None and TERMINATED in self.environ:
            return cast("IO[bytes]", Chunks(self.environ["wsgi.input"], limit))
        self.environ.pop(TERMINATED, None)
        return get_input_stream(self.environ, max_content_length=limit)


def takes_up_to(size: int) -> Callable[[F], F]:
    """Let a view take a body of so many bytes, whatever the service's own limit is."""

    def mark(view: F) -> F:
        view.body_limit = size  # type: ignore[attr-defined]
        return view

    return mark


def apply_body_limit() -> None:
    """Put the limit of the view that is called on the request, before anything reads the body."""
    limit = getattr(current_app.view_functions.get(request.endpoint or ""), "body_limit", None)
    if limit is not None:
        request.max_content_length = limit
