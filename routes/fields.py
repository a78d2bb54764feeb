"""The field types of the API: stricter than JSON where a loose reading would store something else than was sent.

Bounds are validators in a list, because only those reach the OpenAPI document. Patterns are matched to the very end
(``\\Z``): ``$`` would let a trailing newline through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any, ClassVar

from marshmallow import RAISE, ValidationError, fields, post_load, pre_load
from marshmallow import Schema as MarshmallowSchema
from marshmallow.validate import Length, Range

from depot.money import Money as MoneyValue
from depot.quantities import HIGHEST
from models import NAME_LENGTH, TEXT_LENGTH

BIGGEST = 2**63 - 1
MOST_MINOR = 10**15
UNWANTED = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff]|\r(?!\n)")
UNWANTED_IN_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
DECIMAL = re.compile(r"-?(?:0|[1-9][0-9]{0,11})(?:\.[0-9]{1,3})?")
ABOVE_ZERO = re.compile(r"[1-9][0-9]{0,11}(?:\.[0-9]{1,3})?|0\.(?:[1-9][0-9]{0,2}|0[1-9][0-9]?|00[1-9])")
WHOLE = re.compile(r"-?[0-9]{1,19}")
DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
MOMENT = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}[Tt][0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,6})?([Zz]|[+-][0-9]{2}:[0-9]{2})"
)


_BLANK = r" \u00a0\u1680\u2000-\u200a\u202f\u205f\u3000"
_CONTROL = r"\u0000-\u001f\u007f-\u009f\u2028\u2029"
_BLANK_OR_BREAK = _BLANK + r"\t\n\u2028\u2029"
_CONTROL_IN_TEXT = r"\u0000-\u0008\u000b-\u001f\u007f-\u009f"
LINE_PATTERN = f"[{_BLANK}]*[^{_BLANK}{_CONTROL}][^{_CONTROL}]*"
TEXT_PATTERN = rf"(?:[{_BLANK_OR_BREAK}]|\r\n)*[^{_BLANK_OR_BREAK}{_CONTROL_IN_TEXT}](?:[^{_CONTROL_IN_TEXT}]|\r\n)*"
SERIAL_PATTERN = rf"[ \t\r\n\u00a0\u3000]*{LINE_PATTERN}[ \t\r\n\u00a0\u3000]*"
"""What the code below takes, as the document says it: no control characters, and not blanks alone."""
LINE_BLANK = f"[{_BLANK}]*"
TEXT_BLANK = rf"(?:[{_BLANK_OR_BREAK}]|\r\n)*"
SERIAL_BLANK = rf"[ \t\r\n{_BLANK}]*"
"""What counts as empty, where a text may be left out."""

LINE = {"type": "string", "minLength": 1, "maxLength": NAME_LENGTH, "pattern": f"^{LINE_PATTERN}$"}
ID = {"type": "integer", "minimum": 1, "maximum": BIGGEST}
"""A name and an id, for fields that document themselves."""


class Schema(MarshmallowSchema):
    """The base of every schema: an unknown field is refused. ``makes`` is called with what was loaded.

    Inside of a body that may leave things out it is whole, unless it is ``in_parts`` too. What need not be sent may be
    null, which leaves it out unless null means something of its own; an empty text is null there, as forms send it.
    """

    makes: ClassVar[type[Any] | None] = None
    in_parts: ClassVar[bool] = False

    error_messages = {"type": "Send a JSON object here: members in braces."}  # noqa: RUF012  marshmallow says so

    class Meta:
        unknown = RAISE

    def __init__(self, **options: Any) -> None:
        self.left_out_by_null: set[str] = set()
        super().__init__(**options)

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Let null stand for what need not be sent, in the document too."""
        if field_obj.required:
            return
        if not field_obj.allow_none:
            self.left_out_by_null.add(field_obj.data_key or field_name)
            field_obj.allow_none = True
        if isinstance(field_obj, Text):
            field_obj.allow_empty()

    @pre_load
    def _empty_is_null(self, data: Any, **_: Any) -> Any:
        if not isinstance(data, dict):
            return data
        sent = {name: None if self._is_empty(name, value) else value for name, value in data.items()}
        return {name: value for name, value in sent.items() if value is not None or name not in self.left_out_by_null}

    def _is_empty(self, name: str, value: Any) -> bool:
        field = self.load_fields.get(name)
        return isinstance(field, Text) and isinstance(value, str) and field.is_empty(value)

    def load(self, data: Any, *, partial: Any = None, **more: Any) -> Any:
        """What the data says. Raises ValidationError."""
        return super().load(data, partial=partial if self.in_parts else None, **more)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> Any:
        return data if self.makes is None else self.makes(**data)


class Query(Schema):
    """The base of what stands in a query, where nothing can be null: it is left out."""

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Take no null, though the default may be one."""
        field_obj.allow_none = False


class Whole(fields.Integer):
    """A whole number that is one: ``4797.0``, ``true`` and ``"5"`` are refused. Bounds are inclusive."""

    def __init__(self, minimum: int = -BIGGEST, maximum: int = BIGGEST, **kwargs: Any) -> None:
        super().__init__(strict=True, validate=[Range(minimum, maximum)], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.make_error("invalid")
        return value


class WholeText(Whole):
    """A whole number where everything is text: in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> int:
        if not isinstance(value, str) or not WHOLE.fullmatch(value):
            raise self.make_error("invalid")
        return int(value)


class Flag(fields.Boolean):
    """``true`` or ``false``, and nothing that reads like one of them."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid", input=value)
        return value


class FlagText(Flag):
    """``true`` or ``false`` where everything is text: in a query."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> bool:
        return super()._deserialize({"true": True, "false": False}.get(value, value), attr, data, **kwargs)


class Text(fields.String):
    """Text of several lines, kept as typed; too long, control characters and broken Unicode are refused."""

    unwanted = UNWANTED
    pattern = TEXT_PATTERN
    blank = TEXT_BLANK

    def __init__(self, maximum: int = TEXT_LENGTH, minimum: int = 1, **kwargs: Any) -> None:
        self.maximum, self.minimum, self.empty_is_null = maximum, minimum, False
        pattern = f"^{self.pattern}$" if minimum else f"^(?:{self.pattern})?$"
        documented = {"pattern": pattern, **kwargs.pop("metadata", {})}
        super().__init__(validate=[Length(minimum, maximum)], metadata=documented, **kwargs)

    def allow_empty(self) -> None:
        """Let an empty text mean null, unless it means itself."""
        if self.minimum:
            self.empty_is_null = True
            self.validators = [Length(0, self.maximum)]
            self.metadata = {**self.metadata, "pattern": f"^(?:{self.pattern}|{self.blank})$"}

    def is_empty(self, value: str) -> bool:
        """Whether this text means null here."""
        return self.empty_is_null and len(value) <= self.maximum and re.fullmatch(self.blank, value) is not None

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs)
        if self.minimum and not text:
            raise ValidationError("This may not be empty.")
        if self.unwanted.search(text):
            raise ValidationError("Control characters and broken Unicode are not accepted.")
        if text and not text.strip():
            raise ValidationError("Blanks alone are not accepted.")
        return text


class Name(Text):
    """One line of text, at most 200 characters."""

    unwanted = UNWANTED_IN_LINE
    pattern = LINE_PATTERN
    blank = LINE_BLANK

    def __init__(self, maximum: int = NAME_LENGTH, **kwargs: Any) -> None:
        super().__init__(maximum, **kwargs)


class Serial(Name):
    """What identifies a thing: one line, blanks around it go."""

    pattern = SERIAL_PATTERN
    blank = SERIAL_BLANK

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        if isinstance(value, str) and len(value) > self.maximum:
            raise ValidationError(f"Longer than maximum length {self.maximum}.")
        stripped = value.strip(" \t\r\n\u00a0\u3000") if isinstance(value, str) else value
        return super()._deserialize(stripped, attr, data, **kwargs)


class Quantity(fields.Field[Decimal]):
    """How much: a whole number, or a decimal string of up to three places for what is measured."""

    def __init__(self, *, positive: bool = True, **kwargs: Any) -> None:
        self.pattern = ABOVE_ZERO if positive else DECIMAL
        most = int(HIGHEST)
        number = {"type": "integer", "minimum": 1 if positive else -most, "maximum": most}
        text = {"type": "string", "pattern": f"^(?:{self.pattern.pattern})$", "maxLength": 17}
        super().__init__(metadata={"anyOf": [number, text]}, **kwargs)

    def _serialize(self, value: Decimal | None, attr: str | None, obj: Any, **kwargs: Any) -> int | str | None:
        if value is None:
            return None
        return int(value) if value == value.to_integral_value() else f"{value.normalize():f}"

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Decimal:
        written = str(value) if isinstance(value, int) and not isinstance(value, bool) else value
        if not isinstance(written, str) or not DECIMAL.fullmatch(written):
            raise ValidationError("Not a whole number, nor a decimal string of up to three places.")
        if not self.pattern.fullmatch(written):
            raise ValidationError("Must be above zero.")
        return Decimal(written)


class List(fields.List[Any]):
    """A list in a body. How many items it has is looked at before any of them: each costs, and has errors to tell."""

    def __init__(self, item: fields.Field[Any], maximum: int, minimum: int = 0, **kwargs: Any) -> None:
        super().__init__(item, validate=[Length(minimum or None, maximum)], **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> list[Any]:
        if not isinstance(value, list):
            raise self.make_error("invalid")
        self._validate(value)
        return super()._deserialize(value, attr, data, **kwargs)


class Day(fields.Date):
    """A date, ``YYYY-MM-DD`` and in no other of the forms of ISO 8601."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> date:
        if not isinstance(value, str) or not DAY.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type="date")
        return super()._deserialize(value, attr, data, **kwargs)


class Moment(fields.AwareDateTime):
    """A time as RFC 3339 says; given with any offset, answered in UTC."""

    def _serialize(self, value: datetime | None, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else value.astimezone(UTC).isoformat().replace("+00:00", "Z")

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> datetime:
        if not isinstance(value, str) or not MOMENT.fullmatch(value):
            raise self.make_error("invalid", input=value, obj_type="datetime")
        try:
            return datetime.fromisoformat(value.upper()).astimezone(UTC)
        except (ValueError, OverflowError) as error:
            raise self.make_error("invalid", input=value, obj_type="datetime") from error


class Currency(fields.String):
    """An ISO 4217 code: three capital letters."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"pattern": "^[A-Z]{3}$", "minLength": 3, "maxLength": 3}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        code = super()._deserialize(value, attr, data, **kwargs)
        if not re.fullmatch("[A-Z]{3}", code):
            raise ValidationError("Not an ISO 4217 code of three capital letters.")
        return code


class Money(Schema):
    """An amount in minor units of a currency. What comes in is not negative and within sane bounds."""

    makes = MoneyValue

    amount_minor = Whole(0, MOST_MINOR, required=True)
    currency = Currency(required=True)


def choice(kind: type[StrEnum], **kwargs: Any) -> fields.Enum[StrEnum]:
    """One of a closed set of codes."""
    return fields.Enum(kind, by_value=fields.String, **kwargs)
