"""The pool and its loans over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import pytest
from conftest import Client, TokenMaker
from store import a_depot, an_order, another_depot

UNIT = {
    "code": "Ln-01",
    "make": "Gtech",
    "model": "AR-20",
    "serial_number": " S1 ",
    "accessories": ["charger", "bag"],
    "value": {"amount_minor": 99900, "currency": "CNY"},
}
LOAN = {"loaner_unit": "LN-01", "due_on": "2026-12-01", "condition": "fine", "signed_by": "张䶮"}
BACK = {"condition": "fine", "accessories_returned": True, "differences": None}


@pytest.fixture
def number(work: Callable[..., Any]) -> str:
    found: str = work(lambda session: an_order(session).number)
    return found


@pytest.fixture
def keeper(token: TokenMaker, number: str) -> str:
    return token("logistics")


def lent(client: Client, keeper: str, number: str) -> dict[str, Any]:
    client.post("/loaner-units", UNIT, token=keeper, expect=201)
    loan: dict[str, Any] = client.post("/loans", {**LOAN, "repair_order": number}, token=keeper, expect=201).json
    return loan


def state_of(client: Client, token: str, code: str = "ln-01") -> str:
    state: str = client.get(f"/loaner-units/{code}", token=token).json["state"]
    return state


def test_a_unit_goes_out_comes_home_is_wiped_and_can_be_lent_again(client: Client, keeper: str, number: str) -> None:
    loan = lent(client, keeper, number)
    assert (loan["loaner_unit"], loan["repair_order"], loan["accessories"]) == ("Ln-01", number, ["charger", "bag"])
    assert state_of(client, keeper) == "on_loan"

    back = client.post(f"/loans/{loan['id']}/return", {**BACK, "differences": "a scratch"}, token=keeper).json

    assert (back["outcome"], back["accessories_returned"], back["differences"]) == ("returned", True, "a scratch")
    refused = client.post("/loans", {**LOAN, "repair_order": number}, token=keeper, expect=409)
    assert refused.json["state"] == "returned"
    assert "release it: POST /api/v1/loaner-units/" in refused.json["detail"]
    client.post("/loaner-units/LN-01/release", {"method": "factory reset"}, token=keeper)
    client.post("/loans", {**LOAN, "repair_order": number}, token=keeper, expect=201)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": ""}, "/code"),
        ({"code": "x" * 41}, "/code"),
        ({"serial_number": " "}, "/serial_number"),
        ({"make": None}, "/make"),
        ({"accessories": "charger"}, "/accessories"),
        ({"accessories": ["x" * 201]}, "/accessories/0"),
        ({"value": {"amount_minor": 1, "currency": "EUR"}}, "/value/currency"),
        ({"depot": "NOWHERE"}, "/depot"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_unit_that_does_not_validate_is_refused_by_its_field(
    client: Client, keeper: str, change: dict[str, Any], pointer: str
) -> None:
    refused = client.post("/loaner-units", {**UNIT, **change}, token=keeper, expect=422)

    assert refused.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        (["charger"], ["charger"]),
        ([{"name": "charger"}], ["charger"]),
        ([{"name": "charger", "quantity": 1, "disposition": "kept_noted"}, "bag"], ["charger", "bag"]),
        ([{"name": "电池 𠮷", "quantity": 2, "disposition": None}], ["2 × 电池 𠮷"]),
        ([{"name": "x" * 190, "quantity": 10_000}], ["10000 × " + "x" * 190]),
        (None, []),
        ([], []),
    ],
)
def test_accessories_are_told_as_words_or_as_lines(
    client: Client, keeper: str, number: str, sent: Any, kept: list[str]
) -> None:
    made = client.post("/loaner-units", {**UNIT, "accessories": sent}, token=keeper, expect=201).json
    lent = client.post("/loans", {**LOAN, "repair_order": number, "accessories": sent}, token=keeper, expect=201).json

    back = {"condition": "fine", "accessories_returned": sent or []}
    returned = client.post(f"/loans/{lent['id']}/return", back, token=keeper).json

    assert (made["accessories"], lent["accessories"], returned["accessories_returned"]) == (kept, kept, True)


@pytest.mark.parametrize(
    ("line", "pointer"),
    [
        ({"quantity": 2}, "/accessories/0/name"),
        ({"name": "x", "quantity": 0}, "/accessories/0/quantity"),
        ({"name": "x", "quantity": "2"}, "/accessories/0/quantity"),
        ({"name": "x", "disposition": "lost"}, "/accessories/0/disposition"),
        ({"name": "x", "colour": "red"}, "/accessories/0/colour"),
        ({"name": "x" * 191}, "/accessories/0/name"),
        (["x"], "/accessories/0"),
    ],
)
def test_an_accessory_that_cannot_be_is_refused_where_it_stands(
    client: Client, keeper: str, line: Any, pointer: str
) -> None:
    refused = client.post("/loaner-units", {**UNIT, "accessories": [line]}, token=keeper, expect=422)

    assert [error["pointer"] for error in refused.json["errors"]] == [pointer]


@pytest.mark.parametrize("code", ["备机/1", "a b", "<𠮷>", "x" * 40])
def test_a_unit_is_found_by_any_code_that_prints(client: Client, keeper: str, code: str) -> None:
    made = client.post("/loaner-units", {**UNIT, "code": code}, token=keeper, expect=201)

    path = "/loaner-units/" + quote(code, safe="")
    assert client.get(path, token=keeper).json == made.json
    changed = client.put(path, {"model": "AR-21"}, token=keeper, headers={"If-Match": made.headers["ETag"]})
    assert (changed.json["model"], changed.json["make"], changed.json["value"]) == ("AR-21", "Gtech", UNIT["value"])
    client.put(path, {"model": "x"}, token=keeper, headers={"If-Match": made.headers["ETag"]}, expect=412)
    assert client.post(path + "/retire", token=keeper).json["state"] == "retired"


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"loaner_unit": "nothing"}, "/loaner_unit"),
        ({"repair_order": "nothing"}, "/repair_order"),
        ({"due_on": "2026-11-21"}, "/due_on"),
        ({"due_on": "2026-13-01"}, "/due_on"),
        ({"due_on": 20261201}, "/due_on"),
        ({"signed_by": "Somebody OF logistics"}, "/signed_by"),
        ({"signed_by": ""}, "/signed_by"),
        ({"condition": "x" * 10_001}, "/condition"),
        ({"accessories": [""]}, "/accessories/0"),
        ({"accessories": ["gold bar"]}, "/accessories"),
    ],
)
def test_a_slip_that_does_not_validate_is_refused_by_its_field(
    client: Client, keeper: str, number: str, change: dict[str, Any], pointer: str
) -> None:
    client.post("/loaner-units", UNIT, token=keeper, expect=201)

    refused = client.post("/loans", {**LOAN, "repair_order": number, **change}, token=keeper, expect=422)

    assert refused.json["errors"][0]["pointer"] == pointer
    assert state_of(client, keeper) == "available"


@pytest.mark.parametrize(
    ("returned", "differences", "status"),
    [
        (True, None, 200),
        (False, None, 422),
        (False, "left at home", 200),
        (["bag"], "no charger", 200),
        (["bag"], None, 422),
        ([], "left at home", 200),
        ([], None, 422),
        ("true", "x", 422),
        ([1], "x", 422),
        (None, "x", 422),
        (["x" * 201], "x", 422),
    ],
)
def test_accessories_are_all_none_or_named(
    client: Client, keeper: str, number: str, returned: Any, differences: str | None, status: int
) -> None:
    loan = lent(client, keeper, number)

    body = {"condition": "fine", "accessories_returned": returned, "differences": differences}
    client.post(f"/loans/{loan['id']}/return", body, token=keeper, expect=status)


@pytest.mark.parametrize(
    ("role", "status"), [("service_desk", 403), ("logistics", 403), ("manager", 200), ("admin", 200)]
)
def test_a_loan_is_settled_by_a_manager(
    client: Client, token: TokenMaker, keeper: str, number: str, role: str, status: int
) -> None:
    loan = lent(client, keeper, number)
    body = {"outcome": "lost", "reason": "stolen", "charge": {"amount_minor": 99900, "currency": "CNY"}}

    client.post(f"/loans/{loan['id']}/settle", body, token=token(role, name=role), expect=status)

    assert state_of(client, keeper) == ("lost" if status == 200 else "on_loan")
    client.post(f"/loans/{loan['id']}/return", BACK, token=keeper, expect=409 if status == 200 else 200)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"outcome": "returned"}, "/outcome"),
        ({"reason": ""}, "/reason"),
        ({"charge": {"amount_minor": 1, "currency": "EUR"}}, "/charge/currency"),
        ({"charge": {"amount_minor": -1, "currency": "CNY"}}, "/charge/amount_minor"),
    ],
)
def test_a_settlement_that_does_not_validate_is_refused_by_its_field(
    client: Client, token: TokenMaker, keeper: str, number: str, change: dict[str, Any], pointer: str
) -> None:
    loan = lent(client, keeper, number)
    body = {"outcome": "sold", "reason": "bought by the customer", **change}

    refused = client.post(f"/loans/{loan['id']}/settle", body, token=token("manager"), expect=422)

    assert refused.json["errors"][0]["pointer"] == pointer


@pytest.mark.parametrize(
    ("role", "lends", "keeps"),
    [("service_desk", 201, 403), ("technician", 403, 403), ("integration", 403, 403), ("manager", 201, 201)],
)
def test_who_lends_and_who_keeps_the_pool(
    client: Client, token: TokenMaker, keeper: str, number: str, role: str, lends: int, keeps: int
) -> None:
    client.post("/loaner-units", UNIT, token=keeper, expect=201)
    other = {**UNIT, "code": "LN-02", "serial_number": "S2"}

    client.post("/loaner-units", other, token=token(role), expect=keeps)
    client.post("/loans", {**LOAN, "repair_order": number}, token=token(role), expect=lends)
    client.get("/loaner-units", token=token(role))


def test_the_pool_and_the_loans_are_listed_page_by_page(client: Client, keeper: str, number: str, clock: Any) -> None:
    for place in range(3):
        unit = {**UNIT, "code": f"LN-0{place}", "serial_number": f"S{place}"}
        client.post("/loaner-units", unit, token=keeper, expect=201)
        loan = {**LOAN, "loaner_unit": f"LN-0{place}", "repair_order": number, "due_on": f"2026-11-2{place + 2}"}
        client.post("/loans", loan, token=keeper, expect=201)
    client.post("/loans/1/return", BACK, token=keeper)
    clock.advance(days=2)

    page = client.get("/loaner-units?limit=2", token=keeper).json
    rest = client.get(f"/loaner-units?limit=2&cursor={page['next']}", token=keeper).json

    assert [unit["code"] for unit in page["items"] + rest["items"]] == ["LN-00", "LN-01", "LN-02"]
    found = {
        query: [loan["loaner_unit"] for loan in client.get(f"/loans{query}", token=keeper).json["items"]]
        for query in ("", "?open=true", "?overdue=true", "?loaner_unit=ln-00")
    }
    assert found == {
        "": ["LN-00", "LN-01", "LN-02"],
        "?open=true": ["LN-01", "LN-02"],
        "?overdue=true": ["LN-01"],
        "?loaner_unit=ln-00": ["LN-00"],
    }
    assert client.get("/loaner-units?state=returned", token=keeper).json["items"][0]["code"] == "LN-00"


def test_another_depots_pool_is_out_of_sight(
    client: Client, token: TokenMaker, keeper: str, number: str, work: Callable[..., Any]
) -> None:
    work(lambda session: (a_depot(session).id, another_depot(session).id))
    north = token("manager", depots=["NORTH"], name="n")
    client.post("/loaner-units", {**UNIT, "depot": "MAIN"}, token=keeper, expect=201)
    loan = client.post("/loans", {**LOAN, "repair_order": number}, token=keeper, expect=201).json

    for path in ("/loaner-units/LN-01", f"/loans/{loan['id']}", f"/loans/{2**62}"):
        client.get(path, token=north, expect=404)
    client.post(f"/loans/{loan['id']}/return", BACK, token=north, expect=404)
    client.post("/loans", {**LOAN, "repair_order": number}, token=north, expect=422)
    assert client.get("/loans", token=north).json["items"] == []


def test_a_unit_leaves_the_pool_for_good(client: Client, token: TokenMaker) -> None:
    manager = token("manager")
    unit = {"code": "OLD-1", "make": "Gtech", "model": "AR-20", "serial_number": "OLD-1"}
    client.post("/loaner-units", unit, token=manager, expect=201)

    retired = client.post("/loaner-units/OLD-1/retire", token=manager).get_json()
    again = client.post("/loaner-units/OLD-1/retire", token=manager).get_json()

    assert retired["state"] == "retired"
    assert again == retired
