"""The label of a part, of a bin or of a loaner unit: its code as bars and as large as there is room, what it is, where.

What is laid out follows ``device_label.py``: bars are never shrunk, texts wrap and step down to 2 mm, what does not fit
raises DoesNotFit. A loaner unit with a GS1 key bears it as GS1-128, and in brackets as text (GS1 General
Specifications, 4.14).
"""

from __future__ import annotations

from collections.abc import Iterator

from labels.bars import Bars, code128
from labels.drawing import Drawing, Item
from labels.label_page import Area, Field, Page
from labels.label_values import ItemLabel
from labels.stocks import Stock, find_stock, to_dots
from labels.values import Words
from labels.words import ITEMS

MARGIN = 2.5
"""Where bars begin whose quiet zone begins at the edge; the texts begin there too."""


def layout(value: ItemLabel, stock: Stock | str, dpi: int) -> Drawing:
    """What stands where. Raises DoesNotFit, UnknownStock, NotEncodable."""
    size = find_stock(stock, dpi)
    page = Page(_bars(value), size, dpi)
    items = tuple((_sheet if size.width_mm >= 90 else _sticker)(page, value))
    return Drawing(to_dots(size.width_mm, dpi), to_dots(size.height_mm, dpi), dpi, items, value.code)


def texts_of(value: ItemLabel) -> tuple[str | None, ...]:
    """Everything that somebody typed."""
    return value.code, value.name, value.serial_number, value.depot


def _bars(value: ItemLabel) -> Bars:
    return code128(value.code) if value.gs1 is None else code128(value.gs1.identifier + value.gs1.key, gs1=True)


def _sticker(page: Page, value: ItemLabel) -> Iterator[Item]:
    left, inside, bottom = MARGIN, page.width - MARGIN - 1.5, page.height - 6.2
    texts = _texts(value, 3.4, 2.9)
    flag = Area(left + inside - 11.6, bottom, 11.6, 5)
    yield from page.symbol(0, 1.2, 7.2)
    yield from page.fields([_code(value, 9 if texts else 12), *texts], Area(left, 8.6, inside, bottom - 8.9))
    yield from page.flag(_kind(value), flag)
    yield from page.fields(_depot(value, 3.4), Area(left, bottom, flag.x - left - 1.2, flag.height))


def _sheet(page: Page, value: ItemLabel) -> Iterator[Item]:
    left, inside = 5.0, page.width - 10
    flag = Area(left + inside - 28, 5, 28, 14)
    yield from page.fields(_depot(value, 7), Area(left, 5, flag.x - left - 2, 14))
    yield from page.flag(_kind(value), flag)
    yield from page.rule(Area(left, 22, inside, 0.6))
    yield from page.fields([_code(value, 30)], Area(left, 25, inside, 36))
    yield from page.symbol(min(left - MARGIN, page.width - page.bars_width), 63, 30)
    yield from page.rule(Area(left, 98, inside, 0.3))
    yield from page.fields(_texts(value, 9, 6.5), Area(left, 100, inside, page.height - 105))


def _kind(value: ItemLabel) -> Words:
    return ITEMS.get(value.kind, Words(value.kind, value.kind.upper()))


def _code(value: ItemLabel, size: float) -> Field:
    return Field("The code", value.code, size, bold=True)


def _texts(value: ItemLabel, title: float, rest: float) -> list[Field]:
    """What is not stated is left out: a bin needs no name."""
    key = value.gs1 and f"({value.gs1.identifier})\u00a0{value.gs1.key}"
    serial = value.serial_number and f"SN\u00a0{value.serial_number}"
    told = [("The name", value.name, title), ("The serial number", serial, rest), ("The GS1 key", key, rest)]
    return [Field(what, text, size, bold=size == title) for what, text, size in told if text]


def _depot(value: ItemLabel, size: float) -> list[Field]:
    return [Field("The depot", value.depot, size)] if value.depot else []
