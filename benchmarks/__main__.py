"""``python -m benchmarks``: measure the service on both databases and print what it costs beside its floors."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click
from rich.console import Console

from benchmarks.databases import ground_of
from benchmarks.report import Report, document
from benchmarks.rounds import Plan, measured

CLIENTS = (1, 8, 32)
QUICK_ROUNDS, QUICK_SECONDS, QUICK_ORDERS = 1, 0.1, 1_000


@click.command()
@click.option("--database", type=click.Choice(["sqlite", "postgresql", "both"]), default="both", show_default=True)
@click.option(
    "--rounds", type=click.IntRange(1), default=5, show_default=True, help="How often everything has its turn."
)
@click.option("--seconds", type=click.FloatRange(0), default=0.6, show_default=True, help="Longest time of one turn.")
@click.option("--orders", type=click.IntRange(0), default=20_000, show_default=True, help="Loaded for the comparison.")
@click.option("--quick", is_flag=True, help="One short round: to see that it runs, not to compare.")
@click.option("--out", type=click.Path(dir_okay=False, path_type=Path), help="File for the figures as JSON.")
def main(database: str, rounds: int, seconds: float, orders: int, quick: bool, out: Path | None) -> None:
    """Measure the service and its floors side by side. README.md in this folder says how to read what comes."""
    plan = Plan(rounds, seconds, CLIENTS, orders)
    if quick:
        plan = Plan(QUICK_ROUNDS, QUICK_SECONDS, CLIENTS, min(orders, QUICK_ORDERS))
    console, reports = Console(width=140), []
    for kind in ("sqlite", "postgresql") if database == "both" else (database,):
        with tempfile.TemporaryDirectory(prefix="depot-bench-") as folder, ground_of(kind, Path(folder)) as ground:
            reports.append(Report(measured(ground, Path(folder), plan)))
        reports[-1].show(console)
    if out:
        out.write_text(json.dumps(document(reports, plan), indent=1), encoding="utf-8")


if __name__ == "__main__":
    main()
