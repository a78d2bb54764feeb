"""The floors: what an answer costs without the service, behind the same server with as many processes and threads.

``/empty`` is Flask with nothing to do; ``/sql/OPERATION/KEY/NUMBER`` plays an operation's statements by the bare driver
in one transaction, behind a bare function; ``/paper/label`` and ``/paper/receipt`` are the drawing libraries alone.
"""

from __future__ import annotations

import socket
from collections.abc import Callable, Mapping
from functools import partial
from threading import local
from typing import Any

from flask import Flask

from benchmarks import paper
from benchmarks.databases import Driver, connect
from benchmarks.operations import RECEIVE, Order, new_number
from benchmarks.replay import Program
from labels import fonts
from routes.cli.serve import Server, options_for

Answer = tuple[bytes, list[tuple[str, str]]]


class Floors:
    """The WSGI application."""

    def __init__(self, programs: Mapping[str, Program], url: str) -> None:
        self._programs, self._url, self._here = programs, url, local()
        self._paper: dict[str, Callable[[], bytes]] = {
            "label": paper.label,
            "receipt": partial(paper.receipt, paper.words_of(programs["receipt"].answer)),
        }
        self._empty = Flask("empty")
        self._empty.add_url_rule("/empty", view_func=lambda: "", endpoint="empty")

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request."""
        kind, *rest = environ["PATH_INFO"].strip("/").split("/")
        if kind == "empty":
            return self._empty(environ, start_response)
        environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        body, headers = self._sql(*rest) if kind == "sql" else (self._paper[rest[0]](), [])
        start_response("200 OK", [("Content-Length", str(len(body))), *headers])
        return [body]

    def _sql(self, name: str, key: str, number: str = "") -> Answer:
        program, count = self._programs[name], int(key)
        order = Order(count, number or new_number(count))
        with self._driver().transaction(program.writing) as cursor:
            program.play(cursor, order)
        return program.answer, [("Location", order.number)] if name == RECEIVE.name else []

    def _driver(self) -> Driver:
        """This thread's connection."""
        if not hasattr(self._here, "driver"):
            self._here.driver = connect(self._url)
        driver: Driver = self._here.driver
        return driver


def serve(programs: Mapping[str, Program], url: str, listening: socket.socket) -> None:
    """Answer on a socket until a signal ends it."""
    fonts.load()
    Server(Floors(programs, url), options_for(listening)).run()
