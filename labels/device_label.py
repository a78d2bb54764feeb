"""The sticker on the device: its number as bars and large enough for a metre's distance, and what the bench must know.

``layout`` decides what stands where, in dots; ``label.py`` has it written as SVG, PNG, PDF and ZPL. Three stocks, three
compositions: 50x30 is one column, 57x32 keeps its flags in a column beside the bars, 102x152 (for the box) is a sheet
with rules, the fault and a QR code. Bars are never shrunk. Serial, model, dates and depot share what room is left: they
wrap and step down together, to no less than 2 mm (an em); what does not fit then raises DoesNotFit. The fault alone may
be shown in part, which is seen: it is on record, and nobody's long story keeps a device from its label. No customer's
name or phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from labels.bars import QUIET_ZONE, code128, module_dots
from labels.drawing import Drawing, Item
from labels.label_page import Area, Field, Page
from labels.label_values import DeviceLabel
from labels.stocks import MM_PER_INCH, Stock, find_stock, to_dots
from labels.values import Words
from labels.words import FLAGS, NOT_STATED, REPORTED_FAULT, pick

QR_MM = 26
UNKNOWN = pick(NOT_STATED, "both")

Composition = Callable[[Page, DeviceLabel], Iterator[Item]]


def layout(value: DeviceLabel, stock: Stock | str, dpi: int) -> Drawing:
    """What stands where. Raises DoesNotFit, UnknownStock, NotEncodable."""
    size = find_stock(stock, dpi)
    page = Page(code128(value.number), size, dpi)
    items = tuple(_composition(value, size)(page, value))
    return Drawing(to_dots(size.width_mm, dpi), to_dots(size.height_mm, dpi), dpi, items, value.number)


def texts_of(value: DeviceLabel) -> tuple[str | None, ...]:
    """Everything that somebody typed."""
    return value.serial_number, value.make, value.model, value.depot, value.fault


def _composition(value: DeviceLabel, stock: Stock) -> Composition:
    if stock.width_mm >= 90:
        return _sheet
    return _two_columns if stock.width_mm >= 56 and value.flags else _one_column


def _one_column(page: Page, value: DeviceLabel) -> Iterator[Item]:
    inside, flags_height = page.width - 3, 4.7 if value.flags else 0
    bottom = page.height - 1.2 - flags_height
    yield from page.symbol((page.width - page.bars_width) / 2, 1.2, 6.3)
    yield from page.number(value.number, Area(1.5, 8.2, inside, 4.2))
    yield from page.fields(_fields(value), Area(1.5, 13, inside, bottom - 13.1))
    yield from _row_of_flags(page, value.flags, Area(1.5, bottom, inside, flags_height))


def _two_columns(page: Page, value: DeviceLabel) -> Iterator[Item]:
    left, side = 2.5, Area(page.width - 13.1, 7.6, 11.6, page.height - 9.1)
    yield from page.number(value.number, Area(left, 1.5, side.right - left, 5))
    yield from page.symbol(0, 7.6, 7)
    yield from page.fields(_fields(value), Area(left, 15, side.x - left - 1.2, page.height - 16))
    height = min(5.3, (side.height + 0.6) / len(value.flags) - 0.6)
    for place, flag in enumerate(value.flags):
        yield from page.flag(_flag(flag), Area(side.x, side.y + place * (height + 0.6), side.width, height))


def _sheet(page: Page, value: DeviceLabel) -> Iterator[Item]:
    left, inside = 5.0, page.width - 10
    flags_height = 17 if value.flags else 0
    bottom = page.height - 6 - flags_height
    bars_start = left - QUIET_ZONE * module_dots(page.dpi) * MM_PER_INCH / page.dpi
    dates = Area(bars_start + page.bars_width + 1, 37, left + inside - bars_start - page.bars_width - 1, 24)
    yield from page.fields([Field("The depot", value.depot, 6, bold=True)], Area(left, 4, inside, 14))
    yield from page.rule(Area(left, 19, inside, 0.6))
    yield from page.number(value.number, Area(left, 24, inside, 9))
    yield from page.symbol(bars_start, 38, 22)
    yield from page.fields(_dates(value, 5.2), dates)
    yield from page.rule(Area(left, 66, inside, 0.3))
    has_more = value.fault or value.page
    yield from page.fields(_device(value, 9, 6.5), Area(left, 68, inside, 29 if has_more else bottom - 71))
    if has_more:
        yield from _fault(page, value, Area(left, 99, inside, bottom - 102))
    yield from _row_of_flags(page, value.flags, Area(left, bottom, inside, flags_height))


def _fault(page: Page, value: DeviceLabel, area: Area) -> Iterator[Item]:
    """The fault, and to the right of it the QR code of the order's page."""
    yield from page.rule(Area(area.x, area.y, area.width, 0.3))
    if value.page:
        yield from page.qr(value.page, Area(area.right - QR_MM, area.y + 3, QR_MM, area.height - 3))
        area = Area(area.x, area.y, area.width - QR_MM, area.height)
    if not value.fault:
        return
    heading = Field("The heading", pick(REPORTED_FAULT, "both"), 3.2, bold=True)
    yield from page.fields([heading], Area(area.x, area.y + 1.5, area.width, 5))
    yield from page.excerpt(value.fault, 5.6, Area(area.x, area.y + 7.5, area.width, area.height - 7.5))


def _row_of_flags(page: Page, flags: tuple[str, ...], area: Area) -> Iterator[Item]:
    """Flags side by side, each a quarter of the row wide, more than four narrower."""
    gap = area.width / 60
    width = (area.width + gap) / max(4, len(flags)) - gap
    for place, flag in enumerate(flags):
        yield from page.flag(_flag(flag), Area(area.x + place * (width + gap), area.y, width, area.height))


def _flag(flag: str) -> Words:
    return FLAGS.get(flag, Words(flag, flag.upper()))


def _fields(value: DeviceLabel) -> list[Field]:
    dates = "   ".join(field.text for field in _dates(value, 2.5))
    return [*_device(value, 3.2, 3.0), Field("The dates", dates, 2.6), Field("The depot", value.depot, 2.6)]


def _device(value: DeviceLabel, title: float, serial: float) -> list[Field]:
    name = " ".join(filter(None, (value.make, value.model))) or UNKNOWN
    return [
        Field("The model", name, title, bold=True),
        Field("The serial number", f"SN\u00a0{value.serial_number or UNKNOWN}", serial),
    ]


def _dates(value: DeviceLabel, size: float) -> list[Field]:
    return [
        Field("The date", f"收\u00a0In\u00a0{value.received_on or UNKNOWN}", size),
        Field("The date", f"诺\u00a0Due\u00a0{value.promised_on or UNKNOWN}", size, bold=True),
    ]
