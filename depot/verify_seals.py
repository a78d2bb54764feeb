"""``depot verify``, seals: the rows beside a history are, to the word, what its lines sealed them as.

The last seal of a row counts. A history that sealed its own subject with its first line has sealed everything since;
one that is older than seals vouches for what was written later.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from sqlalchemy import Row
from sqlalchemy.orm import Session

from depot.seals import ROWS, SEALED, WHOLE, Sealed, digests, key_of
from models import Subject

Line: TypeAlias = Row[*tuple[Any, ...]]
Rows: TypeAlias = Mapping[str, tuple[Sealed, Line]]


def sealed_rows(session: Session, subject: Subject, first: int, last: int) -> Mapping[int, Rows]:
    """By subject, the rows that the histories of the subjects between two ids vouch for."""
    found: dict[int, dict[str, tuple[Sealed, Line]]] = defaultdict(dict)
    for sealed in SEALED.values():
        if sealed.subject is subject:
            for row in session.execute(sealed.rows(first, last)):
                found[row.sealed_owner][key_of(sealed.kind, row.sealed_id)] = (sealed, row)
    return found


def seal_faults(own_key: str, rows: Rows, events: list[Line]) -> Iterator[str]:
    """A sentence for each row of one subject that is not what its history sealed; ``own_key`` is the subject's own."""
    told = {key: (event, said) for event in events for key, said in event.facts.get(ROWS, {}).items()}
    for key, (event, said) in told.items():
        if key in rows:
            yield from (f"{key}: {what}" for what in _broken(*rows[key], event, said))
        else:
            yield f"{key}: is gone; event {event.seq} tells of it"
    if events and own_key in events[0].facts.get(ROWS, {}):
        yield from (f"{key}: no event tells of it" for key in rows.keys() - told.keys())


def _broken(sealed: Sealed, row: Line, event: Line, said: Mapping[str, str]) -> Iterator[str]:
    stands = digests(sealed, row, event.salt or "")
    if stands.pop(WHOLE) != said[WHOLE]:
        yield f"was changed; it is not what event {event.seq} sealed"
    for name, digest in stands.items():
        if digest != said.get(name):
            yield f"its {name} was changed; it is not what event {event.seq} sealed"
