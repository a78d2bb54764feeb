from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from depot.scanned import Spelling, has_lost_letters, spellings

GS = "\x1d"
real_codes = st.from_regex(r"\A[!-~](?:[ -~]{0,60}[!-~])?\Z")
"""What stands in bar codes: printable ASCII, without blanks around it."""


def texts(code: str) -> list[str]:
    return [each.text for each in spellings(code)]


@pytest.mark.parametrize(
    "sent",
    [
        "RP26000000017",
        "RP26000000017\r\n",
        "\tRP26000000017\r\r",
        "\x02RP26000000017\x03",
        "\ufeffRP26000000017\u3000",
        "]C0RP26000000017",
        "]c0RP26000000017\n",
        "*RP26000000017*",
        "RP26000000017RP26000000017",
        "RP26000000017\r\nRP26000000017\r\n",
        "]C0RP26000000017]C0RP26000000017",
        "ＲＰ２６０００００００１７",
        "】C0RP26000000017",
    ],
)
def test_what_a_scanner_does_to_a_code_is_undone(sent: str) -> None:
    assert "RP26000000017" in texts(sent)


@pytest.mark.parametrize(
    ("sent", "meant"),
    [
        ("A-1。2", "A-1.2"),
        ("A、1", "A/1"),
        ("【）》06", "[)>06"),
        ("｛pc：C1，qty：2｝", "{pc:C1,qty:2}"),
        ("A——1", "A_1"),
        ("10A<GS>21B", f"10A{GS}21B"),
        ("10A%1D21B", f"10A{GS}21B"),
        ("10A␝21B", f"10A{GS}21B"),
        ("10A{gs}21B", f"10A{GS}21B"),
        ("[)><RS>06<GS>PA<RS><EOT>", f"[)>\x1e06{GS}PA"),
    ],
)
def test_what_a_keyboard_or_a_form_does_to_a_code_is_undone(sent: str, meant: str) -> None:
    assert meant in texts(sent)


@pytest.mark.parametrize("nothing", ["", " ", "\r\n", "\x00", GS, "\u3000\t"])
def test_a_scan_of_nothing_means_nothing(nothing: str) -> None:
    assert spellings(nothing) == ()


def test_what_was_mended_is_told() -> None:
    assert spellings("A1A1\r")[0] == Spelling("A1A1")
    assert [len(each.warnings) for each in spellings("Ａ1Ａ1")] == [0, 1, 1, 2]


@pytest.mark.parametrize("short", ["11", "A", "0"])
def test_what_is_too_short_was_not_sent_twice(short: str) -> None:
    assert texts(short) == [short]


@pytest.mark.parametrize(
    ("code", "lost"), [("启we1", True), ("𠮷", True), ("RP26", False), ("Ａ。１", False), ("é", False)]
)
def test_letters_that_an_input_method_ate_are_missed(code: str, lost: bool) -> None:
    assert has_lost_letters(code) is lost


@given(real_codes, st.sampled_from(["", "\r", "\n", "\r\n", "\t", "\x04", "\r\r"]))
def test_a_real_code_is_tried_as_it_is_before_all_else(code: str, end: str) -> None:
    assert spellings(code + end)[0] == Spelling(code)


@given(real_codes, real_codes)
def test_two_real_codes_are_never_made_one(one: str, other: str) -> None:
    assert (spellings(one)[0] == spellings(other)[0]) is (one == other)


@given(real_codes)
def test_a_code_that_was_sent_twice_is_found_once(code: str) -> None:
    if len(code) > 1:
        assert code in texts(code + code)
    assert code in texts(f"{code}\r\n{code}\r\n") or len(code) == 1


@given(st.binary(max_size=300))
def test_no_bytes_are_too_much(sent: bytes) -> None:
    for code in (sent.decode("latin-1"), sent.decode("utf-8", "replace"), sent.decode("utf-16", "replace")):
        assert len(spellings(code)) <= 16
        assert all(each.text for each in spellings(code))


@given(st.text(st.characters(), max_size=2000))
def test_no_text_is_too_much(code: str) -> None:
    assert len(spellings(code)) <= 16
