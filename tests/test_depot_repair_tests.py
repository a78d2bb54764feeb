"""Stage 3: the work that was done, the tests, and who tested."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import CHARGED, FINISH, PASS, Desk, cny

TITLE = {"zh": "吸力", "en": "suction"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


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
    (False, {"suction": True}, 422, "/note"),
    (False, {}, 422, "/note"),
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


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        ({"note": "hums at 3000/min 𠮷"}, 200),
        ({"checks": [{"name": "works", "passed": False}]}, 200),
        ({"checks": [{"name": "works", "passed": True}], "note": "smells"}, 200),
        ({"checks": [{"name": "works", "passed": True}]}, 422),
        ({"note": " \u3000 "}, 422),
    ],
)
def test_a_failed_test_says_why(desk: Desk, body: dict[str, Any], expect: int) -> None:
    number = desk.until("testing")

    answer = desk.step(number, "test", {"passed": False} | body, expect=expect)

    assert (answer["state"] if expect == 200 else pointers(answer)) == ("repairing" if expect == 200 else ["/note"])


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
