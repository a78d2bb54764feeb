"""``depot verify``, histories: every order, loaner unit, part and person is what its events made of it.

An order's events must be a way through the table of steps; its state, version, result and dates are those in which
that way ends. Subjects are read a batch at a time, each batch with its events and the rows that these tell of.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any, TypeAlias

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.events import EVENTS, SUBJECTS
from depot.procedure import STEPS
from depot.seals import key_of
from depot.verify_records import OWN_FACTS, RECORDS, Line, plain, record_faults
from depot.verify_seals import seal_faults, sealed_rows
from models import (
    ENDED,
    LoanerUnit,
    MovementKind,
    OrderSource,
    Part,
    Person,
    RepairOrder,
    Result,
    State,
    Subject,
    UnitState,
)

BATCH = 200
Grouped: TypeAlias = Mapping[int, list[Line]]
MOVEMENT_KINDS = tuple(kind.value for kind in MovementKind)
TOLD = (EVENTS.c.subject_id, EVENTS.c.seq, EVENTS.c.at, EVENTS.c.actor_id, EVENTS.c.action, EVENTS.c.from_state,
        EVENTS.c.to_state, EVENTS.c.facts, EVENTS.c.salt)  # fmt: skip

LEGAL = {(step.action, source, step.target or source) for step in STEPS for source in (step.sources or (None,))}
"""Every step that there is: action, from, to."""

RESULTS: Mapping[str, str] = {"test": Result.REPAIRED, "decide": Result.DECLINED, "cancel": Result.CANCELLED}
"""The result that a step into ``summarizing`` sets; a diagnosis sets its verdict."""

UNIT_STATES: Mapping[str, UnitState] = {
    "create": UnitState.AVAILABLE,
    "lend": UnitState.ON_LOAN,
    "take-back": UnitState.RETURNED,
    "release": UnitState.AVAILABLE,
    "retire": UnitState.RETIRED,
}
"""The state in which an event leaves a loaner unit; ``settle-loan`` says it itself."""


def history_faults(session: Session) -> Iterator[str]:
    """A sentence for each subject, and each row of one, that is not what its history made of it."""
    for subject in SUBJECTS:
        for rows in _batches(session, subject):
            first, last = rows[0].id, rows[-1].id
            events = _grouped(session.execute(_events_between(subject, first, last)), "subject_id")
            made = [(each, _grouped(session.execute(each.rows(first, last)), "owner")) for each in RECORDS[subject]]
            sealed = sealed_rows(session, subject, first, last)
            for row in rows:
                checks = [OWN_CHECKS[subject](row, events[row.id])]
                checks += [record_faults(record, by_owner[row.id], events[row.id]) for record, by_owner in made]
                checks.append(seal_faults(key_of(SUBJECTS[subject], row.id), sealed[row.id], events[row.id]))
                yield from (f"{_name(subject, row)}: {fault}" for fault in chain.from_iterable(checks))


def _batches(session: Session, subject: Subject) -> Iterator[list[Line]]:
    table = SUBJECTS[subject].__table__
    columns = ORDER_COLUMNS if subject is Subject.REPAIR_ORDER else tuple(table.c)
    rows_after = select(*columns).order_by(table.c.id).limit(BATCH)
    last = 0
    while rows := list(session.execute(rows_after.where(table.c.id > last))):
        yield rows
        last = rows[-1].id


ORDER_COLUMNS = (RepairOrder.id, RepairOrder.number, RepairOrder.source, RepairOrder.state, RepairOrder.version,
                 RepairOrder.result, RepairOrder.received_at, RepairOrder.ended_at, RepairOrder.assigned_to_id,
                 RepairOrder.promised_on, RepairOrder.announced_until)  # fmt: skip


def _events_between(subject: Subject, first: int, last: int) -> Select[Any]:
    """A part's movements are left out: there may be a million of them, and the ledger's own check pairs them."""
    here = (EVENTS.c.subject == subject, EVENTS.c.subject_id.between(first, last))
    query = select(*TOLD).where(*here).order_by(EVENTS.c.subject_id, EVENTS.c.seq)
    return query.where(EVENTS.c.action.not_in(MOVEMENT_KINDS)) if subject is Subject.PART else query


def _grouped(lines: Iterable[Line], owner: str) -> Grouped:
    grouped: dict[int, list[Line]] = defaultdict(list)
    for line in lines:
        grouped[getattr(line, owner)].append(line)
    return grouped


def _name(subject: Subject, row: Line) -> str:
    known = {Subject.REPAIR_ORDER: "number", Subject.LOANER_UNIT: "code", Subject.PART: "part_number"}
    return f"{subject.value.replace('_', ' ')} {getattr(row, known.get(subject, 'id'))}"


def _order_faults(order: Line, events: list[Line]) -> Iterator[str]:
    steps = [event for event in events if event.to_state is not None]
    state, result, assigned, received = None, None, None, None
    imported = any(event.action == "import" for event in events)
    for turn, step in enumerate(steps, start=1):
        if (step.action, step.from_state, step.to_state) not in LEGAL or step.from_state != state:
            yield f"event {step.seq}: no step `{step.action}` leads from {state or 'nowhere'} to {step.to_state}"
        if step.facts.get("version") != turn:
            yield f"event {step.seq}: is step {turn} and says version {step.facts.get('version')}"
        state, result = step.to_state, _result_after(step, result)
        assigned = step.facts.get("assigned_to", assigned)
        received = step.at if step.action == "receive" else received
    last = steps[-1] if steps else None
    yield from _unlike(order, {
        "source": OrderSource.IMPORT if imported else OrderSource.DEPOT,
        "state": state,
        "version": len(steps),
        "result": result,
        "received_at": received,
        "ended_at": last.at if last and state in ENDED else None,
        "assigned_to_id": assigned,
        "promised_on": last.facts.get("promised_on") if last else None,
        "announced_until": steps[0].facts.get("announced_until") if steps else None,
    })  # fmt: skip


def _result_after(step: Line, result: str | None) -> str | None:
    if step.action == "reopen":
        return None
    arrives = step.to_state == State.SUMMARIZING and step.from_state != State.SUMMARIZING
    if not arrives:
        return result
    verdict: str | None = step.facts.get("verdict")
    return verdict if step.action == "diagnose" else RESULTS.get(step.action, result)


def _unit_faults(unit: Line, events: list[Line]) -> Iterator[str]:
    state: str | None = None
    for event in events:
        state = event.facts["outcome"] if event.action == "settle-loan" else UNIT_STATES.get(event.action, state)
    yield from _unlike(unit, {"state": state, **_last_told(LoanerUnit, events)})


def _part_faults(part: Line, events: list[Line]) -> Iterator[str]:
    yield from _unlike(part, _last_told(Part, events))


def _person_faults(person: Line, events: list[Line]) -> Iterator[str]:
    if person.kind != "system":
        yield from _unlike(person, _last_told(Person, events))


def _last_told(kind: type[Any], events: list[Line]) -> dict[str, Any]:
    """What the last event to say so says of a subject's own columns."""
    names = OWN_FACTS[kind]
    told: dict[str, Any] = dict.fromkeys(names)
    for event in events:
        told |= {name: event.facts[name] for name in names if name in event.facts}
    return told


def _unlike(row: Line, due: Mapping[str, Any]) -> Iterator[str]:
    for name, expected in due.items():
        stands = getattr(row, name)
        if stands != expected and plain(stands) != expected:
            yield f"{name} is {stands}, its history says {expected}"


OWN_CHECKS: Mapping[Subject, Callable[[Line, list[Line]], Iterator[str]]] = {
    Subject.REPAIR_ORDER: _order_faults,
    Subject.LOANER_UNIT: _unit_faults,
    Subject.PART: _part_faults,
    Subject.PERSON: _person_faults,
}
