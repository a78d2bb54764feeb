"""Payments, waivers and overrides over HTTP."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import HAND_OVER, SUMMARY, Desk, cny

CASH = {"amount": cny(500), "method": "cash"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def owing(desk: Desk, amount_minor: int = 1000) -> str:
    """An order that owes an amount and waits to be handed over."""
    number = desk.until("received")
    desk.step(number, "cancel", {"reason": "sold it", "charge": cny(amount_minor)})
    desk.step(number, "summarize", SUMMARY)
    return number


def test_a_payment_is_made_read_and_listed(desk: Desk) -> None:
    number = owing(desk)

    response = desk.post(
        f"/repair-orders/{number}/payments", CASH | {"reference": "收据 𠮷"}, "service_desk", expect=201
    )

    payment = response.get_json()
    path = response.headers["Location"].removeprefix("/api/v1")
    assert (payment["amount"], payment["reference"], payment["reverses"]) == (cny(500), "收据 𠮷", None)
    assert desk.get(path).get_json() == payment
    assert desk.get(f"/repair-orders/{number}/payments").get_json() == {"items": [payment], "next": None}
    assert desk.order(number)["balance"] == cny(500)
    assert desk.order(number)["version"] == 3


def test_a_reversal_names_the_payment_and_happens_once(desk: Desk) -> None:
    number = owing(desk)
    paid = desk.post(f"/repair-orders/{number}/payments", CASH, expect=201).get_json()
    path = f"/repair-orders/{number}/payments/{paid['id']}/reverse"

    reversal = desk.post(path, {"reason": "typed twice"}, "service_desk", expect=201).get_json()
    desk.post(path, {"reason": "typed twice"}, "service_desk", expect=409)
    desk.post(f"/repair-orders/{number}/payments/{reversal['id']}/reverse", {"reason": "x"}, expect=409)

    assert (reversal["amount"], reversal["reverses"], reversal["reason"]) == (cny(-500), paid["id"], "typed twice")
    assert desk.order(number)["balance"] == cny(1000)


@pytest.mark.parametrize("payment_id", [0, 99, 2**63 - 1, 2**63, "x"])
def test_a_payment_that_is_not_there_is_not_found(desk: Desk, payment_id: Any) -> None:
    number = owing(desk)

    desk.get(f"/repair-orders/{number}/payments/{payment_id}", expect=404)
    desk.post(f"/repair-orders/{number}/payments/{payment_id}/reverse", {"reason": "x"}, expect=404)


def test_a_payment_of_another_order_is_not_there(desk: Desk) -> None:
    paid = desk.post(f"/repair-orders/{owing(desk)}/payments", CASH, expect=201).get_json()
    number = owing(desk)

    desk.get(f"/repair-orders/{number}/payments/{paid['id']}", expect=404)
    desk.post(f"/repair-orders/{number}/payments/{paid['id']}/reverse", {"reason": "x"}, expect=404)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"amount": cny(0)}, "/amount/amount_minor"),
        ({"amount": cny(-5)}, "/amount/amount_minor"),
        ({"amount": cny(10**15 + 1)}, "/amount/amount_minor"),
        ({"amount": {"amount_minor": 1.5, "currency": "CNY"}}, "/amount/amount_minor"),
        ({"amount": {"amount_minor": "5", "currency": "CNY"}}, "/amount/amount_minor"),
        ({"amount": {"amount_minor": 5, "currency": "USD"}}, "/amount/currency"),
        ({"amount": {"amount_minor": 5}}, "/amount/currency"),
        ({"amount": 5}, "/amount"),
        ({"method": ""}, "/method"),
        ({"method": "x" * 41}, "/method"),
        ({"reference": "x" * 201}, "/reference"),
        ({"reference": "two\nlines"}, "/reference"),
        ({"tip": 1}, "/tip"),
    ],
)
def test_a_payment_is_refused_with_the_place_of_what_is_wrong(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    number = owing(desk)

    problem = desk.post(f"/repair-orders/{number}/payments", CASH | body, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]
    assert desk.get(f"/repair-orders/{number}/payments").get_json()["items"] == []


def test_the_same_key_pays_once(desk: Desk) -> None:
    number = owing(desk)

    answers = [desk.post(f"/repair-orders/{number}/payments", CASH, expect=201, key="till-7") for _ in range(2)]

    assert answers[0].data == answers[1].data
    assert desk.order(number)["balance"] == cny(500)


def test_the_device_goes_back_once_nothing_is_left_to_pay(desk: Desk) -> None:
    number = owing(desk)
    lacking = desk.step(number, "hand-over", HAND_OVER, expect=409)

    desk.post(f"/repair-orders/{number}/payments", CASH, expect=201)
    desk.post(f"/repair-orders/{number}/waivers", {"amount": cny(501), "reason": "x"}, "manager", expect=409)
    waiver = desk.post(
        f"/repair-orders/{number}/waivers", {"amount": cny(500), "reason": "老客户"}, "manager", expect=201
    ).get_json()
    order = desk.step(number, "hand-over", HAND_OVER)

    assert lacking["missing"][0]["code"] == "balance_due"
    assert (waiver["amount"], waiver["reason"]) == (cny(500), "老客户")
    assert (order["state"], order["balance"]) == ("returned", cny(0))


@pytest.mark.parametrize(
    ("rows", "bodies"),
    [
        ("waivers", [{"amount": cny(1), "reason": "老客户 𠮷"}, {"amount": cny(2), "reason": "<b>"}]),
        ("overrides", [{"guard": "beyond_economic_share", "reason": "heirloom"}] * 2),
    ],
)
def test_a_waiver_and_an_override_can_be_read(desk: Desk, rows: str, bodies: list[dict[str, Any]]) -> None:
    number = owing(desk)
    path = f"/repair-orders/{number}/{rows}"

    first, second = (desk.post(path, body, "manager", expect=201) for body in bodies)

    key = first.json["id"]
    assert first.headers["Location"] == f"/api/v1{path}/{key}"
    assert desk.get(f"/repair-orders/{number}/{rows}/{key}", "technician").json == first.json
    assert desk.get(path).json == {"items": [first.json, second.json], "next": None}
    assert len(desk.get(f"{path}?limit=1").json["items"]) == 1
    desk.get(f"/repair-orders/{owing(desk)}/{rows}/{key}", expect=404)
    desk.get(f"/repair-orders/{number}/{rows}/{2**63 - 1}", expect=404)


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "integration"])
def test_only_a_manager_lets_money_go(desk: Desk, role: str) -> None:
    number = owing(desk)

    problem = desk.post(
        f"/repair-orders/{number}/waivers", {"amount": cny(1), "reason": "x"}, role, expect=403
    ).get_json()

    assert problem["roles"] == ["manager", "admin"]


def test_more_may_be_paid_than_is_owed_and_is_then_to_be_given_back(desk: Desk) -> None:
    number = owing(desk, 100)

    desk.post(f"/repair-orders/{number}/payments", CASH, expect=201)

    assert desk.order(number)["balance"] == cny(-400)
    assert desk.step(number, "hand-over", HAND_OVER)["state"] == "returned"
