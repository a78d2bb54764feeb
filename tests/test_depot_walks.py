"""Random walks through the procedure over HTTP: whatever is called, and when, no undeclared state is reached."""

from __future__ import annotations

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
    cny,
    intake,
)
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from app import DepotApp
from depot import verify
from depot.procedure import rows_for
from models import State

WITH_PARTS = DIAGNOSIS | {"parts": [{"part_number": "IN-STOCK", "quantity": 2}]}
OUT = DIAGNOSIS | {"coverage": None}
REPLACE = {"part_number": "IN-STOCK", "quantity": 1}
MOVES: tuple[tuple[str, Any], ...] = (
    ("receive", CHECKLIST),
    ("refuse", ADVICE),
    ("start-inspection", {}),
    ("diagnose", DIAGNOSIS),
    ("diagnose", WITH_PARTS),
    ("diagnose", NEEDS_A_PART),
    ("diagnose", CHARGED),
    ("diagnose", OUT | {"verdict": "no_fault_found", "test_conditions": "2 h"}),
    ("diagnose", OUT | {"verdict": "not_repaired", "not_repaired_reason": "no part"}),
    ("decide", {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1}),
    ("decide", {"decision": "declined", "decided_by": "张䶮", "channel": "email", "quote_version": 1}),
    ("new-facts", {"note": "water"}),
    ("start-repair", {}),
    ("request-part", {"part_number": SHORT_OF, "quantity": 1}),
    ("request-part", {"part_number": "IN-STOCK", "quantity": 1}),
    ("replace-part", REPLACE | {"outcome": "unused"}),
    ("replace-part", REPLACE | {"outcome": "used", "removed_serial": "OLD-1"}),
    ("replace-part", {"part_number": "IN-STOCK", "removed_serial": "OLD-1", "removed_destination": "factory"}),
    ("replace-part", REPLACE | {"outcome": "dead_on_arrival"}),
    ("finish-repair", FINISH),
    ("test", PASS),
    ("test", {"passed": False, "note": "still hums"}),
    ("reinspect", {"reason": "wrong"}),
    ("summarize", SUMMARY),
    ("reopen", {"reason": "wrong"}),
    ("hand-over", HAND_OVER),
    ("cancel", {"reason": "enough", "charge": cny(500)}),
    ("cancel", {"reason": "enough"}),
    ("mark-unclaimed", NOTICES),
    ("dispose", DISPOSAL),
    ("waivers", {"amount": cny(500), "reason": "goodwill"}),
    ("payments", {"amount": cny(500), "method": "cash"}),
    ("correct", {"event": 1, "correction": "it was the other lid"}),
)
NOT_STEPS = ("waivers", "payments", "correct")


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.stock(SHORT_OF, 0)
    desk.stock("IN-STOCK", 50)
    return desk


@settings(
    max_examples=12,
    deadline=None,
    derandomize=True,
    phases=(Phase.generate,),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=st.data(), announced=st.booleans())
def test_no_sequence_of_calls_reaches_an_undeclared_state(
    app: DepotApp, desk: Desk, data: st.DataObject, announced: bool
) -> None:
    order = begin(desk, announced)

    for _ in range(data.draw(st.integers(5, 30))):
        action, body = draw_move(data, order["state"])
        order = moved(desk, order, action, body)

    assert app.unit_of_work(lambda session: list(verify.faults(session)), writing=False) == []


def begin(desk: Desk, announced: bool) -> dict[str, Any]:
    desk.count += 1
    device = {"serial_number": f"WALK-{desk.count}"}
    if not announced:
        return desk.receive(device=device, role="admin")
    body = {name: value for name, value in intake(device=device).items() if name in ANNOUNCED}
    order: dict[str, Any] = desk.post("/announcements", body, expect=201).get_json()
    return order


ANNOUNCED = ("depot", "customer", "device", "reported_fault", "channel")


def draw_move(data: st.DataObject, state: str) -> tuple[str, Any]:
    """Mostly a move that the table has a row for, now and then any."""
    legal = [move for move in MOVES if rows_for(move[0], State(state))]
    choices = legal if legal and data.draw(st.integers(0, 4)) else list(MOVES)
    return data.draw(st.sampled_from(choices))


def moved(desk: Desk, before: dict[str, Any], action: str, body: Any) -> dict[str, Any]:
    """Try a move: it leads where the table says, or it is refused and nothing has changed."""
    response = desk.client.app.test_client().post(
        f"/api/v1/repair-orders/{before['number']}/{action}",
        json=body,
        headers={"Authorization": f"Bearer {desk.token('admin')}"},
    )
    after = desk.order(before["number"])
    if action in NOT_STEPS:
        assert after["state"] == before["state"]
        assert after["version"] == before["version"]
    elif response.status_code == 200:
        targets = {(step.target or State(before["state"])).value for step in rows_for(action, State(before["state"]))}
        assert after["state"] in targets
        assert after["version"] == before["version"] + 1
    else:
        assert response.status_code in (409, 422)
        assert after == before
    return after
