"""A label as ZPL II: the printer draws the bars itself (``^BC``), everything else is one compressed bitmap (``^GFA``).

Label printers have no Chinese font, and their Latin one has other widths than ours: the bitmap makes the printed
label the one that was laid out. The bars of a GS1-128 symbol stand in it too: what a printer makes of brackets and of
FNC1 depends on its mode and on its maker.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import groupby

from PIL import ImageChops

from labels.drawing import Drawing, Symbol
from labels.png import raster

ESCAPED = {character: f"_{ord(character):02X}" for character in "^~_"}


def write(drawing: Drawing, copies: int) -> bytes:
    """One ``^XA``…``^XZ`` for ``copies`` labels, UTF-8, lines ended with a line feed."""
    symbols = [item for item in drawing.items if isinstance(item, Symbol) and not item.bars.gs1]
    commands = [
        "^XA^CI28^LH0,0",
        f"^PW{drawing.width}^LL{drawing.height}",
        _bitmap(replace(drawing, items=tuple(item for item in drawing.items if item not in symbols))),
        *map(_bars, symbols),
        f"^PQ{copies}",
        "^XZ\n",
    ]
    return "\n".join(commands).encode()


def _bars(symbol: Symbol) -> str:
    """Code 128 in automatic mode, without the printer's own text; the quiet zone is left out, as the printer does."""
    x = symbol.x + symbol.bars.spans[0][0] * symbol.module
    data = "".join(ESCAPED.get(character, character) for character in symbol.bars.text)
    return f"^FO{x},{symbol.y}^BY{symbol.module},3,{symbol.height}^BCN,{symbol.height},N,N,N,A^FH_^FD{data}^FS"


def _bitmap(drawing: Drawing) -> str:
    image = ImageChops.invert(raster(drawing))
    row_bytes = (drawing.width + 7) // 8
    size = row_bytes * drawing.height
    return f"^FO0,0^GFA,{size},{size},{row_bytes},{''.join(_rows(image.tobytes(), row_bytes))}^FS"


def _rows(data: bytes, row_bytes: int) -> Iterator[str]:
    before = b""
    for start in range(0, len(data), row_bytes):
        row = data[start : start + row_bytes]
        yield ":" if row == before else compress(row.hex().upper())
        before = row


def compress(row: str) -> str:
    """A row of hexadecimal digits as ``^GF`` takes it, runs counted; ``,`` fills up with zeros, ``!`` with ones."""
    tail = row[-1]
    kept = row.rstrip(tail) if tail in "0F" else row
    runs = "".join(_count(len(list(digits))) + digit for digit, digits in groupby(kept))
    return runs + ("" if kept == row else "," if tail == "0" else "!")


def _count(count: int) -> str:
    """``g`` to ``z`` stand for 20 to 400, ``G`` to ``Y`` for 1 to 19; one digit needs no count."""
    if count == 1:
        return ""
    whole, rest = divmod(count, 20)
    letters = "z" * (whole // 20)
    if whole % 20:
        letters += chr(ord("f") + whole % 20)
    return letters + (chr(ord("F") + rest) if rest else "")
