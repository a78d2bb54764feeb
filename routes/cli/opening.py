"""How a command opens the service: its settings, its application, its tables."""

from __future__ import annotations

import os
from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeAlias, TypeVar

import click
from flask.ctx import AppContext
from flask.testing import FlaskClient
from sqlalchemy import inspect
from sqlalchemy.orm import Session

from depot import first_start
from depot.settings import Settings, read_settings
from models import db, migrate

T = TypeVar("T")


class Application(Protocol):
    """What commands use of the application, which lies above them."""

    settings: Settings
    clock: Callable[[], datetime]

    def __call__(self, environ: Any, start_response: Any) -> Any:
        """Answer a request, as a WSGI server asks for it."""

    def app_context(self) -> AppContext:
        """The context in which the database handle knows its engine."""

    def test_client(self) -> FlaskClient:
        """A client in this process."""

    def unit_of_work(self, work: Callable[[Session], T], writing: bool = True) -> T:
        """Do the work in one transaction."""


MakeApp: TypeAlias = Callable[[Settings], Application]


def has_no_tables(app: Application) -> bool:
    """Whether the database is as good as new."""
    with app.app_context():
        return not inspect(db.engine).get_table_names()


def bring_up(app: Application) -> None:
    """Bring the tables to this version, and make what every depot has from the start."""
    with app.app_context():
        migrate.upgrade(db.engine)
    app.unit_of_work(lambda session: first_start.prepare(session, app.clock()))


def opened(make_app: MakeApp, may_make: bool = True) -> Application:
    """The application on a database of this version; a new one is made, if that is wanted.

    Raises ClickException for tables of another version: only ``serve`` changes those, while nobody else is at work.
    """
    app = make_app(read_settings(os.environ))
    if has_no_tables(app):
        if not may_make:
            raise click.ClickException(f"There is no depot in {place_of(app)}. {WHERE_ELSE}")
        bring_up(app)
    with app.app_context():
        current = migrate.is_current(db.engine)
    if not current:
        raise click.ClickException(
            f"The tables in {place_of(app)} are of another version. `depot serve` brings them up to this one."
        )
    return app


WHERE_ELSE = "DEPOT_DATA_DIR names its folder, or DEPOT_DATABASE_URL its database: set the one that you serve with."


def place_of(app: Application) -> str:
    """Where the data lives, as it may be shown: without a password."""
    with app.app_context():
        url = db.engine.url
        return str(url.database) if db.engine.dialect.name == "sqlite" else url.render_as_string(hide_password=True)
