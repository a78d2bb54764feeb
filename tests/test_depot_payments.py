"""What an order owes and what was paid: the arithmetic of the balance."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from desk import CHARGED, Desk, cny
from sqlalchemy.orm import Session
from store import MANAGER, an_order

from depot import payments
from depot.errors import Conflict, Ended, Invalid, NotFound, Stale
from depot.money import Money
from models import Charge, RepairOrder, Result, State

FEE = [{"text": "inspection fee", "amount_minor": 500}, {"text": "storage", "amount_minor": None}]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def an_order_that_owes(session: Session, amount_minor: int, **more: Any) -> RepairOrder:
    order = an_order(session, State.READY, result=Result.CANCELLED, **more)
    charge(session, order, amount_minor)
    return order


def charge(session: Session, order: RepairOrder, amount_minor: int) -> None:
    row = {"text": "cancelled", "amount_minor": amount_minor, "currency": "CNY", "by_id": 1, "at": NOW}
    session.add(Charge(order_id=order.id, **row))
    session.flush()


def pay(session: Session, order: RepairOrder, amount_minor: int, currency: str = "CNY") -> int:
    return payments.pay(session, order.number, Money(amount_minor, currency), "cash", None, MANAGER, NOW).id


def waive(session: Session, order: RepairOrder, amount_minor: int) -> None:
    payments.waive(session, order.number, Money(amount_minor, "CNY"), "regular customer", MANAGER, NOW)


def balance(session: Session, order: RepairOrder) -> int:
    return payments.account_of(session, order).balance


def test_the_balance_is_what_is_owed_less_paid_less_waived(session: Session) -> None:
    order = an_order_that_owes(session, 1000)

    pay(session, order, 300)
    waive(session, order, 100)

    assert balance(session, order) == 600
    assert payments.account_of(session, order).owed == 1000


def test_a_reversal_is_a_row_that_names_the_payment(session: Session) -> None:
    order = an_order_that_owes(session, 1000)
    wrong = pay(session, order, 300)

    row = payments.reverse_payment(session, order.number, wrong, "typed twice", MANAGER, NOW)

    assert (row.amount_minor, row.reverses_id, balance(session, order)) == (-300, wrong, 1000)
    assert [each.amount_minor for each in session.scalars(payments.select_payments(order))] == [300, -300]


def test_neither_a_reversed_payment_nor_a_reversal_is_reversed(session: Session) -> None:
    order = an_order_that_owes(session, 1000)
    wrong = pay(session, order, 300)
    reversal = payments.reverse_payment(session, order.number, wrong, "x", MANAGER, NOW).id

    for again in (wrong, reversal):
        with pytest.raises(Conflict):
            payments.reverse_payment(session, order.number, again, "x", MANAGER, NOW)


def test_a_payment_of_another_order_is_not_reversed(session: Session) -> None:
    other = pay(session, an_order_that_owes(session, 1000), 300)
    order = an_order_that_owes(session, 1000)

    with pytest.raises(NotFound):
        payments.reverse_payment(session, order.number, other, "x", MANAGER, NOW)

    with pytest.raises(NotFound):
        payments.find_payment(session, order, 2**62)


@pytest.mark.parametrize("wanted", [1001, 10**15])
def test_no_more_is_waived_than_is_still_to_be_paid(session: Session, wanted: int) -> None:
    order = an_order_that_owes(session, 1000)

    with pytest.raises(Conflict) as refusal:
        waive(session, order, wanted)

    assert refusal.value.facts["balance_minor"] == 1000
    waive(session, order, 1000)
    assert balance(session, order) == 0


def test_what_was_waived_is_never_given_back(session: Session) -> None:
    order = an_order_that_owes(session, 1000)
    pay(session, order, 300)
    waive(session, order, 700)

    charge(session, order, 100)

    assert balance(session, order) == -300
    with pytest.raises(Conflict):
        waive(session, order, 1)


@pytest.mark.parametrize("amount", [0, -1])
def test_an_amount_is_above_zero(session: Session, amount: int) -> None:
    order = an_order_that_owes(session, 1000)

    for take in (pay, waive):
        with pytest.raises(Invalid, match="validate"):
            take(session, order, amount)


def test_an_amount_is_in_the_orders_currency(session: Session) -> None:
    order = an_order_that_owes(session, 1000)

    with pytest.raises(Invalid) as refusal:
        pay(session, order, 5, "USD")

    assert refusal.value.facts["errors"][0]["pointer"] == "/amount/currency"


@pytest.mark.parametrize(
    ("result", "told", "charged", "owed"),
    [
        (None, FEE, None, 0),
        (Result.REPAIRED, FEE, None, 0),
        (Result.DECLINED, FEE, None, 500),
        (Result.NO_FAULT_FOUND, FEE, None, 500),
        (Result.CANCELLED, FEE, None, 500),
        (Result.CANCELLED, FEE, 0, 0),
        (Result.CANCELLED, FEE, 70, 70),
        (Result.DECLINED, FEE, 70, 500),
        (Result.CANCELLED, [], None, 0),
    ],
)
def test_what_was_told_is_owed_where_nothing_was_repaired_unless_the_cancellation_says_otherwise(
    session: Session, result: Result | None, told: list[Any], charged: int | None, owed: int
) -> None:
    order = an_order(session, State.SUMMARIZING, result=result)
    order.charges_told = told
    if charged is not None:
        charge(session, order, charged)

    account = payments.account_of(session, order)

    assert (account.owed, account.balance) == (owed, owed)
    assert payments.told_minor(account.told) + sum(row.amount_minor for row in account.charges) == owed
    assert payments.was_charged(session, order) is (charged is not None)


@pytest.mark.parametrize("state", [State.RETURNED, State.DISPOSED, State.REFUSED, State.CANCELLED])
def test_money_does_not_move_on_an_order_that_has_ended(session: Session, state: State) -> None:
    order = an_order_that_owes(session, 1000)
    paid = pay(session, order, 300)
    order.state = state

    for late in (
        lambda: pay(session, order, 5),
        lambda: waive(session, order, 5),
        lambda: payments.reverse_payment(session, order.number, paid, "x", MANAGER, NOW),
        lambda: payments.override(session, order.number, "beyond_economic_share", "x", MANAGER, NOW),
    ):
        with pytest.raises(Ended):
            late()


def test_a_payment_seen_at_another_version_is_stale(session: Session) -> None:
    order = an_order_that_owes(session, 1000, version=4)

    with pytest.raises(Stale):
        payments.pay(session, order.number, Money(5, "CNY"), "cash", None, MANAGER, NOW, version=3)

    assert payments.pay(session, order.number, Money(5, "CNY"), "cash", None, MANAGER, NOW, version=4).amount_minor == 5


def test_only_a_listed_guard_is_set_aside(session: Session) -> None:
    order = an_order(session)

    with pytest.raises(Invalid, match="validate"):
        payments.override(session, order.number, "balance_due", "x", MANAGER, NOW)

    assert payments.override(session, order.number, "beyond_economic_share", "x", MANAGER, NOW).by_id == 1


def test_a_repair_owes_its_quote_from_approval_on(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(30000), tax_rate="0.13")
    number = desk.until("inspecting", charges_told=[{"text": "fee", "amount": cny(5000)}])

    balances = [desk.step(number, "diagnose", CHARGED)["balance"]["amount_minor"]]
    yes = {"decision": "approved", "decided_by": "张䶮", "channel": "walk_in", "quote_version": 1}
    balances.append(desk.step(number, "decide", yes)["balance"]["amount_minor"])
    balances.append(desk.step(number, "reinspect", {"reason": "no"})["balance"]["amount_minor"])

    assert balances == [0, 33900, 0]
