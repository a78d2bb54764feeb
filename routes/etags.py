"""Versions over HTTP: a strong ETag out, If-Match in (RFC 9110, 8.8.3 and 13.1.1)."""

from __future__ import annotations

import re

from flask import g, request

from depot.errors import Stale
from depot.versions import Seen

STRONG = re.compile(r'"([0-9]{1,18})"')
TAG = r'(?:W/)?"[!#-~\x80-\xff]*"'
TAGS = re.compile(rf"[ \t,]*{TAG}(?:[ \t]*,[ \t,]*{TAG})*[ \t,]*")


def versioned(version: int) -> dict[str, str]:
    """The headers of an answer about something that has a version; nobody else may keep it."""
    return {"ETag": f'"{version}"', "Cache-Control": "private, no-store"}


def seen_version() -> int | None:
    """The version that the caller has seen, any of several where a list is sent, or None where none is demanded.

    Raises Stale where no tag can be ours.
    """
    g.version_heeded = True
    sent = _named_version()
    if sent == "*":
        in_body: int | None = g.get("version_in_body")
        return in_body
    tags = re.findall(TAG, sent) if TAGS.fullmatch(sent) else []
    ours = [int(strong[1]) for strong in map(STRONG.fullmatch, tags) if strong]
    if not ours:
        raise Stale("If-Match names no version of this record; send the ETag of the answer that you have seen.")
    return Seen.any_of(ours)


def note_version(sent: int, present: int) -> None:
    """Heed the version that came back in a body. Raises Stale where it is no longer the present one."""
    if sent != present:
        raise Stale(version=present)
    g.version_in_body = sent


def demand_heeded() -> None:
    """Raise Stale where a write names a version and there is none to compare: a condition is never ignored."""
    if request.method not in {"GET", "HEAD"} and "version_heeded" not in g and _named_version() != "*":
        raise Stale("This has no version; send it without If-Match.")


def _named_version() -> str:
    return request.headers.get("If-Match", "*").strip()
