"""The write gate: first come, first served, and nobody waits for ever."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import SimpleNamespace

import pytest
from sqlalchemy import text

from app import DepotApp
from models import db, engine
from models.engine import GateTimeout, OwnTurnTimeout, WriteGate, database_path, engine_options, sqlite_module


@pytest.fixture
def gate(tmp_path: Path) -> WriteGate:
    return WriteGate(tmp_path / "gate")


def test_one_at_a_time(gate: WriteGate) -> None:
    held = gate.enter(1)

    with pytest.raises(GateTimeout):
        gate.enter(0.02)

    gate.leave(held)
    gate.leave(gate.enter(0.02))


def test_another_gate_on_the_same_file_is_the_same_gate(gate: WriteGate, tmp_path: Path) -> None:
    held = gate.enter(1)

    with pytest.raises(GateTimeout):
        WriteGate(tmp_path / "gate").enter(0.02)

    gate.leave(held)


@pytest.mark.parametrize(("name", "told"), [("7 k-1", OwnTurnTimeout), ("7 k-2", GateTimeout), ("", GateTimeout)])
def test_who_waits_in_vain_is_told_whether_it_is_for_itself(
    gate: WriteGate, tmp_path: Path, name: str, told: type[GateTimeout]
) -> None:
    gate.leave(gate.enter(1, "a longer name, of somebody who was here before"))
    held = gate.enter(1, "7 k-1")

    for waiting in (gate, WriteGate(tmp_path / "gate")):
        with pytest.raises(GateTimeout) as refused:
            waiting.enter(0.02, name)
        assert refused.type is told

    gate.leave(held)


def test_who_came_first_goes_first(gate: WriteGate) -> None:
    order: list[int] = []

    def pass_through(number: int) -> None:
        held = gate.enter(5)
        order.append(number)
        gate.leave(held)

    held = gate.enter(1)
    with ThreadPoolExecutor(5) as pool:
        for number in range(5):
            pool.submit(pass_through, number)
            while len(gate._queue) <= number:
                pass
        gate.leave(held)

    assert order == [0, 1, 2, 3, 4]


def test_who_gives_up_does_not_hold_up_the_others(gate: WriteGate) -> None:
    held = gate.enter(1)
    with pytest.raises(GateTimeout):
        gate.enter(0.02)

    gate.leave(held)

    assert not gate._queue
    gate.leave(gate.enter(0.02))


@pytest.mark.parametrize(
    ("pragma", "value"),
    [("journal_mode", "wal"), ("synchronous", 2), ("foreign_keys", 1), ("query_only", 1), ("recursive_triggers", 1)],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_sqlite_is_set_to_lose_nothing(app: DepotApp, pragma: str, value: object) -> None:
    with app.app_context(), db.engine.connect() as connection:
        assert connection.execute(text(f"PRAGMA {pragma}")).scalar() == value


@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_the_database_is_its_owners_alone(app: DepotApp) -> None:
    assert database_path(app.settings.database_url).stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(("version", "warned"), [((3, 40, 1), True), ((3, 51, 2), True), ((3, 51, 3), False)])
def test_an_sqlite_that_can_corrupt_says_so(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, version: tuple[int, int, int], warned: bool
) -> None:
    driver = SimpleNamespace(sqlite_version_info=version, sqlite_version=".".join(map(str, version)))
    monkeypatch.setattr(engine, "newest_sqlite", driver)

    with caplog.at_level(logging.WARNING):
        sqlite_module()

    assert ("WAL-reset" in caplog.text) is warned


def test_postgresql_waits_for_locks_no_longer_than_told() -> None:
    options = engine_options("postgresql://u@/db", 10)

    assert "lock_timeout=10000" in options["connect_args"]["options"]
    assert options["isolation_level"] == "READ COMMITTED"
    assert options["pool_pre_ping"] is True
