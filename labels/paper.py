"""From words and values to the cells of a receipt, in one language or in both; remembers what no font could show."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from labels.money import format_money
from labels.sheet import COLUMNS, CONTENT, GUTTER, SIDE, Block, Cell, Ink, Row, Type
from labels.text import no_picture, prepare
from labels.values import Money, Words
from labels.words import CONTINUED, NO, NOT_STATED, YES, Language, pick, word

HEADING, HEADING_SECOND = Type(9, bold=True), Type(7.2, grey=True)
LABEL, BODY, STRONG, SMALL = Type(6.8, grey=True), Type(9), Type(9, bold=True), Type(8)
TABLE, TABLE_SECOND = Type(8.5), Type(7.2, grey=True)


Entries = Sequence[str | tuple[str, str]]


@dataclass(frozen=True)
class Fact:
    """A value under its label, ``span`` of 12 columns wide."""

    label: Words
    value: str
    span: float = 4
    type: Type = BODY


@dataclass(frozen=True)
class Column:
    """A column of a table; amounts stand to the right."""

    heading: Words
    span: float
    right: bool = False


@dataclass
class Paper:
    """A receipt being written in a language; ``written_out`` collects the characters that no font has."""

    language: Language
    written_out: dict[str, None] = field(default_factory=dict)

    @property
    def warnings(self) -> tuple[str, ...]:
        """A sentence for each character that had to be written out."""
        return tuple(map(no_picture, self.written_out))

    def say(self, words: Words, between: str = " ") -> str:
        """Words in the paper's language."""
        return pick(words, self.language, between)

    def code(self, kind: str, code: str | None) -> str:
        """The words for a code, or "not stated"."""
        return self.say(NOT_STATED if code is None else word(kind, code))

    def stated(self, text: str | None) -> str:
        """A text, or "not stated" where there is none or only blanks."""
        return text if text and text.strip() else self.say(NOT_STATED)

    def yes_no(self, answer: bool | None) -> str:
        """An answer, or "not stated"."""
        return self.say(NOT_STATED if answer is None else YES if answer else NO)

    def money(self, amount: Money | None) -> str:
        """An amount, or "not stated"."""
        return self.say(NOT_STATED) if amount is None else format_money(amount, self.language)

    def inks(self, text: str, width: float, type_: Type) -> tuple[Ink, ...]:
        """A text broken into the lines of a width."""
        prepared = prepare(text, type_.bold)
        self.written_out.update(dict.fromkeys(prepared.missing))
        return tuple(Ink(line, type_) for line in prepared.lines(width / type_.size))

    def stacked(self, words: Words, width: float, first: Type, second: Type) -> tuple[Ink, ...]:
        """Words of which, in both languages, the second stands beneath the first and smaller."""
        if self.language != "both" or words.zh == words.en or not (words.zh and words.en):
            return self.inks(self.say(words), width, first)
        return self.inks(words.zh, width, first) + self.inks(words.en, width, second)

    def labelled(self, fact: Fact, width: float) -> tuple[Ink, ...]:
        """A value under its label."""
        return self.inks(self.say(fact.label), width, LABEL) + self.inks(fact.value, width, fact.type)

    def block(self, heading: Words, rows: Sequence[Row], head: Row | None = None) -> Block:
        """A section under its heading; both languages stand one above the other."""
        return Block(self._heading(heading), self._heading(heading, CONTINUED), head, tuple(rows))

    def prose(self, text: str, type_: Type = BODY) -> Row:
        """A text over the whole width."""
        return Row((Cell(self.inks(text, CONTENT, type_), SIDE, CONTENT),))

    def facts(self, facts: Sequence[Fact]) -> list[Row]:
        """Labelled values side by side, in as many rows as their spans need."""
        rows: list[list[Fact]] = [[]]
        for fact in facts:
            if sum(other.span for other in rows[-1]) + fact.span > COLUMNS:
                rows.append([])
            rows[-1].append(fact)
        return [self._facts(row) for row in rows if row]

    def table(self, columns: Sequence[Column], rows: Iterable[Entries]) -> tuple[Row, list[Row]]:
        """A table's head and rows; a pair is a text with a smaller one beneath."""
        headings = [[self.inks(self.say(column.heading), width, LABEL)] for column, _, width in _places(columns)]
        head = self._row(columns, headings, gap=3)
        widths = [width for _, _, width in _places(columns)]
        body = [self._row(columns, [self._entry(*entry) for entry in zip(row, widths, strict=True)]) for row in rows]
        return head, [*body[:-1], *(replace(last, rule=False) for last in body[-1:])]

    def sums(self, sums: Sequence[tuple[Words, Money]], strong: Collection[Words]) -> Row:
        """What it comes to, under a table of prices: words and amounts to the right, on one page together."""
        (x, width), (amounts_x, amounts_width) = place(4, 5), place(9, 3)
        words: tuple[Ink, ...] = ()
        amounts: tuple[Ink, ...] = ()
        for label, amount in sums:
            type_ = STRONG if label in strong else BODY
            words += self.inks(self.say(label), width, type_)
            amounts += self.inks(self.money(amount), amounts_width, type_)
        return Row((Cell(words, x, width, right=True), Cell(amounts, amounts_x, amounts_width, right=True)), whole=True)

    def _entry(self, entry: str | tuple[str, str], width: float) -> list[tuple[Ink, ...]]:
        first, second = (entry, "") if isinstance(entry, str) else entry
        below = self.inks(second, width, TABLE_SECOND) if second else ()
        return [self.inks(first, width, TABLE), below]

    def _row(self, columns: Sequence[Column], entries: Sequence[Sequence[tuple[Ink, ...]]], gap: float = 3) -> Row:
        cells = [
            Cell(tuple(ink for inks in entry for ink in inks), x, width, column.right)
            for entry, (column, x, width) in zip(entries, _places(columns), strict=True)
        ]
        return Row(tuple(cells), gap, rule=True)

    def _facts(self, facts: Sequence[Fact]) -> Row:
        cells, at = [], 0.0
        for fact in facts:
            x, width = place(at, fact.span)
            cells.append(Cell(self.labelled(fact, width), x, width))
            at += fact.span
        return Row(tuple(cells))

    def _heading(self, heading: Words, after: Words | None = None) -> tuple[Ink, ...]:
        width = SIDE - GUTTER
        below = self.inks(self.say(after), width, HEADING_SECOND) if after else ()
        return self.stacked(heading, width, HEADING, HEADING_SECOND) + below


def _places(columns: Sequence[Column]) -> Iterator[tuple[Column, float, float]]:
    at = 0.0
    for column in columns:
        yield column, *place(at, column.span)
        at += column.span


def place(at: float, span: float) -> tuple[float, float]:
    """Where a span of columns begins and how wide it is, without the gutter to the next."""
    column = (CONTENT + GUTTER) / COLUMNS
    return SIDE + at * column, span * column - GUTTER
