"""What was measured, as medians and ratios: tables for people, JSON for programs."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from statistics import median
from typing import Any

from rich.console import Console
from rich.table import Table

from benchmarks.operations import OPERATIONS
from benchmarks.rounds import EMPTY, LOADED, NOTHING, PAPER, SERVICE, SQL, Measured, Plan, Turn

COLUMNS = ("clients", "operation", "CPU ms", "× empty", "× SQL", "× paper", "per s", "SQL per s", "empty per s")
WAITS = ("p50 ms", "p99 ms", "SQL p50", "SQL p99")


@dataclass(frozen=True)
class Figures:
    """One lane's way of doing one operation: medians over the rounds, percentiles over all requests of all rounds."""

    lane: str
    operation: str
    clients: int
    requests: int
    cpu_ms: float
    per_second: float
    p50_ms: float
    p99_ms: float


def figures_of(turns: Sequence[Turn]) -> Iterator[Figures]:
    """The figures of each lane, operation and number of clients."""
    for key in dict.fromkeys((turn.lane, turn.operation, turn.clients) for turn in turns):
        results = [turn.result for turn in turns if (turn.lane, turn.operation, turn.clients) == key]
        results = [result for result in results if result.waits]
        waits = sorted(1000 * wait for result in results for wait in result.waits)
        yield Figures(
            *key,
            requests=len(waits),
            cpu_ms=median(1000 * result.cpu / len(result.waits) for result in results),
            per_second=median(len(result.waits) / result.elapsed for result in results),
            p50_ms=waits[len(waits) // 2],
            p99_ms=waits[len(waits) * 99 // 100],
        )


class Report:
    """The figures of one database."""

    def __init__(self, measured: Measured) -> None:
        self.measured = measured
        self.figures = list(figures_of(measured.turns))
        self._by_key = {(each.lane, each.operation, each.clients): each for each in self.figures}

    def show(self, console: Console) -> None:
        """Print the tables."""
        console.print(self._costs())
        if any(each.lane == LOADED for each in self.figures):
            console.print(self._with_many())
        if not self.measured.sees_database:
            console.print("The database runs elsewhere: its CPU is not in these figures.")

    def as_json(self) -> dict[str, Any]:
        """The same for programs, with the turns that the medians are of."""
        turns = [
            {"lane": t.lane, "operation": t.operation, "clients": t.clients, "requests": len(t.result.waits)}
            | {"seconds": t.result.elapsed, "cpu_seconds": t.result.cpu}
            for t in self.measured.turns
        ]
        return {
            "database": self.measured.kind,
            "cpu_of_database_seen": self.measured.sees_database,
            "orders_in_the_end": self.measured.orders,
            "figures": [asdict(each) for each in self.figures],
            "turns": turns,
        }

    def _costs(self) -> Table:
        table = _table(f"{self.measured.kind}: the service beside its floors", (*COLUMNS, *WAITS))
        for clients in dict.fromkeys(each.clients for each in self.figures):
            empty = self._by_key[EMPTY, NOTHING.name, clients]
            for operation in OPERATIONS:
                own, sql = (self._by_key[lane, operation.name, clients] for lane in (SERVICE, SQL))
                paper = self._by_key.get((PAPER, operation.name, clients))
                ratios = (_ratio(own, empty), _ratio(own, sql), _ratio(own, paper) if paper else "")
                rates = (f"{each.per_second:.0f}" for each in (own, sql, empty))
                waits = (f"{wait:.1f}" for each in (own, sql) for wait in (each.p50_ms, each.p99_ms))
                table.add_row(str(clients), operation.name, f"{own.cpu_ms:.1f}", *ratios, *rates, *waits)
            table.add_section()
        return table

    def _with_many(self) -> Table:
        few, many = (self.measured.orders[name] for name in (SERVICE, LOADED))
        title = f"{self.measured.kind}: one client, with {many:,} orders beside {few:,} (at the end)"
        table = _table(title, ("operation", "p50 ms few", "p50 ms many", "ratio", "CPU ratio"))
        for operation in OPERATIONS:
            small, large = (self._by_key[lane, operation.name, 1] for lane in (SERVICE, LOADED))
            waits = (f"{small.p50_ms:.1f}", f"{large.p50_ms:.1f}", f"{large.p50_ms / small.p50_ms:.2f}")
            table.add_row(operation.name, *waits, _ratio(large, small))
        return table


def document(reports: Sequence[Report], plan: Plan) -> dict[str, Any]:
    """Everything as JSON."""
    return {"plan": asdict(plan), "databases": [report.as_json() for report in reports]}


def _ratio(own: Figures, floor: Figures) -> str:
    return f"{own.cpu_ms / floor.cpu_ms:.2f}" if floor.cpu_ms else "–"


def _table(title: str, columns: Sequence[str]) -> Table:
    table = Table(title=title, title_justify="left")
    for column in columns:
        table.add_column(column, justify="left" if column == "operation" else "right", no_wrap=True)
    return table
