"""A label printer as it stands outside: it listens on a port of this machine, and takes data well or badly."""

from __future__ import annotations

import socket
import struct
import threading
from collections.abc import Iterator
from contextlib import contextmanager

RESET = struct.pack("ii", 1, 0)


class FakePrinter:
    """What one printer got, job by job. ``manner``: well, silent (never closes), stuck (never reads), broken."""

    def __init__(self, manner: str) -> None:
        self.manner, self.jobs = manner, list[bytes]()
        self.done = threading.Event()
        self.server = socket.create_server(("127.0.0.1", 0))
        if manner == "stuck":
            self.server.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        self.port: int = self.server.getsockname()[1]
        self.thread = threading.Thread(target=self._serve, daemon=True)

    def _serve(self) -> None:
        while not self.done.is_set():
            try:
                connection, _ = self.server.accept()
            except OSError:
                return
            with connection:
                self._take(connection)

    def _take(self, connection: socket.socket) -> None:
        if self.manner == "broken":
            connection.recv(100)
            connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
            return
        if self.manner != "stuck":
            self.jobs.append(b"".join(iter(lambda: connection.recv(65536), b"")))
        if self.manner != "well":
            self.done.wait(10)


@contextmanager
def printer(manner: str = "well") -> Iterator[FakePrinter]:
    """A printer for a while."""
    fake = FakePrinter(manner)
    fake.thread.start()
    yield fake
    fake.done.set()
    fake.server.shutdown(socket.SHUT_RDWR)
    fake.server.close()
    fake.thread.join(5)


def free_port() -> int:
    """A port where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
    return port
