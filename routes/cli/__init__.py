"""The ``depot`` command: one module for each subcommand, and the one place where failures become advice.

A subcommand's module is imported when it is called, by name, here and nowhere else: what only one of them needs
(gunicorn, rich, the demonstration) would slow all the others and ``--help``. That is why each short help stands here.
"""

from __future__ import annotations

import importlib
import logging
from typing import Any

import click

from routes.cli.failures import FAILURES, advice
from routes.cli.opening import MakeApp

COMMANDS = {
    "serve": "Run the service; prints its address, and on the first start an admin token.",
    "setup": "Fill in what paper says about a depot, its clock, its rates and its policies.",
    "token": "Make a token for a person or a machine; prints the token alone.",
    "import": "Import parts, stock, models, customers or repairs from a CSV file.",
    "export": "Export repairs as CSV, in the Open Repair Data Standard.",
    "print": "Print the labels of devices on a label printer.",
    "verify": "Check histories, stock, money and paper against each other; names what is wrong.",
    "tidy": "End announcements past their day, forget old answers; prints how many.",
    "backup": "Write everything on record to one file, while the service runs.",
    "restore": "Read a backup into an empty database, SQLite or PostgreSQL.",
    "demo": "Fill a depot of its own and take one device through all stages.",
}

MODULES = {"import": "imports", "export": "exports"}
"""The modules of commands whose names cannot be a module's."""


class Commands(click.Group):
    """Subcommands that are imported when called."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002  click's signature
        """The names, in the order of the table."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002  click's signature
        """The subcommand of a name; None for an unknown one."""
        if cmd_name not in COMMANDS:
            return None
        command: click.Command = importlib.import_module(f"routes.cli.{MODULES.get(cmd_name, cmd_name)}").command
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002  click's signature
        """The list in ``--help``, which imports nothing."""
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> Any:
        """Run a subcommand; a failure that is foreseen ends it with a sentence and what to do, and status 1."""
        try:
            return super().invoke(ctx)
        except BrokenPipeError:
            raise  # whoever read the output has gone; click knows what to do
        except FAILURES as failure:
            raise click.ClickException(advice(failure)) from failure


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
def depot() -> None:
    """The service on which a repair depot runs.

    Begin with `depot demo`, or with `depot serve`. Settings are the environment variables DEPOT_*.
    """
    logging.getLogger("depot").addHandler(logging.NullHandler())  # a command says what is wrong itself; `serve` logs


def run(make_app: MakeApp) -> None:
    """Do what the command line says, with applications made by ``make_app``."""
    depot(obj=make_app)
