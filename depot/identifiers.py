"""What things are told by, and when two spellings are the same thing. Pure functions; nothing here knows a table.

A serial number is compared exactly: only the blanks around it go. A make and a model are compared folded. IMEI, MAC and
asset tag are compared as their manuals say. The depot's own order number carries a check character, because the check
of a bar code guards scanning and not typing.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata

from stdnum import imei as imei_number
from stdnum.exceptions import ValidationError
from stdnum.iso7064 import mod_11_2

from models import NAME_LENGTH, IdentifierKind

FOLDED_LENGTH = 2 * NAME_LENGTH
ORDER_PREFIX = "RP"
MOST_ORDERS = 99_999_999
DROPPED = frozenset({"Zs", "Zl", "Zp", "Cc", "Cf", "Pc", "Pd", "Ps", "Pe", "Pi", "Pf", "Po"})
"""The Unicode categories that folding drops: blanks, controls, punctuation. Symbols stay: an S20+ is no S20."""

LOOK_ALIKES = str.maketrans("OIBSZ", "01852")
ORDER_NUMBER = re.compile(r"RP[0-9]{10}[0-9X]")
MAC_NOTATION = re.compile(
    r"[0-9a-f]{12}(?:[0-9a-f]{4})?"
    r"|[0-9a-f]{2}([:\- ])[0-9a-f]{2}(?:\1[0-9a-f]{2}){4}(?:(?:\1[0-9a-f]{2}){2})?"
    r"|[0-9a-f]{4}([.:\-])[0-9a-f]{4}(?:\2[0-9a-f]{4}){1,2}"
)


class BadIdentifier(ValueError):
    """An identifier that cannot be one of its kind; the message says why in a plain sentence."""


def _bounded(folded: str) -> str:
    """At most FOLDED_LENGTH characters: compatibility forms grow eighteenfold, and a digest keeps the rest apart."""
    if len(folded) <= FOLDED_LENGTH:
        return folded
    digest = hashlib.sha256(folded.encode()).hexdigest()
    return folded[: FOLDED_LENGTH - len(digest)] + digest


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", text).casefold())


def fold(text: str) -> str:
    """A name for comparison: NFKC, case, blanks and punctuation away. Empty only for a text of nothing but blanks."""
    plain = _plain(text)
    kept = "".join(c for c in plain if unicodedata.category(c) not in DROPPED)
    return _bounded(_plain(kept) or "".join(plain.split()))


def look_alike(serial: str) -> str:
    """A serial number with case and the characters that the eye confuses made one: 0/O, 1/I, 8/B, 5/S, 2/Z."""
    return _bounded(serial.strip().upper().translate(LOOK_ALIKES))


def fold_imei(text: str) -> str:
    """The 15 digits of an IMEI (3GPP TS 23.003, Luhn check digit). Raises BadIdentifier."""
    digits = re.sub(r"[\s./\-]", "", unicodedata.normalize("NFKC", text))
    if not re.fullmatch(r"[0-9]{15}", digits):
        raise BadIdentifier("An IMEI has 15 digits; dial *#06# to see it.")
    try:
        imei_number.validate(digits)
    except ValidationError as fault:
        raise BadIdentifier("The check digit of this IMEI is wrong; read it again.") from fault
    if not digits.strip("0"):
        raise BadIdentifier("An IMEI of zeros names no device.")
    return digits


def fold_mac(text: str) -> str:
    """The hexadecimal digits of an EUI-48 or EUI-64, lower case, from any usual notation. Raises BadIdentifier."""
    plain = _plain(text.strip())
    if not MAC_NOTATION.fullmatch(plain):
        raise BadIdentifier("A MAC address has 12 or 16 hexadecimal digits, such as 00:1A:2B:3C:4D:5E.")
    digits = re.sub(r"[^0-9a-f]", "", plain)
    if not digits.strip("0") or not digits.strip("f"):
        raise BadIdentifier("This MAC address names no device: all its digits are alike.")
    return digits


def fold_tag(text: str) -> str:
    """An asset tag for comparison: NFKC, case and blanks away. Raises BadIdentifier for a blank one."""
    return _not_blank(_bounded("".join(_plain(text).split())))


def fold_serial(text: str) -> str:
    """A serial number as it is compared: exactly, but for blanks around it. Raises BadIdentifier for a blank one."""
    return _not_blank(text.strip())


def _not_blank(folded: str) -> str:
    if not folded:
        raise BadIdentifier("An identifier may not be blank.")
    return folded


FOLDS = {
    IdentifierKind.SERIAL: fold_serial,
    IdentifierKind.IMEI: fold_imei,
    IdentifierKind.MAC: fold_mac,
    IdentifierKind.ASSET_TAG: fold_tag,
}


def fold_identifier(kind: IdentifierKind, text: str) -> str:
    """An identifier as the manual of its kind compares it. Raises BadIdentifier."""
    return FOLDS[kind](text)


def readings(text: str) -> dict[IdentifierKind, str]:
    """Every kind of identifier that a text can be, with its folded value; empty for a blank text."""
    found = {}
    for kind, folded in FOLDS.items():
        try:
            found[kind] = folded(text)
        except BadIdentifier:
            continue
    return found


def order_number(year: int, serial: int) -> str:
    """``RP``, two digits of the year, eight of the serial number, and their check character by ISO/IEC 7064 MOD 11-2.

    The check character is a digit or X, so that nobody reads an O for a 0; it shows every single wrong digit and every
    swap of two neighbours. Ten digits in a row let Code 128 print them two to a symbol.

    Raises ValueError for a serial of more than 8 digits.
    """
    if not 0 < serial <= MOST_ORDERS:
        raise ValueError(f"an order's serial number lies between 1 and {MOST_ORDERS}, not {serial}")
    digits = f"{year % 100:02}{serial:08}"
    return f"{ORDER_PREFIX}{digits}{mod_11_2.calc_check_digit(digits)}"


def fold_order_number(text: str) -> str:
    """What was scanned or typed, as an order number is written: upper case, no blanks, no dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", text)).upper()


def is_order_number(text: str) -> bool:
    """Whether a text, folded, is an order number whose check character is right."""
    folded = fold_order_number(text)
    return bool(ORDER_NUMBER.fullmatch(folded)) and bool(mod_11_2.is_valid(folded.removeprefix(ORDER_PREFIX)))
