"""Every way to understand a scan: what names it holds, of what kinds of thing. Pure functions.

A plain code may be the name of anything. GS1 strings and suppliers' labels hold several names, each of its own kinds.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from depot.gs1 import GS, Elements, elements, elements_without_separators, is_trade_number, trade_numbers
from depot.scanned import CONTROL, Spelling, spellings
from depot.supplier_labels import SupplierLabel, guess_parts, read_label
from models import NAME_LENGTH

MOST_NAMES = 200


class Thing(StrEnum):
    """What a code can be the name of."""

    REPAIR_ORDER = "repair_order"
    DEVICE = "device"
    PART = "part"
    PART_UNIT = "part_unit"
    LOCATION = "location"
    LOANER_UNIT = "loaner_unit"


Names = Mapping[Thing, tuple[str, ...]]
UNITS = (Thing.DEVICE, Thing.PART_UNIT, Thing.LOANER_UNIT)


@dataclass(frozen=True)
class Reading:
    """One way to understand a scan: names to look for, by what they may name, and what a person should know of it."""

    names: Names
    warnings: tuple[str, ...] = ()
    label: SupplierLabel | None = None


AIM_OF_GS1 = re.compile(r"\](?:C1|E0|D2|Q3|J1)", re.IGNORECASE)
ALT_CODE = "0029"
PUBLIC_PAGE = re.compile(r"https?://[^/\s]+(?:/\S*)?/o/([0-9A-Z]{1,20})(?:[/?#]\S*)?", re.IGNORECASE)
PARTS_OF_GS1, SERIALS_OF_GS1 = ("240", "241", "8010"), ("21", "250", "8011")
KEYS_OF_GS1 = frozenset({"00", "01", "02", "03", "414", "8002", "8003", "8004", "8006", "8010"})
"""What names a thing by itself. A text without any of these, a separator or the prefix ``]C1`` is no GS1 string."""
INTERNAL = tuple(str(ai) for ai in range(90, 100))
LOST = "The scanner swallows the separators of this code; look whether this is what you scanned."


def understand(code: str) -> tuple[Reading, ...]:
    """Every way to understand a scan, the likeliest first."""
    texts = spellings(code)
    plain = [Reading(_anything(each.text), each.warnings) for each in texts]
    symbology = any(AIM_OF_GS1.match(each.text) for each in texts)
    coded = [reading for each in texts for reading in _coded(each, symbology=symbology)]
    ordered = (*coded, *plain) if symbology else (*plain, *coded)
    named = [Reading(_bounded(each.names), each.warnings, each.label) for each in ordered]
    return tuple(reading for reading in named if reading.names)


def names_of(code: str, thing: Thing) -> tuple[str, ...]:
    """All that a scan may name of one kind, the likeliest first."""
    names = (name for reading in understand(code) for name in reading.names.get(thing, ()))
    return tuple(dict.fromkeys(names))


def _anything(text: str) -> Names:
    return dict.fromkeys(Thing, (text,))


def _bounded(names: Names) -> Names:
    """Without what no record can hold."""
    sound = {
        thing: tuple(name for name in some if 0 < len(name) <= NAME_LENGTH and not CONTROL.search(name))[:MOST_NAMES]
        for thing, some in names.items()
    }
    return {thing: some for thing, some in sound.items() if some}


def _coded(spelling: Spelling, *, symbology: bool) -> Iterator[Reading]:
    """The readings of a text as something that holds names of several kinds."""
    text, warnings = spelling.text, spelling.warnings
    page = PUBLIC_PAGE.fullmatch(text)
    if page:
        yield Reading({Thing.REPAIR_ORDER: (page[1],)}, warnings)
    if is_trade_number(text):
        yield Reading({Thing.PART: trade_numbers(text)}, warnings)
    label = read_label(text)
    if label:
        yield Reading(_names_of_label(label), warnings, label)
    guesses = guess_parts(text)
    if guesses:
        yield Reading({Thing.PART: guesses}, (*warnings, LOST))
    yield from _gs1(spelling, symbology=symbology)


def _names_of_label(label: SupplierLabel) -> Names:
    return {Thing.PART: label.part_numbers, **dict.fromkeys(UNITS, label.serial_numbers)}


def _gs1(spelling: Spelling, *, symbology: bool) -> Iterator[Reading]:
    """As the separators say, then as if they had been typed as ``0029`` or swallowed."""
    text, warnings = spelling.text, spelling.warnings
    typed = text.replace(ALT_CODE, GS)
    ways = [(elements(text), warnings)]
    ways += [(elements(typed), warnings)] if typed != text else []
    ways += [(elements_without_separators(text), (*warnings, LOST))]
    for found, said in ways:
        if found and (symbology or text.startswith("(") or GS in text or KEYS_OF_GS1 & found.keys()):
            yield Reading(_names_of_elements(found), said, _label_of(found))


def _names_of_elements(found: Elements) -> Names:
    """What of a GS1 string can be the name of a thing of ours.

    A GTIN (01, 02), an item's other numbers (240, 241, 8010) name a part; serial numbers (21, 250, 8011) a unit; GIAI
    (8004) and GRAI (8003, whole or its serial) an asset; 8002 a telephone by its IMEI; 254 a place in a house; 90 to
    99 are a house's own. A pallet (00) and the rest name nothing that is kept here.
    """
    trade = [form for gtin in _all(found, ("01", "02")) for form in trade_numbers(gtin)]
    serials = _all(found, SERIALS_OF_GS1)
    assets = (*_all(found, ("8004", "8003")), *(grai[14:] for grai in found.get("8003", ())))
    names = {
        Thing.PART: (*trade, *_all(found, PARTS_OF_GS1)),
        Thing.PART_UNIT: serials,
        Thing.LOANER_UNIT: (*assets, *serials),
        Thing.DEVICE: (*assets, *_all(found, ("8002",)), *serials),
        Thing.LOCATION: _all(found, ("254",)),
    }
    own = _all(found, INTERNAL)
    return {thing: (*names.get(thing, ()), *own) for thing in Thing}


def _all(found: Elements, wanted: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(value for ai in wanted for value in found.get(ai, ()))


def _label_of(found: Elements) -> SupplierLabel:
    """What a GS1 string says besides, in the words of a supplier's label."""
    first = {ai: values[0] for ai, values in found.items()}
    trade = tuple(value for ai in ("01", "02") for value in found.get(ai, ()))
    return SupplierLabel(
        trade + _all(found, PARTS_OF_GS1), _all(found, SERIALS_OF_GS1), first.get("37"), first.get("10")
    )
