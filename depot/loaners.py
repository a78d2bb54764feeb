"""Lending loaner units 备机: out against the customer's signature on the slip, and home again.

A unit is never in two hands: its state changes by a conditional UPDATE, and the database allows one open loan per unit
besides. Each lending stands in the unit's history and in the order's; it raises no order version.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from urllib.parse import quote

from sqlalchemy import Select, false, or_, select, update
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.depots import select_depots, today
from depot.errors import Conflict, Ended, NotFound, NotLendable, invalid
from depot.events import append
from depot.loaner_units import change_state
from depot.money import Money, minor_in
from depot.people import is_staff_name
from depot.versions import hold
from models import ENDED, Charge, Loan, LoanerUnit, LoanOutcome, RepairOrder, UnitState

GONE = {LoanOutcome.LOST: UnitState.LOST, LoanOutcome.SOLD: UnitState.SOLD}


@dataclass(frozen=True)
class Lending:
    """What the slip says; ``accessories`` None: those on record for the unit."""

    due_on: date
    condition: str
    signed_by: str
    accessories: Sequence[str] | None = None


@dataclass(frozen=True)
class Homecoming:
    """The check at the return; ``accessories_returned`` True for all, else those that came back."""

    condition: str
    accessories_returned: bool | Sequence[str]
    differences: str | None = None


@dataclass(frozen=True)
class Settlement:
    """How a manager ends a loan whose unit does not come back."""

    outcome: LoanOutcome
    reason: str
    charge: Money | None = None


def lend(session: Session, order: RepairOrder, unit: LoanerUnit, slip: Lending, by: Actor, now: datetime) -> Loan:
    """Hand a unit out for an order that has not ended.

    Raises Ended, NotLendable (``state``), and Invalid: due in the past, signed with a name of the staff, or with an
    accessory that the unit does not have.
    """
    hold(session, order)
    hold(session, unit)
    if order.state in ENDED:
        raise Ended(f"The order {order.number} has ended; a loaner unit goes with an order that is open.")
    if slip.due_on < today(order.depot, now):
        raise invalid("/due_on", "The due date has passed already.")
    if is_staff_name(session, slip.signed_by):
        raise invalid("/signed_by", "This is the name of somebody of the staff; the customer signs.")
    if slip.accessories is not None:
        _check_accessories(unit, slip.accessories)
    if not change_state(session, unit, UnitState.AVAILABLE, UnitState.ON_LOAN):
        raise _not_lendable(unit)
    loan = Loan(
        unit=unit,
        order_id=order.id,
        lent_at=now,
        lent_by_id=by.person_id,
        due_on=slip.due_on,
        condition=slip.condition,
        accessories=list(unit.accessories if slip.accessories is None else slip.accessories),
        signed_by=slip.signed_by,
    )
    session.add(loan)
    session.flush()  # the events name its id
    _tell(session, order, loan, "lend", by, now, {"due_on": slip.due_on}, {"signed_by": slip.signed_by})
    return loan


def _not_lendable(unit: LoanerUnit) -> NotLendable:
    first = ""
    if unit.state is UnitState.RETURNED:
        first = f" Wipe and inspect it, then release it: POST /api/v1/loaner-units/{quote(unit.code, safe='')}/release."
    sentence = f"The loaner unit {unit.code} cannot be lent: it is {unit.state.value}.{first}"
    return NotLendable(sentence, state=unit.state.value)


def _check_accessories(unit: LoanerUnit, named: Sequence[str]) -> None:
    strange = sorted((Counter(named) - Counter(unit.accessories)).elements())
    if strange:
        raise invalid("/accessories", f"{strange[0]} is not on record for {unit.code}; add it to the unit first.")


def find_loan(session: Session, loan_id: int, by: Actor) -> Loan:
    """A loan by id; raises NotFound, also for an order of a depot out of the actor's sight."""
    loan = session.get(Loan, loan_id)
    if loan is None:
        raise NotFound(f"There is no loan {loan_id}, or it belongs to a depot that your token does not cover.")
    by.demand_sight(order_of(session, loan).depot_id, f"loan {loan_id}")
    return loan


def order_of(session: Session, loan: Loan) -> RepairOrder:
    """The order that a loan was made for."""
    return session.get_one(RepairOrder, loan.order_id)


def take_back(session: Session, loan: Loan, check: Homecoming, by: Actor, now: datetime) -> Loan:
    """The unit is home: it waits to be wiped and inspected. Raises Conflict where the loan has ended already, and
    Invalid where something is said to be back that never went out, or is missing and nobody says what became of it;
    what is missing goes into the history.
    """
    order = _hold_for_end(session, loan)
    missing = _missing(loan, check)
    if missing and not check.differences:
        raise invalid("/differences", f"Say what became of what is not back: {', '.join(missing)}.")
    _end(session, loan, LoanOutcome.RETURNED, UnitState.RETURNED, by, now)
    loan.return_condition = check.condition
    loan.accessories_returned = not missing
    loan.differences = check.differences
    facts = {"accessories_returned": not missing, "missing": missing, "overdue": loan.due_on < today(order.depot, now)}
    _tell(session, order, loan, "take-back", by, now, facts, {"differences": check.differences})
    return loan


def _missing(loan: Loan, check: Homecoming) -> list[str]:
    given = check.accessories_returned
    back = set(loan.accessories if given else ()) if isinstance(given, bool) else set(given)
    strange = sorted(back - set(loan.accessories))
    if strange:
        raise invalid("/accessories_returned", f"{strange[0]} did not go out with this loan.")
    return [name for name in loan.accessories if name not in back]


def settle(session: Session, loan: Loan, wanted: Settlement, by: Actor, now: datetime) -> Loan:
    """End a loan whose unit is lost or sold; a charge goes on the order.

    Raises Conflict where the loan has ended already, Ended where the order has and there is a charge, and Invalid
    (``returned`` is no settlement, another currency than the order's).
    """
    if wanted.outcome not in GONE:
        raise invalid("/outcome", "A loan is settled as lost or sold; what came back is returned.")
    order = _hold_for_end(session, loan)
    charge_minor = minor_in(wanted.charge, order.currency, "/charge") or 0
    if charge_minor and order.state in ENDED:
        raise Ended(f"The order {order.number} has ended; nothing more can be charged on it.")
    _end(session, loan, wanted.outcome, GONE[wanted.outcome], by, now)
    loan.settle_reason = wanted.reason
    if charge_minor:
        session.add(_charge(order, loan, charge_minor, by, now))
    facts = {"outcome": wanted.outcome.value, "charge_minor": charge_minor, "currency": order.currency}
    _tell(session, order, loan, "settle-loan", by, now, facts, {"reason": wanted.reason})
    return loan


def _charge(order: RepairOrder, loan: Loan, amount_minor: int, by: Actor, now: datetime) -> Charge:
    """What it is for; why it was settled so stands in the history alone, never on the customer's paper."""
    return Charge(
        order_id=order.id,
        loan_id=loan.id,
        text=f"loaner {loan.unit.code}",
        amount_minor=amount_minor,
        currency=order.currency,
        by_id=by.person_id,
        at=now,
    )


def _hold_for_end(session: Session, loan: Loan) -> RepairOrder:
    order = order_of(session, loan)
    hold(session, order)
    hold(session, loan.unit)
    return order


def _end(session: Session, loan: Loan, outcome: LoanOutcome, state: UnitState, by: Actor, now: datetime) -> None:
    ended = session.execute(
        update(Loan)
        .where(Loan.id == loan.id, Loan.ended_at.is_(None))
        .values(ended_at=now, ended_by_id=by.person_id, outcome=outcome)
        .returning(Loan.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(loan)
    if ended is None:
        raise Conflict(
            f"This loan has ended already: {loan.outcome.value if loan.outcome else ''}.",
            outcome=loan.outcome.value if loan.outcome else None,
            ended_at=loan.ended_at,
        )
    if not change_state(session, loan.unit, UnitState.ON_LOAN, state):
        raise RuntimeError(f"loaner unit {loan.unit.code} had an open loan and was not out")


def _tell(
    session: Session,
    order: RepairOrder,
    loan: Loan,
    action: str,
    by: Actor,
    now: datetime,
    facts: Mapping[str, Any],
    private: Mapping[str, Any],
) -> None:
    """A line in the order's history, with what was said, and one in the unit's, with the facts alone."""
    both = {**facts, "loan": loan.id}
    said = {name: text for name, text in private.items() if text is not None}
    append(session, order, action, by, now, {**both, "loaner_unit": loan.unit.id}, said)
    append(session, loan.unit, action, by, now, {**both, "order": order.id})


def open_loans(session: Session, order: RepairOrder) -> list[Loan]:
    """The loans of an order whose unit is still out."""
    return [loan for loan in loans_of(session, order) if loan.ended_at is None]


def loans_of(session: Session, order: RepairOrder) -> list[Loan]:
    """All loans of an order, oldest first."""
    return list(session.scalars(select(Loan).where(Loan.order_id == order.id).order_by(Loan.id)))


def select_loans(
    session: Session, by: Actor, open_only: bool, unit: LoanerUnit | None, overdue_at: datetime | None
) -> Select[Loan]:
    """The query for loans within the actor's depots: those out, of one unit, past their date."""
    depots = session.scalars(select_depots(by)).all()
    query = select(Loan).join(RepairOrder, Loan.order_id == RepairOrder.id)
    query = query.where(RepairOrder.depot_id.in_([depot.id for depot in depots]))
    if open_only or overdue_at is not None:
        query = query.where(Loan.ended_at.is_(None))
    if unit is not None:
        query = query.where(Loan.loaner_unit_id == unit.id)
    if overdue_at is None:
        return query
    late = [(RepairOrder.depot_id == depot.id) & (Loan.due_on < today(depot, overdue_at)) for depot in depots]
    return query.where(or_(false(), *late))
