"""The box label of an announced order over HTTP: in every format, for whoever may read, and not a day too long."""

from __future__ import annotations

import re
from typing import Any

import pypdfium2
import pytest
from announced import announce, valid_for
from conftest import Client, Clock, TokenMaker
from desk import Desk
from labels_readers import read
from labels_samples import folded
from test_routes_labels import FORMS

from labels.stocks import RESOLUTIONS
from models import State

NAMES = {"zh": "河畔维修站", "en": "Riverside Repair Depot"}
ADDRESS = {"zh": "杭州市河畔路 7 号", "en": "7 Riverside Road, Hangzhou"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    valid_for(desk, name=NAMES, address=ADDRESS, phones=["+86 571 0000 0118"])
    return desk


def told(desk: Desk, number: str) -> str:
    """What stands on the label, without blanks."""
    document = pypdfium2.PdfDocument(desk.get(f"/repair-orders/{number}/box-label.pdf").data)
    return folded(document[0].get_textpage().get_text_bounded())


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("form", FORMS)
def test_a_scanner_reads_it_in_every_format(desk: Desk, form: str, dpi: int) -> None:
    number = announce(desk)["number"]

    answer = desk.get(f"/repair-orders/{number}/box-label.{form}?dpi={dpi}")

    media_type, image = FORMS[form]
    assert answer.mimetype == media_type
    assert [text for text, _ in read(image(answer.data, dpi))] == [number]
    assert answer.headers["Cache-Control"] == "private, no-store"


def test_it_says_where_to_and_what_and_until_when_and_nothing_that_is_the_customers(desk: Desk) -> None:
    order = announce(desk, reported_fault="secret words of the customer 𠮷")

    text = told(desk, order["number"])

    for known in (
        *NAMES.values(),
        *ADDRESS.values(),
        "+86 571 0000 0118",
        "Gtech AR-20",
        "MJ1311YNG3DV3A",
        "2026-11-25",
    ):
        assert folded(known) in text
    for private in ("secret", "𠮷", "U+20BB7", "张䶮", "0000 0000", "a@example.org"):
        assert folded(private) not in text


@pytest.mark.parametrize(
    ("device", "says"),
    [
        ({"serial_number": None, "serial_status": "none"}, "SN未说明notstated"),
        ({"serial_number": "序列-7"}, "SN序列-7"),
        ({"model": "型号 Ж"}, "Gtech型号Ж"),
    ],
)
def test_it_says_what_is_known_of_the_device(desk: Desk, device: dict[str, Any], says: str) -> None:
    assert says in told(desk, announce(desk, device=device)["number"])


def test_one_that_is_valid_for_ever_bears_no_day_and_one_of_a_depot_without_a_name_its_code(desk: Desk) -> None:
    valid_for(desk, None, name={"zh": "", "en": ""}, address={"zh": "", "en": ""}, phones=[])

    text = told(desk, announce(desk)["number"])

    assert "MAIN" in text
    assert "Validuntil" not in text


@pytest.mark.parametrize("state", State)
def test_it_is_there_while_the_order_is_announced_and_linked(desk: Desk, state: State) -> None:
    desk.furnish(labour_rate={"amount_minor": 30000, "currency": "CNY"})
    desk.stock("NOWHERE-1", 0)
    number = desk.until(state.value)

    link = desk.order(number)["links"]["box_label"]
    answers = [
        desk.get(f"/repair-orders/{number}/box-label.{form}", expect=200 if state is State.ANNOUNCED else 409)
        for form in FORMS
    ]

    assert link == (f"/api/v1/repair-orders/{number}/box-label.pdf" if state is State.ANNOUNCED else None)
    if state is not State.ANNOUNCED:
        problem = answers[0].get_json()
        assert (problem["type"], problem["state"]) == ("urn:depot:problem:no-label", state.value)
        assert "announce it" in problem["detail"]


def test_it_is_gone_once_the_announcement_has_ended(desk: Desk, clock: Clock) -> None:
    number = announce(desk)["number"]
    clock.advance(days=4)
    announce(desk)

    problem = desk.get(f"/repair-orders/{number}/box-label.pdf", expect=409).get_json()

    assert problem["state"] == "cancelled"


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "manager", "integration", "admin"])
def test_every_role_may_print_it(desk: Desk, role: str) -> None:
    number = announce(desk)["number"]

    assert desk.get(f"/repair-orders/{number.lower()}/box-label.zpl", role).data.count(b"^XA") == 1


def test_nobody_prints_it_without_a_token_or_out_of_sight(desk: Desk, token: TokenMaker) -> None:
    number = announce(desk)["number"]
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    path = f"/repair-orders/{number}/box-label.pdf"

    desk.client.get(path, expect=401)
    desk.client.get(path, token=token("manager", ["NORTH"], "somebody up north"), expect=404)
    desk.get("/repair-orders/RO2600009999X/box-label.pdf", expect=404)


@pytest.mark.parametrize("stock", ["50x30", "57x32"])
def test_a_stock_too_small_for_it_is_refused_with_the_one_that_does(desk: Desk, stock: str) -> None:
    number = announce(desk)["number"]

    problem = desk.get(f"/repair-orders/{number}/box-label.pdf?stock={stock}", expect=409).get_json()

    assert (problem["type"], problem["stocks"]) == ("urn:depot:problem:unprintable", ["102x152"])


def test_an_address_that_does_not_fit_is_refused_and_never_cut(desk: Desk) -> None:
    desk.furnish(address={"zh": "路" * 3000, "en": ""})
    number = announce(desk)["number"]

    problem = desk.get(f"/repair-orders/{number}/box-label.svg", expect=409).get_json()

    assert "address" in problem["detail"]


@pytest.mark.parametrize(
    ("query", "pointer"),
    [("stock=1x1", "/stock"), ("dpi=200", "/dpi"), ("copies=101", "/copies"), ("language=zh", "/language")],
)
def test_a_query_that_it_does_not_know_is_refused(desk: Desk, query: str, pointer: str) -> None:
    number = announce(desk)["number"]

    problem = desk.get(f"/repair-orders/{number}/box-label.pdf?{query}", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_several_boxes_take_several_copies(desk: Desk) -> None:
    number = announce(desk)["number"]

    pages = pypdfium2.PdfDocument(desk.get(f"/repair-orders/{number}/box-label.pdf?copies=3").data)

    assert len(pages) == 3
    assert [round(size / 72 * 25.4) for size in pages[0].get_size()] == [102, 152]
    assert re.search(rb"\^PQ2", desk.get(f"/repair-orders/{number}/box-label.zpl?copies=2").data)
