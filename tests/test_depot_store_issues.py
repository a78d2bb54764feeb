"""What the store picks by itself, for an order or for a reason."""

from __future__ import annotations

from decimal import Decimal

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import STOREKEEPER, a_depot, a_part, an_order, faults_of_ledger, on_hand, receive, reserved

from depot import reservations
from depot.errors import Conflict, Invalid, NotEnough
from depot.store_issues import Issue, issue_for_reason, issue_to_order
from models import Event, Part, PartNeed, PlaceKind, RepairOrder, State, Subject

LEGAL = {State.APPROVED, State.AWAITING_PARTS, State.REPAIRING}


def order_with_need(
    session: Session, part: Part, quantity: int = 1, state: State = State.APPROVED
) -> tuple[RepairOrder, PartNeed]:
    order = an_order(session, state)
    need = reservations.add_need(session, order, part, Decimal(quantity), NOW)
    reservations.reserve(session, need, NOW)
    return order, need


def issue(session: Session, order: RepairOrder, part: Part, quantity: int, **more: object) -> list[tuple[str, Decimal]]:
    wanted = Issue(Decimal(quantity), **more)  # type: ignore[arg-type]
    lines = issue_to_order(session, order, part, wanted, STOREKEEPER, NOW)
    return [(line.from_location.code, line.quantity) for line in lines]


@pytest.mark.parametrize("state", list(State))
def test_parts_are_issued_to_an_order_that_is_approved_and_to_no_other(session: Session, state: State) -> None:
    part = a_part(session)
    receive(session, part, 1)
    order = an_order(session, state)

    if state in LEGAL:
        assert issue(session, order, part, 1) == [("A-01", 1)]
        assert order.version == 1 + (order.state is not state)
    else:
        with pytest.raises(Conflict) as refused:
            issue(session, order, part, 1)
        assert refused.value.facts == {"state": state.value}


def test_an_orders_own_reservation_is_used_first_and_what_is_left_of_it_stays_its_own(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 5)
    order, need = order_with_need(session, part, 4)

    issue(session, order, part, 3)

    assert (need.issued, reservations.missing(need), reserved(session, part)) == (3, 0, 1)
    assert faults_of_ledger(session) == []


def test_picking_elsewhere_frees_what_was_set_aside_and_somebody_else_gets_it(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1, "A-01")
    order, need = order_with_need(session, part)
    waiting, other_need = order_with_need(session, part, state=State.AWAITING_PARTS)
    waiting.state = State.ANNOUNCED
    receive(session, part, 1, "B-01")
    waiting.state = State.AWAITING_PARTS

    assert issue(session, order, part, 1, location="B-01") == [("B-01", 1)]

    assert need.closed_at == NOW
    assert reservations.missing(other_need) == 0
    assert waiting.state is State.APPROVED
    assert faults_of_ledger(session) == []


def test_more_than_the_order_asked_for_becomes_a_need_that_is_met(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 5)
    order, _ = order_with_need(session, part, 1)

    issue(session, order, part, 3)

    needs = session.scalars(select(PartNeed).where(PartNeed.order_id == order.id).order_by(PartNeed.id)).all()
    assert [(need.quantity, need.issued, need.closed_at) for need in needs] == [(1, 1, NOW), (2, 2, NOW)]
    assert on_hand(session, part, PlaceKind.ORDER) == 3


@pytest.mark.parametrize(("own", "free", "wanted"), [(1, 0, 2), (0, 0, 1), (1, 1, 3)])
def test_more_than_there_is_for_the_order_is_refused_with_what_there_is(
    session: Session, own: int, free: int, wanted: int
) -> None:
    part = a_part(session)
    if own + free:
        receive(session, part, own + free)
    order = an_order(session)
    if own:
        need = reservations.add_need(session, order, part, Decimal(own), NOW)
        reservations.reserve(session, need, NOW)

    with pytest.raises(NotEnough) as refused:
        issue(session, order, part, wanted)

    assert refused.value.facts["available"] == own + free


def test_what_another_order_has_set_aside_is_not_there_for_this_one(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)
    order_with_need(session, part)

    with pytest.raises(NotEnough) as refused:
        issue(session, an_order(session), part, 1)

    assert refused.value.facts["available"] == 0


def test_an_order_that_gets_all_it_waits_for_goes_on_by_itself(session: Session) -> None:
    part = a_part(session)
    order, _ = order_with_need(session, part, 1, State.AWAITING_PARTS)
    order.state = State.ANNOUNCED
    receive(session, part, 1)
    order.state = State.AWAITING_PARTS

    issue(session, order, part, 1)

    assert order.state is State.APPROVED


def test_the_issue_stands_in_the_orders_history_with_its_movements(session: Session) -> None:
    part, order = a_part(session), an_order(session)
    receive(session, part, 1)

    lines = issue_to_order(session, order, part, Issue(Decimal(1)), STOREKEEPER, NOW)

    told = session.scalars(
        select(Event).where(Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id)
    ).one()
    assert (told.action, told.facts["part"], told.facts["movements"]) == ("part-issued", part.id, [lines[0].id])
    assert order.version == 1


def test_units_are_issued_by_their_serial_numbers_own_ones_and_free_ones(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    order, need = order_with_need(session, part, 1)

    issue(session, order, part, 2, serial_numbers=["a", "c"], location="A-01")

    assert need.closed_at == NOW
    assert on_hand(session, part, PlaceKind.ORDER) == 2
    assert faults_of_ledger(session) == []


def test_issuing_another_unit_than_the_one_set_aside_frees_that_one(session: Session) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 2, serials=["a", "b"])
    order, need = order_with_need(session, part, 1)

    issue(session, order, part, 1, serial_numbers=["b"])

    assert need.closed_at == NOW
    assert reservations.available(session, order.depot_id, part) == 1
    assert faults_of_ledger(session) == []


@pytest.mark.parametrize(
    ("quantity", "serials", "refusal"),
    [
        (1, None, Invalid),
        (2, ["a"], Invalid),
        (1, ["x"], Invalid),
        (2, ["a", "a"], Invalid),
        (1, ["taken"], Conflict),
        (1, ["elsewhere"], Conflict),
    ],
)
def test_units_that_are_not_named_not_there_or_not_free_are_refused(
    session: Session, quantity: int, serials: list[str] | None, refusal: type[Exception]
) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 1, serials=["taken"])
    order_with_need(session, part)
    receive(session, part, 1, serials=["a"])
    receive(session, part, 1, "B-01", serials=["elsewhere"])

    with pytest.raises(refusal):
        issue(session, an_order(session), part, quantity, serial_numbers=serials, location="A-01")


@pytest.mark.parametrize("reason", [None, ""])
def test_without_an_order_an_issue_needs_a_reason(session: Session, reason: str | None) -> None:
    part = a_part(session)
    receive(session, part, 1)

    with pytest.raises(Invalid):
        issue_for_reason(session, part, Issue(Decimal(1), reason=reason), a_depot(session), STOREKEEPER, NOW)


@pytest.mark.parametrize("serialized", [False, True])
def test_what_is_issued_for_a_reason_leaves_the_house(session: Session, serialized: bool) -> None:
    part = a_part(session, serialized=serialized)
    receive(session, part, 2, serials=["a", "b"] if serialized else None)
    wanted = Issue(Decimal(1), "A-01", ["b"] if serialized else None, "for the fair 展会")

    line = issue_for_reason(session, part, wanted, a_depot(session), STOREKEEPER, NOW)[0]

    assert (line.reason, line.to_location.kind) == ("for the fair 展会", PlaceKind.CUSTOMER)
    assert on_hand(session, part) == 1
    assert faults_of_ledger(session) == []


def test_what_is_set_aside_is_not_given_away_for_a_reason(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 2)
    order_with_need(session, part, 1)

    with pytest.raises(NotEnough) as refused:
        issue_for_reason(session, part, Issue(Decimal(2), reason="x"), a_depot(session), STOREKEEPER, NOW)

    assert refused.value.facts["available"] == 1


@pytest.mark.parametrize("named", [None, "A-01"])
def test_a_unit_that_is_gone_says_so_and_how_many_there_are(session: Session, named: str | None) -> None:
    part = a_part(session, serialized=True)
    receive(session, part, 3, serials=["a", "b", "c"])
    issue_for_reason(session, part, Issue(Decimal(1), None, ["a"], "sold"), a_depot(session), STOREKEEPER, NOW)

    with pytest.raises(Conflict, match="gone to a customer") as refused:
        issue(session, an_order(session), part, 1, serial_numbers=["a"], location=named)

    assert (refused.value.facts["available"], refused.value.facts["location"]) == (2, None)
    assert "~" not in refused.value.message


def test_an_order_that_has_ended_is_told_when_parts_are_issued(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)

    with pytest.raises(Conflict, match="approved, awaiting_parts, repairing; this one is returned"):
        issue(session, an_order(session, State.RETURNED), part, 1)

    assert on_hand(session, part) == 1
