"""What a customer sees of their order without logging in: where it is, since when, and what comes next.

Nothing internal is in it: no names of staff, no findings, no prices but what the customer is asked to decide on or to
pay. An order is opened by its number and the code on the voucher.
"""

from __future__ import annotations

import hmac
from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import loaners
from depot.money import Money
from depot.orders import CODE_LENGTH, NUMBER, STAGE_OF
from depot.payments import account_of
from depot.quotes import current_quote
from depot.receipt_head import local_date
from models import Event, Language, Loan, RepairOrder, Result, Stage, State, Subject

NO_NUMBER, NO_CODE = "-", "-" * CODE_LENGTH
TO_COLLECT = (State.READY, State.UNCLAIMED)


@dataclass(frozen=True)
class Lent:
    """A loaner unit that the customer still has."""

    model: str
    due_on: date


@dataclass(frozen=True)
class Standing:
    """An order as its customer sees it; days are the depot's. ``reached`` says when each stage was entered first.

    ``to_decide`` and ``valid_until``: the quote that waits for an answer. ``to_pay``: what collecting it costs.
    """

    number: str
    state: State
    result: Result | None
    stage: Stage | None
    reached: dict[Stage, date]
    language: Language
    depot_name: dict[str, str]
    depot_address: dict[str, str]
    phones: list[str]
    device: str
    announced_until: date | None
    promised_on: date | None
    ended_on: date | None
    to_decide: Money | None
    valid_until: date | None
    to_pay: Money | None
    lent: list[Lent]
    repair_warranty_until: date | None


def find_opened(session: Session, number: str, code: str) -> RepairOrder | None:
    """The order that number and code, both folded, open together; None where they do not.

    An unknown number takes the same way as a wrong code: one query, one comparison in constant time.
    """
    asked = number if NUMBER.fullmatch(number) else NO_NUMBER
    row = session.execute(select(RepairOrder.id, RepairOrder.access_code).filter_by(number=asked)).one_or_none()
    right = hmac.compare_digest((row.access_code if row else NO_CODE).encode(), code.encode("utf-8", "replace"))
    return session.get_one(RepairOrder, row.id) if row and right else None


def standing_of(session: Session, order: RepairOrder) -> Standing:
    """How an order stands."""
    depot, model = order.depot, order.device.product_model
    quote = current_quote(session, order) if order.state is State.AWAITING_APPROVAL else None
    due = account_of(session, order).balance if order.state in TO_COLLECT else 0
    return Standing(
        number=order.number,
        state=order.state,
        result=order.result,
        stage=STAGE_OF[order.state],
        reached=_reached(session, order),
        language=order.customer.language,
        depot_name={"zh": depot.name_zh, "en": depot.name_en},
        depot_address={"zh": depot.address_zh, "en": depot.address_en},
        phones=list(depot.phones),
        device=" ".join(filter(None, (model.make, model.model))),
        announced_until=order.announced_until if order.state is State.ANNOUNCED else None,
        promised_on=order.promised_on,
        ended_on=local_date(order.ended_at, depot) if order.ended_at else None,
        to_decide=Money(quote.total_minor, quote.currency) if quote else None,
        valid_until=local_date(quote.valid_until, depot) if quote else None,
        to_pay=Money(due, order.currency) if due > 0 else None,
        lent=[Lent(f"{loan.unit.make} {loan.unit.model}", loan.due_on) for loan in _out(session, order)],
        repair_warranty_until=order.repair_warranty_until if order.state is State.RETURNED else None,
    )


def _reached(session: Session, order: RepairOrder) -> dict[Stage, date]:
    """The day on which each stage was entered first."""
    query = select(Event.to_state, func.min(Event.at)).where(
        Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id
    )
    reached: dict[Stage, date] = {}
    for state, at in session.execute(query.where(Event.to_state.is_not(None)).group_by(Event.to_state)):
        stage, day = STAGE_OF[State(str(state))], local_date(at, order.depot)
        if stage is not None:
            reached[stage] = min(day, reached.get(stage, day))
    return reached


def _out(session: Session, order: RepairOrder) -> list[Loan]:
    return [loan for loan in loaners.loans_of(session, order) if loan.outcome is None]
