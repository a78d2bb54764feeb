"""Who may ask: people and machines, and the bearer tokens that stand for them."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, String, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from models.base import NAME_LENGTH, PERSONAL, Base, codes_of
from models.event import Chained


class PersonKind(StrEnum):
    """Whether a name belongs to somebody or to something; ``system`` is the depot itself, one row."""

    PERSON = "person"
    MACHINE = "machine"
    SYSTEM = "system"


class Role(StrEnum):
    """What a token lets its bearer be; what each role may do stands in ``depot/permissions.py``."""

    SERVICE_DESK = "service_desk"
    TECHNICIAN = "technician"
    LOGISTICS = "logistics"
    MANAGER = "manager"
    INTEGRATION = "integration"
    ADMIN = "admin"


class Person(Chained, Base):
    """Somebody, or a machine, that events can name."""

    __tablename__ = "persons"

    id: Mapped[int] = mapped_column(primary_key=True)
    kind: Mapped[PersonKind] = mapped_column(codes_of(PersonKind))
    name: Mapped[str] = mapped_column(String(NAME_LENGTH), info=PERSONAL)
    name_folded: Mapped[str] = mapped_column(String(NAME_LENGTH), index=True, info=PERSONAL)
    created_at: Mapped[datetime]
    retired_at: Mapped[datetime | None]


class Token(Base):
    """A bearer token: only its SHA-256 is kept. No row in ``token_depots`` means every depot."""

    __tablename__ = "tokens"

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("persons.id"), index=True)
    name: Mapped[str] = mapped_column(String(NAME_LENGTH))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    role: Mapped[Role] = mapped_column(codes_of(Role))
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]
    last_used_at: Mapped[datetime | None]

    person: Mapped[Person] = relationship(lazy="joined", innerjoin=True)
    depots: Mapped[list[TokenDepot]] = relationship(lazy="selectin")


class TokenDepot(Base):
    """A depot that a token is limited to."""

    __tablename__ = "token_depots"
    __table_args__ = (UniqueConstraint("token_id", "depot_id", name="one_row_per_token_and_depot"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    token_id: Mapped[int] = mapped_column(ForeignKey("tokens.id"))
    depot_id: Mapped[int] = mapped_column(ForeignKey("depots.id"), index=True)
