"""What a view asks of the request around it: who acts, what time it is, and the session of its unit of work."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any, Protocol, TypeVar, cast

from flask import current_app, g
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.settings import Settings
from models import db

T = TypeVar("T")
F = TypeVar("F", bound=Callable[..., Any])


class Service(Protocol):
    """What routes use of the application, which lies above them."""

    settings: Settings

    @property
    def clock(self) -> Callable[[], datetime]:
        """The clock, read once per request."""

    def unit_of_work(self, work: Callable[[Session], T], writing: bool = True) -> T:
        """Do the work in one transaction."""

    def best_effort(self, work: Callable[[Session], object], patience: float = ...) -> bool:
        """Write something that may be lost."""


def own_units_of_work(view: F) -> F:
    """Mark a view that opens its units of work itself, to hold no transaction while it draws or streams."""
    view.own_units_of_work = True  # type: ignore[attr-defined]
    return view


def service() -> Service:
    """The application that answers this request."""
    return cast("Service", current_app)


def actor() -> Actor:
    """Who sent this request; set by authentication."""
    who: Actor = g.actor
    return who


def now() -> datetime:
    """The time of this request: one for all that it does."""
    if "now" not in g:
        g.now = service().clock()
    moment: datetime = g.now
    return moment


def session() -> Session:
    """The session of this request's unit of work."""
    return db.session()
