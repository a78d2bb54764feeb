"""``depot tidy``, and what ``depot serve`` does before it serves: end what is past its day, forget what is too old."""

from __future__ import annotations

from functools import partial

import click

from depot import announcements, idempotency
from routes.cli.opening import Application, MakeApp, opened

FORGOTTEN_AT_ONCE = 1_000


@click.command()
@click.pass_obj
def command(make_app: MakeApp) -> None:
    """End announcements past their day, and forget answers that are kept for a day.

    May run while the service does, and as often as wanted: once a day, shortly after midnight, does.
    """
    click.echo(tidy(opened(make_app, may_make=False)))


def tidy(app: Application) -> str:
    """Do what is due, in units of work small enough to keep nobody waiting, and say how much it was."""
    ended, forgotten = _end_announcements(app), _forget_answers(app)
    return f"Announcements ended: {ended}. Answers forgotten: {forgotten}."


def _end_announcements(app: Application) -> int:
    ended, last_id = 0, 0
    while True:
        batch = app.unit_of_work(partial(announcements.expire_batch, now=app.clock(), after_id=last_id))
        if batch.last_id is None:
            return ended
        ended, last_id = ended + batch.ended, batch.last_id


def _forget_answers(app: Application) -> int:
    forgotten = 0
    while some := app.unit_of_work(lambda session: idempotency.purge(session, app.clock(), FORGOTTEN_AT_ONCE)):
        forgotten += some
    return forgotten
