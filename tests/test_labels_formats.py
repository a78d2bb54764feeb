"""SVG, PNG, PDF and ZPL of a label, each read back by an independent reader, for every stock at both resolutions."""

from __future__ import annotations

import io
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from barcode import Code128
from labels_samples import LABEL, NUMBER
from PIL import Image, ImageChops, ImageDraw
from pypdf import PdfReader

from labels.device_label import draw_pdf, draw_png, draw_svg, draw_zpl, layout
from labels.drawing import Box, Symbol
from labels.stocks import RESOLUTIONS, STOCKS
from labels.zpl import compress

SVG = "{http://www.w3.org/2000/svg}"
EVERY_STOCK = [(stock, dpi) for stock in STOCKS for dpi in RESOLUTIONS]
every_stock = pytest.mark.parametrize(("stock", "dpi"), EVERY_STOCK)


def read(image):
    """The texts and kinds of all bar codes in an image."""
    return [(found.text, found.format) for found in zxingcpp.read_barcodes(image.convert("L"))]


def svg_boxes(data):
    """The rectangles of the crisp paths, as (x, y, width, height)."""
    paths = ET.fromstring(data).iter(f"{SVG}path")  # noqa: S314 - our own file
    crisp = [path.get("d", "") for path in paths if path.get("shape-rendering")]
    return [tuple(map(int, box)) for box in re.findall(r"M(\d+) (\d+)h(\d+)v(\d+)h-\d+z", "".join(crisp))]


def svg_image(data):
    """The bars and boxes of an SVG file, one pixel a unit."""
    _, _, width, height = map(int, ET.fromstring(data).get("viewBox", "").split())  # noqa: S314 - our own file
    image = Image.new("1", (width, height), 255)
    for x, y, wide, high in svg_boxes(data):
        ImageDraw.Draw(image).rectangle((x, y, x + wide - 1, y + high - 1), fill=0)
    return image


def pdf_image(data, dpi):
    """The first page, one pixel a dot."""
    return pypdfium2.PdfDocument(data)[0].render(scale=dpi / 72 - 1e-6).to_pil().convert("L")


def unpacked(data, row_bytes):
    """The hexadecimal digits of a ``^GFA`` field."""
    rows, row, count = [], "", 0
    for sign in data:
        if sign in "GHIJKLMNOPQRSTUVWXY":
            count += ord(sign) - ord("F")
        elif sign in "ghijklmnopqrstuvwxyz":
            count += 20 * (ord(sign) - ord("f"))
        elif sign in ",!:":
            rest = {",": "0", "!": "F"}.get(sign)
            row = rows[-1] if rest is None else row.ljust(2 * row_bytes, rest)
        else:
            row, count = row + sign * max(count, 1), 0
        if len(row) == 2 * row_bytes:
            rows.append(row)
            row = ""
    return "".join(rows)


def zpl_image(data):
    """A label as a printer would print it: its bitmap, and its bars by python-barcode."""
    text = data.decode()
    width, height = map(int, re.search(r"\^PW(\d+)\^LL(\d+)", text).groups())
    size, _, row_bytes, field = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", text).groups()
    bits = bytes.fromhex(unpacked(field, int(row_bytes)))
    assert len(bits) == int(size)
    image = ImageChops.invert(Image.frombytes("1", (int(row_bytes) * 8, height), bits)).crop((0, 0, width, height))
    bars = re.search(r"\^FO(\d+),(\d+)\^BY(\d+),3,\d+\^BCN,(\d+),N,N,N,A\^FH_\^FD([^^]*)\^FS", text)
    x, y, module, high = map(int, bars.groups()[:4])
    number = re.sub("_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), bars[5])
    for at, dark in enumerate(Code128(number, writer=object()).build()[0]):
        if dark == "1":
            ImageDraw.Draw(image).rectangle((x + at * module, y, x + (at + 1) * module - 1, y + high - 1), fill=0)
    return image


@every_stock
def test_the_png_is_read_by_a_scanner(stock, dpi):
    image = Image.open(io.BytesIO(draw_png(LABEL, stock, dpi)))

    assert read(image) == [(NUMBER, zxingcpp.BarcodeFormat.Code128)]
    assert round(image.info["dpi"][0]) == dpi


@every_stock
def test_the_svg_is_read_by_a_scanner(stock, dpi):
    image = svg_image(draw_svg(LABEL, stock, dpi))

    assert read(image) == [(NUMBER, zxingcpp.BarcodeFormat.Code128)]


@every_stock
def test_the_pdf_is_read_by_a_scanner_at_the_printers_resolution(stock, dpi):
    image = pdf_image(draw_pdf([LABEL], stock, dpi), dpi)

    assert read(image) == [(NUMBER, zxingcpp.BarcodeFormat.Code128)]


@every_stock
def test_the_zpl_is_read_by_a_scanner(stock, dpi):
    image = zpl_image(draw_zpl(LABEL, stock, dpi))

    assert read(image) == [(NUMBER, zxingcpp.BarcodeFormat.Code128)]


@every_stock
def test_zpl_and_png_are_the_same_dots(stock, dpi):
    png = Image.open(io.BytesIO(draw_png(LABEL, stock, dpi)))

    assert ImageChops.logical_xor(zpl_image(draw_zpl(LABEL, stock, dpi)), png).getbbox() is None


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

    assert read(zpl_image(draw_zpl(value, "57x32", 203))) == [(number, zxingcpp.BarcodeFormat.Code128)]
    assert ET.fromstring(draw_svg(value, "57x32", 203)).findtext(f"{SVG}title") == number  # noqa: S314 - our own file


@pytest.mark.parametrize("row", ["0" * 100, "F" * 100, "0F" * 50, "A" * 419 + "0", "1" * 500, "00FF" + "0" * 96])
def test_a_compressed_row_is_the_row(row):
    assert unpacked(compress(row), len(row) // 2) == row


@pytest.mark.parametrize("draw", [draw_svg, draw_png, draw_zpl])
def test_the_same_label_is_the_same_bytes(draw):
    assert draw(LABEL, "50x30", 203) == draw(LABEL, "50x30", 203)


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
    assert b"^PQ3\n" in draw_zpl(LABEL, "50x30", 203, copies=3)


@pytest.mark.parametrize("copies", [0, -1])
def test_no_copy_at_all_is_refused(copies):
    with pytest.raises(ValueError, match="At least one copy"):
        draw_zpl(LABEL, "50x30", 203, copies=copies)
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
        "from labels_samples import LABEL; from labels.device_label import *;"
        "print(hashlib.sha256(draw_pdf([LABEL], '50x30', 203) + draw_svg(LABEL, '50x30', 203)).hexdigest())"
    )

    runs = [
        subprocess.run([sys.executable, "-c", program], env={"PYTHONHASHSEED": seed}, capture_output=True, check=True)
        for seed in ("1", "2")
    ]

    assert runs[0].stdout == runs[1].stdout != b""
