"""The catalogue over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Client, TokenMaker
from store import a_depot

AWKWARD = [
    "R_10R_0402_1%",
    "a/b",
    "/leading",
    "trailing/",
    "two//slashes",
    "with blank",
    "a/retire",
    "电池 3.7V/2000mAh",
    "𠮷野",
    "?q=1#x",
    "';DROP TABLE parts;--",
    "<b>&amp;</b>",
    "%2F",
    "+1",
    "x" * 200,
]


def path_of(part_number: str) -> str:
    return "/parts/" + quote(part_number, safe="")


@pytest.fixture(autouse=True)
def main_depot(work: Callable[..., Any]) -> None:
    work(lambda session: a_depot(session).id)


@pytest.mark.parametrize("part_number", AWKWARD)
def test_a_part_number_of_any_characters_that_print_comes_back_as_it_was_typed(
    client: Client, token: TokenMaker, part_number: str
) -> None:
    keeper = token("logistics")

    made = client.post("/parts", {"part_number": part_number, "name": "x"}, token=keeper, expect=201)

    read = client.get(path_of(part_number), token=keeper)
    assert read.json == made.json
    assert read.json["part_number"] == part_number
    assert client.get(made.headers["Location"].removeprefix("/api/v1"), token=keeper).json == made.json
    assert client.get("/parts", token=keeper).json["items"] == [made.json]
    retired = client.post(path_of(part_number) + "/retire", token=keeper)
    assert retired.json["retired_at"] == "2026-11-22T08:00:00Z"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"part_number": ""}, "/part_number"),
        ({"part_number": "  "}, "/part_number"),
        ({"part_number": "a\nb"}, "/part_number"),
        ({"part_number": "a\x00b"}, "/part_number"),
        ({"part_number": "\u202eabc"}, "/part_number"),
        ({"part_number": "x" * 201}, "/part_number"),
        ({"part_number": None}, "/part_number"),
        ({"name": ""}, "/name"),
        ({"name": "x" * 3000}, "/name"),
        ({"unit": "mile"}, "/unit"),
        ({"unit": "m", "serialized": True}, "/unit"),
        ({"sale_price": {"amount_minor": -1, "currency": "CNY"}}, "/sale_price/amount_minor"),
        ({"sale_price": {"amount_minor": 1.5, "currency": "CNY"}}, "/sale_price/amount_minor"),
        ({"sale_price": {"amount_minor": 1}}, "/sale_price/currency"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_part_that_does_not_validate_is_refused_and_named(
    client: Client, token: TokenMaker, change: dict[str, Any], pointer: str
) -> None:
    body = {"part_number": "P-1", "name": "a part", **change}

    refused = client.post("/parts", body, token=token("manager"), expect=422)

    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]
    assert client.get("/parts", token=token("manager")).json["items"] == []


def test_a_new_part_has_no_price_and_no_stock(client: Client, token: TokenMaker) -> None:
    made = client.post("/parts", {"part_number": "P-1", "name": "a part"}, token=token("logistics"), expect=201)

    assert made.json == {
        "part_number": "P-1",
        "name": "a part",
        "serialized": False,
        "unit": "piece",
        "sale_price": None,
        "version": 1,
        "created_at": "2026-11-22T08:00:00Z",
        "retired_at": None,
        "on_hand": 0,
        "reserved": 0,
        "available": 0,
        "issued": 0,
        "defective": 0,
        "locations": [],
    }


@pytest.mark.parametrize("role", ["service_desk", "technician", "integration"])
def test_only_the_store_changes_the_catalogue(client: Client, token: TokenMaker, role: str) -> None:
    refused = client.post("/parts", {"part_number": "P-1", "name": "a"}, token=token(role), expect=403)

    assert refused.json["roles"] == ["logistics", "manager", "admin"]


@pytest.mark.parametrize(("role", "status"), [("logistics", 403), ("manager", 201), ("admin", 201)])
def test_a_sale_price_is_set_by_managers_and_admins_only(
    client: Client, token: TokenMaker, role: str, status: int
) -> None:
    price = {"amount_minor": 1250, "currency": "CNY"}

    answer = client.post(
        "/parts", {"part_number": "P-1", "name": "a", "sale_price": price}, token=token(role), expect=status
    )

    assert answer.json.get("sale_price") == (price if status == 201 else None)


def test_two_parts_cannot_have_one_number(client: Client, token: TokenMaker) -> None:
    keeper = token("logistics")
    client.post("/parts", {"part_number": "P-1", "name": "a"}, token=keeper, expect=201)

    refused = client.post("/parts", {"part_number": " P-1 ", "name": "b"}, token=keeper, expect=409)

    assert refused.json["part_number"] == "P-1"
    client.post("/parts", {"part_number": "p-1", "name": "another one"}, token=keeper, expect=201)


def test_a_change_names_only_what_changes_and_respects_the_version_seen(client: Client, token: TokenMaker) -> None:
    boss, keeper = token("manager"), token("logistics", name="k")
    price = {"amount_minor": 0, "currency": "CNY"}
    made = client.post("/parts", {"part_number": "a/b", "name": "a", "sale_price": price}, token=boss, expect=201)
    seen = {"If-Match": made.headers["ETag"]}

    renamed = client.put(path_of("a/b"), {"name": "b"}, token=keeper, headers=seen)

    assert (renamed.json["name"], renamed.json["sale_price"], renamed.headers["ETag"]) == ("b", price, '"2"')
    client.put(path_of("a/b"), {"name": "c"}, token=keeper, headers=seen, expect=412)
    client.put(path_of("a/b"), {"sale_price": None}, token=keeper, expect=403)
    assert client.put(path_of("a/b"), {"sale_price": None}, token=boss).json["sale_price"] is None


def test_parts_are_found_by_the_beginning_of_their_number_or_name_page_by_page(
    client: Client, token: TokenMaker
) -> None:
    keeper = token("logistics")
    for number, name in (("SSD-2", "x"), ("SSD-1", "y"), ("FAN-1", "SSD fan"), ("S_D", "z"), ("100%", "w")):
        client.post("/parts", {"part_number": number, "name": name}, token=keeper, expect=201)

    first = client.get("/parts?q=SSD&limit=2", token=keeper).json
    rest = client.get(f"/parts?q=SSD&limit=2&cursor={first['next']}", token=keeper).json

    assert [part["part_number"] for part in first["items"] + rest["items"]] == ["FAN-1", "SSD-1", "SSD-2"]
    assert rest["next"] is None
    assert [part["part_number"] for part in client.get("/parts?q=S_", token=keeper).json["items"]] == ["S_D"]
    assert client.get("/parts?q=%25", token=keeper).json["items"] == []


@pytest.mark.parametrize("query", ["limit=201", "limit=0", "limit=x", "cursor=x", "colour=red", "q=%00"])
def test_a_query_that_does_not_validate_is_refused(client: Client, token: TokenMaker, query: str) -> None:
    client.get(f"/parts?{query}", token=token("technician"), expect=422)


def test_an_unknown_part_is_not_found(client: Client, token: TokenMaker) -> None:
    client.get("/parts/nothing/here", token=token("technician"), expect=404)


def test_a_part_with_stock_is_not_retired_and_a_retired_one_is_out_of_the_list(
    client: Client, token: TokenMaker
) -> None:
    boss = token("manager")
    client.post("/parts", {"part_number": "P-1", "name": "a"}, token=boss, expect=201)
    line = {"part_number": "P-1", "quantity": 1, "location": "A-01"}
    client.post("/stock/receipts", line, token=boss, expect=201)

    refused = client.post("/parts/P-1/retire", token=boss, expect=409)

    assert refused.json["locations"] == ["A-01"]
    client.post("/stock/adjustments", {**line, "quantity": -1, "reason": "lost"}, token=boss, expect=201)
    client.post("/parts/P-1/retire", token=boss)
    assert client.get("/parts", token=boss).json["items"] == []
    assert len(client.get("/parts?retired=true", token=boss).json["items"]) == 1
    client.post("/stock/receipts", line, token=boss, expect=422)


@pytest.mark.parametrize(
    ("unit", "shown"), [("pcs", "piece"), ("件", "piece"), ("litres", "l"), ("mm", "mm"), ("g", "g")]
)
def test_a_unit_may_be_called_as_other_systems_call_it(
    client: Client, token: TokenMaker, unit: str, shown: str
) -> None:
    body = {"part_number": "U-1", "name": "a part", "unit": unit}

    assert client.post("/parts", body, token=token("logistics"), expect=201).get_json()["unit"] == shown


def test_an_unknown_unit_is_refused(client: Client, token: TokenMaker) -> None:
    body = {"part_number": "U-1", "name": "a part", "unit": "furlong"}

    problem = client.post("/parts", body, token=token("logistics"), expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == ["/unit"]
