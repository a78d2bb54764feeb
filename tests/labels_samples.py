"""The values that the tests of the printing room draw, how their paper is read, and lists of difficult strings."""

from __future__ import annotations

import csv
import json
import re
import unicodedata
from dataclasses import replace
from pathlib import Path

import pypdfium2
import pytest

from labels.label_values import DeviceLabel, Gs1Key, ItemLabel
from labels.values import (
    AccessoryLine,
    ChargeTold,
    DataConsent,
    DepotHead,
    DeviceLine,
    HandOver,
    Head,
    Identifier,
    IntakeReceipt,
    LoanLine,
    Money,
    PriceLine,
    RepairReceipt,
    ReplacedPart,
    Seal,
    TestLine,
    WarrantyAnswer,
    Words,
)

SHARED = Path(__file__).parents[2] / "shared" / "data"
NUMBER = "RO2600000042K"


def cny(amount_minor: int) -> Money:
    """Fen."""
    return Money(amount_minor, "CNY")


LABEL = DeviceLabel(
    number=NUMBER,
    serial_number="PF2ABCD9",
    make="Lenovo",
    model="ThinkPad X1 Carbon Gen 11",
    received_on="2026-11-22",
    promised_on="2026-11-29",
    depot="深圳南山维修站 SZ01",
    flags=("warranty", "repeat", "data", "loaner"),
)

LABELS = {
    "device": LABEL,
    "box": replace(LABEL, fault="开机后屏幕闪烁，约十分钟后黑屏。"),
    "box with a QR code": replace(LABEL, fault="开机后屏幕闪烁。", page="https://depot.example/o/RO2600000042K"),
    "box without a fault": replace(LABEL, page="https://depot.example/o/RO2600000042K"),
    "part": ItemLabel("part", "01YN156", '液晶屏总成 14" FHD', None, None),
    "bin": ItemLabel("location", "A-01-03", "大件货架 Large shelf", None, "SZ01"),
    "bare bin": ItemLabel("location", "A-1", None, None, "MAIN"),
    "loaner": ItemLabel("loaner_unit", "LN-007", "Lenovo ThinkPad E14", "PF0LOAN7", "SZ01"),
    "GIAI": ItemLabel("loaner_unit", "L-7", "Lenovo E14", "PF0LOAN7", "SZ01", Gs1Key("8004", "40032123L-7")),
    "GRAI": ItemLabel("loaner_unit", "07", "Lenovo E14", "PF0LOAN7", "SZ01", Gs1Key("8003", "0400321200001707")),
}
"""One of each kind that every stock holds."""

DEPOT = DepotHead(
    code="SZ01",
    name=Words("深圳南山维修站", "Shenzhen Nanshan Repair Depot"),
    address=Words("深圳市南山区高新南七道18号", "18 Gaoxin South 7th Road, Shenzhen"),
    phones=("0755-8600 1234",),
    complaint_phone="400-800-9999",
    uncollected_terms=Words("满180日未取的，按国家有关规定处理。", "After 180 days the law decides."),
    charge_terms=Words("未经同意不产生费用。", "Nothing is charged without your consent."),
)

HEAD = Head(
    number=NUMBER,
    edition=1,
    depot=DEPOT,
    received_at="2026-11-22 18:05",
    received_by="李工",
    customer_name="王小明",
    customer_phone="138 0013 8000",
    customer_email="wang@example.com",
    device=DeviceLine("Lenovo", "ThinkPad X1", "PF2ABCD9", None, (Identifier("asset_tag", "IT-00391"),)),
    reported_fault="开机后屏幕闪烁，约十分钟后黑屏。",
    condition="左上角划痕 2 cm",
    other_faults=None,
    accessories=(
        AccessoryLine("USB-C 电源", 1, "kept_with_device", returned=True),
        AccessoryLine("加密狗", 2, "kept_noted", returned=False),
        AccessoryLine("说明书", 1, "sent_home", returned=False),
    ),
    data=DataConsent(holds_data=True, backed_up=None, may_be_erased=False),
    warranty=WarrantyAnswer("in_warranty", "serial_lookup", explained=True),
    promised_on="2026-11-29",
    charges_told=(ChargeTold("检测费", cny(5000)),),
    loans=(LoanLine("L-007", "Lenovo", "E14", "PF0LOAN7", "2026-12-06", None, None),),
    previous_order="RO2600000017C",
)

BARE_HEAD = replace(
    HEAD,
    received_at=None,
    received_by=None,
    customer_name=None,
    customer_phone=None,
    customer_email=None,
    device=DeviceLine(None, None, None, None, ()),
    reported_fault=None,
    condition=None,
    accessories=(),
    data=DataConsent(None, None, None),
    warranty=WarrantyAnswer(None, None, None),
    promised_on=None,
    charges_told=(),
    loans=(),
    previous_order=None,
)

INTAKE = IntakeReceipt(head=HEAD, code="7F3K92", estimate=None, preapproved_limit=cny(80000))

REPAIR = RepairReceipt(
    head=HEAD,
    result="repaired",
    findings=("屏幕排线接口氧化", "键盘进液"),
    cause="液体渗入",
    solution="更换屏幕与键盘",
    work_done="拆机清洁；更换液晶屏总成",
    advice="请勿在键盘附近放置饮料",
    parts=(
        ReplacedPart(
            "01YN156", "液晶屏总成", "1", "new", "LCD88", "LCD77", "factory", in_warranty=True, fault_seen="闪"
        ),
        ReplacedPart("5N20V43", "键盘", "1", "refurbished", None, None, None, in_warranty=None, fault_seen=None),
    ),
    labour_minutes=75,
    tests=(TestLine(Words("显示老化", "Display burn-in"), passed=True, value="30 min"),),
    prices=(
        PriceLine("part", "液晶屏总成", "1", "warranty", cny(0), cny(0), cny(0)),
        PriceLine("labour", "更换键盘", "0.75", "chargeable", cny(9000), cny(1170), cny(10170)),
    ),
    tax_rate="0.13",
    net=cny(9000),
    tax=cny(1170),
    total=cny(10170),
    paid=cny(10000),
    waived=cny(0),
    repairs_so_far=2,
    repair_warranty_until="2027-02-26",
    data_action="kept",
    technician="T-018 张工",
    summarized_at="2026-11-27 11:40",
    hand_over=None,
)

BARE_REPAIR = replace(
    REPAIR,
    head=BARE_HEAD,
    findings=(),
    cause=None,
    solution=None,
    work_done=None,
    advice=None,
    parts=(),
    labour_minutes=None,
    tests=(),
    prices=(),
    tax_rate=None,
    repair_warranty_until=None,
    data_action=None,
    technician=None,
)

HAND_OVER = HandOver(
    "2026-11-28 16:20", "陈敏", "王小明", "customer_at_counter", voucher_returned=True, identity_checked=False
)

SEAL = Seal("RO2600000042K-R-1", "Q7M4-XT2P", "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08")


def naughty_strings() -> list[str]:
    """The big list of naughty strings; skips where the shared data is not there."""
    path = SHARED / "blns.json"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    strings: list[str] = json.loads(path.read_text(encoding="utf-8"))
    return strings


def rare_characters() -> list[str]:
    """The characters of the Chinese standard table that GBK lacks; skips where the shared data is not there."""
    path = SHARED / "tgh_not_in_gbk.csv"
    if not path.exists():
        pytest.skip(f"{path.name} is not beside this checkout")
    with path.open(encoding="utf-8", newline="") as file:
        return [row["char"] for row in csv.DictReader(file)]


def folded(text):
    """A text after NFC without blanks, as two renderings of one text are compared."""
    return re.sub(r"\s", "", unicodedata.normalize("NFC", text))


def pages_of(data):
    """The text of each page, folded."""
    document = pypdfium2.PdfDocument(data)
    return [folded(page.get_textpage().get_text_bounded()) for page in document]


def text_of(data):
    """All of the text without what repeats at the head and foot of each page."""
    return "".join(pages_of(data))


def body_of(data):
    """What stands between the running head and foot, page after page; the column of headings is left out."""
    document = pypdfium2.PdfDocument(data)
    return folded("".join(page.get_textpage().get_text_bounded(left=128, bottom=50, top=775) for page in document))


def intake(**head):
    """The voucher with other values in its head."""
    return replace(INTAKE, head=replace(HEAD, **head))
