"""What the demonstration is about: a depot, its people, parts, customers and devices. All of it is invented."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, TypeAlias

Json: TypeAlias = dict[str, Any]


def cny(yuan: int) -> Json:
    """An amount of whole yuan."""
    return {"amount_minor": yuan * 100, "currency": "CNY"}


DEPOT: Json = {
    "name": {"zh": "河畔维修站", "en": "Riverside Repair Depot"},
    "address": {"zh": "杭州市滨江区样例路 18 号 2 楼", "en": "2/F, 18 Yangli Road, Binjiang District, Hangzhou"},
    "phones": ["+86 571 0000 0118"],
    "complaint_phone": "+86 571 0000 0119",
    "uncollected_terms": {
        "zh": "修复通知发出 60 天后仍未取机的，本站按当地规定处理，处理前再次书面通知。",
        "en": "A device not collected 60 days after notice is dealt with by local rules, after another written notice.",
    },
    "charge_terms": {
        "zh": "检测免费；收费维修先报价，经您同意后才开始。",
        "en": "Inspection is free; chargeable work is quoted first and begins only when you have agreed.",
    },
    "tax_rate": "0.13",
    "labour_rate": cny(120),
}

PEOPLE = {
    "service_desk": "Guo Mei 郭梅",
    "technician": "Daniel Okafor",
    "logistics": "Wu Jian 吴健",
    "manager": "Sofia Lindqvist",
}

BENCH = "Test bench 1"

PARTS: tuple[tuple[Json, Json], ...] = (
    (
        {"part_number": "NB14-PANEL", "name": "14 inch panel 屏幕", "serialized": True, "sale_price": cny(680)},
        {"quantity": 2, "location": "A-01", "serial_numbers": ["PN7742013", "PN7742014"]},
    ),
    (
        {"part_number": "NB14-BATT", "name": "Battery 电池 52 Wh", "serialized": True, "sale_price": cny(320)},
        {"quantity": 3, "location": "A-02", "serial_numbers": ["BT0051", "BT0052", "BT0053"]},
    ),
    ({"part_number": "FAN-40", "name": "Fan 风扇 40 mm", "sale_price": cny(45)}, {"quantity": 25, "location": "B-01"}),
    (
        {"part_number": "PRN-HEAD", "name": "Print head 打印头", "sale_price": cny(260)},
        {"quantity": 1, "location": "B-02"},
    ),
    (
        {"part_number": "THERMAL-PASTE", "name": "Thermal paste 导热膏", "unit": "g", "sale_price": cny(2)},
        {"quantity": "250.5", "location": "C-01"},
    ),
)
"""Each part of the catalogue, and what comes in of it."""

LOANER: Json = {
    "code": "LN-001",
    "make": "Norbeck",
    "model": "Book 13",
    "serial_number": "NB13-L00417",
    "accessories": ["charger 充电器", "sleeve 内胆包"],
    "value": cny(3200),
}

SHEET: Json = {
    "make": "Norbeck",
    "model": "Book 14",
    "checks": [
        {"name": "display", "title": {"zh": "显示正常", "en": "Display shows every colour"}},
        {"name": "lid", "title": {"zh": "开合 20 次", "en": "Lid opened and closed 20 times"}},
        {"name": "battery", "title": {"zh": "充放电", "en": "Charges and discharges"}},
        {"name": "wifi", "title": {"zh": "无线网络", "en": "Wireless network"}, "mandatory": False},
    ],
}

OWNER: Json = {"name": "林晓燕", "phone": "+86 571 0000 0142", "email": "xiaoyan.lin@example.org", "language": "zh"}
OWNERS_DEVICE: Json = {"make": "Norbeck", "model": "Book 14", "serial_number": "NB14-7K2Q90"}
OWNERS_INTAKE: Json = {
    "customer": OWNER,
    "device": OWNERS_DEVICE,
    "reported_fault": "合上盖子再打开，屏幕就不亮了，外接显示器正常。",
    "channel": "walk_in",
    "condition": "lid scratched at the left corner 上盖左角有划痕",
    "accessories": [
        {"name": "charger 充电器", "quantity": 1, "disposition": "kept_with_device"},
        {"name": "USB dongle 加密狗", "quantity": 1, "disposition": "kept_noted"},
        {"name": "manual 说明书", "quantity": 1, "disposition": "sent_home"},
    ],
    "data": {"holds_data": True, "backed_up": True, "may_be_erased": False},
    "warranty": {"status": "out_of_warranty", "evidence": "serial_lookup", "explained": True},
}

DIAGNOSIS: Json = {
    "symptom": "no_display",
    "cause": "display_fault",
    "attribution": "ours",
    "finding": "panel dead; cable and mainboard measured and good",
    "solution": "更换屏幕",
    "verdict": "repair",
    "coverage": "chargeable",
}

IN_WARRANTY: Json = DIAGNOSIS | {
    "symptom": "noise",
    "cause": "fan_or_cooling",
    "finding": "bearing of the fan worn",
    "solution": "replace the fan",
    "coverage": "warranty",
}

WORK: Json = {"action": "part_replaced", "work_done": "fan replaced, dust removed", "labour_minutes": 30}
WORKS: Json = {"passed": True, "checks": [{"name": "works", "passed": True, "value": "2 h under load"}]}
WORDS: Json = {
    "cause": "Worn bearing of the fan.",
    "work_done": "Fan replaced, dust removed.",
    "advice": "Keep the vents free; clean them once a year.",
}


@dataclass(frozen=True)
class Other:
    """Another order: who brings what, and how far it gets. ``way`` starts with how it comes in."""

    name: str
    phone: str
    language: str
    make: str
    model: str
    serial_number: str
    fault: str
    way: tuple[tuple[str, Json], ...]
    way_in: str = "repair-orders"
    more: Json = field(default_factory=dict)


TAKEN: tuple[tuple[str, Json], ...] = (("start-inspection", {}),)
FAN: tuple[tuple[str, Json], ...] = (
    *TAKEN,
    ("diagnose", IN_WARRANTY | {"parts": [{"part_number": "FAN-40", "quantity": 1}]}),
    ("start-repair", {}),
)
FAN_IN: tuple[tuple[str, Json], ...] = (
    *FAN,
    ("replace-part", {"part_number": "FAN-40", "quantity": 1, "outcome": "used", "removed_destination": "scrap"}),
    ("finish-repair", WORK),
)
DONE: tuple[tuple[str, Json], ...] = (*FAN_IN, ("test", WORKS), ("summarize", WORDS))
NOTHING_FOUND = IN_WARRANTY | {
    "symptom": "restarts",
    "cause": "no_fault_found",
    "attribution": "environment",
    "finding": "runs without a restart",
    "solution": "use another socket; watch it for a week",
    "verdict": "no_fault_found",
    "test_conditions": "48 h under load, firmware 3.2, 35 °C",
}

HEADS = {"parts": [{"part_number": "PRN-HEAD", "quantity": 2}], "finding": "both heads worn"}
HEAD = {"parts": [{"part_number": "PRN-HEAD", "quantity": 1}], "finding": "print head worn", "labour_minutes": 40}

OTHERS: tuple[Other, ...] = (
    Other("何𠮷", "+86 571 0000 0151", "zh", "Tarn", "R300", "TR3-20118", "一天掉线好几次。", (), "announcements"),
    Other("Priya Raman", "+86 571 0000 0152", "en", "Norbeck", "Book 14", "NB14-3M8X11", "Battery lasts an hour.", ()),
    Other("陈立", "+86 571 0000 0153", "zh", "Tarn", "R300", "TR3-20551", "开机有异响。", TAKEN),
    Other(
        "Hotel Weidenhof", "+86 571 0000 0154", "en", "Quillon", "Slip 80", "QS80-00417", "Prints white stripes.",
        (*TAKEN, ("diagnose", DIAGNOSIS | HEAD)),
    ),
    Other(
        "Hotel Weidenhof", "+86 571 0000 0154", "en", "Quillon", "Slip 80", "QS80-00418", "Does not pull the paper in.",
        (*TAKEN, ("diagnose", IN_WARRANTY | HEADS), ("start-repair", {})),
    ),
    Other("周海", "+86 571 0000 0155", "zh", "Tarn", "R300", "TR3-19002", "很烫。", FAN),
    Other("Marta Kowalska", "+86 571 0000 0156", "en", "Tarn", "R300", "TR3-19077", "Loud fan.", FAN_IN),
    Other("滨江小学", "+86 571 0000 0157", "zh", "Tarn", "R300", "TR3-18221", "机房里这台声音特别大。", DONE),
    Other(
        "Óscar Núñez", "+86 571 0000 0158", "en", "Tarn", "R300", "TR3-18001", "Smells hot.",
        (*DONE, ("mark-unclaimed", {"notices": [{"channel": "phone"}]})),
    ),
    Other(
        "王丽", "+86 571 0000 0159", "zh", "Norbeck", "Book 14", "NB14-2B6T45", "偶尔自动重启。",
        (*TAKEN, ("diagnose", NOTHING_FOUND), ("summarize", WORDS | {"work_done": None, "cause": "未发现故障。"}),
         ("hand-over", {"identity_checked": True, "accessories_returned": True, "signed_by": "王丽",
                        "signature_origin": "customer_at_counter"})),
    ),
    Other(
        "Jonas Brandt", "+86 571 0000 0160", "en", "Eldmark", "Kettle 2", "EK-5519", "Leaks.", (), "refusals",
        {"reason": "not a kind of device that this depot repairs", "advice": "its maker has a workshop in town"},
    ),
)  # fmt: skip
