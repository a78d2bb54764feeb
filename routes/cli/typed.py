"""The types of what is typed on the command line: as strict as the API, with the API's own fields."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import click
from marshmallow import ValidationError, fields

from routes.fields import Name, Text

PLAIN_DECIMAL = re.compile(r"[0-9]{1,12}(\.[0-9]{1,8})?")


class Checked(click.ParamType[Any]):
    """A text that a field of the API accepts. An empty one is accepted where ``empty`` says so: it unsets."""

    def __init__(self, field: fields.Field[Any], name: str, empty: bool = False) -> None:
        self.field, self.name, self.empty = field, name, empty

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The value that the field makes of it; a usage error with the field's own words."""
        if self.empty and value == "":
            return value
        try:
            return self.field.deserialize(value)
        except ValidationError as error:
            self.fail(" ".join(str(message) for message in error.messages), param, ctx)


class Line(Checked):
    """One line of text."""

    def __init__(self, maximum: int, empty: bool = False) -> None:
        super().__init__(Name(maximum), "text", empty)


class Lines(Checked):
    """Text of several lines."""

    def __init__(self, empty: bool = False) -> None:
        super().__init__(Text(), "text", empty)


class Share(click.ParamType[Any]):
    """A share of one, as ``0.13`` or as ``13%``."""

    name = "rate"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The share as a decimal; empty stays empty."""
        if value == "" or isinstance(value, Decimal):
            return value
        number = decimal_of(str(value).removesuffix("%"))
        if number is None:
            self.fail("A rate is a share such as 0.13, or 13%.", param, ctx)
        return number / 100 if str(value).endswith("%") else number


class Days(click.IntRange):
    """A number of days within bounds. An empty one is accepted: it unsets."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The number; empty stays empty."""
        return value if value == "" else super().convert(value, param, ctx)


class Amount(click.ParamType[Any]):
    """An amount of money as people say it; its currency is known from elsewhere."""

    name = "amount"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """The amount in whole units of its currency as a decimal; empty stays empty."""
        if value == "" or isinstance(value, Decimal):
            return value
        number = decimal_of(str(value))
        if number is None:
            self.fail("An amount is a number such as 120 or 99.50, without the currency.", param, ctx)
        return number


def decimal_of(text: str) -> Decimal | None:
    """The plain decimal that a text is; None for anything else."""
    return Decimal(text) if PLAIN_DECIMAL.fullmatch(text) else None
