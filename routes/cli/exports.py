"""``depot export``: what is on record, as CSV for other systems."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from functools import partial
from pathlib import Path

import click
from sqlalchemy.orm import Session

from depot.depots import find_depot
from depot.open_repair import COLUMNS, Page, export_page
from routes.cli.opening import Application, MakeApp, opened
from routes.csv_files import write_rows


@click.group()
def command() -> None:
    """Export repairs as CSV: UTF-8, commas, every text as it stands on record.

    A spreadsheet takes a text that begins with =, +, - or @ for a formula, whoever typed it: for one, say
    --for-spreadsheet.
    """


@command.command()
@click.option("--out", type=click.Path(dir_okay=False, writable=True, path_type=Path), help="File; else printed.")
@click.option("--depot", "depot_code", help="One depot's repairs; else those of all.")
@click.option("--for-spreadsheet", is_flag=True, help="Put an apostrophe before what a spreadsheet would run.")
@click.pass_obj
def repairs(make_app: MakeApp, out: Path | None, depot_code: str | None, for_spreadsheet: bool) -> None:
    """Export the repairs that have ended, in the columns of the Open Repair Data Standard.

    What was imported goes out as it came in. Of our own, the model is the partner_product_category and the category is
    Misc. `problem` is in the customer's own words: read it through before you publish it.
    """
    app = opened(make_app, may_make=False)
    rows = _rows(app, depot_code)
    if out is None:
        write_rows(sys.stdout, COLUMNS, rows, for_spreadsheet)
        return
    with out.open("w", encoding="utf-8", newline="") as file:
        written = write_rows(file, COLUMNS, rows, for_spreadsheet)
    click.echo(f"{out}: {written} repairs.")


def _rows(app: Application, depot_code: str | None) -> Iterator[Sequence[str]]:
    """All rows, a page in a unit of work of its own, so that none is written twice and memory stays the same."""
    after: int | None = 0
    while after is not None:
        page = app.unit_of_work(partial(_page, after=after, depot_code=depot_code), writing=False)
        yield from page.rows
        after = page.last


def _page(session: Session, after: int, depot_code: str | None) -> Page:
    return export_page(session, after, find_depot(session, depot_code) if depot_code else None)
