"""Fields for cells: everything is text, an empty cell is left out, and what a spreadsheet has spoiled is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from babel.numbers import get_currency_precision
from marshmallow import ValidationError, fields

from depot.errors import invalid
from depot.money import Money
from depot.quantities import HIGHEST
from routes.fields import MOST_MINOR, Serial

SPOILED = re.compile(r"[+-]?[0-9]([.,][0-9]+)?E\+[0-9]+", re.IGNORECASE)
NUMBER = re.compile(r"[0-9]{1,15}(\.[0-9]{1,8})?")
YES = frozenset({"yes", "true", "1", "y", "是"})
NO = frozenset({"no", "false", "0", "n", "否"})


class Exact(Serial):
    """What a thing is told by; refused where a spreadsheet has made a rounded number of it."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if SPOILED.fullmatch(text):
            raise ValidationError(
                f"{text} is a number that a spreadsheet has rounded; format the column as text and export it again."
            )
        return text


class YesNo(fields.Boolean):
    """Yes or no."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:  # noqa: ARG002  marshmallow's signature
        word = str(value).strip().lower()
        if word not in YES | NO:
            raise ValidationError("Say yes or no.")
        return word in YES


class Number(fields.Field[Decimal]):
    """A plain decimal number, not negative; zeros after the point say nothing."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:  # noqa: ARG002  marshmallow's signature
        text = str(value).strip()
        if not NUMBER.fullmatch(text) or Decimal(text) > HIGHEST:
            raise ValidationError("A plain number such as 12 or 0.5, without thousands separators.")
        return Decimal(f"{Decimal(text).normalize():f}")


def money_of(amount: Decimal | None, currency: str, column: str) -> Money | None:
    """An amount in whole units of a currency. Raises Invalid where it is finer than its smallest, or too high."""
    if amount is None:
        return None
    minor = amount.scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise invalid(f"/{column}", f"{amount} is finer than the smallest amount of {currency}.")
    if minor > MOST_MINOR:
        raise invalid(f"/{column}", "No price is that high.")
    return Money(int(minor), currency)
