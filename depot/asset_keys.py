"""GS1 keys of what belongs to a depot: GIAI (AI 8004) and GRAI (AI 8003), of the GS1 General Specifications.

A key begins with the company prefix that GS1 gave to the depot; without one there is no key. A GIAI is the prefix and a
reference of one's own; a GRAI is the prefix, a number for the type of asset, a check digit and a serial number.
"""

from __future__ import annotations

import re

from stdnum import ean

from depot.errors import Unprintable, invalid

PREFIX = re.compile("[0-9]{4,12}")
LONGEST_TYPE = 8
ASSET_TYPE = re.compile("[0-9]{1,8}")
LONGEST_GIAI = 30
LONGEST_SERIAL = 16
DIGITS_OF_GRAI = 12
ENCODABLE = re.compile(r"[!\"%&'()*+,\-./0-9:;<=>?A-Z_a-z]+")
"""GS1 AI encodable character set 82."""

GRAI, GIAI = "8003", "8004"


def asset_key(prefix: str, code: str, asset_type: str | None = None) -> tuple[str, str]:
    """The identifier and key of an asset: a GIAI, or with an asset type a GRAI. Raises Unprintable, Invalid."""
    if asset_type is None:
        return GIAI, prefix + _encodable(code, LONGEST_GIAI - len(prefix))
    digits = prefix + asset_type.zfill(DIGITS_OF_GRAI - len(prefix))
    if len(digits) > DIGITS_OF_GRAI:
        raise invalid(
            "/asset_type", f"Beside this company prefix it has at most {DIGITS_OF_GRAI - len(prefix)} digits."
        )
    return GRAI, f"0{digits}{ean.calc_check_digit(digits)}{_encodable(code, LONGEST_SERIAL)}"


def _encodable(code: str, longest: int) -> str:
    if len(code) > longest or not ENCODABLE.fullmatch(code):
        raise Unprintable(
            f"The code {code} cannot stand in a GS1 key: there it has at most {longest} characters, which are letters,"
            " digits and !\"%&'()*+,-./:;<=>?_ without blanks.",
            code=code,
        )
    return code
