from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Client, TokenMaker
from desk import Desk
from sqlalchemy import event

from app import DepotApp
from models import db

SERIAL = "MJ1311YNG3DV3A"
GTIN = "04012345678901"
LOANER = {"code": "LN-01", "make": "Gtech", "model": "AR-20", "serial_number": "L-77"}
READERS = ["service_desk", "technician", "logistics", "manager", "integration", "admin"]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def scan(desk: Desk, code: str, expect: int = 200, role: str = "technician") -> Any:
    """The answer to a scan."""
    return desk.get(f"/scan?code={quote(code, safe='')}", role, expect=expect).get_json()


@contextmanager
def counted(app: DepotApp) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def test_an_order_answers_with_what_the_role_may_do_next(desk: Desk) -> None:
    order = desk.receive()

    answers = {role: scan(desk, f"{order['number'].lower()}\r\n", role=role) for role in READERS}

    assert {role for role, answer in answers.items() if answer["key"] == order["number"]} == set(READERS)
    technician = answers["technician"]
    assert technician == {
        "kind": "repair_order",
        "key": order["number"],
        "open_order": order["number"],
        "summary": technician["summary"],
        "warnings": [],
        "label": None,
        "links": {"self": f"/api/v1/repair-orders/{order['number']}"},
        "allowed_actions": desk.order(order["number"], "technician")["allowed_actions"],
    }
    assert technician["summary"]["state"] == "received"
    assert [each["action"] for each in technician["allowed_actions"]] == ["start-inspection"]
    assert answers["logistics"]["allowed_actions"] == []


@pytest.mark.parametrize("sent", [SERIAL, f"]C101{GTIN}21{SERIAL}", f"{SERIAL}{SERIAL}", f"01{GTIN}21{SERIAL}\x1d10L"])
def test_a_device_answers_with_its_open_order(desk: Desk, sent: str) -> None:
    order = desk.receive()

    answer = scan(desk, sent)

    assert (answer["kind"], answer["key"], answer["open_order"]) == (
        "device",
        str(order["device"]["id"]),
        order["number"],
    )
    assert answer["summary"]["serial_number"] == SERIAL
    assert [each["action"] for each in answer["allowed_actions"]] == ["start-inspection"]
    assert desk.client.send("GET", answer["links"]["self"].removeprefix("/api/v1"), token=desk.token("admin"))


def test_every_kind_of_thing_has_an_answer(desk: Desk) -> None:
    desk.stock("SSD/1 TB", 0, serialized=True)
    desk.arrive("SSD/1 TB", 1, serial_numbers=["P-1"])
    desk.post("/loaner-units", LOANER, "logistics", expect=201)

    answers = {code: scan(desk, code) for code in ("ssd/1 tb", "p-1", "a-1", "ln-01", "L-77")}

    assert [(each["kind"], each["key"]) for each in answers.values()] == [
        ("part", "SSD/1 TB"),
        ("part_unit", "P-1"),
        ("location", "A-1"),
        ("loaner_unit", "LN-01"),
        ("loaner_unit", "LN-01"),
    ]
    assert answers["ssd/1 tb"]["summary"]["on_hand"] == 1
    assert answers["p-1"]["summary"] == {
        "part_number": "SSD/1 TB",
        "name": "part SSD/1 TB",
        "serial_number": "P-1",
        "condition": "new",
        "depot": "MAIN",
        "place": "bin",
        "location": "A-1",
    }
    assert all(answer["open_order"] is None and answer["allowed_actions"] == [] for answer in answers.values())
    for answer in answers.values():
        desk.get(answer["links"]["self"].removeprefix("/api/v1"))


def test_a_supplier_label_says_how_many(desk: Desk) -> None:
    desk.stock("LM358", 0)

    answer = scan(desk, "[)>\x1e06\x1dP296-LM358-ND\x1d1PLM358\x1dQ10\x1d1TL9\x1e\x04\r\n")

    assert (answer["kind"], answer["key"]) == ("part", "LM358")
    assert answer["label"] == {
        "part_numbers": ["296-LM358-ND", "LM358"],
        "serial_numbers": [],
        "quantity": "10",
        "lot": "L9",
    }


def test_several_meanings_are_a_choice(desk: Desk) -> None:
    desk.stock("X-1", 0)
    desk.arrive("X-1", 1, location="X-1")
    order = desk.receive(device={"serial_number": "X-1"})

    answer = desk.get("/scan?code=X-1", expect=300)

    body = answer.get_json(force=True)
    assert answer.mimetype == "application/problem+json"
    assert (body["type"], body["status"]) == ("urn:depot:problem:several-meanings", 300)
    assert {choice["kind"]: choice["key"] for choice in body["choices"]} == {
        "device": str(order["device"]["id"]),
        "part": "X-1",
        "location": "X-1",
    }
    assert [each["open_order"] for each in body["choices"] if each["kind"] == "device"] == [order["number"]]


def test_a_miss_says_what_to_do_and_what_looks_alike(desk: Desk) -> None:
    order = desk.receive()

    problem = scan(desk, SERIAL.replace("1", "I"), expect=404)

    assert problem["type"] == "urn:depot:problem:unknown-code"
    assert problem["look_alikes"] == [{"device": order["device"]["id"], "serial_number": SERIAL}]
    assert SERIAL in problem["detail"]


@pytest.mark.parametrize("code", ["", " ", "\r\n", "x" * 2001])
def test_what_is_no_scan_does_not_validate(desk: Desk, code: str) -> None:
    problem = scan(desk, code, expect=422)

    assert [error["pointer"] for error in problem["errors"]] == ["/code"]


@pytest.mark.parametrize("query", ["", "?cod=X", "?code=X&limit=1"])
def test_a_query_is_what_is_documented(desk: Desk, query: str) -> None:
    desk.get(f"/scan{query}", expect=422)


@pytest.mark.parametrize(
    "raw",
    ["%00", "%ff%fe", "%1D%1E%04A", "x" * 2000, "%F0%A0%AE%B7", "%ED%A0%80", "%25", "%27%22%3B--", "]C1", "[)>06"],
)
def test_hostile_bytes_mean_nothing(desk: Desk, raw: str) -> None:
    desk.get(f"/scan?code={raw}", expect=404)


@pytest.mark.parametrize("escaped", ["]C101{}21{}%1D10L%0D%0A", "]C101{}21{}%251D10L", "01{}21{}%3CGS%3E10L"])
def test_separators_come_through_any_escaping(desk: Desk, escaped: str) -> None:
    desk.receive()

    answer = desk.get(f"/scan?code={escaped.format(GTIN, SERIAL)}").get_json()

    assert (answer["kind"], answer["warnings"]) == ("device", [])


def test_a_miss_costs_no_more_than_a_hit(app: DepotApp, desk: Desk) -> None:
    number = desk.receive()["number"]
    desk.token("technician")

    with counted(app) as hit:
        scan(desk, number)
    with counted(app) as miss:
        scan(desk, "NOTHING", expect=404)

    assert len(miss) <= len(hit)


@pytest.mark.parametrize(
    "sent", ["{serial}\r\n", "]C101" + GTIN + "21{serial}\x1d10L", "{number}{number}", "]C0{number}"]
)
def test_an_inspection_starts_with_whatever_a_scanner_sends(desk: Desk, sent: str) -> None:
    number = desk.receive()["number"]

    order = desk.step(number, "start-inspection", {"scanned": sent.format(serial=SERIAL.lower(), number=number)})

    assert order["state"] == "inspecting"


def test_an_inspection_does_not_start_with_another_device(desk: Desk) -> None:
    number, other = desk.receive()["number"], desk.receive(device={"serial_number": "OTHER-1"})["number"]

    for sent in (f"]C101{GTIN}21OTHER-1\x1d10L", f"{other}{other}", "\x00"):
        assert desk.step(number, "start-inspection", {"scanned": sent}, expect=409)["scanned"] == sent.strip("\r\n")
