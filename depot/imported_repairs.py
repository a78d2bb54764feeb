"""Repairs that others did and wrote down: each goes through the table of the procedure, with its own date as the clock.

The customer is whoever provides the data; the device is a new one, since nothing tells it from others. Nobody is told
and nobody is named. What a row cannot hold is not asked for (``depot/unasked.py``) and stays unknown.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.devices import create_unstated
from depot.ending import Cancel, HandBack
from depot.errors import Conflict, invalid
from depot.estimates import Diagnose
from depot.identifiers import fold
from depot.imported import Outcome, Provenance, find_imported, note_imported
from depot.inspection import StartInspection
from depot.intake import Receipt
from depot.open_repair import OUR_PREFIX, RepairStatus, provider_of
from depot.orders import new_access_code, next_number
from depot.procedure import begin, take_step
from depot.repair import FinishRepair, StartRepair, TestResult
from depot.starting_codes import OTHER
from depot.summary import Summarize
from depot.turns import take_turn
from models import Channel, Contact, Customer, Depot, Language, OrderSource, RepairOrder, Verdict

NOON = time(12)
NOT_KNOWN = "unknown"


@dataclass(frozen=True)
class RepairRow:
    """A repair as a row tells it; None is not stated. ``barrier`` is what stood against the repair."""

    provenance: Provenance
    status: RepairStatus
    on: date
    make: str | None
    model: str | None
    problem: str | None
    barrier: str | None


def import_repair(session: Session, row: RepairRow, depot: Depot, by: Actor, now: datetime) -> Outcome:
    """Put a repair on record and take it to its end. Raises Invalid, and Conflict for the same id with other values."""
    if _is_on_record(session, row, depot):
        return Outcome.KNOWN
    then = _clock(row, depot, now)
    order = begin(session, "receive", _draft(session, row, depot, by, then, now), Receipt(), by, then)
    for action, body in _way(row):
        take_step(session, order.number, action, body, by, then)
    note_imported(session, row.provenance, order, by, now, row.provenance.cells)
    return Outcome.ADDED


def _is_on_record(session: Session, row: RepairRow, depot: Depot) -> bool:
    """Whether the row is in already, or was ours when it went out."""
    known = find_imported(session, row.provenance)
    if known is None:
        return _is_our_own(session, row.provenance, depot)
    order = session.get_one(RepairOrder, known.order_id)
    if order.reported_fault not in {None, row.problem}:
        raise Conflict(f"The repair {row.provenance.key} was imported before with another `problem` ({order.number}).")
    return True


def _is_our_own(session: Session, row: Provenance, depot: Depot) -> bool:
    digits = row.key.removeprefix(OUR_PREFIX)
    if row.origin != provider_of(depot) or not (digits.isascii() and digits.isdigit()):
        return False
    is_it = RepairOrder.number.startswith(f"RP{digits}") & (RepairOrder.source == OrderSource.DEPOT)
    return bool(session.scalar(select(exists().where(is_it))))


def _clock(row: RepairRow, depot: Depot, now: datetime) -> datetime:
    """Noon of the row's day where the depot is: the hour is not stated, and the day must not slip."""
    then = datetime.combine(row.on, NOON, ZoneInfo(depot.time_zone)).astimezone(UTC)
    if then.date() > now.date():
        raise invalid("/event_date", "This day has not come yet.")
    return then


def _draft(session: Session, row: RepairRow, depot: Depot, by: Actor, then: datetime, now: datetime) -> RepairOrder:
    customer = _provider(session, row.provenance.origin, depot, now)
    return RepairOrder(
        number=next_number(session, depot, then),
        source=OrderSource.IMPORT,
        depot=depot,
        customer=customer,
        device=create_unstated(session, row.make, row.model, depot, by, now),
        access_code=new_access_code(),
        reported_fault=row.problem,
        channel=Channel.WALK_IN,
        currency=depot.currency,
        created_at=then,
        accessories=[],
        charges_told=[],
    )


def _provider(session: Session, name: str, depot: Depot, now: datetime) -> Customer:
    """The customer of this name whom nobody can reach: the one that stands for a provider of data."""
    folded = fold(name)
    take_turn(session, "customer", folded)
    reachable = exists().where(Contact.customer_id == Customer.id)
    is_it = (Customer.name_folded == folded, Customer.home_depot_id == depot.id, Customer.retired_at.is_(None))
    query = select(Customer).where(*is_it, ~reachable).order_by(Customer.id).limit(1)
    known = session.scalars(query).one_or_none()
    if known is not None:
        return known
    made = Customer(
        home_depot_id=depot.id, name=name, name_folded=folded, language=Language.ZH, created_at=now, contacts=[]
    )
    session.add(made)
    session.flush()  # so that the customer has its id
    return made


def _way(row: RepairRow) -> Iterator[tuple[str, Any]]:
    """The steps from the counter to the end that the row tells, each with what the row knows of it."""
    if row.status is RepairStatus.UNKNOWN:
        yield "cancel", Cancel(f"repair_status: {row.status.value}")
    else:
        yield "start-inspection", StartInspection()
        yield "diagnose", _diagnosis(row)
    if row.status is RepairStatus.FIXED:
        yield "start-repair", StartRepair()
        yield "finish-repair", FinishRepair(OTHER, None)
        yield "test", TestResult(passed=True)
    yield "summarize", Summarize(None)
    yield "hand-over", HandBack(None, None, voucher_returned=None, identity_checked=None)


VERDICTS: Mapping[RepairStatus, Verdict] = {
    RepairStatus.FIXED: Verdict.REPAIR,
    RepairStatus.REPAIRABLE: Verdict.NOT_REPAIRED,
    RepairStatus.END_OF_LIFE: Verdict.BEYOND_ECONOMIC_REPAIR,
}


def _diagnosis(row: RepairRow) -> Diagnose:
    return Diagnose(
        symptom=OTHER,
        cause=OTHER,
        attribution=NOT_KNOWN,
        finding=row.barrier,
        solution=None,
        verdict=VERDICTS[row.status],
    )
