"""One line of somebody's or something's history, and the chain that shows when a line was changed, lost or cut off.

Each subject (repair order, loaner unit, part, person) has its own chain. The subject's row carries the chain's head;
an event carries the hash of its own facts and of the event before it. Personal text stands in ``private``, outside
the hash: the facts hold only its salted digest, so that erasing a person's words leaves the chain whole.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, ForeignKey, Index, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from models.base import PERSONAL, Base, codes_of

EMPTY_HASH = ""


class Subject(StrEnum):
    """What has a history of its own."""

    REPAIR_ORDER = "repair_order"
    LOANER_UNIT = "loaner_unit"
    PART = "part"
    PERSON = "person"


class Chained:
    """The head of a subject's chain: how many events it has, and the hash of the last one."""

    event_seq: Mapped[int] = mapped_column(default=0)
    event_hash: Mapped[str] = mapped_column(String(64), default=EMPTY_HASH)


class Event(Base):
    """Who did what, when, from which state to which, with which facts. Never edited, never deleted."""

    __tablename__ = "events"
    __table_args__ = (
        UniqueConstraint("subject", "subject_id", "seq", name="one_event_per_place_in_the_chain"),
        Index("ix_events_at", "at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[Subject] = mapped_column(codes_of(Subject))
    subject_id: Mapped[int]
    seq: Mapped[int]
    at: Mapped[datetime]
    actor_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    action: Mapped[str] = mapped_column(String(40))
    from_state: Mapped[str | None] = mapped_column(String(40))
    to_state: Mapped[str | None] = mapped_column(String(40))
    facts: Mapped[dict[str, Any]]
    hash: Mapped[str] = mapped_column(String(64))
    salt: Mapped[str | None] = mapped_column(String(32), info=PERSONAL)
    private: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True), info=PERSONAL)
