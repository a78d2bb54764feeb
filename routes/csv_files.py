"""CSV files as other systems write them: read row by row in constant memory, and written.

What comes in is right or refused, with its line. A file whose header is unusable is refused whole; a row that is not
one is refused alone; where it is unclear where the next row begins (a quote that is never closed, a line without end)
reading stops there, since a wrong row is worse than one that has to be imported later. Nothing is guessed about
encodings: what is neither UTF-8 nor marked as UTF-16 has to be named, because bytes of one old encoding often are
other, well-formed text in another.
"""

from __future__ import annotations

import codecs
import csv
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, TextIOWrapper
from itertools import chain, count, islice
from typing import Protocol

ENCODINGS = ("utf-8", "utf-16", "gb18030", "big5", "windows-1252")
MARKS = ((codecs.BOM_UTF8, "utf-8-sig"), (codecs.BOM_UTF16_LE, "utf-16"), (codecs.BOM_UTF16_BE, "utf-16"))
DELIMITERS = (",", ";", "\t")
LONGEST_LINE = 1_000_000
FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
GUARD = "'"

GB18030_2022 = {
    0xE5E5: 0x3000,
    **dict(zip(range(0xE78D, 0xE794), (0xFE10, 0xFE12, 0xFE11, 0xFE13, 0xFE14, 0xFE15, 0xFE16), strict=True)),
    **dict(zip(range(0xE794, 0xE797), range(0xFE17, 0xFE1A), strict=True)),
    0xE7C7: 0x1E3F,
    **dict(zip((0xE81E, 0xE826, 0xE82B, 0xE82C, 0xE832, 0xE843, 0xE854, 0xE864), range(0x9FB4, 0x9FBC), strict=True)),
}
"""The two-byte codes that the standard moved out of the private use area in 2022; Python 3.11 decodes by that of 2005.
"""


class CsvError(Exception):
    """Nothing from this line on can be read; the message says why, and what to do."""

    def __init__(self, line: int, reason: str) -> None:
        super().__init__(f"line {line}: {reason}")
        self.line, self.reason = line, reason


@dataclass(frozen=True)
class Row:
    """A row of the file by its columns; ``line`` is the one on which it begins, the header's being 1."""

    line: int
    cells: Mapping[str, str]


@dataclass(frozen=True)
class BadRow:
    """A row that is none, and why."""

    line: int
    reason: str


class Writable(Protocol):
    """What a CSV file is written to."""

    def write(self, text: str, /) -> object:
        """Take some text."""


class CsvFile:
    """A CSV file that is open for reading. ``columns`` are those of its header, without blanks around them.

    Raises CsvError for a header with a column twice, without a name, or that is not text.
    """

    def __init__(self, text: TextIOWrapper, moved: Mapping[int, int]) -> None:
        self._starts = 1
        lines = _lines(text, moved)
        first = list(islice(lines, 1))
        self.delimiter = max(DELIMITERS, key="".join(first).count)
        self._reader = csv.reader(chain(first, lines), delimiter=self.delimiter, strict=True)
        self.columns = self._header()

    def _header(self) -> list[str]:
        try:
            names = [name.strip() for name in self._next() or ()]
        except csv.Error as error:
            raise CsvError(1, f"{error} in the header; {MEND_QUOTES}") from error
        reason = _unusable(names)
        if reason:
            raise CsvError(1, reason)
        return names

    def _next(self) -> list[str] | None:
        """The next record, None at the end. Raises CsvError, and csv.Error for one that is wrong within its line."""
        self._starts = self._reader.line_num + 1
        try:
            return next(self._reader, None)
        except csv.Error as error:
            if self._reader.line_num > self._starts or "end of data" in str(error):
                raise CsvError(self._starts, f"a quote that is opened here is not closed; {STOPPED}") from error
            raise

    def demand(self, required: Collection[str], known: Collection[str], ignored: Collection[str] = ()) -> None:
        """Raise CsvError for a column that is missing, and for one that nobody would read."""
        missing = [name for name in required if name not in self.columns]
        if missing:
            raise CsvError(1, f"the header lacks {_named(missing)}; it has {_named(self.columns)}.")
        unknown = [name for name in self.columns if name not in known and name not in ignored]
        if unknown:
            raise CsvError(1, f"nobody here reads {_named(unknown)}; leave them out on purpose with --ignore COLUMN.")

    def __iter__(self) -> Iterator[Row | BadRow]:
        """The rows in order, blank ones left out. Raises CsvError where reading cannot go on."""
        while True:
            try:
                cells = self._next()
            except csv.Error as error:
                yield BadRow(self._starts, f"{error}; {MEND_QUOTES}")
                continue
            if cells is None:
                return
            if any(cells):
                yield self._row(cells)

    def _row(self, cells: list[str]) -> Row | BadRow:
        if len(cells) != len(self.columns):
            return BadRow(self._starts, f"{len(cells)} cells where the header has {len(self.columns)} columns.")
        for name, cell in zip(self.columns, cells, strict=True):
            reason = _no_text(cell)
            if reason:
                return BadRow(self._starts, f"{name}: {reason}")
        return Row(self._starts, dict(zip(self.columns, cells, strict=True)))


STOPPED = "nothing from there on was read. Mend it and import the file again: rows that are in are recognised."
MEND_QUOTES = 'a quote inside of a cell is written twice ("").'
NAME_IT = f"Save it as UTF-8, or name what it is: --encoding {'|'.join(ENCODINGS[1:])}."


@contextmanager
def reading(stream: BufferedReader, encoding: str | None = None) -> Iterator[CsvFile]:
    """A CSV file on a stream, which is closed afterwards. Raises CsvError."""
    moved = GB18030_2022 if encoding == "gb18030" else {}
    with TextIOWrapper(stream, _codec(stream, encoding), errors="surrogateescape", newline="") as text:
        yield CsvFile(text, moved)


def _lines(text: TextIOWrapper, moved: Mapping[int, int]) -> Iterator[str]:
    """The lines, with their ends of all three kinds; one without end is never held whole."""
    for number in count(1):
        try:
            line = text.readline(LONGEST_LINE + 1)
        except UnicodeError as error:
            raise CsvError(number, f"this cannot be read as {text.encoding}. {NAME_IT}") from error
        if len(line) > LONGEST_LINE:
            raise CsvError(number, f"longer than {LONGEST_LINE} characters; {STOPPED}")
        if not line:
            return
        yield line.translate(moved) if moved else line


def _codec(stream: BufferedReader, named: str | None) -> str:
    """What a file is read with: what was named, where that is none of Unicode's own; else what its mark says."""
    if named not in {None, "utf-8", "utf-16"}:
        return str(named)
    unmarked = "utf-16-le" if named == "utf-16" else "utf-8"
    return next((codec for mark, codec in MARKS if stream.peek(4).startswith(mark)), unmarked)


def _unusable(names: list[str]) -> str | None:
    """Why these cannot be the columns of a file."""
    if not any(names):
        return "there is no header. The first line names the columns."
    bad = next((reason for reason in map(_no_text, names) if reason), None)
    if bad:
        return bad
    if "" in names:
        return f"column {names.index('') + 1} has no name."
    doubled = sorted({name for name in names if names.count(name) > 1})
    return f"the header has {_named(doubled)} twice." if doubled else None


def _no_text(cell: str) -> str | None:
    """Why a cell is no text."""
    if "\0" in cell:
        return f"a NUL character. If the file is UTF-16, name it: --encoding utf-16. {NAME_IT}"
    if any("\ud800" <= sign <= "\udfff" for sign in cell):
        return f"bytes that are no text in this encoding. {NAME_IT}"
    return None


def _named(columns: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in columns)


def write_rows(out: Writable, columns: Sequence[str], rows: Iterable[Sequence[str]], guarded: bool = False) -> int:
    """Write a header and rows, lines ended as RFC 4180 says; the answer is how many rows.

    Verbatim, unless ``guarded``: then a cell that a spreadsheet would take for a formula begins with an apostrophe.
    """
    writer = csv.writer(out)
    writer.writerow(columns)
    written = 0
    for row in rows:
        writer.writerow([_guarded(cell) for cell in row] if guarded else row)
        written += 1
    return written


def _guarded(cell: str) -> str:
    return GUARD + cell if cell.startswith(FORMULA_SIGNS) else cell
