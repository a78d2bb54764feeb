"""What goes on the box in which an announced device is sent: where to, its number as bars and in large, how to pack it.

It is a sheet and takes the stock of a sheet. The address stands in both languages and whole, or the label is refused:
half an address sends a parcel nowhere. Nothing that the customer said, and no name or phone of theirs: a box is read by
everybody on its way.
"""

from __future__ import annotations

from collections.abc import Iterator

from labels.bars import code128
from labels.drawing import Drawing, Item
from labels.errors import DoesNotFit
from labels.label_page import Area, Field, Page
from labels.label_values import BoxLabel
from labels.stocks import Stock, find_stock, to_dots
from labels.values import Words
from labels.words import COMES_UNTIL, NOT_STATED, ON_THE_BOX, PACKING, PHONE, SEND_TO, pick

NARROWEST_MM, LOWEST_MM = 90, 140
LEFT = 5.0


def layout(value: BoxLabel, stock: Stock | str, dpi: int) -> Drawing:
    """What stands where. Raises DoesNotFit, UnknownStock, NotEncodable."""
    size = find_stock(stock, dpi)
    page = Page(code128(value.number), size, dpi)
    if size.width_mm < NARROWEST_MM or size.height_mm < LOWEST_MM:
        raise DoesNotFit("The label of a box", "Use a larger stock.")
    return Drawing(
        to_dots(size.width_mm, dpi), to_dots(size.height_mm, dpi), dpi, tuple(_sheet(page, value)), value.number
    )


def texts_of(value: BoxLabel) -> tuple[str | None, ...]:
    """Everything that somebody typed."""
    where_to = (value.depot.zh, value.depot.en, value.address.zh, value.address.en)
    return (*where_to, *value.phones, value.make, value.model, value.serial_number)


def _sheet(page: Page, value: BoxLabel) -> Iterator[Item]:
    inside = page.width - 2 * LEFT
    yield from page.flag(ON_THE_BOX, Area(LEFT, 4, inside, 13))
    yield from page.number(value.number, Area(LEFT, 19, inside, 9))
    yield from page.symbol((page.width - page.bars_width) / 2, 30, 20)
    yield from page.rule(Area(LEFT, 52, inside, 0.6))
    yield from page.fields([_heading(SEND_TO)], Area(LEFT, 53, inside, 5))
    yield from page.fields(_where_to(value), Area(LEFT, 58, inside, 42))
    yield from page.rule(Area(LEFT, 101, inside, 0.3))
    yield from page.fields(_what(value), Area(LEFT, 102, inside, 22))
    yield from page.rule(Area(LEFT, 125, inside, 0.6))
    yield from page.fields(_packing(), Area(LEFT, 126.5, inside, page.height - 130.5))


def _heading(words: Words) -> Field:
    return Field("The heading", pick(words, "both"), 3.2, bold=True)


def _where_to(value: BoxLabel) -> list[Field]:
    """The name in bold, address and phones; what is alike in both languages stands once."""
    whole = ", ".join(phone.replace(" ", "\u00a0") for phone in value.phones)
    phones = f"{pick(PHONE, 'both')} {whole}" if whole else ""
    told = [
        *(Field("The depot's name", text, 5.2, bold=True) for text in _both(value.depot)),
        *(Field("The depot's address", text, 4.6) for text in _both(value.address)),
        Field("The depot's phones", phones, 4.6),
    ]
    return [field for field in told if field.text]


def _both(words: Words) -> tuple[str, ...]:
    return tuple(dict.fromkeys((words.zh, words.en)))


def _what(value: BoxLabel) -> list[Field]:
    unknown = pick(NOT_STATED, "both")
    name = " ".join(filter(None, (value.make, value.model))) or unknown
    told = [
        Field("The model", name, 4.6, bold=True),
        Field("The serial number", f"SN\u00a0{value.serial_number or unknown}", 4.6),
    ]
    if value.valid_until is None:
        return told
    return [*told, Field("The last day", f"{pick(COMES_UNTIL, 'both')} {value.valid_until}", 4.6, bold=True)]


def _packing() -> list[Field]:
    return [Field("The advice", PACKING.zh, 3.4), Field("The advice", PACKING.en, 3.4)]
