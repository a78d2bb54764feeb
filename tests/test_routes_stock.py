"""Receipts, issues, adjustments and the ledger over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Client, TokenMaker
from store import a_depot, a_part, an_order, another_depot, faults_of_ledger

from models import State, Unit

BULK = {"part_number": "SSD-1TB", "quantity": 5, "location": "A-01"}


@pytest.fixture(autouse=True)
def catalogue(work: Callable[..., Any]) -> None:
    def build(session: Any) -> None:
        a_depot(session)
        a_part(session)
        a_part(session, "BOARD", serialized=True)
        a_part(session, "CABLE", unit=Unit.METRE)

    work(build)


@pytest.fixture
def keeper(token: TokenMaker) -> str:
    return token("logistics")


def stock_of(client: Client, token: str, number: str = "SSD-1TB") -> list[Any]:
    part = client.get(f"/parts/{number}", token=token).json
    return [part[name] for name in ("on_hand", "reserved", "available", "issued", "defective")]


def test_a_receipt_answers_what_was_booked_and_what_there_is(client: Client, keeper: str) -> None:
    booked = client.post("/stock/receipts", {**BULK, "reference": "PO-7"}, token=keeper, expect=201)

    [movement] = booked.json["movements"]
    assert booked.json == {
        "movements": [movement],
        "part_number": "SSD-1TB",
        "quantity": 5,
        "on_hand": 5,
        "reserved": 0,
        "available": 5,
    }
    assert movement == {
        "id": movement["id"],
        "at": "2026-11-22T08:00:00Z",
        "by": {"id": movement["by"]["id"], "name": "somebody of logistics"},
        "kind": "receipt",
        "part_number": "SSD-1TB",
        "quantity": 5,
        "from": {"depot": "MAIN", "code": "~supplier", "kind": "supplier"},
        "to": {"depot": "MAIN", "code": "A-01", "kind": "bin"},
        "condition": "new",
        "to_condition": "new",
        "serial_number": None,
        "repair_order": None,
        "reference": "PO-7",
        "reason": None,
    }
    part = client.get("/parts/SSD-1TB", token=keeper).json
    assert part["locations"] == [
        {
            "depot": "MAIN",
            "location": "A-01",
            "on_hand": 5,
            "reserved": 0,
            "available": 5,
            "conditions": {"new": 5},
        }
    ]


def test_quarantine_is_on_hand_and_not_available(client: Client, keeper: str) -> None:
    client.post("/stock/receipts", {**BULK, "condition": "quarantine"}, token=keeper, expect=201)
    client.post("/stock/receipts", {**BULK, "quantity": 1}, token=keeper, expect=201)

    assert stock_of(client, keeper) == [6, 0, 1, 0, 0]


@pytest.mark.parametrize(("sent", "shown"), [("2.5", "2.5"), ("3", "3"), (3, "3"), ("0.125", "0.125")])
def test_a_measure_is_a_decimal_string(client: Client, keeper: str, sent: Any, shown: str) -> None:
    line = {"part_number": "CABLE", "quantity": sent, "location": "A-01"}

    booked = client.post("/stock/receipts", line, token=keeper, expect=201)

    assert (booked.json["quantity"], booked.json["on_hand"]) == (shown, shown)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"part_number": "nothing"}, "/part_number"),
        ({"part_number": "ssd-1tb"}, "/part_number"),
        ({"quantity": 0}, "/quantity"),
        ({"quantity": -1}, "/quantity"),
        ({"quantity": 1.5}, "/quantity"),
        ({"quantity": "1.5"}, "/quantity"),
        ({"quantity": True}, "/quantity"),
        ({"quantity": 2**63}, "/quantity"),
        ({"quantity": 10**10}, "/quantity"),
        ({"quantity": None}, "/quantity"),
        ({"location": ""}, "/location"),
        ({"location": "~customer"}, "/location"),
        ({"location": "x" * 201}, "/location"),
        ({"location": "a\x00"}, "/location"),
        ({"serial_numbers": ["a"]}, "/serial_numbers"),
        ({"depot": "NOWHERE"}, "/depot"),
        ({"condition": "defective"}, "/condition"),
        ({"reference": "x" * 3000}, "/reference"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_receipt_that_does_not_validate_is_refused_by_its_field(
    client: Client, keeper: str, change: dict[str, Any], pointer: str
) -> None:
    refused = client.post("/stock/receipts", {**BULK, **change}, token=keeper, expect=422)

    assert refused.json["errors"][0]["pointer"] == pointer
    assert stock_of(client, keeper) == [0, 0, 0, 0, 0]


def test_a_serialised_part_comes_in_by_its_serial_numbers_without_the_blanks(client: Client, keeper: str) -> None:
    line = {"part_number": "BOARD", "quantity": 2, "location": "A-01", "serial_numbers": [" 序列-𠮷 ", "b"]}

    booked = client.post("/stock/receipts", line, token=keeper, expect=201)

    assert [movement["serial_number"] for movement in booked.json["movements"]] == ["序列-𠮷", "b"]
    refused = client.post("/stock/receipts", {**line, "serial_numbers": ["c", "b"]}, token=keeper, expect=409)
    assert (refused.json["serial_number"], refused.json["location"]) == ("b", "A-01")
    assert stock_of(client, keeper, "BOARD")[0] == 2


@pytest.mark.parametrize("path", ["/stock/receipts", "/stock/issues", "/stock/adjustments"])
@pytest.mark.parametrize("role", ["service_desk", "technician", "integration"])
def test_only_the_store_books(client: Client, token: TokenMaker, path: str, role: str) -> None:
    client.post(path, {**BULK, "reason": "x"}, token=token(role), expect=403)


def test_only_a_manager_adjusts(client: Client, token: TokenMaker, keeper: str) -> None:
    line = {**BULK, "reason": "counted"}
    client.post("/stock/receipts", BULK, token=keeper, expect=201)

    client.post("/stock/adjustments", line, token=keeper, expect=403)
    client.post("/stock/adjustments", {**line, "quantity": -2}, token=token("manager"), expect=201)

    assert stock_of(client, keeper)[0] == 3


def test_an_issue_to_an_order_is_booked_on_it(client: Client, keeper: str, work: Callable[..., Any]) -> None:
    number = work(lambda session: an_order(session).number)
    client.post("/stock/receipts", BULK, token=keeper, expect=201)

    issue = {**BULK, "quantity": 2, "repair_order": number.lower()}
    booked = client.post("/stock/issues", issue, token=keeper, expect=201)

    assert booked.json["movements"][0]["repair_order"] == number
    assert stock_of(client, keeper) == [3, 0, 3, 2, 0]
    found = client.get(f"/stock/movements?repair_order={number}", token=keeper).json["items"]
    assert [line["kind"] for line in found] == ["issue"]


def test_issuing_more_than_there_is_says_how_much_there_is_and_books_nothing(
    client: Client, keeper: str, work: Callable[..., Any]
) -> None:
    number = work(lambda session: an_order(session).number)
    client.post("/stock/receipts", BULK, token=keeper, expect=201)

    for more in ({"repair_order": number}, {"reason": "x"}):
        refused = client.post("/stock/issues", {**BULK, "quantity": 6, **more}, token=keeper, expect=409)
        assert refused.json["available"] == 5

    assert stock_of(client, keeper) == [5, 0, 5, 0, 0]
    assert work(faults_of_ledger) == []


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({}, "/reason"),
        ({"repair_order": "RO2600000000X"}, "/repair_order"),
        ({"reason": "x", "location": "B-99"}, "/location"),
        ({"reason": "x", "serial_numbers": ["a"]}, "/serial_numbers"),
        ({"reason": "x" * 10_001}, "/reason"),
    ],
)
def test_an_issue_that_does_not_validate_is_refused_by_its_field(
    client: Client, keeper: str, change: dict[str, Any], pointer: str
) -> None:
    client.post("/stock/receipts", BULK, token=keeper, expect=201)

    refused = client.post("/stock/issues", {**BULK, "quantity": 1, **change}, token=keeper, expect=422)

    assert refused.json["errors"][0]["pointer"] == pointer


def test_an_issue_to_an_order_that_is_not_approved_is_refused(
    client: Client, keeper: str, work: Callable[..., Any]
) -> None:
    number = work(lambda session: an_order(session, State.TESTING).number)
    client.post("/stock/receipts", BULK, token=keeper, expect=201)

    refused = client.post("/stock/issues", {**BULK, "repair_order": number}, token=keeper, expect=409)

    assert refused.json["state"] == "testing"


def test_stock_is_regraded_where_it_stands(client: Client, token: TokenMaker) -> None:
    boss = token("manager")
    client.post("/stock/receipts", BULK, token=boss, expect=201)
    change = {**BULK, "quantity": 2, "to_condition": "quarantine", "reason": "rust"}

    client.post("/stock/adjustments", change, token=boss, expect=201)

    part = client.get("/parts/SSD-1TB", token=boss).json
    assert part["locations"][0]["conditions"] == {"new": 3, "quarantine": 2}
    assert (part["on_hand"], part["available"]) == (5, 3)


def test_the_ledger_is_read_newest_first_page_by_page(client: Client, keeper: str) -> None:
    for quantity in range(1, 6):
        client.post("/stock/receipts", {**BULK, "quantity": quantity}, token=keeper, expect=201)
    client.post(
        "/stock/receipts", {"part_number": "CABLE", "quantity": 1, "location": "A-01"}, token=keeper, expect=201
    )

    first = client.get("/stock/movements?part_number=SSD-1TB&limit=2", token=keeper)
    second = client.get(f"/stock/movements?part_number=SSD-1TB&limit=9&cursor={first.json['next']}", token=keeper)

    quantities = [line["quantity"] for page in (first, second) for line in page.json["items"]]
    assert quantities == [5, 4, 3, 2, 1]
    assert 'rel="next"' in first.headers["Link"]
    assert len(client.get("/stock/movements", token=keeper).json["items"]) == 6
    client.get("/stock/movements?part_number=nothing", token=keeper, expect=422)


def test_a_token_of_one_depot_books_and_sees_there_only(
    client: Client, token: TokenMaker, keeper: str, work: Callable[..., Any]
) -> None:
    work(lambda session: another_depot(session).id)
    north = token("logistics", depots=["NORTH"], name="n")
    client.post("/stock/receipts", {**BULK, "depot": "MAIN"}, token=keeper, expect=201)

    client.post("/stock/receipts", {**BULK, "depot": "MAIN"}, token=north, expect=403)
    client.post("/stock/receipts", {**BULK, "quantity": 1}, token=north, expect=201)

    assert stock_of(client, north)[0] == 1
    assert stock_of(client, keeper)[0] == 6
    assert len(client.get("/stock/movements", token=north).json["items"]) == 1
    number = work(lambda session: an_order(session).number)
    client.post("/stock/issues", {**BULK, "repair_order": number}, token=north, expect=422)


@pytest.mark.parametrize(
    ("location", "depot"), [("ONLY-NORTH", "NORTH"), ("ONLY-MAIN", "MAIN"), ("BOTH", "MAIN"), ("NEW", "MAIN")]
)
def test_a_bin_says_which_depot_is_meant(
    client: Client, keeper: str, work: Callable[..., Any], location: str, depot: str
) -> None:
    work(lambda session: another_depot(session).id)
    for there, code in (("NORTH", "ONLY-NORTH"), ("MAIN", "ONLY-MAIN"), ("NORTH", "BOTH"), ("MAIN", "BOTH")):
        client.post("/locations", {"depot": there, "code": code}, token=keeper, expect=201)

    line = {**BULK, "location": f" {location} "}
    booked = client.post("/stock/receipts", line, token=keeper, expect=201).json["movements"]
    issued = client.post("/stock/issues", line | {"reason": "lost"}, token=keeper, expect=201).json["movements"]

    assert (booked[0]["to"]["depot"], issued[0]["from"]["depot"]) == (depot, depot)


def test_an_order_gets_its_parts_in_its_own_depot(client: Client, keeper: str, work: Callable[..., Any]) -> None:
    work(lambda session: another_depot(session).id)
    number = work(lambda session: an_order(session).number)

    refused = client.post("/stock/issues", {**BULK, "repair_order": number, "depot": "NORTH"}, token=keeper, expect=422)

    assert refused.json["errors"][0]["pointer"] == "/depot"


def test_a_receipt_sent_twice_under_one_key_is_booked_once(client: Client, keeper: str) -> None:
    first = client.post("/stock/receipts", BULK, token=keeper, key="k1", expect=201)
    again = client.post("/stock/receipts", BULK, token=keeper, key="k1", expect=201)

    assert again.json == first.json
    assert stock_of(client, keeper)[0] == 5
