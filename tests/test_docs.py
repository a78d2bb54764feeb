"""The docs say what the code says: the procedure is drawn from its table, and every file that is named exists."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from depot import diagram

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
