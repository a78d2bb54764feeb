"""A loan shows on the pick-up voucher: its next edition names the unit, the first one stays what it was."""

from __future__ import annotations

import json

import pytest
from conftest import Client, TokenMaker
from desk import Desk, cny

from app import DepotApp
from depot import verify
from models import Document

UNIT = {"code": "LOAN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L1", "accessories": ["charger"]}
SLIP = {"loaner_unit": "LOAN-1", "due_on": "2026-12-24", "condition": "like new", "signed_by": "张䶮"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.post("/loaner-units", UNIT | {"value": cny(90000)}, "logistics", expect=201)
    return desk


def editions(app: DepotApp) -> list[Document]:
    return app.unit_of_work(lambda session: session.query(Document).order_by(Document.id).all(), writing=False)


def test_a_loan_issues_the_next_edition_of_the_voucher(app: DepotApp, desk: Desk) -> None:
    number = desk.until("inspecting")
    first_paper = desk.get(f"/repair-orders/{number}/intake-receipt.pdf").data

    desk.post("/loans", SLIP | {"repair_order": number}, "service_desk", expect=201)

    first, second = editions(app)
    assert (first.edition, second.edition) == (1, 2)
    assert json.loads(first.frozen)["head"]["loans"] == []
    assert [loan["code"] for loan in json.loads(second.frozen)["head"]["loans"]] == ["LOAN-1"]
    assert desk.get(f"/repair-orders/{number}/intake-receipt.pdf?edition=1").data == first_paper
    assert desk.get(f"/repair-orders/{number}/intake-receipt.pdf").data != first_paper
    assert desk.order(number)["version"] == 2
    assert app.unit_of_work(lambda session: list(verify.faults(session)), writing=False) == []


def test_a_loan_for_a_device_that_is_not_here_yet_issues_no_voucher(app: DepotApp, desk: Desk) -> None:
    number = desk.until("announced")

    desk.post("/loans", SLIP | {"repair_order": number}, "service_desk", expect=201)

    assert editions(app) == []


def test_a_hand_over_waits_for_the_loaner(desk: Desk) -> None:
    number = desk.until("ready")
    loan = desk.post("/loans", SLIP | {"repair_order": number}, "service_desk", expect=201).get_json()

    refused = desk.step(number, "hand-over", expect=409, body={**HAND_OVER})
    desk.post(f"/loans/{loan['id']}/return", HOME, "service_desk")
    handed = desk.step(number, "hand-over", HAND_OVER)

    assert [lack["code"] for lack in refused["missing"]] == ["loaner_out"]
    assert handed["state"] == "returned"


HAND_OVER = {
    "identity_checked": True,
    "accessories_returned": True,
    "signed_by": "张䶮",
    "signature_origin": "customer_at_counter",
}
HOME = {"condition": "like new", "accessories_returned": True, "differences": None}
