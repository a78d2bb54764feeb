"""The application: built here from its settings, with the unit of work and the one commit.

Around the dispatch of each request, and around each piece of work of the command line and the worker, there is one
unit of work: returning commits, raising rolls back. It goes around ``dispatch_request`` and not into ``after_request``
because a refusal that the commit itself brings still has to become a problem document.
"""

from __future__ import annotations

import logging
import random
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from datetime import UTC, datetime
from typing import TypeVar

from flask import Flask, Response, g, has_app_context, request
from sqlalchemy.orm import Session
from werkzeug.middleware.proxy_fix import ProxyFix

from depot.errors import Busy, DatabaseAway, Refusal, Retry
from depot.faults import DATABASE_FAULTS, meaning_of
from depot.settings import Settings
from models import db
from models.engine import doubtful_commit, engine_options, prepare_engine
from routes import cli, register_routes
from routes.bodies import Request
from routes.idempotency import answer_once, send_once

T = TypeVar("T")

ATTEMPTS = 8
FIRST_PAUSE = 0.005
READING = frozenset({"GET", "HEAD", "OPTIONS"})

log = logging.getLogger(__name__)


def utc_now() -> datetime:
    """The clock of the service; rules are told the time and never read it."""
    return datetime.now(UTC)


class DepotApp(Flask):
    """Flask with settings, a clock and the unit of work."""

    request_class = Request
    settings: Settings
    clock: Callable[[], datetime] = staticmethod(utc_now)

    def dispatch_request(self) -> Response:
        """Answer inside a unit of work, a reading one for what only reads; an error status leaves nothing behind."""
        view = self.view_functions.get(request.endpoint or "")
        if getattr(view, "own_units_of_work", False):
            return self._respond() if getattr(view, "answers_once", False) else send_once(self._respond)
        if request.method in READING:
            return self.unit_of_work(lambda _: self._respond(), writing=False)
        return answer_once(self._respond)

    def _respond(self) -> Response:
        response = self.make_response(super().dispatch_request())
        if response.status_code >= 400:
            db.session.rollback()
        return response

    def unit_of_work(self, work: Callable[[Session], T], writing: bool = True) -> T:
        """Do the work and commit it, or roll back what it raises. Work that met another's is done again, a few times.

        The transaction opens at the first query. A reading unit cannot write. Raises a Refusal for what the database
        could not do. One inside another raises RuntimeError: the inner one would commit the outer one's half.
        """
        with self._context():
            if g.get("in_unit_of_work"):
                raise RuntimeError("a unit of work inside a unit of work")
            g.in_unit_of_work = True
            try:
                return self._attempts(work, writing)
            finally:
                g.in_unit_of_work = False

    def best_effort(self, work: Callable[[Session], object], patience: float = 0.05) -> bool:
        """Write something that may be lost, without waiting for other writers: says whether it was written."""
        with self._context():
            engine = db.engine.execution_options(writing=True, patience=patience)
            try:
                with Session(engine) as session, session.begin():
                    work(session)
            except DATABASE_FAULTS as fault:
                log.info("left undone: %s", fault)
                return False
            return True

    def _context(self) -> AbstractContextManager[object]:
        return nullcontext() if has_app_context() else self.app_context()

    def _attempts(self, work: Callable[[Session], T], writing: bool) -> T:
        give_up = time.monotonic() + self.settings.write_wait
        for attempt in range(ATTEMPTS):
            try:
                return self._attempt(work, writing)
            except Retry:
                if time.monotonic() > give_up:
                    break
                time.sleep(random.uniform(0, FIRST_PAUSE * 2**attempt))  # noqa: S311  no secret depends on it
        raise Busy

    def _attempt(self, work: Callable[[Session], T], writing: bool) -> T:
        session = db.session()
        session.info["writing"] = writing
        try:
            result = work(session)
            self._commit(session)
        except DATABASE_FAULTS as fault:
            meaning = meaning_of(fault)
            if meaning is None:
                raise
            raise meaning from fault
        finally:
            db.session.remove()
        return result

    def _commit(self, session: Session) -> None:
        """The one commit. Whether it took place is unknown where the connection broke meanwhile or a standby lags."""
        session.flush()  # so that what fails from here on is the commit itself
        doubtful_commit.set(False)
        try:
            session.commit()
        except DATABASE_FAULTS as fault:
            if isinstance(meaning_of(fault), DatabaseAway):
                raise unknown_outcome() from fault
            raise
        if doubtful_commit.get():
            raise unknown_outcome()


def unknown_outcome() -> Refusal:
    """What a caller is told when the database did not say whether it saved."""
    return DatabaseAway(
        "The database was lost while saving; whether it was saved is unknown."
        " Look, or send the same request with the same Idempotency-Key again."
    )


def create_app(settings: Settings) -> DepotApp:
    """The application on the database that the settings name. Makes no tables: migrations run before the workers."""
    app = DepotApp(__name__, template_folder="routes/templates", static_folder="routes/static")
    app.settings = settings
    app.config.update(
        SECRET_KEY=settings.secret_key,
        MAX_CONTENT_LENGTH=settings.body_limit,
        SQLALCHEMY_DATABASE_URI=settings.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(settings.database_url, settings.write_wait),
    )
    db.init_app(app)
    with app.app_context():
        prepare_engine(db.engine, settings.write_wait)
    register_routes(app)
    app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.proxies, x_proto=settings.proxies)  # type: ignore[method-assign]
    return app


def main() -> None:
    """The ``depot`` command."""
    cli.run(create_app)
