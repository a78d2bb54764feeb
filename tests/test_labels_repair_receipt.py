"""What the repair receipt says: result, work, parts, prices to the last zero line, and the hand-over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labels_samples import BARE_REPAIR, HAND_OVER, REPAIR, SEAL, cny, text_of

from labels import repair_receipt

every_language = pytest.mark.parametrize("language", ["zh", "en", "both"])


@every_language
@pytest.mark.parametrize(
    "expected",
    [
        "屏幕排线接口氧化",
        "键盘进液",
        "液体渗入",
        "更换屏幕与键盘",
        "拆机清洁；更换液晶屏总成",
        "请勿在键盘附近放置饮料",
        "01YN156",
        "LCD77",
        "LCD88",
        "30min",
        "75",
        "0.00",
        "11.70",
        "101.70",
        "13%",
        "100.00",
        "1.70",
        "2027-02-26",
        "T-018张工",
        "2026-11-2711:40",
        "400-800-9999",
    ],
)
def test_the_repair_receipt_says(language, expected):
    assert expected in text_of(repair_receipt.draw(REPAIR, SEAL, language).data)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "已修复"),
        ("en", "Repaired"),
        ("both", "已修复Repaired"),
        ("en", "tothefactory"),
        ("zh", "翻新"),
        ("en", "Displayburn-in"),
        ("zh", "显示老化"),
        ("zh", "保修"),
        ("en", "Coveredby"),
        ("en", "Balancedue"),
        ("zh", "已保留"),
    ],
)
def test_the_repair_receipt_says_it_in_the_language_asked_for(language, expected):
    assert expected in text_of(repair_receipt.draw(REPAIR, SEAL, language).data)


@pytest.mark.parametrize("expected", ["2026-11-2816:20", "陈敏", "柜台签收", "✓"])
def test_the_hand_over_fills_the_blank_lines(expected):
    blank = text_of(repair_receipt.draw(REPAIR, SEAL, "zh").data)
    filled = text_of(repair_receipt.draw(replace(REPAIR, hand_over=HAND_OVER), SEAL, "zh").data)

    assert expected not in blank
    assert expected in filled


@pytest.mark.parametrize("heading", ["Parts", "Tests", "Loaner"])
def test_a_section_with_nothing_in_it_is_left_out(heading):
    full = text_of(repair_receipt.draw(REPAIR, SEAL, "en").data)
    bare = text_of(repair_receipt.draw(BARE_REPAIR, SEAL, "en").data)

    assert heading in full
    assert heading not in bare


@pytest.mark.parametrize(("rate", "expected"), [("0.13", "13%"), ("0.065", "6.5%"), ("0", "0%"), ("0.09975", "9.975%")])
def test_the_tax_rate_is_printed_as_it_is(rate, expected):
    assert expected in text_of(repair_receipt.draw(replace(REPAIR, tax_rate=rate), SEAL, "en").data)


def test_a_waived_rest_is_shown_and_nothing_is_due():
    value = replace(REPAIR, waived=cny(170))

    text = text_of(repair_receipt.draw(value, SEAL, "en").data)

    assert "WaivedBalancedue" in text or "CN¥1.70CN¥0.00" in text


def test_a_code_that_has_no_words_is_printed_as_it_is():
    assert "exploded" in text_of(repair_receipt.draw(replace(REPAIR, result="exploded"), SEAL, "zh").data)
