"""How long a connection may keep a thread busy: gunicorn's threaded worker, with an end to its patience.

The worker has few threads, and of itself each waits as long as a client likes: twenty clients that send a byte now and
then would keep everybody else out. Here a connection gets a thread when something has come, and loses it when its
request is not here, or not answered, in time. A proxy that buffers does more: it takes slow requests in by itself.
"""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from functools import partial
from selectors import EVENT_READ
from typing import Any, TypeAlias

from gunicorn.http.errors import ParseException
from gunicorn.workers.gthread import TConn, ThreadWorker

Answer: TypeAlias = Callable[[Any, Any], Any]

HEAD_WAIT = 5
"""Seconds for the first byte of a request, and then for the rest of its head."""

REQUEST_WAIT = 30
"""Seconds for the rest: the body, the work, and the answer being taken."""


class Framed:
    """A body whose faults of framing are told in a way that frameworks know: as a connection that broke."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def read(self, size: int) -> bytes:
        """The next bytes. Raises OSError."""
        try:
            part: bytes = self._body.read(size)
        except ParseException as error:
            raise OSError(str(error)) from error
        return part


def framed(app: Answer) -> Answer:
    """The application, given bodies whose faults it knows."""

    def answer(environ: Any, start_response: Any) -> Any:
        environ["wsgi.input"] = Framed(environ["wsgi.input"])
        return app(environ, start_response)

    return answer


class PatientWorker(ThreadWorker):  # type: ignore[misc]  # gunicorn has no types
    """A threaded worker whose main thread ends what its other threads wait for in vain."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._until: dict[TConn, float] = {}

    def enqueue_req(self, conn: TConn) -> None:
        """Give a connection to a thread; one of which nothing has come waits without."""
        if conn.initialized or conn.data_ready:
            super().enqueue_req(conn)
            return
        conn.sock.setblocking(False)
        conn.timeout = time.monotonic() + HEAD_WAIT
        self.pending_conns.append(conn)
        self.poller.register(conn.sock, EVENT_READ, partial(self.on_pending_socket_readable, conn))

    def handle(self, conn: TConn) -> Any:
        """Read a request and answer it, in a thread."""
        self._until[conn] = time.monotonic() + HEAD_WAIT
        try:
            return super().handle(conn)
        finally:
            del self._until[conn]

    def handle_request(self, req: Any, conn: TConn) -> Any:
        """Answer a request whose head was read."""
        self._until[conn] = time.monotonic() + REQUEST_WAIT
        return super().handle_request(req, conn)

    def murder_pending(self) -> None:
        """End what has waited too long; called at least once a second."""
        super().murder_pending()
        now = time.monotonic()
        for conn in [conn for conn, until in list(self._until.items()) if until < now]:
            with contextlib.suppress(OSError):  # it has gone by itself
                conn.sock.shutdown(socket.SHUT_RDWR)
