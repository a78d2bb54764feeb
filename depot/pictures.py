"""What uploaded bytes are, told by their content alone, and the small picture of a photo.

A picture is decoded once before it is accepted, so that what is kept can be shown. Its size is bounded before that: a
few bytes may unfold to gigabytes.
"""

from __future__ import annotations

import io
import struct
import zlib

from PIL import Image

from depot.errors import WrongFileType, invalid
from models import MediaType

MOST_PIXELS = 64_000_000
"""A phone's camera takes 50 million; four bytes each."""
THUMBNAIL_SIDE = 320
ORIENTATION = 0x0112
SIGNS = {b"%PDF-": MediaType.PDF, b"\xff\xd8\xff": MediaType.JPEG, b"\x89PNG\r\n\x1a\n": MediaType.PNG}
UPRIGHT = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What sets a picture upright, by the orientation that its camera noted (Exif 2.32, tag 274)."""
BROKEN = (
    OSError,
    ValueError,
    SyntaxError,
    EOFError,
    TypeError,
    KeyError,
    IndexError,
    OverflowError,
    struct.error,
    zlib.error,
    Image.DecompressionBombError,
    Image.DecompressionBombWarning,
    UserWarning,
)
"""What Pillow raises for pictures that are none; the warnings where they are made errors."""


def recognise(data: bytes) -> MediaType:
    """What these bytes are. Raises WrongFileType, and Invalid for a picture that is damaged or too large to show."""
    kind = next((kind for sign, kind in SIGNS.items() if data.startswith(sign)), None)
    if kind is None:
        raise WrongFileType
    if kind is not MediaType.PDF:
        draw_thumbnail(data)
    return kind


def draw_thumbnail(data: bytes) -> bytes:
    """A small JPEG of a picture, upright, with none of its metadata. Raises Invalid as ``recognise`` does."""
    try:
        with Image.open(io.BytesIO(data), formats=("JPEG", "PNG")) as picture:
            if picture.width * picture.height > MOST_PIXELS:
                raise Image.DecompressionBombError
            return _small(picture)
    except BROKEN as fault:
        raise invalid("/file", "This picture is damaged, or too large to be shown; take another one.") from fault


def _small(picture: Image.Image) -> bytes:
    turn = _turn(picture)
    picture.thumbnail((THUMBNAIL_SIDE, THUMBNAIL_SIDE))
    upright = (picture if turn is None else picture.transpose(turn)).convert("RGBA")
    flat = Image.new("RGB", upright.size, "white")
    flat.paste(upright, mask=upright)
    drawn = io.BytesIO()
    flat.save(drawn, "JPEG", quality=80)
    return drawn.getvalue()


def _turn(picture: Image.Image) -> Image.Transpose | None:
    """How the picture is to be turned; a photo whose metadata cannot be read stays as it is."""
    try:
        return UPRIGHT.get(picture.getexif().get(ORIENTATION, 1))
    except BROKEN:
        return None
