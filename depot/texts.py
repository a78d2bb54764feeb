"""Words that a rule asks for, whoever calls it; the fields of the API refuse blank ones as well."""

from __future__ import annotations

from depot.errors import invalid


def demand_text(text: str | None, pointer: str, detail: str = "Say it in words; this is blank.") -> None:
    """Raise Invalid at the pointer unless there is something to read."""
    if text is None or not text.strip():
        raise invalid(pointer, detail)
