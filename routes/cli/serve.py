"""``depot serve``: everything that one needs to run the service, from a fresh install, in one command.

The port is taken first, so that a port in use is told before anything is changed. Tables, first rows and fonts come
before the workers: they are forked from this process, after its connections are closed.
"""

from __future__ import annotations

import errno
import logging
import os
import socket
from collections.abc import Callable
from typing import Any

import click
from gunicorn.app.base import BaseApplication
from sqlalchemy.orm import Session

from depot import depots, first_token
from depot.actors import SYSTEM
from depot.settings import read_settings
from labels import fonts
from models import Depot, db
from routes.cli.opening import Application, MakeApp, bring_up
from routes.cli.patience import Answer, PatientWorker, framed
from routes.cli.serving import serving
from routes.cli.tidy import tidy

WORKERS, THREADS = 2, 4
BACKLOG = 2048
DEFAULT_PORT = 8000
HIGHEST_PORT = 65535

TAKEN = {
    errno.EADDRINUSE: "The port {port} is taken. Stop what runs there, or choose another one: --port {other}",
    errno.EACCES: "Only the system's administrator may use port {port}. Choose one above 1023: --port {other}",
    errno.EADDRNOTAVAIL: "This machine has no address {host}. Use 127.0.0.1, or 0.0.0.0 for all: --host 0.0.0.0",
}

port_option = click.option(
    "--port",
    type=click.IntRange(0, HIGHEST_PORT),
    default=DEFAULT_PORT,
    show_default=True,
    help="TCP port; 0 takes any that is free.",
)
host_option = click.option(
    "--host", default="127.0.0.1", show_default=True, help="Address to listen on; 0.0.0.0 is every one of this machine."
)


class Server(BaseApplication):  # type: ignore[misc]  # gunicorn has no types
    """gunicorn, told by us instead of by its own command line and files."""

    def __init__(self, app: Answer, options: dict[str, Any]) -> None:
        self._app, self._options = app, options
        super().__init__()

    def load_config(self) -> None:
        """Take the options."""
        for name, value in self._options.items():
            self.cfg.set(name, value)

    def load(self) -> Answer:
        """The application, made before the workers were."""
        return framed(self._app)


@click.command()
@port_option
@host_option
@click.pass_obj
def command(make_app: MakeApp, port: int, host: str) -> None:
    """Run the service until Ctrl-C or SIGTERM.

    The embedded database, its folder and its secret are made by themselves (DEPOT_DATA_DIR); tables are brought to
    this version.
    """
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    with listen(host, port) as listening:
        app = make_app(read_settings(os.environ))
        with serving(app.settings.data_dir):
            bring_up(app)
            tell_first_token(app)
            for warning in warnings_of(app):
                click.echo(f"Warning: {warning}", err=True)
            run(app, listening, lambda address: click.echo(f"Depot is running at {address}  (Ctrl-C stops it)"))


def listen(host: str, port: int) -> socket.socket:
    """A socket that listens there. Raises ClickException, with what to do, where that cannot be."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=BACKLOG)
    except socket.gaierror as error:
        raise click.ClickException(f"{host} is no address: {error.strerror}. Use 127.0.0.1 or 0.0.0.0.") from error
    except OSError as error:
        said = TAKEN.get(error.errno or 0, "Cannot listen on {host}, port {port}: " + str(error.strerror))
        other = port + 1 if 1023 < port < HIGHEST_PORT else DEFAULT_PORT
        raise click.ClickException(said.format(host=host, port=port, other=other)) from error


def address_of(listening: socket.socket) -> str:
    """The address at which browsers find what listens there."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def tell_first_token(app: Application) -> None:
    """Print an admin's token where there is none at all yet."""
    secret = app.unit_of_work(lambda session: first_token.issue_first(session, app.clock()))
    if secret is not None:
        click.echo(f"First start. Admin token (shown only now): {secret}")
        click.echo("Another one, at any time: depot token NAME --role admin")


def warnings_of(app: Application) -> list[str]:
    """What still keeps the depot's paper from being whole."""
    unset = (
        "DEPOT_PUBLIC_URL is unset, so paper bears no QR code, only the code as text."
        " Set it to the address under which customers reach this service."
    )
    return ([] if app.settings.public_url else [unset]) + app.unit_of_work(_lacking, writing=False)


def _lacking(session: Session) -> list[str]:
    in_use = session.scalars(depots.select_depots(SYSTEM).where(Depot.retired_at.is_(None)).order_by(Depot.id))
    return [
        f"Paper of the depot {depot.code} lacks {', '.join(depots.unfilled(depot))}. Fill it in with `depot setup`."
        for depot in in_use
        if depots.unfilled(depot)
    ]


def run(app: Application, listening: socket.socket, when_ready: Callable[[str], None]) -> None:
    """Serve on a socket until a signal ends it; ``when_ready`` is told the address once the workers can answer.

    The last worker tells it: one that a signal meets while it starts would keep everybody waiting for its end.
    """
    tidy(app)
    for problem in fonts.load():
        click.echo(f"Warning: {problem}", err=True)
    with app.app_context():
        db.engine.dispose()
    address = address_of(listening)
    told = {"post_worker_init": lambda worker: when_ready(address) if worker.age == WORKERS else None}
    Server(app, options_for(listening) | told).run()


def options_for(listening: socket.socket) -> dict[str, Any]:
    """How gunicorn serves on a socket, which it takes over."""
    return {
        "bind": f"fd://{listening.detach()}",
        "worker_class": PatientWorker,
        "workers": WORKERS,
        "threads": THREADS,
        "control_socket_disable": True,
        "loglevel": "warning",
    }
