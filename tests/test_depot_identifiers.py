from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depot.identifiers import (
    FOLDED_LENGTH,
    BadIdentifier,
    fold,
    fold_identifier,
    fold_order_number,
    is_order_number,
    look_alike,
    order_number,
    readings,
)
from models import IdentifierKind


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("AR-20", "ar 20"),
        ("AR_20", "AR.20"),
        ("ＡＲ２０", "AR20"),
        ("Straße", "STRASSE"),
        ("三 星", "三星"),
        ("A\u200bR", "AR"),
    ],
)
def test_spellings_that_differ_by_case_blanks_and_punctuation_fold_alike(one: str, other: str) -> None:
    assert fold(one) == fold(other)


@pytest.mark.parametrize(("one", "other"), [("S20", "S20+"), ("三星", "三洋"), ("X1", "X\ue0001"), ("---", "...")])
def test_names_that_mean_something_else_do_not_fold_alike(one: str, other: str) -> None:
    assert fold(one) != fold(other)


@pytest.mark.parametrize("name", ["三星", "---", "𠮷", "\u200b", "+"])
def test_a_name_that_shows_something_never_folds_to_nothing(name: str) -> None:
    assert fold(name)


def test_a_blank_name_folds_to_nothing() -> None:
    assert fold(" \t\u3000") == ""


def test_two_texts_that_grow_beyond_the_column_when_folded_are_still_told_apart() -> None:
    one, other = fold("ﷺ" * 200), fold("ﷺ" * 199 + "x")

    assert one != other
    assert len(one) == len(other) == FOLDED_LENGTH


@given(st.text(max_size=200))
def test_folding_stays_within_the_column_and_case_makes_no_difference(text: str) -> None:
    folded = fold(text)

    assert len(folded) <= FOLDED_LENGTH
    if len(folded) < FOLDED_LENGTH:
        assert fold(folded) == folded


@pytest.mark.parametrize(
    "text", ["00:1A:2B:3C:4D:5E", "00-1a-2b-3c-4d-5e", "001A.2B3C.4D5E", "001a2b3c4d5e", " 00 1A 2B 3C 4D 5E\r"]
)
def test_a_mac_is_the_same_in_every_usual_notation(text: str) -> None:
    assert fold_identifier(IdentifierKind.MAC, text) == "001a2b3c4d5e"


def test_an_eui_64_is_a_mac_too() -> None:
    assert fold_identifier(IdentifierKind.MAC, "00:1A:2B:FF:FE:3C:4D:5E") == "001a2bfffe3c4d5e"


@pytest.mark.parametrize(
    "text", ["35-209900-176148-1", "352099001761481", "３５２０９９００１７６１４８１", "35 209900 176148 1"]
)
def test_an_imei_is_the_same_with_dashes_and_blanks(text: str) -> None:
    assert fold_identifier(IdentifierKind.IMEI, text) == "352099001761481"


def test_an_asset_tag_is_compared_without_case_and_blanks() -> None:
    assert fold_identifier(IdentifierKind.ASSET_TAG, " It-00 42") == fold_identifier(
        IdentifierKind.ASSET_TAG, "IT-0042"
    )


def test_a_serial_number_keeps_everything_but_the_blanks_around_it() -> None:
    assert fold_identifier(IdentifierKind.SERIAL, " aB-0 1\r\n") == "aB-0 1"


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (IdentifierKind.SERIAL, " \t"),
        (IdentifierKind.ASSET_TAG, "\u3000"),
        (IdentifierKind.IMEI, "352099001761482"),
        (IdentifierKind.IMEI, "3520990017614"),
        (IdentifierKind.IMEI, "3520990017614811"),
        (IdentifierKind.IMEI, "000000000000000"),
        (IdentifierKind.MAC, "00:1A:2B:3C:4D"),
        (IdentifierKind.MAC, "00:1A-2B:3C:4D:5E"),
        (IdentifierKind.MAC, "ff:ff:ff:ff:ff:ff"),
        (IdentifierKind.MAC, "00:00:00:00:00:00"),
        (IdentifierKind.MAC, "00:1g:2b:3c:4d:5e"),
    ],
)
def test_what_cannot_be_an_identifier_is_refused_in_a_sentence(kind: IdentifierKind, text: str) -> None:
    with pytest.raises(BadIdentifier, match=r"\.$"):
        fold_identifier(kind, text)


def test_a_text_is_read_as_every_kind_that_it_can_be() -> None:
    read = readings("35-209900-176148-1")

    assert read[IdentifierKind.IMEI] == "352099001761481"
    assert read[IdentifierKind.SERIAL] == "35-209900-176148-1"
    assert IdentifierKind.MAC not in read


def test_a_blank_text_is_read_as_nothing() -> None:
    assert readings(" \r\n") == {}


@pytest.mark.parametrize(("one", "other"), [("O0I1B8S5Z2", "001188SSZZ"), ("abc", "ABC"), ("l0", "LO")])
def test_serial_numbers_that_the_eye_confuses_look_alike(one: str, other: str) -> None:
    assert look_alike(one) == look_alike(other)


@pytest.mark.parametrize(("one", "other"), [("Q0", "00"), ("A-1", "A1")])
def test_serial_numbers_that_differ_otherwise_do_not(one: str, other: str) -> None:
    assert look_alike(one) != look_alike(other)


def test_an_order_number_has_an_even_run_of_digits_and_thirteen_characters() -> None:
    number = order_number(2026, 42)

    assert number.startswith("RP2600000042")
    assert len(number) == 13


@pytest.mark.parametrize("serial", [0, -1, 100_000_000])
def test_a_serial_number_of_more_than_eight_digits_makes_no_order_number(serial: int) -> None:
    with pytest.raises(ValueError, match="between 1 and 99999999"):
        order_number(2026, serial)


@given(st.integers(2000, 2099), st.integers(1, 99_999_999))
def test_an_order_number_is_one_however_it_is_scanned(year: int, serial: int) -> None:
    number = order_number(year, serial)
    typed = f" {number[:4].lower()}-{number[4:]}\r\n"

    assert is_order_number(typed)
    assert fold_order_number(typed) == number


@given(st.integers(1, 99_999_999), st.integers(2, 11), st.sampled_from("0123456789"))
def test_one_wrong_digit_is_noticed(serial: int, place: int, digit: str) -> None:
    number = order_number(2026, serial)
    wrong = number[:place] + digit + number[place + 1 :]

    assert is_order_number(wrong) == (wrong == number)


@pytest.mark.parametrize(
    "text", ["", "RP", "RP26000000421", "XX26000000420", "RP26000000*20", "三星", "RP26000000420" * 3]
)
def test_what_is_no_order_number_is_none(text: str) -> None:
    assert not is_order_number(text)
