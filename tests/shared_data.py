"""Files that nobody of the project wrote, in ``../shared/data``: a test that wants one skips where they are absent."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

SHARED = Path(__file__).resolve().parent.parent.parent / "shared" / "data"


def shared(name: str) -> Path:
    """The path of such a file, looked for beside the project and, for a working copy of it, one folder further up."""
    for folder in (SHARED, SHARED.parent.parent.parent / "shared" / "data"):
        if (folder / name).exists():
            return folder / name
    pytest.skip(f"{name} is not in {SHARED}")


def shared_rows(name: str) -> list[dict[str, str]]:
    """The rows of such a CSV file, read by Python's own means."""
    with shared(name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))
