"""The paper of a device that was not repaired, and what the house says among itself, which stands on no paper."""

from __future__ import annotations

import json
from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from desk import DIAGNOSIS, HAND_OVER, SUMMARY, Desk, cny
from labels_samples import text_of
from sqlalchemy.orm import Session
from store import a_loaner, an_order

from app import DepotApp
from depot import receipts
from models import Charge, Diagnosis, Document, Loan, LoanOutcome, OrderSource, Result, State, Verdict

RUDE = "customer is rude 𠮷 <b>never again</b>"
UNIT = {"code": "LN2", "make": "Gtech", "model": "AR-20", "serial_number": "L2", "accessories": ["charger", "bag"]}
SLIP = {"loaner_unit": "LN2", "due_on": "2026-12-24", "condition": "dent on the lid", "signed_by": "王芳"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def last_values(app: DepotApp) -> dict[str, Any]:
    document = app.unit_of_work(
        lambda session: session.query(Document).order_by(Document.id.desc()).first(), writing=False
    )
    assert document is not None
    values: dict[str, Any] = json.loads(document.frozen)
    return values


def lent(desk: Desk, number: str, **slip: Any) -> str:
    """The path of a loan for an order."""
    desk.post("/loaner-units", UNIT | {"value": cny(90000)}, "logistics", expect=201)
    loan = desk.post("/loans", SLIP | {"repair_order": number} | slip, "service_desk", expect=201).get_json()
    return f"/loans/{loan['id']}"


def paper(desk: Desk, number: str, language: str, kind: str = "repair-receipt") -> str:
    return str(text_of(desk.get(f"/repair-orders/{number}/{kind}.pdf?language={language}").data))


@pytest.mark.parametrize(
    ("language", "words"), [("zh", "取消费"), ("en", "Cancellation"), ("both", "取消费Cancellation")]
)
def test_why_an_order_was_cancelled_is_not_the_customers_to_read(
    app: DepotApp, desk: Desk, language: str, words: str
) -> None:
    number = desk.until("inspecting")
    desk.step(number, "cancel", {"reason": RUDE, "charge": cny(5000)})

    desk.step(number, "summarize", {"cause": None, "advice": "-"})

    text, line = paper(desk, number, language), last_values(app)["prices"][0]
    assert (words in text, "rude" in text, "rude" in json.dumps(last_values(app))) == (True, False, False)
    assert (line["kind"], line["text"], line["total"]) == ("cancellation", "", cny(5000))
    assert desk.events(number, "cancel")[0]["text"] == {"reason": RUDE}


@pytest.mark.parametrize(
    ("outcome", "language", "words"),
    [("lost", "zh", "LN2备机遗失"), ("lost", "en", "LN2Loanerlost"), ("sold", "both", "LN2备机售出Loanersold")],
)
def test_why_a_loaner_was_settled_is_not_the_customers_to_read(
    app: DepotApp, desk: Desk, outcome: str, language: str, words: str
) -> None:
    number = desk.until("summarizing")
    desk.post(f"{lent(desk, number)}/settle", {"outcome": outcome, "reason": RUDE, "charge": cny(700)})

    desk.step(number, "summarize", SUMMARY)

    text = paper(desk, number, language)
    assert (words in text, "rude" in text, "rude" in json.dumps(last_values(app))) == (True, False, False)
    assert desk.events(number, "settle-loan")[0]["text"] == {"reason": RUDE}


@pytest.mark.parametrize("of_a_loan", [False, True])
def test_a_charge_whose_words_are_the_reason_is_printed_by_what_it_is_for(session: Session, of_a_loan: bool) -> None:
    order = an_order(session, State.SUMMARIZING, received_at=NOW, result=Result.CANCELLED)
    loan = Loan(
        unit=a_loaner(session), order_id=order.id, lent_at=NOW, lent_by_id=1, due_on=NOW.date(), condition="fine",
        signed_by="张䶮", ended_at=NOW, outcome=LoanOutcome.LOST,
    )  # fmt: skip
    session.add(loan)
    session.flush()
    row = {"amount_minor": 5, "currency": "CNY", "by_id": 1, "at": NOW, "loan_id": loan.id if of_a_loan else None}
    session.add(Charge(order_id=order.id, text=RUDE, **row))
    session.flush()

    line = receipts.repair_values(session, order)["prices"][0]

    expected = ("loaner_lost", loan.unit.code) if of_a_loan else ("cancellation", "")
    assert (line["kind"], line["text"]) == expected


UNREPAIRED: list[tuple[dict[str, Any], str]] = [
    ({"verdict": "no_fault_found", "test_conditions": "48 h under load 𠮷"}, "48hunderload"),
    ({"verdict": "not_repaired", "not_repaired_reason": "主板停产 no board to be had"}, "主板停产noboardtobehad"),
]


@pytest.mark.parametrize(("verdict", "printed"), UNREPAIRED, ids=["no fault", "not repaired"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_what_was_tried_and_the_cause_found_stand_on_the_paper(
    desk: Desk, verdict: dict[str, Any], printed: str, language: str
) -> None:
    number = desk.until("inspecting")
    desk.step(number, "diagnose", DIAGNOSIS | verdict)

    desk.step(number, "summarize", {"cause": None, "advice": "-"})

    text = paper(desk, number, language)
    said = {"zh": ("故障原因其他", "维修内容无", "无费用"), "en": ("CauseOther", "Workdonenone", "nothingtopay")}
    assert [words for words in (printed, *said[language]) if words not in text] == []
    assert [words for words in ("维修质保至", "Repairwarranty", "工时", "Labour") if words in text] == []


@pytest.mark.parametrize(("cause", "printed"), [("liquid got in", "Causeliquidgotin"), (None, "CauseOther")])
def test_the_cause_in_words_goes_before_its_code(desk: Desk, cause: str | None, printed: str) -> None:
    number = desk.until("inspecting")
    desk.step(number, "diagnose", DIAGNOSIS | {"verdict": "not_our_product"})

    desk.step(number, "summarize", {"cause": cause, "advice": "-"})

    assert printed in paper(desk, number, "en")


@pytest.mark.parametrize(("source", "named"), [(OrderSource.DEPOT, True), (OrderSource.IMPORT, False)])
def test_the_codes_of_an_import_are_nobodys_statement(session: Session, source: OrderSource, named: bool) -> None:
    order = an_order(session, State.SUMMARIZING, received_at=NOW, result=Result.NO_FAULT_FOUND, source=source)
    codes = {"symptom": "other", "cause": "other", "attribution": "unknown"}
    session.add(Diagnosis(order_id=order.id, at=NOW, by_id=1, verdict=Verdict.NO_FAULT_FOUND, **codes))
    session.flush()

    assert ("cause_code" in receipts.repair_values(session, order)) is named


@pytest.mark.parametrize("note", ["the dongle follows by post 𠮷", None])
def test_what_is_missing_at_the_hand_over_is_explained_on_the_paper(
    app: DepotApp, desk: Desk, note: str | None
) -> None:
    number = desk.until("ready")

    desk.step(number, "hand-over", HAND_OVER | {"note": note})

    text = paper(desk, number, "en")
    assert last_values(app)["hand_over"]["note"] == note
    assert ("thedonglefollowsbypost" in text, "NoteThedongle" in text) == (note is not None, False)


@pytest.mark.parametrize("kind", ["intake-receipt", "repair-receipt"])
@pytest.mark.parametrize(
    ("slip", "printed"),
    [
        ({}, ["Accessories:charger,bag", "Visiblecondition:dentonthelid", "Signedby:王芳"]),
        ({"accessories": []}, ["Accessories:none"]),
        ({"condition": "划" * 3000, "accessories": ["bag"]}, ["划划划", "Accessories:bag"]),
    ],
    ids=["all", "nothing", "long"],
)
def test_the_loan_on_paper_says_what_was_signed_for(
    desk: Desk, kind: str, slip: dict[str, Any], printed: list[str]
) -> None:
    number = desk.until("summarizing")
    lent(desk, number, **slip)

    desk.step(number, "summarize", SUMMARY)

    text = paper(desk, number, "en", kind)
    assert [words for words in printed if words not in text] == []
    assert text.count("划") == slip.get("condition", "").count("划")
