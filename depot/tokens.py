"""Bearer tokens: 32 random bytes, shown once, kept as a digest. A token has one role and its depots."""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, or_, select, update
from sqlalchemy.orm import Session

from depot import people
from depot.actors import Actor
from depot.errors import Conflict, NotFound, Unauthenticated, invalid
from depot.events import append
from models import Depot, Person, PersonKind, Role, Token, TokenDepot

SECRET_BYTES = 32
USE_NOTED_EVERY = timedelta(minutes=1)


@dataclass(frozen=True)
class NewToken:
    """A token and its secret, which nobody can read again."""

    token: Token
    secret: str


@dataclass(frozen=True)
class TokenOrder:
    """What a token is asked to be; no depots means every depot, no ``expires_at`` until it is revoked."""

    name: str
    role: Role
    depots: Sequence[str] = ()
    expires_at: datetime | None = None


def authenticate(session: Session, bearer: str, now: datetime) -> Token:
    """The token whose secret this is; raises Unauthenticated for an unknown, revoked or expired one."""
    token = session.scalar(select(Token).where(Token.token_hash == _digest(bearer)))
    if token is None or not _is_good(token, now):
        raise Unauthenticated
    return token


def actor_of(token: Token) -> Actor:
    """The actor that a token stands for."""
    depot_ids = frozenset(row.depot_id for row in token.depots)
    return Actor(token.person_id, token.person.name, token.role, depot_ids or None, token.id)


def create(session: Session, person: Person, order: TokenOrder, by: Actor, now: datetime) -> NewToken:
    """A new token for a person, for no more depots than the one who gives it out has.

    Raises Invalid for an unknown depot and for a time that has passed, NotYourDepot.
    """
    if person.retired_at is not None or person.kind is PersonKind.SYSTEM:
        raise Conflict("A token needs a person or a machine that is still here.", person=person.id)
    if order.expires_at is not None and order.expires_at <= now:
        raise invalid("/expires_at", "This time has passed.")
    depot_ids = _depot_ids(session, order.depots)
    by.demand_reach(depot_ids)
    secret = secrets.token_urlsafe(SECRET_BYTES)
    token = Token(
        person=person,
        name=order.name,
        token_hash=_digest(secret),
        role=order.role,
        created_at=now,
        expires_at=order.expires_at,
        depots=[TokenDepot(depot_id=depot_id) for depot_id in depot_ids],
    )
    session.add(token)
    session.flush()  # the event names the token's id
    facts = {"token": token.id, "role": order.role, "depots": depot_ids, "expires_at": order.expires_at}
    append(session, person, "create-token", by, now, facts)
    return NewToken(token, secret)


def issue(
    session: Session,
    name: str,
    role: Role,
    depot_codes: Sequence[str],
    by: Actor,
    now: datetime,
    expires_at: datetime | None = None,
) -> NewToken:
    """A token for the person of that name, who is made where there is none. Raises Conflict where several bear it."""
    person = _the_one_called(session, name) or people.create(session, name, _kind_for(role), by, now)
    return create(session, person, TokenOrder(name, role, depot_codes, expires_at), by, now)


def find(session: Session, token_id: int) -> Token:
    """A token by id; raises NotFound."""
    token = session.get(Token, token_id)
    if token is None:
        raise NotFound(f"There is no token {token_id}.", token=token_id)
    return token


def list_tokens(person_id: int | None = None) -> Select[Token]:
    """All tokens, or a person's; to be read a page at a time."""
    tokens = select(Token)
    return tokens if person_id is None else tokens.where(Token.person_id == person_id)


def rename(session: Session, token: Token, name: str, by: Actor, now: datetime) -> Token:
    """Call a token something else. What it may do never changes: for that there is a new one. Raises NotYourDepot."""
    by.demand_reach([row.depot_id for row in token.depots])
    if name != token.name:
        token.name = name
        append(session, token.person, "rename-token", by, now, {"token": token.id})
    return token


def revoke(session: Session, token: Token, by: Actor, now: datetime) -> Token:
    """Make a token worthless at once. A second time changes nothing. Raises NotYourDepot."""
    by.demand_reach([row.depot_id for row in token.depots])
    if token.revoked_at is None:
        token.revoked_at = now
        append(session, token.person, "revoke-token", by, now, {"token": token.id})
    return token


def depot_codes(session: Session, token: Token) -> list[str]:
    """The codes of the depots that a token is limited to; empty: every depot."""
    covered = select(TokenDepot.depot_id).where(TokenDepot.token_id == token.id)
    return list(session.scalars(select(Depot.code).where(Depot.id.in_(covered)).order_by(Depot.code)))


def use_is_stale(token: Token, now: datetime) -> bool:
    """Whether a token's last use was noted more than a minute ago, or never."""
    return token.last_used_at is None or token.last_used_at <= now - USE_NOTED_EVERY


def note_use(session: Session, token_id: int | None, now: datetime) -> None:
    """Note a token's use; a use noted later by another process stays."""
    older = or_(Token.last_used_at.is_(None), Token.last_used_at < now)
    session.execute(update(Token).where(Token.id == token_id, older).values(last_used_at=now))


def _digest(secret: str) -> str:
    return hashlib.sha256(secret.encode("utf-8", "surrogateescape")).hexdigest()


def _is_good(token: Token, now: datetime) -> bool:
    expired = token.expires_at is not None and token.expires_at <= now
    return not expired and token.revoked_at is None and token.person.retired_at is None


def _kind_for(role: Role) -> PersonKind:
    return PersonKind.MACHINE if role is Role.INTEGRATION else PersonKind.PERSON


def _the_one_called(session: Session, name: str) -> Person | None:
    here = (Person.retired_at.is_(None), Person.kind != PersonKind.SYSTEM)
    found = session.scalars(people.list_people(name).where(*here).limit(2)).all()
    if len(found) > 1:
        raise Conflict(f"Several people are called {name}; make the token for one of them by id, over the API.")
    return found[0] if found else None


def _depot_ids(session: Session, codes: Sequence[str]) -> list[int]:
    known = {depot.code: depot.id for depot in session.scalars(select(Depot).where(Depot.code.in_(codes)))}
    unknown = sorted(set(codes) - set(known))
    if unknown:
        raise invalid("/depots", f"There is no depot {', '.join(unknown)}.")
    return sorted(set(known.values()))
