"""The whole history of a device: what the technician sees before touching it, so that nothing is asked twice."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from models import Depot, Device, Diagnosis, RepairOrder, Replacement, Result, State, Summary, Work

MOST_ORDERS = 200
REPAIRS = (Result.REPAIRED, Result.REPLACED)

Told = TypeVar("Told", Diagnosis, Work, Summary, Replacement)


@dataclass(frozen=True)
class Heads:
    """What stands on the order itself; ``ended_at`` of a returned order is when it was returned."""

    id: int
    number: str
    depot: str
    state: State
    result: Result | None
    received_at: datetime | None
    ended_at: datetime | None
    reported_fault: str | None


@dataclass(frozen=True)
class PastOrder:
    """One order of a device, and in the order of their days what was found, done and replaced."""

    heads: Heads
    findings: tuple[str, ...]
    solution: str | None
    cause: str | None
    work_done: tuple[str, ...]
    parts: tuple[Replacement, ...]

    @property
    def returned_at(self) -> datetime | None:
        """When the customer had the device back."""
        return self.heads.ended_at if self.heads.state is State.RETURNED else None


def repairs_so_far(session: Session, device_id: int) -> int:
    """How often a device was repaired or replaced, in any depot: a number, which tells nothing else."""
    query = select(func.count()).where(RepairOrder.device_id == device_id, RepairOrder.result.in_(REPAIRS))
    return session.scalar(query) or 0


def list_past_orders(session: Session, device: Device, by: Actor) -> list[PastOrder]:
    """The orders of a device within the actor's depots, newest first, at most 200: five queries for all of them."""
    heads = _heads(session, device, by)
    ids = [one.id for one in heads]
    diagnoses, works = _by_order(session, Diagnosis, ids), _by_order(session, Work, ids)
    summaries, parts = _by_order(session, Summary, ids), _by_order(session, Replacement, ids)
    return [
        PastOrder(
            heads=one,
            findings=tuple(found.finding for found in diagnoses[one.id] if found.finding is not None),
            solution=diagnoses[one.id][-1].solution if diagnoses[one.id] else None,
            cause=summaries[one.id][-1].cause if summaries[one.id] else None,
            work_done=tuple(work.work_done for work in works[one.id] if work.work_done is not None),
            parts=tuple(parts[one.id]),
        )
        for one in heads
    ]


def _heads(session: Session, device: Device, by: Actor) -> list[Heads]:
    order = RepairOrder
    query = (
        select(order.id, order.number, Depot.code, order.state, order.result)
        .add_columns(order.received_at, order.ended_at, order.reported_fault)
        .join(Depot, Depot.id == order.depot_id)
        .where(order.device_id == device.id)
        .order_by(order.id.desc())
        .limit(MOST_ORDERS)
    )
    if by.depot_ids is not None:
        query = query.where(order.depot_id.in_(by.depot_ids))
    return [Heads(*row) for row in session.execute(query)]


def _by_order(session: Session, kind: type[Told], order_ids: Sequence[int]) -> defaultdict[int, list[Told]]:
    grouped: defaultdict[int, list[Told]] = defaultdict(list)
    for row in session.scalars(select(kind).where(kind.order_id.in_(order_ids)).order_by(kind.id)):
        grouped[row.order_id].append(row)
    return grouped
