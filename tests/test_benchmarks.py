"""The benchmark runs, and its floors do what they stand for. Nothing here is timed."""

from __future__ import annotations

import subprocess
import sys
from itertools import count
from pathlib import Path

import pytest
from databases import settings_for
from sqlalchemy import select

from app import create_app
from benchmarks.clients import Result
from benchmarks.databases import SqliteGround
from benchmarks.loading import load
from benchmarks.operations import OPERATIONS, Order
from benchmarks.processes import cpu_of, parent_called
from benchmarks.recording import Recording, Statement
from benchmarks.replay import Answered, Line, Playing, Program, Written, differences, program_of
from benchmarks.report import Report, document, figures_of
from benchmarks.rounds import Measured, Plan, Turn, measured
from models import Contact, Customer, db
from routes.cli.opening import bring_up

SMALLEST = Plan(rounds=1, seconds=0, clients=(1,), orders=0, warming=0)


def statements(order: Order, row: int, hashed: str) -> list[Statement]:
    """What an operation on an order might send: it makes a row and a line of its history."""
    return [
        Statement("INSERT INTO orders (number, depot) VALUES (?, ?)", (order.number, 7)),
        Statement("INSERT INTO events (order_id, hash, note) VALUES (?, ?, ?)", (row, hashed, f"SN{order.key}")),
    ]


def recording(number: int, row: int) -> Recording:
    order = Order(number, f"RP{number}")
    return Recording(order, statements(order, row, f"hash {row}"), b"answer", [([(row,)], 1), ([(row + 90,)], 1)])


class Cursor:
    """A driver's cursor that gives new rows the ids from 500 on, and keeps what it was given."""

    description = None
    rowcount = 1

    def __init__(self) -> None:
        self.given: list[tuple[object, ...]] = []
        self._ids = count(500)
        self.lastrowid = 0

    def execute(self, _: str, parameters: tuple[object, ...]) -> None:
        self.given.append(parameters)
        self.lastrowid = next(self._ids)


def test_every_operation_is_measured_beside_its_floors(tmp_path: Path) -> None:
    found = measured(SqliteGround(tmp_path), tmp_path, SMALLEST)

    done = {(turn.lane, turn.operation) for turn in found.turns if turn.result.waits}
    sides = {(lane, each.name) for lane in ("service", "sql") for each in OPERATIONS}
    assert done == sides | {("empty", "empty"), ("paper", "label"), ("paper", "receipt")}
    assert {(each["lane"], each["operation"]) for each in Report(found).as_json()["figures"]} == done


def test_loaded_orders_are_copies_with_names_and_ids_of_their_own(tmp_path: Path) -> None:
    ground = SqliteGround(tmp_path)
    app = create_app(settings_for(ground.url("loaded"), tmp_path))
    bring_up(app)
    orders = [Order(number, f"RP{number}") for number in range(1, 31)]

    load(ground, "loaded", arrival(orders[0]), orders)

    pairs = app.unit_of_work(lambda s: s.execute(select(Customer.name, Contact.value).join(Contact)).all(), False)
    with app.app_context():
        db.engine.dispose()
    assert {tuple(pair) for pair in pairs} == {(f"Customer {each.key}", f"{each.key}@example.org") for each in orders}


def arrival(order: Order) -> Program:
    """A program that makes a customer and a contact of theirs."""
    who = "INSERT INTO customers (home_depot_id, version, name, name_folded, language, created_at) VALUES (1,1,?,?,?,?)"
    how = "INSERT INTO contacts (customer_id, kind, value, value_folded) VALUES (?, 'email', ?, ?)"
    name, address = Written(f"Customer {order.key}", order), Written(f"{order.key}@example.org", order)
    lines = (
        Line(Statement(who, ("", "", "en", "2026-11-22 08:00:00.000000")), ({0: name, 1: name},)),
        Line(Statement(how, (0, "", "")), ({0: Answered(0, 0, 0), 1: address, 2: address},)),
    )
    return Program(lines, writing=True, answer=b"")


def test_a_program_fills_in_what_differs_between_its_recordings() -> None:
    program = program_of([recording(11, 4), recording(12, 8), recording(13, 9)])
    cursor = Cursor()

    playing = program.play(cursor, Order(77, "RP77"))

    assert cursor.given == [("RP77", 7), (500, "hash 4", "SN000000077")]
    assert list(differences(program, recording(11, 4), playing)) == []
    assert program.writing


def test_a_program_that_does_less_than_was_recorded_is_seen() -> None:
    program = program_of([recording(11, 4), recording(12, 8)])
    playing = Playing(Order(77, "RP77"), [([], 0), ([(1,)], 1)])

    found = list(differences(program, recording(11, 4), playing))

    assert found == ["0 rows, 0 touched instead of 1, 1: INSERT INTO orders (number, depot) VALUES (?, ?)"]


def test_recordings_of_different_statements_make_no_program() -> None:
    shorter = recording(12, 8)
    shorter.statements.pop()

    with pytest.raises(ValueError, match="differ in their statements"):
        program_of([recording(11, 4), shorter])


def test_the_cpu_of_a_child_is_counted_while_it_lives_and_after() -> None:
    command = [sys.executable, "-c", "import time\nwhile time.process_time() < 0.3: pass\nprint('done'); input()"]
    before = cpu_of([parent_of_tests()])

    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as child:
        assert child.stdout is not None
        child.stdout.readline()
        alone, while_alive = cpu_of([child.pid]), cpu_of([parent_of_tests()])
        child.communicate("\n")
    after = cpu_of([parent_of_tests()])

    assert alone >= 0.29
    assert before + alone <= while_alive <= after


def parent_of_tests() -> int:
    """This process, as its children know it."""
    with subprocess.Popen(["sleep", "60"]) as child:
        parent = parent_called("sleep", child.pid)
        child.kill()
    assert parent is not None
    return parent


@pytest.mark.parametrize(("waits", "p50", "p99"), [([0.002], 2, 2), ([0.001] * 98 + [0.5, 0.9], 1, 900)])
def test_figures_are_medians_of_rounds_and_percentiles_of_requests(waits: list[float], p50: float, p99: float) -> None:
    results = [Result([], waits, 2.0, cpu) for cpu in (1.0, 4.0, 100.0)]
    turns = [Turn("service", "receive", 1, result) for result in results]

    [figures] = figures_of([*turns, Turn("service", "receive", 1, Result([], [], 1.0, 0.0))])

    assert (figures.requests, figures.p50_ms, figures.p99_ms) == (3 * len(waits), p50, p99)
    assert figures.cpu_ms == pytest.approx(4000 / len(waits))
    assert figures.per_second == pytest.approx(len(waits) / 2)


def test_the_document_holds_the_plan_and_every_turn() -> None:
    turn = Turn("service", "receive", 1, Result([Order(1)], [0.5], 0.5, 0.25))

    written = document([Report(Measured("sqlite", [turn], {"service": 1}, sees_database=True))], SMALLEST)

    assert written["plan"]["rounds"] == 1
    [database] = written["databases"]
    assert database["turns"] == [
        {"lane": "service", "operation": "receive", "clients": 1, "requests": 1, "seconds": 0.5, "cpu_seconds": 0.25}
    ]
