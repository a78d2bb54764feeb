"""The CPU that processes have used, from the operating system's own books (Linux, ``/proc``)."""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

TICK = 1 / os.sysconf("SC_CLK_TCK")


class Entry(NamedTuple):
    """One process: who started it, its name, and the seconds used by it and by children that have ended."""

    parent: int
    name: str
    seconds: float


def cpu_of(roots: Iterable[int]) -> float:
    """Seconds of CPU, user and system, of these processes and all below them.

    A child that has ended is in its parent's sum of waited-for children, so nothing is lost or counted twice.
    """
    table = dict(_entries())
    children = defaultdict[int, list[int]](list)
    for number, entry in table.items():
        children[entry.parent].append(number)
    waiting, total = [root for root in roots if root in table], 0.0
    while waiting:
        number = waiting.pop()
        total += table[number].seconds
        waiting += children[number]
    return total


def parent_called(name: str, number: int) -> int | None:
    """The parent of a process of that name on this machine; None where there is no such process."""
    entry = dict(_entries()).get(number)
    return entry.parent if entry and entry.name == name else None


def _entries() -> Iterator[tuple[int, Entry]]:
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            with suppress(FileNotFoundError, ProcessLookupError):  # it ended meanwhile
                yield int(folder.name), _entry((folder / "stat").read_text(encoding="utf-8", errors="replace"))


def _entry(stat: str) -> Entry:
    """See proc_pid_stat(5): after the name in brackets come state, parent, and as 12th to 15th the four times."""
    before, _, after = stat.rpartition(")")
    words = after.split()
    return Entry(int(words[1]), before.partition("(")[2], sum(map(int, words[11:15])) * TICK)
