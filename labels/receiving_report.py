"""The receiving report 到货清点报告: what of a pallet was missing, unexpected, double, already open, or taken in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from labels import sections
from labels import words as w
from labels.page import Running, render
from labels.paper import SMALL, STRONG, Column, Fact, Paper
from labels.sections import KEY, Drawn
from labels.sheet import Block
from labels.values import DepotHead
from labels.words import Language

VERDICTS = ("unexpected", "look_alike", "already_open", "double", "expected")
"""In the order in which somebody has to act."""


@dataclass(frozen=True)
class ScanLine:
    """One scan of a pallet: its place, what was scanned, the verdict, and what it points at.

    ``verdict``: expected, unexpected, double, already_open, look_alike. ``about`` is the open order, the number that it
    looks like, or the place of the first scan; ``taken_in_as`` the order that took it in.
    """

    seq: int
    code: str
    verdict: str
    at: str
    about: str | None
    taken_in_as: str | None


@dataclass(frozen=True)
class ReceivingReport:
    """What became of a pallet. ``listed`` is None where nobody said what would be on it."""

    number: str
    depot: DepotHead
    reference: str | None
    opened_at: str
    opened_by: str
    closed_at: str | None
    closed_by: str | None
    listed: int | None
    missing: tuple[str, ...]
    scans: tuple[ScanLine, ...]


def draw(value: ReceivingReport, language: Language) -> Drawn:
    """The report as PDF on A4; the same values give the same bytes."""
    paper = Paper(language)
    ended = value.closed_at or paper.say(w.STILL_OPEN)
    keys = [Fact(w.OPENED, value.opened_at, 4, KEY), Fact(w.CLOSED, ended, 4, KEY)]
    masthead = sections.masthead(paper, value, w.REPORT_TITLE, keys, called=w.SESSION)
    title, page = paper.say(w.REPORT_TITLE), paper.say(w.PAGE, " / ")
    running = Running(value.number, title, paper.say(value.depot.name), value.reference or "", page)
    return Drawn(render(masthead, list(_blocks(paper, value)), running, language), paper.warnings)


def _blocks(paper: Paper, value: ReceivingReport) -> Iterator[Block]:
    yield paper.block(w.SESSION, paper.facts(_facts(paper, value)))
    if value.missing:
        yield paper.block(w.MISSING, [paper.prose("    ".join(value.missing))])
    for verdict in VERDICTS:
        lines = [line for line in value.scans if line.verdict == verdict]
        if lines:
            yield _table(paper, verdict, lines)
    yield sections.signatures(paper, sections.Signature(value.closed_by, value.closed_at), sections.Signature())


def _facts(paper: Paper, value: ReceivingReport) -> list[Fact]:
    listed = paper.say(w.NO_LIST) if value.listed is None else str(value.listed)
    counts = [
        Fact(w.word("verdict", verdict), str(sum(line.verdict == verdict for line in value.scans)), 4, STRONG)
        for verdict in VERDICTS
    ]
    return [
        Fact(w.REFERENCE, paper.stated(value.reference)),
        Fact(w.LISTED, listed),
        Fact(w.SCANNED, str(len(value.scans))),
        Fact(w.MISSING, str(len(value.missing)), 4, STRONG),
        *counts,
        Fact(w.OPENED, f"{value.opened_at} {value.opened_by}", 6, SMALL),
        Fact(w.CLOSED, f"{value.closed_at or paper.say(w.STILL_OPEN)} {value.closed_by or ''}", 6, SMALL),
    ]


def _table(paper: Paper, verdict: str, lines: list[ScanLine]) -> Block:
    columns = [
        Column(w.SCAN_PLACE, 1, right=True),
        Column(w.SCANNED_CODE, 4.5),
        Column(w.SCANNED_AT, 2.1),
        Column(w.ABOUT, 2.2),
        Column(w.TAKEN_IN_AS, 2.2),
    ]
    rows = [[str(line.seq), line.code, line.at, line.about or "—", line.taken_in_as or "—"] for line in lines]
    table_head, body = paper.table(columns, rows)
    return paper.block(w.word("verdict", verdict), body, table_head)
