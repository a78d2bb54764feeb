"""The servers that are measured, each a tree of processes of its own: the service itself, and the floors."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from multiprocessing import get_context
from urllib.parse import urlsplit

from benchmarks.floors import serve
from benchmarks.replay import Program
from routes.cli.serve import address_of, listen

MAIN = [sys.executable, "-c", "from app import main; main()", "serve", "--port", "0"]
PATIENCE = 30


@dataclass(frozen=True)
class Server:
    """Where it listens, and its first process."""

    host: str
    port: int
    process: int


@contextmanager
def service(environment: Mapping[str, str]) -> Iterator[Server]:
    """``depot serve`` under settings of its own."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith("DEPOT_")}
    process = subprocess.Popen(MAIN, env={**bare, **environment}, text=True, stdout=subprocess.PIPE)
    try:
        yield _server(_address_said_by(process), process.pid)
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=PATIENCE)


@contextmanager
def floors(programs: Mapping[str, Program], url: str) -> Iterator[Server]:
    """The floors, on a database of their own."""
    with listen("127.0.0.1", 0) as listening:
        address = address_of(listening)
        process = get_context("spawn").Process(target=serve, args=(programs, url, listening))
        process.start()
    try:
        yield _server(address, process.pid or 0)
    finally:
        process.terminate()
        process.join(PATIENCE)


def _address_said_by(process: subprocess.Popen[str]) -> str:
    assert process.stdout is not None  # noqa: S101  PIPE was asked for
    for line in process.stdout:
        if " running at " in line:
            return next(word for word in line.split() if word.startswith("http"))
    raise RuntimeError("depot serve ended before it ran")


def _server(address: str, process: int) -> Server:
    parts = urlsplit(address)
    return Server(parts.hostname or "", parts.port or 0, process)
