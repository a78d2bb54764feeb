"""Many people at once at the same thing: exactly one effect, clear refusals, and sums that still add up."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from threading import Barrier
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_loaner, a_part, an_order, faults_of_ledger, on_hand, receive

from app import DepotApp
from depot import issues, loaners, parts, reservations, stock
from depot.errors import Refusal
from depot.procedure import take_step
from depot.repair import StartRepair
from depot.store_issues import Issue, issue_for_reason, issue_to_order
from models import Loan, LoanerUnit, LoanOutcome, Part, PlaceKind, RepairOrder, State

CROWD = 32
Work = Callable[[Session], Any]


def all_at_once(app: DepotApp, works: Sequence[Work]) -> Counter[str]:
    """Run the works at the same time, each in its own unit of work; how each of them ended."""
    start = Barrier(len(works))

    def run(work: Work) -> str:
        start.wait()
        try:
            app.unit_of_work(work)
        except Refusal as refusal:
            return type(refusal).__name__
        return "done"

    with ThreadPoolExecutor(len(works)) as crowd:
        return Counter(crowd.map(run, works))


def the_part(session: Session) -> Part:
    return parts.find_part(session, "SSD-1TB")


def orders_of(app: DepotApp, state: State = State.REPAIRING, needing: bool = False) -> list[int]:
    def build(session: Session) -> list[int]:
        orders = [an_order(session, state) for _ in range(CROWD // 2 if needing else CROWD)]
        for order in orders if needing else []:
            reservations.add_need(session, order, the_part(session), Decimal(1), NOW)
        return [order.id for order in orders]

    return app.unit_of_work(build)


def a_part_with(app: DepotApp, quantity: int, serials: list[str] | None = None) -> None:
    def build(session: Session) -> None:
        part = a_part(session, serialized=serials is not None)
        if quantity:
            receive(session, part, quantity, serials=serials)

    app.unit_of_work(build)


def assert_ledger_adds_up(app: DepotApp, in_bins: int, with_orders: int) -> None:
    def sums(session: Session) -> tuple[list[str], Decimal, Decimal]:
        part = the_part(session)
        return faults_of_ledger(session), on_hand(session, part), on_hand(session, part, PlaceKind.ORDER)

    assert app.unit_of_work(sums) == ([], in_bins, with_orders)


def test_the_last_piece_is_issued_once(app: DepotApp) -> None:
    a_part_with(app, 1)

    def issue_to(order_id: int) -> Work:
        return lambda s: issue_to_order(
            s, s.get_one(RepairOrder, order_id), the_part(s), Issue(Decimal(1), "A-01"), STOREKEEPER, NOW
        )

    ended = all_at_once(app, [issue_to(order_id) for order_id in orders_of(app)])

    assert ended == {"done": 1, "NotEnough": CROWD - 1}
    assert_ledger_adds_up(app, in_bins=0, with_orders=1)


def test_the_last_unit_is_issued_once_by_its_serial_number(app: DepotApp) -> None:
    a_part_with(app, 1, ["a"])

    def issue_to(order_id: int) -> Work:
        wanted = Issue(Decimal(1), None, ["a"])
        return lambda s: issue_to_order(s, s.get_one(RepairOrder, order_id), the_part(s), wanted, STOREKEEPER, NOW)

    ended = all_at_once(app, [issue_to(order_id) for order_id in orders_of(app)])

    assert ended == {"done": 1, "Conflict": CROWD - 1}
    assert_ledger_adds_up(app, in_bins=0, with_orders=1)


def test_a_piece_is_either_set_aside_or_issued(app: DepotApp) -> None:
    a_part_with(app, 5)
    waiting = orders_of(app, State.APPROVED, needing=True)

    def ask(order_id: int) -> Work:
        def reserve(session: Session) -> None:
            order = session.get_one(RepairOrder, order_id, with_for_update={"of": RepairOrder})
            for need in reservations.open_needs(session, order):
                reservations.reserve(session, need, NOW)

        return reserve

    def give_away(session: Session) -> None:
        wanted = Issue(Decimal(1), "A-01", None, "sold")
        issue_for_reason(session, the_part(session), wanted, a_depot(session), MANAGER, NOW)

    ended = all_at_once(app, [work for order_id in waiting for work in (ask(order_id), give_away)])

    gone = ended["done"] - len(waiting)
    assert ended == {"done": len(waiting) + gone, "NotEnough": CROWD // 2 - gone}
    assert_ledger_adds_up(app, in_bins=5 - gone, with_orders=0)
    assert app.unit_of_work(lambda s: reservations.available(s, a_depot(s).id, the_part(s))) == 0


def test_nobody_waits_for_what_came_in_while_they_began_to_wait(app: DepotApp) -> None:
    """A receipt that does not see an order which just begins to wait would leave it waiting beside full shelves."""
    a_part_with(app, 0)
    waiting = orders_of(app, State.APPROVED, needing=True)

    def start(order_id: int) -> Work:
        def step(session: Session) -> None:
            order = session.get_one(RepairOrder, order_id, with_for_update={"of": RepairOrder})
            for need in reservations.open_needs(session, order):
                reservations.reserve(session, need, NOW)
            take_step(session, order.number, "start-repair", StartRepair(), MANAGER, NOW)

        return step

    def come_in(session: Session) -> None:
        wanted = stock.Receipt(Decimal(1), "A-01")
        stock.receive(session, the_part(session), wanted, a_depot(session), STOREKEEPER, NOW)

    ended = all_at_once(app, [work for order_id in waiting for work in (start(order_id), come_in)])

    assert ended == {"done": CROWD}
    states = app.unit_of_work(lambda s: Counter(s.scalars(select(RepairOrder.state))))
    assert states[State.AWAITING_PARTS] == 0
    assert states[State.APPROVED] + states[State.REPAIRING] == len(waiting)
    issued = states[State.REPAIRING]
    assert_ledger_adds_up(app, in_bins=len(waiting) - issued, with_orders=issued)


def test_one_serial_number_comes_in_once(app: DepotApp) -> None:
    a_part_with(app, 0, [])

    def come_in(session: Session) -> None:
        wanted = stock.Receipt(Decimal(1), "A-01", None, ["a"])
        stock.receive(session, the_part(session), wanted, a_depot(session), STOREKEEPER, NOW)

    ended = all_at_once(app, [come_in] * CROWD)

    assert ended == {"done": 1, "AlreadyExists": CROWD - 1}
    assert_ledger_adds_up(app, in_bins=1, with_orders=0)


def test_a_bin_and_the_accounts_that_all_need_at_once_are_made_once(app: DepotApp) -> None:
    numbers = [f"P-{number}" for number in range(CROWD)]
    app.unit_of_work(lambda s: [a_part(s, number).id for number in numbers])

    def come_in(number: str) -> Work:
        return lambda s: receive(s, parts.find_part(s, number), 1, "NEW-BIN")

    ended = all_at_once(app, [come_in(number) for number in numbers])

    assert ended == {"done": CROWD}
    assert app.unit_of_work(faults_of_ledger) == []


def test_reserved_units_are_issued_once_however_often_it_is_asked(app: DepotApp) -> None:
    a_part_with(app, 3, ["a", "b", "c"])
    [order_id, *_] = orders_of(app, State.REPAIRING, needing=True)

    def issue(session: Session) -> None:
        order = session.get_one(RepairOrder, order_id, with_for_update={"of": RepairOrder})
        for need in reservations.open_needs(session, order):
            reservations.reserve(session, need, NOW)
        issues.issue_reserved(session, order, STOREKEEPER, NOW)

    ended = all_at_once(app, [issue] * CROWD)

    assert ended == {"done": CROWD}
    assert_ledger_adds_up(app, in_bins=2, with_orders=1)


@pytest.mark.parametrize("one_order", [True, False])
def test_a_loaner_unit_is_never_in_two_hands(app: DepotApp, one_order: bool) -> None:
    unit_id = app.unit_of_work(lambda s: a_loaner(s).id)
    orders = orders_of(app)

    def lend_to(order_id: int) -> Work:
        slip = loaners.Lending(NOW.date(), "fine", "张䶮")
        return lambda s: loaners.lend(
            s, s.get_one(RepairOrder, order_id), s.get_one(LoanerUnit, unit_id), slip, STOREKEEPER, NOW
        )

    ended = all_at_once(app, [lend_to(orders[0] if one_order else order_id) for order_id in orders])

    assert ended == {"done": 1, "NotLendable": CROWD - 1}
    assert len(app.unit_of_work(lambda s: s.scalars(select(Loan)).all())) == 1


def test_a_loan_ends_once_by_return_or_by_settlement(app: DepotApp) -> None:
    def build(session: Session) -> int:
        slip = loaners.Lending(NOW.date(), "fine", "张䶮")
        return loaners.lend(session, an_order(session), a_loaner(session), slip, STOREKEEPER, NOW).id

    loan_id = app.unit_of_work(build)

    def take_back(session: Session) -> None:
        loaners.take_back(session, session.get_one(Loan, loan_id), loaners.Homecoming("fine", True), STOREKEEPER, NOW)

    def settle(session: Session) -> None:
        loaners.settle(
            session, session.get_one(Loan, loan_id), loaners.Settlement(LoanOutcome.LOST, "gone"), MANAGER, NOW
        )

    ended = all_at_once(app, [take_back, settle] * (CROWD // 2))

    assert ended == {"done": 1, "Conflict": CROWD - 1}
