"""A mistake on record gets a correction that points at it; the record itself stays."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from desk import Desk
from sqlalchemy.orm import Session
from store import MANAGER, an_order

from app import DepotApp
from depot import corrections, events, verify
from depot.errors import Invalid, NotFound, Stale
from models import State


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


@pytest.mark.parametrize("state", State)
def test_a_correction_is_legal_in_every_state_and_changes_none(session: Session, state: State) -> None:
    order = an_order(session, state)
    events.append(session, order, "receive", MANAGER, NOW)

    corrections.correct(session, order.number, 1, "it was the other lid 𠮷", MANAGER, NOW)

    assert (order.state, order.version, order.event_seq) == (state, 1, 2)


@pytest.mark.parametrize("seq", [0, 2, 2**63 - 1, -1])
def test_a_correction_points_at_an_event_of_this_order(session: Session, seq: int) -> None:
    order = an_order(session)
    events.append(session, order, "receive", MANAGER, NOW)

    with pytest.raises(Invalid):
        corrections.correct(session, order.number, seq, "x", MANAGER, NOW)

    assert order.event_seq == 1


def test_an_order_that_is_not_there_or_has_moved_on_is_not_corrected(session: Session) -> None:
    order = an_order(session)
    events.append(session, order, "receive", MANAGER, NOW)

    with pytest.raises(NotFound):
        corrections.correct(session, "RO2600000000X", 1, "x", MANAGER, NOW)
    with pytest.raises(Stale):
        corrections.correct(session, order.number, 1, "x", MANAGER, NOW, version=2)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"event": 99, "correction": "x"}, "/event"),
        ({"event": 0, "correction": "x"}, "/event"),
        ({"event": 2**64, "correction": "x"}, "/event"),
        ({"event": "1", "correction": "x"}, "/event"),
        ({"event": 1}, "/correction"),
        ({"event": 1, "correction": ""}, "/correction"),
        ({"event": 1, "correction": "x" * 10_001}, "/correction"),
    ],
    ids=["beyond", "zero", "past 63 bits", "text", "no text", "empty", "too long"],
)
def test_over_http_a_correction_is_refused_with_the_place_of_what_is_wrong(
    desk: Desk, body: dict[str, Any], pointer: str
) -> None:
    number = desk.until("received")

    problem = desk.step(number, "correct", body, expect=422)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_correction_keeps_the_chain_whole_and_the_mistake_readable(app: DepotApp, desk: Desk) -> None:
    number = desk.until("inspecting")
    before = desk.events(number)

    desk.step(number, "correct", {"event": 2, "correction": "李雷 took it, not me"}, headers={"If-Match": '"2"'})
    desk.step(number, "correct", {"event": 2, "correction": "x"}, expect=412, headers={"If-Match": '"1"'})

    assert desk.events(number)[:-1] == before
    assert "李雷" not in str(desk.events(number)[-1]["facts"])
    assert app.unit_of_work(lambda session: list(verify.faults(session)), writing=False) == []


def test_a_correction_may_be_corrected(desk: Desk) -> None:
    number = desk.until("received")

    desk.step(number, "correct", {"event": 1, "correction": "wrong lid"})
    desk.step(number, "correct", {"event": 2, "correction": "no, right lid"})

    assert [event["facts"].get("corrects") for event in desk.events(number)] == [None, 1, 2]
