"""Labels over HTTP: every kind of thing in every form, many in one document, and what a refusal says."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import quote

import pypdfium2
import pytest
from conftest import Client, TokenMaker
from desk import Desk
from labels_readers import bars_on, pdf_image, read, svg_image, zpl_image, zpl_labels
from PIL import Image

from labels.stocks import RESOLUTIONS, STOCKS

FORMS = {
    "svg": ("image/svg+xml", lambda data, _: svg_image(data)),
    "png": ("image/png", lambda data, _: Image.open(io.BytesIO(data))),
    "pdf": ("application/pdf", pdf_image),
    "zpl": ("application/zpl", lambda data, _: zpl_image(data)),
}
KINDS = ["repair_order", "part", "location", "loaner_unit"]
ROLES = ["service_desk", "technician", "logistics", "manager", "integration"]
UNIT = {"make": "Gtech", "model": "AR-20"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def made(desk: Desk, kind: str, code: str = "K-1") -> tuple[str, str]:
    """Something to be labelled: its key, and its path."""
    if kind == "repair_order":
        number = desk.until("received")
        return number, f"/repair-orders/{number}"
    if kind == "part":
        desk.stock(code, 0)
        return code, "/parts/" + quote(code, safe="")
    if kind == "location":
        return code, f"/locations/{desk.post('/locations', {'code': code}, expect=201).get_json()['id']}"
    desk.post("/loaner-units", UNIT | {"code": code, "serial_number": code}, expect=201)
    return code, "/loaner-units/" + quote(code, safe="")


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("kind", KINDS)
def test_a_scanner_reads_every_label_in_every_form(desk: Desk, kind: str, stock: str, dpi: int) -> None:
    key, path = made(desk, kind)

    answers = {form: desk.get(f"{path}/label.{form}?stock={stock}&dpi={dpi}") for form in FORMS}

    for form, (media_type, image) in FORMS.items():
        assert answers[form].mimetype == media_type
        assert bars_on(image(answers[form].data, dpi)) == [key], form


def test_the_box_leads_to_the_orders_page_and_gives_no_code_away(desk: Desk) -> None:
    number = desk.until("received")

    image = Image.open(io.BytesIO(desk.get(f"/repair-orders/{number}/label.png?stock=102x152").data))

    assert f"https://depot.example/o/{number}" in [text for text, _ in read(image)]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_role_reads_labels(desk: Desk, kind: str, role: str) -> None:
    _, path = made(desk, kind)

    assert desk.get(f"{path}/label.svg", role).headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize("code", ["R_10R_0402_1%", "a/b", "/leading", "x//y", "with blank", 'a"b\\c', "<&'>", "~^_"])
def test_a_part_number_of_any_plain_characters_has_a_label(desk: Desk, code: str) -> None:
    _, path = made(desk, "part", code)

    label = desk.get(f"{path}/label.zpl?stock=57x32")

    assert bars_on(zpl_image(label.data))[0] == code
    assert "filename" in label.headers["Content-Disposition"]


@pytest.mark.parametrize("kind", ["part", "location", "loaner_unit"])
def test_a_code_that_bars_cannot_hold_is_refused_and_told(desk: Desk, kind: str) -> None:
    _, path = made(desk, kind, "电池/1")

    problem = desk.get(f"{path}/label.png", expect=409).get_json()

    assert problem["type"] == "urn:depot:problem:unprintable"
    assert "ASCII" in problem["detail"]


@pytest.mark.parametrize(("code", "stocks"), [("PART-NUMBER-OF-25-LETTERS", ["102x152"]), ("x" * 190, [])])
def test_what_does_not_fit_is_refused_with_the_stocks_that_would_do(desk: Desk, code: str, stocks: list[str]) -> None:
    _, path = made(desk, "part", code)

    problem = desk.get(f"{path}/label.svg?dpi=300", expect=409).get_json()

    assert code in problem["detail"]
    assert (problem["stock"], problem["dpi"], problem["stocks"]) == ("50x30", 300, stocks)


def test_a_serial_that_no_sticker_holds_goes_on_the_box(desk: Desk) -> None:
    number = desk.until("received", device={"serial_number": "W" * 200})

    problem = desk.get(f"/repair-orders/{number}/label.svg?stock=57x32", expect=409).get_json()

    assert "serial number" in problem["detail"]
    assert problem["stocks"] == ["102x152"]
    assert desk.get(f"/repair-orders/{number}/label.svg?stock=102x152").data


@pytest.mark.parametrize("path", ["/parts/K-1", "/locations/999", "/loaner-units/none", "/repair-orders/RP1"])
def test_what_is_not_there_has_no_label(desk: Desk, path: str) -> None:
    desk.get(f"{path}/label.svg", expect=404)


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("stock=1x1", "/stock"),
        ("dpi=200", "/dpi"),
        ("copies=0", "/copies"),
        ("copies=101", "/copies"),
        ("language=zh", "/language"),
    ],
)
@pytest.mark.parametrize("kind", KINDS)
def test_a_query_that_labels_do_not_know_is_refused(desk: Desk, kind: str, query: str, pointer: str) -> None:
    _, path = made(desk, kind)

    problem = desk.get(f"{path}/label.pdf?{query}", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("kind", KINDS)
def test_several_labels_come_in_one_document(desk: Desk, kind: str) -> None:
    keys = [made(desk, kind, f"K-{place}")[0] for place in range(3)]
    body: dict[str, Any] = {"kind": kind, "keys": keys[::-1], "copies": 2, "dpi": 300}

    pages = pypdfium2.PdfDocument(desk.post("/labels.pdf", body).data)
    labels = zpl_labels(desk.post("/labels.zpl", body).data)

    assert len(pages) == 6
    assert [(bars_on(zpl_image(zpl))[0], copies) for zpl, copies in labels] == [(key, 2) for key in keys[::-1]]


def test_two_hundred_devices_have_their_labels_in_one_document(desk: Desk) -> None:
    numbers = [desk.until("received") for _ in range(4)] * 50

    labels = desk.post("/labels.zpl", {"keys": numbers, "stock": "102x152"})

    assert labels.data.count(b"^XA") == 200
    assert labels.headers["Cache-Control"] == "private, no-store"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"keys": []}, "/keys"),
        ({"keys": ["K-1"] * 1001}, "/keys"),
        ({"keys": ["K-1"] * 101, "copies": 10}, "/copies"),
        ({"keys": ["K-1", "K-2"]}, "/keys/1"),
        ({"keys": ["K-1", "a\x00b"]}, "/keys/1"),
        ({"keys": [7]}, "/keys/0"),
        ({"kind": "device"}, "/kind"),
        ({"stock": "A4"}, "/stock"),
        ({"dpi": 240}, "/dpi"),
        ({"dpi": "203"}, "/dpi"),
        ({"copies": 0}, "/copies"),
        ({"colour": "red"}, "/colour"),
        ({"kind": "location", "depot": "NOWHERE"}, "/depot"),
    ],
)
def test_a_document_that_cannot_be_says_which_member_is_wrong(desk: Desk, change: Any, pointer: str) -> None:
    made(desk, "part")

    problem = desk.post("/labels.pdf", {"kind": "part", "keys": ["K-1"]} | change, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_one_label_that_does_not_fit_refuses_the_document(desk: Desk) -> None:
    made(desk, "part")
    made(desk, "part", "x" * 60)

    problem = desk.post("/labels.zpl", {"kind": "part", "keys": ["K-1", "x" * 60]}, expect=409).get_json()

    assert "x" * 60 in problem["detail"]


def test_characters_that_no_font_has_are_told_once(desk: Desk) -> None:
    desk.post("/parts", {"part_number": "P", "name": "𠮷野"}, expect=201)

    told = desk.post("/labels.pdf", {"kind": "part", "keys": ["P", "P"]}).headers["Depot-Warnings"]

    assert told.count("U+20BB7") == 1


@pytest.mark.parametrize("form", ["svg", "png"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_picture_is_one_label_and_says_so(desk: Desk, kind: str, form: str) -> None:
    _, path = made(desk, kind)

    problem = desk.get(f"{path}/label.{form}?copies=2", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == ["/copies"]
    assert "label.pdf and label.zpl" in problem["errors"][0]["detail"]
    assert desk.get(f"{path}/label.{form}?copies=1").data == desk.get(f"{path}/label.{form}").data


@pytest.mark.parametrize("state", ["announced", "received", "ready", "returned", "disposed"])
@pytest.mark.parametrize("form", ["svg", "zpl"])
def test_the_label_is_where_the_order_says(desk: Desk, state: str, form: str) -> None:
    number = desk.until(state)

    link = desk.order(number)["links"]["label"]

    assert desk.get(link.removeprefix("/api/v1").replace("svg", form)).data


@pytest.mark.parametrize("state", ["refused", "cancelled"])
def test_what_was_turned_away_or_never_came_bears_no_label(desk: Desk, state: str) -> None:
    number, here = desk.until(state), desk.until("received")

    alone = [desk.get(f"/repair-orders/{number}/label.{form}", expect=409).get_json() for form in FORMS]
    among_others = desk.post("/labels.zpl", {"keys": [here, number]}, expect=409).get_json()

    assert {(each["type"], each["number"]) for each in [*alone, among_others]} == {
        ("urn:depot:problem:no-label", number)
    }
    assert desk.order(number)["links"]["label"] is None
