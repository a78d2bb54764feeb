"""`depot verify`: quiet where all agrees, and it changes nothing."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import text
from terminal import MAIN, Terminal, terminal_on


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
    assert "2 faults." in told.stderr


def test_verify_makes_no_depot(terminal: Terminal) -> None:
    assert "There is no depot in " in terminal.run("verify", expect=1).stderr


def test_tables_of_another_version_are_not_worked_on(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin")
    terminal.opened().unit_of_work(
        lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    )

    assert "`depot serve` brings them up to this one" in terminal.run("verify", expect=1).stderr
    assert "A newer version made these tables" in terminal.run("serve", "--port", "0", expect=1).stderr


def test_a_database_that_is_away_is_told_without_the_drivers_words(tmp_path: Path) -> None:
    url = "postgresql://depot:hidden@127.0.0.1:1/depot"
    settings = {"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_SECRET_KEY": "x" * 40, "DEPOT_DATABASE_URL": url}

    done = subprocess.run([*MAIN, "verify"], env=os.environ | settings, capture_output=True, text=True, check=False)

    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("Error: The database cannot be reached; nothing was changed.")
    assert len(done.stderr.splitlines()) == 1
