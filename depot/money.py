"""Money: whole minor units (fen, cents) of one ISO 4217 currency, rounded half up once per line."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from depot.errors import invalid


@dataclass(frozen=True)
class Money:
    """An amount in minor units and its currency."""

    amount_minor: int
    currency: str


def round_half_up(amount: Decimal) -> int:
    """A decimal amount of minor units as a whole number; a half goes away from zero, as on a receipt."""
    return int(amount.quantize(Decimal(1), rounding=ROUND_HALF_UP))


def minor_in(money: Money | None, currency: str, pointer: str) -> int | None:
    """The amount, once its currency is the expected one. Raises Invalid below the pointer, for a negative one too."""
    if money is None:
        return None
    if money.currency != currency:
        raise invalid(f"{pointer}/currency", f"Amounts are in {currency} here; state it in {currency}.")
    if money.amount_minor < 0:
        raise invalid(f"{pointer}/amount_minor", "An amount is not negative.")
    return money.amount_minor
