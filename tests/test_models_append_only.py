"""Rows that the database itself keeps as they are, whatever statement is tried on them."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app import DepotApp
from depot.errors import Conflict
from models import APPEND_ONLY, Base
from models.append_only import unguard

LINE = """
    INSERT INTO events (id, subject, subject_id, seq, at, actor_id, action, facts, hash)
    VALUES (901, 'person', 1, 1, '2026-11-22', 1, 'test', '{}', 'x')"""


def count_events(app: DepotApp) -> int:
    count = text("SELECT count(*) FROM events WHERE id = 901 AND action = 'test'")
    return app.unit_of_work(lambda session: session.execute(count).scalar_one(), writing=False)


@pytest.mark.parametrize(
    "statement",
    [
        "DELETE FROM events WHERE id = 901",
        "UPDATE events SET action = 'other' WHERE id = 901",
        "UPDATE events SET salt = 'x', hash = 'y' WHERE id = 901",
        "INSERT INTO events SELECT * FROM events WHERE id = 901 ON CONFLICT (id) DO UPDATE SET action = 'other'",
    ],
)
def test_a_row_that_is_only_added_stays(app: DepotApp, statement: str) -> None:
    app.unit_of_work(lambda session: session.execute(text(LINE)))

    with pytest.raises(Conflict):
        app.unit_of_work(lambda session: session.execute(text(statement)))

    assert count_events(app) == 1


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("clash", ["901, 'person', 2, 7", "902, 'person', 1, 1"])
@pytest.mark.parametrize("replace", ["REPLACE", "INSERT OR REPLACE"])
def test_a_row_cannot_be_replaced_on_sqlite(app: DepotApp, replace: str, clash: str) -> None:
    app.unit_of_work(lambda session: session.execute(text(LINE)))
    statement = text(LINE.replace("INSERT", replace).replace("901, 'person', 1, 1", clash))

    with pytest.raises(Conflict):
        app.unit_of_work(lambda session: session.execute(statement))

    assert count_events(app) == 1


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
@pytest.mark.parametrize("name", APPEND_ONLY)
def test_a_table_cannot_be_emptied_on_postgresql(app: DepotApp, name: str) -> None:
    with pytest.raises(Conflict):
        app.unit_of_work(lambda session: session.execute(text(f"TRUNCATE {name} CASCADE")))


def test_what_is_erasable_may_be_replaced(app: DepotApp) -> None:
    app.unit_of_work(lambda session: session.execute(text(LINE)))

    app.unit_of_work(lambda session: session.execute(text("UPDATE events SET salt = 'x' WHERE id = 901")))

    assert count_events(app) == 1


@pytest.mark.parametrize("name", APPEND_ONLY)
def test_whoever_owns_the_tables_can_take_the_guard_off(session: Session, name: str) -> None:
    unguard(session.connection(), name)

    session.execute(Base.metadata.tables[name].delete().where(text("1 = 0")))


def test_the_refusal_names_the_table(session: Session) -> None:
    session.execute(text(LINE))

    with pytest.raises(IntegrityError, match="rows of events are only ever added"):
        session.execute(text("DELETE FROM events"))
