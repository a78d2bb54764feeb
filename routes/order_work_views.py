"""How the work on an order is shown: findings, decisions, parts, work, tests, summary and hand-over."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy.orm import Session

from depot.approval import Decided
from depot.needed_parts import wanted_for
from depot.order_records import records_of
from depot.reservations import list_needs, open_reservations
from models import Diagnosis, Outcome, Person, RepairOrder, Replacement

View = dict[str, Any]

FINDING = (
    "at", "finding", "symptom", "cause", "attribution", "solution", "verdict", "not_repaired_reason",
    "test_conditions", "coverage", "labour_coverage", "coverage_reason", "labour_minutes", "share",
)  # fmt: skip
DECISION = ("at", "decision", "decided_by", "channel", "phone_number")
REPLACEMENT = (
    "at", "quantity", "outcome", "condition", "installed_serial", "removed", "removed_serial", "removed_destination",
    "removed_due_on", "in_warranty", "fault_seen",
)  # fmt: skip
WORK = ("at", "action", "work_done", "labour_minutes")
TEST = ("at", "passed", "checks", "note")
SUMMARY = ("at", "cause", "work_done", "advice", "data_action")
HAND_OVER = ("at", "voucher_returned", "identity_checked", "signed_by", "signature_origin", "note")


def money(amount_minor: int | None, currency: str) -> View | None:
    """An amount as the API shows it, or nothing."""
    return None if amount_minor is None else {"amount_minor": amount_minor, "currency": currency}


def person(found: Person | None) -> View | None:
    """A person as the API shows them, or nobody."""
    return None if found is None else {"id": found.id, "name": found.name}


def work(session: Session, order: RepairOrder, actions: Collection[str]) -> View:
    """The records of an order to which these actions happened, and the parts that it needs."""
    records = records_of(session, order, actions)
    return {
        "findings": [_finding(row, order.currency, records.people) for row in records.diagnoses],
        "decisions": [_decision(row, order.currency, records.people) for row in records.decisions],
        "parts": _parts(session, order, records.replacements) if "diagnose" in actions else [],
        "replacements": [_replacement(row, records.people) for row in records.replacements],
        "works": [_signed(row, WORK, records.people) for row in records.works],
        "tests": [_signed(row, TEST, records.people) for row in records.tests],
        "summary": _signed(records.summary, SUMMARY, records.people),
        "hand_over": _signed(records.hand_over, HAND_OVER, records.people),
    }


def _facts(row: object, names: Collection[str]) -> View:
    return {name: getattr(row, name) for name in names}


def _signed(row: Any, names: Collection[str], people: Mapping[int, Person]) -> View | None:
    """These facts of a record and who wrote it; nothing, where there is no record."""
    return None if row is None else _facts(row, names) | {"by": person(people[row.by_id])}


def _finding(row: Diagnosis, currency: str, people: Mapping[int, Person]) -> View:
    sums = {"estimate": row.estimate_minor, "replacement_value": row.replacement_value_minor}
    shown = {name: money(amount, currency) for name, amount in sums.items()}
    return _facts(row, FINDING) | shown | {"by": person(people[row.by_id])}


def _decision(row: Decided, currency: str, people: Mapping[int, Person]) -> View:
    decision = row.decision
    return _facts(decision, DECISION) | {
        "quote_version": row.quote_version,
        "limit": money(decision.limit_minor, currency),
        "by": person(people[decision.taken_by_id]),
    }


def _replacement(row: Replacement, people: Mapping[int, Person]) -> View:
    part = {"part_number": row.part.part_number, "part_name": row.part.name}
    return _facts(row, REPLACEMENT) | part | {"by": person(people[row.by_id])}


def _parts(session: Session, order: RepairOrder, replacements: Collection[Replacement]) -> list[View]:
    """What the repair comes to, part by part; what came back unused or dead no longer counts."""
    needs, returned = list_needs(session, order), _returned(replacements)
    wanted = wanted_for(needs, returned)
    shown: dict[int, View] = {}
    for need in needs:
        blank = {"part_number": need.part.part_number, "quantity": wanted[need.part_id], "reserved": Decimal(0)}
        row = shown.setdefault(need.part_id, blank | {"issued": -returned[need.part_id]})
        row["issued"] += need.issued
        row["reserved"] += sum((line.quantity for line in open_reservations(need)), Decimal(0))
    return [row for row in shown.values() if row["quantity"] > 0]


def _returned(replacements: Collection[Replacement]) -> defaultdict[int, Decimal]:
    """By part id, how much of it was issued and did not go in."""
    returned: defaultdict[int, Decimal] = defaultdict(Decimal)
    for row in replacements:
        if row.outcome is not Outcome.USED:
            returned[row.part_id] += row.quantity
    return returned
