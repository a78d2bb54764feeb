"""Stage 3: parts set aside, issued, and waited for."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import Desk, approved, figures


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def test_approval_reserves_and_the_start_issues_what_is_reserved(desk: Desk) -> None:
    desk.stock("MOTOR", 3)
    number = approved(desk, ("MOTOR", 2))
    before = figures(desk, "MOTOR")

    order = desk.step(number, "start-repair")

    assert (before, figures(desk, "MOTOR")) == ((3, 2, 1), (1, 0, 1))
    assert (order["state"], order["parts"][0]["issued"], order["parts"][0]["reserved"]) == ("repairing", 2, 0)
    assert len(desk.events(number, "start-repair")[0]["facts"]["issued"]) == 1


def test_while_one_part_is_short_nothing_is_issued(desk: Desk) -> None:
    desk.stock("MOTOR", 2)
    desk.stock("FILTER", 1)
    number = approved(desk, ("MOTOR", 1), ("FILTER", 2))

    order = desk.step(number, "start-repair")

    assert order["state"] == "awaiting_parts"
    assert [(part["issued"], part["reserved"]) for part in order["parts"]] == [(0, 1), (0, 1)]
    assert desk.get("/stock/movements?part_number=MOTOR").get_json()["items"][-1]["kind"] == "receipt"


def test_the_arrival_that_completes_takes_the_step_itself(desk: Desk) -> None:
    desk.stock("FILTER", 1)
    number = approved(desk, ("FILTER", 3))
    waiting = desk.step(number, "start-repair")

    desk.arrive("FILTER", 1)
    still = desk.order(number)
    desk.arrive("FILTER", 1)

    order = desk.order(number)
    assert (waiting["state"], still["state"], order["state"]) == ("awaiting_parts", "awaiting_parts", "approved")
    event = desk.events(number)[-1]
    assert (event["action"], event["by"]["name"], event["to_state"]) == ("parts-complete", "system", "approved")
    assert order["version"] == still["version"] + 1
    assert desk.step(number, "start-repair")["state"] == "repairing"


def test_those_who_wait_are_served_by_priority_then_repeat_then_promise(desk: Desk, clock: Clock) -> None:
    desk.stock("FILTER", 0)
    desk.until("returned", device={"serial_number": "SN-BACK"})
    wanted = {
        "late": {"promised_on": "2026-12-24"},
        "soon": {"promised_on": "2026-12-02"},
        "repeat": {"promised_on": "2026-12-30", "device": {"serial_number": "SN-BACK"}},
        "plain": {"promised_on": "2026-12-01", "priority": 1},
        "urgent": {"promised_on": "2026-12-31", "priority": 5},
    }
    numbers = {name: approved(desk, ("FILTER", 1), **changes) for name, changes in wanted.items()}
    for number in numbers.values():
        desk.step(number, "start-repair")

    served = []
    for _ in numbers:
        desk.arrive("FILTER", 1)
        served += [
            name for name, number in numbers.items() if name not in served and desk.order(number)["state"] == "approved"
        ]

    assert served == ["urgent", "repeat", "plain", "soon", "late"]


def test_a_release_serves_the_next_one_in_the_same_step(desk: Desk) -> None:
    desk.stock("MOTOR", 1)
    first = approved(desk, ("MOTOR", 1))
    second = approved(desk, ("MOTOR", 1))
    waiting = desk.step(second, "start-repair")["state"]

    desk.step(first, "reinspect", {"reason": "not the motor"})

    assert (waiting, desk.order(second)["state"]) == ("awaiting_parts", "approved")
    assert desk.order(first)["parts"] == []


def test_where_the_store_issues_the_bench_waits_for_it(desk: Desk) -> None:
    desk.furnish(policies={"store_issues": True})
    desk.stock("MOTOR", 1)
    number = approved(desk, ("MOTOR", 1))

    lacking = desk.step(number, "start-repair", expect=409)
    allowed = next(each for each in desk.order(number)["allowed_actions"] if each["action"] == "start-repair")
    body = {"part_number": "MOTOR", "quantity": 1, "location": "A-1", "repair_order": number}
    desk.post("/stock/issues", body, "logistics", expect=201)
    choosing = desk.step(number, "start-repair", {"serial_numbers": ["S-1"]}, expect=422)
    order = desk.step(number, "start-repair")

    assert [lack["code"] for lack in lacking["missing"]] == ["not_issued"]
    assert allowed["missing"] == lacking["missing"]
    assert pointers(choosing) == ["/serial_numbers"]
    assert order["state"] == "repairing"


def serialised(desk: Desk, *serials: str) -> None:
    desk.stock("SSD", 0, serialized=True)
    desk.arrive("SSD", len(serials), serial_numbers=list(serials))


@pytest.mark.parametrize(("chosen", "installed"), [(None, "S-1"), (["S-2"], "S-2")])
def test_serialised_parts_go_out_oldest_first_or_as_chosen(
    desk: Desk, chosen: list[str] | None, installed: str
) -> None:
    serialised(desk, "S-1", "S-2")
    number = approved(desk, ("SSD", 1))

    desk.step(number, "start-repair", {"serial_numbers": chosen})
    body = {"part_number": "SSD", "quantity": 1, "outcome": "used", "installed_serial": installed}
    order = desk.step(number, "replace-part", body)

    assert order["parts"][0]["issued"] == 1


@pytest.mark.parametrize("chosen", [["NO-SUCH"], ["S-1", "S-1"], ["S-1", "S-2"], [""], [5]], ids=str)
def test_a_unit_that_cannot_be_chosen_is_refused(desk: Desk, chosen: list[Any]) -> None:
    serialised(desk, "S-1", "S-2")
    number = approved(desk, ("SSD", 1))

    problem = desk.step(number, "start-repair", {"serial_numbers": chosen}, expect=422)

    assert pointers(problem)[0].startswith("/serial_numbers")
    assert desk.order(number)["state"] == "approved"


def test_two_needs_of_one_part_are_both_issued(desk: Desk) -> None:
    desk.stock("MOTOR", 3)
    number = approved(desk, ("MOTOR", 1), ("MOTOR", 2))

    order = desk.step(number, "start-repair")

    assert [part["issued"] for part in order["parts"]] == [3]
    assert figures(desk, "MOTOR") == (0, 0, 0)
