"""Stage 3: a part that is asked for later, and what that does to the price."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import CHARGED, DIAGNOSIS, Desk, cny


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


ASKED: list[tuple[dict[str, Any], str, int]] = [
    ({"part_number": "MOTOR", "quantity": 1}, "repairing", 0),
    ({"part_number": "MOTOR", "quantity": 1, "coverage": "chargeable"}, "repairing", 20000),
    ({"part_number": "MOTOR", "quantity": 2, "coverage": "chargeable"}, "awaiting_approval", 40000),
    ({"part_number": "SHORT", "quantity": 1}, "awaiting_parts", 0),
    ({"part_number": "SHORT", "quantity": 1, "coverage": "chargeable"}, "awaiting_approval", 20001),
]


@pytest.mark.parametrize(
    ("body", "state", "total"), ASKED, ids=["covered", "at the limit", "over", "short", "short and over"]
)
def test_a_part_asked_for_later_goes_one_of_three_ways(
    desk: Desk, body: dict[str, Any], state: str, total: int
) -> None:
    desk.stock("MOTOR", 5, sale_price=20000)
    desk.stock("SHORT", 0, sale_price=20001)
    number = desk.until("repairing")

    order = desk.step(number, "request-part", body)

    assert (order["state"], order["quote"]["version"], order["quote"]["total"]) == (state, 2, cny(total))
    assert order["parts"][0]["issued"] == (1 if state == "repairing" else 0)
    assert order["approved_amount"] == cny(20000)


def test_the_total_with_tax_decides_whether_the_customer_is_asked_again(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(30000), tax_rate="0.1")
    desk.stock("SCREW", 5, sale_price=100)
    number = desk.until("inspecting", preapproved_limit=None)
    desk.step(number, "diagnose", CHARGED)
    yes = {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1}
    desk.step(number, "decide", yes | {"limit": cny(33110)})
    desk.step(number, "start-repair")

    one = desk.step(number, "request-part", {"part_number": "SCREW", "quantity": 1})
    two = desk.step(number, "request-part", {"part_number": "SCREW", "quantity": 1})
    again = desk.step(number, "decide", yes | {"quote_version": 3})

    assert (one["state"], one["quote"]["total"], two["state"]) == ("repairing", cny(33110), "awaiting_approval")
    assert (again["state"], again["approved_amount"], again["parts"][0]["reserved"]) == ("approved", cny(33220), 1)
    assert desk.step(number, "start-repair")["parts"][0]["issued"] == 2


def test_where_the_store_issues_a_part_asked_for_is_set_aside(desk: Desk) -> None:
    desk.furnish(policies={"store_issues": True})
    desk.stock("MOTOR", 5)
    number = desk.until("repairing")

    order = desk.step(number, "request-part", {"part_number": "MOTOR", "quantity": 2})

    assert (order["state"], order["parts"][0]["issued"], order["parts"][0]["reserved"]) == ("repairing", 0, 2)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"part_number": "NO-SUCH", "quantity": 1}, "/part_number"),
        ({"part_number": "MOTOR", "quantity": 0}, "/quantity"),
        ({"part_number": "MOTOR", "quantity": "0.5"}, "/quantity"),
        ({"part_number": "MOTOR"}, "/quantity"),
        ({"part_number": "MOTOR", "quantity": 1}, "/coverage"),
    ],
    ids=str,
)
def test_a_part_that_cannot_be_asked_for_is_refused_with_its_place(
    desk: Desk, body: dict[str, Any], pointer: str
) -> None:
    desk.stock("MOTOR", 5)
    number = desk.until("inspecting")
    desk.step(number, "diagnose", DIAGNOSIS | {"coverage": None})
    desk.step(number, "start-repair")

    problem = desk.step(number, "request-part", body, expect=422)

    assert pointers(problem) == [pointer]


def test_a_chargeable_part_without_a_price_is_not_asked_for(desk: Desk) -> None:
    desk.stock("MOTOR", 5)
    number = desk.until("repairing")

    problem = desk.step(
        number, "request-part", {"part_number": "MOTOR", "quantity": 1, "coverage": "chargeable"}, expect=409
    )

    assert "MOTOR" in problem["line"]
    assert desk.order(number)["parts"] == []
