"""Passing an order on: to somebody who repairs in its depot, with a note."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from databases import NOW
from desk import Desk
from sqlalchemy.orm import Session
from store import a_depot, another_depot

from depot import assignment, tokens
from depot.actors import SYSTEM
from depot.errors import Invalid
from models import Role


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def issue(session: Session, name: str, role: str, *depots: str) -> int:
    return tokens.issue(session, name, Role(role), depots, SYSTEM, NOW).token.person_id


WORKERS: list[tuple[str, tuple[str, ...], bool]] = [
    ("technician", (), True),
    ("technician", ("MAIN",), True),
    ("manager", ("MAIN", "NORTH"), True),
    ("admin", (), True),
    ("technician", ("NORTH",), False),
    ("service_desk", (), False),
    ("logistics", ("MAIN",), False),
    ("integration", (), False),
]


@pytest.mark.parametrize(("role", "depots", "works"), WORKERS, ids=str)
def test_who_may_repair_here_can_be_given_an_order(
    session: Session, role: str, depots: tuple[str, ...], works: bool
) -> None:
    depot = a_depot(session)
    another_depot(session)
    person_id = issue(session, "李雷 𠮷", role, *depots)

    for wanted in (person_id, "李雷 𠮷", " 李雷  𠮷"):
        if works:
            assert assignment.find_worker(session, wanted, depot.id, NOW).id == person_id
        else:
            with pytest.raises(Invalid):
                assignment.find_worker(session, wanted, depot.id, NOW)


@pytest.mark.parametrize("wanted", [2**62, "nobody", "李%", ""])
def test_somebody_unknown_is_not_found(session: Session, wanted: int | str) -> None:
    issue(session, "李雷", "technician")

    with pytest.raises(Invalid) as refusal:
        assignment.find_worker(session, wanted, a_depot(session).id, NOW)

    assert refusal.value.facts["errors"][0]["pointer"] == "/person"


def test_an_order_goes_to_somebody_else_with_a_note(desk: Desk, token: TokenMaker) -> None:
    token("technician", name="韩梅梅")
    number = desk.until("repairing")

    order = desk.step(number, "reassign", {"person": "韩梅梅", "handover_note": "the screw is loose"})

    assert (order["assigned_to"]["name"], order["state"]) == ("韩梅梅", "repairing")
    event = desk.events(number, "reassign")[0]
    assert (event["text"], event["facts"]["assigned_to"]) == (
        {"handover_note": "the screw is loose"}, order["assigned_to"]["id"],
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"person": "nobody", "handover_note": "x"}, "/person"),
        ({"person": 10**30, "handover_note": "x"}, "/person"),
        ({"person": True, "handover_note": "x"}, "/person"),
        ({"person": "", "handover_note": "x"}, "/person"),
        ({"person": "somebody of technician"}, "/handover_note"),
        ({"handover_note": "x"}, "/person"),
    ],
)
def test_a_reassignment_is_refused_with_the_place_of_what_is_wrong(
    desk: Desk, body: dict[str, Any], pointer: str
) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "reassign", body, expect=422)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_two_of_the_same_name_are_told_apart_by_id(desk: Desk) -> None:
    ids = [desk.post("/people", {"name": "张伟"}, expect=201).get_json()["id"] for _ in range(2)]
    for person in ids:
        desk.post("/tokens", {"person": person, "name": "bench", "role": "technician"}, expect=201)
    number = desk.until("inspecting")

    desk.step(number, "reassign", {"person": "张伟", "handover_note": "x"}, expect=422)
    order = desk.step(number, "reassign", {"person": ids[1], "handover_note": "x"})

    assert order["assigned_to"] == {"id": ids[1], "name": "张伟"}


def test_a_token_that_has_expired_is_no_reason_to_be_given_work(desk: Desk, clock: Clock) -> None:
    person = desk.post("/people", {"name": "王五"}, expect=201).get_json()["id"]
    token = {"person": person, "name": "summer job", "role": "technician", "expires_at": "2026-11-23T00:00:00Z"}
    desk.post("/tokens", token, expect=201)
    number = desk.until("inspecting")
    clock.advance(days=2)

    desk.step(number, "reassign", {"person": "王五", "handover_note": "x"}, expect=422)

    assert desk.order(number)["assigned_to"]["name"] == "somebody of technician"
