"""Stage 2, inspect 检测: who looks at the device, what was found, what it leads to.

A diagnosis ends an inspection; findings stay as a dated list. Its verdict and the price of its chargeable lines
decide where the order goes: the selectors here are what ``procedure.py`` asks, the effects what is written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.codes import demand_code
from depot.errors import Conflict, invalid
from depot.estimates import Diagnose, diagnosed_lines, full_price_minor, wanted_parts
from depot.money import minor_in
from depot.quotes import issue_quote, total_minor, was_approved
from depot.reservations import add_need
from depot.right_device import demand_right_device
from depot.texts import demand_text
from models import CodeKind, Diagnosis, Override, Person, RepairOrder, Result, Verdict

BEYOND_ECONOMIC_SHARE = "beyond_economic_share"
PRICED = (Verdict.REPAIR, Verdict.BEYOND_ECONOMIC_REPAIR)

ASKED_BY_VERDICT = {
    Verdict.NO_FAULT_FOUND: ("test_conditions", "Say how it was tested: how long, which version, which conditions."),
    Verdict.NOT_REPAIRED: ("not_repaired_reason", "Say what was tried, or which part cannot be had."),
}


@dataclass(frozen=True)
class StartInspection:
    """``scanned`` is what the technician's scanner read, where one was used."""

    scanned: str | None = None


@dataclass(frozen=True)
class Note:
    """Why an order goes back, or what the customer added."""

    text: str


def take(attempt: Attempt) -> None:
    """Effect of ``start-inspection``: who takes the device is assigned; what was scanned must be this order's."""
    order = attempt.order
    demand_right_device(order, attempt.body.scanned)
    if attempt.asks("assignment"):
        order.assigned_to = attempt.session.get_one(Person, attempt.by.person_id)
        attempt.facts["assigned_to"] = attempt.by.person_id


def keep_note(attempt: Attempt) -> None:
    """Effect of the ways back: keep what was said."""
    demand_text(attempt.body.text, "/note")
    attempt.private["note"] = attempt.body.text


def list_diagnoses(session: Session, order: RepairOrder) -> list[Diagnosis]:
    """An order's diagnoses, oldest first: its dated findings."""
    return list(session.scalars(select(Diagnosis).where(Diagnosis.order_id == order.id).order_by(Diagnosis.id)))


def latest_diagnosis(session: Session, order: RepairOrder) -> Diagnosis | None:
    """The diagnosis that counts: the last one."""
    found = list_diagnoses(session, order)
    return found[-1] if found else None


def is_repairable(attempt: Attempt) -> bool:
    """Selector: the verdict is to repair."""
    return attempt.body is None or attempt.body.verdict is Verdict.REPAIR


def is_let_through(attempt: Attempt) -> bool:
    """Selector: nobody has to ask the customer: the price is zero, or under the limit given at the counter."""
    if attempt.body is None:
        return True
    limit = attempt.order.preapproved_minor or 0
    return is_repairable(attempt) and total_minor(diagnosed_lines(attempt)) <= limit


def is_given_up(attempt: Attempt) -> bool:
    """Selector: the verdict is anything but to repair."""
    return attempt.body is None or attempt.body.verdict is not Verdict.REPAIR


def record_diagnosis(attempt: Attempt) -> None:
    """Effect of ``diagnose``: codes, finding, solution and verdict go on record, with what the verdict must bring."""
    body: Diagnose = attempt.body
    _check_codes(attempt)
    _check_asked(attempt)
    _check_price(attempt)
    diagnosis = _diagnosis(attempt, body)
    attempt.session.add(diagnosis)
    attempt.session.flush()  # the quote and the event name its id
    attempt.memo["diagnosis"] = diagnosis
    attempt.facts |= {
        "diagnosis": diagnosis.id,
        "verdict": body.verdict.value,
        "symptom": body.symptom,
        "cause": body.cause,
        "attribution": body.attribution,
    }


def _check_codes(attempt: Attempt) -> None:
    body: Diagnose = attempt.body
    demand_code(attempt.session, CodeKind.SYMPTOM, body.symptom, "/symptom")
    demand_code(attempt.session, CodeKind.CAUSE, body.cause, "/cause")
    demand_code(attempt.session, CodeKind.ATTRIBUTION, body.attribution, "/attribution")


def _check_asked(attempt: Attempt) -> None:
    asked = ASKED_BY_VERDICT.get(attempt.body.verdict)
    if asked is not None and attempt.asks(asked[0]) and getattr(attempt.body, asked[0]) is None:
        raise invalid(f"/{asked[0]}", asked[1])


def _check_price(attempt: Attempt) -> None:
    body: Diagnose = attempt.body
    if body.price is None:
        return
    attempt.by.demand("set-price")
    if body.verdict not in PRICED:
        raise invalid("/price", "A price goes with a repair, or with the estimate against one.")


def _diagnosis(attempt: Attempt, body: Diagnose) -> Diagnosis:
    return Diagnosis(
        order_id=attempt.order.id,
        at=attempt.now,
        by_id=attempt.by.person_id,
        symptom=body.symptom,
        cause=body.cause,
        attribution=body.attribution,
        finding=body.finding,
        solution=body.solution,
        verdict=body.verdict,
        not_repaired_reason=body.not_repaired_reason,
        test_conditions=body.test_conditions,
        coverage=body.coverage,
        labour_coverage=body.labour_coverage,
        coverage_reason=body.coverage_reason,
        labour_minutes=body.labour_minutes,
        **_uneconomic(attempt),
    )


def _uneconomic(attempt: Attempt) -> dict[str, object]:
    """The stored calculation of beyond economic repair; for other verdicts the value that was stated."""
    if attempt.body.verdict is not Verdict.BEYOND_ECONOMIC_REPAIR or not attempt.asks(BEYOND_ECONOMIC_SHARE):
        return {"replacement_value_minor": _stated_value(attempt)}
    value, estimate, share = _replacement_value(attempt), full_price_minor(attempt), attempt.depot.beyond_economic_share
    overridden = _is_overridden(attempt)
    if Decimal(estimate) < share * value and not overridden:
        raise Conflict(
            f"The estimate {estimate} is under {share} of the replacement value {value} (minor units):"
            " repair it, or let a manager record an override of beyond_economic_share first.",
            estimate_minor=estimate,
            replacement_value_minor=value,
            share=str(share),
        )
    attempt.facts |= {"estimate_minor": estimate, "replacement_value_minor": value, "share": str(share)}
    attempt.facts["overridden"] = overridden
    return {"estimate_minor": estimate, "replacement_value_minor": value, "share": str(share)}


def _stated_value(attempt: Attempt) -> int | None:
    return minor_in(attempt.body.replacement_value, attempt.order.currency, "/replacement_value")


def _replacement_value(attempt: Attempt) -> int:
    stated, model = _stated_value(attempt), attempt.order.device.product_model
    in_our_currency = model.replacement_value_currency == attempt.order.currency
    value = model.replacement_value_minor if stated is None and in_our_currency else stated
    if value is None:
        raise invalid("/replacement_value", "State the replacement value; the product model has none in this currency.")
    return value


def _is_overridden(attempt: Attempt) -> bool:
    """Whether a manager has set the share aside for this order."""
    query = select(exists().where(Override.order_id == attempt.order.id, Override.guard == BEYOND_ECONOMIC_SHARE))
    return bool(attempt.session.scalar(query))


def ask_for_parts(attempt: Attempt) -> None:
    """Effect of a verdict to repair: the parts become needs of the order."""
    for wanted, part in wanted_parts(attempt):
        add_need(attempt.session, attempt.order, part, wanted.quantity, attempt.now)


def quote_diagnosis(attempt: Attempt) -> None:
    """Effect of a verdict to repair: its lines become the next version of the quote.

    Until the customer has decided, approved is the limit given at the counter, where it lets this version through.
    """
    lines = diagnosed_lines(attempt)
    diagnosis: Diagnosis = attempt.memo["diagnosis"]
    quote = issue_quote(attempt.session, attempt.order, lines, attempt.by, attempt.now, diagnosis.id)
    if not was_approved(attempt.session, attempt.order):
        limit = attempt.order.preapproved_minor or 0
        attempt.order.approved_minor = limit if quote.total_minor <= limit else 0
    attempt.facts |= {"quote": quote.id, "quote_version": quote.version, "total_minor": quote.total_minor}


def give_up(attempt: Attempt) -> None:
    """Effect of any other verdict: it is the order's result; the second fault not found on a device is flagged.

    Parts are nobody's needs then; which were named (those that cannot be had) stays in the event.
    """
    verdict: Verdict = attempt.body.verdict
    attempt.order.result = Result(verdict.value)
    attempt.facts["parts"] = [{"part": part.id, "quantity": wanted.quantity} for wanted, part in wanted_parts(attempt)]
    if verdict is Verdict.NO_FAULT_FOUND:
        attempt.facts["again_no_fault_found"] = found_no_fault_before(attempt.session, attempt.order)


def found_no_fault_before(session: Session, order: RepairOrder) -> bool:
    """Whether an earlier order of the same device ended without a fault found: then a manager should look at it."""
    return bool(
        session.scalar(
            select(
                exists().where(
                    RepairOrder.device_id == order.device_id,
                    RepairOrder.id < order.id,
                    RepairOrder.result == Result.NO_FAULT_FOUND,
                )
            )
        )
    )
