"""What stands on the paper, read back from the PDF: everything that the procedure lists, in both languages."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from desk import CHARGED, DIAGNOSIS, FINISH, HAND_OVER, PASS, SUMMARY, Desk, cny
from labels_samples import text_of
from sqlalchemy.orm import Session
from store import an_order

from app import DepotApp
from depot import label_values, receipt_head, receipts
from models import Document, DocumentKind, State

PAPER = {
    "name": {"zh": "杭州维修站", "en": "Hangzhou Depot"},
    "address": {"zh": "西湖路1号", "en": "1 West Lake Road"},
    "phones": ["0571 8888 0001"],
    "complaint_phone": "400 800 9999",
    "uncollected_terms": {"zh": "六十天后收保管费", "en": "storage fee after sixty days"},
    "charge_terms": {"zh": "检测费不退", "en": "inspection fee not refunded"},
    "tax_rate": "0.13",
    "labour_rate": cny(30000),
}
FAULT = "吸力很小 <b>很热</b> 𠮷"
CHANGES: dict[str, Any] = {
    "reported_fault": FAULT,
    "other_faults": "feet missing",
    "charges_told": [{"text": "pickup fee", "amount": cny(1234)}],
    "data": {"passcode": "kanari"},
    "preapproved_limit": cny(99999),
}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(**PAPER)
    return desk


def paper(desk: Desk, number: str, kind: str, language: str) -> str:
    return str(text_of(desk.get(f"/repair-orders/{number}/{kind}.pdf?language={language}").data))


def squeezed(text: str) -> str:
    return "".join(text.split())


ON_INTAKE = [
    "0571 8888 0001", "2026-11-22 16:00", "张䶮", "+86 571 0000 0000", "a@example.org", "Gtech", "AR-20", "SN-00001",
    "吸力很小 <b>很热</b>", "scratch on the lid", "feet missing", "power cable", "USB dongle 加密狗", "2026-12-01",
    "pickup fee", "12.34", "999.99", "somebody of service_desk",
]  # fmt: skip
IN_WORDS = {
    "zh": [
        "杭州维修站", "西湖路1号", "取机凭证", "随机留存", "客户带回", "留存并登记", "保修期内", "序列号查询", "待报价",
        "六十天后收保管费", "检测费不退", "已备份", "客户签字", "请凭此凭证取机",
    ],
    "en": [
        "Hangzhou Depot", "1 West Lake Road", "Intake receipt", "kept with the device", "taken home", "in warranty",
        "serial lookup", "to be quoted", "storage fee after sixty days", "inspection fee not refunded", "Backed up",
        "bring it to collect the device",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_voucher_says_all_that_the_procedure_lists(app: DepotApp, desk: Desk, language: str) -> None:
    number = desk.until("received", **CHANGES)

    text = paper(desk, number, "intake-receipt", language)

    document = app.unit_of_work(lambda session: session.query(Document).one(), writing=False)
    code = json.loads(document.frozen)["code"]
    expected = [*ON_INTAKE, *IN_WORDS[language], number, code, document.check_code, document.sha256, document.number]
    assert [words for words in expected if squeezed(words) not in text] == []
    assert "kanari" not in document.frozen


def finished(desk: Desk) -> str:
    """An order with everything: a loaner, parts, a chargeable and a free line, a test with values, a payment."""
    desk.stock("MOTOR/2", 0, sale_price=10000)
    desk.arrive("MOTOR/2", 1, condition="refurbished")
    desk.post("/parts", {"part_number": "PASTE", "name": "导热膏", "serialized": False, "unit": "g"}, expect=201)
    desk.arrive("PASTE", 5)
    checks = [{"name": "suction", "title": {"zh": "吸力测试", "en": "Suction test"}, "mandatory": True}]
    desk.post("/test-sheets", {"make": "Gtech", "model": "AR-20", "checks": checks}, expect=201)
    number = desk.until("inspecting", **CHANGES)
    lend(desk, number)
    parts = [
        {"part_number": "MOTOR/2", "quantity": 1},
        {
            "part_number": "PASTE",
            "quantity": "0.25",
            "coverage": "warranty",
            "coverage_reason": "goodwill of the maker",
        },
    ]
    desk.step(number, "diagnose", CHARGED | {"parts": parts, "labour_minutes": 30})
    desk.step(number, "start-repair")
    swap = {"outcome": "used", "condition": "refurbished", "removed_destination": "factory", "removed_serial": "OLD-9"}
    desk.step(number, "replace-part", {"part_number": "MOTOR/2", "quantity": 1, "fault_seen": "bearing worn"} | swap)
    desk.step(number, "replace-part", {"part_number": "PASTE", "quantity": "0.25", "outcome": "used"})
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", {"passed": True, "checks": [{"name": "suction", "passed": True, "value": "21 kPa"}]})
    desk.step(number, "summarize", SUMMARY | {"data_action": "kept"})
    desk.post("/loans/1/return", {"condition": "good", "accessories_returned": True}, "logistics")
    desk.post(f"/repair-orders/{number}/payments", {"amount": cny(28250), "method": "card"}, expect=201)
    desk.step(number, "hand-over", HAND_OVER)
    return number


def lend(desk: Desk, number: str) -> None:
    unit = {"code": "LOAN-7", "make": "Gtech", "model": "AR-20", "serial_number": "L7", "accessories": []}
    desk.post("/loaner-units", unit | {"value": cny(90000)}, "logistics", expect=201)
    slip = {"due_on": "2026-12-24", "condition": "good", "accessories": [], "signed_by": "王芳"}
    desk.post("/loans", slip | {"loaner_unit": "LOAN-7", "repair_order": number}, "service_desk", expect=201)


ON_REPAIR = [
    "张䶮", "Gtech", "SN-00001", "吸力很小 <b>很热</b>", "motor bearing worn", "worn bearing", "motor replaced",
    "replace the motor", "clean the filter monthly", "MOTOR/2", "OLD-9", "bearing worn", "0.25", "21 kPa", "13%",
    "100.00", "13.00", "113.00", "150.00", "19.50", "0.00", "282.50", "2027-02-20", "somebody of technician",
    "2026-11-22 16:00", "2026-12-01", "400 800 9999", "LOAN-7", "USB dongle 加密狗",
]  # fmt: skip
REPAIR_WORDS = {
    "zh": [
        "维修凭证", "已修复", "翻新", "返厂", "吸力测试", "通过", "保修", "客户自付", "已保留", "35分钟", "柜台签收",
        "累计维修次数1",
    ],
    "en": [
        "Repair receipt", "Repaired", "refurbished", "to the factory", "Suction test", "passed", "35 min",
        "Repairs so far1",
    ],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_repair_receipt_says_all_that_the_procedure_lists(app: DepotApp, desk: Desk, language: str) -> None:
    number = finished(desk)

    text = paper(desk, number, "repair-receipt", language)

    document = app.unit_of_work(
        lambda s: s.query(Document).filter_by(kind=DocumentKind.REPAIR_RECEIPT, edition=2).one(), writing=False
    )
    expected = [*ON_REPAIR, *REPAIR_WORDS[language], number, document.check_code, document.sha256, document.number]
    assert [words for words in expected if squeezed(words) not in text] == []


def test_the_sums_on_paper_are_those_of_the_order(app: DepotApp, desk: Desk) -> None:
    number = finished(desk)

    values = last_values(app)

    sums = {name: values[name]["amount_minor"] for name in ("net", "tax", "total", "paid", "waived")}
    assert sums == {"net": 25000, "tax": 3250, "total": 28250, "paid": 28250, "waived": 0}
    assert [line["total"]["amount_minor"] for line in values["prices"]] == [11300, 0, 16950]
    assert desk.order(number)["balance"] == cny(0)


def last_values(app: DepotApp) -> dict[str, Any]:
    document = app.unit_of_work(
        lambda s: s.query(Document).filter_by(kind=DocumentKind.REPAIR_RECEIPT).order_by(Document.id.desc()).first(),
        writing=False,
    )
    assert document is not None
    values: dict[str, Any] = json.loads(document.frozen)
    return values


UNREPAIRED: list[tuple[dict[str, Any], str, list[int]]] = [
    (DIAGNOSIS | {"verdict": "no_fault_found", "test_conditions": "2 h"}, "no_fault_found", [1234]),
    (DIAGNOSIS | {"verdict": "not_our_product"}, "not_our_product", [1234]),
]


@pytest.mark.parametrize(("diagnosis", "result", "prices"), UNREPAIRED, ids=["no fault", "not ours"])
def test_where_nothing_was_repaired_the_paper_lists_what_was_told_and_no_test(
    app: DepotApp, desk: Desk, diagnosis: dict[str, Any], result: str, prices: list[int]
) -> None:
    number = desk.until("ready", **CHANGES)
    desk.step(number, "reopen", {"reason": "wrong after all"})
    desk.step(number, "diagnose", diagnosis)

    desk.step(number, "summarize", {"cause": "-", "advice": "-"})

    values = last_values(app)
    assert (values["result"], values["tests"], values["repair_warranty_until"]) == (result, [], None)
    assert [line["total"]["amount_minor"] for line in values["prices"]] == prices


@pytest.mark.parametrize(("charge", "printed"), [(None, [1234]), (700, [700]), (0, [0])])
def test_a_cancellation_prints_what_is_owed_to_the_last_zero(
    app: DepotApp, desk: Desk, charge: int | None, printed: list[int]
) -> None:
    number = desk.until("received", **CHANGES)
    desk.step(number, "cancel", {"reason": "sold it"} | ({} if charge is None else {"charge": cny(charge)}))

    desk.step(number, "summarize", {"cause": "-", "advice": "-"})

    assert [line["total"]["amount_minor"] for line in last_values(app)["prices"]] == printed
    assert last_values(app)["total"]["amount_minor"] == sum(printed)


@pytest.mark.parametrize("checks", [[], PASS["checks"]])
def test_the_one_check_of_a_model_without_a_sheet_is_on_the_paper(app: DepotApp, desk: Desk, checks: list[Any]) -> None:
    number = desk.until("testing")
    desk.step(number, "test", {"passed": True, "checks": checks})

    desk.step(number, "summarize", SUMMARY)

    assert last_values(app)["tests"] == [{"name": {"zh": "功能正常", "en": "works"}, "passed": True, "value": None}]


def test_a_device_repaired_again_says_how_often_and_after_which_order(app: DepotApp, desk: Desk) -> None:
    first = desk.until("returned", device={"serial_number": "SN-BACK"})
    desk.until("ready", device={"serial_number": "SN-BACK"})

    values = last_values(app)

    assert (values["repairs_so_far"], values["head"]["previous_order"]) == (2, first)


def test_texts_of_ten_thousand_characters_flow_over_pages(desk: Desk) -> None:
    number = desk.until("received", reported_fault="热" * 9_999 + "终", condition="𠮷" * 10_000)

    response = desk.get(f"/repair-orders/{number}/intake-receipt.pdf")

    text = text_of(response.data)
    assert text.count("热") == 9_999
    assert "终" in text
    assert len(response.headers.get("Depot-Warnings", "")) < 3_000


def test_paper_of_a_bare_order_states_nothing_that_nobody_stated(session: Session) -> None:
    order = an_order(session, State.RECEIVED, received_at=NOW, result=None)

    intake, repair = receipts.intake_values(session, order), receipts.repair_values(session, order)

    assert (intake["estimate"], intake["preapproved_limit"], intake["head"]["accessories"]) == (None, None, [])
    assert (repair["parts"], repair["prices"], repair["labour_minutes"], repair["hand_over"]) == ([], [], None, None)
    assert receipt_head.head(session, order)["received_at"] == "2026-11-22 16:00"
    assert (receipt_head.name(session, None), receipt_head.name(session, 1)) == (None, "system")
    assert (receipt_head.local_time(None, order.depot), receipt_head.day(None)) == (None, None)


@pytest.mark.parametrize(("written", "plain"), [("1", "1"), ("10", "10"), ("0.250", "0.25"), ("1000", "1000")])
def test_a_quantity_is_written_without_needless_zeros(written: str, plain: str) -> None:
    assert receipt_head.plain(Decimal(written)) == plain


def test_the_label_bears_no_name_and_no_contact(desk: Desk) -> None:
    number = desk.until("received")
    lend(desk, number)

    label = desk.get(f"/repair-orders/{number}/label.zpl").get_data(as_text=True)

    assert number in label
    assert "张" not in label
    assert "0571" not in label
    assert "example.org" not in label


@pytest.mark.parametrize(
    ("facts", "flags"),
    [({}, []), ({"holds_data": True}, ["data"]), ({"is_repeat": True, "holds_data": False}, ["repeat"])],
)
def test_a_label_is_read_from_the_order_as_it_stands(session: Session, facts: dict[str, Any], flags: list[str]) -> None:
    order = an_order(session, State.RECEIVED, received_at=NOW, **facts)

    values = label_values.order_labels(session, [order])[0]

    assert (values["number"], values["flags"], values["received_on"]) == (order.number, flags, "2026-11-22")
