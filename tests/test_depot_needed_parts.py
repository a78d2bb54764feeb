"""What a repair comes to, part by part: what did not go into the device is neither charged nor counted twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, FINISH, PASS, Desk, cny

from depot.needed_parts import netted
from depot.quotes import Line
from models import Coverage, Depot, LineKind

CHARGED = DIAGNOSIS | {"coverage": "chargeable"}
ONE = {"part_number": "MOTOR", "quantity": 1}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.stock("MOTOR", 5, sale_price=10000)
    return desk


def under_repair(desk: Desk, quantity: int = 1) -> str:
    number = desk.until("inspecting", preapproved_limit=cny(20000))
    desk.step(number, "diagnose", CHARGED | {"parts": [ONE | {"quantity": quantity}]})
    desk.step(number, "start-repair")
    return number


def passed(desk: Desk, number: str) -> dict[str, Any]:
    desk.step(number, "finish-repair", FINISH)
    return desk.step(number, "test", PASS)


def test_a_part_that_was_not_needed_is_not_charged(desk: Desk) -> None:
    number = under_repair(desk, 2)
    desk.step(number, "replace-part", ONE | {"outcome": "used"})
    desk.step(number, "replace-part", ONE | {"outcome": "unused"})

    order = passed(desk, number)

    assert (order["balance"], order["quote"]["version"]) == (cny(10000), 2)
    assert [line["quantity"] for line in order["quote"]["lines"]] == [1]


def test_a_quote_that_holds_stays_the_version_it_was(desk: Desk) -> None:
    number = under_repair(desk)
    desk.step(number, "replace-part", ONE | {"outcome": "used"})

    order = passed(desk, number)

    assert (order["balance"], order["quote"]["version"]) == (cny(10000), 1)


def test_the_piece_for_a_dead_one_does_not_count_twice(desk: Desk) -> None:
    number = under_repair(desk, 2)
    desk.step(number, "replace-part", ONE | {"outcome": "dead_on_arrival"})

    order = desk.step(number, "request-part", ONE)

    assert (order["state"], order["quote"]["total"]) == ("repairing", cny(20000))
    assert order["parts"] == [{"part_number": "MOTOR", "quantity": 2, "issued": 2, "reserved": 0}]


def test_what_went_in_under_an_earlier_diagnosis_stays_on_the_bill(desk: Desk) -> None:
    number = under_repair(desk)
    desk.step(number, "replace-part", ONE | {"outcome": "used"})
    desk.step(number, "reinspect", {"reason": "it is the switch as well"})

    order = desk.step(number, "diagnose", CHARGED | {"parts": []})

    assert (order["state"], order["quote"]["version"], order["quote"]["total"]) == ("approved", 2, cny(10000))


def line(quantity: int, part_id: int | None = 1, net: int = 100) -> Line:
    kind = LineKind.LABOUR if part_id is None else LineKind.PART
    return Line(kind, "x", Decimal(quantity), Coverage.CHARGEABLE, part_id, 100, None, net * quantity)


@pytest.mark.parametrize(
    ("lines", "wanted", "kept"),
    [
        ([line(2)], {1: Decimal(2)}, [line(2)]),
        ([line(2)], {1: Decimal(1)}, [line(1)]),
        ([line(2), line(1)], {1: Decimal(2)}, [line(2)]),
        ([line(1), line(2, 2)], {2: Decimal(1)}, [line(1, 2)]),
        ([line(1)], {}, []),
        ([line(1)], {1: Decimal(-1)}, []),
        ([line(30, None)], {}, [line(30, None)]),
        ([line(2, net=0)], {1: Decimal(1)}, [line(1, net=0)]),
    ],
)
def test_lines_are_cut_to_what_is_wanted(lines: list[Line], wanted: dict[int, Decimal], kept: list[Line]) -> None:
    assert netted(lines, wanted, Depot(code="MAIN", tax_rate=None)) == kept


def test_who_began_the_repair_is_a_repairer_though_another_finished_it(
    desk: Desk, token: TokenMaker, client: Client
) -> None:
    client.put("/depots/MAIN", {"policies": {"tester_other_than_repairer": True}}, token=desk.token("admin"))
    number = desk.until("repairing")
    other, third = token("technician", name="Zhao"), token("technician", name="Qian")
    client.post(f"/repair-orders/{number}/finish-repair", FINISH, token=other)

    by_the_first = desk.step(number, "test", PASS, expect=409)
    client.post(f"/repair-orders/{number}/test", PASS, token=other, expect=409)
    order = client.post(f"/repair-orders/{number}/test", PASS, token=third).get_json()

    assert [lack["code"] for lack in by_the_first["missing"]] == ["other_tester"]
    assert order["state"] == "summarizing"


@pytest.mark.parametrize("changes", [{"outcome": "unused"}, {"outcome": "used"}])
def test_a_device_is_not_renamed_outside_of_the_repair(desk: Desk, changes: dict[str, str]) -> None:
    number = under_repair(desk)
    desk.step(number, "reinspect", {"reason": "wrong"})

    problem = desk.step(number, "replace-part", ONE | changes | {"new_device_serial": "HACK"}, expect=422)

    assert [error["pointer"] for error in problem["errors"]] == ["/new_device_serial"]


def test_a_single_unit_at_the_bench_needs_no_naming(desk: Desk) -> None:
    desk.stock("BOARD", 0, serialized=True)
    desk.arrive("BOARD", 1, serial_numbers=["B-1"])
    number = desk.until("inspecting")
    desk.step(number, "diagnose", DIAGNOSIS | {"parts": [{"part_number": "BOARD", "quantity": 1}]})
    desk.step(number, "start-repair")

    order = desk.step(number, "replace-part", {"part_number": "BOARD", "quantity": 1, "outcome": "used"})

    assert order["state"] == "repairing"
    assert desk.step(number, "finish-repair", FINISH)["state"] == "testing"


def test_nothing_to_give_back_needs_no_tick(desk: Desk) -> None:
    number = desk.until("ready", accessories=[])

    returned = desk.step(
        number,
        "hand-over",
        {"voucher_returned": True, "signed_by": "张䶮", "signature_origin": "customer_at_counter"},
    )

    assert returned["state"] == "returned"


def test_an_anonymous_customer_brings_the_voucher(desk: Desk, client: Client) -> None:
    client.put("/depots/MAIN", {"policies": {"anonymous_walk_in": True}}, token=desk.token("admin"))
    number = desk.until("ready", customer={"name": None, "phone": None, "email": None})
    body = {"accessories_returned": True, "signed_by": "somebody", "signature_origin": "customer_at_counter"}

    problem = desk.step(number, "hand-over", body | {"identity_checked": True}, expect=422)
    returned = desk.step(number, "hand-over", body | {"voucher_returned": True})

    assert [error["pointer"] for error in problem["errors"]] == ["/voucher_returned"]
    assert returned["state"] == "returned"
