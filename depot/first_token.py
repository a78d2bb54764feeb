"""The first admin's token: without one nobody could make another over the API."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot import tokens
from depot.actors import SYSTEM, SYSTEM_ID
from models import Person, Role, Token

NAME = "admin"


def issue_first(session: Session, now: datetime) -> str | None:
    """The secret of an admin's token where no admin ever had one, else None. Of two at once, one gets it."""
    session.get_one(Person, SYSTEM_ID, with_for_update=True, populate_existing=True)
    if session.scalar(select(exists().where(Token.role == Role.ADMIN))):
        return None
    return tokens.issue(session, NAME, Role.ADMIN, (), SYSTEM, now).secret
