"""Whatever the store and the bench do, in whatever order, the ledger adds up and nothing is half done."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from databases import NOW
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, a_part, an_order, faults_of_ledger, receive

from depot import issues, replacements, reservations, stock
from depot.errors import Refusal
from depot.procedure import serve_waiting
from depot.replacements import Replace
from depot.store_issues import Issue, issue_for_reason, issue_to_order
from models import Condition, Destination, Outcome, Part, RepairOrder, State

SERIALS = ("s0", "s1", "s2", "s3")


@dataclass(frozen=True)
class Step:
    """What is tried: an operation, on what, for whom, how much."""

    operation: str
    part: Part
    order: RepairOrder
    n: int
    bin: str
    serial: str

    @property
    def quantity(self) -> Decimal:
        """Units go one at a time."""
        return Decimal(1 if self.part.serialized else self.n)

    @property
    def serials(self) -> list[str] | None:
        """The unit meant, of a serialised part."""
        return [self.serial] if self.part.serialized else None


class House:
    """A depot with a bulk part, a serialised one and three orders, on which random operations are tried."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.depot = a_depot(session)
        self.parts = [a_part(session, "BULK"), a_part(session, "UNITS", serialized=True)]
        self.orders = [an_order(session, state) for state in (State.REPAIRING, State.AWAITING_PARTS, State.APPROVED)]

    def receive(self, step: Step) -> None:
        receive(self.session, step.part, int(step.quantity), step.bin, step.serials)

    def ask(self, step: Step) -> None:
        need = reservations.add_need(self.session, step.order, step.part, Decimal(step.n), NOW)
        reservations.reserve(self.session, need, NOW)

    def issue_reserved(self, step: Step) -> None:
        issues.issue_reserved(self.session, step.order, MANAGER, NOW, step.serials if step.n > 2 else None)

    def issue(self, step: Step) -> None:
        wanted = Issue(step.quantity, step.bin, step.serials)
        issue_to_order(self.session, step.order, step.part, wanted, MANAGER, NOW)

    def give_away(self, step: Step) -> None:
        wanted = Issue(step.quantity, step.bin, step.serials, "sold")
        issue_for_reason(self.session, step.part, wanted, self.depot, MANAGER, NOW)

    def release(self, step: Step) -> None:
        freed = reservations.release(self.session, step.order, NOW)
        serve_waiting(self.session, self.depot.id, freed, NOW)

    def decide(self, step: Step) -> None:
        removed = step.n > 2
        wanted = Replace(
            step.part.part_number,
            step.quantity,
            list(Outcome)[step.n % 4],
            installed_serial=step.serial if step.part.serialized else None,
            removed_serial=SERIALS[-step.n] if removed else None,
            removed_destination=list(Destination)[step.n % 4] if removed else None,
        )
        recorded = replacements.record(self.session, step.order, wanted, MANAGER, NOW)
        serve_waiting(self.session, self.depot.id, recorded.freed_part_ids, NOW)

    def count(self, step: Step) -> None:
        found = step.quantity if step.n % 2 else -step.quantity
        wanted = stock.Adjustment(found, step.bin, "counted", serial_numbers=step.serials)
        stock.adjust(self.session, step.part, wanted, self.depot, MANAGER, NOW)

    def regrade(self, step: Step) -> None:
        pair = (Condition.NEW, Condition.QUARANTINE) if step.n % 2 else (Condition.QUARANTINE, Condition.GOOD)
        wanted = stock.Adjustment(step.quantity, step.bin, "looked at", pair[0], step.serials)
        stock.regrade(self.session, step.part, wanted, pair[1], self.depot, MANAGER, NOW)

    def attempt(self, name: str, which_part: int, which_order: int, *rest: Any) -> None:
        """Try one operation as a unit of work does: what refuses is rolled back."""
        operation: Callable[[Step], None] = getattr(self, name)
        try:
            with self.session.begin_nested():
                operation(Step(name, self.parts[which_part], self.orders[which_order], *rest))
        except Refusal:
            self.session.expire_all()


OPERATIONS = [
    "receive",
    "receive",
    "ask",
    "issue_reserved",
    "issue",
    "give_away",
    "release",
    "decide",
    "count",
    "regrade",
]
STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            [
                "receive",
                "receive",
                "ask",
                "issue_reserved",
                "issue",
                "give_away",
                "release",
                "decide",
                "count",
                "regrade",
            ]
        ),
        st.integers(0, 1),
        st.integers(0, 2),
        st.integers(1, 4),
        st.sampled_from(["A-01", "B-01"]),
        st.sampled_from(SERIALS),
    ),
    min_size=1,
    max_size=15,
)


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_after_any_sequence_of_operations_the_ledger_adds_up(session: Session, steps: list[tuple[Any, ...]]) -> None:
    with session.begin_nested() as example:
        house = House(session)
        for step in steps:
            house.attempt(*step)
            assert faults_of_ledger(session) == []
        example.rollback()
    session.expunge_all()
