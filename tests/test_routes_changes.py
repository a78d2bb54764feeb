"""PUT is one and the same for every noun: it keeps what it leaves out, and takes back whatever a GET answered."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk, cny
from document import operations
from registers import NASTY_TEXTS

GTECH = {"make": "Gtech", "model": "AR-20"}
CONTACTS = [{"kind": "phone", "value": "+86 571 8888 0001"}, {"kind": "email", "value": "anna@example.org"}]
NOUNS: dict[str, tuple[str, dict[str, Any]]] = {
    "customers": ("/customers", {"name": "Anna", "language": "en", "contacts": CONTACTS}),
    "devices": ("/devices", GTECH | {"serial_number": "S1", "identifiers": [{"kind": "asset_tag", "value": "T"}]}),
    "product-models": ("/product-models", GTECH | {"replacement_value": cny(900)}),
    "codes": ("/codes/cause", {"code": "mice", "name": {"zh": "鼠", "en": "Mice"}}),
    "test-sheets": ("/test-sheets", GTECH | {"checks": [{"name": "boots"}, {"name": "x", "mandatory": False}]}),
    "depots": ("/depots", {"code": "B-2", "labour_rate": cny(5), "tax_rate": "0.130", "phones": ["1"]}),
    "parts": ("/parts", {"part_number": "FAN 40", "name": "fan", "unit": "m", "sale_price": cny(5)}),
    "locations": ("/locations", {"code": "A-01", "name": "left"}),
    "loaner-units": ("/loaner-units", GTECH | {"code": "L", "serial_number": "1", "accessories": ["charger"]}),
    "people": ("/people", {"name": "Wei"}),
    "tokens": ("/tokens", {"person": 1, "name": "laptop", "role": "technician", "depots": ["MAIN"]}),
}
PASSING = {"warnings", "last_used_at"}

each_noun = pytest.mark.parametrize("noun", NOUNS)


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def made(desk: Desk, noun: str) -> str:
    """The path of something of a noun, new."""
    path, body = NOUNS[noun]
    if "person" in body:
        body = body | {"person": desk.post("/people", {"name": "Li"}, expect=201).json["id"]}
    return desk.post(path, body, expect=201).headers["Location"].removeprefix("/api/v1")


def put(desk: Desk, path: str, body: Any, **more: Any) -> Any:
    return desk.client.put(path, body, token=desk.token("admin"), **more)


def only_read(noun: str) -> list[str]:
    """The members that the document of a PUT says are only read."""
    operation = next(each for each in operations() if each.method == "put" and f"/v1/{noun}/" in each.path)
    properties = (operation.body() or {})["properties"]
    return sorted(name for name, says in properties.items() if says.get("readOnly"))


@each_noun
def test_what_a_reading_answered_can_be_put_back_and_changes_nothing(desk: Desk, noun: str) -> None:
    path = made(desk, noun)
    read = desk.get(path).json

    answer = put(desk, path, read).json

    assert answer | {"version": 0} == {name: read.get(name) for name in answer} | {"version": 0}
    assert desk.get(path).json | {"version": 0} == read | {"version": 0}


@each_noun
def test_what_cannot_be_changed_is_refused_where_it_differs(desk: Desk, noun: str) -> None:
    path, others = made(desk, noun), set(only_read(noun)) - PASSING - {"version"}

    problem = put(desk, path, dict.fromkeys(others, "other"), expect=422).json

    assert others
    assert {error["pointer"]: error["detail"] for error in problem["errors"]} == {
        f"/{name}": "This cannot be changed here." for name in others
    }


@each_noun
def test_a_body_without_members_leaves_everything_as_it_is(desk: Desk, noun: str) -> None:
    path = made(desk, noun)
    read = desk.get(path).json

    put(desk, path, None)
    put(desk, path, None, data=" \r\n\t")

    assert desk.get(path).json | {"version": 0} == read | {"version": 0}


@each_noun
def test_an_unknown_member_is_refused(desk: Desk, noun: str) -> None:
    problem = put(desk, made(desk, noun), {"colour": None}, expect=422).json

    assert [error["pointer"] for error in problem["errors"]] == ["/colour"]


@pytest.mark.parametrize("noun", [noun for noun in NOUNS if "version" in only_read(noun)])
def test_an_old_version_in_the_body_is_stale(desk: Desk, noun: str) -> None:
    path = made(desk, noun)

    put(desk, path, {"version": 7}, expect=412)
    put(desk, path, {"version": "1"}, expect=422)
    put(desk, path, {"version": 1})


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        ('"1", "2"', 200),
        ('"7" ,"1"', 200),
        ('W/"1", "1"', 200),
        ('"a,b", "1"', 200),
        ('"7", "8"', 412),
        ('W/"1"', 412),
        ('"1", *', 412),
        ('"1" "2"', 412),
        ('"1",', 200),
        ("1", 412),
    ],
)
def test_any_tag_of_a_list_may_match(desk: Desk, sent: str, status: int) -> None:
    path = made(desk, "parts")
    number = desk.until("received")

    put(desk, path, {"name": "x"}, headers={"If-Match": sent}, expect=status)
    desk.step(number, "start-inspection", expect=status, headers={"If-Match": sent})


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_what_anybody_typed_comes_back_as_it_was_read(desk: Desk, text: str) -> None:
    body = {"name": text, "phone": "0571 8888 0001"}
    path = desk.post("/customers", body, expect=201).headers["Location"].removeprefix("/api/v1")
    read = desk.get(path).json

    assert put(desk, path, read).json == read | {"version": 2}


def test_stock_is_not_changed_by_a_put(desk: Desk) -> None:
    desk.stock("FAN", 3)
    read = desk.get("/parts/FAN").json

    put(desk, "/parts/FAN", read | {"on_hand": 4}, expect=422)

    assert put(desk, "/parts/FAN", read | {"name": "fan"}).json["on_hand"] == 3


@pytest.mark.parametrize("path", [path for path, _ in NOUNS.values()])
def test_there_is_no_patch(desk: Desk, path: str) -> None:
    allowed = desk.client.send("PATCH", f"{path}/1", json={}, token=desk.token("admin"), expect=405).headers["Allow"]

    assert "PUT" in allowed
