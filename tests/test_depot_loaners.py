"""Lending: out against a signature, home again, or settled."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_loaner, a_person, an_order, another_depot

from depot import loaners
from depot.actors import SYSTEM, Actor
from depot.errors import Conflict, Ended, Invalid, NotFound, NotLendable
from depot.loaners import Homecoming, Lending, Settlement
from depot.money import Money
from models import ENDED, Charge, Event, Loan, LoanerUnit, LoanOutcome, RepairOrder, Role, State, Subject, UnitState

TODAY = date(2026, 11, 22)
LOST = LoanOutcome.LOST


def lend(session: Session, order: RepairOrder, unit: LoanerUnit, **more: Any) -> Loan:
    slip = Lending(**{"due_on": TODAY, "condition": "fine", "signed_by": "张䶮", **more})
    return loaners.lend(session, order, unit, slip, STOREKEEPER, NOW)


def told_of(session: Session, order: RepairOrder) -> list[Event]:
    query = select(Event).where(Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id)
    return list(session.scalars(query.order_by(Event.seq)))


def test_a_loan_takes_the_unit_out_and_stands_in_both_histories(session: Session) -> None:
    unit, order = a_loaner(session), an_order(session)

    loan = lend(session, order, unit)

    assert (unit.state, loan.accessories, loan.lent_at) == (UnitState.ON_LOAN, ["charger", "bag"], NOW)
    assert loaners.open_loans(session, order) == [loan]
    told = told_of(session, order)[0]
    assert (told.action, told.facts["loan"], told.facts["loaner_unit"]) == ("lend", loan.id, unit.id)
    assert told.private == {"signed_by": "张䶮"}
    assert order.version == 1
    assert unit.event_seq == 2


@pytest.mark.parametrize("state", list(State))
def test_a_unit_is_lent_for_any_order_that_has_not_ended(session: Session, state: State) -> None:
    unit, order = a_loaner(session), an_order(session, state)

    if state in ENDED:
        with pytest.raises(Ended):
            lend(session, order, unit)
        assert unit.state is UnitState.AVAILABLE
    else:
        assert lend(session, order, unit).order_id == order.id


@pytest.mark.parametrize("state", [state for state in UnitState if state is not UnitState.AVAILABLE])
def test_only_an_available_unit_is_lent(session: Session, state: UnitState) -> None:
    unit = a_loaner(session)
    unit.state = state
    session.flush()

    with pytest.raises(NotLendable) as refused:
        lend(session, an_order(session), unit)

    assert refused.value.facts == {"state": state.value}


@pytest.mark.parametrize("name", ["Li Lei", " li  LEI ", "ＬＩ Lei"])
def test_somebody_of_the_staff_does_not_sign_for_the_customer(session: Session, name: str) -> None:
    a_person(session, "Li Lei")

    with pytest.raises(Invalid) as refused:
        lend(session, an_order(session), a_loaner(session), signed_by=name)

    assert refused.value.facts["errors"][0]["pointer"] == "/signed_by"


@pytest.mark.parametrize(
    ("now", "due_on", "allowed"),
    [
        (NOW, TODAY, True),
        (NOW, TODAY - timedelta(days=1), False),
        (datetime(2026, 11, 22, 17, tzinfo=UTC), TODAY, False),
        (datetime(2026, 11, 22, 17, tzinfo=UTC), TODAY + timedelta(days=1), True),
    ],
)
def test_the_due_date_is_not_past_by_the_depots_own_calendar(
    session: Session, now: datetime, due_on: date, allowed: bool
) -> None:
    order, unit, slip = an_order(session), a_loaner(session), Lending(due_on, "fine", "张䶮")

    if allowed:
        assert loaners.lend(session, order, unit, slip, STOREKEEPER, now).due_on == due_on
    else:
        with pytest.raises(Invalid):
            loaners.lend(session, order, unit, slip, STOREKEEPER, now)


@pytest.mark.parametrize(
    ("given", "complete"),
    [
        (True, True),
        (False, False),
        (["bag", "charger"], True),
        (["bag"], False),
        ([], False),
    ],
)
def test_a_return_says_whether_everything_came_back(session: Session, given: Any, complete: bool) -> None:
    unit, order = a_loaner(session), an_order(session)
    loan = lend(session, order, unit)

    loaners.take_back(session, loan, Homecoming("scratched", given, "a scratch"), STOREKEEPER, NOW)

    assert (unit.state, loan.outcome, loan.accessories_returned) == (
        UnitState.RETURNED,
        LoanOutcome.RETURNED,
        complete,
    )
    assert loaners.open_loans(session, order) == []
    assert loaners.loans_of(session, order) == [loan]
    told = told_of(session, order)[-1]
    assert (told.action, told.facts["overdue"], told.private) == ("take-back", False, {"differences": "a scratch"})


@pytest.mark.parametrize(
    ("outcome", "charge", "state"),
    [
        (LOST, Money(9900, "CNY"), UnitState.LOST),
        (LoanOutcome.SOLD, None, UnitState.SOLD),
        (LOST, Money(0, "CNY"), UnitState.LOST),
    ],
)
def test_a_manager_settles_a_loan_and_the_charge_goes_on_the_order(
    session: Session, outcome: LoanOutcome, charge: Money | None, state: UnitState
) -> None:
    unit, order = a_loaner(session), an_order(session)
    loan = lend(session, order, unit)

    loaners.settle(session, loan, Settlement(outcome, "the reason", charge), MANAGER, NOW)

    assert (unit.state, loan.outcome, loan.settle_reason) == (state, outcome, "the reason")
    charges = session.scalars(select(Charge).where(Charge.order_id == order.id)).all()
    assert [(row.amount_minor, row.loan_id, row.text) for row in charges] == (
        [(9900, loan.id, "loaner LN-01")] if charge and charge.amount_minor else []
    )
    assert told_of(session, order)[-1].private == {"reason": "the reason"}


@pytest.mark.parametrize(
    ("outcome", "charge", "refusal"),
    [(LoanOutcome.RETURNED, None, Invalid), (LOST, Money(1, "EUR"), Invalid)],
)
def test_a_settlement_that_is_none_or_in_another_currency_is_refused(
    session: Session, outcome: LoanOutcome, charge: Money | None, refusal: type[Exception]
) -> None:
    loan = lend(session, an_order(session), a_loaner(session))

    with pytest.raises(refusal):
        loaners.settle(session, loan, Settlement(outcome, "x", charge), MANAGER, NOW)

    assert loan.ended_at is None


def test_nothing_is_charged_on_an_order_that_has_ended(session: Session) -> None:
    order = an_order(session)
    loan = lend(session, order, a_loaner(session))
    order.state = State.CANCELLED

    with pytest.raises(Ended):
        loaners.settle(session, loan, Settlement(LOST, "x", Money(1, "CNY")), MANAGER, NOW)
    assert loaners.settle(session, loan, Settlement(LOST, "x"), MANAGER, NOW).outcome is LOST


END: dict[str, Callable[[Session, Loan], Loan]] = {
    "return": lambda session, loan: loaners.take_back(session, loan, Homecoming("fine", True), STOREKEEPER, NOW),
    "settle": lambda session, loan: loaners.settle(session, loan, Settlement(LOST, "x"), MANAGER, NOW),
}


@pytest.mark.parametrize("again", list(END))
def test_a_loan_ends_once(session: Session, again: str) -> None:
    loan = lend(session, an_order(session), a_loaner(session))
    END["return"](session, loan)

    with pytest.raises(Conflict) as refused:
        END[again](session, loan)

    assert refused.value.facts["outcome"] == "returned"


def test_the_database_allows_one_open_loan_per_unit(session: Session) -> None:
    unit, order = a_loaner(session), an_order(session)
    lend(session, order, unit)
    unit.state = UnitState.AVAILABLE

    with pytest.raises(IntegrityError):
        lend(session, order, unit)


def test_loans_of_other_depots_are_out_of_sight(session: Session) -> None:
    order = an_order(session)
    loan = lend(session, order, a_loaner(session))
    stranger = Actor(SYSTEM.person_id, "x", Role.LOGISTICS, frozenset({another_depot(session).id}))

    assert loaners.find_loan(session, loan.id, MANAGER) is loan
    assert loaners.order_of(session, loan) is order
    for loan_id, who in ((loan.id, stranger), (2**62, MANAGER)):
        with pytest.raises(NotFound):
            loaners.find_loan(session, loan_id, who)
    assert session.scalars(loaners.select_loans(session, stranger, False, None, None)).all() == []


def test_loans_are_found_by_unit_while_out_and_past_their_date(session: Session) -> None:
    first, second = a_loaner(session, "A"), a_loaner(session, "B")
    ended = lend(session, an_order(session), first)
    loaners.take_back(session, ended, Homecoming("fine", True), STOREKEEPER, NOW)
    out = lend(session, an_order(session), second)

    def found(*wanted: Any) -> list[Loan]:
        return list(session.scalars(loaners.select_loans(session, MANAGER, *wanted).order_by(Loan.id)))

    assert found(False, None, None) == [ended, out]
    assert found(True, None, None) == [out]
    assert found(False, first, None) == [ended]
    assert found(False, None, NOW) == []
    assert found(False, None, NOW + timedelta(days=1)) == [out]
    assert a_depot(session).time_zone == "Asia/Shanghai"


def test_hostile_text_on_the_slip_is_kept_as_it_is(session: Session) -> None:
    said, unit = "𠮷<b>" * 2000, a_loaner(session)
    unit.accessories = ["'; --", "bag"]

    loan = lend(session, an_order(session), unit, condition=said, accessories=["'; --"], signed_by='𠮷 "%s')

    session.refresh(loan)
    assert (loan.condition, loan.accessories, loan.signed_by) == (said, ["'; --"], '𠮷 "%s')


def test_what_never_went_out_does_not_come_back(session: Session) -> None:
    unit, order = a_loaner(session), an_order(session)
    loan = lend(session, order, unit)

    with pytest.raises(Invalid):
        loaners.take_back(session, loan, Homecoming("good", ["bag", "charger", "x"]), STOREKEEPER, NOW)


def test_what_is_missing_stands_in_the_history(session: Session) -> None:
    unit, order = a_loaner(session), an_order(session)
    loan = lend(session, order, unit)

    loaners.take_back(session, loan, Homecoming("good", ["bag"], "lost by the post"), STOREKEEPER, NOW)

    assert told_of(session, order)[-1].facts["missing"] == ["charger"]


@pytest.mark.parametrize(
    ("slip", "lent"),
    [
        (None, ["charger", "bag"]),
        ([], []),
        (["bag"], ["bag"]),
        (["bag", "charger"], ["bag", "charger"]),
        (["gold bar"], None),
        (["bag", "bag"], None),
        (["Bag"], None),
        (["𠮷" * 200], None),
    ],
)
def test_nothing_goes_out_but_what_the_unit_has(
    session: Session, slip: list[str] | None, lent: list[str] | None
) -> None:
    unit, order = a_loaner(session), an_order(session)

    if lent is None:
        with pytest.raises(Invalid) as refused:
            lend(session, order, unit, accessories=slip)
        assert refused.value.facts["errors"][0]["pointer"] == "/accessories"
        assert (unit.state, loaners.loans_of(session, order)) == (UnitState.AVAILABLE, [])
    else:
        assert lend(session, order, unit, accessories=slip).accessories == lent


@pytest.mark.parametrize("given", [False, [], ["bag"]], ids=str)
@pytest.mark.parametrize("said", [None, ""])
def test_what_does_not_come_back_is_accounted_for(session: Session, given: Any, said: str | None) -> None:
    unit, order = a_loaner(session), an_order(session)
    loan = lend(session, order, unit)

    with pytest.raises(Invalid) as refused:
        loaners.take_back(session, loan, Homecoming("good", given, said), STOREKEEPER, NOW)

    error = refused.value.facts["errors"][0]
    assert (error["pointer"], "charger" in error["detail"]) == ("/differences", True)
    assert (unit.state, loaners.open_loans(session, order)) == (UnitState.ON_LOAN, [loan])


def test_where_nothing_went_out_nothing_has_to_come_back(session: Session) -> None:
    loan = lend(session, an_order(session), a_loaner(session), accessories=[])

    loaners.take_back(session, loan, Homecoming("good", []), STOREKEEPER, NOW)

    assert (loan.accessories_returned, loan.differences) == (True, None)
