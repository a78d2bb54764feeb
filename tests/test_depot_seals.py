"""What a history vouches for beside its own lines: sealed when it is written, to the word."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import events, people
from depot.actors import SYSTEM
from depot.seals import ROWS, SEALED, WHOLE, digests, key_of, note_written
from models import Base, Event, Person, PersonKind, QuoteLine


def last_line(session: Session, person: Person) -> Event:
    mine = select(Event).where(Event.subject_id == person.id, Event.subject == "person").order_by(Event.seq.desc())
    return session.scalars(mine.limit(1)).one()


def test_a_line_seals_what_was_written_since_the_last(session: Session, now: datetime) -> None:
    person = people.create(session, "张䶮 👩‍🔧", PersonKind.PERSON, SYSTEM, now)
    made = last_line(session, person)
    unchanged = events.append(session, person, "note", SYSTEM, now)
    people.rename(session, person, "𠮷野", SYSTEM, now)
    renamed = last_line(session, person)

    key = key_of(Person, person.id)
    assert set(made.facts[ROWS]) == {key}
    assert ROWS not in unchanged.facts
    assert made.facts[ROWS][key]["name"] != renamed.facts[ROWS][key]["name"]
    assert made.facts[ROWS][key][WHOLE] == renamed.facts[ROWS][key][WHOLE]


def test_the_same_text_has_another_digest_each_time_and_stays_out_of_the_chain(session: Session, now: datetime) -> None:
    lines = [last_line(session, people.create(session, "张䶮", PersonKind.PERSON, SYSTEM, now)) for _ in range(2)]

    names = {digest["name"] for line in lines for digest in line.facts[ROWS].values()}
    assert len(names) == 2
    assert not any("张䶮" in str(line.facts) for line in lines)
    assert all(line.salt for line in lines)


def test_what_the_session_did_not_write_by_itself_can_be_noted(session: Session, now: datetime) -> None:
    person = people.create(session, "x", PersonKind.PERSON, SYSTEM, now)

    note_written(session, person)

    assert ROWS in events.append(session, person, "note", SYSTEM, now).facts


def test_what_was_rolled_back_is_not_sealed(session: Session, now: datetime) -> None:
    session.add(Person(kind=PersonKind.PERSON, name="x", name_folded="x", created_at=now, event_seq=0, event_hash=""))
    session.flush()
    session.rollback()

    person = people.create(session, "y", PersonKind.PERSON, SYSTEM, now)

    assert len(last_line(session, person).facts[ROWS]) == 1


@pytest.mark.parametrize("name", ["", None])
def test_an_erased_text_has_no_digest(name: str | None, now: datetime) -> None:
    row = Person(kind=PersonKind.PERSON, name=name, name_folded="x", created_at=now)

    assert set(digests(SEALED[Person], row, "salt")) == {WHOLE, "name_folded"}


@pytest.mark.parametrize("quantity", ["2", "2.0", "2.000", "20E-1"])
def test_a_number_is_the_same_however_it_was_typed(quantity: str) -> None:
    line, same = QuoteLine(quantity=Decimal(quantity)), QuoteLine(quantity=Decimal(2))

    assert digests(SEALED[QuoteLine], line, "") == digests(SEALED[QuoteLine], same, "")


@pytest.mark.parametrize("kind", SEALED)
def test_whoever_owns_a_row_is_among_what_is_sealed(kind: type[Base]) -> None:
    sealed = SEALED[kind]

    assert sealed.owner in (*sealed.names, "id")
    assert set(sealed.names) <= {column.name for column in sealed.table.columns}
