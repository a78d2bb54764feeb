"""What an answer costs: a bounded number of statements, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, FINISH, WAY, Desk
from sqlalchemy import event

from app import DepotApp
from models import db


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


@contextmanager
def statements(app: DepotApp) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


@pytest.mark.parametrize("pages", [5, 50])
def test_a_page_costs_the_same_however_long_it_is(app: DepotApp, desk: Desk, pages: int) -> None:
    desk.token("technician")
    for count in range(pages):
        desk.receive(
            device={"serial_number": f"N1-{count}"}, customer={"name": f"客户{count}", "phone": f"0571 8800 {count:04}"}
        )
    desk.get("/repair-orders")

    with statements(app) as seen:
        items = desk.get("/repair-orders?limit=200").get_json()["items"]

    assert len(items) == pages
    assert len(seen) <= 10, "\n".join(seen)


def test_reading_one_order_costs_a_bounded_number_of_statements(app: DepotApp, desk: Desk, token: TokenMaker) -> None:
    desk.stock("MOTOR", 100)
    number = desk.until("inspecting")
    parts = [{"part_number": "MOTOR", "quantity": 1}]
    counts = []
    for round_ in range(6):
        somebody = token("technician", name=f"technician {round_}")
        for action, body in (
            ("diagnose", DIAGNOSIS | {"parts": parts}),
            ("start-repair", {}),
            ("replace-part", {"part_number": "MOTOR", "quantity": 1, "outcome": "unused"}),
            ("finish-repair", FINISH),
            ("test", {"passed": False, "note": "still hums"}),
            ("reinspect", {"reason": "again"}),
        ):
            desk.client.post(f"/repair-orders/{number}/{action}", body, token=somebody)
        with statements(app) as seen:
            desk.order(number)
        counts.append(len(seen))

    assert counts[-1] == counts[0]
    assert counts[-1] <= 40


def test_many_parts_in_a_diagnosis_are_looked_up_together(app: DepotApp, desk: Desk) -> None:
    for count in range(20):
        desk.stock(f"P-{count}", 0)
    number = desk.until("inspecting")
    parts = [{"part_number": f"P-{count}", "quantity": 1} for count in range(20)]

    with statements(app) as seen:
        desk.step(number, "diagnose", DIAGNOSIS | {"verdict": "not_our_product", "parts": parts})

    assert sum(" FROM parts" in statement for statement in seen) <= 2


MOST: dict[str, int] = {"receive": 45, "start-inspection": 30, "diagnose": 42, "finish-repair": 37, "hand-over": 66}
"""About what each answer costs today; what never happened to an order is not looked for."""


def test_each_step_costs_no_more_than_it_has_to(app: DepotApp, desk: Desk) -> None:
    desk.until("returned")
    costs: dict[str, int] = {}
    number: str | None = None
    for action, body, _ in WAY:
        with statements(app) as seen:
            order = desk.step(number, action, body) if number else desk.receive(device={"serial_number": "SN-X"})
        number = order["number"]
        costs[action] = len(seen)

    assert {action: costs[action] for action in MOST if costs[action] > MOST[action]} == {}


@pytest.mark.parametrize(("state", "most"), [("announced", 16), ("received", 18), ("inspecting", 22), ("returned", 30)])
def test_a_young_order_is_read_for_less(app: DepotApp, desk: Desk, state: str, most: int) -> None:
    number = desk.until(state)

    with statements(app) as seen:
        desk.order(number)

    assert len(seen) <= most, "\n".join(seen)


def test_who_asks_is_looked_up_once(client: Client, app: DepotApp, token: TokenMaker) -> None:
    secret = token("service_desk")
    client.get("/repair-orders", token=secret)

    with statements(app) as sent:
        client.get("/repair-orders", token=secret)

    assert len([each for each in sent if "FROM tokens" in each]) == 1
    assert len([each for each in sent if "FROM token_depots" in each]) == 1
