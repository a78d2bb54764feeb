"""Each migration, back and again, over rows in every table: what a step does not concern stays, what it takes can come.

A way down drops tables and columns, and what was unknown becomes empty where there was no room for it. All else must
be the same after each step, and the whole be right again once the rows that had to go are put back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from alembic.script import ScriptDirectory
from full import fill
from sqlalchemy import Engine, inspect, text
from sqlalchemy.engine import Connection
from test_migrations import EmptyDatabase, empty_database, engine_of

from app import DepotApp
from depot import verify
from models import Base, migrate

__all__ = ["empty_database"]

Row = Mapping[str, Any]
Rows = Mapping[str, Mapping[int, Row]]
UNKNOWN_BECOMES = ("", 0, 1, False, True, "customer_at_counter")
"""What stands for an unknown value in tables that have no room for one."""


def chain() -> Sequence[tuple[str, str]]:
    """Each migration but the first with the one before it, the newest first."""
    script = ScriptDirectory(str(migrate.MIGRATIONS))
    walked = list(script.walk_revisions())
    return [(each.revision, str(each.down_revision)) for each in walked if each.down_revision]


def rows_of(engine: Engine) -> Rows:
    """Every row of every table as the database has it, by table and id."""
    names = [name for name in inspect(engine).get_table_names() if name != "alembic_version"]
    with engine.connect() as connection:
        return {name: dict(_rows(connection, name)) for name in names}


def _rows(connection: Connection, name: str) -> Iterator[tuple[int, Row]]:
    for row in connection.execute(text(f"SELECT * FROM {name}")).mappings():
        yield row["id"], dict(row)


def columns_of(engine: Engine) -> set[tuple[str, str]]:
    inspector = inspect(engine)
    return {(name, column["name"]) for name in inspector.get_table_names() for column in inspector.get_columns(name)}


def changes(before: Rows, after: Rows, kept: set[tuple[str, str]]) -> Iterator[str]:
    """What is not as it was, in the columns that were there all the time."""
    tables = {name for name, _ in kept} & set(before)
    for name in sorted(tables):
        if before[name].keys() != after[name].keys():
            yield f"{name}: other rows"
        for key, row in before[name].items():
            for column in (column for column in row if (name, column) in kept):
                now = after[name].get(key, {}).get(column)
                if now != row[column] and not (row[column] is None and now in UNKNOWN_BECOMES):
                    yield f"{name} {key} {column}: {row[column]!r} became {now!r}"


def put_back(engine: Engine, kept: Mapping[str, Sequence[Row]]) -> None:
    """Make the rows what they were, by new rows and, where nothing forbids it, by changed ones."""
    with engine.execution_options(writing=True).begin() as connection:
        for table in Base.metadata.sorted_tables:
            there = {row["id"]: dict(row) for row in connection.execute(table.select()).mappings()}
            for row in kept[table.name]:
                if row["id"] not in there:
                    connection.execute(table.insert(), row)
                elif row != there[row["id"]]:
                    connection.execute(table.update().where(table.c.id == row["id"]), row)


def typed_rows(engine: Engine) -> Mapping[str, Sequence[Row]]:
    """Every row, as the models read it, in the order in which they came."""
    with engine.connect() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(table.select().order_by(table.c.id)).mappings()]
            for table in Base.metadata.sorted_tables
        }


def faults_of(app: DepotApp) -> list[str]:
    return app.unit_of_work(lambda session: list(verify.faults(session)), writing=False)


def test_every_migration_goes_back_and_comes_again_over_rows_in_every_table(empty_database: EmptyDatabase) -> None:
    app = empty_database("full")
    engine = engine_of(app)
    migrate.upgrade(engine)
    fill(app)
    kept = typed_rows(engine)
    assert [name for name, rows in kept.items() if not rows] == []
    assert faults_of(app) == []

    for revision, previous in chain():
        before, columns = rows_of(engine), columns_of(engine)
        migrate.downgrade(engine, previous)
        columns &= columns_of(engine)
        migrate.upgrade(engine, revision)
        assert list(changes(before, rows_of(engine), columns)) == [], revision
        migrate.downgrade(engine, previous)
    migrate.upgrade(engine)
    put_back(engine, kept)

    assert typed_rows(engine) == kept
    assert faults_of(app) == []


def test_each_migration_bears_its_place_in_the_chain() -> None:
    walked = list(ScriptDirectory(str(migrate.MIGRATIONS)).walk_revisions())[::-1]

    numbers = [f"{place:04}" for place in range(1, len(walked) + 1)]

    assert [each.revision for each in walked] == numbers
    assert [each.down_revision for each in walked] == [None, *numbers[:-1]]
    assert sorted(path.name[:4] for path in migrate.MIGRATIONS.glob("versions/[0-9]*.py")) == numbers
