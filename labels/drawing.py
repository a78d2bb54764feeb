"""What stands where on a label, in whole printer dots: the one geometry behind SVG, PNG, PDF and ZPL.

Origin at the upper left, y downwards. A label of 203 dpi and one of 300 dpi are two drawings: a bar that does not
begin and end on a dot of the printer is a bar that the printer rounds for itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from labels.bars import Bars
from labels.text import Line


class Box(NamedTuple):
    """A filled black rectangle, in dots."""

    x: int
    y: int
    width: int
    height: int

    def boxes(self) -> list[Box]:
        """Itself, as every item but a text is made of boxes."""
        return [self]


@dataclass(frozen=True)
class Text:
    """A line of text from ``x`` on the base line ``y``; ``size`` is the height of an em; ``white`` on a black box."""

    x: int
    y: int
    size: int
    line: Line
    white: bool = False


@dataclass(frozen=True)
class Symbol:
    """A bar code: ``x`` is where its quiet zone begins, ``module`` the dots of one module."""

    x: int
    y: int
    height: int
    module: int
    bars: Bars

    @property
    def width(self) -> int:
        """With both quiet zones, in dots."""
        return self.bars.modules * self.module

    def boxes(self) -> list[Box]:
        """The dark bars."""
        return [Box(self.x + at * self.module, self.y, wide * self.module, self.height) for at, wide in self.bars.spans]


Item = Box | Text | Symbol


@dataclass(frozen=True)
class Drawing:
    """A label ready to be written: its size in dots, the dots per inch, its items from back to front, and its name."""

    width: int
    height: int
    dpi: int
    items: tuple[Item, ...]
    title: str
