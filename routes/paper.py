"""A document on its way out: its media type, its name, and what is not as it should be on it."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import quote

from flask import Response

LONGEST_HEADER = 2000
PDF = "application/pdf"
BINARY = {"type": "string", "format": "binary"}


def paper(data: bytes | Iterable[bytes], media_type: str, name: str, warnings: tuple[str, ...]) -> Response:
    """A file to be shown under its name, kept by nobody else's cache; its warnings stand in a header."""
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = f"inline; {_filename(name)}"
    response.headers["Cache-Control"] = "private, no-store"
    if warnings:
        response.headers["Depot-Warnings"] = _header_text(warnings)
    return response


def _filename(name: str) -> str:
    """As RFC 6266 says it: a name of other than plain characters is percent-encoded."""
    if name.isascii() and not set(name) & {'"', "\\", "/"}:
        return f'filename="{name}"'
    return f"filename*=UTF-8''{quote(name.replace('/', '-'), safe='')}"


def _header_text(warnings: tuple[str, ...]) -> str:
    """Warnings as a header takes them: ASCII, and not longer than proxies let through."""
    text = " ".join(warnings).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= LONGEST_HEADER else f"{text[:LONGEST_HEADER]} ... ({len(warnings)} warnings)"
