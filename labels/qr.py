"""QR codes (ISO/IEC 18004) as a geometry in modules; segno makes them, with a fixed mask, so that bytes repeat."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import segno

from labels.errors import NotEncodable

QUIET_MODULES = 4
MASK = 2


@dataclass(frozen=True)
class Matrix:
    """A symbol in modules without its quiet zone: ``spans`` are (row, start, width) of dark runs."""

    text: str
    size: int
    spans: tuple[tuple[int, int, int], ...]


@lru_cache(maxsize=256)
def qr(text: str) -> Matrix:
    """The symbol of a text, at error correction M (15 %). Raises NotEncodable for what no symbol holds."""
    try:
        rows = segno.make_qr(text, error="m", mask=MASK, boost_error=False).matrix
    except segno.DataOverflowError as error:
        raise NotEncodable(f"A QR code cannot hold {len(text)} characters.") from error
    spans = tuple((at, start, width) for at, row in enumerate(rows) for start, width in _runs(row))
    return Matrix(text, len(rows), spans)


def _runs(row: bytearray) -> list[tuple[int, int]]:
    runs, start = [], None
    for at, dark in enumerate([*row, 0]):
        if dark and start is None:
            start = at
        elif not dark and start is not None:
            runs.append((start, at - start))
            start = None
    return runs
