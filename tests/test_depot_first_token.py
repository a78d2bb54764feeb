"""The first admin's token: given once, to whoever starts a depot that nobody can administer yet."""

from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from depot import tokens
from depot.actors import SYSTEM
from depot.first_token import issue_first
from models import Role


def test_the_first_token_is_an_admins(session: Session, now: datetime) -> None:
    secret = issue_first(session, now)

    assert secret is not None
    assert tokens.authenticate(session, secret, now).role is Role.ADMIN


def test_there_is_only_one(session: Session, now: datetime) -> None:
    issue_first(session, now)

    assert issue_first(session, now) is None


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.ADMIN])
def test_tokens_of_others_do_not_stand_in_its_way(session: Session, now: datetime, role: Role) -> None:
    tokens.issue(session, "somebody", role, (), SYSTEM, now)

    assert issue_first(session, now) is not None
