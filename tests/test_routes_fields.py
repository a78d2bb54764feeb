"""The field types of the API: what they take, what they refuse, what they answer."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from marshmallow import ValidationError, fields

from depot.money import Money as MoneyValue
from models import Role
from routes.fields import (
    BIGGEST,
    Currency,
    Day,
    Moment,
    Money,
    Name,
    Quantity,
    Schema,
    Serial,
    Text,
    Whole,
    WholeText,
    choice,
)


@pytest.mark.parametrize("value", [4797.0, True, "5", None, [1], 2**63, 0, 1e3])
def test_only_a_whole_number_within_bounds_is_one(value: Any) -> None:
    with pytest.raises(ValidationError):
        Whole(1, BIGGEST).deserialize(value)


@pytest.mark.parametrize("value", [1, 4797, BIGGEST])
def test_a_whole_number_is_taken_as_it_is(value: int) -> None:
    assert Whole(1, BIGGEST).deserialize(value) == value


@pytest.mark.parametrize("value", ["1.0", "", " 1", "1\n", "٣", "1e3", 5, "9" * 30])
def test_a_number_in_a_query_is_digits(value: Any) -> None:
    with pytest.raises(ValidationError):
        WholeText().deserialize(value)


@pytest.mark.parametrize(
    "value", ["a\x00b", "\ud800", "bell\x07", "esc\x1b[0m", "", "  \n ", 5, "x" * 10_001, "a\rb", "\x85"]
)
def test_text_that_cannot_be_kept_is_refused(value: Any) -> None:
    with pytest.raises(ValidationError):
        Text().deserialize(value)


@pytest.mark.parametrize(
    "value", ["two\nlines\tand a tab", "张䶮 𠮷 ł ğ ₹ 🙂", " blanks around ", "x" * 10_000, "a\r\nb", "\u200fעברית"]
)
def test_text_is_kept_as_typed(value: str) -> None:
    assert Text().deserialize(value) == value


@pytest.mark.parametrize("value", ["two\nlines", "tab\t", "\u2028", "x" * 201, " "])
def test_a_name_is_one_line_of_at_most_200_characters(value: str) -> None:
    with pytest.raises(ValidationError):
        Name().deserialize(value)


@pytest.mark.parametrize(
    ("typed", "kept"), [(" MJ1311YNG3DV3A\r\n", "MJ1311YNG3DV3A"), ("\u3000a b\u3000", "a b"), ("\tx", "x")]
)
def test_blanks_around_a_serial_number_go(typed: str, kept: str) -> None:
    assert Serial().deserialize(typed) == kept


@pytest.mark.parametrize(("sent", "meant"), [(3, "3"), ("2.5", "2.5"), ("0.001", "0.001"), ("10", "10")])
def test_a_quantity_is_whole_or_a_decimal_string(sent: Any, meant: str) -> None:
    assert Quantity().deserialize(sent) == Decimal(meant)


@pytest.mark.parametrize(
    "sent", [1.5, "1.2345", True, "1e3", "NaN", "Infinity", 0, -1, "0.000", "-1", "1\n", "", None, 10**13]
)
def test_anything_else_is_no_quantity(sent: Any) -> None:
    with pytest.raises(ValidationError):
        Quantity().deserialize(sent)


@pytest.mark.parametrize("sent", [0, -3, "-0.5"])
def test_a_difference_may_be_below_zero(sent: Any) -> None:
    assert Quantity(positive=False).deserialize(sent) == Decimal(str(sent))


@pytest.mark.parametrize(
    ("value", "answered"), [(Decimal(3), 3), (Decimal("2.500"), "2.5"), (Decimal("1E+3"), 1000), (None, None)]
)
def test_a_quantity_is_answered_without_a_float(value: Decimal | None, answered: Any) -> None:
    assert Quantity().serialize("n", {"n": value}) == answered


@pytest.mark.parametrize(
    "sent", ["20261201", "2026-W49-2", "2026-13-01", "2026-12-01\n", "1.12.2026", 20261201, "２０２６-12-01"]
)
def test_a_date_has_one_form(sent: Any) -> None:
    with pytest.raises(ValidationError):
        Day().deserialize(sent)


def test_a_date_is_taken_and_answered() -> None:
    assert Day().deserialize("2026-12-01") == date(2026, 12, 1)
    assert Day().serialize("on", {"on": date(2026, 12, 1)}) == "2026-12-01"


@pytest.mark.parametrize("sent", ["2026-12-01T08:00:00Z", "2026-12-01T16:00:00+08:00", "2026-12-01t08:00:00.000z"])
def test_a_time_of_any_offset_is_meant_in_utc(sent: str) -> None:
    assert Moment().deserialize(sent) == datetime(2026, 12, 1, 8, tzinfo=UTC)


@pytest.mark.parametrize(
    "sent",
    ["2026-12-01T08:00:00", "2026-12-01", "0001-01-01T00:00:00+14:00", "2026-12-01T25:00:00Z", 1, "20261201T080000Z"],
)
def test_a_time_without_offset_or_beyond_the_calendar_is_refused(sent: Any) -> None:
    with pytest.raises(ValidationError):
        Moment().deserialize(sent)


def test_a_time_is_answered_in_utc() -> None:
    shanghai = datetime(2026, 12, 1, 16, tzinfo=timezone(timedelta(hours=8)))

    assert Moment().serialize("at", {"at": shanghai}) == "2026-12-01T08:00:00Z"
    assert Moment().serialize("at", {"at": None}) is None


@pytest.mark.parametrize("sent", ["cny", "CN", "CNYY", "CNY\n", 156, "ＣＮＹ"])
def test_a_currency_is_three_capital_letters(sent: Any) -> None:
    with pytest.raises(ValidationError):
        Currency().deserialize(sent)


def test_money_is_a_value() -> None:
    assert Money().load({"amount_minor": 1250, "currency": "CNY"}) == MoneyValue(1250, "CNY")
    assert Money().dump(MoneyValue(-5, "EUR")) == {"amount_minor": -5, "currency": "EUR"}


@pytest.mark.parametrize(
    "sent",
    [{"amount_minor": -1, "currency": "CNY"}, {"amount_minor": 10**16, "currency": "CNY"}, {"amount_minor": 5}, {}],
)
def test_money_that_nobody_has_is_refused(sent: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        Money().load(sent)


@pytest.mark.parametrize("sent", ["boss", "MANAGER", 1, [], {}, None])
def test_a_code_is_one_of_its_set(sent: Any) -> None:
    assert choice(Role).deserialize("manager") is Role.MANAGER
    with pytest.raises(ValidationError):
        choice(Role).deserialize(sent)


class TalkIn(Schema):
    title = Name(required=True)
    note = Text(load_default=None)
    room = Name(load_default="hall")
    label = Name(load_default="none", minimum=0)
    tags = fields.List(Name(), load_default=list)


@pytest.mark.parametrize(
    ("sent", "loaded"),
    [
        ({}, {}),
        ({"note": None, "room": None, "label": None, "tags": None}, {}),
        ({"note": "", "room": ""}, {}),
        ({"note": " \r\n\t\u3000", "room": "  "}, {}),
        ({"label": ""}, {"label": ""}),
        ({"note": " x "}, {"note": " x "}),
    ],
)
def test_null_and_an_empty_text_are_left_out_where_they_may_be(sent: dict[str, Any], loaded: dict[str, Any]) -> None:
    talk = {"title": "t", "note": None, "room": "hall", "label": "none", "tags": []}

    assert TalkIn().load({"title": "t", **sent}) == talk | loaded


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"title": ""}, "This may not be empty."),
        ({"title": "  "}, "Blanks alone are not accepted."),
        ({"title": None}, "Field may not be null."),
        ({"title": "t", "note": "\x1f"}, "Control characters and broken Unicode are not accepted."),
        ({"title": "t", "note": "x" * 10_001}, "Length must be between 0 and 10000."),
        ({"title": "t", "tags": [""]}, "This may not be empty."),
        ({"title": "t", "tags": [None]}, "Field may not be null."),
        ({"title": "t", "colour": None}, "Unknown field."),
    ],
)
def test_what_is_needed_is_neither_null_nor_empty(sent: dict[str, Any], said: str) -> None:
    with pytest.raises(ValidationError) as refused:
        TalkIn().load(sent)

    assert said in str(refused.value.messages)


def test_a_schema_makes_what_it_is_told_to() -> None:
    @dataclass(frozen=True)
    class Note:
        text: str
        size: int = 1

    class NoteIn(Schema):
        makes = Note

        text = Text(required=True)
        size = fields.Integer()

    assert NoteIn().load({"text": "x"}) == Note("x")
    with pytest.raises(ValidationError):
        NoteIn().load({"text": "x", "other": 1})
