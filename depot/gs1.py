"""GS1 element strings: what stands behind which application identifier (GS1 General Specifications, section 3).

The table of identifiers is python-stdnum's. Reading is done here, because a scanner may swallow FNC1: its reader takes
no hint where a value could have ended, lets too long and too short ones pass, and drops brackets inside a value.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from functools import cache, lru_cache

from stdnum import ean, numdb

GS = "\x1d"
LONGEST, LONGEST_GUESS = 300, 100
Elements = Mapping[str, Sequence[str]]
"""Values by application identifier, each value once, in the order in which they stand."""

CHARACTERS = {"N": "[0-9]", "X": r"[!\"%-?A-Z_a-z]", "Y": r"[#*+\-./0-9A-Z]", "Z": r"[A-Za-z0-9_\-=]", "-": "-"}
COMPONENT = re.compile(r"\[?\+?\[?([NXYZ\-])([0-9]*)(?:\.\.[NXYZ]?([0-9]+))?\]?")
BRACKETED = re.compile(r"(?<!\\)\(([0-9]{2,4})\)")
CHECKED = {
    **dict.fromkeys(("00", "8017", "8018"), 18),
    **dict.fromkeys(("01", "02", "03", "8003", "8006", "8026"), 14),
    **dict.fromkeys(("253", "255", *map(str, range(410, 418))), 13),
    "402": 17,
}
"""How many leading digits of a value, the last of them a check digit."""


def elements(text: str) -> Elements:
    """The element string as its separators say, or as printed with brackets; empty where it is none."""
    pairs = _bracketed(text) if text.startswith("(") else _steps(text.strip(GS), lost=False)
    return _gathered(pairs)


def elements_without_separators(text: str) -> Elements:
    """All that can stand in an element string whose separators a scanner swallowed: a value may end anywhere
    from where the rest can still be read to its end.
    """
    guessed = len(text) <= LONGEST_GUESS and GS not in text and not text.startswith("(")
    return _gathered(_steps(text, lost=True)) if guessed else {}


def _gathered(pairs: Sequence[tuple[str, str]]) -> Elements:
    found: dict[str, dict[str, None]] = {}
    for ai, value in pairs:
        found.setdefault(ai, {})[value] = None
    return {ai: tuple(values) for ai, values in found.items()}


def _bracketed(text: str) -> list[tuple[str, str]]:
    _, *parts = BRACKETED.split(text)
    values = [re.sub(r"\\([()])", r"\1", part) for part in parts[1::2]]
    pairs = list(zip(parts[::2], values, strict=True))
    return pairs if pairs and all(_is_value(ai, value) for ai, value in pairs) else []


def _is_value(ai: str, value: str) -> bool:
    found, shape, _ = _identifier(ai)
    return found == ai and shape is not None and shape.fullmatch(value) is not None and _is_checked(ai, value)


def _steps(text: str, *, lost: bool) -> list[tuple[str, str]]:
    """The elements on every way from the first character to the last. The work is bounded by the length."""
    if not text or len(text) > LONGEST or not text.isascii():
        return []
    ways: dict[int, list[tuple[str, str, int]]] = {len(text): []}
    for start in range(len(text) - 2, -1, -1):
        steps = [step for step in _elements_at(text, start, lost=lost) if step[2] in ways]
        if steps:
            ways[start] = steps
    reached, found = {0}, []
    for start in sorted(ways):
        if start in reached:
            reached.update(after for *_, after in ways[start])
            found += [(ai, value) for ai, value, _ in ways[start]]
    return found


def _elements_at(text: str, start: int, *, lost: bool) -> Iterator[tuple[str, str, int]]:
    """The elements that can begin at a place, the longest first, each with the place after it."""
    ai, shape, ends_anywhere = _identifier(text[start : start + 4])
    if shape is None:
        return
    begin = start + len(ai)
    stop = begin + len(text[begin:].partition(GS)[0])
    for end in range(min(stop, begin + 90), begin, -1):
        complete = end == stop or lost or not ends_anywhere
        value = text[begin:end]
        if complete and shape.fullmatch(value) and _is_checked(ai, value):
            yield ai, value, end + (text[end : end + 1] == GS)


def _is_checked(ai: str, value: str) -> bool:
    digits = value[: CHECKED.get(ai, 0)]
    return not digits or ean.calc_check_digit(digits[:-1]) == digits[-1]


@lru_cache(maxsize=10_000)
def _identifier(head: str) -> tuple[str, re.Pattern[str] | None, bool]:
    """The application identifier with which a text begins, the shape of its value, and whether FNC1 ends it."""
    if not (head.isascii() and head[:2].isdigit()):
        return head, None, False
    ai, facts = numdb.get("gs1_ai").info(head)[0]
    return (ai, _shape(facts["format"]), "fnc1" in facts) if "format" in facts else (head, None, False)


@cache
def _shape(form: str) -> re.Pattern[str]:
    """``N14[+X..16]`` as an expression: fixed lengths, lengths up to, and components that may be left out."""
    shape = ""
    for part in COMPONENT.finditer(form):
        kind, least, most = part.groups()
        count = f"{{1,{most}}}" if most else f"{{{least or 1}}}"
        shape += f"(?:{CHARACTERS[kind]}{count})" + ("?" if part[0].endswith("]") else "")
    return re.compile(shape)


def is_trade_number(text: str) -> bool:
    """Whether a text is a GTIN-8, -12, -13 or -14 whose check digit is right."""
    return text.isascii() and text.isdigit() and bool(ean.is_valid(text))


def trade_numbers(gtin: str) -> tuple[str, ...]:
    """A GTIN in every length in which a catalogue may hold it."""
    bare = gtin.lstrip("0")
    return tuple(bare.zfill(length) for length in (14, 13, 12, 8) if len(bare) <= length)
