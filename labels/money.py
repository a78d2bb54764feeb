"""Money and shares as people write them: Babel's patterns (Unicode CLDR), the currency's own number of minor digits."""

from __future__ import annotations

from decimal import Decimal
from functools import lru_cache

from babel.numbers import format_currency, format_percent, get_currency_precision

from labels.values import Money
from labels.words import Language


@lru_cache(maxsize=4096)
def format_money(money: Money, language: Language) -> str:
    """An amount with its currency's sign; a paper in both languages writes it the Chinese way."""
    amount = Decimal(money.amount_minor).scaleb(-get_currency_precision(money.currency))
    return format_currency(amount, money.currency, locale=_locale(language))


def format_rate(rate: str, language: Language) -> str:
    """A decimal fraction as text (``0.13``) in per cent, with as many decimals as it has."""
    share = Decimal(rate)
    exponent = (share * 100).normalize().as_tuple().exponent
    decimals = -exponent if isinstance(exponent, int) and exponent < 0 else 0
    return format_percent(share, format=f"0.{'0' * decimals}%" if decimals else "0%", locale=_locale(language))


def _locale(language: Language) -> str:
    return "en" if language == "en" else "zh_Hans_CN"
