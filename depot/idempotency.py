"""Nothing happens twice: the key of a request is taken in the transaction of its work, and the answer kept there.

A session that carries a claim takes the key by the very first statement of its transaction. So validation, which asks
the database nothing, holds no lock, and a second request with the key waits where the first one's row is: behind its
lock. On SQLite that is the write gate, where whoever is inside has left its name.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import delete, event, select, update
from sqlalchemy.engine import Connection
from sqlalchemy.orm import Session, SessionTransaction

from depot.errors import Conflict, KeyReused, Refusal, StillRunning
from models import DepotSession
from models.idempotency import IdempotencyKey
from models.upsert import insert_if_absent

KEPT_FOR = timedelta(hours=24)
LONGEST_RUN = timedelta(minutes=2)
PURGED_AT_ONCE = 100
CLAIM = "idempotency_claim"


class KeyTaken(Exception):
    """Another request with this key was answered while this one waited."""


@dataclass
class Claim:
    """A request's wish to be the only one under its key.

    ``asked`` once the key's row is being inserted, where only another request with the key can keep it waiting;
    ``held`` once it is in.
    """

    token_id: int
    key: str
    fingerprint: str
    now: datetime
    asked: bool = False
    held: bool = False

    @property
    def is_waiting(self) -> bool:
        """Whether it got as far as its key and no further."""
        return self.asked and not self.held


@dataclass(frozen=True)
class Answer:
    """What was answered, as it went out."""

    status: int
    headers: dict[str, Any]
    body: bytes


def fingerprint(secret: str, *parts: bytes) -> str:
    """A keyed digest of a request: its body can hold a passcode, which a plain digest would let guess."""
    framed = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
    return hmac.new(secret.encode(), framed, hashlib.sha256).hexdigest()


def find_answer(session: Session, claim: Claim) -> Answer | None:
    """The answer that a key was given earlier, None where there is none.

    Raises KeyReused for another request; StillRunning, or Conflict for one that was cut off, where a key was taken
    before an effect outside of the database and has no answer yet.
    """
    row = session.scalar(select(IdempotencyKey).filter_by(token_id=claim.token_id, key=claim.key))
    if row is None:
        return None
    if not hmac.compare_digest(row.fingerprint, claim.fingerprint):
        raise KeyReused
    if row.status is None:
        raise _unanswered(claim.now - row.created_at)
    return Answer(row.status or 0, row.headers or {}, row.body or b"")


def _unanswered(age: timedelta) -> Refusal:
    if age < LONGEST_RUN:
        return StillRunning()
    return Conflict(
        "The first request with this Idempotency-Key was cut off, and nobody knows whether it took effect. Look, and"
        " send what is missing under a new key."
    )


def give_back(session: Session, claim: Claim) -> None:
    """Forget a key that was taken and has no answer: its request was refused."""
    session.execute(delete(IdempotencyKey).filter_by(token_id=claim.token_id, key=claim.key, status=None))


def attach(session: Session, claim: Claim) -> None:
    """Let a session's transaction begin with taking the key; raises KeyTaken there when another has it."""
    claim.asked = claim.held = False
    session.info[CLAIM] = claim
    session.info["turn"] = f"{claim.token_id} {claim.key}"


def keep_answer(session: Session, claim: Claim, answer: Answer) -> None:
    """Write the answer into the key's row, in the transaction of the work."""
    row = update(IdempotencyKey).filter_by(token_id=claim.token_id, key=claim.key)
    session.execute(row.values(status=answer.status, headers=answer.headers, body=answer.body))


def purge(session: Session, now: datetime, at_most: int = PURGED_AT_ONCE) -> int:
    """Forget keys that are older than a day, the oldest first; the answer is how many.

    A key that somebody else is just forgetting is passed over, so that nobody waits here.
    """
    old = select(IdempotencyKey.id).where(IdempotencyKey.created_at < now - KEPT_FOR)
    some = old.order_by(IdempotencyKey.created_at).limit(at_most).with_for_update(skip_locked=True)
    ids = session.scalars(some).all()
    return session.connection().execute(delete(IdempotencyKey).where(IdempotencyKey.id.in_(ids))).rowcount


@event.listens_for(DepotSession, "after_begin")
def _take_key(session: Session, _: SessionTransaction, connection: Connection) -> None:
    claim: Claim | None = session.info.get(CLAIM)
    if claim is None:
        return
    claim.asked = True
    taken = insert_if_absent(
        connection,
        IdempotencyKey,
        token_id=claim.token_id,
        key=claim.key,
        fingerprint=claim.fingerprint,
        created_at=claim.now,
    )
    if taken is None:
        raise KeyTaken
    claim.held = True
