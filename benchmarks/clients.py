"""Clients at work: so many at once, each with one kept connection and one request at a time, for a set time."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from threading import Barrier

from benchmarks.operations import Operation, Order
from benchmarks.processes import cpu_of
from benchmarks.servers import Server

PATIENCE = 60


@dataclass(frozen=True)
class Lane:
    """One way of doing the operations: by the service (no ``floor``) or by a floor. ``processes``: whose CPU counts."""

    name: str
    server: Server
    processes: tuple[int, ...]
    token: str
    floor: str = ""

    def path_for(self, operation: Operation, order: Order) -> str:
        """Where to send an operation."""
        if not self.floor:
            return operation.path_for(order)
        if self.floor == "sql":
            return f"/sql/{operation.name}/{order.key}/{order.number}".rstrip("/")
        return f"/{self.floor}/{operation.name}" if self.floor == "paper" else f"/{self.floor}"


@dataclass(frozen=True)
class Result:
    """What came of it: the orders done, how long each took, how long all took, and CPU; in seconds."""

    orders: Sequence[Order]
    waits: Sequence[float]
    elapsed: float
    cpu: float


Done = list[tuple[Order, float]]


def measure(lane: Lane, operation: Operation, orders: Iterator[Order], clients: int, seconds: float) -> Result:
    """Let clients work until the time is over or the orders are; each does at least one, where there is one."""
    everybody = Barrier(clients + 1)

    def work() -> Done:
        connection = HTTPConnection(lane.server.host, lane.server.port, timeout=PATIENCE)
        connection.connect()
        everybody.wait()
        done = list(_work(connection, lane, operation, orders, time.perf_counter() + seconds))
        connection.close()
        return done

    with ThreadPoolExecutor(clients) as pool:
        futures = [pool.submit(work) for _ in range(clients)]
        used = cpu_of(lane.processes)
        everybody.wait()
        began = time.perf_counter()
        done = [each for future in futures for each in future.result()]
        elapsed = time.perf_counter() - began
        used = cpu_of(lane.processes) - used
    return Result([order for order, _ in done], [wait for _, wait in done], elapsed, used)


def _work(
    connection: HTTPConnection, lane: Lane, operation: Operation, orders: Iterator[Order], until: float
) -> Iterator[tuple[Order, float]]:
    for order in orders:
        path, data = lane.path_for(operation, order), operation.data_for(order)
        headers = operation.headers_for(order, lane.token)
        began = time.perf_counter()
        connection.request(operation.method, path, data, headers)
        response = connection.getresponse()
        body = response.read()
        ended = time.perf_counter()
        if response.status >= 300:
            raise RuntimeError(f"{lane.name} {operation.name}: {response.status} {body[:1000]!r}")
        number = response.getheader("Location", order.number).rpartition("/")[2]
        yield Order(order.count, number), ended - began
        if ended > until:
            return
