"""``depot print``: labels of devices on a label printer, from the command line."""

from __future__ import annotations

from urllib.parse import urlsplit

import click
from sqlalchemy.orm import Session

from depot import printers
from depot.actors import SYSTEM
from depot.errors import NotFound
from depot.label_values import LabelKind, Values, Wanted, list_labels
from depot.printers import RAW_PORT, PrinterFacts
from labels.stocks import RESOLUTIONS, STOCKS
from routes.cli.opening import MakeApp, opened
from routes.labels import Printing, all_warnings, demand_few, drawn, labels_of
from routes.printing import send
from routes.schemas.labels import MOST_COPIES


@click.command()
@click.argument("numbers", nargs=-1, required=True)
@click.option("--printer", required=True, metavar="CODE|HOST:PORT", help="A printer on record, or where one listens.")
@click.option("--copies", type=click.IntRange(1, MOST_COPIES), default=1, help="How often each label.")
@click.option("--stock", type=click.Choice(list(STOCKS)), help="Else what is on record for the printer, or 50x30.")
@click.option("--dpi", type=click.Choice([str(dpi) for dpi in RESOLUTIONS]), help="Else as on record, or 203.")
@click.pass_obj
def command(
    make_app: MakeApp, numbers: tuple[str, ...], printer: str, copies: int, stock: str | None, dpi: str | None
) -> None:
    """Print the labels of the devices of these repair orders."""
    demand_few(numbers, copies)
    app = opened(make_app, may_make=False)
    facts, found = app.unit_of_work(lambda session: _read(session, numbers, printer), writing=False)
    values, how = (
        labels_of(found, app.settings.public_url),
        Printing(stock or facts.stock, int(dpi or facts.dpi), copies),
    )
    confirmed = send(facts.host, facts.port, drawn("zpl", values, how), anywhere=True)
    for warning in all_warnings(values):
        click.echo(warning, err=True)
    count = f"{len(values) * copies} label{'s' if len(values) * copies > 1 else ''}"
    click.echo(f"Sent {count} to {facts.host}:{facts.port}." + ("" if confirmed else f" {UNCONFIRMED}"))


UNCONFIRMED = "The printer did not confirm: look whether it printed."


def _read(session: Session, numbers: tuple[str, ...], printer: str) -> tuple[PrinterFacts, list[Values]]:
    """Where to print, and what the labels say."""
    return _target(session, printer), list_labels(session, Wanted(LabelKind.REPAIR_ORDER, numbers), SYSTEM)


def _target(session: Session, printer: str) -> PrinterFacts:
    """The printer on record with this code, else the host that it names."""
    try:
        return printers.facts_of(printers.find_printer(session, printer, SYSTEM))
    except NotFound:
        host, port = _place(printer)
    if not host:
        raise click.BadParameter(f"There is no printer {printer}; name one on record, or HOST:PORT.")
    printers.check_host(host, anywhere=True)
    return PrinterFacts(host, port)


def _place(text: str) -> tuple[str, int]:
    """The host and port of ``HOST:PORT``; no host for anything else."""
    try:
        parts = urlsplit(f"//{text}")
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return "", RAW_PORT
    return (host, port) if port else ("", RAW_PORT)
