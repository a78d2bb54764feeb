"""What uploaded bytes are, by their content; and thumbnails: small, upright, without metadata."""

from __future__ import annotations

import io
import random

import pytest
from photos import HTML, ORIENTATION, OWNER, PDF, POLYGLOT, SVG, a_bomb, a_photo, a_turned_photo
from PIL import Image

from depot.errors import Invalid, Refusal, WrongFileType
from depot.pictures import draw_thumbnail, recognise
from models import MediaType


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (a_photo(), MediaType.JPEG),
        (a_photo(form="PNG"), MediaType.PNG),
        (PDF, MediaType.PDF),
        (POLYGLOT, MediaType.PDF),
        (a_photo() + HTML, MediaType.JPEG),
    ],
)
def test_a_file_is_what_its_content_says(data: bytes, media_type: MediaType) -> None:
    assert recognise(data) is media_type


@pytest.mark.parametrize(
    "data", [b"", b"x", HTML, SVG, b"\n" + PDF, HTML + PDF, a_photo(form="GIF"), a_photo(form="TIFF"), b"PK\x03\x04"]
)
def test_whatever_else_is_refused(data: bytes) -> None:
    with pytest.raises(WrongFileType):
        recognise(data)


@pytest.mark.parametrize(
    "data",
    [
        a_bomb(),
        a_bomb(8001, 8001),
        a_bomb(2**31 - 1, 2**31 - 1),
        a_photo()[:200],
        a_photo(form="PNG")[:60],
        b"\xff\xd8\xff" + HTML,
        b"\x89PNG\r\n\x1a\n" + HTML,
    ],
)
def test_a_picture_that_cannot_be_shown_is_refused(data: bytes) -> None:
    with pytest.raises(Invalid) as refused:
        recognise(data)

    assert refused.value.facts["errors"][0]["pointer"] == "/file"


def test_bytes_changed_at_random_are_shown_or_refused() -> None:
    luck = random.Random(1)  # noqa: S311  no secret depends on it
    sources = [a_turned_photo(6), a_photo(form="PNG")]

    refused = {type(refusal) for refusal in (refusal_of(changed(luck, luck.choice(sources))) for _ in range(1500))}

    assert refused == {type(None), Invalid}


def changed(luck: random.Random, data: bytes) -> bytes:
    """The data with some bytes of its first part replaced."""
    found = bytearray(data)
    for _ in range(luck.choice((1, 3, 20))):
        found[luck.randrange(8, min(len(found), 300))] = luck.randrange(256)
    return bytes(found)


def refusal_of(data: bytes) -> Refusal | None:
    """How these bytes are refused, if they are."""
    try:
        recognise(data)
    except Refusal as refusal:
        return refusal
    return None


@pytest.mark.parametrize("form", ["JPEG", "PNG"])
@pytest.mark.parametrize(("size", "small"), [((4000, 3000), (320, 240)), ((30, 40), (30, 40)), ((5000, 1), (320, 1))])
def test_a_thumbnail_fits_into_320_pixels(form: str, size: tuple[int, int], small: tuple[int, int]) -> None:
    drawn = Image.open(io.BytesIO(draw_thumbnail(a_photo(form=form, size=size))))

    assert (drawn.format, drawn.size) == ("JPEG", small)


@pytest.mark.parametrize(
    ("orientation", "red_at"),
    [(1, (160, 20)), (2, (160, 20)), (3, (160, 220)), (4, (160, 220)), (5, (20, 160)), (6, (220, 160)), (7, (220, 160)),
     (8, (20, 160))],
)  # fmt: skip
def test_a_thumbnail_stands_upright_and_tells_nothing_of_its_owner(orientation: int, red_at: tuple[int, int]) -> None:
    drawn = Image.open(io.BytesIO(draw_thumbnail(a_turned_photo(orientation))))

    red, _, blue = drawn.getpixel(red_at)
    assert (red > 200, blue < 60) == (True, True)
    assert not {ORIENTATION, OWNER} & set(drawn.getexif())


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_has_a_thumbnail(mode: str) -> None:
    data = io.BytesIO()
    Image.new(mode, (400, 300)).save(data, "PNG")

    assert Image.open(io.BytesIO(draw_thumbnail(data.getvalue()))).size == (320, 240)
