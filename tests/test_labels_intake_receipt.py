"""What the voucher says: all that must stand on it, in the language asked for, and what nobody stated."""

from __future__ import annotations

from dataclasses import replace

import pytest
from labels_samples import BARE_HEAD, HEAD, INTAKE, SEAL, intake, pages_of, text_of

from labels import intake_receipt
from labels.errors import DoesNotFit, NotEncodable
from labels.values import DeviceLine, LoanLine, Money, Words

LANGUAGES = ("zh", "en", "both")
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_language
@pytest.mark.parametrize(
    "expected",
    [
        "0755-86001234",
        "2026-11-2218:05",
        "7F3K92",
        "王小明",
        "13800138000",
        "wang@example.com",
        "Lenovo",
        "ThinkPadX1",
        "PF2ABCD9",
        "IT-00391",
        "RO2600000017C",
        "开机后屏幕闪烁，约十分钟后黑屏。",
        "左上角划痕2cm",
        "USB-C电源",
        "检测费",
        "50.00",
        "800.00",
        "L-007",
        "PF0LOAN7",
        "2026-12-06",
        "2026-11-29",
        "李工",
    ],
)
def test_the_voucher_says(language, expected):
    assert expected in text_of(intake_receipt.draw(INTAKE, SEAL, language).data)


@pytest.mark.parametrize(
    ("language", "expected"),
    [
        ("zh", "请凭此凭证取机，取机时收回本凭证。"),
        ("en", "Pick-upvoucher:bringittocollectthedevice;itistakenbackthen."),
        ("both", "取机凭证"),
        ("both", "Intakereceipt"),
        ("zh", "待报价"),
        ("en", "tobequoted"),
        ("en", "After180daysthelawdecides."),
        ("both", "满180日未取的，按国家有关规定处理。"),
        ("both", "After180daysthelawdecides."),
        ("zh", "随机留存"),
        ("en", "takenhome"),
        ("zh", "保修期内"),
        ("en", "seriallookup"),
        ("zh", "客户签字"),
        ("en", "Forthedepot"),
    ],
)
def test_the_voucher_says_it_in_the_language_asked_for(language, expected):
    assert expected in text_of(intake_receipt.draw(INTAKE, SEAL, language).data)


@every_language
def test_what_nobody_stated_is_said_to_be_so(language):
    text = text_of(intake_receipt.draw(replace(INTAKE, head=BARE_HEAD), SEAL, language).data)

    said = {"zh": "未说明", "en": "notstated", "both": "未说明notstated"}[language]
    assert text.count(said) >= 14


def test_no_accessories_is_a_statement_of_its_own():
    assert "Noaccessories" in text_of(intake_receipt.draw(replace(INTAKE, head=BARE_HEAD), SEAL, "en").data)


@pytest.mark.parametrize(
    ("device", "expected"),
    [
        (DeviceLine("A", "B", None, "unreadable", ()), "unreadable"),
        (DeviceLine("A", "B", None, "none", ()), "bearsnone"),
        (DeviceLine("A", "B", None, None, ()), "notstated"),
    ],
)
def test_why_there_is_no_serial_number_is_said(device, expected):
    assert expected in text_of(intake_receipt.draw(intake(device=device), SEAL, "en").data)


@pytest.mark.parametrize(
    ("amount", "language", "expected"),
    [
        (Money(123456, "CNY"), "zh", "¥1,234.56"),
        (Money(123456, "CNY"), "en", "CN¥1,234.56"),
        (Money(123456, "JPY"), "en", "¥123,456"),
        (Money(123456, "USD"), "en", "$1,234.56"),
        (Money(123456, "KWD"), "en", "KWD123.456"),
        (Money(5, "EUR"), "zh", "€0.05"),
    ],
)
def test_money_has_the_digits_of_its_currency(amount, language, expected):
    assert expected in text_of(intake_receipt.draw(replace(INTAKE, estimate=amount), SEAL, language).data)


@pytest.mark.parametrize("outcome", [("lost", "已丢失"), ("sold", "已售出")])
def test_a_settled_loan_says_how(outcome):
    code, words = outcome
    loan = LoanLine("L-007", "Lenovo", "E14", "PF0LOAN7", "2026-12-06", None, code)

    assert words in text_of(intake_receipt.draw(intake(loans=(loan,)), SEAL, "zh").data)


def test_a_name_in_one_language_only_serves_for_the_other():
    depot = replace(HEAD.depot, name=Words("维修站", ""), address=Words("", "1 Main Street"))

    assert "维修站" in text_of(intake_receipt.draw(intake(depot=depot), SEAL, "en").data)
    assert "1MainStreet" in text_of(intake_receipt.draw(intake(depot=depot), SEAL, "zh").data)


def test_a_plain_receipt_warns_of_nothing():
    assert intake_receipt.draw(INTAKE, SEAL, "both").warnings == ()


@pytest.mark.parametrize(("number", "refusal"), [("", NotEncodable), ("维修", NotEncodable), ("A1" * 40, DoesNotFit)])
def test_a_number_that_cannot_be_bars_is_refused(number, refusal):
    with pytest.raises(refusal):
        intake_receipt.draw(intake(number=number), SEAL, "zh")


def test_a_typical_voucher_is_one_page():
    for language in LANGUAGES:
        assert len(pages_of(intake_receipt.draw(INTAKE, SEAL, language).data)) == 1
