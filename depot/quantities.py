"""Quantities: pieces are whole, measures are exact decimals with up to three places. Never a float.

A part counted in pieces shows and takes integers; one counted by measure shows and takes decimal strings.
"""

from __future__ import annotations

from decimal import Decimal

from depot.errors import invalid
from models import Part, Unit

HIGHEST = Decimal(1_000_000_000)
"""No single movement is larger; sums stay far inside of 63 bits of thousandths."""

STEP = Decimal("0.001")


def check_quantity(part: Part, quantity: Decimal, pointer: str) -> Decimal:
    """The quantity, once it is above zero, not beyond what one movement may move, and whole where the part is counted
    in pieces. Raises Invalid at the pointer otherwise.
    """
    if not quantity.is_finite() or not 0 < quantity <= HIGHEST:
        raise invalid(pointer, f"A quantity is above 0 and at most {HIGHEST}.")
    if part.unit is Unit.PIECE and quantity != quantity.to_integral_value():
        raise invalid(pointer, "This part is counted in pieces: a whole number.")
    if quantity % STEP:
        raise invalid(pointer, "A measure has at most three decimal places.")
    return quantity


def shown(quantity: Decimal, unit: Unit) -> int | str:
    """How a quantity is shown: pieces as an integer, a measure as a decimal string without needless zeros."""
    if unit is Unit.PIECE:
        return int(quantity)
    return format(quantity.normalize(), "f")
