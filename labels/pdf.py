"""Labels as PDF, one page each; bars begin and end on the dots of the printer, fonts are embedded subsets."""

from __future__ import annotations

import io
from collections.abc import Sequence

from reportlab.lib.colors import black, white
from reportlab.pdfgen.canvas import Canvas

from labels.drawing import Box, Drawing, Text
from labels.fonts import CUTTING, plain_font
from labels.text import Line

POINTS_PER_INCH = 72


def new_canvas(file: io.BytesIO, size: tuple[float, float], title: str) -> Canvas:
    """A canvas that writes the same bytes for the same drawing, and no font that is not embedded."""
    canvas = Canvas(file, pagesize=size, invariant=1, pageCompression=1, initialFontName=plain_font().name)
    canvas.setTitle(title)
    canvas.setSubject(title)
    canvas.setCreator("Depot")
    canvas.setProducer("Depot")
    return canvas


def save(canvas: Canvas) -> None:
    """Finish the file; one at a time, because cutting a subset moves a position inside the shared font."""
    with CUTTING:
        canvas.save()


def draw_line(canvas: Canvas, line: Line, x: float, y: float, size: float) -> None:
    """A line of text from ``x`` on the base line ``y``, in points."""
    for run in line.runs:
        canvas.setFont(run.font.name, size)
        canvas.drawString(x, y, run.text)
        x += run.width * size


def write(drawings: Sequence[Drawing], copies: int) -> bytes:
    """The PDF file: each label ``copies`` times, in order."""
    file = io.BytesIO()
    canvas = new_canvas(file, _size(drawings[0]), _title(drawings))
    for drawing in drawings:
        for _ in range(copies):
            canvas.setPageSize(_size(drawing))
            _page(canvas, drawing)
            canvas.showPage()
    save(canvas)
    return file.getvalue()


def _title(drawings: Sequence[Drawing]) -> str:
    """The one label's title, or those of the first and the last."""
    return " … ".join(dict.fromkeys((drawings[0].title, drawings[-1].title)))


def _size(drawing: Drawing) -> tuple[float, float]:
    scale = POINTS_PER_INCH / drawing.dpi
    return drawing.width * scale, drawing.height * scale


def _page(canvas: Canvas, drawing: Drawing) -> None:
    scale = POINTS_PER_INCH / drawing.dpi
    canvas.scale(scale, scale)
    for item in drawing.items:
        if isinstance(item, Text):
            canvas.setFillColor(white if item.white else black)
            draw_line(canvas, item.line, item.x, drawing.height - item.y, item.size)
            continue
        canvas.setFillColor(black)
        _boxes(canvas, item.boxes(), drawing.height)


def _boxes(canvas: Canvas, boxes: Sequence[Box], height: int) -> None:
    path = canvas.beginPath()
    for box in boxes:
        path.rect(box.x, height - box.y - box.height, box.width, box.height)
    canvas.drawPath(path, stroke=0, fill=1)
