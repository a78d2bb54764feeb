"""Receipts on A4: masthead, blocks, running head and foot, drawn on a bare canvas with embedded fonts only."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass

from reportlab.pdfgen.canvas import Canvas

from labels.bars import Bars
from labels.pdf import draw_line, new_canvas, save
from labels.qr import Matrix
from labels.sheet import (
    BLOCK_TOP,
    FOOT,
    MARGIN,
    MM,
    PAGE_HEIGHT,
    PAGE_WIDTH,
    TOP,
    WIDTH,
    Block,
    Cell,
    Ink,
    Row,
    Type,
    paginate,
)
from labels.text import line

BARS_HEIGHT = 13 * MM
BARS_MODULE = 0.33 * MM
QR_MODULE = 0.5 * MM
HEAVY, HAIR = 1.1, 0.35
GREY, PALE = 0.4, 0.72
RUNNING_HEAD = 9 * MM
RUNNING_FOOT = 8 * MM
FOOT_WEAK, FOOT_STRONG = Type(7, grey=True), Type(7, bold=True)
ASCENT = 1.02


@dataclass(frozen=True)
class Link:
    """A QR code at the right margin, and what it leads to."""

    matrix: Matrix
    said: tuple[Ink, ...]

    @property
    def width(self) -> float:
        """Of the symbol; the margin of the page and the gaps around it are its quiet zone."""
        return self.matrix.size * QR_MODULE

    @property
    def height(self) -> float:
        """Of symbol and words."""
        return self.width + 3 + sum(ink.type.height for ink in self.said)


@dataclass(frozen=True)
class Masthead:
    """The top of the first page: who and what, then the bars with the number beside them, then a line to heed."""

    title: Row
    bars: Bars
    number: Row
    notice: Row | None
    link: Link | None = None

    @property
    def height(self) -> float:
        """Of the whole masthead."""
        notice = self.notice.height + 12 if self.notice else 0
        return self.title.height + self.middle + 22 + notice

    @property
    def middle(self) -> float:
        """Of the part with the bars."""
        return max(self.number.height, BARS_HEIGHT, self.link.height if self.link else 0)


@dataclass(frozen=True)
class Running:
    """What stands on every page; ``page`` is a pattern with ``{page}`` and ``{pages}``."""

    number: str
    title: str
    issuer: str
    document: str
    page: str


def render(masthead: Masthead, blocks: Sequence[Block], running: Running, language: str) -> bytes:
    """The PDF file."""
    height = PAGE_HEIGHT - TOP - FOOT - RUNNING_FOOT
    pages = paginate(blocks, height - masthead.height, height - RUNNING_HEAD)
    file = io.BytesIO()
    canvas = new_canvas(file, (PAGE_WIDTH, PAGE_HEIGHT), _plain(f"{running.title} {running.number}"))
    canvas.setAuthor(_plain(running.issuer))
    canvas.setCatalogEntry("Lang", "en" if language == "en" else "zh-CN")
    for index, page in enumerate(pages):
        top = _masthead(canvas, masthead) if index == 0 else _running_head(canvas, running)
        _blocks(canvas, page, top)
        _running_foot(canvas, running, index + 1, len(pages))
        canvas.showPage()
    save(canvas)
    return file.getvalue()


def _masthead(canvas: Canvas, masthead: Masthead) -> float:
    top = PAGE_HEIGHT - TOP
    _row(canvas, masthead.title, top)
    top -= masthead.title.height
    _rule(canvas, top, HEAVY)
    top -= 11
    _bars(canvas, masthead.bars, top)
    _row(canvas, masthead.number, top)
    if masthead.link:
        _link(canvas, masthead.link, top)
    top -= masthead.middle + 11
    return _notice(canvas, masthead.notice, top) if masthead.notice else top


def _notice(canvas: Canvas, notice: Row, top: float) -> float:
    canvas.setFillGray(0.93)
    canvas.rect(MARGIN, top - notice.height - 2, WIDTH, notice.height + 2, stroke=0, fill=1)
    _row(canvas, notice, top - 3.5)
    return top - notice.height - 12


def _bars(canvas: Canvas, bars: Bars, top: float) -> None:
    """Their first bar stands on the margin: the margin is the quiet zone."""
    start = MARGIN - bars.spans[0][0] * BARS_MODULE
    path = canvas.beginPath()
    for at, modules in bars.spans:
        path.rect(start + at * BARS_MODULE, top - BARS_HEIGHT, modules * BARS_MODULE, BARS_HEIGHT)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)


def _link(canvas: Canvas, link: Link, top: float) -> None:
    left = MARGIN + WIDTH - link.width
    path = canvas.beginPath()
    for row, start, modules in link.matrix.spans:
        path.rect(left + start * QR_MODULE, top - (row + 1) * QR_MODULE, modules * QR_MODULE, QR_MODULE)
    canvas.setFillGray(0)
    canvas.drawPath(path, stroke=0, fill=1)
    _inks(canvas, link.said, left, top - link.width - 3, link.width)


def _blocks(canvas: Canvas, blocks: Sequence[Block], top: float) -> None:
    for block in blocks:
        _rule(canvas, top, HAIR)
        _inks(canvas, block.heading, MARGIN, top - BLOCK_TOP)
        y = top - BLOCK_TOP
        for row in [block.head, *block.rows] if block.head else block.rows:
            _row(canvas, row, y)
            y -= row.height
        top -= block.height


def _row(canvas: Canvas, row: Row, top: float) -> None:
    for cell in row.cells:
        _cell(canvas, cell, top)
    if row.rule:
        y = top - row.height + row.gap / 2
        start, end = row.cells[0].x, row.cells[-1].x + row.cells[-1].width
        _stroke(canvas, MARGIN + start, MARGIN + end, y, weight=HAIR, grey=PALE)


def _cell(canvas: Canvas, cell: Cell, top: float) -> None:
    if cell.sign:
        _stroke(canvas, MARGIN + cell.x, MARGIN + cell.x + cell.width, top - cell.sign + 3, weight=HAIR, grey=0)
    _inks(canvas, cell.inks, MARGIN + cell.x, top - cell.sign, cell.width if cell.right else 0)


def _inks(canvas: Canvas, inks: Sequence[Ink], x: float, top: float, right: float = 0) -> None:
    for ink in inks:
        size = ink.type.size
        canvas.setFillGray(GREY if ink.type.grey else 0)
        start = x + right - ink.line.width * size if right else x
        draw_line(canvas, ink.line, start, top - size * ASCENT, size)
        top -= ink.type.height


def _running_head(canvas: Canvas, running: Running) -> float:
    top = PAGE_HEIGHT - TOP
    _put(canvas, running.number, MARGIN, top - 9, Type(11, bold=True))
    _put(canvas, running.title, PAGE_WIDTH - MARGIN, top - 9, Type(9, grey=True), share=1)
    return top - RUNNING_HEAD + 6


def _running_foot(canvas: Canvas, running: Running, page: int, pages: int) -> None:
    y = FOOT
    _stroke(canvas, MARGIN, PAGE_WIDTH - MARGIN, y + 11, weight=HAIR, grey=PALE)
    _put(canvas, f"{running.number}   {running.document}", MARGIN, y, FOOT_STRONG)
    _put(canvas, running.page.format(page=page, pages=pages), PAGE_WIDTH - MARGIN, y, FOOT_WEAK, share=1)


def _put(canvas: Canvas, text: str, x: float, y: float, type_: Type, *, share: float = 0) -> None:
    """One line; ``share`` of its width stands to the left of ``x``."""
    words = line(text, type_.bold)
    canvas.setFillGray(GREY if type_.grey else 0)
    draw_line(canvas, words, x - share * words.width * type_.size, y, type_.size)


def _rule(canvas: Canvas, y: float, weight: float) -> None:
    _stroke(canvas, MARGIN, PAGE_WIDTH - MARGIN, y, weight=weight, grey=0)


def _stroke(canvas: Canvas, start: float, end: float, y: float, *, weight: float, grey: float) -> None:
    canvas.setStrokeGray(grey)
    canvas.setLineWidth(weight)
    canvas.line(start, y, end, y)


def _plain(text: str) -> str:
    return "".join(run.text for run in line(text).runs)
