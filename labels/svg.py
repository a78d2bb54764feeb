"""A label as SVG: bars on whole dots, letters as paths, so that it looks the same wherever it is shown."""

from __future__ import annotations

from html import escape

from labels.drawing import Box, Drawing, Item, Text
from labels.outlines import glyph_path
from labels.stocks import MM_PER_INCH
from labels.text import Run


def write(drawing: Drawing) -> bytes:
    """The SVG file; one unit is one printer dot, width and height are in millimetres."""
    width, height = (f"{side * MM_PER_INCH / drawing.dpi:.3f}mm" for side in (drawing.width, drawing.height))
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}"',
        f' viewBox="0 0 {drawing.width} {drawing.height}" role="img"><title>{escape(drawing.title)}</title>',
        f'<path fill="#fff" d="M0 0H{drawing.width}V{drawing.height}H0z"/>',
        *map(_item, drawing.items),
        "</svg>\n",
    ]
    return "".join(parts).encode()


def _item(item: Item) -> str:
    if isinstance(item, Text):
        return _text(item)
    return f'<path shape-rendering="crispEdges" d="{"".join(map(_box, item.boxes()))}"/>'


def _box(box: Box) -> str:
    return f"M{box.x} {box.y}h{box.width}v{box.height}h-{box.width}z"


def _text(item: Text) -> str:
    parts, x = [], float(item.x)
    for run in item.line.runs:
        parts.append(_run(run, x, item))
        x += run.width * item.size
    return "".join(parts)


def _run(run: Run, x: float, item: Text) -> str:
    units = run.font.face.unitsPerEm
    pieces, pen = [], 0.0
    for character, advance in zip(run.text, run.advances, strict=True):
        pieces.append(f"M{pen:g} 0{glyph_path(run.font, character)}")
        pen += advance * units
    fill = ' fill="#fff"' if item.white else ""
    return f'<path{fill} transform="translate({x:.2f} {item.y})scale({item.size / units:.5f})" d="{"".join(pieces)}"/>'
