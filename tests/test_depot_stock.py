"""Receipts and corrections."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import event, select
from sqlalchemy.orm import Session
from store import (
    MANAGER,
    STOREKEEPER,
    a_depot,
    a_part,
    an_order,
    another_depot,
    faults_of_ledger,
    on_hand,
    receive,
    reserved,
)

from depot import issues, parts, reservations, stock
from depot.actors import SYSTEM, Actor
from depot.errors import AlreadyExists, Conflict, Invalid, NotEnough
from depot.events import broken_links
from depot.store_issues import Issue, issue_for_reason
from models import Condition, Movement, Part, PartUnit, PlaceKind, Role, State, Unit


def adjust(session: Session, part: Part, quantity: int, **more: Any) -> list[Movement]:
    wanted = stock.Adjustment(Decimal(quantity), "A-01", "counted", **more)
    return stock.adjust(session, part, wanted, a_depot(session), MANAGER, NOW)


def test_a_receipt_makes_the_bin_and_books_the_reference(session: Session) -> None:
    part = a_part(session)
    wanted = stock.Receipt(Decimal(3), " 货架-1 ", "PO-7")

    line = stock.receive(session, part, wanted, a_depot(session), STOREKEEPER, NOW)[0]

    assert (line.to_location.code, line.reference, line.from_location.kind) == ("货架-1", "PO-7", PlaceKind.SUPPLIER)
    assert on_hand(session, part) == 3


@pytest.mark.parametrize(
    ("serialized", "quantity", "serials"),
    [
        (True, "1", None),
        (True, "2", ["a"]),
        (True, "1", ["a", "b"]),
        (True, "2", ["a", " a "]),
        (True, "1", [" "]),
        (True, "501", [str(n) for n in range(501)]),
        (False, "1", ["a"]),
        (False, "0", None),
        (False, "-1", None),
        (False, "0.5", None),
    ],
)
def test_a_receipt_whose_quantity_and_serial_numbers_do_not_agree_is_refused(
    session: Session, serialized: bool, quantity: str, serials: list[str] | None
) -> None:
    part = a_part(session, serialized=serialized)

    with pytest.raises(Invalid):
        stock.receive(
            session, part, stock.Receipt(Decimal(quantity), "A-01", None, serials), a_depot(session), STOREKEEPER, NOW
        )


def test_a_measure_is_received_to_the_thousandth(session: Session) -> None:
    part = a_part(session, unit=Unit.METRE)

    receive(session, part, "0.001")
    receive(session, part, "999999999.999")

    assert on_hand(session, part) == Decimal(1_000_000_000)


@pytest.mark.parametrize("where", ["in a bin", "with an order"])
def test_a_serial_number_that_is_in_the_house_cannot_come_in_again(session: Session, where: str) -> None:
    part, order = a_part(session, serialized=True), an_order(session)
    receive(session, part, 1, serials=["SN 1"])
    if where == "with an order":
        need = reservations.add_need(session, order, part, Decimal(1), NOW)
        reservations.reserve(session, need, NOW)
        issues.issue_reserved(session, order, STOREKEEPER, NOW)

    with pytest.raises(AlreadyExists) as refused:
        receive(session, part, 1, "B-01", serials=["SN 1"])

    assert refused.value.facts["serial_number"] == "SN 1"


@pytest.mark.parametrize("serial", ["sn 1", "SN I", "SN  1", "ＳＮ 1"])
def test_a_serial_number_that_only_looks_alike_is_another_unit(session: Session, serial: str) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, serials=["SN 1"])

    receive(session, part, 1, serials=[serial])

    assert on_hand(session, part) == 2


def test_a_unit_that_had_left_the_house_comes_back_as_the_same_unit(session: Session) -> None:
    part = a_part(session, serialized=True)
    unit = receive(session, part, 1, serials=["a"])[0].unit
    issue_for_reason(session, part, Issue(Decimal(1), None, ["a"], "sold"), a_depot(session), STOREKEEPER, NOW)

    back = receive(session, part, 1, "R-01", ["a"], condition=Condition.REFURBISHED)[0]

    assert back.unit is unit
    assert (back.from_location.kind, back.to_condition) == (PlaceKind.CUSTOMER, Condition.REFURBISHED)
    assert on_hand(session, part, PlaceKind.CUSTOMER) == 0
    assert faults_of_ledger(session) == []


def test_a_retired_part_takes_nothing_in(session: Session) -> None:
    part = a_part(session)
    parts.retire_part(session, part, STOREKEEPER, NOW)

    with pytest.raises(Conflict):
        receive(session, part, 1)


def test_a_receipt_serves_who_waits_and_takes_the_step_in_the_same_unit_of_work(session: Session) -> None:
    part = a_part(session)
    order = an_order(session, State.AWAITING_PARTS)
    reservations.add_need(session, order, part, Decimal(2), NOW)

    receive(session, part, 1)
    assert (order.state, reserved(session, part)) == (State.AWAITING_PARTS, 1)

    receive(session, part, 5)
    assert (order.state, order.version, reserved(session, part)) == (State.APPROVED, 2, 2)


@pytest.mark.parametrize("serialized", [False, True])
def test_a_count_is_put_right_both_ways_against_the_account_of_differences(session: Session, serialized: bool) -> None:
    part = a_part(session, serialized=serialized)
    receive(session, part, 1, serials=["a"] if serialized else None)

    adjust(session, part, 1, serial_numbers=["b"] if serialized else None)
    assert on_hand(session, part, PlaceKind.DIFFERENCE) == -1
    adjust(session, part, -1, serial_numbers=["a"] if serialized else None)
    adjust(session, part, -1, serial_numbers=["b"] if serialized else None)

    assert (on_hand(session, part), on_hand(session, part, PlaceKind.DIFFERENCE)) == (0, 1)
    assert faults_of_ledger(session) == []


def test_a_count_cannot_take_what_is_not_there_or_set_aside(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 2)
    need = reservations.add_need(session, an_order(session), part, Decimal(1), NOW)
    reservations.reserve(session, need, NOW)

    with pytest.raises(NotEnough) as refused:
        adjust(session, part, -2)

    assert refused.value.facts["available"] == 1


@pytest.mark.parametrize(("location", "quantity"), [("nowhere", 1), ("~difference", 1), ("A-01", 0)])
def test_a_count_of_an_unknown_bin_or_of_nothing_is_refused(session: Session, location: str, quantity: int) -> None:
    part = a_part(session)
    receive(session, part, 1)
    wanted = stock.Adjustment(Decimal(quantity), location, "counted")

    with pytest.raises(Invalid):
        stock.adjust(session, part, wanted, a_depot(session), MANAGER, NOW)


@pytest.mark.parametrize("serialized", [False, True])
def test_what_comes_out_of_quarantine_is_there_for_who_waits(session: Session, serialized: bool) -> None:
    part, order = a_part(session, serialized=serialized), an_order(session, State.AWAITING_PARTS)
    reservations.add_need(session, order, part, Decimal(1), NOW)
    serials = ["a"] if serialized else None
    receive(session, part, 1, serials=serials, condition=Condition.QUARANTINE)
    wanted = stock.Adjustment(Decimal(1), "A-01", "checked", Condition.QUARANTINE, serials)

    stock.regrade(session, part, wanted, Condition.GOOD, a_depot(session), MANAGER, NOW)

    assert order.state is State.APPROVED
    assert on_hand(session, part, condition=Condition.GOOD) == 1
    assert faults_of_ledger(session) == []


@pytest.mark.parametrize(("quantity", "to_condition"), [(-1, Condition.GOOD), (1, Condition.NEW), (0, Condition.GOOD)])
def test_a_regrading_that_changes_nothing_or_takes_away_is_refused(
    session: Session, quantity: int, to_condition: Condition
) -> None:
    part = a_part(session)
    receive(session, part, 1)
    wanted = stock.Adjustment(Decimal(quantity), "A-01", "checked")

    with pytest.raises(Invalid):
        stock.regrade(session, part, wanted, to_condition, a_depot(session), MANAGER, NOW)


def test_movements_are_seen_by_part_by_order_and_within_the_depots_of_the_token(session: Session) -> None:
    part, other = a_part(session), a_part(session, "FAN")
    receive(session, part, 1)
    receive(session, other, 1)
    stranger = Actor(SYSTEM.person_id, "x", Role.LOGISTICS, frozenset({another_depot(session).id}))

    assert [line.part for line in session.scalars(stock.select_movements(MANAGER, part))] == [part]
    assert session.scalars(stock.select_movements(MANAGER, None, an_order(session))).all() == []
    assert session.scalars(stock.select_movements(stranger, None)).all() == []


def test_serial_numbers_are_checked_before_anything_is_booked(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, serials=["a"])

    with pytest.raises(AlreadyExists):
        receive(session, part, 2, serials=["b", "a"])

    assert stock.check_serials(part, Decimal(2), ["x ", "y"]) == ["x", "y"]
    assert session.scalars(select(PartUnit.serial_number).join(Movement, Movement.unit_id == PartUnit.id)).all() == [
        "a"
    ]


def test_many_units_come_in_with_few_statements_for_each(session: Session) -> None:
    part = a_part(session, serialized=True)
    sent: list[str] = []
    event.listen(session.connection(), "before_cursor_execute", lambda *args: sent.append(args[2]))

    lines = receive(session, part, stock.MOST_UNITS, serials=[f"SN {n}" for n in range(stock.MOST_UNITS)])

    assert [line.unit.serial_number for line in lines if line.unit] == [f"SN {n}" for n in range(stock.MOST_UNITS)]
    assert len(sent) < 4 * stock.MOST_UNITS
    assert faults_of_ledger(session) == []
    assert list(broken_links(session)) == []


def test_new_units_and_those_that_come_back_from_several_places_are_received_together(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    issue_for_reason(session, part, Issue(Decimal(1), None, ["a"], "sold"), a_depot(session), STOREKEEPER, NOW)
    adjust(session, part, -1, serial_numbers=["c"])

    lines = receive(session, part, 4, "R-01", ["d", "a", "e", "c"], condition=Condition.REFURBISHED)

    came_from = [(line.unit.serial_number, line.from_location.kind) for line in lines if line.unit]
    assert came_from == [
        ("d", PlaceKind.SUPPLIER),
        ("a", PlaceKind.CUSTOMER),
        ("e", PlaceKind.SUPPLIER),
        ("c", PlaceKind.DIFFERENCE),
    ]
    assert faults_of_ledger(session) == []


def test_of_units_of_which_one_is_set_aside_none_goes_missing(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    need = reservations.add_need(session, an_order(session), part, Decimal(1), NOW)
    reservations.set_aside_unit(
        session, need, session.scalars(select(PartUnit).filter_by(serial_number="b")).one(), NOW
    )

    with pytest.raises(Conflict) as refused:
        adjust(session, part, -2, serial_numbers=["a", "b"])

    assert refused.value.facts["serial_number"] == "b"
