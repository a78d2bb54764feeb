"""The pool of loaner units."""

from __future__ import annotations

from typing import Any

import pytest
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_loaner, an_order, another_depot

from depot import loaner_units, loaners
from depot.actors import SYSTEM, Actor
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from depot.events import append
from depot.loaner_units import UnitFacts
from depot.money import Money
from depot.versions import hold
from models import Event, LoanerUnit, Role, Subject, UnitState


def returned_unit(session: Session) -> LoanerUnit:
    unit, order = a_loaner(session), an_order(session)
    loan = loaners.lend(session, order, unit, loaners.Lending(NOW.date(), "fine", "张䶮"), STOREKEEPER, NOW)
    loaners.take_back(session, loan, loaners.Homecoming("fine", True), STOREKEEPER, NOW)
    return unit


def told_of(session: Session, unit: LoanerUnit) -> list[Event]:
    query = select(Event).where(Event.subject == Subject.LOANER_UNIT, Event.subject_id == unit.id).order_by(Event.seq)
    return list(session.scalars(query))


@pytest.mark.parametrize("scanned", ["Ln-01", "LN-01", "ln-01", " ln-01 "])
def test_a_code_is_kept_as_typed_and_found_in_upper_and_lower_case(session: Session, scanned: str) -> None:
    unit = a_loaner(session, "Ln-01")

    assert loaner_units.find_unit(session, scanned, MANAGER) is unit
    assert unit.code == "Ln-01"
    assert told_of(session, unit)[0].action == "create"


@pytest.mark.parametrize("code", ["LN-01", "ln-01", " LN-01"])
def test_a_code_is_taken_once(session: Session, code: str) -> None:
    a_loaner(session, "LN-01")

    with pytest.raises(AlreadyExists):
        a_loaner(session, code)


def test_one_unit_cannot_be_in_the_pool_twice(session: Session) -> None:
    facts = UnitFacts("Gtech", "AR-20", "S1")
    loaner_units.create_unit(session, "A", facts, a_depot(session), STOREKEEPER, NOW)

    with pytest.raises(AlreadyExists):
        loaner_units.create_unit(session, "B", facts, a_depot(session), STOREKEEPER, NOW)


@pytest.mark.parametrize(("code", "value"), [("", None), (" ", None), ("a\u200bb", None), ("A", Money(1, "EUR"))])
def test_an_empty_code_or_a_value_in_another_currency_is_refused(
    session: Session, code: str, value: Money | None
) -> None:
    with pytest.raises(Invalid):
        loaner_units.create_unit(session, code, UnitFacts("m", "m", "s", (), value), a_depot(session), STOREKEEPER, NOW)


@pytest.mark.parametrize(
    "changes",
    [
        {"make": "华为"},
        {"accessories": ["bag"]},
        {"value": Money(100, "CNY")},
        {"value": None},
        {"serial_number": "𠮷", "model": "x"},
        {},
    ],
)
def test_a_change_changes_what_it_names(session: Session, changes: dict[str, Any]) -> None:
    unit = a_loaner(session, value=Money(5, "CNY"))
    before = UnitFacts(unit.make, unit.model, unit.serial_number, unit.accessories, loaner_units.value_of(unit))

    loaner_units.change_unit(session, unit, changes, STOREKEEPER, NOW, version=1)

    after = UnitFacts(unit.make, unit.model, unit.serial_number, unit.accessories, loaner_units.value_of(unit))
    assert vars(after) == {**vars(before), **changes}
    assert unit.version == 2
    with pytest.raises(Stale):
        loaner_units.change_unit(session, unit, changes, STOREKEEPER, NOW, version=1)


def test_a_unit_cannot_be_changed_into_another_one(session: Session) -> None:
    a_loaner(session, "A")
    unit = a_loaner(session, "B")

    with pytest.raises(AlreadyExists):
        loaner_units.change_unit(session, unit, {"serial_number": "serial of A"}, STOREKEEPER, NOW)


def test_what_came_back_is_wiped_and_inspected_before_it_can_be_lent_again(session: Session) -> None:
    unit = returned_unit(session)
    assert unit.state is UnitState.RETURNED

    loaner_units.release_unit(session, unit, "factory reset", STOREKEEPER, NOW)

    assert unit.state is UnitState.AVAILABLE
    told = told_of(session, unit)[-1]
    assert (told.action, told.private) == ("release", {"method": "factory reset"})
    assert (told.facts["wiped"], told.facts["inspected"]) == (True, True)
    with pytest.raises(Conflict) as refused:
        loaner_units.release_unit(session, unit, "again", STOREKEEPER, NOW)
    assert refused.value.facts == {"state": "available"}


@pytest.mark.parametrize("state", list(UnitState))
def test_only_a_unit_that_is_here_is_retired(session: Session, state: UnitState) -> None:
    unit = a_loaner(session)
    unit.state = state
    session.flush()

    if state in {UnitState.AVAILABLE, UnitState.RETURNED, UnitState.RETIRED}:
        assert loaner_units.retire_unit(session, unit, STOREKEEPER, NOW).state is UnitState.RETIRED
    else:
        with pytest.raises(Conflict):
            loaner_units.retire_unit(session, unit, STOREKEEPER, NOW)


def test_a_state_changes_only_from_the_state_that_it_is_in(session: Session) -> None:
    unit = a_loaner(session)

    assert loaner_units.change_state(session, unit, UnitState.AVAILABLE, UnitState.ON_LOAN)
    assert not loaner_units.change_state(session, unit, UnitState.AVAILABLE, UnitState.ON_LOAN)


def test_holding_a_row_keeps_what_was_not_yet_written(session: Session) -> None:
    unit = a_loaner(session)
    unit.make = "changed"

    hold(session, unit)

    assert unit.make == "changed"


def test_units_of_other_depots_are_out_of_sight(session: Session) -> None:
    unit = a_loaner(session)
    stranger = Actor(SYSTEM.person_id, "x", Role.LOGISTICS, frozenset({another_depot(session).id}))

    with pytest.raises(NotFound):
        loaner_units.find_unit(session, unit.code, stranger)
    assert session.scalars(loaner_units.select_units(stranger, None, "")).all() == []


@pytest.mark.parametrize(
    ("state", "prefix", "found"),
    [
        (None, "", ["LN-01", "LN-02"]),
        (None, "ln-02", ["LN-02"]),
        (None, "serial of LN-01", ["LN-01"]),
        (UnitState.ON_LOAN, "", ["LN-02"]),
        (None, "LN_", []),
    ],
)
def test_the_pool_is_found_by_state_and_by_the_beginning_of_code_or_serial(
    session: Session, state: UnitState | None, prefix: str, found: list[str]
) -> None:
    a_loaner(session, "LN-01")
    a_loaner(session, "LN-02").state = UnitState.ON_LOAN
    session.flush()

    units = session.scalars(loaner_units.select_units(MANAGER, state, prefix).order_by(LoanerUnit.code)).all()

    assert [unit.code for unit in units] == found


def test_a_units_history_is_a_chain_of_its_own(session: Session) -> None:
    unit = returned_unit(session)

    append(session, unit, "note", MANAGER, NOW)

    assert [(told.seq, told.action) for told in told_of(session, unit)] == [
        (1, "create"),
        (2, "lend"),
        (3, "take-back"),
        (4, "note"),
    ]
