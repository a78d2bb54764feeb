"""What is set aside for whom, and who gets what becomes free."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import a_depot, a_part, an_order, another_depot, faults_of_ledger, on_hand, receive, reserved

from depot import free_stock, ledger, reservations
from depot.reservations import Shortage
from models import Condition, Part, PartNeed, PartUnit, RepairOrder, ReservationState, State

ONE = Decimal(1)


def need_of(session: Session, order: RepairOrder, part: Part, quantity: int = 1) -> PartNeed:
    need = reservations.add_need(session, order, part, Decimal(quantity), NOW)
    reservations.reserve(session, need, NOW)
    return need


@pytest.mark.parametrize(("there", "got", "short"), [(0, 0, 3), (2, 2, 1), (3, 3, 0), (5, 3, 0)])
def test_a_need_gets_as_much_as_there_is(session: Session, there: int, got: int, short: int) -> None:
    part, order = a_part(session), an_order(session)
    if there:
        receive(session, part, there)

    need = need_of(session, order, part, 3)

    assert reserved(session, part) == got
    assert reservations.missing(need) == short
    assert reservations.shortages(session, order) == ([Shortage("SSD-1TB", Decimal(short))] if short else [])
    assert reservations.available(session, order.depot_id, part) == max(0, there - 3)
    assert faults_of_ledger(session) == []


def test_bins_are_emptied_in_the_order_of_their_codes(session: Session) -> None:
    part = a_part(session)
    for code in ("B-01", "A-02", "A-01"):
        receive(session, part, 2, code)

    need_of(session, an_order(session), part, 5)

    left = free_stock.list_free(session, part, a_depot(session).id)
    assert [(place.code, free) for place, _, free in left] == [("B-01", ONE)]


def test_the_oldest_units_go_first_one_reservation_each(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, "Z-01", ["first"])
    receive(session, part, 2, "A-01", ["second", "third"])

    need = need_of(session, an_order(session), part, 2)

    units = [session.get_one(PartUnit, line.unit_id) for line in need.reservations]
    assert [unit.serial_number for unit in units] == ["first", "second"]
    assert session.scalars(free_stock.free_units(part, a_depot(session).id)).one().serial_number == "third"


@pytest.mark.parametrize(
    ("condition", "fit"),
    [
        (Condition.NEW, True),
        (Condition.GOOD, True),
        (Condition.REFURBISHED, True),
        (Condition.QUARANTINE, False),
        (Condition.DEFECTIVE, False),
    ],
)
@pytest.mark.parametrize("serialized", [False, True])
def test_only_stock_that_is_fit_for_use_is_set_aside(
    session: Session, condition: Condition, fit: bool, serialized: bool
) -> None:
    part = a_part(session, serialized=serialized)
    receive(session, part, 1, serials=["a"] if serialized else None, condition=condition)

    need_of(session, an_order(session), part)

    assert reserved(session, part) == (1 if fit else 0)


def test_stock_of_another_depot_is_not_set_aside(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)

    need = need_of(session, an_order(session, depot=another_depot(session)), part)

    assert reservations.missing(need) == 1


def test_releasing_an_order_frees_what_was_set_aside_and_closes_its_needs(session: Session) -> None:
    part, fan, order = a_part(session), a_part(session, "FAN"), an_order(session)
    receive(session, part, 2)
    need = need_of(session, order, part, 2)
    need_of(session, order, fan)

    freed = reservations.release(session, order, NOW)

    assert freed == {part.id}
    assert reserved(session, part) == 0
    assert [line.state for line in need.reservations] == [ReservationState.RELEASED]
    assert reservations.open_needs(session, order) == []
    assert reservations.release(session, order, NOW) == set()


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"priority": 1}, {}),
        ({"is_repeat": True}, {"promised_on": date(2026, 1, 1)}),
        ({"promised_on": date(2026, 1, 1)}, {"promised_on": date(2026, 1, 2)}),
        ({"promised_on": date(2026, 1, 1)}, {"promised_on": None}),
        ({"priority": 2}, {"priority": 1, "is_repeat": True}),
    ],
)
@pytest.mark.parametrize("swapped", [False, True])
def test_free_stock_goes_to_those_who_wait_in_their_turn(
    session: Session, first: dict[str, Any], second: dict[str, Any], swapped: bool
) -> None:
    part = a_part(session)
    pair = [second, first] if swapped else [first, second]
    orders = [an_order(session, State.AWAITING_PARTS, **wanted) for wanted in pair]
    for order in orders:
        need_of(session, order, part)
    stock_without_service(session, part, 1)

    complete = reservations.fill_waiting(session, a_depot(session).id, {part.id}, NOW)

    assert complete == [orders[1] if swapped else orders[0]]


def test_of_two_alike_the_older_order_is_served(session: Session) -> None:
    part = a_part(session)
    older, younger = an_order(session, State.AWAITING_PARTS), an_order(session, State.AWAITING_PARTS)
    for order in (younger, older):
        need_of(session, order, part)

    receive(session, part, 1)

    assert (older.state, younger.state) == (State.APPROVED, State.AWAITING_PARTS)


def stock_without_service(session: Session, part: Part, quantity: int) -> None:
    """Bring stock in as if its service had not come yet: set aside by nobody, while orders wait."""
    waiting = session.scalars(select(RepairOrder).where(RepairOrder.state == State.AWAITING_PARTS)).all()
    for order in waiting:
        order.state = State.ANNOUNCED
    receive(session, part, quantity)
    for order in waiting:
        order.state = State.AWAITING_PARTS
    session.flush()


@pytest.mark.parametrize("state", list(State))
def test_only_orders_that_are_approved_wait_for_parts(session: Session, state: State) -> None:
    part = a_part(session)
    order = an_order(session, state)
    need = need_of(session, order, part)
    receive(session, a_part(session, "OTHER"), 1)
    served = state in {State.APPROVED, State.AWAITING_PARTS, State.REPAIRING}

    receive(session, part, 1)

    assert (reservations.missing(need) == 0) is served
    assert order.state is (State.APPROVED if state is State.AWAITING_PARTS else state)


def test_an_order_is_complete_only_when_all_its_parts_are(session: Session) -> None:
    ssd, fan = a_part(session), a_part(session, "FAN")
    order = an_order(session, State.AWAITING_PARTS)
    need_of(session, order, ssd)
    need_of(session, order, fan, 2)

    receive(session, ssd, 1)
    receive(session, fan, 1)
    assert order.state is State.AWAITING_PARTS

    receive(session, fan, 1)
    assert order.state is State.APPROVED
    assert on_hand(session, fan) == 2


def test_nothing_freed_serves_nobody(session: Session) -> None:
    assert reservations.fill_waiting(session, a_depot(session).id, set(), NOW) == []


def test_the_orders_that_may_be_served_are_held_by_id_with_those_named_besides(session: Session) -> None:
    part = a_part(session)
    named, waiting = an_order(session, State.READY), an_order(session, State.AWAITING_PARTS)
    need_of(session, waiting, part)

    held = reservations.lock_waiting(session, a_depot(session).id, [part.id], [named.id])

    assert held == [named, waiting]


def test_a_reservation_can_be_split_and_cut_down(session: Session) -> None:
    part, order = a_part(session), an_order(session)
    receive(session, part, 5)
    need = need_of(session, order, part, 5)

    split = reservations.split(need, need.reservations[0], Decimal(2), NOW)
    assert [line.quantity for line in need.reservations] == [3, 2]
    assert reservations.split(need, split, Decimal(2), NOW) is split
    reservations.keep_only(session, need, need.reservations[0], ONE, NOW)
    reservations.keep_only(session, need, split, Decimal(0), NOW)
    reservations.keep_only(session, need, need.reservations[0], Decimal(7), NOW)

    assert reserved(session, part) == 1
    assert faults_of_ledger(session) == []


def test_a_need_that_got_all_is_closed(session: Session) -> None:
    need = reservations.add_need(session, an_order(session), a_part(session), Decimal(2), NOW)

    reservations.count_issued(need, ONE, NOW)
    assert need.closed_at is None
    reservations.count_issued(need, ONE, NOW)
    assert need.closed_at == NOW


def test_units_and_reservations_can_be_ended_one_by_one(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, serials=["a"])
    need = reservations.add_need(session, an_order(session), part, ONE, NOW)
    unit = session.scalars(free_stock.free_units(part, a_depot(session).id)).one()

    reservations.set_aside_unit(session, need, unit, NOW)
    line = reservations.open_reservations(need)[0]
    reservations.give_back(session, part, line, NOW)
    reservations.end_reservation(line, ReservationState.ISSUED, NOW)

    assert (line.state, line.ended_at) == (ReservationState.ISSUED, NOW)
    assert ledger.free_in(session, part, unit.location, Condition.NEW) == 1
