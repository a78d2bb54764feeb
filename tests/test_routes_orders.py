"""Orders over HTTP: lists, filters, scope."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, HAND_OVER, SUMMARY, Desk, cny
from sqlalchemy.orm import Session
from store import an_order


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def many(count: int) -> Callable[[Session], list[str]]:
    return lambda session: [an_order(session).number for _ in range(count)]


@pytest.mark.parametrize("limit", [7, 50, 200])
def test_a_list_of_250_orders_is_read_to_its_end_without_gap_or_repeat(
    desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]], limit: int
) -> None:
    made = work(many(250))
    path, seen = f"/repair-orders?limit={limit}", []

    while path:
        response = desk.get(path)
        page = response.get_json()
        seen += [order["number"] for order in page["items"]]
        path = f"/repair-orders?limit={limit}&cursor={page['next']}" if page["next"] else ""
        assert ("Link" in response.headers) is bool(page["next"])

    assert seen == made[::-1]


def test_a_page_does_not_shift_when_an_order_comes_in(
    desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]]
) -> None:
    made = work(many(4))
    first = desk.get("/repair-orders?limit=2").get_json()

    work(many(3))
    second = desk.get(f"/repair-orders?limit=2&cursor={first['next']}").get_json()

    assert [order["number"] for order in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=201", "/limit"),
        ("limit=0", "/limit"),
        ("limit=5.0", "/limit"),
        ("limit=99999999999999999999", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("state=lost", "/state"),
        ("stage=Receive", "/stage"),
        ("customer=x", "/customer"),
        ("second_no_fault_found=maybe", "/second_no_fault_found"),
        ("second_no_fault_found=", "/second_no_fault_found"),
        ("customer=9223372036854775808", "/customer"),
        ("q=%00", "/q"),
        ("q=" + "x" * 201, "/q"),
        ("q=", "/q"),
        ("color=red", "/color"),
        ("offset=5", "/offset"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(desk: Desk, query: str, pointer: str) -> None:
    problem = desk.get(f"/repair-orders?{query}", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_cursor_belongs_to_its_list(desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]]) -> None:
    work(many(3))
    cursor = desk.get("/repair-orders?limit=1").get_json()["next"]

    problem = desk.get(f"/customers?limit=1&cursor={cursor}", expect=422).get_json()

    assert problem["errors"][0]["pointer"] == "/cursor"


def test_filters_reach_the_rules(desk: Desk) -> None:
    number = desk.until("inspecting", customer={"name": "王芳", "email": "fang@example.org"})
    desk.until("received")
    key = desk.order(number)["customer"]["id"]

    for query in (
        "state=inspecting",
        "stage=inspect",
        "serial_number=SN-00001",
        f"customer={key}",
        "q=王芳",
        "q=fang@",
    ):
        items = desk.get(f"/repair-orders?depot=MAIN&{query}").get_json()["items"]
        assert [order["number"] for order in items] == [number], query


def came_and_went_without_a_fault(desk: Desk, serial: str) -> str:
    number = desk.until("inspecting", device={"serial_number": serial})
    desk.step(number, "diagnose", DIAGNOSIS | {"verdict": "no_fault_found", "test_conditions": "two hours"})
    desk.step(number, "summarize", SUMMARY)
    desk.step(number, "hand-over", HAND_OVER)
    return number


def test_a_manager_finds_what_came_twice_without_a_fault(desk: Desk) -> None:
    first, other = (came_and_went_without_a_fault(desk, serial) for serial in ("SN-A", "SN-B"))
    second, third = (came_and_went_without_a_fault(desk, "SN-A") for _ in range(2))
    still_open = desk.until("inspecting", device={"serial_number": "SN-B"})

    again, rest = (
        [order["number"] for order in desk.get(f"/repair-orders?second_no_fault_found={wanted}").get_json()["items"]]
        for wanted in ("true", "false")
    )

    assert again == [third, second]
    assert rest == [still_open, other, first]
    assert "manager" in " ".join(desk.order(second)["warnings"])
    assert "manager" not in " ".join(desk.order(first)["warnings"])


def test_what_lives_in_another_depot_is_not_there(desk: Desk, token: TokenMaker) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    number = desk.until("ready")
    stranger = token("admin", ["NORTH"], "北站长")

    for path in (
        "",
        "/events",
        "/label.svg",
        "/label.zpl",
        "/intake-receipt.pdf",
        "/repair-receipt.pdf",
        "/payments",
        "/payments/1",
    ):
        desk.client.get(f"/repair-orders/{number}{path}", token=stranger, expect=404)
    for action, body in (
        ("hand-over", HAND_OVER),
        ("reopen", {"reason": "x"}),
        ("payments", {"amount": cny(1), "method": "cash"}),
        ("payments/1/reverse", {"reason": "x"}),
        ("waivers", {"amount": cny(1), "reason": "x"}),
        ("overrides", {"guard": "beyond_economic_share", "reason": "x"}),
        ("correct", {"event": 1, "correction": "x"}),
        ("passcode-views", {"reason": "x"}),
    ):
        desk.client.post(f"/repair-orders/{number}/{action}", body, token=stranger, expect=404)
    listed = desk.client.get("/repair-orders?depot=MAIN", token=stranger).get_json()["items"]

    assert listed == []
    assert desk.order(number)["state"] == "ready"
