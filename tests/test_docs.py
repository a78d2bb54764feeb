"""The docs say what the code says: pictures are drawn from the table, files exist, commands are those that are run."""

from __future__ import annotations

import re
import shlex
import tomllib
from collections.abc import Sequence
from pathlib import Path

import click
import pytest

from depot import diagram
from routes.cli import depot

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]


def test_the_page_of_the_procedure_is_the_one_drawn_from_the_table() -> None:
    assert (ROOT / "docs/procedure.md").read_text(encoding="utf-8") == diagram.page()


def test_the_readme_shows_the_same_picture() -> None:
    assert diagram.picture() in (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_picture_has_an_arrow_for_every_change_of_state() -> None:
    drawn = diagram.picture()

    assert "[*] --> received: receive" in drawn
    assert "testing --> summarizing: test, cancel" in drawn
    assert "returned --> [*]" in drawn


def test_the_table_has_a_row_for_every_step() -> None:
    assert "| `hand-over` | `ready`, `unclaimed` | `returned` |" in diagram.table()


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_every_link_to_a_file_leads_to_one(page: Path) -> None:
    links = re.findall(r"\]\(([^)#:]+)\)", page.read_text(encoding="utf-8"))

    assert [link for link in links if not (page.parent / link).exists()] == []


def lines_of(text: str) -> list[list[str]]:
    """The commands of a shell text as words, those that hang together by ``&&`` one by one, programs without a path."""
    words = [shlex.split(part, comments=True) for line in text.splitlines() for part in line.split("&&")]
    return [[Path(program).name, *arguments] for program, *arguments in filter(None, words)]


def shown() -> list[list[list[str]]]:
    """The commands of each shell text of the README."""
    texts = re.findall(r"```sh\n(.*?)```", (ROOT / "README.md").read_text(encoding="utf-8"), re.DOTALL)
    return [lines_of(text) for text in texts]


def options_of(command: Sequence[str]) -> set[str]:
    return {word.partition("=")[0] for word in command if word.startswith("-")}


def test_the_command_that_sets_up_and_tests_is_what_every_change_must_pass() -> None:
    run = (ROOT / ".ci/run").read_text(encoding="utf-8").rpartition("\nstep ")[2].partition("\n")[2]

    _, install, tests = shown()[1]
    _, installed, tested = lines_of(run)

    assert (install, tests) == (["pip", "install", "-q", "-e", ".[test]"], ["pytest"])
    assert installed == install
    assert tested == [*tests, "-p", "no:cacheprovider"]


def test_what_is_installed_for_the_tests_brings_what_runs_them() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]

    assert project["scripts"] == {"depot": "app:main"}
    named = {re.split("[><=]", each)[0] for each in project["optional-dependencies"]["test"]}
    assert {"pytest", "pytest-xdist"} <= named


def test_the_first_command_shows_the_demonstration_and_goes_on_serving() -> None:
    made, install, begun = shown()[0]

    assert made == ["python3", "-m", "venv", ".venv"]
    assert install == ["pip", "install", "-q", "-e", "."]
    assert begun == ["depot", "demo", "--serve"]


@pytest.mark.parametrize("command", [line for lines in shown() for line in lines if line[0] == "depot"], ids=" ".join)
def test_every_command_of_the_readme_is_one_with_these_options(command: list[str]) -> None:
    context = click.Context(depot)

    known = depot.get_command(context, command[1])

    assert known is not None
    assert options_of(command) <= {name for option in known.get_params(context) for name in option.opts}
