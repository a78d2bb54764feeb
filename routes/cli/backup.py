"""``depot backup``: everything in one file, as it was at one moment, while the service goes on."""

from __future__ import annotations

from pathlib import Path

import click
from sqlalchemy.engine import Connection

from depot.attachments import folder_in
from models import db, migrate
from models.dump import read_rows, shapes
from routes.cli import archive
from routes.cli.archive import Contents, Writer
from routes.cli.opening import Application, MakeApp, opened

with_secret_option = click.option(
    "--with-secret",
    is_flag=True,
    help="Put the secret in as well: passcodes can then be read from the file, so keep it under lock.",
)


@click.command()
@click.argument("file", type=click.Path(dir_okay=False, path_type=Path))
@with_secret_option
@click.pass_obj
def command(make_app: MakeApp, file: Path, with_secret: bool) -> None:
    """Write everything on record, and the attached files, to FILE.

    Runs while the service does, and holds nobody up: it sees the moment at which it began. `depot restore FILE` reads
    it into an empty database, SQLite or PostgreSQL. Without the secret, passcodes in it stay unreadable: keep the
    secret somewhere else.
    """
    app = opened(make_app, may_make=False)
    if file.exists():
        raise click.ClickException(f"{file} is there already. Nothing was changed: choose another name.")
    with archive.writing(file) as writer:
        contents = save(app, writer)
        if with_secret:
            writer.add_secret(app.settings.secret_key)
        writer.finish(contents)
    rows = sum(table.rows for table in contents.tables)
    click.echo(f"{file}: {rows} rows of {len(contents.tables)} tables, {len(contents.files)} attached files.")
    if not with_secret:
        click.echo("The secret is not in it: without it passcodes cannot be read after a restore.")


def save(app: Application, writer: Writer) -> Contents:
    """Add the rows of one moment, then the files: these are there before their rows, and stay."""
    with app.app_context(), db.engine.connect() as connection:
        one_moment(connection)
        tables = [writer.add_rows(shape, read_rows(connection, shape)) for shape in shapes()]
        revision = migrate.revision_of(connection)
    files = {name: writer.add_file(name, path) for name, path in attached_files(app.settings.data_dir)}
    return Contents(app.clock().isoformat(), revision, tables, files)


def one_moment(connection: Connection) -> None:
    """Let all that follows see the same moment; a reading transaction of SQLite does so by itself."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")


def attached_files(data_dir: Path) -> list[tuple[str, Path]]:
    """The attached files by the name of their hash."""
    return sorted((path.name, path) for path in folder_in(data_dir).glob("??/*") if len(path.name) == 64)
