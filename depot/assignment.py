"""Who works on an order: it can be passed on, with a note, to somebody who may work on it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, or_, select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.errors import invalid
from depot.people import folded
from depot.permissions import OPERATIONS
from depot.texts import demand_text
from models import Person, Token, TokenDepot


@dataclass(frozen=True)
class Reassign:
    """To whom (a person's id or name) and what they should know."""

    person: int | str
    handover_note: str


def reassign(attempt: Attempt) -> None:
    """Effect of ``reassign``: another technician (or manager) of this depot has the device now."""
    body: Reassign = attempt.body
    demand_text(body.handover_note, "/handover_note")
    person = find_worker(attempt.session, body.person, attempt.order.depot_id, attempt.now)
    attempt.facts |= {"assigned_from": attempt.order.assigned_to_id, "assigned_to": person.id}
    attempt.private["handover_note"] = body.handover_note
    attempt.order.assigned_to = person


def find_worker(session: Session, wanted: int | str, depot_id: int, now: datetime) -> Person:
    """The one person of that id or name who has a token to inspect and repair in the depot. Raises Invalid."""
    named = Person.id == wanted if isinstance(wanted, int) else Person.name_folded == folded(wanted)
    limited = exists().where(TokenDepot.token_id == Token.id)
    here = exists().where(TokenDepot.token_id == Token.id, TokenDepot.depot_id == depot_id)
    works_here = exists().where(
        Token.person_id == Person.id,
        Token.role.in_(OPERATIONS["diagnose"]),
        Token.revoked_at.is_(None),
        or_(Token.expires_at.is_(None), Token.expires_at > now),
        or_(~limited, here),
    )
    found = session.scalars(select(Person).where(named, Person.retired_at.is_(None), works_here).limit(2)).all()
    if len(found) != 1:
        raise invalid("/person", "Name one person (id, or name where it is the only one) who repairs in this depot.")
    return found[0]
