"""Stage 4: what the receipt says, until when the repair is under warranty, and the way back."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import CHARGED, DIAGNOSIS, FINISH, PASS, SUMMARY, Desk, cny


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"work_done": None}, "/work_done"),
        ({"work_done": ""}, "/work_done"),
        ({"cause": None}, "/cause"),
        ({"advice": None}, "/advice"),
        ({"advice": "a" * 10_001}, "/advice"),
        ({"data_action": "\x07"}, "/data_action"),
        ({"result": "replaced"}, "/result"),
    ],
    ids=str,
)
def test_a_summary_of_a_repair_lacks_nothing(desk: Desk, changes: dict[str, Any], pointer: str) -> None:
    number = desk.until("summarizing")

    problem = desk.step(number, "summarize", SUMMARY | changes, expect=422)

    assert pointers(problem) == [pointer]
    assert desk.order(number)["repair_warranty_until"] is None


def test_where_nothing_was_repaired_no_work_is_asked_for_and_no_warranty_given(desk: Desk) -> None:
    number = desk.until("inspecting")
    desk.step(number, "diagnose", DIAGNOSIS | {"verdict": "not_our_product"})

    order = desk.step(number, "summarize", {"cause": "not ours", "advice": "ask the maker"})

    assert (order["state"], order["result"], order["repair_warranty_until"]) == ("ready", "not_our_product", None)


@pytest.mark.parametrize(
    ("zone", "hours", "until"),
    [
        ("Asia/Shanghai", 7.99, "2026-12-02"),
        ("Asia/Shanghai", 8, "2026-12-03"),
        ("America/Montreal", 8, "2026-12-02"),
        ("Pacific/Kiritimati", 1.5, "2026-12-02"),
        ("Pacific/Kiritimati", 2, "2026-12-03"),
    ],
)
def test_the_repair_warranty_begins_on_the_depots_own_day(
    desk: Desk, clock: Clock, zone: str, hours: float, until: str
) -> None:
    desk.furnish(time_zone=zone, repair_warranty_days=10)
    number = desk.until("summarizing")
    clock.advance(hours=hours)

    order = desk.step(number, "summarize", SUMMARY)

    assert order["repair_warranty_until"] == until


@pytest.mark.parametrize("state", ["summarizing", "ready"])
def test_a_reopened_order_has_no_result_and_the_event_says_which_it_had(desk: Desk, state: str) -> None:
    number = desk.until(state)

    order = desk.step(number, "reopen", {"reason": "the customer hears a noise"}, role="service_desk")

    assert (order["state"], order["result"], order["repair_warranty_until"]) == ("inspecting", None, None)
    event = desk.events(number, "reopen")[0]
    assert event["facts"]["cleared_result"] == "repaired"
    assert event["text"] == {"note": "the customer hears a noise"}


def test_what_was_repaired_twice_is_summarized_twice_and_the_last_summary_counts(desk: Desk, clock: Clock) -> None:
    desk.furnish(labour_rate=cny(100))
    number = desk.until("ready")
    desk.step(number, "reopen", {"reason": "noise"})
    clock.advance(days=1)
    desk.step(number, "diagnose", CHARGED)
    desk.step(number, "start-repair")
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", PASS)

    order = desk.step(number, "summarize", SUMMARY)

    assert (order["result"], order["balance"], order["quote"]["version"]) == ("repaired", cny(100), 2)
    assert order["repair_warranty_until"] == "2027-02-21"
    assert len(desk.events(number, "summarize")) == 2
