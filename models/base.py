"""The ground under every table: the declarative base, the database handle and the column types.

Only this module knows Flask-SQLAlchemy. Tables inherit from ``Base``; rules get a plain SQLAlchemy session.
Exact numbers are whole numbers in the database on both engines (SQLite has no decimal type): a quantity is stored in
thousandths, a rate in millionths, money in minor units.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from flask_sqlalchemy.session import Session as FlaskSession
from sqlalchemy import JSON, BigInteger, Boolean, Date, DateTime, Dialect, Engine, Enum, Integer, MetaData, String, Text
from sqlalchemy.engine import Connection
from sqlalchemy.orm import DeclarativeBase, registry
from sqlalchemy.types import TypeDecorator

NAME_LENGTH = 200
TEXT_LENGTH = 10_000

BigId = BigInteger().with_variant(Integer, "sqlite")


class UtcDateTime(TypeDecorator[datetime]):
    """An aware time, stored in UTC; SQLite gives it back naive, so the zone is put on again.

    A naive time raises ValueError.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("a time without a zone cannot be stored")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Scaled(TypeDecorator[Decimal]):
    """An exact decimal stored as a whole number of ``1 / scale``.

    More digits than that raise ValueError: nothing is rounded here.
    """

    impl = BigInteger
    cache_ok = True

    def __init__(self, scale: int) -> None:
        super().__init__()
        self.scale = scale

    def process_bind_param(self, value: Decimal | int | None, dialect: Dialect) -> int | None:
        if value is None:
            return None
        scaled = Decimal(value) * self.scale
        if scaled != scaled.to_integral_value():
            raise ValueError(f"{value} has more digits than 1/{self.scale}")
        return int(scaled)

    def process_result_value(self, value: Any | None, dialect: Dialect) -> Decimal | None:
        return None if value is None else Decimal(int(value)) / self.scale


Quantity = Scaled(1_000)
Rate = Scaled(1_000_000)


def codes_of(kind: type[StrEnum], name: str | None = None) -> Enum:
    """A column of a closed set of codes: text with a CHECK constraint on both databases, named after the set.

    ``name`` is for the second column of the same set in one table: PostgreSQL wants names that differ.
    """
    return Enum(
        kind,
        name=name or kind.__name__.lower(),
        native_enum=False,
        create_constraint=True,
        length=40,
        values_callable=lambda members: [member.value for member in members],
    )


class Base(DeclarativeBase):
    """Every table inherits from this; constraints are named by meaning where given, by convention otherwise."""

    registry = registry(
        metadata=MetaData(
            naming_convention={
                "ix": "ix_%(table_name)s_%(column_0_N_name)s",
                "uq": "uq_%(table_name)s_%(column_0_N_name)s",
                "ck": "ck_%(table_name)s_%(constraint_name)s",
                "fk": "fk_%(table_name)s_%(column_0_N_name)s",
                "pk": "pk_%(table_name)s",
            }
        ),
        type_annotation_map={
            datetime: UtcDateTime(),
            date: Date(),
            Decimal: Quantity,
            bool: Boolean(),
            int: BigId,
            str: String(NAME_LENGTH),
            dict[str, Any]: JSON(none_as_null=True),
            list[Any]: JSON(none_as_null=True),
        },
    )


LongText = Text()
PERSONAL = {"personal": True}
"""``info=PERSONAL`` marks a column that holds data about a person: it never enters an event chain and can be erased."""


class DepotSession(FlaskSession):
    """A session that opens a writing or a reading transaction, as ``info["writing"]`` says (default: reading).

    On SQLite a writing one begins with BEGIN IMMEDIATE behind the write gate, a reading one with plain BEGIN;
    ``info["turn"]`` is the name under which it waits there.
    """

    def get_bind(self, *args: Any, **kwargs: Any) -> Engine | Connection:
        bind = super().get_bind(*args, **kwargs)
        if not self.info.get("writing"):
            return bind
        if "writer" not in self.info:
            self.info["writer"] = bind.execution_options(writing=True, turn=self.info.get("turn", ""))
        writer: Engine | Connection = self.info["writer"]
        return writer


db = SQLAlchemy(
    model_class=Base,
    disable_autonaming=True,
    session_options={"class_": DepotSession, "expire_on_commit": False, "autoflush": True},
)
