"""The catalogue, and what is on hand."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_part, an_order, another_depot, receive

from depot import parts, reservations, stock
from depot.actors import SYSTEM, Actor
from depot.errors import AlreadyExists, Conflict, Forbidden, Invalid, NotFound, Stale
from depot.money import Money
from depot.parts import PartFacts, Stock
from depot.replacements import Replace, record
from depot.store_issues import Issue, issue_to_order
from models import Condition, Destination, Event, Outcome, Role, Subject, Unit

PRICE = Money(1250, "CNY")


def test_a_part_begins_its_history_with_itself(session: Session) -> None:
    part = a_part(session, "R/10 1%")

    told = session.scalars(select(Event).where(Event.subject == Subject.PART, Event.subject_id == part.id)).one()

    assert (told.action, told.facts["part_number"]) == ("create", "R/10 1%")


@pytest.mark.parametrize("look_alike", ["ssd-1tb", "SSD-1TB.", "SSD_1TB", "ＳＳＤ-1TB", "SSD-lTB"])
def test_part_numbers_that_only_look_alike_are_different_parts(session: Session, look_alike: str) -> None:
    part = a_part(session, "SSD-1TB")

    other = a_part(session, look_alike)

    assert parts.find_part(session, look_alike) is other
    assert parts.find_part(session, "SSD-1TB") is part
    with pytest.raises(AlreadyExists):
        a_part(session, " SSD-1TB ")


@pytest.mark.parametrize(
    ("number", "serialized", "unit"),
    [("", False, Unit.PIECE), (" \t", False, Unit.PIECE), ("a\u200bb", False, Unit.PIECE), ("a", True, Unit.METRE)],
)
def test_a_part_without_a_number_or_with_units_that_are_measured_is_refused(
    session: Session, number: str, serialized: bool, unit: Unit
) -> None:
    with pytest.raises(Invalid):
        parts.create_part(session, number, PartFacts("x"), serialized, unit, STOREKEEPER, NOW)


def test_an_unknown_or_retired_part_in_a_body_is_refused_by_its_field(session: Session) -> None:
    part = a_part(session)

    assert parts.usable_part(session, " SSD-1TB ", "/part_number") is part
    parts.retire_part(session, part, STOREKEEPER, NOW)

    assert parts.part_in_body(session, "SSD-1TB", "/x") is part
    with pytest.raises(Invalid):
        parts.usable_part(session, "SSD-1TB", "/part_number")
    with pytest.raises(Invalid) as refused:
        parts.part_in_body(session, "nothing", "/parts/2/part_number")
    assert refused.value.facts["errors"][0]["pointer"] == "/parts/2/part_number"
    with pytest.raises(NotFound):
        parts.find_part(session, "nothing")


@pytest.mark.parametrize(
    ("changes", "by", "refusal"),
    [
        ({"name": "new"}, STOREKEEPER, None),
        ({"sale_price": PRICE}, STOREKEEPER, None),
        ({"sale_price": None}, STOREKEEPER, Forbidden),
        ({"sale_price": Money(0, "CNY")}, STOREKEEPER, Forbidden),
        ({"sale_price": Money(1, "CNY"), "name": "x"}, MANAGER, None),
        ({}, STOREKEEPER, None),
    ],
)
def test_the_store_changes_everything_but_the_price(
    session: Session, changes: dict[str, Any], by: Actor, refusal: type[Exception] | None
) -> None:
    part = parts.create_part(session, "P", PartFacts("old", PRICE), False, Unit.PIECE, MANAGER, NOW)

    if refusal is None:
        parts.change_part(session, part, changes, by, NOW, version=1)
        assert (part.name, parts.price_of(part), part.version) == (
            changes.get("name", "old"),
            changes.get("sale_price", PRICE),
            2,
        )
    else:
        with pytest.raises(refusal):
            parts.change_part(session, part, changes, by, NOW, version=1)
    with pytest.raises(Stale):
        parts.change_part(session, part, {}, by, NOW, version=7)


def test_unset_is_not_zero(session: Session) -> None:
    free = parts.create_part(session, "FREE", PartFacts("x", Money(0, "CNY")), False, Unit.PIECE, MANAGER, NOW)

    assert parts.price_of(free) == Money(0, "CNY")
    assert parts.price_of(a_part(session)) is None


def test_stock_is_shown_in_all_and_by_bin_with_what_orders_hold_and_what_is_defective(session: Session) -> None:
    part, order, north = a_part(session), an_order(session), another_depot(session)
    receive(session, part, 6, "A-01")
    receive(session, part, 2, "B-01", condition=Condition.QUARANTINE)
    stock.receive(session, part, stock.Receipt(Decimal(1), "A-01"), north, STOREKEEPER, NOW)
    issue_to_order(session, order, part, Issue(Decimal(2)), MANAGER, NOW)
    gone = Replace(part.part_number, Decimal(1), Outcome.USED, removed_destination=Destination.FACTORY)
    record(session, order, gone, MANAGER, NOW)
    need = reservations.add_need(session, order, part, Decimal(3), NOW)
    reservations.reserve(session, need, NOW)

    found = parts.stock_of(session, [part], MANAGER)[part.id]

    assert (found.total.on_hand, found.total.reserved, found.total.available) == (7, 3, 2)
    assert (found.issued, found.defective) == (1, 1)
    assert {place: (here.on_hand, here.available) for place, here in found.by_bin.items()} == {
        ("MAIN", "A-01"): (4, 1),
        ("MAIN", "B-01"): (2, 0),
        ("NORTH", "A-01"): (1, 1),
    }


def test_stock_of_other_depots_is_not_counted(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)
    stranger = Actor(SYSTEM.person_id, "x", Role.LOGISTICS, frozenset({another_depot(session).id}))

    assert parts.stock_of(session, [part], stranger)[part.id].total == Stock()
    assert parts.stock_of(session, [], MANAGER) == {}


@pytest.mark.parametrize("condition", list(Condition))
def test_only_what_is_fit_for_use_is_available(condition: Condition) -> None:
    here = Stock()

    here.add(condition, Decimal(3), Decimal(1))

    unfit = condition in {Condition.DEFECTIVE, Condition.QUARANTINE}
    assert (here.on_hand, here.reserved, here.available) == (3, 1, 0 if unfit else 2)
    assert here.conditions == {condition: 3}


def test_a_part_is_retired_once_and_only_without_stock_anywhere_in_the_house(session: Session) -> None:
    part, order = a_part(session), an_order(session)
    receive(session, part, 1)
    issue_to_order(session, order, part, Issue(Decimal(1)), MANAGER, NOW)

    with pytest.raises(Conflict):
        parts.retire_part(session, part, STOREKEEPER, NOW)

    record(session, order, Replace(part.part_number, outcome=Outcome.USED), MANAGER, NOW)
    assert parts.retire_part(session, part, STOREKEEPER, NOW).retired_at == NOW
    assert parts.retire_part(session, part, STOREKEEPER, NOW).retired_at == NOW
    assert session.scalars(parts.select_parts("")).all() == []
    assert session.scalars(parts.select_parts("SSD", retired=True)).all() == [part]
    assert a_depot(session).code == "MAIN"
