"""`depot backup` and `depot restore`: all of it, at one moment, into either kind of database; or nothing."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from threading import Event, Thread
from typing import Any, cast

import pytest
from conftest import Client, TokenMaker
from databases import NOW, SECRET, database_on
from desk import Desk, intake
from photos import a_photo
from sqlalchemy import inspect, select
from terminal import Terminal, serving

from depot import tokens
from depot.actors import SYSTEM
from depot.attachments import folder_in
from models import Base, Role, db
from models.dump import KINDS, shapes

Places = Callable[..., Terminal]
KINDS_OF_DATABASE = ["sqlite", "postgresql"]
HOSTILE = "𠮷野家 \u202e “%s”; DROP TABLE events;--\n\\N\t=1+1"


@pytest.fixture
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Places]:
    """Terminals on new databases: ``places("sqlite", "old")``; further words are settings."""
    with ExitStack() as stack:

        def make(kind: str, name: str, **settings: str) -> Terminal:
            folder = tmp_path / name
            if kind == "postgresql":
                server = request.getfixturevalue("postgresql")
                url = stack.enter_context(database_on(server, f"{name}_{tmp_path.name}"[:60]))
                settings = {"DEPOT_DATABASE_URL": url, "DEPOT_SECRET_KEY": SECRET} | settings
            terminal = Terminal({"DEPOT_DATA_DIR": str(folder)} | settings)
            stack.callback(terminal.close)
            return terminal

        yield make


def desk_on(terminal: Terminal) -> Desk:
    app = terminal.opened()

    def make(role: str = "admin", depots: Any = (), name: str = "") -> str:
        called = name or f"somebody of {role}"
        return app.unit_of_work(lambda session: tokens.issue(session, called, Role(role), depots, SYSTEM, NOW)).secret

    return Desk(Client(app), cast("TokenMaker", make))


def fill(terminal: Terminal) -> str:
    """An order with a passcode and hostile text, one that is handed back, a part in stock; the first one's number."""
    terminal.run("token", "Anna", "--role", "admin")
    desk = desk_on(terminal)
    desk.stock("MOTOR-1", 3, sale_price=15000)
    desk.until("returned")
    data = intake()["data"] | {"passcode": "2580"}
    number: str = desk.receive(reported_fault=HOSTILE, data=data)["number"]
    desk.post(f"/repair-orders/{number}/attachments", data=a_photo(form="PNG"), content_type="image/png", expect=201)
    return number


def rows_of(terminal: Terminal) -> dict[str, list[Any]]:
    with terminal.opened().app_context(), db.engine.connect() as connection:
        return {one.name: connection.execute(select(one).order_by("id")).all() for one in Base.metadata.sorted_tables}


def secret_of(terminal: Terminal) -> str:
    """The secret that the terminal's settings or its data folder hold."""
    kept = Path(terminal.settings["DEPOT_DATA_DIR"]) / "secret"
    return terminal.settings.get("DEPOT_SECRET_KEY") or kept.read_text(encoding="ascii")


def attached_to(terminal: Terminal) -> dict[str, bytes]:
    """The files in a terminal's data folder, by their hash."""
    folder = folder_in(Path(terminal.settings["DEPOT_DATA_DIR"]))
    return {path.name: path.read_bytes() for path in folder.glob("??/*")}


@pytest.mark.parametrize("new", KINDS_OF_DATABASE)
@pytest.mark.parametrize("old", KINDS_OF_DATABASE)
def test_a_restored_depot_is_the_one_that_was_backed_up(places: Places, tmp_path: Path, old: str, new: str) -> None:
    source, target = places(old, "old", DEPOT_SECRET_KEY=SECRET), places(new, "new")
    number, file = fill(source), str(tmp_path / "depot.zip")

    told = source.run("backup", file, "--with-secret").output
    restored = target.run("restore", file).output

    assert f"{file}: " in told
    assert restored == source.run("verify").output
    assert rows_of(target) == rows_of(source)
    assert secret_of(target) == SECRET
    assert desk_on(target).order(number)["reported_fault"] == HOSTILE
    assert attached_to(target) == attached_to(source) != {}
    assert desk_on(target).receive(device={"serial_number": "AFTER"})["state"] == "received"


def test_without_the_secret_it_is_said_what_stays_unreadable(places: Places, tmp_path: Path) -> None:
    source, target, file = places("sqlite", "old", DEPOT_SECRET_KEY=SECRET), places("sqlite", "new"), tmp_path / "depot"
    fill(source)

    told = source.run("backup", str(file)).output
    restored = target.run("restore", str(file)).output

    assert "The secret is not in it" in told
    assert SECRET.encode() not in file.read_bytes()
    assert "passcodes: 1. Set DEPOT_SECRET_KEY" in restored
    assert "All is well" in restored


def test_a_secret_that_the_operator_set_stays(places: Places, tmp_path: Path) -> None:
    other = "another-secret-that-an-operator-set-themselves"
    source, target = places("sqlite", "old", DEPOT_SECRET_KEY=SECRET), places("sqlite", "new", DEPOT_SECRET_KEY=other)
    fill(source)
    source.run("backup", str(tmp_path / "depot"), "--with-secret")

    restored = target.run("restore", str(tmp_path / "depot")).output

    assert "passcodes: 1. Set DEPOT_SECRET_KEY" in restored
    assert not (tmp_path / "new" / "secret").exists()


@pytest.mark.parametrize("kind", KINDS_OF_DATABASE)
def test_nothing_that_is_there_is_replaced(places: Places, tmp_path: Path, kind: str) -> None:
    source, file = places(kind, "old"), tmp_path / "depot"
    fill(source)
    source.run("backup", str(file))
    before, saved = rows_of(source), file.read_bytes()

    again = source.run("backup", str(file), expect=1).output
    over = source.run("restore", str(file), expect=1).output

    assert "is there already" in again
    assert "There is a depot in" in over
    assert (rows_of(source), file.read_bytes()) == (before, saved)
    assert [path.name for path in tmp_path.glob("depot*")] == ["depot"]


def test_a_running_service_is_not_restored_over(places: Places, tmp_path: Path) -> None:
    terminal, file = places("sqlite", "old"), tmp_path / "depot"
    fill(terminal)

    with serving("serve", "--port", "0", settings=terminal.settings):
        terminal.run("backup", str(file))
        (tmp_path / "old" / "depot.sqlite3").unlink()
        refused = terminal.run("restore", str(file), expect=1).output

    assert "A service runs on" in refused
    assert "All is well" in terminal.run("restore", str(file)).output


@pytest.mark.parametrize("kind", KINDS_OF_DATABASE)
def test_a_backup_sees_one_moment_while_others_write(places: Places, tmp_path: Path, kind: str) -> None:
    source, target, file, stop = places(kind, "old"), places("sqlite", "new"), tmp_path / "depot", Event()
    fill(source)
    desk = desk_on(source)

    def receive_on() -> None:
        while not stop.is_set():
            desk.until("received")

    writer = Thread(target=receive_on)
    writer.start()
    source.run("backup", str(file))
    stop.set()
    writer.join()

    assert "All is well" in target.run("restore", str(file)).output


def _cut(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-100])


def _nothing_of_ours(file: Path) -> None:
    file.write_bytes(b"not a backup at all")


def _without(name: str) -> Callable[[Path], None]:
    return lambda file: _rewritten(file, lambda member, data: None if member == name else data)


def _changed(name: str, old: bytes, new: bytes) -> Callable[[Path], None]:
    return lambda file: _rewritten(file, lambda member, data: data.replace(old, new) if member == name else data)


def _rewritten(file: Path, change: Callable[[str, bytes], bytes | None]) -> None:
    with zipfile.ZipFile(file) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(file, "w") as archive:
        for name, data in members.items():
            kept = change(name, data)
            if kept is not None:
                archive.writestr(name, kept)


def _flipped(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 3] ^= 0xFF
    file.write_bytes(data)


@pytest.mark.parametrize(
    ("damage", "said"),
    [
        (_cut, "it is cut off"),
        (_nothing_of_ours, "it is cut off, or no backup at all"),
        (_flipped, "damaged"),
        (_without("contents.json"), "its page of contents is missing"),
        (_without("tables/movements.jsonl"), "tables/movements.jsonl is damaged"),
        (_changed("tables/parts.jsonl", b"MOTOR-1", b"MOTOR-2"), "the rows of parts are damaged"),
        (_changed("contents.json", b'"format": 1', b'"format": 2'), "its format 2 is newer"),
        (_changed("contents.json", b'"revision": "0', b'"revision": "9'), "A newer version made these tables"),
    ],
)
@pytest.mark.parametrize("kind", KINDS_OF_DATABASE)
def test_of_a_damaged_backup_nothing_is_restored(
    places: Places, tmp_path: Path, kind: str, damage: Callable[[Path], None], said: str
) -> None:
    source, target, file = places("sqlite", "old"), places(kind, "new"), tmp_path / "depot"
    fill(source)
    source.run("backup", str(file))
    damage(file)

    refused = target.run("restore", str(file), expect=1).output

    assert said in refused
    with target.opened().app_context():
        assert inspect(db.engine).get_table_names() == []


def test_a_folder_that_cannot_be_written_to_is_named(places: Places, tmp_path: Path) -> None:
    source = places("sqlite", "old")
    fill(source)

    refused = source.run("backup", str(tmp_path / "nowhere" / "depot"), expect=1).output

    assert "nowhere" in refused


def test_every_column_has_a_kind_and_every_row_a_number_to_sort_by() -> None:
    known = {one.name: dict(one.columns) for one in shapes()}

    assert set(known) == set(Base.metadata.tables)
    assert {kind for columns in known.values() for kind in columns.values()} == set(KINDS)
    assert all("id" in columns for columns in known.values())
    assert json.dumps(known)
