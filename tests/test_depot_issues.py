"""What is set aside for an order goes to its bench."""

from __future__ import annotations

from decimal import Decimal

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import STOREKEEPER, a_depot, a_part, an_order, faults_of_ledger, on_hand, receive, reserved

from depot import issues, reservations
from depot.errors import Conflict, Invalid
from models import Part, PartNeed, PlaceKind, RepairOrder, ReservationState


def waiting_order(session: Session, part: Part, quantity: int = 1) -> tuple[RepairOrder, PartNeed]:
    order = an_order(session)
    need = reservations.add_need(session, order, part, Decimal(quantity), NOW)
    reservations.reserve(session, need, NOW)
    return order, need


def test_what_is_set_aside_is_issued_and_the_need_closed(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 2, "A-01")
    receive(session, part, 2, "B-01")
    order, need = waiting_order(session, part, 3)

    issued = issues.issue_reserved(session, order, STOREKEEPER, NOW)

    assert [(line.location, line.quantity, line.serial_number) for line in issued] == [
        ("A-01", 2, None),
        ("B-01", 1, None),
    ]
    assert (on_hand(session, part), on_hand(session, part, PlaceKind.ORDER), reserved(session, part)) == (1, 3, 0)
    assert (need.issued, need.closed_at) == (3, NOW)
    assert {line.state for line in need.reservations} == {ReservationState.ISSUED}
    assert issues.issue_reserved(session, order, STOREKEEPER, NOW) == []


def test_a_need_that_is_short_gets_what_there_is_and_stays_open(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)
    order, need = waiting_order(session, part, 3)

    issues.issue_needed(session, order, [need], STOREKEEPER, NOW)

    assert (need.issued, need.closed_at, reservations.missing(need)) == (1, None, 2)


@pytest.mark.parametrize(
    ("chosen", "issued"),
    [
        (None, ["a", "b"]),
        ([], ["a", "b"]),
        (["b", "a"], ["a", "b"]),
        (["c"], ["b", "c"]),
        (["d", "c"], ["c", "d"]),
        ([" d "], ["b", "d"]),
    ],
)
def test_serial_numbers_choose_the_units_instead_of_the_oldest(
    session: Session, chosen: list[str] | None, issued: list[str]
) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 4, serials=["a", "b", "c", "d"])
    order, _ = waiting_order(session, part, 2)

    lines = issues.issue_reserved(session, order, STOREKEEPER, NOW, chosen)

    assert sorted(line.serial_number or "" for line in lines) == issued
    assert reservations.available(session, order.depot_id, part) == 2
    assert faults_of_ledger(session) == []


@pytest.mark.parametrize("chosen", [["x"], ["a", "a"], [""], ["a", "b", "c"], ["A"]])
def test_serial_numbers_that_make_no_sense_are_refused(session: Session, chosen: list[str]) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    order, _ = waiting_order(session, part, 2)

    with pytest.raises(Invalid) as refused:
        issues.issue_reserved(session, order, STOREKEEPER, NOW, chosen)

    assert refused.value.facts["errors"][0]["pointer"] == "/serial_numbers"


def test_a_unit_that_is_set_aside_for_another_order_or_gone_is_refused(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    other, _ = waiting_order(session, part)
    gone, _ = waiting_order(session, part)
    issues.issue_reserved(session, gone, STOREKEEPER, NOW)
    order, _ = waiting_order(session, part)

    for serial, place in (("a", "A-01"), ("b", None)):
        with pytest.raises(Conflict) as refused:
            issues.issue_reserved(session, order, STOREKEEPER, NOW, [serial])
        assert refused.value.facts == {"serial_number": serial, "location": place, "available": 0}
    assert len(reservations.open_reservations(reservations.open_needs(session, other)[0])) == 1


def test_one_reservation_is_issued_by_its_line(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)
    order, need = waiting_order(session, part)
    place = issues.order_place(session, order, NOW)

    movement = issues.issue_line(session, order, need, need.reservations[0], place, STOREKEEPER, NOW)

    assert (movement.to_location, movement.order_id) == (place, order.id)


def test_units_are_looked_up_and_must_be_free(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 2, serials=["a", "b"])
    waiting_order(session, part)

    first, second = issues.demand_units(session, [part.id], issues.distinct([" b", "a "]))

    issues.demand_free(session, second, a_depot(session).id, STOREKEEPER)
    with pytest.raises(Conflict):
        issues.demand_free(session, first, a_depot(session).id, STOREKEEPER)
