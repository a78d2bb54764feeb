"""Stage 4, summarize 总结: what the receipt says, until when the repair is under warranty, and the way back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.depots import today
from depot.errors import invalid
from depot.payments import REPAIRED
from models import RepairOrder, Summary


@dataclass(frozen=True)
class Summarize:
    """Cause, work done and advice in the customer's language; what was done with the data."""

    advice: str | None
    cause: str | None = None
    work_done: str | None = None
    data_action: str | None = None


def record_summary(attempt: Attempt) -> None:
    """Effect of ``summarize``: the texts go on record; a repair of ours starts its warranty today, by the depot's day.

    Raises Invalid.
    """
    body: Summarize = attempt.body
    order = attempt.order
    if order.result in REPAIRED and attempt.asks("repair_story"):
        _demand_story(body)
    attempt.session.add(
        Summary(
            order_id=order.id,
            at=attempt.now,
            by_id=attempt.by.person_id,
            cause=body.cause,
            work_done=body.work_done,
            advice=body.advice,
            data_action=body.data_action,
        )
    )
    if order.result in REPAIRED and not attempt.is_import:
        days = timedelta(days=attempt.depot.repair_warranty_days)
        order.repair_warranty_until = today(attempt.depot, attempt.now) + days
    attempt.facts |= {
        "result": order.result.value if order.result else None,
        "repair_warranty_until": order.repair_warranty_until,
    }


def _demand_story(body: Summarize) -> None:
    for name, text in (("cause", body.cause), ("work_done", body.work_done)):
        if text is None:
            raise invalid(f"/{name}", "Something was repaired: state the cause, and what was done.")


def latest_summary(session: Session, order: RepairOrder) -> Summary | None:
    """The summary that counts: the last one."""
    return session.scalars(
        select(Summary).where(Summary.order_id == order.id).order_by(Summary.id.desc()).limit(1)
    ).one_or_none()


def take_result_back(attempt: Attempt) -> None:
    """Effect of ``reopen``: it is not right after all; the event keeps which result is cleared."""
    order = attempt.order
    attempt.facts["cleared_result"] = order.result.value if order.result else None
    order.result = None
    order.repair_warranty_until = None
