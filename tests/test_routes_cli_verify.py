"""`depot verify`: quiet where all agrees, and it changes nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from terminal import Terminal, terminal_on


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


def test_verify_is_quiet_about_a_depot_in_order(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin")

    assert terminal.run("verify").output.startswith("All is well (repair orders: 0, events: ")


def test_verify_names_what_is_wrong_and_fails(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "technician")
    terminal.opened().unit_of_work(lambda session: session.execute(text("UPDATE tokens SET role = 'admin'")))

    told = terminal.run("verify", expect=1)

    assert "role is admin, not technician" in told.stdout
    assert "1 fault." in told.stderr


def test_verify_makes_no_depot(terminal: Terminal) -> None:
    assert "There is no depot in " in terminal.run("verify", expect=1).stderr


def test_tables_of_another_version_are_not_worked_on(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin")
    terminal.opened().unit_of_work(
        lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    )

    assert "`depot serve` brings them up to this one" in terminal.run("verify", expect=1).stderr
    assert "A newer version made these tables" in terminal.run("serve", "--port", "0", expect=1).stderr
