"""``depot import``: what other systems wrote into CSV files, row by row into this one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

import click

from routes.cli.imports.customers import CUSTOMERS
from routes.cli.imports.entitlements import ENTITLEMENTS
from routes.cli.imports.models import MODELS
from routes.cli.imports.parts import PARTS
from routes.cli.imports.repairs import REPAIRS
from routes.cli.imports.run import Importer, Wishes, run
from routes.cli.imports.stock import STOCK
from routes.cli.opening import MakeApp, opened
from routes.csv_files import ENCODINGS

C = TypeVar("C", bound=Callable[..., Any])

IMPORTERS: tuple[Importer[Any], ...] = (PARTS, STOCK, MODELS, CUSTOMERS, REPAIRS, ENTITLEMENTS)
FILE = click.Path(exists=True, dir_okay=False, readable=True, path_type=Path)
OPTIONS = (
    click.option("--depot", "depot_code", help="The depot's code; may be left out where there is one depot."),
    click.option(
        "--encoding",
        type=click.Choice(ENCODINGS),
        help="What the file is written in, where it is neither UTF-8 nor marked as UTF-16.",
    ),
    click.option("--ignore", multiple=True, metavar="COLUMN", help="Leave a column out; repeat it for several."),
    click.option(
        "--report",
        type=click.Path(dir_okay=False, writable=True, path_type=Path),
        help="Write every refused row to this CSV file: line, column, reason.",
    ),
)


@click.group()
def command() -> None:
    """Import parts, stock, models, customers, entitlements or repairs from a CSV file.

    Each row comes in whole or not at all. A refused row is named with its line and the reason, and the command then
    ends with 1: mend these rows and import the file again, as a row that is in already is recognised and left alone.

    Files may be UTF-8 or marked UTF-16, separated by commas, semicolons or tabs; of others name the --encoding.
    What each file must hold: depot import parts --help, and so on.
    """


def _add(importer: Importer[Any]) -> None:
    @click.argument("file", type=FILE)
    @click.pass_obj
    def import_file(make_app: MakeApp, /, file: Path, **wished: Any) -> None:
        run(opened(make_app), importer, file, Wishes(**wished))

    for option in reversed((*OPTIONS, *importer.options)):
        import_file = option(import_file)
    text = f"Import {importer.what} from a CSV file.\n\n{importer.told}\n\n{importer.columns_told}"
    command.add_command(click.command(importer.what, help=text)(import_file))


for _importer in IMPORTERS:
    _add(_importer)
