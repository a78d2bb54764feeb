"""The history: one line for each thing that happened, chained per subject so that tampering shows.

A line's hash covers its facts, its place and the hash before it; the subject's row holds the head. Appending moves the
head by one conditional UPDATE whose row count is looked at: of two units of work at once, one gets ``Retry``. A
person's words go into ``private``, outside of the hash: the facts keep their salted digest, and erasing the words
leaves the chain whole. What the unit of work wrote into the subject's other rows is sealed likewise (``seals.py``).
"""

from __future__ import annotations

import hashlib
import heapq
import json
import secrets
from collections.abc import Iterator, Mapping
from datetime import datetime
from itertools import groupby
from typing import Any, TypeAlias

from sqlalchemy import Row, Table, select, tuple_, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value

from depot.actors import Actor
from depot.canonical import canonical
from depot.errors import Retry
from depot.seals import ROWS, WHOLE, seals_of_written
from models import EMPTY_HASH, Chained, Event, LoanerUnit, Part, Person, RepairOrder, Subject

SUBJECTS: Mapping[Subject, type[RepairOrder | LoanerUnit | Part | Person]] = {
    Subject.REPAIR_ORDER: RepairOrder,
    Subject.LOANER_UNIT: LoanerUnit,
    Subject.PART: Part,
    Subject.PERSON: Person,
}
BATCH = 1000
SEALED = ("subject", "subject_id", "seq", "at", "actor_id", "action", "from_state", "to_state", "facts")
EVENTS: Table = Event.metadata.tables[Event.__tablename__]
Line: TypeAlias = Row[*tuple[Any, ...]]


def subject_of(row: Chained) -> Subject:
    """Which kind of subject a row is; KeyError for a row without a history."""
    return next(subject for subject, kind in SUBJECTS.items() if isinstance(row, kind))


def append(
    session: Session,
    subject_row: Chained,
    action: str,
    actor: Actor,
    now: datetime,
    facts: Mapping[str, Any] | None = None,
    private: Mapping[str, Any] | None = None,
    from_state: str | None = None,
    to_state: str | None = None,
) -> Event:
    """Add a line to a row's history and move its head. Raises Retry when another line came in between."""
    session.flush()  # the row needs its id, and what it was changed to must be sent before its head moves
    event = Event(
        subject=subject_of(subject_row),
        subject_id=_id_of(subject_row),
        seq=subject_row.event_seq + 1,
        at=now,
        actor_id=actor.person_id,
        action=action,
        from_state=from_state,
        to_state=to_state,
    )
    _seal(session, event, facts or {}, private or {})
    event.hash = _digest(subject_row.event_hash, event)
    _move_head(session, subject_row, event)
    session.add(event)
    return event


def broken_links(session: Session) -> Iterator[str]:
    """A sentence for each line that was changed, lost or cut off, in every chain; constant memory, however long."""
    for subject, kind in SUBJECTS.items():
        table = kind.metadata.tables[kind.__tablename__]
        lines = heapq.merge(_heads(session, table), _events(session, subject), key=_place)
        for subject_id, chain in groupby(lines, key=lambda line: _place(line)[0]):
            yield from _faults_of(f"{subject.value} {subject_id}", chain)


def _faults_of(name: str, lines: Iterator[Line]) -> Iterator[str]:
    head = next(lines)
    if "seq" in head._fields:
        yield f"{name}: has events but is gone"
        return
    seq, last = 0, EMPTY_HASH
    for line in lines:
        if line.seq != seq + 1:
            yield f"{name}: event {seq + 1} is missing"
        elif _digest(last, line) != line.hash:
            yield f"{name}: event {line.seq} ({line.action}) was changed"
        if line.private is not None and _private_digest(line.salt, line.private) != line.facts.get("private_digest"):
            yield f"{name}: the text of event {line.seq} ({line.action}) was changed"
        seq, last = line.seq, line.hash
    if (seq, last) != (head.event_seq, head.event_hash):
        yield f"{name}: the head says {head.event_seq} events, the history ends at {seq}"


def _heads(session: Session, table: Table) -> Iterator[Line]:
    columns = select(table.c.id, table.c.event_seq, table.c.event_hash).order_by(table.c.id).limit(BATCH)
    last = 0
    while rows := session.execute(columns.where(table.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def _events(session: Session, subject: Subject) -> Iterator[Line]:
    place = tuple_(EVENTS.c.subject_id, EVENTS.c.seq)
    lines = select(EVENTS).where(EVENTS.c.subject == subject).order_by(EVENTS.c.subject_id, EVENTS.c.seq).limit(BATCH)
    last = (0, 0)
    while rows := session.execute(lines.where(place > last)).all():
        yield from rows
        last = (rows[-1].subject_id, rows[-1].seq)


def _place(line: Line) -> tuple[int, int]:
    return (line.subject_id, line.seq) if "seq" in line._fields else (line.id, 0)


def _digest(last: str, line: Event | Line) -> str:
    sealed = {name: getattr(line, name) for name in SEALED}
    return hashlib.sha256(canonical({**sealed, "last": last})).hexdigest()


def _seal(session: Session, event: Event, facts: Mapping[str, Any], private: Mapping[str, Any]) -> None:
    """Give a line its facts, its words, and the seals of the rows that were written along with it."""
    salt = secrets.token_hex(16)
    rows = seals_of_written(session, event.subject, event.subject_id, salt)
    event.facts = json.loads(canonical({**facts, ROWS: rows} if rows else facts))
    if private:
        event.private = json.loads(canonical(private))
        event.facts = {**event.facts, "private_digest": _private_digest(salt, event.private)}
    if private or any(digests.keys() > {WHOLE} for digests in rows.values()):
        event.salt = salt


def _private_digest(salt: str | None, private: Mapping[str, Any]) -> str:
    return hashlib.sha256((salt or "").encode() + canonical(private)).hexdigest()


def _move_head(session: Session, row: Chained, event: Event) -> None:
    kind = SUBJECTS[event.subject]
    here = (kind.id == event.subject_id, kind.event_seq == row.event_seq, kind.event_hash == row.event_hash)
    move = update(kind).where(*here).values(event_seq=event.seq, event_hash=event.hash)
    if session.connection().execute(move).rowcount != 1:
        raise Retry
    set_committed_value(row, "event_seq", event.seq)
    set_committed_value(row, "event_hash", event.hash)


def _id_of(row: Chained) -> int:
    identity: int = row.id  # type: ignore[attr-defined]  # each subject has one
    return identity
