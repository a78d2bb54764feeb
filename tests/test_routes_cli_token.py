"""`depot token`: a token comes out alone, or what to do instead."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select
from terminal import Terminal, terminal_on

from depot import people
from depot.actors import SYSTEM
from models import PersonKind, Token


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


@pytest.mark.parametrize(("role", "name"), [("admin", "Ada"), ("technician", "李工 𠮷"), ("integration", "bench 3")])
def test_a_token_comes_out_alone_and_works(terminal: Terminal, role: str, name: str) -> None:
    secret = terminal.run("token", name, "--role", role, "--depot", "MAIN").output

    answer = (
        terminal.opened()
        .test_client()
        .get("/api/v1/repair-orders", headers={"Authorization": f"Bearer {secret.strip()}"})
    )
    assert answer.status_code == 200
    assert len(secret.split()) == 1


def test_a_token_can_have_an_end(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin", "--expires-in", "30")

    token = terminal.opened().unit_of_work(lambda session: session.scalars(select(Token)).one(), writing=False)
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 30


def test_a_token_for_a_depot_that_is_not_there_says_so(terminal: Terminal) -> None:
    told = terminal.run("token", "Ada", "--role", "admin", "--depot", "NORTH", expect=1)

    assert told.stderr == "Error: --depot: There is no depot NORTH.\n"


def test_a_token_for_one_of_several_of_the_same_name_is_refused(terminal: Terminal) -> None:
    terminal.run("token", "Li Wei", "--role", "technician")
    app = terminal.opened()
    app.unit_of_work(lambda session: people.create(session, "LI WEI", PersonKind.PERSON, SYSTEM, app.clock()))

    assert (
        "Several people are called Li Wei" in terminal.run("token", "Li Wei", "--role", "technician", expect=1).stderr
    )
