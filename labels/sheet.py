"""The geometry of a receipt: inked lines in cells, cells in rows, rows in blocks, blocks on pages.

Lengths are PostScript points. A block is a section with its heading at the side; it flows over as many pages as it
needs and takes its heading and its table head along. Everything can be cut between two lines, so no text is too long;
two lines of a text stay together, and a short block is not cut at all, so no heading stands alone at the foot.
reportlab's own flowables are not used: they read markup in what people typed, set cells in Helvetica where nobody
says otherwise, and cannot cut a cell in two.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass, replace

from labels.text import Line

MM = 72 / 25.4
PAGE_WIDTH, PAGE_HEIGHT = 210 * MM, 297 * MM
MARGIN, TOP, FOOT = 15 * MM, 13 * MM, 11 * MM
WIDTH = PAGE_WIDTH - 2 * MARGIN
SIDE = 31 * MM
CONTENT = WIDTH - SIDE
COLUMNS = 12
GUTTER = 3 * MM
TOGETHER = 28 * MM
LINES_TOGETHER = 2
BLOCK_TOP = 4.5
BLOCK_BOTTOM = 3


@dataclass(frozen=True)
class Type:
    """A size and weight of letters; ``leading`` is the height of a line in sizes."""

    size: float
    bold: bool = False
    grey: bool = False
    leading: float = 1.32

    @property
    def height(self) -> float:
        """The height of one line."""
        return self.size * self.leading


@dataclass(frozen=True)
class Ink:
    """A line of text and how it is set."""

    line: Line
    type: Type


@dataclass(frozen=True)
class Cell:
    """Lines one under another from ``x``; ``sign`` is room above them for a signature and its line."""

    inks: tuple[Ink, ...]
    x: float
    width: float
    right: bool = False
    sign: float = 0

    @property
    def height(self) -> float:
        """With the room to sign."""
        return self.sign + sum(ink.type.height for ink in self.inks)

    def cut(self, available: float) -> tuple[Cell, Cell]:
        """What fits into a height, and the rest."""
        count, used = 0, self.sign
        while count < len(self.inks) and used + self.inks[count].type.height <= available:
            used += self.inks[count].type.height
            count += 1
        return replace(self, inks=self.inks[:count]), replace(self, inks=self.inks[count:], sign=0)


@dataclass(frozen=True)
class Row:
    """Cells side by side; ``gap`` is the room beneath, ``rule`` whether a hairline ends it, ``whole`` never cut.

    A whole row under others (the sums under prices) takes the one above it along to the next page.
    """

    cells: tuple[Cell, ...]
    gap: float = 3
    rule: bool = False
    whole: bool = False

    @property
    def height(self) -> float:
        """With the gap beneath."""
        return max(cell.height for cell in self.cells) + self.gap

    def cut(self, available: float) -> tuple[Row | None, Row | None]:
        """What fits and the rest, two lines at least on either side; nothing and all where that cannot be."""
        if self.height <= available:
            return self, None
        halves = [cell.cut(available - self.gap) for cell in self.cells]
        upper, lower = (replace(self, cells=tuple(half[side] for half in halves)) for side in (0, 1))
        if self.whole or _lines(upper) < LINES_TOGETHER:
            return None, self
        if _lines(lower) < LINES_TOGETHER:
            return self.cut(upper.height - 1)
        return replace(upper, rule=False), lower


@dataclass(frozen=True)
class Block:
    """A section: heading at the side, an optional table head that each page repeats, and its rows."""

    heading: tuple[Ink, ...]
    continued: tuple[Ink, ...]
    head: Row | None
    rows: tuple[Row, ...]

    @property
    def height(self) -> float:
        """With the room above and below."""
        return max(self._upper + sum(row.height for row in self.rows), self._heading) + BLOCK_BOTTOM

    @property
    def _upper(self) -> float:
        return BLOCK_TOP + (self.head.height if self.head else 0)

    @property
    def _heading(self) -> float:
        return BLOCK_TOP + sum(ink.type.height for ink in self.heading)

    def cut(self, available: float) -> tuple[Block | None, Block | None]:
        """What fits and the rest, each with heading and table head."""
        if self.height <= available:
            return self, None
        if self.height <= TOGETHER or self._heading + BLOCK_BOTTOM > available:
            return None, self
        upper, lower = _cut_rows(self.rows, available - self._upper - BLOCK_BOTTOM)
        if not lower:
            return self, None
        if not upper:
            return None, self
        return replace(self, rows=upper), replace(self, heading=self.continued, rows=lower)


def paginate(blocks: Sequence[Block], first: float, later: float) -> list[list[Block]]:
    """The blocks of each page; ``first`` and ``later`` are the heights that the first and each later page offers."""
    pages: list[list[Block]] = [[]]
    room = first
    waiting = deque(blocks)
    while waiting:
        upper, lower = waiting.popleft().cut(room)
        if upper:
            pages[-1].append(upper)
            room -= upper.height
        if lower:
            waiting.appendleft(lower)
            pages.append([])
            room = later
    return pages


def _cut_rows(rows: tuple[Row, ...], available: float) -> tuple[tuple[Row, ...], tuple[Row, ...]]:
    for index, row in enumerate(rows):
        if row.height > available:
            upper, lower = row.cut(available)
            if row.whole and index > 1:
                return rows[: index - 1], rows[index - 1 :]
            kept = (*rows[:index], upper) if upper else rows[:index]
            return kept, (lower, *rows[index + 1 :]) if lower else rows[index + 1 :]
        available -= row.height
    return rows, ()


def _lines(row: Row) -> int:
    return max(len(cell.inks) for cell in row.cells)
