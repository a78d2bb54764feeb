"""All rows out of a database and into another one, of either kind: what a backup is made of.

A table is told by its shape: each column's name and kind. Rows that were written with the shapes of an older version
go into that version's tables, so nothing here asks the models when rows come in.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Date,
    DateTime,
    Integer,
    LargeBinary,
    String,
    Table,
    TableClause,
    Text,
    column,
    func,
    insert,
    select,
    table,
    text,
)
from sqlalchemy.engine import Connection
from sqlalchemy.types import TypeDecorator, TypeEngine

from models.base import Base, UtcDateTime

BATCH = 500


@dataclass(frozen=True)
class Kind:
    """How values of a kind are stored, and how they are written as JSON and read from it."""

    stored: TypeEngine[Any]
    written: Callable[[Any], Any]
    read: Callable[[Any], Any]


def _as_is(value: Any) -> Any:
    return value


KINDS: Mapping[str, Kind] = {
    "whole": Kind(BigInteger(), _as_is, _as_is),
    "flag": Kind(Boolean(), _as_is, _as_is),
    "text": Kind(Text(), _as_is, _as_is),
    "json": Kind(JSON(none_as_null=True), _as_is, _as_is),
    "time": Kind(UtcDateTime(), datetime.isoformat, datetime.fromisoformat),
    "date": Kind(Date(), date.isoformat, date.fromisoformat),
    "bytes": Kind(LargeBinary(), lambda value: base64.b64encode(value).decode(), base64.b64decode),
}
"""An exact decimal and money are whole numbers in the database, a code is text."""

TYPES: tuple[tuple[type[TypeEngine[Any]], str], ...] = (
    (Boolean, "flag"),
    (Integer, "whole"),
    (DateTime, "time"),
    (Date, "date"),
    (JSON, "json"),
    (LargeBinary, "bytes"),
    (String, "text"),
)


@dataclass(frozen=True)
class Shape:
    """A table's name, and its columns' kinds by name."""

    name: str
    columns: Mapping[str, str]

    @property
    def table(self) -> TableClause:
        """The table as statements name it."""
        return table(self.name, *(column(name, KINDS[kind].stored) for name, kind in self.columns.items()))


def shapes() -> list[Shape]:
    """The tables of this version, each after those that it refers to."""
    return [shape_of(one) for one in Base.metadata.sorted_tables]


def shape_of(one: Table) -> Shape:
    """The shape of a table of the models."""
    return Shape(one.name, {each.name: _kind_of(each.type) for each in one.columns})


def _kind_of(stored: TypeEngine[Any]) -> str:
    plain = stored.impl_instance if isinstance(stored, TypeDecorator) else stored
    return next(kind for known, kind in TYPES if isinstance(plain, known))


def read_rows(connection: Connection, shape: Shape) -> Iterator[list[Any]]:
    """The rows of a table as JSON values, oldest first: a row may refer to earlier ones of its own table."""
    written = [KINDS[kind].written for kind in shape.columns.values()]
    rows = connection.execution_options(yield_per=BATCH).execute(select(shape.table).order_by(column("id")))
    for row in rows:
        yield [None if value is None else write(value) for write, value in zip(written, row, strict=True)]


def write_rows(connection: Connection, shape: Shape, rows: Iterable[list[Any]]) -> int:
    """Add rows as ``read_rows`` gave them, and let new ids come after theirs; the answer is how many."""
    source, count = iter(rows), 0
    while batch := list(islice(source, BATCH)):
        connection.execute(insert(shape.table), [_read(shape, row) for row in batch])
        count += len(batch)
    _count_on(connection, shape)
    return count


def _read(shape: Shape, row: list[Any]) -> dict[str, Any]:
    columns = zip(shape.columns.items(), row, strict=True)
    return {name: None if value is None else KINDS[kind].read(value) for (name, kind), value in columns}


def _count_on(connection: Connection, shape: Shape) -> None:
    """Move the table's sequence behind its highest id; SQLite has none."""
    if connection.dialect.name != "postgresql":
        return
    sequence = connection.scalar(text("SELECT pg_get_serial_sequence(:name, 'id')"), {"name": shape.name})
    highest = connection.scalar(select(func.max(shape.table.c.id)))
    if sequence and highest:
        connection.execute(select(func.setval(sequence, highest)))
