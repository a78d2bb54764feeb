"""Suppliers' two-dimensional labels on parts: which part, how many, which lot and serial number.

Most follow ANSI MH10.8.2 in the envelope of ISO/IEC 15434 (``[)>`` RS ``06`` GS …): DigiKey, Mouser and all who print
the label of ECIA EIGP 114. Some leave the envelope away (TME), some have a form of their own (LCSC, TME's QR code).
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import islice

GS = "\x1d"
PART, SERIAL, QUANTITY, LOT = ("P", "1P", "30P", "31P"), ("S",), ("Q",), ("1T", "T")
"""Data identifiers: the customer's, the maker's and the supplier's number of an item; and the rest."""

ENVELOPE = re.compile(r">?\[\)>\x1e?06\x1d?")
FIELD = re.compile(r"([0-9]{0,2}[A-Z])(.*)", re.DOTALL | re.IGNORECASE)
BARE_FIELDS = re.compile(r"1?P\S+(?: (?:30|31|1)?P\S+)* Q[0-9]+(?: (?:1?[KTV]|4L|9D)\S*)*", re.IGNORECASE)
BRACED = re.compile(r"\{([a-z]+:[^{}]*)\}", re.IGNORECASE)
SPELLED_OUT = re.compile(r"(?:QTY|M?PN|LOT|SN|C?PO|MFR):\S+(?: |$)", re.IGNORECASE)
WORDS = {"pc": "30P", "pm": "1P", "mpn": "1P", "pn": "P", "qty": "Q", "lot": "1T", "sn": "S"}
"""The words of the other forms, as data identifiers."""

BEGINNINGS = re.compile(r"(30P|31P|1P|P)|1?[0-4]?[KTVZ]|4L|9D|Q(?=[0-9])|S", re.IGNORECASE)
LONGEST_GUESS, MOST_GUESSES = 60, 100

Fields = Sequence[tuple[str, str]]


@dataclass(frozen=True)
class SupplierLabel:
    """What a label says; nothing where it does not. A part goes by several numbers: any of them may be ours."""

    part_numbers: tuple[str, ...] = ()
    serial_numbers: tuple[str, ...] = ()
    quantity: str | None = None
    lot: str | None = None


def read_label(text: str) -> SupplierLabel | None:
    """The label that a text is, or None."""
    fields = _enveloped(text) or _braced(text) or _spelled_out(text) or _bare(text)
    quantities, lots = _of(fields, QUANTITY), _of(fields, LOT)
    label = SupplierLabel(
        _of(fields, PART), _of(fields, SERIAL), quantities[0] if quantities else None, lots[0] if lots else None
    )
    return label if label.part_numbers or label.serial_numbers else None


def guess_parts(text: str) -> tuple[str, ...]:
    """What may be part numbers in an enveloped label whose separators a scanner swallowed.

    A field may end wherever another one can begin; only guesses that are on record count in the end.
    """
    envelope = ENVELOPE.match(text)
    if envelope is None or GS in text:
        return ()
    body = text[envelope.end() : envelope.end() + 3 * LONGEST_GUESS]
    found = list(BEGINNINGS.finditer(body))
    begins, ends = [each.end() for each in found if each[1]], [each.start() for each in found] + [len(body)]
    guesses = (body[begin:end] for begin in begins for end in ends if begin < end <= begin + LONGEST_GUESS)
    return tuple(islice(dict.fromkeys(guesses), MOST_GUESSES))


def _of(fields: Fields, wanted: Sequence[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(value for name, value in fields if name in wanted and value))


def _fields(parts: Sequence[str]) -> Fields:
    matches = [FIELD.fullmatch(part) for part in parts]
    return [(match[1].upper(), match[2].strip()) for match in matches if match]


def _worded(parts: Sequence[str]) -> Fields:
    words = [part.strip().partition(":") for part in parts]
    return [(WORDS.get(word.lower(), ""), value) for word, _, value in words]


def _enveloped(text: str) -> Fields:
    envelope = ENVELOPE.match(text)
    if envelope is None or GS not in text:
        return ()
    return _fields(re.split(r"[\x1e\x04]", text[envelope.end() :])[0].split(GS))


def _braced(text: str) -> Fields:
    braced = BRACED.fullmatch(text)
    return _worded(braced[1].split(",")) if braced else ()


def _spelled_out(text: str) -> Fields:
    return _worded(SPELLED_OUT.findall(text)) if SPELLED_OUT.match(text) else ()


def _bare(text: str) -> Fields:
    return _fields(text.split()) if BARE_FIELDS.fullmatch(text) else ()
