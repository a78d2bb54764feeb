"""People and machines."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from depot import people
from depot.actors import SYSTEM, SYSTEM_ID, Actor
from depot.errors import Conflict, NotFound
from models import Person, PersonKind, Role


@pytest.mark.parametrize(
    ("name", "folded"),
    [
        ("Li Wei", "li wei"),
        ("  LI   wei ", "li wei"),
        ("Ｌｉ　Ｗｅｉ", "li wei"),
        ("Straße", "strasse"),
        ("张䶮", "张䶮"),
    ],
)
def test_names_are_compared_without_case_width_and_repeated_blanks(name: str, folded: str) -> None:
    assert people.folded(name) == folded


def test_two_may_bear_the_same_name(session: Session, now: datetime) -> None:
    one = people.create(session, "李伟", PersonKind.PERSON, SYSTEM, now)
    two = people.create(session, "李伟", PersonKind.PERSON, SYSTEM, now)

    found = session.scalars(people.list_people("李伟").order_by(Person.id)).all()

    assert found == [one, two]


def test_a_name_is_corrected(session: Session, now: datetime) -> None:
    person = people.create(session, "Li Wie", PersonKind.PERSON, SYSTEM, now)

    people.rename(session, person, "Li Wei", SYSTEM, now)

    assert (person.name, person.name_folded, person.event_seq) == ("Li Wei", "li wei", 2)


def test_who_is_retired_twice_left_once(session: Session, now: datetime) -> None:
    person = people.create(session, "Li Wei", PersonKind.PERSON, SYSTEM, now)

    people.retire(session, person, SYSTEM, now)
    people.retire(session, person, SYSTEM, now)

    assert (person.retired_at, person.event_seq) == (now, 2)


@pytest.mark.parametrize("person_id", [999, 2**62])
def test_who_is_not_there_is_not_found(session: Session, person_id: int) -> None:
    with pytest.raises(NotFound):
        people.find(session, person_id)


def test_the_system_itself_is_nobody_to_change(session: Session, now: datetime) -> None:
    system = people.find(session, SYSTEM_ID)

    for change in (
        lambda: people.retire(session, system, SYSTEM, now),
        lambda: people.rename(session, system, "x", SYSTEM, now),
    ):
        with pytest.raises(Conflict):
            change()


def test_nobody_retires_themself(session: Session, now: datetime) -> None:
    ada, bert = (people.create(session, name, PersonKind.PERSON, SYSTEM, now) for name in ("Ada", "Bert"))
    session.flush()
    admin = Actor(ada.id, "Ada", Role.ADMIN, None)

    with pytest.raises(Conflict, match="another admin"):
        people.retire(session, ada, admin, now)
    people.retire(session, bert, admin, now)

    assert (ada.retired_at, bert.retired_at) == (None, now)


def test_the_system_is_made_once_and_others_come_after_it(session: Session, now: datetime) -> None:
    system = people.ensure_system(session, now)

    again = people.ensure_system(session, now)
    person = people.create(session, "x", PersonKind.PERSON, SYSTEM, now)

    assert again is system
    assert system.id == SYSTEM_ID < person.id
