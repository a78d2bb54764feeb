"""The procedure against its own table: every state with every action and every role, generated, on both databases."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import (
    ADVICE,
    CHARGED,
    CHECKLIST,
    DIAGNOSIS,
    DISPOSAL,
    FINISH,
    HAND_OVER,
    NEEDS_A_PART,
    NOTICES,
    PASS,
    SHORT_OF,
    SUMMARY,
    Desk,
    approved,
    intake,
)

from depot.permissions import OPERATIONS, may
from depot.procedure import STEPS, UNLISTED, rows_for
from models import ENDED, Role, State
from routes.schemas.steps import STEP_BODIES

BODIES: Mapping[str, Any] = {
    "receive": CHECKLIST,
    "refuse": ADVICE,
    "start-inspection": {},
    "reassign": {"person": "somebody of technician", "handover_note": "the screw is loose"},
    "diagnose": DIAGNOSIS,
    "decide": {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1},
    "new-facts": {"note": "it fell into water"},
    "start-repair": {},
    "request-part": {"part_number": SHORT_OF, "quantity": 1, "coverage": "warranty"},
    "replace-part": {"part_number": "IN-STOCK", "quantity": 1, "outcome": "unused"},
    "finish-repair": FINISH,
    "test": PASS,
    "reinspect": {"reason": "the diagnosis was wrong"},
    "summarize": SUMMARY,
    "reopen": {"reason": "still stops after ten minutes"},
    "hand-over": HAND_OVER,
    "cancel": {"reason": "changed their mind"},
    "mark-unclaimed": NOTICES,
    "dispose": DISPOSAL,
}
"""A body that each step takes; `replace-part` needs an order that has parts: `HOLDING` brings one there."""

BACK = ("reinspect", BODIES["reinspect"])
HOLDING: Mapping[str, tuple[tuple[str, Any], ...]] = {
    "repairing": (),
    "inspecting": (BACK,),
    "awaiting_approval": (BACK, ("diagnose", CHARGED)),
    "approved": (BACK, ("diagnose", DIAGNOSIS)),
    "awaiting_parts": (BACK, ("diagnose", NEEDS_A_PART), ("start-repair", {})),
}
"""From a repair with a part to each state in which the part may still get its outcome."""

BROUGHT = {name: intake()[name] for name in ("depot", "customer", "device", "reported_fault", "channel")}
WAYS_IN: Mapping[str, tuple[str, Any, str]] = {
    "announce": ("/announcements", BROUGHT, "announced"),
    "receive": ("/repair-orders", intake(), "received"),
    "refuse": ("/refusals", BROUGHT | ADVICE, "refused"),
}

STATES = [state.value for state in State]
ROLES = [role.value for role in Role]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.token("technician")
    desk.stock(SHORT_OF, 0)
    desk.stock("IN-STOCK", 5)
    set_labour_rate(desk, 30000)
    return desk


def set_labour_rate(desk: Desk, amount_minor: int) -> None:
    rate = {"amount_minor": amount_minor, "currency": "CNY"}
    desk.client.put("/depots/MAIN", {"labour_rate": rate}, token=desk.token("admin"))


def test_every_action_of_the_table_has_a_body_and_a_row_of_permissions() -> None:
    actions = {step.action for step in STEPS} - {"announce", "parts-complete", "expire"}

    assert {step.action for step in STEPS if not step.sources} == set(WAYS_IN) <= set(OPERATIONS)
    assert actions == set(STEP_BODIES) == set(BODIES)
    assert actions <= set(OPERATIONS)


@pytest.mark.parametrize("state", STATES)
def test_a_step_is_refused_where_the_role_may_not_or_the_table_has_no_row(desk: Desk, state: str) -> None:
    number = desk.until(state)
    before = desk.order(number)

    for action, body in BODIES.items():
        for role in ROLES:
            if not may(Role(role), action):
                problem = desk.step(number, action, body, expect=403, role=role)
                assert set(problem["roles"]) == {each.value for each in OPERATIONS[action]}
            elif not rows_for(action, State(state)):
                problem = desk.step(number, action, body, expect=409, role=role)
                assert problem["allowed_actions"] == desk.order(number, role)["allowed_actions"]

    assert desk.order(number) == before


@pytest.mark.parametrize("state", [state.value for state in State if state not in ENDED])
def test_a_legal_step_leads_where_the_table_says_for_each_role_that_may(desk: Desk, state: str) -> None:
    legal = [action for action in BODIES if rows_for(action, State(state)) and action != "replace-part"]

    for action in legal:
        targets = {(step.target or State(state)).value for step in rows_for(action, State(state))}
        for role in (role for role in ROLES if may(Role(role), action)):
            number = desk.until(state)
            before = desk.order(number)

            after = desk.step(number, action, BODIES[action], role=role)

            assert after["state"] in targets
            assert after["version"] == before["version"] + 1


def test_a_part_may_have_its_outcome_wherever_the_table_says() -> None:
    assert set(HOLDING) == {state.value for state in State if rows_for("replace-part", state)}


@pytest.mark.parametrize("state", HOLDING)
def test_a_part_that_was_issued_gets_its_outcome_where_the_order_stands(desk: Desk, state: str) -> None:
    for role in (role for role in ROLES if may(Role(role), "replace-part")):
        number = approved(desk, ("IN-STOCK", 1))
        for action, body in (("start-repair", {}), *HOLDING[state]):
            desk.step(number, action, body, role="admin")
        before = desk.order(number)

        after = desk.step(number, "replace-part", BODIES["replace-part"], role=role)
        desk.step(number, "replace-part", BODIES["replace-part"], expect=409, role=role)

        assert (before["state"], after["state"]) == (state, state)
        assert after["version"] == before["version"] + 1
        assert len(desk.order(number)["replacements"]) == 1


@pytest.mark.parametrize("state", STATES)
def test_a_correction_is_taken_in_every_state_from_the_roles_that_may_and_changes_nothing(
    desk: Desk, state: str
) -> None:
    number = desk.until(state)
    before = desk.order(number)

    for role in ROLES:
        allowed = may(Role(role), "correct")
        answer = desk.step(number, "correct", {"event": 1, "correction": f"by {role}"}, 200 if allowed else 403, role)
        assert allowed or set(answer["roles"]) == {each.value for each in OPERATIONS["correct"]}

    assert desk.order(number) == before
    assert len(desk.events(number, "correct")) == len([role for role in ROLES if may(Role(role), "correct")])


@pytest.mark.parametrize("action", WAYS_IN)
def test_a_way_in_makes_an_order_in_its_state_for_each_role_that_may(desk: Desk, action: str) -> None:
    path, body, state = WAYS_IN[action]
    made = []

    for place, role in enumerate(ROLES):
        brought = body | {"device": body["device"] | {"serial_number": f"IN-{place}"}}
        if may(Role(role), action):
            order = desk.post(path, brought, role, expect=201).get_json()
            made.append(order["number"])
            assert (order["state"], order["version"]) == (state, 1)
        else:
            problem = desk.post(path, brought, role, expect=403).get_json()
            assert set(problem["roles"]) == {each.value for each in OPERATIONS[action]}

    assert [order["number"] for order in desk.get("/repair-orders").get_json()["items"]] == made[::-1]


@pytest.mark.parametrize("action", WAYS_IN)
@pytest.mark.parametrize("state", STATES)
def test_a_device_comes_in_again_only_once_its_order_has_ended(desk: Desk, state: str, action: str) -> None:
    path, body, reached = WAYS_IN[action]
    number = desk.until(state)
    before = desk.order(number)

    again = body | {"device": body["device"] | {"serial_number": before["device"]["serial_number"]}}
    answer = desk.post(path, again, expect=201 if State(state) in ENDED else 409).get_json()

    assert desk.order(number) == before
    if State(state) in ENDED:
        assert answer["state"] == reached
    else:
        assert (answer["open_order"], answer["state"]) == (number, state)
        assert answer["action"] == ("receive" if state == "announced" else None)


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("role", ["technician", "service_desk", "logistics", "manager"])
def test_allowed_actions_are_the_rows_of_the_table_that_the_role_may_take(desk: Desk, state: str, role: str) -> None:
    number = desk.until(state)

    allowed = [each["action"] for each in desk.order(number, role)["allowed_actions"]]

    rows = dict.fromkeys(step.action for step in STEPS if State(state) in step.sources)
    assert allowed == [action for action in rows if action not in UNLISTED and may(Role(role), action)]


NO_FAULT = DIAGNOSIS | {"verdict": "no_fault_found", "test_conditions": "2 h"}
NOT_REPAIRED = DIAGNOSIS | {"verdict": "not_repaired", "not_repaired_reason": "no board to be had"}
UNECONOMIC = CHARGED | {
    "verdict": "beyond_economic_repair",
    "replacement_value": {"amount_minor": 40000, "currency": "CNY"},
}
NO = {"decision": "declined", "decided_by": "张䶮", "channel": "email", "quote_version": 1}

WAYS_OUT: tuple[tuple[str, str, Any, str, str | None], ...] = (
    ("inspecting", "diagnose", NO_FAULT, "summarizing", "no_fault_found"),
    ("inspecting", "diagnose", DIAGNOSIS | {"verdict": "not_our_product"}, "summarizing", "not_our_product"),
    ("inspecting", "diagnose", NOT_REPAIRED, "summarizing", "not_repaired"),
    ("inspecting", "diagnose", UNECONOMIC, "summarizing", "beyond_economic_repair"),
    ("inspecting", "diagnose", CHARGED, "awaiting_approval", None),
    ("awaiting_approval", "decide", NO, "summarizing", "declined"),
    ("awaiting_approval", "new-facts", {"note": "it fell into water"}, "inspecting", None),
    ("approved", "reinspect", {"reason": "wrong"}, "inspecting", None),
    ("awaiting_parts", "reinspect", {"reason": "part cannot be had"}, "inspecting", None),
    ("repairing", "reinspect", {"reason": "wrong"}, "inspecting", None),
    ("repairing", "request-part", {"part_number": SHORT_OF, "quantity": 1}, "awaiting_parts", None),
    ("repairing", "request-part", {"part_number": "IN-STOCK", "quantity": 1}, "repairing", None),
    ("testing", "test", {"passed": False, "checks": [{"name": "works", "passed": False}]}, "repairing", None),
    ("summarizing", "reopen", {"reason": "wrong"}, "inspecting", None),
    ("ready", "reopen", {"reason": "wrong"}, "inspecting", None),
    ("testing", "cancel", {"reason": "sold it"}, "summarizing", "cancelled"),
)


@pytest.mark.parametrize(("state", "action", "body", "reached", "result"), WAYS_OUT)
def test_each_way_out_and_back_leads_where_the_procedure_says(
    desk: Desk, state: str, action: str, body: Any, reached: str, result: str | None
) -> None:
    number = desk.until(state)

    order = desk.step(number, action, body)

    assert (order["state"], order["result"]) == (reached, result)


def test_two_people_at_once_get_one_success_and_one_clear_conflict(desk: Desk) -> None:
    number = desk.until("received")

    desk.step(number, "start-inspection", headers={"If-Match": '"1"'})
    stale = desk.step(number, "cancel", {"reason": "x"}, expect=412, headers={"If-Match": '"1"'})
    illegal = desk.step(number, "start-inspection", expect=409)

    assert stale["version"] == 2
    assert {"action": "diagnose", "missing": []} in illegal["allowed_actions"]
