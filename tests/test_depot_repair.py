"""Stage 3: parts set aside, issued, waited for and asked for later; outcomes, tests, and who tested."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import CHARGED, DIAGNOSIS, FINISH, PASS, Desk, cny

REPLACED = {"part_number": "MOTOR", "quantity": 1, "outcome": "used", "condition": "new", "in_warranty": True}
TITLE = {"zh": "吸力", "en": "suction"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def needing(*parts: tuple[str, int], **more: Any) -> dict[str, Any]:
    return DIAGNOSIS | {"parts": [{"part_number": name, "quantity": count} for name, count in parts]} | more


def approved(desk: Desk, *parts: tuple[str, int], **changes: Any) -> str:
    number = desk.until("inspecting", **changes)
    desk.step(number, "diagnose", needing(*parts))
    return number


def figures(desk: Desk, part_number: str) -> tuple[int, int, int]:
    part = desk.get(f"/parts/{part_number}").get_json()
    return part["on_hand"], part["reserved"], part["available"]


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


def test_no_test_before_every_part_has_an_outcome_and_a_destination(desk: Desk) -> None:
    desk.stock("MOTOR", 1)
    number = approved(desk, ("MOTOR", 1))
    desk.step(number, "start-repair")

    no_outcome = desk.step(number, "finish-repair", FINISH, expect=409)
    desk.step(number, "replace-part", REPLACED | {"removed_serial": "OLD-1"})
    no_destination = desk.step(number, "finish-repair", FINISH, expect=409)
    desk.step(
        number, "replace-part", {"part_number": "MOTOR", "removed_serial": "OLD-1", "removed_destination": "scrap"}
    )
    order = desk.step(number, "finish-repair", FINISH)

    assert [lack["code"] for lack in no_outcome["missing"]] == ["part_outcome"]
    assert [lack["code"] for lack in no_destination["missing"]] == ["removed_destination"]
    assert order["state"] == "testing"


@pytest.mark.parametrize("action", ["cancel", "diagnose"])
def test_nor_does_an_order_end_otherwise_before_that(desk: Desk, action: str) -> None:
    desk.stock("MOTOR", 1)
    number = approved(desk, ("MOTOR", 1))
    desk.step(number, "start-repair")
    desk.step(number, "reinspect", {"reason": "not the motor"})
    body = {
        "cancel": {"reason": "sold it"},
        "diagnose": DIAGNOSIS | {"verdict": "not_repaired", "not_repaired_reason": "x"},
    }[action]

    lacking = desk.step(number, action, body, expect=409)
    desk.step(number, "replace-part", REPLACED | {"outcome": "unused"})
    order = desk.step(number, action, body)

    assert [lack["code"] for lack in lacking["missing"]] == ["part_outcome"]
    assert order["state"] == "summarizing"
    assert figures(desk, "MOTOR") == (1, 0, 1)


@pytest.mark.parametrize("state", ["inspecting", "awaiting_approval", "approved", "awaiting_parts"])
def test_outside_of_repairing_a_part_that_was_not_issued_has_no_outcome(desk: Desk, state: str) -> None:
    desk.furnish(labour_rate=cny(30000))
    desk.stock("MOTOR", 3)
    desk.stock("NOWHERE-1", 0)
    number = desk.until(state)

    problem = desk.step(number, "replace-part", REPLACED, expect=409)

    assert problem["available"] == 0
    assert figures(desk, "MOTOR") == (3, 0, 3)


def test_a_swapped_board_moves_the_serial_on_and_both_numbers_find_the_device(desk: Desk) -> None:
    desk.stock("BOARD", 1)
    number = approved(desk, ("BOARD", 1), device={"serial_number": "OLD-SN"})
    desk.step(number, "start-repair")
    body = REPLACED | {"part_number": "BOARD", "removed_destination": "destroyed_for_data"}

    order = desk.step(number, "replace-part", body | {"new_device_serial": " NEW-SN "})

    assert order["device"]["serial_number"] == "NEW-SN"
    for serial in ("OLD-SN", "NEW-SN"):
        devices = desk.get(f"/devices?serial_number={serial}").get_json()["items"]
        assert [device["id"] for device in devices] == [order["device"]["id"]]
        found = desk.get(f"/repair-orders?serial_number={serial}").get_json()["items"]
        assert [each["number"] for each in found] == [number]
    assert "NEW-SN" not in str(desk.events(number, "replace-part")[0]["facts"])


def test_a_serial_that_another_device_bears_is_not_taken_and_nothing_is_booked(desk: Desk) -> None:
    desk.receive(device={"serial_number": "TAKEN"})
    desk.stock("BOARD", 1)
    number = approved(desk, ("BOARD", 1))
    desk.step(number, "start-repair")

    desk.step(number, "replace-part", REPLACED | {"part_number": "BOARD", "new_device_serial": "TAKEN"}, expect=409)

    assert desk.step(number, "finish-repair", FINISH, expect=409)["missing"][0]["code"] == "part_outcome"


@pytest.mark.parametrize(
    ("changes", "pointer"),
    [
        ({"action": "nonsense"}, "/action"),
        ({"labour_minutes": -1}, "/labour_minutes"),
        ({"labour_minutes": 100_001}, "/labour_minutes"),
        ({"labour_minutes": "35"}, "/labour_minutes"),
        ({"work_done": None}, "/work_done"),
        ({"work_done": "x" * 10_001}, "/work_done"),
    ],
)
def test_the_work_is_recorded_or_refused_with_its_place(desk: Desk, changes: dict[str, Any], pointer: str) -> None:
    number = desk.until("repairing")

    problem = desk.step(number, "finish-repair", FINISH | changes, expect=422)

    assert pointers(problem) == [pointer]


def test_the_customer_pays_the_quoted_labour_not_the_recorded(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(10000))
    number = desk.until("inspecting")
    desk.step(number, "diagnose", CHARGED)
    desk.step(number, "start-repair")

    order = desk.step(number, "finish-repair", FINISH | {"labour_minutes": 600})

    assert order["balance"] == cny(10000)
    assert desk.events(number, "finish-repair")[0]["facts"]["labour_minutes"] == 600


def sheet(desk: Desk) -> None:
    checks = [
        {"name": "suction", "title": TITLE, "mandatory": True},
        {"name": "noise", "title": TITLE, "mandatory": False},
    ]
    desk.post("/test-sheets", {"make": "Gtech", "model": "AR-20", "checks": checks}, expect=201)


CHECKS: list[tuple[bool, dict[str, bool], int, str]] = [
    (True, {"suction": True}, 200, ""),
    (True, {"suction": True, "noise": False}, 200, ""),
    (True, {"suction": False}, 422, "/checks/0/passed"),
    (True, {"noise": True}, 422, "/checks"),
    (True, {}, 422, "/checks"),
    (True, {"suction": True, "smell": True}, 422, "/checks/1/name"),
    (False, {"suction": False}, 200, ""),
    (False, {}, 200, ""),
]


@pytest.mark.parametrize(("passed", "checks", "expect", "pointer"), CHECKS)
def test_a_test_follows_the_models_sheet(
    desk: Desk, passed: bool, checks: dict[str, bool], expect: int, pointer: str
) -> None:
    sheet(desk)
    number = desk.until("testing")
    rows = [{"name": name, "passed": good} for name, good in checks.items()]

    answer = desk.step(number, "test", {"passed": passed, "checks": rows}, expect=expect)

    if expect == 200:
        assert answer["state"] == ("summarizing" if passed else "repairing")
    else:
        assert pointers(answer) == [pointer]


@pytest.mark.parametrize("checks", [[], PASS["checks"]])
def test_a_model_without_a_sheet_has_one_check(desk: Desk, checks: list[Any]) -> None:
    number = desk.until("testing")

    order = desk.step(number, "test", {"passed": True, "checks": checks}, role="integration")

    assert (order["state"], order["result"]) == ("summarizing", "repaired")


def test_a_failed_test_stays_on_record_and_sends_the_device_back(desk: Desk) -> None:
    number = desk.until("testing")

    failed = desk.step(number, "test", {"passed": False, "note": "still stops 𠮷"})
    desk.step(number, "finish-repair", FINISH)
    passed = desk.step(number, "test", PASS)

    assert (failed["state"], failed["result"], passed["result"]) == ("repairing", None, "repaired")
    assert [event["facts"]["passed"] for event in desk.events(number, "test")] == [False, True]
    assert [event["to_state"] for event in desk.events(number, "test")] == ["repairing", "summarizing"]


def test_the_repairer_is_a_person_and_not_a_role(desk: Desk, token: TokenMaker) -> None:
    desk.furnish(policies={"tester_other_than_repairer": True})
    bench = desk.token("technician")
    people = desk.get("/people").get_json()["items"]
    repairer = next(person["id"] for person in people if person["name"] == "somebody of technician")
    order = {"person": repairer, "name": "the same hands", "role": "manager"}
    same_hands = desk.post("/tokens", order, expect=201).get_json()["secret"]
    number = desk.until("testing")
    path = f"/repair-orders/{number}/test"

    with_own = desk.client.post(path, PASS, token=bench, expect=409).get_json()
    as_manager = desk.client.post(path, PASS, token=same_hands, expect=409).get_json()
    by_another = desk.step(number, "test", PASS, role="manager")

    assert [lack["code"] for lack in with_own["missing"] + as_manager["missing"]] == ["other_tester", "other_tester"]
    assert by_another["state"] == "summarizing"


def test_two_needs_of_one_part_are_both_issued(desk: Desk) -> None:
    desk.stock("MOTOR", 3)
    number = approved(desk, ("MOTOR", 1), ("MOTOR", 2))

    order = desk.step(number, "start-repair")

    assert [part["issued"] for part in order["parts"]] == [3]
    assert figures(desk, "MOTOR") == (0, 0, 0)
