"""Quotes: versions that never change, and arithmetic that a customer can check with a pencil."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from databases import NOW
from desk import CHARGED, DIAGNOSIS, Desk, cny
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, an_order

from depot import quotes
from depot.errors import PriceUnset
from depot.money import round_half_up
from models import Channel, Coverage, Decision, Depot, LineKind, Part, QuoteDecision


def a_taxed_depot(tax_rate: str | None = "0.13", labour_rate: int | None = 9999) -> Depot:
    rate = None if tax_rate is None else Decimal(tax_rate)
    return Depot(code="X", currency="CNY", tax_rate=rate, labour_rate_minor=labour_rate, quote_valid_days=14)


def a_priced_part(price: int | None = 333, currency: str = "CNY") -> Part:
    return Part(id=1, part_number="P-1", name="paste", sale_price_minor=price, sale_price_currency=currency)


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


@pytest.mark.parametrize(
    ("price", "quantity", "tax_rate", "net", "tax"),
    [
        (333, "1.5", "0.13", 500, 65),
        (1, "0.5", "0.5", 1, 1),
        (1, "0.499", "0.5", 0, 0),
        (50, "1", "0.01", 50, 1),
        (49, "1", "0.01", 49, 0),
        (350, "1", "0.13", 350, 46),
        (100, "3", None, 300, 0),
        (0, "7", "0.13", 0, 0),
    ],
)
def test_each_line_is_rounded_half_up_and_so_is_its_tax(
    price: int, quantity: str, tax_rate: str | None, net: int, tax: int
) -> None:
    depot = a_taxed_depot(tax_rate)
    line = quotes.part_line(a_priced_part(price), Decimal(quantity), Coverage.CHARGEABLE, None, depot)

    charged = quotes.charge(line, depot)

    assert (charged.net_minor, charged.tax_minor, charged.total_minor) == (net, tax, net + tax)
    assert quotes.total_minor([charged, charged]) == 2 * (net + tax)


def test_tax_is_rounded_per_line_and_not_on_the_sum() -> None:
    depot = a_taxed_depot("0.01")
    lines = [quotes.charge(quotes.fixed_price_line(50, None), depot) for _ in range(2)]

    assert sum(line.tax_minor for line in lines) == 2
    assert round_half_up(Decimal(100) * Decimal("0.01")) == 1


@pytest.mark.parametrize(("minutes", "net"), [(60, 9999), (1, 167), (30, 5000), (90, 14999), (20, 3333)])
def test_labour_is_minutes_at_the_rate_of_an_hour(minutes: int, net: int) -> None:
    depot = a_taxed_depot(None)

    line = quotes.charge(quotes.labour_line(minutes, Coverage.CHARGEABLE, None, depot), depot)

    assert (line.kind, line.quantity, line.net_minor) == (LineKind.LABOUR, minutes, net)


@pytest.mark.parametrize("part", [a_priced_part(None), a_priced_part(5, "USD")], ids=["unset", "another currency"])
def test_unset_is_not_zero(part: Part) -> None:
    depot = a_taxed_depot()
    line = quotes.part_line(part, Decimal(1), Coverage.CHARGEABLE, None, depot)

    with pytest.raises(PriceUnset, match="P-1 paste"):
        quotes.charge(line, depot)

    assert quotes.charge(replace(line, coverage=Coverage.WARRANTY), depot).total_minor == 0


def test_versions_count_up_and_an_earlier_one_stays_as_it_was(session: Session) -> None:
    order = an_order(session)
    depot = a_depot(session)
    line = quotes.charge(quotes.fixed_price_line(100, "因水"), depot)

    first = quotes.issue_quote(session, order, [line], MANAGER, NOW, None)
    second = quotes.issue_quote(session, order, [*quotes.lines_of(first), line], MANAGER, NOW, None)

    assert (first.version, first.total_minor, second.version, second.total_minor) == (1, 100, 2, 200)
    assert quotes.current_quote(session, order) is second
    assert quotes.lines_of(None) == []
    assert [stored.position for stored in second.lines] == [1, 2]


def test_the_longest_part_number_and_name_are_not_cut(desk: Desk) -> None:
    long_number, long_name = "N" * 200, "名" * 200
    desk.post("/parts", {"part_number": long_number, "name": long_name, "serialized": False}, expect=201)
    number = desk.until("inspecting")

    order = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [{"part_number": long_number, "quantity": 1}]})

    assert order["quote"]["lines"][0]["text"] == f"{long_number} {long_name}"


def test_a_quote_is_shown_with_its_version_validity_and_lines(desk: Desk, clock: Clock) -> None:
    desk.furnish(labour_rate=cny(30000), tax_rate="0.06", policies={"quote_valid_days": 3})
    number = desk.until("inspecting")

    quote = desk.step(number, "diagnose", CHARGED)["quote"]

    assert (quote["version"], quote["total"], quote["valid_until"]) == (1, cny(31800), "2026-11-25T08:00:00Z")
    assert quote["lines"] == [
        {
            "kind": "labour", "text": "", "quantity": 60, "unit_price": cny(30000), "coverage": "chargeable",
            "coverage_reason": None, "net": cny(30000), "tax": cny(1800), "total": cny(31800),
        }
    ]  # fmt: skip


@pytest.mark.parametrize("quantity", ["0.001", "2.5", 3])
def test_measured_quantities_are_exact_decimals(desk: Desk, quantity: Any) -> None:
    desk.post("/parts", {"part_number": "PASTE", "name": "导热膏", "serialized": False, "unit": "g"}, expect=201)
    desk.arrive("PASTE", 10)
    number = desk.until("inspecting")

    order = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [{"part_number": "PASTE", "quantity": quantity}]})

    assert order["quote"]["lines"][0]["quantity"] == quantity
    assert order["parts"][0]["reserved"] == quantity


@pytest.mark.parametrize("decision", Decision)
def test_whether_the_customer_ever_approved_a_version_is_known(session: Session, decision: Decision) -> None:
    order = an_order(session)
    quote = quotes.issue_quote(session, order, [], MANAGER, NOW, None)
    before = quotes.was_approved(session, order)
    said = {"decision": decision, "decided_by": "张䶮", "channel": Channel.WALK_IN, "taken_by_id": MANAGER.person_id}
    session.add(QuoteDecision(order_id=order.id, quote_id=quote.id, at=NOW, **said))

    assert (before, quotes.was_approved(session, order)) == (False, decision is Decision.APPROVED)


def test_a_quote_beyond_all_measure_is_refused(desk: Desk) -> None:
    desk.stock("GOLD", 0, sale_price=10**15)
    number = desk.until("inspecting")
    asked = DIAGNOSIS | {"coverage": "chargeable", "parts": [{"part_number": "GOLD", "quantity": 10**9}]}

    problem = desk.step(number, "diagnose", asked, expect=409)

    assert "look at prices and quantities" in problem["detail"]
