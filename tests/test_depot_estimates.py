"""What a diagnosis costs whom: coverage per line, the limit given in advance, a fixed price."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import CHARGED, DIAGNOSIS, Desk, cny

LABOUR_ONLY = CHARGED | {"labour_minutes": 60}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.stock("MOTOR", 5, sale_price=15000)
    desk.stock("FREE/100%", 5)
    return desk


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def wanted(part_number: str, quantity: Any = 1, **more: Any) -> dict[str, Any]:
    return {"part_number": part_number, "quantity": quantity} | more


BAD_PARTS: list[tuple[dict[str, Any], str]] = [
    (wanted("NO-SUCH"), "part_number"),
    (wanted("motor"), "part_number"),
    (wanted("MOTOR", 0), "quantity"),
    (wanted("MOTOR", -1), "quantity"),
    (wanted("MOTOR", "1.5"), "quantity"),
    (wanted("MOTOR", 1.5), "quantity"),
    (wanted("MOTOR", 10**12), "quantity"),
    (wanted("MOTOR", coverage="somebody"), "coverage"),
    ({"part_number": "MOTOR"}, "quantity"),
]


@pytest.mark.parametrize(("part", "field"), BAD_PARTS, ids=str)
def test_a_part_that_cannot_be_wanted_is_refused_with_its_place(desk: Desk, part: dict[str, Any], field: str) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [wanted("MOTOR"), part]}, expect=422)

    assert pointers(problem) == [f"/parts/1/{field}"]
    assert desk.order(number)["parts"] == []


def test_a_retired_part_is_refused(desk: Desk) -> None:
    desk.stock("OLD", 0)
    desk.post("/parts/OLD/retire")
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [wanted("OLD")]}, expect=422)

    assert pointers(problem) == ["/parts/0/part_number"]


def test_a_part_number_with_slash_and_percent_is_a_part_number(desk: Desk) -> None:
    number = desk.until("inspecting")

    order = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [wanted(" FREE/100% ", 2)]})

    assert order["parts"] == [{"part_number": "FREE/100%", "quantity": 2, "issued": 0, "reserved": 2}]


def test_coverage_is_decided_per_line_with_its_reason(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(12000))
    number = desk.until("inspecting", preapproved_limit=cny(999999))
    parts = [wanted("MOTOR"), wanted("FREE/100%", coverage="goodwill", coverage_reason="our fault last time")]
    body = DIAGNOSIS | {"coverage": "chargeable", "labour_coverage": "contract", "labour_minutes": 30, "parts": parts}

    order = desk.step(number, "diagnose", body | {"coverage_reason": "water damage"})

    lines = order["quote"]["lines"]
    assert [(line["kind"], line["coverage"], line["coverage_reason"]) for line in lines] == [
        ("part", "chargeable", "water damage"),
        ("part", "goodwill", "our fault last time"),
        ("labour", "contract", "water damage"),
    ]
    assert [line["total"]["amount_minor"] for line in lines] == [15000, 0, 0]
    assert order["quote"]["total"] == cny(15000)


@pytest.mark.parametrize(
    ("body", "named"),
    [({"labour_minutes": 60}, "labour"), ({"labour_minutes": None, "parts": [wanted("FREE/100%")]}, "FREE/100%")],
)
def test_a_chargeable_line_without_a_price_is_named(desk: Desk, body: dict[str, Any], named: str) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", CHARGED | body, expect=409)

    assert named in problem["line"]
    assert "not zero" in problem["detail"]
    assert desk.order(number)["state"] == "inspecting"


@pytest.mark.parametrize("coverage", ["warranty", "contract", "goodwill"])
def test_a_covered_line_needs_no_price(desk: Desk, coverage: str) -> None:
    number = desk.until("inspecting")
    body = DIAGNOSIS | {"coverage": coverage, "labour_minutes": 60, "parts": [wanted("FREE/100%")]}

    order = desk.step(number, "diagnose", body)

    assert (order["state"], order["quote"]["total"]) == ("approved", cny(0))
    assert len(order["quote"]["lines"]) == 2


@pytest.mark.parametrize(
    ("limit", "state", "approved"),
    [(20000, "approved", 20000), (19999, "awaiting_approval", 0), (None, "awaiting_approval", 0)],
)
def test_the_limit_lets_through_what_does_not_pass_it(desk: Desk, limit: int | None, state: str, approved: int) -> None:
    desk.furnish(labour_rate=cny(20000))
    number = desk.until("inspecting", preapproved_limit=None if limit is None else cny(limit))

    order = desk.step(number, "diagnose", LABOUR_ONLY)

    assert (order["state"], order["approved_amount"]) == (state, cny(approved))


def test_the_limit_is_compared_with_the_tax_in(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(20000), tax_rate="0.000025")
    number = desk.until("inspecting", preapproved_limit=cny(20000))

    order = desk.step(number, "diagnose", LABOUR_ONLY)

    assert (order["quote"]["total"], order["state"]) == (cny(20001), "awaiting_approval")


@pytest.mark.parametrize("verdict", ["repair", "no_fault_found", "beyond_economic_repair"])
def test_a_technician_sets_no_price_whatever_the_verdict(desk: Desk, verdict: str) -> None:
    number = desk.until("inspecting")
    body = DIAGNOSIS | {"verdict": verdict, "price": cny(100), "test_conditions": "2 h", "replacement_value": cny(1)}

    problem = desk.step(number, "diagnose", body, expect=403)

    assert set(problem["roles"]) == {"service_desk", "manager", "admin"}
    assert desk.order(number)["findings"] == []


def test_a_managers_price_stands_for_all_chargeable_lines(desk: Desk) -> None:
    desk.furnish(tax_rate="0.13")
    number = desk.until("inspecting")
    body = CHARGED | {"parts": [wanted("MOTOR"), wanted("FREE/100%")], "price": cny(25000)}

    order = desk.step(number, "diagnose", body, role="manager")

    assert [line["net"]["amount_minor"] for line in order["quote"]["lines"]] == [0, 0, 0, 25000]
    assert (order["quote"]["net"], order["quote"]["tax"], order["quote"]["total"]) == (
        cny(25000), cny(3250), cny(28250),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"price": cny(-1)}, "/price/amount_minor"),
        ({"price": {"amount_minor": 1, "currency": "USD"}}, "/price/currency"),
        ({"price": cny(1), "verdict": "no_fault_found", "test_conditions": "2 h"}, "/price"),
        ({"replacement_value": {"amount_minor": 1, "currency": "USD"}}, "/replacement_value/currency"),
        ({"labour_minutes": -1}, "/labour_minutes"),
        ({"labour_minutes": 100_001}, "/labour_minutes"),
        ({"parts": [wanted("MOTOR")] * 201}, "/parts"),
    ],
)
def test_amounts_that_cannot_be_are_refused(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", DIAGNOSIS | body, expect=422, role="manager")

    assert pointers(problem) == [pointer]


def test_a_price_of_zero_is_free_and_goes_on_at_once(desk: Desk) -> None:
    number = desk.until("inspecting", preapproved_limit=None)

    order = desk.step(number, "diagnose", CHARGED | {"price": cny(0)}, role="manager")

    assert (order["state"], order["quote"]["total"]) == ("approved", cny(0))
