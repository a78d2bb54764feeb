"""How an order ends: handed over, cancelled, left lying, disposed of, or turned away. After that nothing changes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import loaners, passcodes
from depot.attempt import Attempt, Missing
from depot.errors import FieldError, Forbidden, Invalid, invalid
from depot.money import Money, minor_in
from depot.payments import Account, account_of, told_minor, was_charged
from depot.people import is_staff_name
from depot.permissions import may, roles_for
from depot.texts import demand_text
from models import (
    Channel,
    Charge,
    Disposition,
    HandOver,
    Quote,
    RepairOrder,
    Result,
    SignatureOrigin,
    State,
    TestRun,
)

CANCELLATION = "cancellation"
"""What its charge is for; why it was cancelled stands in the history alone, never on the customer's paper."""


@dataclass(frozen=True)
class HandBack:
    """The counter's last checklist; ``accessories_returned`` True for all, else the ids that went back, with a note.

    None is not stated, in what was imported.
    """

    signed_by: str | None
    signature_origin: SignatureOrigin | None
    accessories_returned: bool | tuple[int, ...] | None = None
    voucher_returned: bool | None = False
    identity_checked: bool | None = False
    note: str | None = None


@dataclass(frozen=True)
class Cancel:
    """Why the order ends before its time; ``charge`` None keeps the charges told in advance."""

    reason: str
    charge: Money | None = None


@dataclass(frozen=True)
class Notice:
    """One notice to a customer who does not come."""

    sent_at: datetime
    channel: Channel


@dataclass(frozen=True)
class MarkUnclaimed:
    """The notices that were sent, at least one."""

    notices: tuple[Notice, ...]


@dataclass(frozen=True)
class Dispose:
    """On whose word a device that nobody collects may go: the customer's written consent, or the statutory basis."""

    data_destroyed: bool
    consent: str | None = None
    statutory_basis: str | None = None


def loaner_is_back(attempt: Attempt) -> list[Missing]:
    """Guard: no loaner unit is out for this order, unless a manager has settled it."""
    out = loaners.open_loans(attempt.session, attempt.order)
    return [Missing("loaner_out", f"The loaner unit {loan.unit.code} is out; take it back first.") for loan in out]


def balance_is_paid(attempt: Attempt) -> list[Missing]:
    """Guard: nothing is left to pay, or a manager has waived it."""
    balance = account_of(attempt.session, attempt.order).balance
    if balance <= 0:
        return []
    detail = f"{balance} (minor units of {attempt.order.currency}) are still to be paid, or to be waived by a manager."
    return [Missing("balance_due", detail)]


def finished_repair_is_charged(attempt: Attempt) -> list[Missing]:
    """Guard of every end without a repair: a repair that has passed its test in this order stays owed.

    Taken up again, the order may end as cancelled, declined or given up; by then the work is done and the parts are
    in. Who may waive may end it for less; for anybody else it costs what that repair came to. Raises Forbidden.
    """
    if attempt.body is None or may(attempt.by.role, "waive"):
        return []
    finished, left = _finished_minor(attempt), _left_minor(attempt)
    account = account_of(attempt.session, attempt.order) if left < finished else None
    if account is None or _due(account, left) >= _due(account, finished):
        return []
    roles = roles_for("waive")
    raise Forbidden(
        f"A repair passed its test in this order, and {finished} (minor units of {attempt.order.currency}) are owed for"
        f" it; this would leave {left}. Cancel it with that `charge`, or let one of these take the step:"
        f" {', '.join(roles)}.",
        operation="waive",
        roles=roles,
        owed_minor=finished,
    )


def _finished_minor(attempt: Attempt) -> int:
    """What the last repair that passed its test comes to: the quote as that test settled it."""
    order = attempt.order
    passed = select(func.max(TestRun.at)).where(TestRun.order_id == order.id, TestRun.passed).scalar_subquery()
    settled = select(Quote.total_minor).where(Quote.order_id == order.id, Quote.issued_at <= passed)
    return attempt.session.scalar(settled.order_by(Quote.version.desc()).limit(1)) or 0


def _left_minor(attempt: Attempt) -> int:
    """What the customer would owe, loaners aside, if the order ended so."""
    stated = attempt.body.charge if isinstance(attempt.body, Cancel) else None
    charge = minor_in(stated, attempt.order.currency, "/charge")
    return told_minor(attempt.order.charges_told) if charge is None else charge


def _due(account: Account, amount_minor: int) -> int:
    """What is left of an amount and of what loaners cost once waivers are taken off."""
    return max(amount_minor + sum(charge.amount_minor for charge in account.charges) - account.waived, 0)


def refuse_signature_of_link(body: object) -> None:
    """Raise Forbidden for a hand-over that says that the customer signed by their link: no token writes that."""
    if isinstance(body, HandBack) and body.signature_origin is SignatureOrigin.CUSTOMER_LINK:
        raise Forbidden("A signature by the customer's link is written by that link alone, not by a token.", roles=[])


def hand_back(attempt: Attempt) -> None:
    """Effect of ``hand-over``: proof, accessories and signature on record; the passcode is forgotten."""
    body: HandBack = attempt.body
    if attempt.asks("hand_over_proof"):
        _check_proof(attempt.order, body)
        _check_signature(attempt)
    _tick_off(attempt.order, body)
    attempt.session.add(
        HandOver(
            order_id=attempt.order.id,
            at=attempt.now,
            by_id=attempt.by.person_id,
            voucher_returned=body.voucher_returned,
            identity_checked=body.identity_checked,
            signed_by=body.signed_by,
            signature_origin=body.signature_origin,
            note=body.note,
        )
    )
    end(attempt)
    attempt.facts |= {"voucher_returned": body.voucher_returned, "identity_checked": body.identity_checked}
    attempt.facts["signature_origin"] = body.signature_origin
    attempt.private |= {"signed_by": body.signed_by, "note": body.note}


def hand_over_of(session: Session, order: RepairOrder) -> HandOver | None:
    """Who took the device back and on what proof, once somebody has."""
    return session.scalars(select(HandOver).where(HandOver.order_id == order.id)).one_or_none()


def _check_proof(order: RepairOrder, body: HandBack) -> None:
    if order.customer.name is None and not body.voucher_returned:
        raise invalid("/voucher_returned", "Nobody's name is on record: here the voucher is the identity.")
    if not (body.voucher_returned or body.identity_checked):
        raise invalid("/voucher_returned", "Take the voucher back, or check the identity (identity_checked).")


def _check_signature(attempt: Attempt) -> None:
    demand_text(attempt.body.signed_by, "/signed_by", "The customer signs; say who did.")
    if is_staff_name(attempt.session, attempt.body.signed_by):
        raise invalid("/signed_by", "This is the name of somebody of the staff; the customer signs.")


def _tick_off(order: RepairOrder, body: HandBack) -> None:
    """Tick off what went back; whatever stayed away (sent home at the start) is not asked for."""
    due = {line.id: line for line in order.accessories if line.disposition is not Disposition.SENT_HOME}
    if due and body.accessories_returned is None:
        raise invalid("/accessories_returned", "Tick off what goes back: true for all, or a list of accessory ids.")
    given = set(due) if body.accessories_returned is True else set(body.accessories_returned or ())
    unknown = sorted(given - {line.id for line in order.accessories})
    if unknown:
        raise invalid("/accessories_returned", f"This order has no accessory {unknown[0]}.")
    if set(due) - given and not body.note:
        names = ", ".join(due[key].name for key in sorted(set(due) - given))
        raise Invalid([FieldError("/note", f"Say what became of what is not given back: {names}.")])
    for key in given & set(due):
        due[key].returned = True


def end(attempt: Attempt) -> None:
    """Effect of every end: the time of it, and the passcode is forgotten."""
    attempt.order.ended_at = attempt.now
    passcodes.erase(attempt.order)


def keep_reason(attempt: Attempt) -> None:
    """Effect of ``cancel``: keep the reason. What never came costs nothing: nobody could pay it once it has ended."""
    if attempt.order.state is State.ANNOUNCED and attempt.body.charge is not None:
        raise invalid("/charge", "The device never came; an announcement is cancelled without a charge.")
    demand_text(attempt.body.reason, "/reason")
    attempt.private["reason"] = attempt.body.reason


def cancel_work(attempt: Attempt) -> None:
    """Effect of a cancellation of a device that is here: result and charge.

    Without one the charges told in advance stay; they are charged anew where an earlier cancellation charged another.
    """
    body: Cancel = attempt.body
    attempt.order.result = Result.CANCELLED
    amount = minor_in(body.charge, attempt.order.currency, "/charge")
    if amount is None and was_charged(attempt.session, attempt.order):
        amount = told_minor(attempt.order.charges_told)
    if amount is None:
        return
    attempt.facts["charge_minor"] = amount
    attempt.session.add(
        Charge(
            order_id=attempt.order.id,
            text=CANCELLATION,
            amount_minor=amount,
            currency=attempt.order.currency,
            by_id=attempt.by.person_id,
            at=attempt.now,
        )
    )


def keep_notices(attempt: Attempt) -> None:
    """Effect of ``mark-unclaimed``: at least one notice, none from the future."""
    notices = attempt.body.notices
    if not notices:
        raise invalid("/notices", "Send at least one notice first, and state when and how.")
    for place, notice in enumerate(notices):
        if notice.sent_at > attempt.now:
            raise invalid(f"/notices/{place}/sent_at", "A notice cannot have been sent in the future.")
    attempt.facts["notices"] = [{"sent_at": notice.sent_at, "channel": notice.channel.value} for notice in notices]


def release_for_disposal(attempt: Attempt) -> None:
    """Effect of ``dispose``: on whose word, and that the data is destroyed."""
    body: Dispose = attempt.body
    consent = (body.consent or "").strip()
    demand_text(consent or body.statutory_basis, "/consent", "State the written consent, or the statutory basis.")
    if not body.data_destroyed:
        raise invalid("/data_destroyed", "The data must be destroyed first.")
    attempt.facts |= {"data_destroyed": True, "by_consent": bool(consent)}
    attempt.private |= {"consent": body.consent, "statutory_basis": body.statutory_basis}
