"""People to try units of work on."""

from __future__ import annotations

from databases import NOW
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app import DepotApp
from depot import people
from depot.actors import SYSTEM
from models import Person, PersonKind


def add_person(session: Session, name: str = "王工") -> Person:
    return people.create(session, name, PersonKind.PERSON, SYSTEM, NOW)


def count_people(app: DepotApp) -> int:
    return app.unit_of_work(lambda s: s.scalar(select(func.count()).select_from(Person)), writing=False) or 0
