"""The one commit: what raises leaves nothing, what collides is done again, what only reads cannot write."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from conftest import Client, TokenMaker
from crowd import add_person, count_people
from databases import NOW, SECRET, settings_for
from flask import Response
from sqlalchemy import text, update
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from app import ATTEMPTS, DepotApp, create_app
from depot import events, people
from depot.actors import SYSTEM, SYSTEM_ID
from depot.errors import Busy, Conflict, NotFound, Retry
from models import Person, db
from routes.context import session as session_of_request


def test_returning_commits(app: DepotApp) -> None:
    before = count_people(app)

    app.unit_of_work(add_person)

    assert count_people(app) == before + 1


@pytest.mark.parametrize("error", [NotFound(), ValueError("a bug"), KeyboardInterrupt()])
def test_raising_rolls_back(app: DepotApp, error: BaseException) -> None:
    before = count_people(app)

    def work(session: Session) -> None:
        add_person(session)
        session.flush()
        raise error

    with pytest.raises(type(error)):
        app.unit_of_work(work)

    assert count_people(app) == before


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500])
def test_a_view_that_answers_an_error_leaves_nothing(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch, status: int
) -> None:
    admin = token()
    before = count_people(app)

    def view(**_: Any) -> Response:
        add_person(session_of_request()).name = "half done"
        return Response(status=status)

    monkeypatch.setitem(app.view_functions, "people.create_person", view)
    client.post("/people", {"name": "x"}, token=admin, expect=status)

    assert count_people(app) == before


@pytest.mark.parametrize("collisions", [1, 3])
def test_work_that_met_anothers_is_done_again(app: DepotApp, collisions: int) -> None:
    before = count_people(app)
    tries = []

    def work(session: Session) -> None:
        add_person(session)
        tries.append(session)
        if len(tries) <= collisions:
            raise Retry

    app.unit_of_work(work)

    assert len(tries) == collisions + 1
    assert count_people(app) == before + 1


def test_it_gives_up_after_some_attempts_and_says_busy(app: DepotApp) -> None:
    tries = []

    def work(session: Session) -> None:
        tries.append(session)
        raise Retry

    with pytest.raises(Busy):
        app.unit_of_work(work)

    assert len(tries) == ATTEMPTS


def test_a_reading_unit_cannot_write(app: DepotApp) -> None:
    before = count_people(app)

    with pytest.raises(DBAPIError):
        app.unit_of_work(add_person, writing=False)

    assert count_people(app) == before


def test_a_get_cannot_write(app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch) -> None:
    admin = token()
    before = count_people(app)

    def view(**_: Any) -> Response:
        add_person(session_of_request())
        return Response()

    monkeypatch.setitem(app.view_functions, "people.list_people", view)
    answer = client.get("/people", token=admin, expect=500)

    assert count_people(app) == before
    assert "Something went wrong" in answer.json["detail"]


def test_a_view_may_have_units_of_work_of_its_own(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = token()
    before = count_people(app)

    def view(**_: Any) -> Response:
        app.unit_of_work(add_person)
        return Response()

    view.own_units_of_work = True  # type: ignore[attr-defined]
    monkeypatch.setitem(app.view_functions, "people.list_people", view)
    client.get("/people", token=admin)

    assert count_people(app) == before + 1


def test_one_inside_another_is_a_mistake(app: DepotApp) -> None:
    with app.app_context(), pytest.raises(RuntimeError, match="inside"):
        app.unit_of_work(lambda _: app.unit_of_work(add_person))


def test_no_transaction_is_open_before_the_first_query(app: DepotApp) -> None:
    assert app.unit_of_work(lambda session: session.in_transaction()) is False


def test_many_at_once_on_one_chain_lose_nothing(app: DepotApp) -> None:
    person_id = app.unit_of_work(add_person).id
    names = [f"name {number}" for number in range(24)]

    def rename(name: str) -> None:
        app.unit_of_work(lambda s: people.rename(s, people.find(s, person_id), name, SYSTEM, NOW))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(rename, names))

    person = app.unit_of_work(lambda s: people.find(s, person_id), writing=False)
    assert person.event_seq == 1 + len(names)
    assert app.unit_of_work(lambda s: list(events.broken_links(s)), writing=False) == []


WRITER = """
import os
import sys
from pathlib import Path
sys.path.insert(0, "tests")
from crowd import add_person, count_people
from databases import NOW, settings_for
from app import create_app
from depot import people
from depot.actors import SYSTEM
app = create_app(settings_for(sys.argv[1], Path(sys.argv[2])))
for number in range(20):
    name = f"{os.getpid()} {number}"
    app.unit_of_work(lambda s: people.rename(s, people.find(s, int(sys.argv[3])), name, SYSTEM, NOW))
"""


def test_processes_take_turns(app: DepotApp, tmp_path: Path) -> None:
    person_id = app.unit_of_work(add_person).id
    here = Path(__file__).parent.parent
    command = [sys.executable, "-c", WRITER, app.settings.database_url, str(tmp_path), str(person_id)]

    writers = [subprocess.Popen(command, cwd=here) for _ in range(2)]

    assert [writer.wait(60) for writer in writers] == [0, 0]
    assert app.unit_of_work(lambda s: people.find(s, person_id), writing=False).event_seq == 41


def test_waiting_for_another_writer_ends_in_busy(app: DepotApp, tmp_path: Path) -> None:
    impatient = create_app(settings_for(app.settings.database_url, tmp_path, write_wait=0.3))
    holding, done = Signal(), Signal()

    def rename_slowly(session: Session) -> None:
        session.execute(update(Person).where(Person.id == SYSTEM_ID).values(name="slow"))
        holding.set()
        done.wait(10)

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(app.unit_of_work, rename_slowly)
        holding.wait(10)
        with pytest.raises(Busy):
            impatient.unit_of_work(lambda s: s.execute(update(Person).where(Person.id == SYSTEM_ID).values(name="x")))
        done.set()
        slow.result(10)
    with impatient.app_context():
        db.engine.dispose()


def test_what_may_be_lost_does_not_wait(app: DepotApp) -> None:
    holding, done = Signal(), Signal()

    def hold(session: Session) -> None:
        session.execute(update(Person).where(Person.id == SYSTEM_ID).values(name="held"))
        holding.set()
        done.wait(10)

    def touch(session: Session) -> None:
        session.execute(update(Person).where(Person.id != SYSTEM_ID).values(name="x"))

    with ThreadPoolExecutor(1) as pool:
        slow = pool.submit(app.unit_of_work, hold)
        holding.wait(10)
        written = app.best_effort(touch)
        done.set()
        slow.result(10)

    assert written is not app.settings.embedded
    assert app.best_effort(touch) is True


def test_a_duplicate_that_no_rule_caught_is_a_conflict(app: DepotApp) -> None:
    def duplicate(session: Session) -> None:
        for _ in range(2):
            session.execute(text("INSERT INTO alembic_probe VALUES (1)"))

    with app.app_context(), db.engine.execution_options(writing=True).begin() as connection:
        connection.execute(text("CREATE TABLE alembic_probe (id integer PRIMARY KEY)"))
    try:
        with pytest.raises(Conflict) as refusal:
            app.unit_of_work(duplicate)
    finally:
        with app.app_context(), db.engine.execution_options(writing=True).begin() as connection:
            connection.execute(text("DROP TABLE alembic_probe"))

    assert "probe" not in refusal.value.message


def test_the_secret_does_not_show(app: DepotApp) -> None:
    assert SECRET not in repr(app.settings)


def test_the_clock_is_read_once_per_request(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = token()
    readings: list[datetime] = []

    def clock() -> datetime:
        readings.append(NOW)
        return NOW

    monkeypatch.setattr(app, "clock", clock)
    client.post("/people", {"name": "x"}, token=admin, expect=201)

    assert len(readings) == 1


def test_work_gives_back_what_it_returns(app: DepotApp, work: Callable[[Callable[[Session], str]], str]) -> None:
    assert work(lambda session: session.get_one(Person, SYSTEM_ID).name) == "system"
