"""A label as PNG: black and white dots as the printer prints them, so that nothing is scaled or dithered on the way."""

from __future__ import annotations

import io
from functools import lru_cache

from PIL import Image, ImageDraw, ImageFont

from labels.drawing import Box, Drawing, Text
from labels.fonts import Font

BLACK, WHITE = 0, 255


def write(drawing: Drawing) -> bytes:
    """The PNG file, one pixel a dot, with its resolution."""
    file = io.BytesIO()
    raster(drawing).save(file, "PNG", dpi=(drawing.dpi, drawing.dpi))
    return file.getvalue()


def raster(drawing: Drawing) -> Image.Image:
    """The label as an image of one bit a dot."""
    image = Image.new("1", (drawing.width, drawing.height), WHITE)
    draw = ImageDraw.Draw(image)
    for item in drawing.items:
        if isinstance(item, Text):
            _text(image, item)
            continue
        for box in item.boxes():
            _box(draw, box)
    return image


def _box(draw: ImageDraw.ImageDraw, box: Box) -> None:
    draw.rectangle((box.x, box.y, box.x + box.width - 1, box.y + box.height - 1), fill=BLACK)


def _text(image: Image.Image, item: Text) -> None:
    """Letter by letter, each at its place in the layout: a font scaled to dots has widths of its own."""
    x = float(item.x)
    for run in item.line.runs:
        for character, advance in zip(run.text, run.advances, strict=True):
            if not character.isspace():  # a font without U+00A0 would draw a box
                letter, left, top = _letter(run.font, item.size, character)
                image.paste(WHITE if item.white else BLACK, (round(x) + left, item.y + top), letter)
            x += advance * item.size


@lru_cache(maxsize=4096)
def _letter(font: Font, size: int, character: str) -> tuple[Image.Image, int, int]:
    """The dots of a letter, and where they begin from its origin on the base line."""
    pillow_font = _pillow_font(font, size)
    left, top, right, bottom = map(round, pillow_font.getbbox(character, mode="1", anchor="ls"))
    image = Image.new("1", (max(1, right - left), max(1, bottom - top)))
    ImageDraw.Draw(image).text((-left, -top), character, WHITE, pillow_font, anchor="ls")
    return image, left, top


@lru_cache(maxsize=256)
def _pillow_font(font: Font, size: int) -> ImageFont.FreeTypeFont:
    return ImageFont.truetype(font.path, size, layout_engine=ImageFont.Layout.BASIC)
