"""A label being laid out: millimetres in, items in whole dots out.

The pieces of which the compositions of ``device_label.py``, ``item_label.py`` and ``box_label.py`` are made: bars,
rules, the number, flags, and texts that share the room they are given.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise

from labels.bars import Bars, module_dots
from labels.drawing import Box, Item, Symbol, Text
from labels.errors import DoesNotFit
from labels.qr import QUIET_MODULES, qr
from labels.stocks import MM_PER_INCH, Stock, to_dots
from labels.text import Line, line, may_break, prepare
from labels.text import Text as Prepared
from labels.values import Words

SMALLEST_MM = 2.0
SMALLEST_FLAG_MM = 1.5
WIDEST_FLAG = 5.7
LEADING = 1.18
CAPITAL = 0.72
LONGEST_EXCERPT = 2000
STEP_DOWN = tuple(step / 20 for step in range(20, 7, -1))


@dataclass(frozen=True)
class Area:
    """A rectangle of a label, in millimetres."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height


@dataclass(frozen=True)
class Field:
    """A text of the label: ``size`` is what it takes where there is room, in millimetres."""

    what: str
    text: str
    size: float
    bold: bool = False


class Setting:
    """Texts in these sizes on lines of this width, all in dots: how high they are, and whether a word was broken."""

    def __init__(self, texts: Sequence[Prepared], sizes: Sequence[int], width: int) -> None:
        self.texts, self.sizes, self.width = texts, sizes, width
        self.parts = [text.parts(width / size) for text, size in zip(texts, sizes, strict=True)]
        self.height = sum(size * LEADING * len(parts) for size, parts in zip(sizes, self.parts, strict=True))

    @property
    def keeps_words(self) -> bool:
        """Whether every line ends where a line may end."""
        ends = [(one, other) for parts in self.parts for one, other in pairwise(parts)]
        return all(not one or not other or may_break(one[-1], other[0]) for one, other in ends)

    def blocks(self) -> Iterator[tuple[int, tuple[Line, ...]]]:
        """Each text's size and its lines."""
        for text, size in zip(self.texts, self.sizes, strict=True):
            yield size, text.lines(self.width / size)


class Page:
    """A label being laid out: millimetres in, items in dots out."""

    def __init__(self, bars: Bars, stock: Stock, dpi: int) -> None:
        self.bars, self.dpi = bars, dpi
        self.width, self.height = stock.width_mm, stock.height_mm
        self.bars_width = bars.modules * module_dots(dpi) * MM_PER_INCH / dpi
        if self.bars_width > self.width:
            what = f"The bar code of {bars.text} ({self.bars_width:.1f} mm)"
            raise DoesNotFit(what, "Use a wider stock or a shorter number.")

    def dots(self, mm: float) -> int:
        """Millimetres in whole dots."""
        return to_dots(mm, self.dpi)

    def symbol(self, x: float, y: float, height: float) -> Iterator[Item]:
        """The bars; ``x`` is where the quiet zone begins."""
        yield Symbol(self.dots(x), self.dots(y), self.dots(height), module_dots(self.dpi), self.bars)

    def qr(self, text: str, area: Area) -> Iterator[Item]:
        """A QR code at the upper right of an area, in the largest whole dots to a module that leave its quiet zone."""
        matrix = qr(text)
        room = min(self.dots(area.width), self.dots(area.height))
        module = room // (matrix.size + QUIET_MODULES)
        if module < module_dots(self.dpi):
            raise DoesNotFit(f"The QR code of {text}", "Use a larger stock.")
        left, top = self.dots(area.right) - matrix.size * module, self.dots(area.y)
        for row, start, wide in matrix.spans:
            yield Box(left + start * module, top + row * module, wide * module, module)

    def rule(self, area: Area) -> Iterator[Item]:
        """A black box: a rule, or the ground of a flag."""
        yield Box(self.dots(area.x), self.dots(area.y), max(1, self.dots(area.width)), max(1, self.dots(area.height)))

    def text(self, words: Line, x: float, base: float, size: float, *, white: bool = False) -> Iterator[Item]:
        """A line that begins at ``x``."""
        yield Text(self.dots(x), self.dots(base), self.dots(size), words, white)

    def number(self, number: str, area: Area) -> Iterator[Item]:
        """A number in bold, as large as the area allows, its capitals in the middle of it."""
        words = line(number, bold=True)
        size = self._whole(min(area.width / words.width, area.height / CAPITAL))
        x = area.x + (area.width - words.width * size) / 2
        yield from self.text(words, x, area.y + (area.height + CAPITAL * size) / 2, size)

    def flag(self, words: Words, area: Area) -> Iterator[Item]:
        """A flag in white on black: the Chinese word over the English one."""
        yield from self.rule(area)
        yield from self._centred(words.zh, area, 0.52, 0.46)
        yield from self._centred(words.en, area, 0.87, min(0.34, 0.92 * area.width / area.height / WIDEST_FLAG))

    def _centred(self, words: str, area: Area, base: float, size: float) -> Iterator[Item]:
        """White words in a flag: ``base`` and the largest ``size`` are shares of its height."""
        laid = line(words, bold=True)
        em = self._whole(min(size * area.height, 0.92 * area.width / laid.width))
        if em < SMALLEST_FLAG_MM:
            raise DoesNotFit(f"The flag {words}", "Use a larger stock.")
        x = area.x + (area.width - laid.width * em) / 2
        yield from self.text(laid, x, area.y + base * area.height, em, white=True)

    def fields(self, fields: Sequence[Field], area: Area) -> Iterator[Item]:
        """Texts one under another over an area's height: in the largest size that breaks no word, else that fits."""
        texts = [prepare(field.text, field.bold) for field in fields]
        width, height = self.dots(area.width), self.dots(area.height)
        settings = (Setting(texts, self._sizes(fields, step), width) for step in STEP_DOWN)
        fitting = (setting for setting in settings if setting.height <= height)
        first = next(fitting, None)
        if first is None:
            longest = max(fields, key=lambda field: len(field.text))
            raise DoesNotFit(f"{longest.what} {longest.text!r}", "Use a larger stock, or shorten it.")
        best = next((setting for setting in chain([first], fitting) if setting.keeps_words), first)
        return self._spread(best, area)

    def excerpt(self, text: str, size: float, area: Area) -> Iterator[Item]:
        """A text in the largest size that fits, else its beginning, ended visibly by ``…``; line ends are blanks."""
        flat = " ".join(text[:LONGEST_EXCERPT].split()) + ("…" if len(text) > LONGEST_EXCERPT else "")
        width, height = self.dots(area.width), self.dots(area.height)
        for step in STEP_DOWN:
            setting = Setting([prepare(flat)], self._sizes([Field("", flat, size)], step), width)
            if setting.height <= height:
                return self._downwards(setting, area, 0)
        return self._downwards(self._beginning(setting, height), area, 0)

    def _beginning(self, setting: Setting, height: int) -> Setting:
        """What stands in as many lines as there is room for, less what the sign of its being cut takes."""
        (em,), lines = setting.sizes, int(height / (setting.sizes[0] * LEADING))
        kept = "".join(setting.parts[0][:lines])
        while True:
            kept = kept[:-1]
            setting = Setting([prepare(kept.rstrip() + "…")], [em], setting.width)
            if setting.height <= height or not kept:
                return setting

    def _sizes(self, fields: Sequence[Field], step: float) -> list[int]:
        return [self.dots(max(SMALLEST_MM, self._whole(field.size * step))) for field in fields]

    def _whole(self, mm: float) -> float:
        """Rounded down to whole dots: letters that fit in the layout fit on the paper."""
        return int(mm * self.dpi / MM_PER_INCH) * MM_PER_INCH / self.dpi

    def _spread(self, setting: Setting, area: Area) -> Iterator[Item]:
        return self._downwards(setting, area, (self.dots(area.height) - setting.height) / (len(setting.sizes) + 1))

    def _downwards(self, setting: Setting, area: Area, gap: float) -> Iterator[Item]:
        """Text under text, with a gap before each."""
        top = self.dots(area.y) + gap
        for size, lines in setting.blocks():
            for words in lines:
                yield Text(self.dots(area.x), round(top + size * 0.95), size, words)
                top += size * LEADING
            top += gap
