"""What the drawing libraries cost by themselves, without our layout: the least that a label and a receipt can cost."""

from __future__ import annotations

from io import BytesIO

from barcode import Code128
from barcode.writer import SVGWriter
from pypdf import PdfReader
from reportlab.lib.pagesizes import A4
from reportlab.pdfgen.canvas import Canvas

from labels import fonts

NUMBER = "RP26000000017"
SIZE, STEP, MARGIN = 8, 10, 40


def label() -> bytes:
    """A number as bars and as SVG, all by python-barcode."""
    made = BytesIO()
    Code128(NUMBER, writer=SVGWriter()).write(made)
    return made.getvalue()


def words_of(pdf: bytes) -> list[str]:
    """The lines of text on a receipt."""
    return [line for page in PdfReader(BytesIO(pdf)).pages for line in page.extract_text().splitlines() if line]


def receipt(words: list[str]) -> bytes:
    """The same words by reportlab alone, one line below the other, in the same fonts, embedded as subsets."""
    made = BytesIO()
    canvas = Canvas(made, pagesize=A4, initialFontName=fonts.plain_font().name, invariant=1)
    for place, line in enumerate(words):
        canvas.setFont(fonts.chains()[fonts.style_of(line)][0].name, SIZE)
        canvas.drawString(MARGIN, A4[1] - MARGIN - place * STEP, line)
    with fonts.CUTTING:
        canvas.save()
    return made.getvalue()
