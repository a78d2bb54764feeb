"""The demonstration's story: one device goes through all four stages. Each scene says in plain words what happens."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from routes.cli.demo_data import DIAGNOSIS, LOANER, OWNER, OWNERS_DEVICE, OWNERS_INTAKE, SHEET, Json
from routes.cli.demo_depot import Course


@dataclass(frozen=True)
class Scene:
    """What is told, in which stage, and what is done ``after`` a while; a sentence that it gives back is told too."""

    stage: str
    told: str
    play: Callable[[Course], str | None]
    after: timedelta = timedelta(0)


def owner_comes(course: Course) -> str:
    """The device is received."""
    order = course.post("/repair-orders", OWNERS_INTAKE | {"promised_on": course.in_days(4)}, "service_desk")
    course.number, course.seen = order["number"], order
    return f"Order {order['number']}; the label and the intake receipt, her pick-up voucher, can be printed."


def lend(course: Course) -> None:
    """The loaner unit goes out."""
    slip = {
        "loaner_unit": LOANER["code"],
        "repair_order": course.number,
        "due_on": course.in_days(7),
        "condition": "good, no scratches",
        "signed_by": OWNER["name"],
    }
    course.loan = course.post("/loans", slip, "service_desk")["id"]


def inspect(course: Course) -> None:
    """The technician takes the device by scanning it."""
    course.step("start-inspection", {"scanned": OWNERS_DEVICE["serial_number"]})


def diagnose(course: Course) -> str:
    """What is wrong, and what it costs."""
    wanted = {"parts": [{"part_number": "NB14-PANEL", "quantity": 1}], "labour_minutes": 45}
    quote = course.step("diagnose", DIAGNOSIS | wanted)["quote"]
    return f"The quote: {yuan(quote['total'])} with tax, valid until {quote['valid_until'][:10]}."


def decide(course: Course) -> None:
    """The customer agrees by phone."""
    said = {"decision": "approved", "decided_by": OWNER["name"], "channel": "phone", "phone_number": OWNER["phone"]}
    course.step("decide", said | {"quote_version": course.seen["quote"]["version"]})


def start_repair(course: Course) -> None:
    """The part leaves the store."""
    course.step("start-repair")


def replace(course: Course) -> None:
    """Old part, new part."""
    swap = {
        "part_number": "NB14-PANEL",
        "quantity": 1,
        "outcome": "used",
        "installed_serial": "PN7742013",
        "removed_serial": "PN5510877",
        "removed_destination": "factory",
        "in_warranty": False,
        "fault_seen": "no picture",
    }
    course.step("replace-part", swap)


def finish(course: Course) -> None:
    """The work is done."""
    work = {"action": "display_replaced", "work_done": "更换屏幕，清洁转轴", "labour_minutes": 40}
    course.step("finish-repair", work)


def test(course: Course) -> None:
    """The test bench runs the sheet."""
    checks = [{"name": check["name"], "passed": True, "value": "ok"} for check in SHEET["checks"]]
    course.step("test", {"passed": True, "checks": checks})


def summarize(course: Course) -> str:
    """The receipt's words."""
    words = {
        "cause": "屏幕本身损坏，主板和排线完好。",
        "work_done": "更换屏幕，清洁转轴，整机测试 2 小时。",
        "advice": "请勿在键盘上放东西时合上盖子。",
        "data_action": "未改动数据。",
    }
    return f"Repair warranty until {course.step('summarize', words)['repair_warranty_until']}."


def take_back(course: Course) -> None:
    """The loaner unit comes home and is made ready again."""
    check = {"condition": "as lent", "accessories_returned": True}
    course.post(f"/loans/{course.loan}/return", check, "service_desk")
    course.post(f"/loaner-units/{LOANER['code']}/release", {"method": "disk wiped, case cleaned"}, "logistics")


def pay(course: Course) -> str:
    """The balance is paid."""
    due = course.seen["balance"]
    body = {"amount": due, "method": "card", "reference": "T-0093"}
    course.post(f"/repair-orders/{course.number}/payments", body, "service_desk")
    return f"She pays {yuan(due)}."


def hand_over(course: Course) -> None:
    """The device goes home."""
    signed = {
        "voucher_returned": True,
        "accessories_returned": True,
        "signed_by": OWNER["name"],
        "signature_origin": "customer_at_counter",
    }
    course.step("hand-over", signed)


def yuan(money: Json) -> str:
    """An amount, for people."""
    return f"{money['amount_minor'] / 100:.2f} {money['currency']}"


HOURS = timedelta(hours=1)

# fmt: off  (a table reads as a table)
SCENES = (
    Scene("Receive 接收", "Ms Lin brings her notebook: once shut, its screen stayed dark.", owner_comes, 18 * HOURS),
    Scene("Receive 接收", "She needs one meanwhile: a loaner unit goes out against her signature.", lend),
    Scene("Inspect 检测", "The technician scans the device, which assigns it to him.", inspect, 4 * HOURS),
    Scene("Inspect 检测", "The panel is dead; she is out of warranty, so the repair is quoted.", diagnose, HOURS),
    Scene("Inspect 检测", "The desk calls her; who agreed, when and to what goes on record.", decide, 18 * HOURS),
    Scene("Repair 维修", "A panel was set aside for her; the repair takes it out of stock.", start_repair, HOURS),
    Scene("Repair 维修", "The panel is replaced: the new serial number, the old one, where the old one goes.", replace),
    Scene("Repair 维修", "The work is written down.", finish, HOURS),
    Scene("Repair 维修", "The test bench runs the sheet of her model; every mandatory check passes.", test, HOURS),
    Scene("Summarize 总结", "Cause, work and advice are written; the repair receipt is frozen.", summarize, HOURS),
    Scene("Summarize 总结", "She comes back; the loaner is checked, wiped and ready again.", take_back, 20 * HOURS),
    Scene("Summarize 总结", "The balance is settled.", pay),
    Scene("Summarize 总结", "Voucher back, accessories ticked off, signed: the device goes home.", hand_over),
)
# fmt: on
"""The whole story, in order."""
