"""Who is asking: the bearer token of a request, looked up on a short read of its own before anything else."""

from __future__ import annotations

from flask import g, request
from sqlalchemy.orm import Session

from depot import tokens
from depot.errors import Unauthenticated
from routes.context import actor, now, service


def authenticate() -> None:
    """Put the actor on ``g``, or raise Unauthenticated. A last use is noted once a minute, if nobody is in the way."""
    bearer = _bearer()
    stale = service().unit_of_work(lambda session: _identify(session, bearer), writing=False)
    if stale:
        service().best_effort(lambda session: tokens.note_use(session, actor().token_id, now()))


def _identify(session: Session, bearer: str) -> bool:
    token = tokens.authenticate(session, bearer, now())
    g.actor = tokens.actor_of(token)
    return tokens.use_is_stale(token, now())


def _bearer() -> str:
    scheme, _, bearer = request.headers.get("Authorization", "").partition(" ")
    if scheme.lower() != "bearer" or not bearer.strip():
        raise Unauthenticated
    return bearer.strip()
