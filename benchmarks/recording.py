"""Real operations, recorded as the SQL that the driver was given: each three times, on orders of its own.

Between the times other work is done, unevenly, so that ids which are the same by accident are so but once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import event

from app import DepotApp, create_app
from benchmarks.databases import SECRET, Driver, Ground
from benchmarks.operations import BASE, BEGINNERS, OPERATIONS, Operation, Order
from depot import tokens
from depot.actors import SYSTEM
from depot.settings import read_settings
from models import Role, db
from routes.cli.demo_data import DEPOT
from routes.cli.opening import bring_up

TIMES = 3
WARM = 1
"""So many orders first, so that what is done only the first time is not recorded."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Statement:
    """What the driver was given; a list of parameters is for ``executemany``."""

    sql: str
    parameters: Any

    def run(self, cursor: Any) -> tuple[list[Row], int]:
        """Execute it: all its rows, or the id that SQLite gave a new row, and how many rows it touched."""
        run = cursor.executemany if isinstance(self.parameters, list) else cursor.execute
        run(self.sql, self.parameters)
        if cursor.description:
            return cursor.fetchall(), cursor.rowcount
        made = self.sql.startswith("INSERT") and getattr(cursor, "lastrowid", None)
        return [(made,)] if made else [], cursor.rowcount


@dataclass
class Recording:
    """One operation on one order: its statements, what came of each, and what was answered."""

    order: Order
    statements: list[Statement]
    answer: bytes
    results: list[tuple[list[Row], int]] = field(default_factory=list)


class Recorder:
    """An application in this process whose statements are kept; ``log`` has all of them, in order.

    Its clock stands still and what is done now and then, besides the operation, is not done: recordings of one
    operation are alike.
    """

    def __init__(self, environment: Mapping[str, str]) -> None:
        self.log: list[Statement] = []
        self._app = create_app(read_settings(environment))
        began = self._app.clock()
        self._app.clock = lambda: began
        self._app.best_effort = _left_undone  # type: ignore[method-assign, assignment]
        bring_up(self._app)
        self.token = _token(self._app)
        self._client: FlaskClient = self._app.test_client()
        self._send("PUT", "/depots/MAIN", DEPOT)
        with self._app.app_context():
            event.listen(db.engine, "before_cursor_execute", self._keep)

    def close(self) -> None:
        """Let go of the database."""
        with self._app.app_context():
            db.engine.dispose()

    def send(self, operation: Operation, order: Order) -> Recording:
        """Do an operation. Raises RuntimeError where it is refused."""
        first = len(self.log)
        response = self._client.open(
            operation.path_for(order),
            method=operation.method,
            data=operation.data_for(order),
            headers=operation.headers_for(order, self.token),
        )
        if response.status_code >= 300:
            raise RuntimeError(f"{operation.name}: {response.status} {response.get_data(as_text=True)}")
        if "Location" in response.headers:
            order = Order(order.count, response.headers["Location"].rpartition("/")[2])
        return Recording(order, self.log[first:], response.get_data())

    def shift(self, by: int) -> None:
        """Make ids go apart: for each device 2 customers, 3 orders, 4 identifiers and 6 messages."""
        for number in range(by):
            name = f"visitor {len(self.log)}-{number}"
            self._send("POST", "/customers", VISITOR | {"name": f"friend of {name}"})
            visitor = self._send("POST", "/customers", VISITOR | {"name": name})
            tags = [{"kind": "asset_tag", "value": f"{name} {tag}"} for tag in "ABC"]
            device = {"make": "Other", "model": "X-1", "serial_number": name, "identifiers": tags}
            for _ in range(3):
                body = TURNED_AWAY | {"customer": {"id": visitor["id"]}, "device": device}
                self._send("POST", "/refusals", body)

    def _send(self, method: str, path: str, body: Any) -> Any:
        headers = {"Authorization": f"Bearer {self.token}"}
        response = self._client.open(BASE + path, method=method, json=body, headers=headers)
        if response.status_code >= 300:
            raise RuntimeError(f"{path}: {response.status} {response.get_data(as_text=True)}")
        return response.get_json()

    def _keep(self, *said: Any) -> None:
        _, _, sql, parameters, *_ = said
        if not sql.startswith("BEGIN"):
            self.log.append(Statement(sql, _lasting(parameters)))


VISITOR = {
    "depot": "MAIN",
    "language": "en",
    "contacts": [{"kind": "email", "value": f"{place}@example.org"} for place in ("work", "home")],
}
TURNED_AWAY = {
    "depot": "MAIN",
    "channel": "walk_in",
    "reason": "not a device that we repair",
    "advice": "the maker's own service takes these",
}


def environment(ground: Ground, name: str, folder: str) -> dict[str, str]:
    """The settings under which a service works on one of the benchmark's databases."""
    return {
        "DEPOT_DATA_DIR": folder,
        "DEPOT_DATABASE_URL": ground.url(name),
        "DEPOT_SECRET_KEY": SECRET,
        "DEPOT_PUBLIC_URL": "https://depot.example",
    }


def record(recorder: Recorder) -> dict[str, list[Recording]]:
    """Every operation, each time on an order of its own, by name."""
    found: dict[str, list[Recording]] = {operation.name: [] for operation in OPERATIONS}
    orders = [Order(count) for count in range(1, WARM + TIMES + 1)]
    recorder.shift(3)
    for operation in OPERATIONS:
        for place, order in enumerate(orders):
            recorder.shift(place // TIMES)
            found[operation.name].append(recorder.send(operation, order))
        if operation in BEGINNERS:
            orders = [recording.order for recording in found[operation.name]]
    return {name: recordings[WARM:] for name, recordings in found.items()}


def rehearse(log: list[Statement], recordings: Mapping[str, list[Recording]], driver: Driver) -> None:
    """Do all that was recorded once more, by the bare driver on a copy of the database as it was; keep what comes."""
    with driver.transaction(writing=True) as cursor:
        results = [statement.run(cursor) for statement in log]
    places = {id(statement): place for place, statement in enumerate(log)}
    for recording in (each for several in recordings.values() for each in several):
        recording.results = [results[places[id(statement)]] for statement in recording.statements]


def _left_undone(*_: object) -> bool:
    return False


def _token(app: DepotApp) -> str:
    issued = app.unit_of_work(lambda s: tokens.issue(s, "bench", Role.ADMIN, (), SYSTEM, app.clock()))
    return issued.secret


def _lasting(parameters: Any) -> Any:
    """Parameters that can be kept: a view of memory as bytes."""
    if isinstance(parameters, list):
        return [_lasting(each) for each in parameters]
    if isinstance(parameters, tuple):
        return tuple(bytes(each) if isinstance(each, memoryview) else each for each in parameters)
    return dict(parameters)
