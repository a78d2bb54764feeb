"""``depot restore``: a backup read into an empty database, all of it or nothing."""

from __future__ import annotations

import os
from pathlib import Path

import click
from sqlalchemy.engine import Connection

from depot import files, passcodes
from depot.attachments import folder_in
from depot.settings import Settings, read_settings, replace_secret
from models import db, migrate
from models.dump import write_rows
from routes.cli import archive, verify
from routes.cli.archive import NotABackup, Reader
from routes.cli.opening import Application, MakeApp, place_of
from routes.cli.serving import nobody_serving


@click.command()
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.pass_obj
def command(make_app: MakeApp, file: Path) -> None:
    """Read the backup FILE into the empty database that the settings name, and check it.

    Nothing is replaced: where there is a depot already, or a service runs, it refuses. A backup of an older version
    comes out as one of this version. Name a new folder with DEPOT_DATA_DIR, or a new database with DEPOT_DATABASE_URL.
    """
    settings = read_settings(os.environ)
    with nobody_serving(settings.data_dir):
        app = make_app(settings)
        try:
            with archive.reading(file) as reader:
                secret = restore(app, reader)
        except NotABackup as damage:
            raise click.ClickException(f"{file} cannot be restored: {damage}. Nothing was changed.") from damage
        except migrate.NotEmpty as full:
            raise click.ClickException(f"There is a depot in {place_of(app)} already. {ELSEWHERE}") from full
    unreadable = app.unit_of_work(lambda session: passcodes.count_unreadable(session, secret), writing=False)
    if unreadable:
        click.echo(f"Unreadable without the secret of the service that was backed up: passcodes: {unreadable}. {KEY}")
    verify.report(app)


ELSEWHERE = "Nothing was changed: set DEPOT_DATA_DIR to a new folder, or DEPOT_DATABASE_URL to an empty database."
KEY = "Set DEPOT_SECRET_KEY to it (`unzip -p FILE secret` prints one that was put in); everything else is there."


def restore(app: Application, reader: Reader) -> str:
    """Files and secret first, which harm nobody without the rows; the answer is the secret in force from now on."""
    with app.app_context(), db.engine.connect() as connection:
        if migrate.revision_of(connection) is not None:
            raise migrate.NotEmpty
    for name in reader.contents.files:
        if files.keep(folder_in(app.settings.data_dir), b"".join(reader.chunks(name))) != name:
            raise NotABackup(f"the file {name} is another one")
    secret = take_secret(app.settings, reader.secret())
    with app.app_context():
        migrate.refill(db.engine, reader.contents.revision or "base", lambda connection: load(connection, reader))
    return secret


def load(connection: Connection, reader: Reader) -> None:
    """Add all rows, in the order of the tables."""
    for saved in reader.contents.tables:
        write_rows(connection, saved.shape, reader.rows(saved))


def take_secret(settings: Settings, backed_up: str | None) -> str:
    """Use the secret of the backup where the settings leave it to a file; the answer is the one in force."""
    if backed_up is not None and replace_secret(settings, backed_up):
        return backed_up
    return settings.secret_key
