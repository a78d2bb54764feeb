"""Every issued part gets an outcome."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, a_part, an_order, an_order_with, faults_of_ledger, on_hand, receive

from depot import free_stock, locations, replacements
from depot.errors import Conflict, Invalid, NotEnough
from depot.replacements import Recorded, Replace
from depot.store_issues import Issue, issue_to_order
from models import Condition, Outcome, Part, PartGrade, PlaceKind, RepairOrder

USED = Outcome.USED


def record(session: Session, order: RepairOrder, part: Part, quantity: int | None = None, **more: Any) -> Recorded:
    wanted = Replace(part.part_number, None if quantity is None else Decimal(quantity), **more)
    return replacements.record(session, order, wanted, MANAGER, NOW)


@pytest.mark.parametrize(
    ("outcome", "kind", "condition", "frees"),
    [
        (Outcome.USED, PlaceKind.CUSTOMER, Condition.NEW, False),
        (Outcome.UNUSED, PlaceKind.BIN, Condition.NEW, True),
        (Outcome.MISMATCH, PlaceKind.BIN, Condition.QUARANTINE, False),
        (Outcome.DEAD_ON_ARRIVAL, PlaceKind.DEFECTIVE, Condition.DEFECTIVE, False),
    ],
)
@pytest.mark.parametrize("serialized", [False, True])
def test_an_outcome_moves_the_part_where_it_belongs(
    session: Session, outcome: Outcome, kind: PlaceKind, condition: Condition, frees: bool, serialized: bool
) -> None:
    part = a_part(session, serialized=serialized)
    order = an_order_with(session, part, 1, ["a"] if serialized else None)

    recorded = record(session, order, part, outcome=outcome, installed_serial="a" if serialized else None)

    assert on_hand(session, part, kind, condition) == 1
    assert recorded.freed_part_ids == ({part.id} if frees else set())
    assert replacements.unfinished(session, order) == []
    assert faults_of_ledger(session) == []


def test_more_than_was_issued_is_refused_with_what_was(session: Session) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 2)
    record(session, order, part, 1, outcome=USED)

    with pytest.raises(NotEnough) as refused:
        record(session, order, part, 2, outcome=USED)

    assert refused.value.facts["available"] == 1
    assert [row.quantity for row in replacements.parts_used(session, order)] == [1]


def test_unused_parts_go_back_to_the_bins_they_came_from_the_last_issue_first(session: Session) -> None:
    part, order = a_part(session), an_order(session)
    receive(session, part, 2, "A-01")
    receive(session, part, 3, "B-01", condition=Condition.REFURBISHED)
    for quantity, code in ((2, "A-01"), (3, "B-01")):
        issue_to_order(session, order, part, Issue(Decimal(quantity), code), MANAGER, NOW)

    record(session, order, part, 1, outcome=USED)
    record(session, order, part, 3, outcome=Outcome.UNUSED)

    free = free_stock.list_free(session, part, a_depot(session).id)
    assert [(place.code, condition, quantity) for place, condition, quantity in free] == [
        ("A-01", Condition.NEW, 1),
        ("B-01", Condition.REFURBISHED, 2),
    ]


@pytest.mark.parametrize(
    ("stock", "said", "on_record"),
    [
        (Condition.NEW, None, PartGrade.NEW),
        (Condition.REFURBISHED, None, PartGrade.REFURBISHED),
        (Condition.GOOD, None, PartGrade.USED),
        (Condition.NEW, PartGrade.NEW, PartGrade.NEW),
        (Condition.REFURBISHED, PartGrade.REFURBISHED, PartGrade.REFURBISHED),
        (Condition.GOOD, PartGrade.USED, PartGrade.USED),
    ],
)
def test_used_and_refurbished_parts_are_said_to_be_so(
    session: Session, stock: Condition, said: PartGrade | None, on_record: PartGrade
) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1, condition=stock)

    assert record(session, order, part, outcome=USED, condition=said).replacement.condition is on_record


@pytest.mark.parametrize("outcome", list(Outcome))
@pytest.mark.parametrize(
    ("stock", "said", "issued"),
    [
        (Condition.REFURBISHED, PartGrade.NEW, "refurbished"),
        (Condition.NEW, PartGrade.REFURBISHED, "new"),
        (Condition.GOOD, PartGrade.NEW, "used"),
        (Condition.NEW, PartGrade.USED, "new"),
    ],
)
def test_no_part_is_said_to_be_of_another_grade_than_what_was_issued(
    session: Session, stock: Condition, said: PartGrade, issued: str, outcome: Outcome
) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1, condition=stock)

    with pytest.raises(Invalid) as refused:
        record(session, order, part, outcome=outcome, condition=said)

    error = refused.value.facts["errors"][0]
    assert (error["pointer"], f"What was issued is {issued};" in error["detail"]) == ("/condition", True)
    assert on_hand(session, part, PlaceKind.ORDER) == 1


@pytest.mark.parametrize(
    ("outcome", "quantity", "serial", "pointer"),
    [
        (Outcome.USED, 1, None, "/installed_serial"),
        (Outcome.USED, 1, "x", "/installed_serial"),
        (Outcome.USED, 2, "a", "/quantity"),
        (Outcome.UNUSED, 1, None, "/quantity"),
    ],
)
def test_of_a_serialised_part_it_must_be_clear_which_unit_is_meant(
    session: Session, outcome: Outcome, quantity: int, serial: str | None, pointer: str
) -> None:
    part = a_part(session, serialized=True)
    order = an_order_with(session, part, 2, ["a", "b"])

    with pytest.raises(Invalid) as refused:
        record(session, order, part, quantity, outcome=outcome, installed_serial=serial)

    assert refused.value.facts["errors"][0]["pointer"] == pointer


def test_all_units_of_an_order_can_go_back_at_once(session: Session) -> None:
    part = a_part(session, serialized=True)
    order = an_order_with(session, part, 2, ["a", "b"])

    record(session, order, part, 2, outcome=Outcome.UNUSED)

    assert on_hand(session, part) == 2
    assert faults_of_ledger(session) == []


def test_a_unit_issued_to_another_order_was_not_installed_here(session: Session) -> None:
    part = a_part(session, serialized=True)
    an_order_with(session, part, 1, ["a"])
    order = an_order_with(session, part, 1, ["b"])

    with pytest.raises(Invalid):
        record(session, order, part, outcome=USED, installed_serial="a")


def test_an_unknown_part_is_refused_by_its_field(session: Session) -> None:
    with pytest.raises(Invalid) as refused:
        replacements.record(session, an_order(session), Replace("nothing"), MANAGER, NOW)

    assert refused.value.facts["errors"][0]["pointer"] == "/part_number"


def test_hostile_text_is_kept_as_it_is(session: Session) -> None:
    part = a_part(session, "<script>𠮷'\"%s")
    order = an_order_with(session, part, 1)

    row = record(session, order, part, outcome=USED, fault_seen="𠮷" * 3000, removed_serial="'; --").replacement

    session.refresh(row)
    assert (row.fault_seen, row.removed_serial, row.part.part_number) == ("𠮷" * 3000, "'; --", "<script>𠮷'\"%s")


def in_a_retired_bin(session: Session, part: Part) -> RepairOrder:
    """An order whose part came from a bin that has been given up since."""
    order = an_order_with(session, part, 1, ["a"] if part.serialized else None)
    locations.retire_location(session, locations.find_bin(session, order.depot_id, "A-01"), NOW)
    return order


@pytest.mark.parametrize("outcome", [Outcome.UNUSED, Outcome.MISMATCH])
@pytest.mark.parametrize("serialized", [False, True])
def test_what_came_from_a_retired_bin_goes_back_into_another(
    session: Session, outcome: Outcome, serialized: bool
) -> None:
    part = a_part(session, serialized=serialized)
    order = in_a_retired_bin(session, part)
    place = locations.create_location(session, a_depot(session), "B-01", "", NOW)

    with pytest.raises(Conflict) as refused:
        record(session, order, part, outcome=outcome)
    record(session, order, part, outcome=outcome, location=" B-01 ")

    assert "A-01 is retired; name another one as `location`" in refused.value.message
    assert [(row.part_id, row.on_hand) for row in locations.list_contents(session, place)] == [(part.id, 1)]
    assert faults_of_ledger(session) == []


@pytest.mark.parametrize("code", ["A-01", "NO-SUCH", "~scrap", "x" * 200, "𠮷"])
def test_a_bin_that_takes_nothing_back_is_refused_by_its_field(session: Session, code: str) -> None:
    part = a_part(session)
    order = in_a_retired_bin(session, part)

    with pytest.raises(Invalid) as refused:
        record(session, order, part, outcome=Outcome.UNUSED, location=code)

    assert refused.value.facts["errors"][0]["pointer"] == "/location"
    assert on_hand(session, part, PlaceKind.ORDER) == 1


@pytest.mark.parametrize("outcome", [None, Outcome.USED, Outcome.DEAD_ON_ARRIVAL])
def test_what_does_not_go_back_into_stock_has_no_bin(session: Session, outcome: Outcome | None) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1)

    with pytest.raises(Invalid) as refused:
        record(session, order, part, outcome=outcome, location="A-01")

    assert refused.value.facts["errors"][0]["pointer"] == "/location"


def test_no_bin_is_needed_where_the_one_it_came_from_is_in_use(session: Session) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1)
    place = locations.create_location(session, a_depot(session), "B-01", "", NOW)

    record(session, order, part, outcome=Outcome.UNUSED)

    assert locations.hold_used_bin(session, place) is place
    assert locations.list_contents(session, place) == []
    assert on_hand(session, part) == 1
