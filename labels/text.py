"""From what somebody typed to lines that can be drawn: made visible, given fonts, broken at a width.

Nothing vanishes: what no font has, and what has no picture of its own (controls, bidi and zero-width marks, variation
selectors, lone surrogates), is written out as ``U+20BB7``. Lines break after spaces, between Chinese characters
(not before ``，。」`` nor after ``「（``), and inside a word only where the word alone is wider than the line.
Characters are drawn one by one from left to right; scripts that join their letters or run the other way come out in
the order they are stored in.
"""

from __future__ import annotations

import math
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby
from operator import itemgetter
from typing import NamedTuple

from labels.fonts import CHINESE, Font, Glyph, Style, glyph_of, style_of

MARKED = re.compile("[A-Za-z\u00a0-\u024f\u0370-\u052f][\u0300-\u036f]+")
LINE_END = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
NO_LINE_START = frozenset("\u00a0，。、；：？！）】》」』〉〕”’…—·％℃,.;:?!)]}%")
NO_LINE_END = frozenset("\u00a0（【《「『〈〔“‘([{#￥")
TAB = "    "


@dataclass(frozen=True)
class Run:
    """Characters in one font, the advance of each and of all, as shares of the size."""

    font: Font
    text: str
    advances: tuple[float, ...]
    width: float


@dataclass(frozen=True)
class Line:
    """What stands on one line; ``width`` as a share of the size."""

    runs: tuple[Run, ...]
    width: float


class Paragraph(NamedTuple):
    """A text without line ends, and the glyph and advance of each of its characters."""

    text: str
    glyphs: tuple[Glyph, ...]
    advances: tuple[float, ...]


@dataclass(frozen=True)
class Text:
    """A visible text ready to be broken.

    ``missing`` are the characters that had to be written out, as ``U+XXXX``, once each.
    """

    paragraphs: tuple[Paragraph, ...]
    missing: tuple[str, ...]

    def parts(self, limit: float) -> list[str]:
        """The lines where none is wider than ``limit`` (a share of the size); spaces may hang over."""
        return [part for whole in self.paragraphs for part in split(whole.text, whole.advances, limit)]

    def lines(self, limit: float) -> tuple[Line, ...]:
        """The same, ready to be drawn."""
        return tuple(line for whole in self.paragraphs for line in _lines(whole, limit))


def prepare(text: str, bold: bool = False) -> Text:
    """Accents composed, line ends told apart, tabs as spaces, and ``U+XXXX`` for what has no picture."""
    style = style_of(text, bold)
    text = MARKED.sub(lambda match: unicodedata.normalize("NFC", match[0]), LINE_END.sub("\n", text)).replace("\t", TAB)
    missing: dict[str, None] = {}
    paragraphs = tuple(_paragraph(part, style, missing) for part in text.split("\n"))
    return Text(paragraphs, tuple(missing))


@lru_cache(maxsize=1024)
def line(text: str, bold: bool = False) -> Line:
    """A short fixed text on one line, line ends as spaces."""
    return prepare(text.replace("\n", " "), bold).lines(math.inf)[0]


def split(text: str, widths: Sequence[float], limit: float) -> list[str]:
    """The parts of a text without line ends; none is wider than ``limit`` unless it is one character."""
    if sum(widths) <= limit:
        return [text]
    parts, start, allowed, filled = [], 0, 0, 0.0
    for index, character in enumerate(text):
        if index > start and may_break(text[index - 1], character):
            allowed = index
        filled += widths[index]
        while filled > limit and character != " " and index > start:
            cut = allowed if allowed > start else index
            parts.append(text[start:cut])
            start, filled = cut, sum(widths[cut : index + 1])
    return [*parts, text[start:]]


def may_break(before: str, after: str) -> bool:
    """Whether a line may end between two characters (a small part of UAX #14)."""
    if before == " " or after == " ":
        return after != " "
    if after in NO_LINE_START or before in NO_LINE_END:
        return False
    return bool(CHINESE.match(before) or CHINESE.match(after)) or (before in "-/" and after.isalpha())


def no_picture(code: str) -> str:
    """What to tell whoever prints a text of which a character is missing from every font."""
    return f"No font has a picture of {code}: its code is printed instead."


def _paragraph(text: str, style: Style, missing: dict[str, None]) -> Paragraph:
    """The text with what is missing written out, and noted."""
    glyphs = tuple(glyph_of(character, style) for character in text)
    if None in glyphs:
        names = {_name(character): character for character, glyph in zip(text, glyphs, strict=True) if glyph is None}
        missing.update(dict.fromkeys(names))
        for name, character in names.items():
            text = text.replace(character, name)
        glyphs = tuple(glyph_of(character, style) for character in text)
    found = tuple(glyph for glyph in glyphs if glyph)
    return Paragraph(text, found, tuple(width for _, width in found))


def _lines(whole: Paragraph, limit: float) -> Iterator[Line]:
    start = 0
    for part in split(whole.text, whole.advances, limit):
        yield _line(whole, start, start + len(part.rstrip(" ")))
        start += len(part)


def _line(whole: Paragraph, start: int, end: int) -> Line:
    runs = []
    for font, group in groupby(whole.glyphs[start:end], itemgetter(0)):
        stop = start + len(list(group))
        advances = whole.advances[start:stop]
        runs.append(Run(font, whole.text[start:stop], advances, sum(advances)))
        start = stop
    return Line(tuple(runs), sum(run.width for run in runs))


def _name(character: str) -> str:
    return f"U+{ord(character):04X}"
