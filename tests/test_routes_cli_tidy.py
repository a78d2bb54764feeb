"""`depot tidy`: what it ends and forgets, once, however often it is run, and by itself before the service starts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from announced import announced_at
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from terminal import Terminal, serving, terminal_on

from depot.announcements import AT_ONCE
from depot.idempotency import KEPT_FOR
from models import Depot, RepairOrder, State, Token
from models.idempotency import IdempotencyKey
from routes.cli.tidy import tidy
from routes.cli.typed import Days

LONG_AGO = datetime(2026, 1, 5, tzinfo=UTC)


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


def fill(terminal: Terminal, past: int, answers: int = 0) -> None:
    """A depot with announcements past their day, one that is not, and answers that are older than a day."""
    terminal.run("token", "Ada", "--role", "admin")
    now = datetime.now(UTC)

    def work(session: Session) -> None:
        for place in range(past):
            announced_at(session, LONG_AGO, f"SN-{place}")
        announced_at(session, now, "SN-NEW")
        token_id = session.scalars(select(Token.id)).first()
        at = now - KEPT_FOR - timedelta(minutes=1)
        session.add_all(
            IdempotencyKey(token_id=token_id, key=f"key-{place}", fingerprint="", created_at=at)
            for place in range(answers)
        )

    terminal.opened().unit_of_work(work)


def states(terminal: Terminal) -> dict[State, int]:
    """How many orders stand where."""
    query = select(RepairOrder.state, func.count()).group_by(RepairOrder.state)
    rows = terminal.opened().unit_of_work(lambda session: session.execute(query).all(), writing=False)
    return dict(tuple(row) for row in rows)


def test_what_is_due_is_done_once_and_counted(terminal: Terminal) -> None:
    fill(terminal, past=3, answers=2)

    first, second = terminal.run("tidy").output, terminal.run("tidy").output

    assert first == "Announcements ended: 3. Answers forgotten: 2.\n"
    assert second == "Announcements ended: 0. Answers forgotten: 0.\n"
    assert states(terminal) == {State.CANCELLED: 3, State.ANNOUNCED: 1}
    assert terminal.run("verify").output.startswith("All is well (repair orders: 4,")


@pytest.mark.parametrize("past", [0, 1, AT_ONCE + 1])
def test_all_are_ended_however_many_there_are(terminal: Terminal, past: int) -> None:
    fill(terminal, past)

    said = tidy(terminal.opened())

    assert said == f"Announcements ended: {past}. Answers forgotten: 0."
    assert states(terminal).get(State.CANCELLED, 0) == past


def test_the_service_tidies_before_it_serves(terminal: Terminal) -> None:
    fill(terminal, past=2, answers=1)

    with serving("serve", "--port", "0", settings=terminal.settings):
        served = states(terminal)

    assert served == {State.CANCELLED: 2, State.ANNOUNCED: 1}
    assert terminal.run("tidy").output == "Announcements ended: 0. Answers forgotten: 0.\n"


def test_there_must_be_something_to_tidy(terminal: Terminal) -> None:
    assert "There is no depot in " in terminal.run("tidy", expect=1).stderr


@pytest.mark.parametrize(("typed", "stands"), [("30", 30), ("1", 1), ("", None)])
def test_the_policy_is_set_and_unset_on_the_command_line(terminal: Terminal, typed: str, stands: int | None) -> None:
    terminal.run("setup", "--announcement-valid-days", "14")

    said = terminal.run("setup", "--announcement-valid-days", typed).output

    found = terminal.opened().unit_of_work(lambda session: session.scalars(select(Depot)).one(), writing=False)
    assert "changed announcement_valid_days" in said
    assert found.announcement_valid_days == stands


@pytest.mark.parametrize("typed", ["0", "-1", "3651", "1.5", "many", "9" * 40, "𝟛𝟘x"])
def test_days_that_cannot_be_are_told_at_once(typed: str) -> None:
    terminal = Terminal({})

    assert "--announcement-valid-days" in terminal.run("setup", "--announcement-valid-days", typed, expect=2).stderr


@pytest.mark.parametrize(("typed", "read"), [("", ""), ("30", 30), (30, 30)])
def test_days_typed_as_nothing_stay_nothing(typed: str | int, read: str | int) -> None:
    assert Days(1, 3650).convert(typed, None, None) == read
