from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared_rows

from depot.gs1 import GS, LONGEST, elements, elements_without_separators, is_trade_number, trade_numbers

GTIN = "04012345678901"
COUNTRIES = "423"
"""Lists of countries: any digits do here, since nothing of ours goes by them."""


def test_what_the_engine_of_gs1_takes_is_taken_and_what_it_refuses_is_refused() -> None:
    rows = [row for row in shared_rows("gs1_ai_vectors.csv") if not row["input"].startswith(f"^{COUNTRIES}")]

    taken = {
        row["input"]: bool(elements(row["input"].removeprefix("^").replace("^", GS)))
        for row in rows
        if row["input"].startswith(("^", "("))
    }

    assert len(taken) > 60
    assert [text for row in rows if (text := row["input"]) in taken and taken[text] != (row["accept"] == "true")] == []


def test_what_is_printed_with_brackets_is_what_is_scanned_without() -> None:
    rows = [
        row for row in shared_rows("gs1_ai_vectors.csv") if row["test"] == "parseAIdata" and row["accept"] == "true"
    ]

    assert len(rows) > 8
    assert all(elements(row["input"]) == elements(row["expected"].replace("^", GS)) for row in rows)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"01{GTIN}21SN1{GS}10LOT", {"01": (GTIN,), "21": ("SN1",), "10": ("LOT",)}),
        (f"{GS}10A{GS}", {"10": ("A",)}),
        (f"01{GTIN}21SN110LOT", {"01": (GTIN,), "21": ("SN110LOT",)}),
        ("8004LN-01", {"8004": ("LN-01",)}),
        ("8003040123456789010042", {"8003": ("040123456789010042",)}),
        ("00340123450000000017", {"00": ("340123450000000017",)}),
        ("00340123450000000018", {}),
        ("21", {}),
        ("", {}),
        ("SN1", {}),
        ("10\x00", {}),
        ("10９", {}),
        ("10" + "9" * LONGEST, {}),
    ],
)
def test_an_element_string_is_taken_apart(text: str, said: dict[str, tuple[str, ...]]) -> None:
    assert elements(text) == said


def test_without_separators_a_value_may_end_wherever_the_rest_can_be_read() -> None:
    said = elements_without_separators(f"01{GTIN}21SN12310LOT")

    assert said == {"01": (GTIN,), "21": ("SN12310LOT", "SN123"), "10": ("LOT",)}
    assert elements_without_separators(f"21A{GS}10B") == {}


@given(
    st.text(st.characters(min_codepoint=48, max_codepoint=57), min_size=1, max_size=8),
    st.from_regex(r"\A[A-Z][A-Z0-9]{0,9}\Z"),
)
def test_swallowed_separators_never_hide_what_was_meant(lot: str, serial: str) -> None:
    said = elements_without_separators(f"01{GTIN}10{lot}21{serial}")

    assert lot in said["10"]
    assert serial in said["21"]


@given(st.text(max_size=400))
def test_no_text_is_too_much(text: str) -> None:
    assert isinstance(elements(text), dict)
    assert isinstance(elements_without_separators(text), dict)


@pytest.mark.parametrize("text", ["10" * 150, "99" * 150, "21" * 1000, "(10)" * 500, "(" * 2000, "8003" * 75])
def test_no_text_takes_long(text: str) -> None:
    begin = time.process_time()

    elements(text)
    elements_without_separators(text)

    assert time.process_time() - begin < 0.5


@pytest.mark.parametrize(
    ("text", "is_one"), [("4006381333931", True), ("4006381333932", False), ("４", False), ("", False)]
)
def test_a_trade_number_has_a_check_digit(text: str, is_one: bool) -> None:
    assert is_trade_number(text) is is_one


@pytest.mark.parametrize(
    ("gtin", "forms"),
    [
        ("04006381333931", ("04006381333931", "4006381333931")),
        ("00000096385074", ("00000096385074", "0000096385074", "000096385074", "96385074")),
        ("14006381333938", ("14006381333938",)),
    ],
)
def test_a_trade_number_goes_by_every_length(gtin: str, forms: tuple[str, ...]) -> None:
    assert trade_numbers(gtin) == forms
