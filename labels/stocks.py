"""The label stocks that depots buy, and the two resolutions at which label printers print.

The names are width x height in millimetres: 50x30 and 57x32 for the device, 102x152 (4 x 6 inch) for its box.
"""

from __future__ import annotations

from dataclasses import dataclass

from labels.errors import UnknownStock

MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Stock:
    """A size of label, in millimetres."""

    width_mm: float
    height_mm: float


STOCKS = {"50x30": Stock(50, 30), "57x32": Stock(57, 32), "102x152": Stock(102, 152)}
RESOLUTIONS = (203, 300)


def find_stock(stock: Stock | str, dpi: int) -> Stock:
    """The stock of this name, or the one given. Raises UnknownStock, also for other resolutions than 203 and 300."""
    if dpi not in RESOLUTIONS:
        raise UnknownStock(f"Labels are drawn at 203 or 300 dpi, not at {dpi}.")
    if isinstance(stock, Stock):
        return stock
    if stock not in STOCKS:
        raise UnknownStock(f"There is no stock {stock!r}; there are {', '.join(STOCKS)}.")
    return STOCKS[stock]


def to_dots(mm: float, dpi: int) -> int:
    """Millimetres as the nearest whole number of printer dots."""
    return round(mm * dpi / MM_PER_INCH)
