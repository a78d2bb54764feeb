"""``depot token``: a bearer token from the command line, which is where the first ones come from."""

from __future__ import annotations

from datetime import timedelta

import click

from depot import tokens
from depot.actors import SYSTEM
from models import NAME_LENGTH, Role
from routes.cli.opening import Application, MakeApp, opened
from routes.cli.typed import Line

LONGEST_DAYS = 3650


@click.command()
@click.argument("name", type=Line(NAME_LENGTH))
@click.option("--role", type=click.Choice([role.value for role in Role]), required=True, help="What its bearer may be.")
@click.option("--depot", "codes", multiple=True, metavar="CODE", help="Limit it to a depot; repeat it for several.")
@click.option("--expires-in", type=click.IntRange(1, LONGEST_DAYS), metavar="DAYS", help="Else until it is revoked.")
@click.pass_obj
def command(make_app: MakeApp, name: str, role: str, codes: tuple[str, ...], expires_in: int | None) -> None:
    """Make a token for the person or machine called NAME, who is put on record where there is none.

    Prints the token alone; nobody can read it again. It is sent as `Authorization: Bearer TOKEN`.
    """
    click.echo(_issued(opened(make_app), name, Role(role), codes, expires_in))


def _issued(app: Application, name: str, role: Role, codes: tuple[str, ...], expires_in: int | None) -> str:
    now = app.clock()
    end = None if expires_in is None else now + timedelta(days=expires_in)
    return app.unit_of_work(lambda session: tokens.issue(session, name, role, codes, SYSTEM, now, end)).secret
