"""Announcements past their day that several reach for at once, on both databases: one wins, the others are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from announced import DAYS, announce, announced_at, valid_for
from conftest import Client, Clock, TokenMaker
from desk import CHECKLIST, Desk, intake

from app import DepotApp
from depot import verify
from routes.cli.tidy import tidy

ORDERS, TIDIES = 12, 3
Work = Callable[[Callable[[Any], Any]], Any]
Answer = tuple[int, dict[str, Any]]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    for role in ("service_desk", "admin"):
        desk.token(role)
    valid_for(desk)
    return desk


def overdue(work: Work, clock: Clock, count: int = ORDERS) -> list[str]:
    """The numbers of announcements of different devices, whose last day has passed since."""
    made = work(lambda session: [announced_at(session, clock.now, f"SN-{place}") for place in range(count)])
    clock.advance(days=DAYS + 1)
    numbers: list[str] = made
    return numbers


def ended_by(said: str) -> int:
    """How many announcements a tidying says that it ended."""
    found = re.match(r"Announcements ended: (\d+)\.", said)
    assert found is not None
    return int(found[1])


def at_once(app: DepotApp, token: str, calls: list[tuple[str, Any]], tidies: int) -> tuple[list[Answer], int]:
    """Send all the requests while the depot is tidied several times: the answers, and how many were ended so."""

    def send(call: tuple[str, Any]) -> Answer:
        with app.test_client() as client:
            headers = {"Authorization": f"Bearer {token}"}
            response = client.post(f"/api/v1{call[0]}", json=call[1], headers=headers)
            return response.status_code, response.get_json()

    with ThreadPoolExecutor(ORDERS + TIDIES) as pool:
        tidying = [pool.submit(tidy, app) for _ in range(tidies)]
        answers = list(pool.map(send, calls))
        return answers, sum(ended_by(each.result()) for each in tidying)


def faults(app: DepotApp) -> list[str]:
    return app.unit_of_work(lambda session: list(verify.faults(session)), writing=False)


@pytest.mark.parametrize("tidies", [2, 4])
def test_several_tidies_end_each_announcement_once(
    app: DepotApp, desk: Desk, work: Work, clock: Clock, tidies: int
) -> None:
    numbers = overdue(work, clock)

    _, ended = at_once(app, desk.token("admin"), [], tidies)

    assert ended == ORDERS
    assert {desk.order(number)["state"] for number in numbers} == {"cancelled"}
    assert [len(desk.events(number, "expire")) for number in numbers] == [1] * ORDERS
    assert faults(app) == []


@pytest.mark.parametrize("tidies", [1, TIDIES])
def test_a_device_that_comes_meanwhile_is_received_or_its_announcement_has_ended(
    app: DepotApp, desk: Desk, work: Work, clock: Clock, tidies: int
) -> None:
    numbers = overdue(work, clock)
    calls = [(f"/repair-orders/{number}/receive", CHECKLIST) for number in reversed(numbers)]

    answers, ended = at_once(app, desk.token("service_desk"), calls, tidies)

    statuses = Counter(status for status, _ in answers)
    assert statuses[200] + ended == ORDERS
    assert statuses[409] == ended
    assert {body["state"] for status, body in answers if status == 409} <= {"cancelled"}
    assert all(body["allowed_actions"] == [] for status, body in answers if status == 409)
    states = Counter(desk.order(number)["state"] for number in numbers)
    assert states == Counter(received=statuses[200], cancelled=ended)
    assert faults(app) == []


def test_intakes_of_the_same_device_meanwhile_make_one_order(app: DepotApp, desk: Desk, clock: Clock) -> None:
    old = announce(desk)["number"]
    clock.advance(days=DAYS + 1)

    answers, ended = at_once(app, desk.token("service_desk"), [("/repair-orders", intake())] * ORDERS, TIDIES)

    assert Counter(status for status, _ in answers) == {201: 1, 409: ORDERS - 1}
    assert ended <= 1
    assert desk.order(old)["state"] == "cancelled"
    assert len(desk.events(old, "expire")) == 1
    (new,) = (body["number"] for status, body in answers if status == 201)
    assert {body["open_order"] for status, body in answers if status == 409} == {new}
    assert faults(app) == []


def test_a_receive_and_an_intake_of_the_same_device_leave_one_open_order(
    app: DepotApp, desk: Desk, clock: Clock
) -> None:
    old = announce(desk)["number"]
    clock.advance(days=DAYS + 1)
    calls = [(f"/repair-orders/{old}/receive", CHECKLIST), ("/repair-orders", intake())] * 3

    answers, _ = at_once(app, desk.token("service_desk"), calls, 1)

    done = [body["number"] for status, body in answers if status < 300]
    assert len(done) == 1
    assert {status for status, _ in answers} <= {200, 201, 409}
    open_ones = [order for order in desk.get("/repair-orders").get_json()["items"] if order["state"] == "received"]
    assert [order["number"] for order in open_ones] == done
    assert faults(app) == []
