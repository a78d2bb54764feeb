"""``depot verify``: is what is on record still what happened?"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import chain
from pathlib import Path

import click
from sqlalchemy.orm import Session

from depot import verify
from depot.attachments import folder_in
from depot.verify_files import file_faults
from routes.cli.opening import Application, MakeApp, opened


@click.command()
@click.pass_obj
def command(make_app: MakeApp) -> None:
    """Check histories, stock, money, loans, paper and files against each other.

    Changes nothing, and may run while the service does. Prints each fault on a line and exits with 1.
    """
    report(opened(make_app, may_make=False))


def report(app: Application) -> None:
    """Print every fault, and then how many; or that there is none, and how much was looked at.

    Raises ClickException where there are faults.
    """
    folder = folder_in(app.settings.data_dir)
    found = app.unit_of_work(lambda session: tell_faults(session, folder), writing=False)
    if found:
        raise click.ClickException(
            f"{found} fault{'s' if found > 1 else ''}. Change nothing by hand: keep a copy of the database,"
            " and see docs/operator-guide.md for what each fault means."
        )
    counts = app.unit_of_work(verify.counted, writing=False)
    click.echo(f"All is well ({said_in_counts(counts)}).")


def said_in_counts(counts: Mapping[str, int]) -> str:
    """How much was looked at, in words."""
    return ", ".join(f"{what}: {number}" for what, number in counts.items())


def tell_faults(session: Session, folder: Path) -> int:
    """Print every fault as it is found, of the database and of the files in a folder; the answer is how many."""
    found = 0
    for fault in chain(verify.faults(session), file_faults(session, folder)):
        click.echo(fault)
        found += 1
    return found
