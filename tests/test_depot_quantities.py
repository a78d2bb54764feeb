"""Quantities: whole pieces, exact measures."""

from __future__ import annotations

from decimal import Decimal

import pytest

from depot.errors import Invalid
from depot.quantities import HIGHEST, check_quantity, shown
from models import Part, Unit


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [(Unit.PIECE, "1"), (Unit.PIECE, "2.0"), (Unit.METRE, "0.001"), (Unit.GRAM, "12.5"), (Unit.PIECE, str(HIGHEST))],
)
def test_what_can_be_counted_or_measured_passes(unit: Unit, quantity: str) -> None:
    assert check_quantity(Part(unit=unit), Decimal(quantity), "/quantity") == Decimal(quantity)


@pytest.mark.parametrize(
    ("unit", "quantity"),
    [
        (Unit.PIECE, "0"),
        (Unit.PIECE, "-1"),
        (Unit.PIECE, "0.5"),
        (Unit.METRE, "0.0001"),
        (Unit.METRE, "NaN"),
        (Unit.METRE, "Infinity"),
        (Unit.PIECE, str(HIGHEST + 1)),
    ],
)
def test_what_cannot_is_refused_at_its_pointer(unit: Unit, quantity: str) -> None:
    with pytest.raises(Invalid) as refused:
        check_quantity(Part(unit=unit), Decimal(quantity), "/parts/3/quantity")

    assert refused.value.facts["errors"][0]["pointer"] == "/parts/3/quantity"


@pytest.mark.parametrize(
    ("unit", "quantity", "as_shown"),
    [
        (Unit.PIECE, "3.000", 3),
        (Unit.METRE, "3.000", "3"),
        (Unit.METRE, "2.50", "2.5"),
        (Unit.GRAM, "1000", "1000"),
        (Unit.GRAM, "0", "0"),
    ],
)
def test_pieces_show_as_integers_and_measures_as_decimal_strings(
    unit: Unit, quantity: str, as_shown: int | str
) -> None:
    assert shown(Decimal(quantity), unit) == as_shown
