"""What a depot has before anybody has done anything: the system among the persons, the depot ``MAIN``, the codes."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from depot.codes import ensure_codes
from depot.depots import ensure_main
from depot.people import ensure_system


def prepare(session: Session, now: datetime) -> None:
    """Make what is not there yet; what is there stays as it is. For every start, after the migrations."""
    ensure_system(session, now)
    ensure_main(session, now)
    ensure_codes(session, now)
