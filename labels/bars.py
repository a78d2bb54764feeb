"""Code 128 (ISO/IEC 15417) as one geometry in modules, from which every output format is drawn.

python-barcode chooses the code sets; nothing here scales or rounds: writers multiply by whole printer dots.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache

from barcode import Code128

from labels.errors import NotEncodable
from labels.stocks import MM_PER_INCH

QUIET_ZONE = 10
MODULE_MM = 0.25
FNC1 = "\xf1"
"""How python-barcode is told of the sign that opens a GS1-128 symbol."""
DARK = re.compile("1+")


@dataclass(frozen=True)
class Bars:
    """A symbol in modules: ``spans`` are (start, width) of the dark bars, ``modules`` all with both quiet zones.

    ``gs1``: it begins with FNC1, which makes it a GS1-128 symbol.
    """

    text: str
    spans: tuple[tuple[int, int], ...]
    modules: int
    gs1: bool = False


@lru_cache(maxsize=1024)
def code128(text: str, *, gs1: bool = False) -> Bars:
    """The bars of a text of printable ASCII, with the quiet zones of 10 modules that ISO/IEC 15417 asks for.

    ``gs1``: the text is one element string, without brackets; FNC1 is put before it. Raises NotEncodable for an empty
    text, control characters and anything outside ASCII.
    """
    if not text or not (text.isascii() and text.isprintable()):
        raise NotEncodable(f"A bar code holds printable ASCII characters and is not empty: {text!r} cannot be drawn.")
    pattern = Code128(FNC1 + text if gs1 else text, writer=object()).build()[0]
    spans = tuple((dark.start() + QUIET_ZONE, len(dark[0])) for dark in DARK.finditer(pattern))
    return Bars(text, spans, len(pattern) + 2 * QUIET_ZONE, gs1)


def module_dots(dpi: int) -> int:
    """The smallest whole number of printer dots of at least 0.25 mm: 2 at 203 dpi, 3 at 300 dpi."""
    return math.ceil(MODULE_MM * dpi / MM_PER_INCH)
