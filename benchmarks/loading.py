"""Many orders at once: the rows that one intake made, copied with other ids and another count in their texts.

Hashes and frozen papers are those of the first, so the copies can be counted and searched, and not be verified.
"""

from __future__ import annotations

import uuid
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, Engine, Table, create_engine, func, select

from benchmarks.databases import WAIT, Ground, connect
from benchmarks.operations import Order
from benchmarks.replay import Program
from models import Base
from models.engine import engine_options, prepare_engine

BATCH = 1_000

Rows = Mapping[str, list[dict[str, Any]]]


def load(ground: Ground, name: str, receive: Program, orders: Sequence[Order]) -> None:
    """Bring orders into a database: the first by playing its intake, the others as copies of that one's rows."""
    engine = _engine(ground.url(name))
    with engine.connect() as connection:
        last = {table: connection.scalar(select(func.max(table.c.id))) or 0 for table in Base.metadata.sorted_tables}
    driver = connect(ground.url(name))
    with driver.transaction(writing=True) as cursor:
        receive.play(cursor, orders[0])
    driver.close()
    with engine.execution_options(writing=True).begin() as connection:
        made = {table.name: _rows_after(connection, table, number) for table, number in last.items()}
        for first in range(1, len(orders), BATCH):
            _copy(connection, made, orders[0], dict(enumerate(orders[first : first + BATCH], first)))
        _number_on(connection, made)
    engine.dispose()
    ground.settle(name)


def _engine(url: str) -> Engine:
    engine = create_engine(url, **engine_options(url, WAIT))
    prepare_engine(engine, WAIT)
    return engine


def _rows_after(connection: Connection, table: Table, number: int) -> list[dict[str, Any]]:
    rows = connection.execute(select(table).where(table.c.id > number).order_by(table.c.id))
    return [dict(row) for row in rows.mappings()]


def _copy(connection: Connection, made: Rows, first: Order, others: Mapping[int, Order]) -> None:
    for table in Base.metadata.sorted_tables:
        if made[table.name]:
            copies = [
                {name: _copied(made, table, name, row, place, first, order) for name in row}
                for place, order in others.items()
                for row in made[table.name]
            ]
            connection.execute(table.insert(), copies)


def _copied(made: Rows, table: Table, name: str, row: Mapping[str, Any], place: int, first: Order, order: Order) -> Any:
    """A value of a copy: ids of copied rows are moved on, texts bear the copy's count and number."""
    value = row[name]
    if type(value) is str:
        if name == "delivery_id":
            return str(uuid.uuid4())
        return value.replace(first.number, order.number).replace(first.key, order.key)
    target = _target(table, name)
    if target in made and any(value == each["id"] for each in made[target]):
        return value + place * len(made[target])
    return value


def _target(table: Table, name: str) -> str:
    """The table whose ids a column holds, or an empty text; an event's subject is of several, here only of orders."""
    if name == "id":
        return table.name
    if name == "subject_id":
        return "repair_orders"
    return next((key.column.table.name for key in table.c[name].foreign_keys), "")


def _number_on(connection: Connection, made: Rows) -> None:
    """Let PostgreSQL give out ids beyond those that were given here."""
    if connection.dialect.name == "postgresql":
        for name in (name for name, rows in made.items() if rows):
            connection.exec_driver_sql(f"SELECT setval('{name}_id_seq', (SELECT max(id) FROM {name}))")  # noqa: S608
