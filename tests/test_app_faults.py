"""A full disk, a lost connection, a commit in doubt: refused in words, nothing half done, and well again afterwards."""

from __future__ import annotations

from pathlib import Path

import pytest
from conftest import Client, TokenMaker
from crowd import add_person, count_people
from databases import settings_for
from sqlalchemy import text
from sqlalchemy.orm import Session

from app import DepotApp, create_app
from depot.errors import Busy, DatabaseAway, DiskFull
from models import db

POSTGRESQL = pytest.mark.parametrize("app", ["postgresql"], indirect=True)
SQLITE = pytest.mark.parametrize("app", ["sqlite"], indirect=True)


@SQLITE
def test_a_full_disk_refuses_writing_and_serves_reading(app: DepotApp, client: Client, token: TokenMaker) -> None:
    admin = token()
    with app.app_context():
        db.engine.dispose()

    def fill(session: Session) -> None:
        session.execute(text("PRAGMA max_page_count = 1"))
        for number in range(2000):
            add_person(session, f"{number} {'x' * 150}")

    with pytest.raises(DiskFull):
        app.unit_of_work(fill)

    client.get("/people", token=admin)
    with app.app_context():
        db.engine.dispose()
    client.post("/people", {"name": "after the disk was cleared"}, token=admin, expect=201)


@POSTGRESQL
def test_a_lost_connection_is_replaced(app: DepotApp, client: Client, token: TokenMaker) -> None:
    admin = token()
    kill = text(
        "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )
    client.get("/people", token=admin)

    app.unit_of_work(lambda session: session.execute(kill).all())

    client.get("/people", token=admin)


@POSTGRESQL
def test_a_connection_lost_in_the_midst_is_a_refusal_and_changes_nothing(app: DepotApp) -> None:
    before = count_people(app)

    def work(session: Session) -> None:
        add_person(session)
        session.execute(text("SELECT pg_terminate_backend(pg_backend_pid())"))

    with pytest.raises(DatabaseAway):
        app.unit_of_work(work)

    assert count_people(app) == before


@POSTGRESQL
def test_a_commit_that_the_database_doubts_is_never_a_success(app: DepotApp) -> None:
    doubt = """
        CREATE TABLE doubt (id integer);
        CREATE FUNCTION doubt() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN RAISE WARNING 'not replicated'; RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER doubt AFTER INSERT ON doubt DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION doubt()"""
    app.unit_of_work(lambda session: session.execute(text(doubt)))
    try:
        with pytest.raises(DatabaseAway, match="unknown"):
            app.unit_of_work(lambda session: session.execute(text("INSERT INTO doubt VALUES (1)")))
    finally:
        app.unit_of_work(lambda session: session.execute(text("DROP TABLE doubt; DROP FUNCTION doubt")))


@POSTGRESQL
def test_a_statement_whose_time_is_up_is_busy_and_changes_nothing(app: DepotApp) -> None:
    before = count_people(app)

    def work(session: Session) -> None:
        session.execute(text("SET LOCAL statement_timeout = 20"))
        add_person(session)
        session.execute(text("SELECT pg_sleep(5)"))

    with pytest.raises(Busy):
        app.unit_of_work(work)

    assert count_people(app) == before


@POSTGRESQL
def test_a_commit_that_was_cancelled_is_busy_and_changes_nothing(app: DepotApp) -> None:
    slow = """
        CREATE TABLE slow (id integer);
        CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
        $$ BEGIN PERFORM pg_cancel_backend(pg_backend_pid()); PERFORM pg_sleep(5); RETURN NULL; END $$;
        CREATE CONSTRAINT TRIGGER slow AFTER INSERT ON slow DEFERRABLE INITIALLY DEFERRED
        FOR EACH ROW EXECUTE FUNCTION slow()"""
    app.unit_of_work(lambda session: session.execute(text(slow)))

    try:
        with pytest.raises(Busy):
            app.unit_of_work(lambda session: session.execute(text("INSERT INTO slow VALUES (1)")))
        count = app.unit_of_work(lambda session: session.execute(text("SELECT count(*) FROM slow")).scalar())
    finally:
        app.unit_of_work(lambda session: session.execute(text("DROP TABLE slow; DROP FUNCTION slow")))
    assert count == 0


def test_a_database_that_cannot_be_reached_is_503_with_a_time_to_come_back(tmp_path: Path) -> None:
    away = create_app(settings_for(f"postgresql://nobody@/none?host={tmp_path}", tmp_path))

    answer = Client(away).get("/people", token="any", expect=503)
    ready = Client(away, base="").get("/readyz", expect=503)

    assert answer.headers["Retry-After"] == "5"
    assert ready.json["parts"] == {"database": False, "migrations": False, "room": True}
    Client(away, base="").get("/healthz")
