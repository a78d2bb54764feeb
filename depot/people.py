"""The people and machines that events can name. Nobody is deleted: who leaves is retired, history keeps them."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from depot.actors import SYSTEM_ID, Actor
from depot.errors import Conflict, NotFound
from depot.events import append
from depot.identifiers import fold
from models import Person, PersonKind


def folded(name: str) -> str:
    """A name as it is compared: compatibility forms, case and repeated blanks make no difference."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


def create(session: Session, name: str, kind: PersonKind, by: Actor, now: datetime) -> Person:
    """A new person or machine. Two may bear the same name: people do."""
    person = Person(kind=kind, name=name, name_folded=folded(name), created_at=now, event_seq=0, event_hash="")
    session.add(person)
    append(session, person, "create-person", by, now, {"kind": kind}, {"name": name})
    return person


def find(session: Session, person_id: int) -> Person:
    """A person by id; raises NotFound."""
    person = session.get(Person, person_id)
    if person is None:
        raise NotFound(f"There is no person {person_id}.", person=person_id)
    return person


def list_people(name: str | None = None) -> Select[Person]:
    """Everybody, or those of a name; to be read a page at a time."""
    people = select(Person)
    return people if name is None else people.where(Person.name_folded == folded(name))


def rename(session: Session, person: Person, name: str, by: Actor, now: datetime) -> Person:
    """Correct a name; the old one stays in the history until it is erased there. The same name changes nothing."""
    _demand_changeable(person)
    if name == person.name:
        return person
    old, person.name, person.name_folded = person.name, name, folded(name)
    append(session, person, "rename-person", by, now, private={"from": old, "to": name})
    return person


def retire(session: Session, person: Person, by: Actor, now: datetime) -> Person:
    """Let somebody go: their tokens stop working at once. A second time changes nothing.

    Raises Conflict for oneself, so that the last admin does not lock everybody out.
    """
    _demand_changeable(person)
    if person.id == by.person_id:
        raise Conflict("You cannot retire yourself; let another admin do it.")
    if person.retired_at is None:
        person.retired_at = now
        append(session, person, "retire-person", by, now)
    return person


def ensure_system(session: Session, now: datetime) -> Person:
    """The depot itself, the first person there is; made where the migrations have not."""
    system = session.get(Person, SYSTEM_ID)
    if system is None:
        system = Person(id=SYSTEM_ID, kind=PersonKind.SYSTEM, name="system", name_folded="system", created_at=now)
        session.add(system)
        session.flush()  # the next number must come after this one
        if session.get_bind().dialect.name == "postgresql":
            session.execute(select(func.setval(func.pg_get_serial_sequence("persons", "id"), SYSTEM_ID)))
    return system


def _demand_changeable(person: Person) -> None:
    if person.kind is PersonKind.SYSTEM:
        raise Conflict("The system itself is nobody to rename or to retire.")


def is_staff_name(session: Session, name: str) -> bool:
    """Whether somebody of the staff bears this name; a signature under it would not be the customer's.

    Blanks, punctuation and characters that nobody sees make no other name.
    """
    staff = select(Person.name).where(Person.kind == PersonKind.PERSON, Person.retired_at.is_(None))
    return fold(name) in {fold(known) for known in session.scalars(staff)}


def people_by_id(session: Session, ids: Collection[int]) -> dict[int, Person]:
    """The people of these ids, in one query."""
    return {person.id: person for person in session.scalars(select(Person).where(Person.id.in_(ids)))}
