"""Photos and files as customers and cameras send them, made here."""

from __future__ import annotations

import io
import struct
import zlib
from typing import Any

from desk import Desk
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

ORIENTATION, OWNER = 0x0112, 0xA430
PDF = b"%PDF-1.7\n1 0 obj <</Type/Catalog>> endobj\ntrailer <</Root 1 0 R>>\n%%EOF\n"
POLYGLOT = b"%PDF-1.4\n<html><script>alert(1)</script></html>\n%%EOF\n"
HTML = b"<!doctype html><script>alert(1)</script>"
SVG = b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


def a_photo(shade: int = 0, form: str = "JPEG", size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    """A picture, another one for each shade."""
    drawn = io.BytesIO()
    Image.new("RGB", size, (shade % 256, shade // 256, 80)).save(drawn, form, **more)
    return drawn.getvalue()


def a_turned_photo(orientation: int) -> bytes:
    """Half red above, half blue below as the camera saw it, held as ``orientation`` says, with its owner's name."""
    picture = Image.new("RGB", (800, 600), "blue")
    picture.paste("red", (0, 0, 800, 300))
    exif = Image.Exif()
    exif[ORIENTATION], exif[OWNER] = orientation, "张䶮"
    drawn = io.BytesIO()
    picture.save(drawn, "JPEG", exif=exif)
    return drawn.getvalue()


def a_bomb(width: int = 30_000, height: int = 30_000) -> bytes:
    """A PNG of a few bytes that says it unfolds to gigabytes."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\0" * 9)) + chunk(b"IEND", b"")


def upload(desk: Desk, number: str, data: bytes, expect: int = 201, role: str = "service_desk", **form: Any) -> Any:
    """Send a file as a form does; the answer."""
    return send(desk, number, data, expect, role, **form).get_json()


def send(
    desk: Desk,
    number: str,
    data: bytes,
    expect: int = 201,
    role: str = "service_desk",
    key: str | None = None,
    **form: Any,
) -> TestResponse:
    """Send a file as a form does; the response. Encoded here: the test client leaves large forms open on disk."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), "IMG 0001 <b>.html"), **form})
    path, media_type = f"/repair-orders/{number}/attachments", f'multipart/form-data; boundary="{boundary}"'
    return desk.client.send(
        "POST", path, data=body, content_type=media_type, token=desk.token(role), expect=expect, key=key
    )
