"""The register of entitlements: which devices a maker or a contract covers, from when, until when, and for what."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.errors import AlreadyExists, FieldError, Invalid, NotFound
from depot.identifiers import fold
from depot.versions import claim
from depot.warranty import digest_of, digest_of_range
from models import Entitlement, EntitlementKind, EntitlementScope
from models.upsert import insert_if_absent


@dataclass(frozen=True)
class Subject:
    """What an entitlement is for: one serial number, a range of them, a model, or, with none of these, a whole make."""

    make: str
    serial_number: str | None = None
    serial_from: str | None = None
    serial_to: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Promise:
    """What is owed, from the first day to the last one."""

    kind: EntitlementKind
    valid_from: date
    valid_until: date
    parts: bool = True
    labour: bool = True
    terms: str | None = None
    reference: str | None = None


@dataclass(frozen=True)
class EntitlementFilter:
    """What a list is narrowed to; None narrows nothing. ``serial_number`` is one unit's, or the first of a range."""

    make: str | None = None
    serial_number: str | None = None
    reference: str | None = None
    kind: EntitlementKind | None = None


def create_entitlement(session: Session, subject: Subject, promise: Promise, now: datetime) -> Entitlement:
    """A new entitlement. Raises Invalid, and AlreadyExists for one that says the same and is in use."""
    bad = [*_subject_errors(subject), *_promise_errors(promise)]
    if bad:
        raise Invalid(bad)
    new = insert_if_absent(
        session, Entitlement, **_filed(subject), **_columns(promise), version=1, created_at=now
    )  # fmt: skip
    if new is None:
        raise AlreadyExists("An entitlement of this kind, reference and span is on record for this already.")
    return session.get_one(Entitlement, new)


def _subject_errors(subject: Subject) -> list[FieldError]:
    ends = (subject.serial_from, subject.serial_to)
    ways = sum([subject.serial_number is not None, ends != (None, None), subject.model is not None])
    blank = [name for name, text in vars(subject).items() if text is not None and not fold(text)]
    bad = [FieldError(f"/{name}", "This may not be blank.") for name in blank]
    if ways > 1:
        bad.append(FieldError("", "State `serial_number`, or `serial_from` and `serial_to`, or `model`, or none."))
    if (ends[0] is None) != (ends[1] is None):
        bad.append(FieldError("/serial_to", "A range has two ends: `serial_from` and `serial_to`."))
    elif ends[0] is not None and ends[1] is not None:
        first, last = ends[0].strip(), ends[1].strip()
        if len(first) != len(last) or first > last:
            bad.append(FieldError("/serial_to", "The last serial number is as long as the first, and not before it."))
    return bad


def _promise_errors(promise: Promise) -> list[FieldError]:
    bad = []
    if promise.valid_until < promise.valid_from:
        bad.append(FieldError("/valid_until", "It ends before it begins."))
    if not (promise.parts or promise.labour):
        bad.append(FieldError("/parts", "It covers parts, or labour, or both."))
    return bad


def _filed(subject: Subject) -> dict[str, object]:
    """The columns that say what an entitlement is for."""
    make = subject.make.strip()
    first, last, model = (_stripped(text) for text in (subject.serial_from, subject.serial_to, subject.model))
    serial = _stripped(subject.serial_number)
    if serial is not None:
        scope, digest, first = EntitlementScope.SERIAL, digest_of(make, EntitlementScope.SERIAL, serial), serial
    elif first is not None and last is not None:
        scope, digest = EntitlementScope.RANGE, digest_of_range(make, first, last)
    elif model is not None:
        scope, digest = EntitlementScope.MODEL, digest_of(make, EntitlementScope.MODEL, fold(model))
    else:
        scope, digest = EntitlementScope.MAKE, digest_of(make, EntitlementScope.MAKE)
    known = {"serial_from": first, "serial_to": last, "model": model}
    return {"make": make, "make_folded": fold(make), "scope": scope, "lookup": digest, **known}


def _stripped(text: str | None) -> str | None:
    return None if text is None else text.strip()


def _columns(promise: Promise) -> dict[str, object]:
    return {**vars(promise), "reference": (promise.reference or "").strip()}


def promise_of(row: Entitlement) -> Promise:
    """What is on record, to be changed with ``dataclasses.replace``."""
    names = ("kind", "valid_from", "valid_until", "parts", "labour", "terms")
    return Promise(**{name: getattr(row, name) for name in names}, reference=row.reference or None)


def change_entitlement(session: Session, row: Entitlement, promise: Promise, version: int | None) -> None:
    """Change what is owed; for something else it is another entitlement. Raises Invalid, Stale."""
    bad = _promise_errors(promise)
    if bad:
        raise Invalid(bad)
    claim(session, row, version)
    for name, value in _columns(promise).items():
        setattr(row, name, value)


def retire_entitlement(session: Session, row: Entitlement, version: int | None, now: datetime) -> None:
    """Take an entitlement out of use; what was found of it before stays. Raises Stale."""
    claim(session, row, version)
    row.retired_at = row.retired_at or now


def find_entitlement(session: Session, entitlement_id: int) -> Entitlement:
    """The entitlement with this id, retired or not. Raises NotFound."""
    row = session.get(Entitlement, entitlement_id)
    if row is None:
        raise NotFound(f"There is no entitlement {entitlement_id}.")
    return row


def select_entitlements(wanted: EntitlementFilter) -> Select[Entitlement]:
    """The query for a list of entitlements, retired ones too; the caller adds order and page."""
    query = select(Entitlement)
    if wanted.make is not None:
        query = query.where(Entitlement.make_folded == fold(wanted.make))
    if wanted.serial_number is not None:
        query = query.where(Entitlement.serial_from == wanted.serial_number.strip())
    if wanted.reference is not None:
        query = query.where(Entitlement.reference == wanted.reference.strip())
    return query if wanted.kind is None else query.where(Entitlement.kind == wanted.kind)
