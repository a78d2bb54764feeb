"""Bearer tokens."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import people, tokens
from depot.actors import SYSTEM, SYSTEM_ID
from depot.errors import Conflict, Invalid, NotFound, Unauthenticated
from depot.tokens import TokenOrder
from models import Depot, Person, PersonKind, Role, Token


@pytest.fixture
def person(session: Session, now: datetime) -> Person:
    return people.create(session, "Li Wei", PersonKind.PERSON, SYSTEM, now)


@pytest.fixture
def depots(session: Session, now: datetime) -> list[Depot]:
    """Two depots."""
    both = [Depot(code=code, created_at=now) for code in ("HANGZHOU", "NINGBO")]
    session.add_all(both)
    session.flush()
    return both


def make(session: Session, person: Person, now: datetime, **more: object) -> tokens.NewToken:
    order = TokenOrder("laptop", Role.TECHNICIAN, **more)  # type: ignore[arg-type]
    return tokens.create(session, person, order, SYSTEM, now)


def test_a_token_stands_for_its_person_role_and_depots(
    session: Session, person: Person, depots: list[Depot], now: datetime
) -> None:
    new = make(session, person, now, depots=["NINGBO"])

    actor = tokens.actor_of(tokens.authenticate(session, new.secret, now))

    assert (actor.person_id, actor.name, actor.role) == (person.id, "Li Wei", Role.TECHNICIAN)
    assert (actor.depot_ids, actor.token_id) == ({depots[1].id}, new.token.id)
    assert tokens.depot_codes(session, new.token) == ["NINGBO"]


def test_no_depots_means_every_depot(session: Session, person: Person, depots: list[Depot], now: datetime) -> None:
    actor = tokens.actor_of(tokens.authenticate(session, make(session, person, now).secret, now))

    assert actor.covers(depots[0].id)
    assert actor.covers(depots[1].id)


def test_the_secret_is_nowhere_kept(session: Session, person: Person, now: datetime) -> None:
    new = make(session, person, now)

    kept = session.execute(select(*Token.__table__.columns).where(Token.id == new.token.id)).one()

    assert len(new.secret) == 43
    assert new.secret not in str(kept)


@pytest.mark.parametrize("secret", ["", "x", "0" * 43, "\udce9", "' OR 1=1"])
def test_an_unknown_secret_is_nobody(session: Session, now: datetime, secret: str) -> None:
    with pytest.raises(Unauthenticated):
        tokens.authenticate(session, secret, now)


@pytest.mark.parametrize(
    ("after", "good"), [({"seconds": 3599}, True), ({"seconds": 3600}, False), ({"days": 9}, False)]
)
def test_a_token_expires(session: Session, person: Person, now: datetime, after: dict[str, int], good: bool) -> None:
    secret = make(session, person, now, expires_at=now + timedelta(hours=1)).secret
    later = now + timedelta(**after)

    if good:
        assert tokens.authenticate(session, secret, later).person_id == person.id
    else:
        with pytest.raises(Unauthenticated):
            tokens.authenticate(session, secret, later)


def test_a_revoked_token_is_worthless(session: Session, person: Person, now: datetime) -> None:
    new = make(session, person, now)

    tokens.revoke(session, new.token, SYSTEM, now)
    tokens.revoke(session, new.token, SYSTEM, now)

    assert person.event_seq == 3
    with pytest.raises(Unauthenticated):
        tokens.authenticate(session, new.secret, now)


def test_who_has_left_has_no_good_token(session: Session, person: Person, now: datetime) -> None:
    new = make(session, person, now)

    people.retire(session, person, SYSTEM, now)

    with pytest.raises(Unauthenticated):
        tokens.authenticate(session, new.secret, now)
    with pytest.raises(Conflict):
        make(session, person, now)


def test_an_unknown_depot_is_refused(session: Session, person: Person, depots: list[Depot], now: datetime) -> None:
    with pytest.raises(Invalid) as refusal:
        make(session, person, now, depots=["NINGBO", "NOWHERE"])

    assert "NOWHERE" in str(refusal.value.facts)
    assert "NINGBO" not in str(refusal.value.facts)


def test_a_time_that_has_passed_is_refused(session: Session, person: Person, now: datetime) -> None:
    with pytest.raises(Invalid):
        make(session, person, now, expires_at=now)


def test_the_system_has_no_token(session: Session, now: datetime) -> None:
    with pytest.raises(Conflict):
        make(session, people.find(session, SYSTEM_ID), now)


@pytest.mark.parametrize(
    ("role", "kind"), [(Role.TECHNICIAN, PersonKind.PERSON), (Role.INTEGRATION, PersonKind.MACHINE)]
)
def test_issuing_makes_who_is_not_there(session: Session, now: datetime, role: Role, kind: PersonKind) -> None:
    new = tokens.issue(session, "Bench 3", role, [], SYSTEM, now)

    assert (new.token.person.name, new.token.person.kind, new.token.role) == ("Bench 3", kind, role)


def test_issuing_finds_who_is_there(session: Session, person: Person, now: datetime) -> None:
    new = tokens.issue(session, " li  WEI", Role.MANAGER, [], SYSTEM, now)

    assert new.token.person is person


def test_issuing_to_one_of_several_is_refused(session: Session, person: Person, now: datetime) -> None:
    people.create(session, "li wei", PersonKind.PERSON, SYSTEM, now)

    with pytest.raises(Conflict, match="Several"):
        tokens.issue(session, "Li Wei", Role.MANAGER, [], SYSTEM, now)


def test_issuing_passes_over_who_has_left(session: Session, person: Person, now: datetime) -> None:
    people.retire(session, person, SYSTEM, now)

    new = tokens.issue(session, "Li Wei", Role.MANAGER, [], SYSTEM, now)

    assert new.token.person is not person


def test_the_system_cannot_be_named_by_its_name(session: Session, now: datetime) -> None:
    assert tokens.issue(session, "System", Role.ADMIN, [], SYSTEM, now).token.person_id != SYSTEM_ID


def test_a_token_is_renamed_and_listed(session: Session, person: Person, now: datetime) -> None:
    token = make(session, person, now).token

    tokens.rename(session, token, "workbench", SYSTEM, now)

    assert session.scalars(tokens.list_tokens(person.id)).all() == [token]
    assert tokens.find(session, token.id).name == "workbench"
    assert session.scalar(select(func.count()).select_from(tokens.list_tokens().subquery())) == 1


def test_what_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        tokens.find(session, 999)


@pytest.mark.parametrize(("later", "stale"), [(0, False), (59, False), (60, True), (600, True)])
def test_a_use_is_noted_once_a_minute(session: Session, person: Person, now: datetime, later: int, stale: bool) -> None:
    token = make(session, person, now).token
    assert tokens.use_is_stale(token, now)

    tokens.note_use(session, token.id, now)

    session.expire_all()
    assert tokens.use_is_stale(token, now + timedelta(seconds=later)) is stale


def test_an_earlier_use_does_not_undo_a_later_one(session: Session, person: Person, now: datetime) -> None:
    token = make(session, person, now).token

    tokens.note_use(session, token.id, now)
    tokens.note_use(session, token.id, now - timedelta(hours=1))

    session.refresh(token)
    assert token.last_used_at == now
