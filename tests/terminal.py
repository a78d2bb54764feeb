"""A terminal for tests: an operator's environment, commands run in this process, and a service in one of its own."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.request import Request, urlopen

import pytest
from click.testing import CliRunner, Result
from databases import SECRET, database_on, settings_for

from app import DepotApp, create_app
from models import db
from routes.cli import depot

MAIN = [sys.executable, "-c", "from app import main; main()"]
ROOT = Path(__file__).resolve().parent.parent


class Terminal:
    """An operator's terminal; ``close`` lets go of every database that was opened."""

    def __init__(self, settings: Mapping[str, str]) -> None:
        self.settings = dict(settings)
        self._made: list[DepotApp] = []

    def run(self, *words: str, expect: int = 0, typed: str = "") -> Result:
        """Run a command; a wrong status fails with what was printed."""
        blank = dict.fromkeys(name for name in os.environ if name.startswith("DEPOT_"))
        result = CliRunner().invoke(depot, words, obj=self._make, env=blank | self.settings, input=typed)
        assert result.exit_code == expect, f"{result.output}\n{result.exception!r}"
        return result

    def opened(self, place: str = "depot.sqlite3") -> DepotApp:
        """The application on the operator's database, to look at what a command did."""
        folder = Path(self.settings["DEPOT_DATA_DIR"])
        url = self.settings.get("DEPOT_DATABASE_URL", f"sqlite:///{folder / place}")
        return self._make(settings_for(url, folder))

    def close(self) -> None:
        for app in self._made:
            with app.app_context():
                db.engine.dispose()

    def _make(self, wanted: Any) -> DepotApp:
        self._made.append(create_app(wanted))
        return self._made[-1]


def terminal_on(request: pytest.FixtureRequest, folder: Path) -> Iterator[Terminal]:
    """A terminal with a database that nobody has used: ``request.param`` says which kind."""
    if request.param == "sqlite":
        terminal = Terminal({"DEPOT_DATA_DIR": str(folder)})
        yield terminal
        terminal.close()
        return
    with database_on(request.getfixturevalue("postgresql"), f"terminal_{os.getpid()}") as url:
        settings = {"DEPOT_DATA_DIR": str(folder), "DEPOT_DATABASE_URL": url, "DEPOT_SECRET_KEY": SECRET}
        terminal = Terminal(settings)
        yield terminal
        terminal.close()


@contextmanager
def serving(*words: str, settings: Mapping[str, str]) -> Iterator[tuple[str, list[str]]]:
    """A service in a process of its own: its address, and what it has printed by then; a signal ends it."""
    bare = {name: value for name, value in os.environ.items() if not name.startswith(("DEPOT_", "COV"))}
    process = subprocess.Popen(
        [*MAIN, *words], env={**bare, **settings}, cwd=ROOT, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
    )
    assert process.stdout is not None
    printed: list[str] = []
    for line in process.stdout:
        printed.append(line.rstrip())
        if " running at " in line:
            break
    try:
        assert printed, "it printed nothing"
        assert " running at " in printed[-1], "\n".join(printed)
        yield next(word for word in printed[-1].split() if word.startswith("http")), printed
    finally:
        process.send_signal(signal.SIGTERM)
        rest = process.stdout.read()
        process.stdout.close()
        assert process.wait(30) == 0, rest
    assert rest == "" or "Tokens" in rest, rest


def fetch(url: str, token: str = "") -> int:
    """The status of an answer."""
    if not url.startswith("http://127.0.0.1:"):
        raise ValueError(url)
    with urlopen(Request(url, headers={"Authorization": f"Bearer {token}"}), timeout=10) as answer:  # noqa: S310
        status: int = answer.status
    return status
