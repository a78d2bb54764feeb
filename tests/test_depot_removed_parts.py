"""Every removed part gets a destination."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import MANAGER, a_part, an_order_with, faults_of_ledger, on_hand

from depot import replacements
from depot.errors import Conflict, Invalid
from depot.replacements import Recorded, Replace
from models import Condition, Destination, Outcome, Part, PartUnit, PlaceKind, RepairOrder

USED = Outcome.USED


def record(session: Session, order: RepairOrder, part: Part, quantity: int | None = None, **more: Any) -> Recorded:
    wanted = Replace(part.part_number, None if quantity is None else Decimal(quantity), **more)
    return replacements.record(session, order, wanted, MANAGER, NOW)


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
