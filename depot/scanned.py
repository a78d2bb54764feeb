"""What a scanner sent, and the texts that may be meant by it, the likeliest first. Pure functions.

The text as it came is always tried first, so that two codes that differ stay two. What scanners and keyboards do to a
code is undone only for where that finds nothing: line ends and frames, the code sent twice, a Chinese input method in
between, separators written out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass

from depot.gs1 import GS

EDGES = "".join(map(chr, (*range(0x21), *range(0x7F, 0xA1), 0x3000, 0x200B, 0xFEFF)))
CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
FULL_WIDTH = {0xFF01 + place: 0x21 + place for place in range(94)} | {0x3000: 0x20}
PUNCTUATION = str.maketrans("。、·【】《》「」“”‘’￥", "./`[]<>{}\"\"''$")
AIM = re.compile(r"\][A-Za-z][0-9A-Za-z]")
WRITTEN_OUT = re.compile(r"<(GS|RS|EOT)>|\{(GS|RS|EOT)\}|%(1D|1E|04)|([␝␞␄])", re.IGNORECASE)
SEPARATORS = {
    **dict.fromkeys(("gs", "1d", "␝"), GS),
    **dict.fromkeys(("rs", "1e", "␞"), "\x1e"),
    **dict.fromkeys(("eot", "04", "␄"), "\x04"),
}
HAN = re.compile(r"[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]")
FEWEST_TWICE = 4


def _once(text: str) -> str:
    """A code that was sent twice in one line, with or without a line end in between."""
    half = len(text) // 2
    first, second = text[:half].strip(EDGES), text[half:].strip(EDGES)
    return first if first == second and len(text) >= FEWEST_TWICE else text


def _without_input_method(text: str) -> str:
    """Full-width characters and Chinese punctuation as a scanner means them. Letters that it ate do not come back."""
    return text.replace("——", "_").replace("……", "^").translate(FULL_WIDTH).translate(PUNCTUATION)


def _without_frame(text: str) -> str:
    """Without the symbology prefix of ISO/IEC 15424 (``]C1``), and without the asterisks of Code 39."""
    bare = AIM.sub("", text, count=1) if AIM.match(text) else text
    return bare[1:-1] if len(bare) > 2 and bare[0] == bare[-1] == "*" else bare


def _with_separators(text: str) -> str:
    """With the control characters that a scanner, or a form in between, wrote out."""
    return WRITTEN_OUT.sub(lambda found: SEPARATORS[found[found.lastindex or 0].lower()], text)


MENDING: tuple[tuple[Callable[[str], str], str | None], ...] = (
    (_once, "The scanner sent the code twice; it counts once."),
    (_without_input_method, "A Chinese input method was on while scanning; switch it off, it eats letters."),
    (_without_frame, None),
    (_with_separators, None),
)


@dataclass(frozen=True)
class Spelling:
    """A text that may be meant by a scan."""

    text: str
    warnings: tuple[str, ...] = ()


def spellings(code: str) -> tuple[Spelling, ...]:
    """The texts that may be meant, as it came first; none for a scan of nothing."""
    text = code.strip(EDGES)
    found = {text: Spelling(text)} if text else {}
    for mend, warning in MENDING:
        for known in list(found.values()):
            mended = mend(known.text).strip(EDGES)
            if mended:
                more = (warning,) if warning else ()
                found.setdefault(mended, Spelling(mended, (*known.warnings, *more)))
    return tuple(found.values())


def has_lost_letters(code: str) -> bool:
    """Whether a Chinese input method made characters of a code, whose letters nothing brings back."""
    return HAN.search(code) is not None
