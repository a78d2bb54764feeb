"""The history: a chain per subject in which a changed, lost or cut-off line shows."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from depot import events, people
from depot.actors import SYSTEM
from depot.canonical import canonical
from depot.errors import Retry
from depot.events import append, broken_links, subject_of
from models import Event, LoanerUnit, Part, Person, PersonKind, RepairOrder, Role, Subject
from models.append_only import unguard

Tamper = Callable[[Session, Person], Any]


@pytest.fixture
def person(session: Session, now: datetime) -> Person:
    """Somebody with a history of four lines."""
    person = people.create(session, "刘工", PersonKind.PERSON, SYSTEM, now)
    for name in ("Liu", "刘", "刘工程师"):
        people.rename(session, person, name, SYSTEM, now)
    return person


def events_of(session: Session, person: Person) -> list[Event]:
    mine = select(Event).where(Event.subject == Subject.PERSON, Event.subject_id == person.id)
    return list(session.scalars(mine.order_by(Event.seq)))


@pytest.mark.parametrize(
    ("values", "written"),
    [
        ({"b": 1, "a": 2}, '{"a":2,"b":1}'),
        ({"name": "张䶮", "x": "𠮷"}, '{"name":"张䶮","x":"𠮷"}'),
        ({"quantity": Decimal("2.50")}, '{"quantity":"2.50"}'),
        ({"on": date(2026, 12, 1)}, '{"on":"2026-12-01"}'),
        ({"at": datetime(2026, 12, 1, 16, tzinfo=timezone(timedelta(hours=8)))}, '{"at":"2026-12-01T08:00:00+00:00"}'),
        ({"role": Role.MANAGER, "none": None}, '{"none":null,"role":"manager"}'),
    ],
)
def test_values_are_written_in_one_way(values: dict[str, Any], written: str) -> None:
    assert canonical(values) == written.encode()


@pytest.mark.parametrize("value", [{1, 2}, object(), b"bytes"])
def test_what_has_no_canonical_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError):
        canonical({"value": value})


def test_not_a_number_is_refused() -> None:
    with pytest.raises(ValueError, match="float"):
        canonical({"value": float("nan")})


@pytest.mark.parametrize(
    ("row", "subject"),
    [
        (RepairOrder(), Subject.REPAIR_ORDER),
        (LoanerUnit(), Subject.LOANER_UNIT),
        (Part(), Subject.PART),
        (Person(), Subject.PERSON),
    ],
)
def test_each_kind_of_row_is_a_subject(row: Any, subject: Subject) -> None:
    assert subject_of(row) is subject


def test_each_line_holds_on_to_the_one_before(session: Session, person: Person) -> None:
    lines = events_of(session, person)

    assert [line.seq for line in lines] == [1, 2, 3, 4]
    assert len({line.hash for line in lines}) == 4
    assert (person.event_seq, person.event_hash) == (4, lines[-1].hash)


def test_a_line_says_who_when_and_what(session: Session, person: Person, now: datetime) -> None:
    event = append(session, person, "step", SYSTEM, now, {"n": Decimal("1.5")}, from_state="a", to_state="b")

    session.flush()
    session.expire(event)
    assert (event.action, event.actor_id, event.at) == ("step", SYSTEM.person_id, now)
    assert (event.from_state, event.to_state, event.facts) == ("a", "b", {"n": "1.5"})


def test_a_persons_words_stay_outside_the_chain(session: Session, person: Person, now: datetime) -> None:
    event = append(session, person, "note", SYSTEM, now, private={"text": "somebody's words"})

    sealed = hashlib.sha256((event.salt or "").encode() + canonical(event.private)).hexdigest()
    assert event.facts == {"private_digest": sealed}
    assert "words" not in str(event.facts)


def test_the_same_words_have_another_digest_each_time(session: Session, person: Person, now: datetime) -> None:
    first = append(session, person, "note", SYSTEM, now, private={"text": "x"})
    second = append(session, person, "note", SYSTEM, now, private={"text": "x"})

    assert first.facts != second.facts


def test_a_line_that_came_in_between_makes_it_try_again(session: Session, person: Person, now: datetime) -> None:
    session.flush()
    session.connection().execute(update(Person).where(Person.id == person.id).values(event_seq=9))

    with pytest.raises(Retry):
        append(session, person, "step", SYSTEM, now)


def test_an_untouched_history_has_no_broken_links(session: Session, person: Person) -> None:
    session.flush()

    assert list(broken_links(session)) == []


def test_erasing_a_persons_words_leaves_the_chain_whole(session: Session, person: Person) -> None:
    session.flush()

    session.execute(update(Event).values(private=None, salt=None))

    assert list(broken_links(session)) == []


def event_where(seq: int, person: Person) -> Any:
    return (Event.subject == Subject.PERSON) & (Event.subject_id == person.id) & (Event.seq == seq)


def drop_event(seq: int) -> Tamper:
    return lambda session, person: session.execute(delete(Event).where(event_where(seq, person)))


def edit_event(seq: int, **values: Any) -> Tamper:
    return lambda session, person: session.execute(update(Event).where(event_where(seq, person)).values(**values))


def edit_head(**values: Any) -> Tamper:
    return lambda session, person: session.execute(update(Person).where(Person.id == person.id).values(**values))


@pytest.mark.parametrize(
    ("tamper", "found"),
    [
        (edit_event(2, facts={"kind": "forged"}), "event 2 (rename-person) was changed"),
        (edit_event(2, action="nothing"), "event 2 (nothing) was changed"),
        (edit_event(3, at=datetime(2020, 1, 1, tzinfo=UTC)), "event 3 (rename-person) was changed"),
        (edit_event(1, to_state="done"), "event 1 (create-person) was changed"),
        (edit_event(4, hash="0" * 64), "event 4 (rename-person) was changed"),
        (edit_event(2, private={"from": "x", "to": "y"}), "the text of event 2 (rename-person) was changed"),
        (edit_event(2, salt="0" * 32), "the text of event 2 (rename-person) was changed"),
        (drop_event(2), "event 2 is missing"),
        (drop_event(1), "event 1 is missing"),
        (drop_event(4), "the head says 4 events, the history ends at 3"),
        (edit_head(event_seq=3), "the head says 3 events, the history ends at 4"),
        (edit_head(event_hash="0" * 64), "the head says 4 events, the history ends at 4"),
    ],
)
def test_what_was_tampered_with_is_named(session: Session, person: Person, tamper: Tamper, found: str) -> None:
    session.flush()
    unguard(session.connection(), "events")

    tamper(session, person)

    assert f"person {person.id}: {found}" in list(broken_links(session))


def test_a_history_whose_subject_is_gone_is_named(session: Session, person: Person) -> None:
    session.flush()
    unguard(session.connection(), "events")

    session.execute(update(Event).where(Event.subject_id == person.id).values(subject_id=999))

    assert f"person {person.id}: the head says 4 events, the history ends at 0" in list(broken_links(session))
    assert "person 999: has events but is gone" in list(broken_links(session))


def test_long_histories_are_read_in_batches(
    session: Session, person: Person, now: datetime, monkeypatch: pytest.MonkeyPatch
) -> None:
    others = [people.create(session, f"name {number}", PersonKind.MACHINE, SYSTEM, now) for number in range(7)]
    monkeypatch.setattr(events, "BATCH", 3)

    people.retire(session, others[3], SYSTEM, now)

    session.flush()
    assert list(broken_links(session)) == []
