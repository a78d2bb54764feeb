"""What stands with an order and has no outcome yet."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import MANAGER, a_part, an_order, receive

from depot.errors import Invalid, NotEnough
from depot.issued_parts import grade_of, issued_here, list_held
from depot.store_issues import Issue, issue_to_order
from models import Condition, Outcome, Part, PartGrade, RepairOrder


def issued(session: Session, part: Part, order: RepairOrder, quantity: int, code: str, **more: Any) -> None:
    receive(session, part, quantity, code, **more)
    issue_to_order(session, order, part, Issue(Decimal(quantity), code), MANAGER, NOW)


@pytest.mark.parametrize(
    ("quantity", "bins"), [(1, [("B-01", 1)]), (2, [("B-01", 2)]), (3, [("B-01", 2), ("A-01", 1)])]
)
def test_an_outcome_speaks_of_what_was_issued_last(
    session: Session, quantity: int, bins: list[tuple[str, int]]
) -> None:
    part, order = a_part(session), an_order(session)
    issued(session, part, order, 3, "A-01")
    issued(session, part, order, 2, "B-01")

    lines = issued_here(session, order, part, Decimal(quantity), None, Outcome.UNUSED, NOW)

    assert [(line.bin.code, line.quantity) for line in lines] == bins


def test_units_are_meant_by_their_serial_number_or_all_at_once(session: Session) -> None:
    part, order = a_part(session, serialized=True), an_order(session)
    receive(session, part, 2, serials=["a", "b"])
    issue_to_order(session, order, part, Issue(Decimal(2), None, ["a", "b"]), MANAGER, NOW)

    named = issued_here(session, order, part, Decimal(1), "b", Outcome.USED, NOW)
    both = issued_here(session, order, part, Decimal(2), None, Outcome.UNUSED, NOW)

    assert [line.unit.serial_number for line in named if line.unit] == ["b"]
    assert len(both) == 2
    with pytest.raises(Invalid):
        issued_here(session, order, part, Decimal(1), None, Outcome.UNUSED, NOW)


def test_what_was_never_issued_has_no_outcome(session: Session) -> None:
    part, order = a_part(session), an_order(session)

    with pytest.raises(NotEnough) as refused:
        issued_here(session, order, part, Decimal(1), None, Outcome.USED, NOW)

    assert (refused.value.facts["available"], "location" in refused.value.facts) == (0, False)
    assert f"Nothing of SSD-1TB is issued to {order.number}" in refused.value.message
    assert list_held(session, order) == []


def test_more_than_was_issued_has_no_outcome_either(session: Session) -> None:
    part, order = a_part(session), an_order(session)
    issued(session, part, order, 2, "A-01")

    with pytest.raises(NotEnough, match="Only 2 of SSD-1TB is issued to") as refused:
        issued_here(session, order, part, Decimal(3), None, Outcome.USED, NOW)

    assert refused.value.facts["available"] == 2


def test_what_an_order_holds_is_listed_by_part(session: Session) -> None:
    fan, ssd, order = a_part(session, "FAN"), a_part(session), an_order(session)
    issued(session, ssd, order, 3, "A-01")
    issued(session, fan, order, 1, "A-01")

    assert list_held(session, order) == [(fan, 1), (ssd, 3)]


@pytest.mark.parametrize(
    ("quantity", "stated", "outcome", "pointer"),
    [
        (1, None, Outcome.USED, None),
        (1, PartGrade.REFURBISHED, Outcome.USED, None),
        (1, PartGrade.NEW, Outcome.USED, "/condition"),
        (2, None, Outcome.USED, "/quantity"),
        (2, PartGrade.NEW, Outcome.USED, "/condition"),
        (2, PartGrade.REFURBISHED, Outcome.USED, "/condition"),
        (2, None, Outcome.UNUSED, None),
    ],
)
def test_pieces_of_two_grades_are_reported_each_by_itself(
    session: Session, quantity: int, stated: PartGrade | None, outcome: Outcome, pointer: str | None
) -> None:
    part, order = a_part(session), an_order(session)
    issued(session, part, order, 1, "A-01")
    issued(session, part, order, 1, "B-01", condition=Condition.REFURBISHED)
    lines = issued_here(session, order, part, Decimal(quantity), None, outcome, NOW)

    if pointer is None:
        assert grade_of(lines, stated, outcome) is PartGrade.REFURBISHED
    else:
        with pytest.raises(Invalid) as refused:
            grade_of(lines, stated, outcome)
        assert refused.value.facts["errors"][0]["pointer"] == pointer
