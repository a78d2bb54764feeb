"""The migrations: up and down on both databases with rows in the tables, and to the very tables that the models say."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import registers
from databases import NOW, database_on, settings_for
from sqlalchemy import Engine, event, inspect, text
from sqlalchemy.orm import Session

from app import DepotApp, create_app
from depot import documents, first_start, people, tokens
from depot.actors import SYSTEM
from depot.errors import Conflict
from models import Base, Depot, DocumentKind, Role, db, migrate
from models.engine import WriteGate

EmptyDatabase = Callable[[str], DepotApp]

CATALOGUE = {
    "column": """
        SELECT c.relname || '.' || a.attname, format_type(a.atttypid, a.atttypmod) || ' not null ' || a.attnotnull
               || ' default ' || coalesce(pg_get_expr(d.adbin, d.adrelid), '-')
        FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid AND c.relkind = 'r'
        LEFT JOIN pg_attrdef d ON d.adrelid = c.oid AND d.adnum = a.attnum
        WHERE c.relnamespace = 'public'::regnamespace AND a.attnum > 0 AND NOT a.attisdropped""",
    "constraint": """
        SELECT conrelid::regclass || '.' || conname, pg_get_constraintdef(oid)
        FROM pg_constraint WHERE connamespace = 'public'::regnamespace AND conrelid <> 0""",
    "index": "SELECT indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'",
    "trigger": """
        SELECT tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger WHERE NOT tgisinternal""",
    "function": "SELECT proname, pg_get_functiondef(oid) FROM pg_proc WHERE pronamespace = 'public'::regnamespace",
}


@pytest.fixture(params=["sqlite", "postgresql"])
def empty_database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[EmptyDatabase]:
    """Applications on empty databases of a kind, by name."""
    with ExitStack() as stack:

        def make(name: str) -> DepotApp:
            url = f"sqlite:///{tmp_path}/{name}.sqlite3"
            if request.param == "postgresql":
                server = request.getfixturevalue("postgresql")
                url = stack.enter_context(database_on(server, f"{name}_{tmp_path.name}"[:60]))
            app = create_app(settings_for(url, tmp_path))
            stack.callback(engine_of(app).dispose)
            return app

        yield make


def engine_of(app: DepotApp) -> Engine:
    with app.app_context():
        return db.engine


def fill(app: DepotApp) -> None:
    """Some rows that refer to each other."""

    def work(session: Any) -> None:
        people.ensure_system(session, NOW)
        session.add(Depot(code="TEST", created_at=NOW))
        tokens.issue(session, "李工", Role.TECHNICIAN, ["TEST"], SYSTEM, NOW)

    app.unit_of_work(work)


def schema_of(engine: Engine) -> dict[str, Any]:
    """Everything that the database knows of its tables, but Alembic's own, by kind and name."""
    found = _postgresql_schema(engine) if engine.dialect.name == "postgresql" else _sqlite_schema(engine)
    return {name: what for name, what in found.items() if "alembic_version" not in name}


def _postgresql_schema(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = [(kind, *row) for kind, query in CATALOGUE.items() for row in connection.execute(text(query))]
    return {f"{kind} {name}": definition for kind, name, definition in rows}


def _sqlite_schema(engine: Engine) -> dict[str, Any]:
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT type, name, tbl_name, sql FROM sqlite_master WHERE sql IS NOT NULL")
        ).all()
    return {f"{row.type} {row.tbl_name} {row.name}": _normal(row.sql) for row in rows}


def _normal(sql: str) -> list[str]:
    """A definition as a sorted list of its members: a rebuilt table has them in another order."""
    flat = re.sub(r"\s+", " ", sql.replace('"', ""))
    if not flat.upper().startswith("CREATE TABLE"):
        return [flat]
    body = flat[flat.index("(") + 1 : flat.rindex(")")]
    members, depth, start = [], 0, 0
    for place, sign in enumerate(body):
        depth += (sign == "(") - (sign == ")")
        if sign == "," and depth == 0:
            members.append(body[start:place].strip())
            start = place + 1
    return sorted([*members, body[start:].strip()])


def test_the_migrations_make_the_tables_that_the_models_say(empty_database: EmptyDatabase) -> None:
    migrated, created = engine_of(empty_database("migrated")), engine_of(empty_database("created"))

    migrate.upgrade(migrated)
    Base.metadata.create_all(created.execution_options(writing=True))

    assert schema_of(migrated) == schema_of(created)
    assert schema_of(created)


def test_there_and_back_again_with_rows_in_the_tables(empty_database: EmptyDatabase) -> None:
    app = empty_database("moved")
    engine = engine_of(app)
    migrate.upgrade(engine)
    first = schema_of(engine)
    fill(app)

    migrate.downgrade(engine, "base")
    assert set(inspect(engine).get_table_names()) <= {"alembic_version"}

    migrate.upgrade(engine)
    assert schema_of(engine) == first
    assert migrate.is_current(engine)


def test_paper_that_was_drawn_before_gets_its_hash(empty_database: EmptyDatabase) -> None:
    app = empty_database("drawn")
    engine = engine_of(app)
    migrate.upgrade(engine)
    app.unit_of_work(lambda session: first_start.prepare(session, NOW))
    app.unit_of_work(_draw)
    hashes = text("SELECT sha256 FROM drawn_documents ORDER BY id")
    before = app.unit_of_work(lambda session: session.scalars(hashes).all(), writing=False)

    migrate.downgrade(engine, "0008")
    migrate.upgrade(engine)

    assert app.unit_of_work(lambda session: session.scalars(hashes).all(), writing=False) == before
    with pytest.raises(Conflict):
        app.unit_of_work(lambda session: session.execute(text("DELETE FROM drawn_documents")))


def _draw(session: Session) -> None:
    depot = registers.main_depot(session)
    customer, device = registers.a_customer(session, depot).customer, registers.a_device(session, depot).device
    order = registers.an_order_of(session, depot, customer, device)
    for _ in range(15):
        issued = documents.issue(session, order, DocumentKind.INTAKE_RECEIPT, {"head": {}}, NOW)
        session.flush()
        for language in ("zh", "en"):
            drawn = documents.Drawn(f"{issued.id} {language}".encode(), ())
            documents.keep_drawn(session, issued.id, language, drawn, NOW)


def test_upgrading_twice_changes_nothing(empty_database: EmptyDatabase) -> None:
    app = empty_database("twice")
    migrate.upgrade(engine_of(app))
    fill(app)

    migrate.upgrade(engine_of(app))

    assert app.unit_of_work(lambda s: s.scalar(text("SELECT count(*) FROM tokens")), writing=False) == 1


def test_an_empty_database_is_not_current(empty_database: EmptyDatabase) -> None:
    engine = engine_of(empty_database("empty"))

    assert migrate.head() is not None
    assert not migrate.is_current(engine)


def test_a_migration_that_fails_leaves_nothing(empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch) -> None:
    engine = engine_of(empty_database("failed"))

    def fail(*_: Any) -> None:
        raise migrate.BrokenReferences(["orders"])

    monkeypatch.setattr(migrate, "_check_references", fail)
    with pytest.raises(migrate.BrokenReferences):
        migrate.upgrade(engine)

    assert inspect(engine).get_table_names() == []


def test_foreign_keys_are_on_again_afterwards(empty_database: EmptyDatabase) -> None:
    engine = engine_of(empty_database("keys"))

    migrate.upgrade(engine)

    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            assert connection.scalar(text("PRAGMA foreign_keys")) == 1
            assert connection.execute(text("PRAGMA foreign_key_check")).all() == []


def test_writers_wait_until_the_migration_is_done(
    empty_database: EmptyDatabase, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine = engine_of(empty_database("gated"))
    entered: list[float] = []
    enter = WriteGate.enter

    def note(gate: WriteGate, wait: float, name: str) -> int:
        entered.append(wait)
        return enter(gate, wait, name)

    monkeypatch.setattr(WriteGate, "enter", note)
    migrate.upgrade(engine)

    assert bool(entered) is (engine.dialect.name == "sqlite")
    assert event.contains(engine, "begin", engine_of) is False
