"""The ledger: one way to change a quantity, and nothing half done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from databases import NOW
from sqlalchemy import func, select, text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_part, an_order, faults_of_ledger, on_hand, receive

from depot import ledger
from depot.errors import Conflict, NotEnough
from depot.ledger import move
from depot.locations import account, bin_for_receipt, order_place
from models import (
    Balance,
    Condition,
    Event,
    Location,
    Movement,
    MovementKind,
    Part,
    PartUnit,
    PlaceKind,
    Subject,
    Unit,
)

TWO = Decimal(2)


def a_bin(session: Session, code: str = "A-01") -> Location:
    return bin_for_receipt(session, a_depot(session), code, NOW)


def events_of(session: Session, part: Part) -> list[Event]:
    query = select(Event).where(Event.subject == Subject.PART, Event.subject_id == part.id).order_by(Event.seq)
    return list(session.scalars(query))


def test_a_movement_takes_from_one_place_gives_to_the_other_and_is_told_in_the_parts_history(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 5)
    order = an_order(session)
    place = order_place(session, order, NOW)

    movement = move(
        session,
        part,
        TWO,
        a_bin(session),
        place,
        MovementKind.ISSUE,
        MANAGER,
        NOW,
        order=order,
        reason="why",
        reference="r",
    )

    assert (on_hand(session, part), on_hand(session, part, PlaceKind.ORDER)) == (3, 2)
    assert (movement.order_id, movement.reason, movement.reference) == (order.id, "why", "r")
    told = events_of(session, part)[-1]
    assert (told.action, told.facts["movement"], told.facts["quantity"], told.facts["order"]) == (
        "issue",
        movement.id,
        "2",
        order.id,
    )
    assert "reason" not in told.facts
    assert faults_of_ledger(session) == []


def test_all_places_of_a_part_sum_up_to_zero_because_what_came_in_is_owed_to_an_account(session: Session) -> None:
    part = a_part(session, unit=Unit.METRE)

    receive(session, part, "2.125")

    assert on_hand(session, part) == Decimal("2.125")
    assert on_hand(session, part, PlaceKind.SUPPLIER) == Decimal("-2.125")


@pytest.mark.parametrize("condition", [Condition.NEW, Condition.QUARANTINE])
def test_more_than_there_is_in_that_condition_is_refused_and_nothing_is_booked(
    session: Session, condition: Condition
) -> None:
    part = a_part(session)
    receive(session, part, 1)
    scrap = account(session, a_depot(session).id, PlaceKind.SCRAP, NOW)

    with pytest.raises(NotEnough) as refused:
        move(session, part, TWO, a_bin(session), scrap, MovementKind.SCRAP, STOREKEEPER, NOW, condition=condition)

    assert refused.value.facts["available"] == (1 if condition is Condition.NEW else 0)
    assert session.scalar(select(func.count()).select_from(Movement)) == 1
    assert on_hand(session, part) == 1


def test_what_is_set_aside_is_not_taken_but_by_whom_it_was_set_aside_for(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 2)
    place, scrap = a_bin(session), account(session, a_depot(session).id, PlaceKind.SCRAP, NOW)
    assert ledger.set_aside(session, part, place, Condition.NEW, TWO)
    assert not ledger.set_aside(session, part, place, Condition.NEW, Decimal(1))

    with pytest.raises(NotEnough):
        move(session, part, Decimal(1), place, scrap, MovementKind.SCRAP, STOREKEEPER, NOW)
    move(session, part, TWO, place, scrap, MovementKind.SCRAP, STOREKEEPER, NOW, from_reserved=True)

    assert ledger.free_in(session, part, place, Condition.NEW) == 0
    assert session.scalars(select(Balance.reserved).where(Balance.location_id == place.id)).all() == [Decimal(0)]


def test_a_unit_moves_only_from_where_it_is(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, "A-01", ["a"])
    receive(session, part, 1, "B-01", ["b"])
    unit = session.scalars(select(PartUnit).where(PartUnit.serial_number == "b")).one()
    scrap = account(session, a_depot(session).id, PlaceKind.SCRAP, NOW)

    with pytest.raises(Conflict) as refused:
        move(session, part, Decimal(1), a_bin(session), scrap, MovementKind.SCRAP, STOREKEEPER, NOW, unit=unit)

    assert refused.value.facts == {"serial_number": "b", "location": "B-01"}


def test_a_serialised_piece_enters_a_bin_only_as_a_unit(session: Session) -> None:
    part = a_part(session, serialized=True)
    supplier = account(session, a_depot(session).id, PlaceKind.SUPPLIER, NOW)

    with pytest.raises(ValueError, match="one by one"):
        move(session, part, Decimal(1), supplier, a_bin(session), MovementKind.RECEIPT, STOREKEEPER, NOW)


def test_a_movement_can_name_the_one_that_it_undoes_once(session: Session) -> None:
    part = a_part(session)
    first = receive(session, part, 1)[0]
    back = (part, Decimal(1), first.to_location, first.from_location, MovementKind.RETURN, STOREKEEPER, NOW)

    undone = move(session, *back, reverses=first)

    assert undone.reverses_id == first.id
    assert on_hand(session, part) == 0


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE movements SET quantity = 1",
        "DELETE FROM movements",
        "UPDATE balances SET on_hand = -1000 WHERE floor = 1",
        "UPDATE balances SET reserved = on_hand + 1 WHERE floor = 1",
        "UPDATE balances SET reserved = -1 WHERE floor = 1",
    ],
)
def test_the_database_itself_refuses_what_would_make_the_ledger_lie(session: Session, statement: str) -> None:
    receive(session, a_part(session), 3)

    with pytest.raises(DBAPIError):
        session.execute(text(statement))


def test_a_wrong_balance_is_found_by_the_sums_of_these_tests(session: Session) -> None:
    receive(session, a_part(session), 3)

    session.execute(update(Balance).where(Balance.floor == 1).values(on_hand=Decimal(4)))

    assert len(faults_of_ledger(session)) == 2


def test_parts_are_held_in_the_order_of_their_ids(session: Session) -> None:
    parts = [a_part(session, f"P-{n}") for n in range(3)]

    held = ledger.lock_parts(session, [part.id for part in reversed(parts)])

    assert list(held) == [part.id for part in parts]
