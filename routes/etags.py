"""Versions over HTTP: a strong ETag out, If-Match in (RFC 9110, 8.8.3 and 13.1.1)."""

from __future__ import annotations

import re

from flask import g, request

from depot.errors import Stale

STRONG = re.compile(r'"([0-9]{1,18})"')


def versioned(version: int) -> dict[str, str]:
    """The headers of an answer about something that has a version; nobody else may keep it."""
    return {"ETag": f'"{version}"', "Cache-Control": "private, no-store"}


def seen_version() -> int | None:
    """The version that the caller has seen, or None where none is demanded.

    Raises Stale for a tag that cannot be ours.
    """
    g.version_heeded = True
    sent = _named_version()
    if sent == "*":
        return None
    tag = STRONG.fullmatch(sent)
    if tag is None:
        raise Stale("If-Match names no version of this record; send the ETag of the answer that you have seen.")
    return int(tag[1])


def demand_heeded() -> None:
    """Raise Stale where a write names a version and there is none to compare: a condition is never ignored."""
    if request.method not in {"GET", "HEAD"} and "version_heeded" not in g and _named_version() != "*":
        raise Stale("This has no version; send it without If-Match.")


def _named_version() -> str:
    return request.headers.get("If-Match", "*").strip()
