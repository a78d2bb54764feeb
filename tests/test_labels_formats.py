"""SVG, PNG, PDF and ZPL of a label, each read back by an independent reader, for every stock at both resolutions."""

from __future__ import annotations

import io
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from labels_readers import SVG, pdf_image, read, svg_boxes, svg_image, unpacked, zpl_image
from labels_samples import LABEL, LABELS, NUMBER
from PIL import Image, ImageChops
from pypdf import PdfReader

from labels.drawing import Box, Symbol
from labels.label import draw_pdf, draw_png, draw_svg, draw_zpl, layout, title_of
from labels.stocks import RESOLUTIONS, STOCKS
from labels.zpl import compress

EVERY_STOCK = [(stock, dpi) for stock in STOCKS for dpi in RESOLUTIONS]
every_stock = pytest.mark.parametrize(("stock", "dpi"), EVERY_STOCK)
every_label = pytest.mark.parametrize("value", LABELS.values(), ids=LABELS)


def zpl_of(value, stock, dpi, copies=1):
    """One label as ZPL."""
    return b"".join(draw_zpl([value], stock, dpi, copies))


def scanned(value, stock):
    """What a scanner reads on a label."""
    codes = zxingcpp.BarcodeFormat
    if getattr(value, "gs1", None):
        return [(f"({value.gs1.identifier}){value.gs1.key}", codes.Code128)]
    page = getattr(value, "page", None) if stock == "102x152" else None
    return [(title_of(value), codes.Code128), *([(page, codes.QRCode)] if page else [])]


@every_label
@every_stock
def test_the_png_is_read_by_a_scanner(value, stock, dpi):
    image = Image.open(io.BytesIO(draw_png(value, stock, dpi)))

    assert sorted(read(image), key=lambda found: len(found[0])) == scanned(value, stock)
    assert round(image.info["dpi"][0]) == dpi


@every_label
@every_stock
def test_the_svg_is_read_by_a_scanner(value, stock, dpi):
    image = svg_image(draw_svg(value, stock, dpi))

    assert sorted(read(image), key=lambda found: len(found[0])) == scanned(value, stock)


@every_label
@every_stock
def test_the_pdf_is_read_by_a_scanner_at_the_printers_resolution(value, stock, dpi):
    image = pdf_image(draw_pdf([value], stock, dpi), dpi)

    assert sorted(read(image), key=lambda found: len(found[0])) == scanned(value, stock)


@every_label
@every_stock
def test_the_zpl_is_read_by_a_scanner(value, stock, dpi):
    image = zpl_image(zpl_of(value, stock, dpi))

    assert sorted(read(image), key=lambda found: len(found[0])) == scanned(value, stock)


@every_label
@every_stock
def test_zpl_and_png_are_the_same_dots(value, stock, dpi):
    png = Image.open(io.BytesIO(draw_png(value, stock, dpi)))

    assert ImageChops.logical_xor(zpl_image(zpl_of(value, stock, dpi)), png).getbbox() is None


@every_stock
def test_svg_and_layout_have_the_same_bars(stock, dpi):
    drawing = layout(LABEL, stock, dpi)
    symbols = [item.boxes() if isinstance(item, Symbol) else [item] for item in drawing.items]
    boxes = [(box.x, box.y, box.width, box.height) for group in symbols for box in group if isinstance(box, Box)]

    assert svg_boxes(draw_svg(LABEL, stock, dpi)) == boxes


@every_stock
def test_the_bars_of_the_pdf_begin_and_end_on_dots(stock, dpi):
    image = pdf_image(draw_pdf([LABEL], stock, dpi), dpi)
    (symbol,) = (item for item in layout(LABEL, stock, dpi).items if isinstance(item, Symbol))
    middle = symbol.y + symbol.height // 2

    row = image.crop((symbol.x, middle, symbol.x + symbol.width, middle + 1))

    assert {value for value in row.tobytes() if 8 < value < 247} == set()


@pytest.mark.parametrize("number", ["RO^1~2_3", "A>0B", "<&\"'>", "_5E"])
def test_signs_that_a_format_gives_a_meaning_to_are_escaped(number):
    value = replace(LABEL, number=number)

    assert read(zpl_image(zpl_of(value, "57x32", 203))) == [(number, zxingcpp.BarcodeFormat.Code128)]
    assert ET.fromstring(draw_svg(value, "57x32", 203)).findtext(f"{SVG}title") == number  # noqa: S314 - our own file


@pytest.mark.parametrize("row", ["0" * 100, "F" * 100, "0F" * 50, "A" * 419 + "0", "1" * 500, "00FF" + "0" * 96])
def test_a_compressed_row_is_the_row(row):
    assert unpacked(compress(row), len(row) // 2) == row


@pytest.mark.parametrize("draw", [draw_svg, draw_png, zpl_of])
@every_label
def test_the_same_label_is_the_same_bytes(draw, value):
    assert draw(value, "57x32", 203) == draw(value, "57x32", 203)


def test_a_pdf_of_many_labels_has_each_as_often_as_asked():
    other = replace(LABEL, number="RO2600000043M")

    pages = pypdfium2.PdfDocument(draw_pdf([LABEL, other], "50x30", 203, copies=2))

    texts = [page.render(scale=203 / 72 - 1e-6).to_pil() for page in pages]
    assert [read(image)[0][0] for image in texts] == [NUMBER, NUMBER, "RO2600000043M", "RO2600000043M"]


def test_the_page_of_a_pdf_is_the_label():
    page = pypdfium2.PdfDocument(draw_pdf([LABEL], "102x152", 300))[0]

    assert page.get_width() / 72 * 25.4 == pytest.approx(102, abs=0.1)
    assert page.get_height() / 72 * 25.4 == pytest.approx(152, abs=0.1)


def test_the_printer_is_told_how_many_labels():
    assert b"^PQ3\n" in zpl_of(LABEL, "50x30", 203, copies=3)


@pytest.mark.parametrize("copies", [0, -1])
def test_no_copy_at_all_is_refused(copies):
    with pytest.raises(ValueError, match="At least one copy"):
        zpl_of(LABEL, "50x30", 203, copies=copies)
    with pytest.raises(ValueError, match="At least one copy"):
        draw_pdf([LABEL], "50x30", 203, copies=copies)


def test_every_font_of_a_label_pdf_is_embedded():
    (page,) = PdfReader(io.BytesIO(draw_pdf([LABEL], "50x30", 203))).pages
    fonts = [font.get_object() for font in page["/Resources"]["/Font"].values()]

    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)


def test_another_process_draws_the_same_bytes():
    program = (
        "import hashlib, sys; sys.path.insert(0, 'tests');"
        "from labels_samples import LABEL; from labels.label import *;"
        "print(hashlib.sha256(draw_pdf([LABEL], '50x30', 203) + draw_svg(LABEL, '50x30', 203)).hexdigest())"
    )

    runs = [
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    ]

    assert runs[0].stdout == runs[1].stdout != b""
