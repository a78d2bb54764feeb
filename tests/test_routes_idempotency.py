"""Idempotency-Key: nothing happens twice, and the same request gets the same answer."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from threading import Event as Signal
from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from databases import NOW, settings_for
from flask import Response
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from app import DepotApp, create_app
from depot import idempotency, people
from depot.actors import SYSTEM
from models import Person, PersonKind, Role, Token, db
from models.engine import WriteGate, database_path, sqlite_module
from models.idempotency import IdempotencyKey
from routes.context import session as session_of_request

REPLAYED = "Idempotency-Replayed"


def count(app: DepotApp, table: type[Any]) -> int:
    return app.unit_of_work(lambda s: s.scalar(select(func.count()).select_from(table)), writing=False) or 0


def test_the_same_request_gets_the_same_answer_and_no_second_effect(
    app: DepotApp, client: Client, token: TokenMaker
) -> None:
    admin = token()

    first = client.post("/people", {"name": "李工"}, token=admin, key="k-1", expect=201)
    people_then = count(app, Person)
    second = client.post("/people", {"name": "李工"}, token=admin, key="k-1", expect=201)

    assert second.data == first.data
    assert second.headers["Location"] == first.headers["Location"]
    assert second.headers["Content-Type"] == first.headers["Content-Type"]
    assert (REPLAYED in first.headers, second.headers[REPLAYED]) == (False, "true")
    assert count(app, Person) == people_then


@pytest.mark.parametrize(
    ("path", "body"),
    [("/people", {"name": "someone else"}), ("/people?x=1", {"name": "李工"}), ("/people/1/retire", {"name": "李工"})],
)
def test_the_same_key_on_another_request_is_refused(
    client: Client, token: TokenMaker, path: str, body: dict[str, str]
) -> None:
    admin = token()
    client.post("/people", {"name": "李工"}, token=admin, key="k-1", expect=201)

    answer = client.post(path, body, token=admin, key="k-1", expect=422)

    assert answer.json["type"] == "urn:depot:problem:key-reused"


@pytest.mark.parametrize(
    ("first", "again"),
    [
        ("", "{}"),
        ("{}", " { }\n"),
        (" ", ""),
        ('{"name": "\\u674e"}', '{ "name":"李" }'),
        ("[NaN]", "[NaN]"),
        ("{", "{"),
    ],
)
def test_what_says_the_same_is_the_same_request(
    client: Client, token: TokenMaker, work: Callable[[Callable[[Session], Any]], Any], first: str, again: str
) -> None:
    admin = token()
    person = work(lambda s: people.create(s, "x", PersonKind.PERSON, SYSTEM, NOW).id)
    path, expect = ("/people", 201) if "name" in first else (f"/people/{person}/retire", 200)

    once, twice = (
        client.post(path, token=admin, key="k-1", data=body, content_type="application/json", expect=expect)
        for body in (first, again)
    )

    assert once.data == twice.data
    assert (REPLAYED in once.headers, REPLAYED in twice.headers) == (False, True)


def test_a_key_belongs_to_its_token(app: DepotApp, client: Client, token: TokenMaker) -> None:
    one, two = token(name="one"), token(name="two")

    first = client.post("/people", {"name": "李工"}, token=one, key="k-1", expect=201)
    second = client.post("/people", {"name": "李工"}, token=two, key="k-1", expect=201)

    assert second.json["id"] != first.json["id"]


@pytest.mark.parametrize("body", [{"name": ""}, {"nome": "x"}, {}])
def test_a_refused_request_leaves_no_key(
    app: DepotApp, client: Client, token: TokenMaker, body: dict[str, str]
) -> None:
    admin = token()

    client.post("/people", body, token=admin, key="k-1", expect=422)

    assert count(app, IdempotencyKey) == 0
    client.post("/people", {"name": "now it is right"}, token=admin, key="k-1", expect=201)


@pytest.mark.parametrize("outcome", [409, 500, "raise"])
def test_what_fails_in_its_midst_leaves_no_key(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch, outcome: int | str
) -> None:
    admin = token()

    def view(**_: Any) -> Response:
        people.create(session_of_request(), "half", PersonKind.PERSON, SYSTEM, NOW)
        if outcome == "raise":
            raise ValueError("a bug")
        return Response(status=outcome)

    with monkeypatch.context() as patched:
        patched.setitem(app.view_functions, "people.create_person", view)
        client.post("/people", {"name": "x"}, token=admin, key="k-1", expect=500 if outcome == "raise" else outcome)

    assert count(app, IdempotencyKey) == 0
    client.post("/people", {"name": "x"}, token=admin, key="k-1", expect=201)


def test_it_is_looked_up_before_the_role_is(client: Client, token: TokenMaker, app: DepotApp) -> None:
    admin = token()
    first = client.post("/people", {"name": "x"}, token=admin, key="k-1", expect=201)
    app.unit_of_work(lambda session: session.execute(update(Token).values(role=Role.TECHNICIAN)))

    client.post("/people", {"name": "x"}, token=admin, expect=403)

    assert client.post("/people", {"name": "x"}, token=admin, key="k-1", expect=201).data == first.data


@pytest.mark.parametrize("key", ["", " ", "a b", "é", "x" * 256, "tab\there"])
def test_a_key_is_1_to_255_visible_characters(client: Client, token: TokenMaker, key: str) -> None:
    client.post("/people", {"name": "x"}, token=token(), key=key, expect=422)


@pytest.mark.parametrize("key", ["x", "!", "~" * 255, "3f2b-…".encode().hex()])
def test_any_visible_characters_will_do(client: Client, token: TokenMaker, key: str) -> None:
    client.post("/people", {"name": "x"}, token=token(), key=key, expect=201)


def test_an_answer_with_a_secret_is_not_kept(app: DepotApp, client: Client, token: TokenMaker) -> None:
    admin = token()
    person = client.post("/people", {"name": "x"}, token=admin, expect=201).json["id"]
    body = {"person": person, "name": "laptop", "role": "technician"}

    first = client.post("/tokens", body, token=admin, key="k-1", expect=201)
    second = client.post("/tokens", body, token=admin, key="k-1", expect=201)

    assert first.json["secret"] != second.json["secret"]
    assert count(app, IdempotencyKey) == 0


def test_32_at_once_make_one_and_all_get_its_answer(app: DepotApp, client: Client, token: TokenMaker) -> None:
    admin = token()
    before = count(app, Person)

    def ask(_: int) -> bytes:
        return client.post("/people", {"name": "only one"}, token=admin, key="k-1", expect=201).data

    with ThreadPoolExecutor(32) as pool:
        answers = set(pool.map(ask, range(32)))

    assert len(answers) == 1
    assert count(app, Person) == before + 1
    assert count(app, IdempotencyKey) == 1


def test_a_second_call_while_the_first_runs_is_told_to_wait(
    app: DepotApp, client: Client, token: TokenMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = token()
    impatient = create_app(settings_for(app.settings.database_url, tmp_path, write_wait=0.3))
    impatient.clock = app.clock
    running, go_on = Signal(), Signal()

    def slow(**_: Any) -> Response:
        people.create(session_of_request(), "slow", PersonKind.PERSON, SYSTEM, NOW)
        running.set()
        go_on.wait(10)
        return Response(status=201)

    monkeypatch.setitem(app.view_functions, "people.create_person", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/people", {"name": "x"}, token=admin, key="k-1", expect=201)
        running.wait(10)
        second = Client(impatient).post("/people", {"name": "x"}, token=admin, key="k-1", expect=409)
        go_on.set()
        first.result(10)

    assert second.json["type"] == "urn:depot:problem:still-running"
    assert second.headers["Retry-After"] == "1"
    assert Client(impatient).post("/people", {"name": "x"}, token=admin, key="k-1", expect=201).headers[REPLAYED]
    with impatient.app_context():
        db.engine.dispose()


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
@pytest.mark.parametrize("who", ["another program", "another request"])
def test_a_fresh_key_on_a_busy_database_is_told_so(
    app: DepotApp, client: Client, token: TokenMaker, tmp_path: Path, who: str
) -> None:
    admin = token()
    impatient = create_app(settings_for(app.settings.database_url, tmp_path, write_wait=0.2))
    impatient.clock = app.clock
    path = database_path(app.settings.database_url)

    with ExitStack() as stack:
        if who == "another program":
            foreign = stack.enter_context(closing(sqlite_module().connect(path, isolation_level=None)))
            foreign.execute("BEGIN IMMEDIATE")
        else:
            gate = WriteGate(path.with_name(f"{path.name}.gate"))
            stack.callback(gate.leave, gate.enter(1, "1 another-key"))
        answer = Client(impatient).post("/people", {"name": "x"}, token=admin, key="k-1", expect=503)

    assert answer.json["type"] == "urn:depot:problem:busy"
    assert answer.headers["Retry-After"] == "1"
    assert count(app, IdempotencyKey) == 0
    with impatient.app_context():
        db.engine.dispose()


def test_a_second_call_waits_for_the_firsts_answer(
    app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = token()
    running = Signal()
    view = app.view_functions["people.create_person"]

    def slow(**arguments: Any) -> Any:
        answer = view(**arguments)
        running.set()
        Signal().wait(0.2)
        return answer

    monkeypatch.setitem(app.view_functions, "people.create_person", slow)
    with ThreadPoolExecutor(1) as pool:
        first = pool.submit(client.post, "/people", {"name": "x"}, token=admin, key="k-1", expect=201)
        running.wait(10)
        second = client.post("/people", {"name": "x"}, token=admin, key="k-1", expect=201)

    assert second.data == first.result(10).data
    assert second.headers[REPLAYED] == "true"


@pytest.mark.parametrize(("age", "kept"), [({"hours": 23, "minutes": 59}, 1), ({"hours": 24, "seconds": 1}, 0)])
def test_keys_are_kept_for_a_day(
    app: DepotApp, client: Client, token: TokenMaker, clock: Clock, age: dict[str, float], kept: int
) -> None:
    client.post("/people", {"name": "x"}, token=token(), key="k-1", expect=201)

    clock.advance(**age)
    purged = app.unit_of_work(lambda session: idempotency.purge(session, clock.now))

    assert (purged, count(app, IdempotencyKey)) == (1 - kept, kept)


def test_old_keys_are_forgotten_while_the_service_runs(
    app: DepotApp, client: Client, token: TokenMaker, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    admin = token()
    monkeypatch.setattr("routes.idempotency.PURGED_EVERY", 1)
    for number in range(3):
        client.post("/people", {"name": "x"}, token=admin, key=f"old-{number}", expect=201)

    clock.advance(hours=25)
    client.post("/people", {"name": "x"}, token=admin, key="new", expect=201)

    assert count(app, IdempotencyKey) == 1


@pytest.mark.parametrize(("at_most", "left"), [(2, 3), (5, 0), (100, 0)])
def test_old_keys_are_forgotten_some_at_a_time(
    app: DepotApp, token: TokenMaker, clock: Clock, at_most: int, left: int
) -> None:
    token()
    keys = [IdempotencyKey(token_id=1, key=f"{number}", fingerprint="f", created_at=NOW) for number in range(5)]
    app.unit_of_work(lambda session: session.add_all(keys))

    app.unit_of_work(lambda session: idempotency.purge(session, clock.advance(hours=25), at_most))

    assert count(app, IdempotencyKey) == left


@pytest.mark.parametrize("app", ["postgresql"], indirect=True)
def test_nobody_waits_for_keys_that_another_is_forgetting(app: DepotApp, token: TokenMaker, clock: Clock) -> None:
    token()
    keys = [IdempotencyKey(token_id=1, key=f"{number}", fingerprint="f", created_at=NOW) for number in range(3)]
    app.unit_of_work(lambda session: session.add_all(keys))
    later = clock.advance(hours=25)
    purged: list[int] = []

    def forget_two(session: Session) -> None:
        idempotency.purge(session, later, 2)
        app.best_effort(lambda other: purged.append(idempotency.purge(other, later)))

    app.unit_of_work(forget_two)

    assert purged == [1]


def test_the_fingerprint_frames_its_parts() -> None:
    assert idempotency.fingerprint("s", b"ab", b"c") != idempotency.fingerprint("s", b"a", b"bc")
    assert idempotency.fingerprint("s", b"a") != idempotency.fingerprint("t", b"a")


def test_a_claim_takes_its_key_with_the_first_statement(app: DepotApp, token: TokenMaker) -> None:
    token()
    claim = idempotency.Claim(token_id=1, key="k-1", fingerprint="f", now=NOW)

    def work(session: Session) -> tuple[bool, bool]:
        idempotency.attach(session, claim)
        before = claim.held
        session.scalar(select(Person.id))
        return before, claim.held

    assert app.unit_of_work(work) == (False, True)
    with pytest.raises(idempotency.KeyTaken):
        app.unit_of_work(work)


def test_a_kept_answer_is_found_again(app: DepotApp, token: TokenMaker) -> None:
    token()
    claim = idempotency.Claim(token_id=1, key="k-1", fingerprint="f", now=NOW)
    answer = idempotency.Answer(201, {"Location": "/x"}, b"{}")

    def work(session: Session) -> None:
        idempotency.attach(session, claim)
        idempotency.keep_answer(session, claim, answer)

    app.unit_of_work(work)

    assert app.unit_of_work(lambda s: idempotency.find_answer(s, claim), writing=False) == answer
