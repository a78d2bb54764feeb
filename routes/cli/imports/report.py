"""What an import says: how far it is, each refused row with its line and the reason, and how many of which."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeRemainingColumn

from depot.imported import Outcome

COLUMNS = ("line", "column", "reason")


class Report:
    """The report on one file; refused rows are printed, and written to ``writer`` as well where there is one."""

    def __init__(self, name: str, writer: Any, advance: Callable[[int], None]) -> None:
        self._name, self._writer = name, writer
        self._counts: Counter[Outcome] = Counter()
        self._refused, self._last = 0, 0
        self.advance = advance

    def refuse(self, line: int, column: str, reason: str) -> None:
        """Say what is wrong with a row; several faults of one row count once."""
        self._refused += line != self._last
        self._last = line
        if self._writer is not None:
            self._writer.writerow((line, column, reason))
        click.echo(printable(f"line {line}: {column}{': ' if column else ''}{reason}"))

    def count(self, outcome: Outcome) -> None:
        """A row that was not refused."""
        self._counts[outcome] += 1

    def tell(self) -> None:
        """Say how many. Raises ClickException where rows were refused."""
        said = [f"{self._counts[outcome]} {outcome.value}" for outcome in Outcome]
        click.echo(printable(f"{self._name}: {', '.join(said)}, {self._refused} refused."))
        if self._refused:
            raise click.ClickException(
                f"{self._refused} row{'s were' if self._refused > 1 else ' was'} refused. Mend what is named above and"
                " import the file again: rows that are in are recognised and left alone."
            )


@contextmanager
def reporting(path: Path, to: Path | None) -> Iterator[Report]:
    """A report on the import of a file, with a bar on a terminal, and with a CSV file where one is wanted."""
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TimeRemainingColumn())
    with ExitStack() as stack:
        bar = stack.enter_context(Progress(*columns, console=console, transient=True, disable=not console.is_terminal))
        task = bar.add_task(printable(path.name), total=path.stat().st_size)
        writer = None
        if to is not None:
            writer = csv.writer(stack.enter_context(to.open("w", encoding="utf-8", newline="")))
            writer.writerow(COLUMNS)
        yield Report(path.name, writer, lambda position: bar.update(task, completed=position))


def printable(text: str) -> str:
    """A text without what a terminal would obey."""
    return "".join(sign if sign.isprintable() else f"\\u{ord(sign):04x}" for sign in text)
