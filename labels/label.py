"""Labels of every kind as files: the one layout of each, written as SVG, PNG, PDF or ZPL.

A document of many labels is laid out whole before its first byte is written, so that what does not fit is refused and
not left out in the middle; the cost is the same for each label, however many there are.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TypeAlias

from labels import box_label, device_label, item_label, pdf, png, svg, zpl
from labels.drawing import Drawing
from labels.errors import DoesNotFit
from labels.label_values import BoxLabel, DeviceLabel, ItemLabel
from labels.stocks import STOCKS, Stock
from labels.text import no_picture, prepare

Label: TypeAlias = DeviceLabel | ItemLabel | BoxLabel


def layout(value: Label, stock: Stock | str, dpi: int) -> Drawing:
    """What stands where. Raises UnknownStock, NotEncodable, and DoesNotFit, which says what would do.

    Everything here does so that draws.
    """
    try:
        return _composed(value, stock, dpi)
    except DoesNotFit as refusal:
        stocks = stocks_for(value, dpi)
        advice = f"Take {' or '.join(stocks)}." if stocks else f"No stock holds it at {dpi} dpi: shorten it."
        raise DoesNotFit(refusal.what, advice, stocks) from refusal


def draw_svg(value: Label, stock: Stock | str, dpi: int = 203) -> bytes:
    """The label as an SVG file."""
    return svg.write(layout(value, stock, dpi))


def draw_png(value: Label, stock: Stock | str, dpi: int = 203) -> bytes:
    """The label as a PNG file of one bit a dot."""
    return png.write(layout(value, stock, dpi))


def draw_pdf(values: Sequence[Label], stock: Stock | str, dpi: int = 203, copies: int = 1) -> bytes:
    """Labels as one PDF file, a page each, every label ``copies`` times in a row."""
    return pdf.write(_laid_out(values, stock, dpi, copies), copies)


def draw_zpl(values: Sequence[Label], stock: Stock | str, dpi: int = 203, copies: int = 1) -> Iterator[bytes]:
    """Labels as ZPL II, label by label: what is refused is refused before the first."""
    drawings = _laid_out(values, stock, dpi, copies)
    return (zpl.write(drawing, copies) for drawing in drawings)


def stocks_for(value: Label, dpi: int) -> tuple[str, ...]:
    """The stocks that hold a label, the smallest first."""
    return tuple(name for name in STOCKS if _fits(value, name, dpi))


def title_of(value: Label) -> str:
    """The number or code by which people know a label."""
    return value.code if isinstance(value, ItemLabel) else value.number


def warnings(value: Label) -> tuple[str, ...]:
    """A sentence for each character of a label that no font has and whose code is printed instead."""
    codes = (code for text in _texts_of(value) for code in prepare(text or "").missing)
    return tuple(map(no_picture, dict.fromkeys(codes)))


def _texts_of(value: Label) -> tuple[str | None, ...]:
    if isinstance(value, BoxLabel):
        return box_label.texts_of(value)
    return device_label.texts_of(value) if isinstance(value, DeviceLabel) else item_label.texts_of(value)


def _laid_out(values: Sequence[Label], stock: Stock | str, dpi: int, copies: int) -> list[Drawing]:
    if copies < 1:
        raise ValueError(f"At least one copy is printed, not {copies}.")
    return [layout(value, stock, dpi) for value in values]


def _composed(value: Label, stock: Stock | str, dpi: int) -> Drawing:
    if isinstance(value, DeviceLabel):
        return device_label.layout(value, stock, dpi)
    if isinstance(value, BoxLabel):
        return box_label.layout(value, stock, dpi)
    return item_label.layout(value, stock, dpi)


def _fits(value: Label, stock: str, dpi: int) -> bool:
    try:
        _composed(value, stock, dpi)
    except DoesNotFit:
        return False
    return True
