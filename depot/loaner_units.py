"""The pool of loaner units 备机: what it holds, and how a unit becomes lendable again.

What comes back from a customer is wiped and inspected before it can be lent again. A code is kept as typed and found
in upper or lower case, since scanners send either.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select, update
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import AlreadyExists, Conflict, NotFound, invalid
from depot.events import append
from depot.money import Money, minor_in
from depot.seals import note_written
from depot.versions import claim, demand, hold
from models import Depot, LoanerUnit, UnitState
from models.upsert import insert_if_absent

AT_REST = (UnitState.AVAILABLE, UnitState.RETURNED)


@dataclass(frozen=True)
class UnitFacts:
    """What can be changed about a unit; ``value`` in the depot's currency."""

    make: str
    model: str
    serial_number: str
    accessories: Sequence[str] = ()
    value: Money | None = None


def find_unit(session: Session, code: str, by: Actor) -> LoanerUnit:
    """The unit with this code, in upper or lower case. Raises NotFound, also for a depot out of the actor's sight."""
    unit = session.scalars(select(LoanerUnit).where(LoanerUnit.code_folded == code.strip().upper())).one_or_none()
    if unit is None:
        raise NotFound(f"There is no loaner unit {code[:40]}, or it belongs to a depot that your token does not cover.")
    by.demand_sight(unit.depot_id, f"loaner unit {code[:40]}")
    return unit


def create_unit(session: Session, code: str, facts: UnitFacts, depot: Depot, by: Actor, now: datetime) -> LoanerUnit:
    """A new unit, lendable at once. Raises Invalid, and AlreadyExists for its code, or its make, model and serial."""
    code = code.strip()
    if not code or not code.isprintable():
        raise invalid("/code", "A code has at least one character, and each of them prints.")
    new = insert_if_absent(
        session,
        LoanerUnit,
        depot_id=depot.id,
        code=code,
        code_folded=code.upper(),
        version=1,
        currency=depot.currency,
        state=UnitState.AVAILABLE,
        created_at=now,
        event_seq=0,
        event_hash="",
        **_columns(facts, depot.currency),
    )
    if new is None:
        raise AlreadyExists(
            f"There is a loaner unit {code} already, or one of this make, model and serial number.", code=code
        )
    unit = session.get_one(LoanerUnit, new)
    note_written(session, unit)
    append(session, unit, "create", by, now, _facts(unit))
    return unit


def _columns(facts: UnitFacts, currency: str) -> dict[str, Any]:
    return {
        "make": facts.make.strip(),
        "model": facts.model.strip(),
        "serial_number": facts.serial_number.strip(),
        "accessories": list(facts.accessories),
        "value_minor": minor_in(facts.value, currency, "/value"),
    }


def value_of(unit: LoanerUnit) -> Money | None:
    """What a unit is worth, in its depot's currency; None is unset."""
    return None if unit.value_minor is None else Money(unit.value_minor, unit.currency)


def _facts(unit: LoanerUnit) -> dict[str, Any]:
    fixed = ("code", "make", "model", "serial_number", "accessories", "value_minor", "currency")
    return {name: getattr(unit, name) for name in fixed}


def change_unit(
    session: Session, unit: LoanerUnit, changes: Mapping[str, Any], by: Actor, now: datetime, version: int | None = None
) -> LoanerUnit:
    """Put some of the ``UnitFacts`` right. Raises Stale, and AlreadyExists where another unit has that serial."""
    claim(session, unit, version)
    present = UnitFacts(unit.make, unit.model, unit.serial_number, unit.accessories, value_of(unit))
    columns = _columns(replace(present, **changes), unit.currency)
    same = [getattr(LoanerUnit, name) == columns[name] for name in ("make", "model", "serial_number")]
    if session.scalars(select(LoanerUnit.id).where(*same, LoanerUnit.id != unit.id)).first() is not None:
        raise AlreadyExists("There is another unit of this make, model and serial number.")
    for name, value in columns.items():
        setattr(unit, name, value)
    append(session, unit, "change", by, now, _facts(unit))
    return unit


def retire_unit(session: Session, unit: LoanerUnit, by: Actor, now: datetime, version: int | None = None) -> LoanerUnit:
    """Take a unit out of the pool. Raises Stale, and Conflict (``state``) unless it is here."""
    hold(session, unit)
    demand(unit, version)
    if unit.state is UnitState.RETIRED:
        return unit
    if unit.state not in AT_REST:
        raise _not_in_state(unit, "Only a unit that is here can be retired.")
    change_state(session, unit, unit.state, UnitState.RETIRED)
    append(session, unit, "retire", by, now)
    return unit


def release_unit(
    session: Session, unit: LoanerUnit, method: str, by: Actor, now: datetime, version: int | None = None
) -> LoanerUnit:
    """What came back was wiped, by this method, and inspected: it can be lent again. Raises Stale, Conflict."""
    hold(session, unit)
    demand(unit, version)
    if not change_state(session, unit, UnitState.RETURNED, UnitState.AVAILABLE):
        raise _not_in_state(unit, "Only a unit that came back is wiped and released.")
    append(session, unit, "release", by, now, {"wiped": True, "inspected": True}, {"method": method})
    return unit


def change_state(session: Session, unit: LoanerUnit, present: UnitState, state: UnitState) -> bool:
    """Bring a unit from one state into another; False where it is not in the first."""
    changed = session.execute(
        update(LoanerUnit)
        .where(LoanerUnit.id == unit.id, LoanerUnit.state == present)
        .values(state=state)
        .returning(LoanerUnit.id)
        .execution_options(synchronize_session=False)
    ).one_or_none()
    session.refresh(unit)
    return changed is not None


def _not_in_state(unit: LoanerUnit, sentence: str) -> Conflict:
    return Conflict(f"{sentence} {unit.code} is {unit.state.value}.", state=unit.state.value)


def select_units(by: Actor, state: UnitState | None, prefix: str) -> Select[LoanerUnit]:
    """The query for the pool within the actor's depots, by state and by what its code or serial number begins with."""
    query = select(LoanerUnit)
    if by.depot_ids is not None:
        query = query.where(LoanerUnit.depot_id.in_(by.depot_ids))
    if state is not None:
        query = query.where(LoanerUnit.state == state)
    if not prefix:
        return query
    return query.where(
        LoanerUnit.code_folded.startswith(prefix.upper(), autoescape=True)
        | LoanerUnit.serial_number.startswith(prefix, autoescape=True)
    )
