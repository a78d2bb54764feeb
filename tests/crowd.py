"""Many clients at once, and people to try units of work on."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any, NamedTuple

from databases import NOW
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from app import DepotApp
from depot import people, verify
from depot.actors import SYSTEM
from models import Person, PersonKind

CLIENTS = 32


class Call(NamedTuple):
    """A request below ``/api/v1``."""

    path: str
    body: Any = None
    headers: Mapping[str, str] = {}
    method: str = "POST"


def at_once(app: DepotApp, token: str, calls: Sequence[Call]) -> list[TestResponse]:
    """Send all the requests, at most 32, at the same time, each from a client of its own."""
    start = Barrier(len(calls))

    def send(call: Call) -> TestResponse:
        headers = {"Authorization": f"Bearer {token}", **call.headers}
        start.wait()
        with app.test_client() as client:
            response = client.open(f"/api/v1{call.path}", method=call.method, json=call.body, headers=headers)
            response.get_data()
            return response

    assert len(calls) <= CLIENTS
    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(send, calls))


def same(path: str, body: Any, **headers: str) -> list[Call]:
    """The same request from every client."""
    return [Call(path, body, headers)] * CLIENTS


def statuses(responses: Sequence[TestResponse]) -> Counter[int]:
    """How often each status was answered."""
    return Counter(response.status_code for response in responses)


def faults(app: DepotApp) -> list[str]:
    """What is wrong with the record."""
    return app.unit_of_work(lambda session: list(verify.faults(session)), writing=False)


def add_person(session: Session, name: str = "王工") -> Person:
    return people.create(session, name, PersonKind.PERSON, SYSTEM, NOW)


def count_people(app: DepotApp) -> int:
    return app.unit_of_work(lambda s: s.scalar(select(func.count()).select_from(Person)), writing=False) or 0
