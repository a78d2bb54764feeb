"""Lending for an order that is here: the pick-up voucher names the loaner, so that a loan issues its next edition."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from depot import loaners
from depot.actors import Actor
from depot.documents import issue
from depot.events import append
from depot.loaners import Lending
from depot.receipts import intake_values
from models import DocumentKind, Loan, LoanerUnit, RepairOrder


def lend(session: Session, order: RepairOrder, unit: LoanerUnit, slip: Lending, by: Actor, now: datetime) -> Loan:
    """Lend a unit, as ``loaners.lend`` does and with what it raises, and bring the voucher up to date."""
    loan = loaners.lend(session, order, unit, slip, by, now)
    if order.received_at is not None:
        values = intake_values(session, order)
        document = issue(session, order, DocumentKind.INTAKE_RECEIPT, values, now)
        facts = {"document": {"number": document.number, "sha256": document.sha256}}
        append(session, order, "reissue-voucher", by, now, facts)
    return loan
