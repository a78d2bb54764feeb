"""What the repair receipt says: result, work, parts, prices to the last zero line, and the hand-over."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labels_samples import BARE_REPAIR, HAND_OVER, REPAIR, SEAL, cny, text_of

from labels import repair_receipt
from labels.values import LoanLine, PriceLine, Words

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


@pytest.mark.parametrize(
    ("language", "expected"),
    [("zh", "无费用"), ("en", "nothingtopay"), ("both", "无费用nothingtopay"), ("en", "Balancedue")],
)
def test_where_nothing_is_priced_there_is_no_empty_table(language, expected):
    nothing = {name: cny(0) for name in ("net", "tax", "total", "paid")}

    text = text_of(repair_receipt.draw(replace(BARE_REPAIR, **nothing), SEAL, language).data)

    assert expected in text
    assert "Coveredby" not in text


@pytest.mark.parametrize(
    ("result", "done", "expected"),
    [
        ("declined", {}, "Workdonenone"),
        ("repaired", {}, "Workdonenotstated"),
        ("cancelled", {"labour_minutes": 0}, "Workdonenotstated"),
        ("cancelled", {"work_done": "opened"}, "Workdoneopened"),
        ("not_repaired", {"parts": REPAIR.parts}, "Workdonenotstated"),
    ],
)
def test_work_is_not_stated_only_where_there_was_some(result, done, expected):
    value = replace(BARE_REPAIR, result=result, **done)

    assert expected in text_of(repair_receipt.draw(value, SEAL, "en").data)


@every_language
@pytest.mark.parametrize("until", ["2027-02-26", None])
def test_a_warranty_that_there_is_not_is_not_spoken_of(language, until):
    text = text_of(repair_receipt.draw(replace(REPAIR, repair_warranty_until=until), SEAL, language).data)

    spoken_of = "维修质保至" in text or "Repairwarrantyuntil" in text
    assert spoken_of is (until is not None)


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        ({"cause": None, "cause_code": Words("进液", "Liquid")}, "进液"),
        ({"cause": " ", "cause_code": Words("进液", "")}, "进液"),
        ({"cause_code": Words("进液", "Liquid")}, "液体渗入"),
        ({"test_conditions": "48 小时"}, "测试条件48小时"),
        ({"not_repaired_reason": "停产" * 1500}, "未修复原因停产停产"),
        ({"hand_over": replace(HAND_OVER, note="随后邮寄")}, "交还说明随后邮寄"),
        ({"prices": (PriceLine("cancellation", "", "1", "chargeable", cny(1), cny(0), cny(1)),)}, "取消费"),
    ],
)
def test_the_receipt_of_an_unrepaired_device_says(change, expected):
    assert expected in text_of(repair_receipt.draw(replace(REPAIR, **change), SEAL, "zh").data)


@pytest.mark.parametrize("said", ["测试条件", "未修复原因", "交还说明", "外观状况:", "附件:", "签收人:"])
def test_paper_frozen_before_it_said_more_is_drawn_without_it(said):
    old = replace(REPAIR, hand_over=HAND_OVER)
    loan = LoanLine("L-1", "Lenovo", "E14", "S", "2026-12-06", None, None, "新", (), "王芳")
    now = replace(
        REPAIR,
        head=replace(REPAIR.head, loans=(loan,)),
        hand_over=replace(HAND_OVER, note="x"),
        test_conditions="x",
        not_repaired_reason="x",
    )

    drawn = [text_of(repair_receipt.draw(value, SEAL, "zh").data) for value in (old, now)]

    assert [said in text for text in drawn] == [False, True]
