"""What every test may ask for. Whatever touches a database runs on both: ``app`` has a parameter for it.

Rules are tested on ``session``, which rolls back. Routes are tested through ``client``, whose requests commit; what has
to be there before is made with ``work``. The two do not mix: a client has its own transactions.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol, TypeVar

import pytest
from databases import NOW, Database, PostgresDatabase, SqliteDatabase, database_on, postgresql_server
from flask import has_app_context
from sqlalchemy.engine import URL
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import DepotApp
from depot import tokens
from depot.actors import SYSTEM
from models import Role, db

T = TypeVar("T")


class Clock:
    """A clock that stands still until somebody moves it."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> datetime:
        """Let time pass: ``clock.advance(hours=2)``."""
        self.now += timedelta(**by)
        return self.now


class Client:
    """Sends requests to the API and checks the status of each: a wrong one fails with what was answered."""

    def __init__(self, app: DepotApp, base: str = "/api/v1") -> None:
        self.app, self.base = app, base

    def get(self, path: str, **more: Any) -> TestResponse:
        return self.send("GET", path, **more)

    def post(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.send("POST", path, json=json, **more)

    def put(self, path: str, json: Any = None, **more: Any) -> TestResponse:
        return self.send("PUT", path, json=json, **more)

    def send(
        self,
        method: str,
        path: str,
        *,
        token: str | None = None,
        expect: int = 200,
        key: str | None = None,
        **more: Any,
    ) -> TestResponse:
        assert not has_app_context(), "prepare data with `work`, not with `session`, in a test that sends requests"
        headers = {**more.pop("headers", {})}
        if token is not None:
            headers["Authorization"] = f"Bearer {token}"
        if key is not None:
            headers["Idempotency-Key"] = key
        response = self.app.test_client().open(self.base + path, method=method, headers=headers, **_body(more))
        response.get_data()
        response.close()
        assert response.status_code == expect, f"{response.status}: {response.get_data(as_text=True)[:2000]}"
        return response


def _body(more: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in more.items() if not (name == "json" and value is None)}


class TokenMaker(Protocol):
    """``token("technician")`` makes a token and gives its secret."""

    def __call__(self, role: str = ..., depots: Sequence[str] = ..., name: str = ...) -> str: ...


def pytest_configure() -> None:
    """Let a run that is told to stop do so in order: its database server stops with it."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture(scope="session")
def postgresql() -> URL:
    return postgresql_server()


@pytest.fixture(scope="session")
def databases(
    tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> Iterator[Callable[[str], Database]]:
    """Both databases, each made when first asked for."""
    made: dict[str, Database] = {}

    def give(kind: str) -> Database:
        if kind not in made:
            folder = tmp_path_factory.mktemp(kind)
            made[kind] = SqliteDatabase(folder) if kind == "sqlite" else _postgresql_database(request, folder)
        return made[kind]

    yield give
    for database in made.values():
        database.engine.dispose()


def _postgresql_database(request: pytest.FixtureRequest, folder: Path) -> Database:
    server: URL = request.getfixturevalue("postgresql")
    place = database_on(server, f"depot_{os.environ.get('PYTEST_XDIST_WORKER', 'only')}_{os.getpid()}")
    url = place.__enter__()
    database = PostgresDatabase(url, folder)
    request.addfinalizer(lambda: place.__exit__(None, None, None))
    return database


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def now(clock: Clock) -> datetime:
    return clock.now


@pytest.fixture(params=["sqlite", "postgresql"])
def app(request: pytest.FixtureRequest, databases: Callable[[str], Database], clock: Clock) -> DepotApp:
    database = databases(request.param)
    database.refresh()
    database.app.clock = clock
    return database.app


@pytest.fixture
def session(app: DepotApp) -> Iterator[Session]:
    """A writing session for rules; nothing is committed."""
    with app.app_context():
        session = db.session()
        session.info["writing"] = True
        yield session


@pytest.fixture
def work(app: DepotApp) -> Callable[[Callable[[Session], T]], T]:
    """Do something in a unit of work and commit it: ``work(lambda session: people.create(session, …))``."""
    return app.unit_of_work


@pytest.fixture
def client(app: DepotApp) -> Client:
    """Requests below ``/api/v1``."""
    return Client(app)


@pytest.fixture
def root(app: DepotApp) -> Client:
    """Requests from the root."""
    return Client(app, base="")


@pytest.fixture
def token(app: DepotApp, now: datetime) -> TokenMaker:
    def make(role: str = "admin", depots: Sequence[str] = (), name: str = "") -> str:
        called = name or f"somebody of {role}"
        return app.unit_of_work(lambda s: tokens.issue(s, called, Role(role), depots, SYSTEM, now)).secret

    return make
