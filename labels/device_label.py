"""The sticker on the device: its number as bars and large enough for a metre's distance, and what the bench must know.

``layout`` decides what stands where, in dots; the writers of SVG, PNG, PDF and ZPL only put it down. Three stocks,
three compositions: 50x30 is one column, 57x32 keeps its flags in a column beside the bars, 102x152 (for the box) is a
sheet with rules. Bars are never shrunk. Serial, model, dates and depot share what room is left: they wrap and step
down together, to no less than 2 mm (an em); what does not fit then raises DoesNotFit. No customer's name or phone.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from labels import pdf, png, svg, zpl
from labels.bars import QUIET_ZONE, module_dots
from labels.drawing import Drawing, Item
from labels.label_page import Area, Field, Page
from labels.stocks import MM_PER_INCH, Stock, find_stock, to_dots
from labels.text import no_picture, prepare
from labels.values import DeviceLabel
from labels.words import NOT_STATED, pick

UNKNOWN = pick(NOT_STATED, "both")


def draw_svg(value: DeviceLabel, stock: Stock | str, dpi: int = 203) -> bytes:
    """The label as an SVG file. Raises DoesNotFit, UnknownStock, NotEncodable, as its three sisters do."""
    return svg.write(layout(value, stock, dpi))


def draw_png(value: DeviceLabel, stock: Stock | str, dpi: int = 203) -> bytes:
    """The label as a PNG file of one bit a dot."""
    return png.write(layout(value, stock, dpi))


def draw_pdf(values: Sequence[DeviceLabel], stock: Stock | str, dpi: int = 203, copies: int = 1) -> bytes:
    """Labels as one PDF file, a page each, every label ``copies`` times in a row."""
    _check(copies)
    return pdf.write([layout(value, stock, dpi) for value in values], copies)


def draw_zpl(value: DeviceLabel, stock: Stock | str, dpi: int = 203, copies: int = 1) -> bytes:
    """The label as ZPL II."""
    _check(copies)
    return zpl.write(layout(value, stock, dpi), copies)


def warnings(value: DeviceLabel) -> tuple[str, ...]:
    """A sentence for each character of a label that no font has and whose code is printed instead."""
    texts = (value.serial_number, value.make, value.model, value.depot)
    return tuple(map(no_picture, dict.fromkeys(code for text in texts for code in prepare(text or "").missing)))


def layout(value: DeviceLabel, stock: Stock | str, dpi: int) -> Drawing:
    """What stands where. Raises DoesNotFit where a text or the bars are too large for the stock."""
    size = find_stock(stock, dpi)
    page = Page(value, size, dpi)
    items = tuple(_composition(size)(page))
    return Drawing(to_dots(size.width_mm, dpi), to_dots(size.height_mm, dpi), dpi, items, value.number)


def _check(copies: int) -> None:
    if copies < 1:
        raise ValueError(f"At least one copy is printed, not {copies}.")


def _composition(stock: Stock) -> Callable[[Page], Iterator[Item]]:
    if stock.width_mm >= 90:
        return _sheet
    return _two_columns if stock.width_mm >= 56 else _one_column


def _one_column(page: Page) -> Iterator[Item]:
    inside, flags = page.width - 3, page.value.flags
    flags_height = 4.7 if flags else 0
    bottom = page.height - 1.2 - flags_height
    yield from page.symbol((page.width - page.bars_width) / 2, 1.2, 6.3)
    yield from page.number(Area(1.5, 8.2, inside, 4.2))
    yield from page.fields(_fields(page.value), Area(1.5, 13, inside, bottom - 13.1))
    yield from _row_of_flags(page, Area(1.5, bottom, inside, flags_height))


def _two_columns(page: Page) -> Iterator[Item]:
    if not page.value.flags:
        yield from _one_column(page)
        return
    left, side = 2.5, Area(page.width - 13.1, 7.6, 11.6, page.height - 9.1)
    yield from page.number(Area(left, 1.5, side.right - left, 5))
    yield from page.symbol(0, 7.6, 7)
    yield from page.fields(_fields(page.value), Area(left, 15, side.x - left - 1.2, page.height - 16))
    height = min(5.3, (side.height + 0.6) / len(page.value.flags) - 0.6)
    for place, flag in enumerate(page.value.flags):
        yield from page.flag(flag, Area(side.x, side.y + place * (height + 0.6), side.width, height))


def _sheet(page: Page) -> Iterator[Item]:
    left, inside = 5.0, page.width - 10
    flags_height = 17 if page.value.flags else 0
    bottom = page.height - 6 - flags_height
    bars_start = left - QUIET_ZONE * module_dots(page.dpi) * MM_PER_INCH / page.dpi
    dates = Area(bars_start + page.bars_width + 1, 37, left + inside - bars_start - page.bars_width - 1, 24)
    yield from page.fields([Field("The depot", page.value.depot, 6, bold=True)], Area(left, 4, inside, 14))
    yield from page.rule(Area(left, 19, inside, 0.6))
    yield from page.number(Area(left, 24, inside, 9))
    yield from page.symbol(bars_start, 38, 22)
    yield from page.fields(_dates(page.value, 5.2), dates)
    yield from page.rule(Area(left, 66, inside, 0.3))
    yield from page.fields(_device(page.value, 9, 6.5), Area(left, 68, inside, bottom - 71))
    yield from _row_of_flags(page, Area(left, bottom, inside, flags_height))


def _row_of_flags(page: Page, area: Area) -> Iterator[Item]:
    """Flags side by side, each a quarter of the row wide, more than four narrower."""
    gap = area.width / 60
    width = (area.width + gap) / max(4, len(page.value.flags)) - gap
    for place, flag in enumerate(page.value.flags):
        yield from page.flag(flag, Area(area.x + place * (width + gap), area.y, width, area.height))


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
