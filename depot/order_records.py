"""Everything that was written down about the work on one order, each kind oldest first.

The history says which kinds can exist: what never happened is not looked for, so that a young order costs little and
an old one a fixed number of queries, however often it went round.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.approval import Decided, list_decisions
from depot.ending import hand_over_of
from depot.inspection import list_diagnoses
from depot.people import people_by_id
from depot.repair import list_tests, list_works
from depot.replacements import list_replacements
from depot.summary import latest_summary
from models import Diagnosis, Event, HandOver, Person, RepairOrder, Replacement, Subject, Summary, TestRun, Work

Signed = Diagnosis | Replacement | Work | TestRun | Summary | HandOver
"""What names the person who wrote it as ``by_id``."""


@dataclass(frozen=True)
class Records:
    """``summary`` is the last one written; ``people`` are those whom the records name, by id."""

    diagnoses: Sequence[Diagnosis]
    decisions: Sequence[Decided]
    replacements: Sequence[Replacement]
    works: Sequence[Work]
    tests: Sequence[TestRun]
    summary: Summary | None
    hand_over: HandOver | None
    people: Mapping[int, Person]


def actions_of(session: Session, order: RepairOrder) -> frozenset[str]:
    """What ever happened to an order, beside how it came here: nothing, where its history has no second event."""
    if order.event_seq <= 1:
        return frozenset()
    of_order = (Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id)
    return frozenset(session.scalars(select(Event.action).where(*of_order).distinct()))


def records_of(session: Session, order: RepairOrder, actions: Collection[str]) -> Records:
    """The records of an order to which these actions happened."""
    diagnoses = list_diagnoses(session, order) if "diagnose" in actions else []
    decisions = list_decisions(session, order) if "decide" in actions else []
    replacements = list_replacements(session, order) if "replace-part" in actions else []
    works = list_works(session, order) if "finish-repair" in actions else []
    tests = list_tests(session, order) if "test" in actions else []
    summary = latest_summary(session, order) if "summarize" in actions else None
    hand_over = hand_over_of(session, order) if "hand-over" in actions else None
    found: list[Signed] = [*diagnoses, *replacements, *works, *tests, *(row for row in (summary, hand_over) if row)]
    named = {row.by_id for row in found} | {decided.decision.taken_by_id for decided in decisions}
    people = people_by_id(session, named) if named else {}
    return Records(diagnoses, decisions, replacements, works, tests, summary, hand_over, people)
