"""One database measured: recorded, copied, served and asked, in rounds in which everything has its turn."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import count, cycle, repeat
from pathlib import Path

from app import create_app
from benchmarks import servers
from benchmarks.clients import Lane, Result, measure
from benchmarks.databases import Driver, Ground, connect
from benchmarks.loading import load
from benchmarks.operations import BEGINNERS, OPERATIONS, RECEIVE, Operation, Order, new_number
from benchmarks.recording import Recorder, Recording, environment, record, rehearse
from benchmarks.replay import Program, differences, program_of
from depot import verify
from depot.settings import read_settings
from models import db

SERVICE, SQL, EMPTY, PAPER, LOADED = "service", "sql", "empty", "paper", "loaded"
NOTHING = Operation("empty", "/empty")
ON_PAPER = ("label", "receipt")

FIRST = 1_000
"""The count of the first order that is not of the recordings."""


@dataclass(frozen=True)
class Plan:
    """How much is measured.

    ``seconds``: the longest time of one turn; ``orders``: put into a third database first; ``warming``: so many clients
    do everything once before anything counts.
    """

    rounds: int
    seconds: float
    clients: tuple[int, ...]
    orders: int
    warming: int = 16


@dataclass(frozen=True)
class Turn:
    """One turn: who did what, with how many clients, and what came of it."""

    lane: str
    operation: str
    clients: int
    result: Result


@dataclass(frozen=True)
class Measured:
    """All turns on one database, and how many orders the databases of the two services had in the end."""

    kind: str
    turns: Sequence[Turn]
    orders: Mapping[str, int]
    sees_database: bool
    """Whether the database's processes run here, so that their CPU is in the figures."""


class Course:
    """What is needed during the rounds of one database."""

    def __init__(self, lanes: Mapping[str, Lane], plan: Plan, first: int) -> None:
        self._lanes, self._plan, self._counts = lanes, plan, count(first)

    def warm(self) -> None:
        """A round that is not counted."""
        if self._plan.warming:
            list(self.round(self._plan.warming, tuple(self._lanes)))

    def rounds(self) -> Iterator[Turn]:
        """All rounds; the loaded service takes part where there is one client."""
        for _ in range(self._plan.rounds):
            for clients in self._plan.clients:
                yield from self.round(clients, [name for name in self._lanes if name != LOADED or clients == 1])

    def round(self, clients: int, names: Sequence[str]) -> Iterator[Turn]:
        """Each operation by each of these lanes, one lane after the other."""
        yield self._turn(EMPTY, NOTHING, repeat(Order(0)), clients)
        ready: dict[str, Sequence[Order]] = {}
        for operation in OPERATIONS:
            for name in (SERVICE, SQL, LOADED):
                if name in names:
                    turn = self._turn(name, operation, self._orders(operation, ready.get(name, ())), clients)
                    if operation in BEGINNERS:
                        ready[name] = turn.result.orders
                    yield turn
            if operation.name in ON_PAPER:
                yield self._turn(PAPER, operation, repeat(Order(0)), clients)

    def _orders(self, operation: Operation, ready: Sequence[Order]) -> Iterator[Order]:
        if operation is RECEIVE:
            return map(Order, self._counts)
        return cycle(ready) if operation.again else iter(ready)

    def _turn(self, name: str, operation: Operation, orders: Iterator[Order], clients: int) -> Turn:
        result = measure(self._lanes[name], operation, orders, clients, self._plan.seconds)
        return Turn(name, operation.name, clients, result)


def measured(ground: Ground, folder: Path, plan: Plan) -> Measured:
    """Everything about one database. Raises RuntimeError for a floor that is not one, and for a record left wrong."""
    settings = {name: environment(ground, name, str(folder)) for name in (SERVICE, LOADED)[: 2 if plan.orders else 1]}
    programs, token = _prepared(ground, settings[SERVICE])
    if plan.orders:
        ground.copy(SQL, LOADED)
        orders = [Order(number, new_number(number)) for number in range(FIRST, FIRST + plan.orders)]
        load(ground, LOADED, programs[RECEIVE.name], orders)
    behind = ground.processes()
    with ExitStack() as stack:
        lanes = {}
        for name, variables in settings.items():
            server = stack.enter_context(servers.service(variables))
            lanes[name] = Lane(name, server, (server.process, *behind), token)
        floors = stack.enter_context(servers.floors(programs, ground.url(SQL)))
        lanes |= {name: Lane(name, floors, (floors.process, *behind), "", name) for name in (SQL, EMPTY, PAPER)}
        course = Course(lanes, plan, FIRST + plan.orders)
        course.warm()
        turns = list(course.rounds())
    _demand_right(settings[SERVICE])
    counts = {name: _count(ground.url(name)) for name in settings}
    return Measured(ground.kind, turns, counts, bool(behind) or ground.kind == "sqlite")


def _prepared(ground: Ground, settings: Mapping[str, str]) -> tuple[dict[str, Program], str]:
    """A database for the service and one for the floors, both with what was recorded; the floors, and a token."""
    ground.make(SERVICE)
    recorder = Recorder(settings)
    recorder.close()
    ground.copy(SERVICE, SQL)
    recordings = record(recorder)
    recorder.close()
    driver = connect(ground.url(SQL))
    rehearse(recorder.log, recordings, driver)
    programs = {name: program_of(several) for name, several in recordings.items()}
    for name, program in programs.items():
        _try_out(name, program, recordings[name][0], driver)
    driver.close()
    return programs, recorder.token


def _try_out(name: str, program: Program, recording: Recording, driver: Driver) -> None:
    """Play a program once, to see that it does as much as what was recorded."""
    with driver.transaction(program.writing) as cursor:
        playing = program.play(cursor, Order(FIRST - 1, new_number(FIRST - 1)))
    wrong = list(differences(program, recording, playing))
    if wrong:
        raise RuntimeError("\n".join([f"The floor of {name} does not do what was recorded:", *wrong]))


def _demand_right(settings: Mapping[str, str]) -> None:
    app = create_app(read_settings(settings))
    faults = app.unit_of_work(lambda session: list(verify.faults(session)), writing=False)
    with app.app_context():
        db.engine.dispose()
    if faults:
        raise RuntimeError("\n".join(["The service left a record that is wrong:", *faults[:20]]))


def _count(url: str) -> int:
    driver = connect(url)
    with driver.transaction(writing=False) as cursor:
        found: int = cursor.execute("SELECT count(*) FROM repair_orders").fetchone()[0]
    driver.close()
    return found
