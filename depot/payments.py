"""What an order owes and what was paid: payments and their reversals, waivers, charges, the balance.

Rows are only ever added; a mistake is reversed by a row that names it. An order that was repaired owes its quote.
One that ended without a repair owes the charges that the customer was told of in advance, unless the cancellation
stated its own. Charges (a cancellation's, a lost loaner's) come on top.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.attachments import PHOTOS
from depot.errors import Conflict, Ended, NotFound, invalid
from depot.events import append
from depot.inspection import BEYOND_ECONOMIC_SHARE
from depot.money import Money, minor_in
from depot.orders import demand_version, find_order
from depot.quotes import current_quote
from models import ENDED, Charge, Override, Payment, RepairOrder, Result, State, Waiver

IN_REPAIR = (State.APPROVED, State.AWAITING_PARTS, State.REPAIRING, State.TESTING)
REPAIRED = (Result.REPAIRED, Result.REPLACED)
OVERRIDABLE = (BEYOND_ECONOMIC_SHARE, PHOTOS)


@dataclass(frozen=True)
class Account:
    """An order's money in minor units; what is still to be paid is what is owed, less paid, less waived."""

    owes_quote: bool
    quoted: int
    told: Sequence[Mapping[str, Any]]
    charges: Sequence[Charge]
    paid: int
    waived: int

    @property
    def owed(self) -> int:
        """Everything that the customer owes for this order."""
        return self.quoted + told_minor(self.told) + sum(charge.amount_minor for charge in self.charges)

    @property
    def balance(self) -> int:
        """What is still to be paid; below zero is money to give back: what was paid, never what was waived."""
        return max(self.owed - self.waived, 0) - self.paid


def _sum(session: Session, table: type[Payment | Waiver], order: RepairOrder) -> int:
    return int(session.scalar(select(func.sum(table.amount_minor)).where(table.order_id == order.id)) or 0)


def account_of(session: Session, order: RepairOrder) -> Account:
    """The order's account as it stands."""
    owes = _owes_quote(order)
    quote = current_quote(session, order) if owes else None
    charges = _charges(session, order)
    return Account(
        owes_quote=owes,
        quoted=quote.total_minor if quote else 0,
        told=_told(order, charges),
        charges=charges,
        paid=_sum(session, Payment, order),
        waived=_sum(session, Waiver, order),
    )


def _owes_quote(order: RepairOrder) -> bool:
    return order.result in REPAIRED or (order.result is None and order.state in IN_REPAIR)


def _charges(session: Session, order: RepairOrder) -> list[Charge]:
    """What an order owes beside its quote: for loaners, and for the cancellation that stands; one that was reopened
    charges nothing.
    """
    rows = session.scalars(select(Charge).where(Charge.order_id == order.id).order_by(Charge.id)).all()
    cancellations = [row for row in rows if row.loan_id is None]
    standing = cancellations[-1:] if order.result is Result.CANCELLED else []
    return [row for row in rows if row.loan_id is not None] + standing


def told_minor(told: Sequence[Mapping[str, Any]]) -> int:
    """Charges that the customer was told of in advance, together."""
    return sum(charge["amount_minor"] or 0 for charge in told)


def _told(order: RepairOrder, charges: Sequence[Charge]) -> Sequence[Mapping[str, Any]]:
    """Those of the charges told in advance that are owed."""
    if order.result is None or order.result in REPAIRED or any(charge.loan_id is None for charge in charges):
        return ()
    return order.charges_told


def was_charged(session: Session, order: RepairOrder) -> bool:
    """Whether a cancellation of this order, reopened or not, ever charged something."""
    return bool(session.scalar(select(exists().where(Charge.order_id == order.id, Charge.loan_id.is_(None)))))


def _order_that_goes_on(session: Session, number: str, by: Actor, version: int | None) -> RepairOrder:
    order = find_order(session, number, by, lock=True)
    demand_version(order, version)
    if order.state in ENDED:
        raise Ended(f"{order.number} has ended ({order.state.value}); nothing but a correction may be added.")
    return order


def _positive(money: Money, order: RepairOrder) -> int:
    amount = minor_in(money, order.currency, "/amount") or 0
    if amount <= 0:
        raise invalid("/amount/amount_minor", "State an amount above zero.")
    return amount


def pay(
    session: Session,
    number: str,
    amount: Money,
    method: str,
    reference: str | None,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Payment:
    """Take a payment in the order's currency. Here and below ``version`` is the order's that the caller has seen.

    Raises NotFound, Ended, Invalid, Stale.
    """
    order = _order_that_goes_on(session, number, by, version)
    payment = Payment(
        order_id=order.id,
        amount_minor=_positive(amount, order),
        currency=order.currency,
        method=method,
        reference=reference,
        by_id=by.person_id,
        at=now,
    )
    session.add(payment)
    session.flush()  # the event names its id
    append(session, order, "payment", by, now, facts={"payment": payment.id, "amount_minor": payment.amount_minor})
    return payment


def find_payment(session: Session, order: RepairOrder, payment_id: int) -> Payment:
    """One payment of an order. Raises NotFound."""
    payment = session.get(Payment, payment_id)
    if payment is None or payment.order_id != order.id:
        raise NotFound(f"{order.number} has no payment {payment_id}.")
    return payment


def reverse_payment(
    session: Session,
    number: str,
    payment_id: int,
    reason: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Payment:
    """Take a payment back by a row that names it.

    Raises NotFound, Ended, Stale, Conflict where it was reversed already.
    """
    order = _order_that_goes_on(session, number, by, version)
    payment = find_payment(session, order, payment_id)
    if payment.reverses_id is not None or session.scalar(select(exists().where(Payment.reverses_id == payment.id))):
        raise Conflict(f"Payment {payment.id} has been reversed already, or is itself a reversal.")
    reversal = Payment(
        order_id=order.id,
        amount_minor=-payment.amount_minor,
        currency=payment.currency,
        method=payment.method,
        reference=payment.reference,
        reason=reason,
        reverses_id=payment.id,
        by_id=by.person_id,
        at=now,
    )
    session.add(reversal)
    session.flush()  # the event names its id
    facts = {"payment": reversal.id, "reverses": payment.id, "amount_minor": reversal.amount_minor}
    append(session, order, "payment-reversed", by, now, facts=facts, private={"reason": reason})
    return reversal


def select_payments(order: RepairOrder) -> Select[Payment]:
    """The query for payments and reversals of an order; the caller adds order and page."""
    return select(Payment).where(Payment.order_id == order.id)


def find_waiver(session: Session, order: RepairOrder, waiver_id: int) -> Waiver:
    """One waiver of an order. Raises NotFound."""
    waiver = session.get(Waiver, waiver_id)
    if waiver is None or waiver.order_id != order.id:
        raise NotFound(f"{order.number} has no waiver {waiver_id}.")
    return waiver


def select_waivers(order: RepairOrder) -> Select[Waiver]:
    """The query for the waivers of an order; the caller adds order and page."""
    return select(Waiver).where(Waiver.order_id == order.id)


def waive(
    session: Session,
    number: str,
    amount: Money,
    reason: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Waiver:
    """Let a part of the balance go, with a reason; never more than is still to be paid.

    Raises NotFound, Ended, Stale, Conflict.
    """
    order = _order_that_goes_on(session, number, by, version)
    balance, wanted = account_of(session, order).balance, _positive(amount, order)
    if wanted > balance:
        raise Conflict(f"{order.number} owes {balance}; no more than that can be waived.", balance_minor=balance)
    waiver = Waiver(
        order_id=order.id, amount_minor=wanted, currency=order.currency, reason=reason, by_id=by.person_id, at=now
    )
    session.add(waiver)
    session.flush()  # the event names its id
    facts = {"waiver": waiver.id, "amount_minor": wanted}
    append(session, order, "waiver", by, now, facts=facts, private={"reason": reason})
    return waiver


def find_override(session: Session, order: RepairOrder, override_id: int) -> Override:
    """One override of an order. Raises NotFound."""
    row = session.get(Override, override_id)
    if row is None or row.order_id != order.id:
        raise NotFound(f"{order.number} has no override {override_id}.")
    return row


def select_overrides(order: RepairOrder) -> Select[Override]:
    """The query for the overrides of an order; the caller adds order and page."""
    return select(Override).where(Override.order_id == order.id)


def override(
    session: Session,
    number: str,
    guard: str,
    reason: str,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Override:
    """Set a guard aside for one order, with a name and a reason.

    Raises NotFound, Ended, Stale, Invalid for a guard that cannot be.
    """
    order = _order_that_goes_on(session, number, by, version)
    if guard not in OVERRIDABLE:
        raise invalid("/guard", f"This can be overridden: {', '.join(OVERRIDABLE)}.")
    row = Override(order_id=order.id, guard=guard, reason=reason, by_id=by.person_id, at=now)
    session.add(row)
    session.flush()  # the event names its id
    append(session, order, "override", by, now, facts={"override": row.id, "guard": guard}, private={"reason": reason})
    return row
