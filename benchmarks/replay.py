"""A recorded operation as a program that the bare driver can play for other orders.

What differs between the recordings of an operation is found by comparing them, and filled in anew at each playing: an
id or hash that an earlier statement of the same playing answered; a text that holds the order's count or number; a
UUID, or the number of an advisory lock, made up. Anything else that differs (times, hashes, JSON) stays as recorded: as
long and as costly to store, but not true. So the rows can be counted and searched, and not be verified.
"""

from __future__ import annotations

import random
import re
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from benchmarks.operations import Order
from benchmarks.recording import Recording, Row, Statement

UUID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
CHANGES = re.compile(r"\s*(INSERT|UPDATE|DELETE)")

Results: TypeAlias = list[tuple[list[Row], int]]


@dataclass
class Playing:
    """One playing of a program: for which order, and what its statements answered so far."""

    order: Order
    results: Results = field(default_factory=list)


@dataclass(frozen=True)
class Answered:
    """A value that an earlier statement answered."""

    line: int
    row: int
    column: int

    def value(self, playing: Playing) -> Any:
        return playing.results[self.line][0][self.row][self.column]


@dataclass(frozen=True)
class Written:
    """A text with the order's count or number in it."""

    text: str
    recorded: Order

    def value(self, playing: Playing) -> Any:
        text = self.text.replace(self.recorded.number, playing.order.number)
        return text.replace(self.recorded.key, playing.order.key)


@dataclass(frozen=True)
class MadeUp:
    """A new UUID, or a number that hardly anybody else has."""

    number: bool

    def value(self, _: Playing) -> Any:
        return random.getrandbits(62) if self.number else str(uuid.uuid4())


Source: TypeAlias = Answered | Written | MadeUp


@dataclass(frozen=True)
class Line:
    """A statement, and where its parameters come from that are not as recorded: one mapping for each row of them."""

    statement: Statement
    sources: tuple[dict[Any, Source], ...]

    def filled(self, playing: Playing) -> Statement:
        """The statement for this playing."""
        parameters = self.statement.parameters
        if isinstance(parameters, list):
            rows = zip(parameters, self.sources, strict=True)
            return replace(self.statement, parameters=[_filled(row, sources, playing) for row, sources in rows])
        return replace(self.statement, parameters=_filled(parameters, self.sources[0], playing))


@dataclass(frozen=True)
class Program:
    """A recorded operation, to be played for any order; ``answer`` is what the service answered then."""

    lines: tuple[Line, ...]
    writing: bool
    answer: bytes

    def play(self, cursor: Any, order: Order) -> Playing:
        """Do it for an order, inside the caller's transaction."""
        playing = Playing(order)
        for line in self.lines:
            playing.results.append(line.filled(playing).run(cursor))
        return playing


def program_of(recordings: Sequence[Recording]) -> Program:
    """The program of an operation. Raises ValueError where it does not send the same statements each time."""
    first = recordings[0]
    texts = {tuple(statement.sql for statement in recording.statements) for recording in recordings}
    if len(texts) != 1:
        raise ValueError(f"the recordings differ in their statements: {[len(text) for text in texts]}")
    lines = tuple(Line(said, tuple(_sources(recordings, place))) for place, said in enumerate(first.statements))
    writing = any(CHANGES.match(statement.sql) for statement in first.statements)
    return Program(lines, writing, first.answer)


def differences(program: Program, recording: Recording, playing: Playing) -> Iterator[str]:
    """Each statement of a playing that answered or touched another number of rows than when it was recorded."""
    pairs = zip(program.lines, recording.results, playing.results, strict=True)
    for line, (then, then_touched), (now, now_touched) in pairs:
        if (len(then), then_touched) != (len(now), now_touched):
            yield f"{len(now)} rows, {now_touched} touched instead of {len(then)}, {then_touched}: {line.statement.sql}"


def _sources(recordings: Sequence[Recording], place: int) -> Iterator[dict[Any, Source]]:
    rows = [_rows(recording.statements[place].parameters) for recording in recordings]
    for same in zip(*rows, strict=True):
        keys: list[Any] = list(same[0]) if isinstance(same[0], dict) else list(range(len(same[0])))
        found = ((key, _source([row[key] for row in same], recordings, place)) for key in keys)
        yield {key: source for key, source in found if source is not None}


def _source(values: Sequence[Any], recordings: Sequence[Recording], place: int) -> Source | None:
    first, order = values[0], recordings[0].order
    if all(value == first for value in values):
        return None
    if not isinstance(first, (int, str)):
        return None
    if isinstance(first, str) and (order.key in first or order.number in first):
        return Written(first, order)
    return _answered(values, recordings, place) or _made_up(first)


def _answered(values: Sequence[Any], recordings: Sequence[Recording], place: int) -> Answered | None:
    """The last cell before a statement that held, in each recording, what the statement was given then."""
    for line in reversed(range(place)):
        for row, cells in enumerate(recordings[0].results[line][0]):
            for column in range(len(cells)):
                if all(_cell(r, line, row, column) == value for r, value in zip(recordings, values, strict=True)):
                    return Answered(line, row, column)
    return None


def _cell(recording: Recording, line: int, row: int, column: int) -> Any:
    rows = recording.results[line][0]
    return rows[row][column] if row < len(rows) else None


def _made_up(value: int | str) -> MadeUp | None:
    if isinstance(value, int):
        return MadeUp(number=True)
    return MadeUp(number=False) if UUID.fullmatch(value) else None


def _rows(parameters: Any) -> list[Any]:
    return parameters if isinstance(parameters, list) else [parameters]


def _filled(parameters: Any, sources: dict[Any, Source], playing: Playing) -> Any:
    if not sources:
        return parameters
    if isinstance(parameters, tuple):
        values = list(parameters)
        for place, source in sources.items():
            values[place] = source.value(playing)
        return tuple(values)
    return parameters | {name: source.value(playing) for name, source in sources.items()}
