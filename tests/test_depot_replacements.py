"""Every issued part gets an outcome, every removed part a destination."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, a_part, an_order, faults_of_ledger, on_hand, receive

from depot import free_stock, issues, replacements, reservations
from depot.errors import Conflict, Invalid, NotEnough
from depot.replacements import Recorded, Replace
from depot.store_issues import Issue, issue_to_order
from models import Condition, Destination, Outcome, Part, PartGrade, PartUnit, PlaceKind, RepairOrder

USED = Outcome.USED


def an_order_with(
    session: Session, part: Part, quantity: int, serials: list[str] | None = None, **more: Any
) -> RepairOrder:
    """An order to which so much of a part was received and issued."""
    order = an_order(session)
    receive(session, part, quantity, serials=serials, **more)
    need = reservations.add_need(session, order, part, Decimal(quantity), NOW)
    reservations.reserve(session, need, NOW)
    issues.issue_reserved(session, order, MANAGER, NOW)
    return order


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
        (Condition.NEW, PartGrade.USED, PartGrade.USED),
    ],
)
def test_used_and_refurbished_parts_are_said_to_be_so(
    session: Session, stock: Condition, said: PartGrade | None, on_record: PartGrade
) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1, condition=stock)

    assert record(session, order, part, outcome=USED, condition=said).replacement.condition is on_record


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


@pytest.mark.parametrize(
    ("destination", "kind", "due"),
    [
        (Destination.FACTORY, PlaceKind.DEFECTIVE, date(2026, 12, 22)),
        (Destination.SCRAP, PlaceKind.SCRAP, None),
        (Destination.DESTROYED_FOR_DATA, PlaceKind.SCRAP, None),
        (Destination.CUSTOMER, None, None),
    ],
)
@pytest.mark.parametrize("serial", [None, "OLD-1"])
@pytest.mark.parametrize("serialized", [False, True])
def test_a_removed_part_goes_where_it_is_said_to(
    session: Session,
    destination: Destination,
    kind: PlaceKind | None,
    due: date | None,
    serial: str | None,
    serialized: bool,
) -> None:
    part = a_part(session, serialized=serialized)
    order = an_order_with(session, part, 1, ["a"] if serialized else None)

    row = record(
        session, order, part, outcome=USED, installed_serial="a", removed_serial=serial, removed_destination=destination
    ).replacement

    assert (row.removed, row.removed_serial, row.removed_due_on) == (True, serial, due)
    if kind is not None:
        assert on_hand(session, part, kind, Condition.DEFECTIVE) == 1
        units = session.scalars(select(PartUnit).where(PartUnit.serial_number == "OLD-1")).all()
        assert [unit.location.kind for unit in units] == ([kind] if serial and serialized else [])
    assert replacements.unfinished(session, order) == []
    assert faults_of_ledger(session) == []


@pytest.mark.parametrize("named", [True, False])
def test_a_removed_part_may_get_its_destination_later(session: Session, named: bool) -> None:
    part = a_part(session, serialized=True)
    order = an_order_with(session, part, 1, ["a"])
    record(
        session,
        order,
        part,
        outcome=USED,
        installed_serial="a",
        removed_serial="OLD" if named else None,
        fault_seen="burnt",
    )
    assert replacements.unfinished(session, order) == [
        ("removed_destination", f"The removed {'OLD' if named else 'SSD-1TB'} has no destination yet.")
    ]

    row = record(
        session, order, part, removed_serial=" OLD ", removed_destination=Destination.FACTORY, in_warranty=True
    ).replacement

    assert (row.removed_serial, row.in_warranty, row.fault_seen) == ("OLD", True, "burnt")
    assert on_hand(session, part, PlaceKind.DEFECTIVE) == 1
    assert replacements.unfinished(session, order) == []
    assert len(replacements.parts_used(session, order)) == 1


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"removed_serial": "OLD-1"},
        {"removed_destination": Destination.SCRAP},
        {"removed_serial": "OLD-3", "removed_destination": Destination.SCRAP},
    ],
)
def test_a_destination_that_belongs_to_no_removed_part_or_to_several_is_refused(
    session: Session, body: dict[str, Any]
) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 2)
    for serial in ("OLD-1", "OLD-2"):
        record(session, order, part, 1, outcome=USED, removed_serial=serial)

    with pytest.raises(Invalid):
        record(session, order, part, **body)


def test_a_fault_seen_on_a_part_that_did_not_stay_in_removes_nothing(session: Session) -> None:
    part = a_part(session)
    order = an_order_with(session, part, 1)

    row = record(session, order, part, outcome=Outcome.DEAD_ON_ARRIVAL, fault_seen="no power").replacement

    assert (row.removed, row.fault_seen) == (False, "no power")
    assert replacements.unfinished(session, order) == []


@pytest.mark.parametrize(("installed", "removed"), [("a", "a"), ("a", " a ")])
def test_what_went_in_cannot_be_what_came_out(session: Session, installed: str, removed: str) -> None:
    part = a_part(session, serialized=True)
    order = an_order_with(session, part, 1, ["a"])

    with pytest.raises(Invalid):
        record(session, order, part, outcome=USED, installed_serial=installed, removed_serial=removed)


def test_a_unit_that_stands_in_the_house_cannot_have_come_out_of_a_device(session: Session) -> None:
    part = a_part(session, serialized=True)
    order = an_order_with(session, part, 2, ["a", "b"])

    with pytest.raises(Conflict) as refused:
        record(
            session,
            order,
            part,
            outcome=USED,
            installed_serial="a",
            removed_serial="b",
            removed_destination=Destination.SCRAP,
        )

    assert refused.value.facts["serial_number"] == "b"


def test_a_unit_that_we_once_installed_is_recognised_when_it_comes_out_again(session: Session) -> None:
    part = a_part(session, serialized=True)
    first = an_order_with(session, part, 1, ["a"])
    record(session, first, part, outcome=USED, installed_serial="a")
    second = an_order_with(session, part, 1, ["b"])

    record(
        session,
        second,
        part,
        outcome=USED,
        installed_serial="b",
        removed_serial="a",
        removed_destination=Destination.FACTORY,
    )

    unit = session.scalars(select(PartUnit).where(PartUnit.serial_number == "a")).one()
    assert (unit.location.kind, unit.condition) == (PlaceKind.DEFECTIVE, Condition.DEFECTIVE)
    assert on_hand(session, part, PlaceKind.CUSTOMER) == 1
    assert faults_of_ledger(session) == []


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
