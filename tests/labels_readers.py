"""Labels as an independent reader sees them: SVG, PDF and ZPL as images, and the bar codes in an image."""

from __future__ import annotations

import re
import xml.etree.ElementTree as ET

import pypdfium2
import zxingcpp
from barcode import Code128
from PIL import Image, ImageChops, ImageDraw

SVG = "{http://www.w3.org/2000/svg}"


def read(image):
    """The texts and kinds of all bar codes in an image."""
    return [(found.text, found.format) for found in zxingcpp.read_barcodes(image.convert("L"))]


def bars_on(image):
    """The texts of the bar codes in an image, without its QR code."""
    return [text for text, kind in read(image) if kind is zxingcpp.BarcodeFormat.Code128]


def identifiers(image):
    """The symbology identifiers of all bar codes in an image: ``]C1`` is GS1-128."""
    return [found.symbology_identifier for found in zxingcpp.read_barcodes(image.convert("L"))]


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


def pdf_images(data, dpi):
    """Every page, one pixel a dot."""
    return [page.render(scale=dpi / 72 - 1e-6).to_pil().convert("L") for page in pypdfium2.PdfDocument(data)]


def pdf_image(data, dpi):
    """The first page, one pixel a dot."""
    return pdf_images(data, dpi)[0]


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


def zpl_labels(data):
    """The labels of a ZPL document: each with how often it is printed."""
    labels = [label for label in data.split(b"^XA") if label]
    return [(b"^XA" + label, int(re.search(rb"\^PQ(\d+)", label)[1])) for label in labels]


def zpl_image(data):
    """A label as a printer would print it: its bitmap, and its bars by python-barcode."""
    text = data.decode()
    width, height = map(int, re.search(r"\^PW(\d+)\^LL(\d+)", text).groups())
    size, _, row_bytes, field = re.search(r"\^GFA,(\d+),(\d+),(\d+),([^^]*)\^FS", text).groups()
    bits = bytes.fromhex(unpacked(field, int(row_bytes)))
    assert len(bits) == int(size)
    image = ImageChops.invert(Image.frombytes("1", (int(row_bytes) * 8, height), bits)).crop((0, 0, width, height))
    bars = re.search(r"\^FO(\d+),(\d+)\^BY(\d+),3,\d+\^BCN,(\d+),N,N,N,A\^FH_\^FD([^^]*)\^FS", text)
    if bars is None:
        return image
    x, y, module, high = map(int, bars.groups()[:4])
    number = re.sub("_([0-9A-F]{2})", lambda code: chr(int(code[1], 16)), bars[5])
    for at, dark in enumerate(Code128(number, writer=object()).build()[0]):
        if dark == "1":
            ImageDraw.Draw(image).rectangle((x + at * module, y, x + (at + 1) * module - 1, y + high - 1), fill=0)
    return image
