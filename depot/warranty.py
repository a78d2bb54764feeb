"""Is a device under warranty? The register is asked by make, serial number and model, on the depot's own day.

Per kind of promise the most particular one counts: of a serial number before of a range of them, of a model, of the
whole make; among equals the one that ends last. A device is in warranty while one that counts is in force.

What an entitlement is for is kept as a digest, so that a look-up is a handful of equalities, however many entitlements
there are. A range is filed under what its two ends begin with alike: every serial number within begins so too, and
ranges that do not overlap share such a beginning with few others. Serial numbers are compared exactly, character by
character in the order of Unicode, and only with those of the same length: both ends of a range belong to it.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import takewhile

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.canonical import canonical
from depot.depots import today
from depot.identifiers import fold
from models import (
    Coverage,
    Entitlement,
    EntitlementKind,
    EntitlementScope,
    Quote,
    RepairOrder,
    WarrantyLookup,
    WarrantyStatus,
)

SCOPES = tuple(EntitlementScope)
NOTHING = "Nothing is on record for this make, model and serial number."


@dataclass(frozen=True)
class Unit:
    """What is asked about; a device without a serial number is covered by its model or make alone."""

    make: str
    serial_number: str | None = None
    model: str | None = None


@dataclass(frozen=True)
class Found:
    """What the register says, in words too; unknown where it says nothing."""

    status: WarrantyStatus
    reason: str
    entitlement: Entitlement | None = None


def digest_of(make: str, scope: EntitlementScope, *key: str | int) -> str:
    """Under which digest an entitlement is filed: of a serial number, of a range's length and beginning, of a model."""
    return hashlib.sha256(canonical([fold(make), scope.value, *key])).hexdigest()


def digest_of_range(make: str, serial_from: str, serial_to: str) -> str:
    """Under which digest a range is filed. Both ends are of one length."""
    alike = takewhile(lambda pair: pair[0] == pair[1], zip(serial_from, serial_to, strict=True))
    return digest_of(make, EntitlementScope.RANGE, len(serial_from), "".join(first for first, _ in alike))


def look_up(session: Session, unit: Unit, on: date) -> Found:
    """What the register says of a unit on a day."""
    wanted = select(Entitlement).where(Entitlement.lookup.in_(list(_digests(unit))), Entitlement.retired_at.is_(None))
    holding = [row for row in session.scalars(wanted) if _holds(row, (unit.serial_number or "").strip())]
    if not holding:
        return Found(WarrantyStatus.UNKNOWN, NOTHING)
    counting = [max((row for row in holding if row.kind is kind), key=_rank, default=None) for kind in EntitlementKind]
    row = max((row for row in counting if row is not None), key=lambda row: (_in_force(row, on), _rank(row)))
    status = WarrantyStatus.IN_WARRANTY if _in_force(row, on) else WarrantyStatus.OUT_OF_WARRANTY
    return Found(status, _in_words(row, on), row)


def _digests(unit: Unit) -> Iterator[str]:
    serial = (unit.serial_number or "").strip()
    if serial:
        yield digest_of(unit.make, EntitlementScope.SERIAL, serial)
        for end in range(len(serial) + 1):
            yield digest_of(unit.make, EntitlementScope.RANGE, len(serial), serial[:end])
    if unit.model is not None:
        yield digest_of(unit.make, EntitlementScope.MODEL, fold(unit.model))
    yield digest_of(unit.make, EntitlementScope.MAKE)


def _holds(row: Entitlement, serial: str) -> bool:
    return row.scope is not EntitlementScope.RANGE or (row.serial_from or "") <= serial <= (row.serial_to or "")


def _rank(row: Entitlement) -> tuple[int, date, int]:
    return -SCOPES.index(row.scope), row.valid_until, row.id


def _in_force(row: Entitlement, on: date) -> bool:
    return row.valid_from <= on <= row.valid_until


def _in_words(row: Entitlement, on: date) -> str:
    what = row.kind.value.replace("_", " ").capitalize()
    covers = " and ".join(name for name, covered in (("parts", row.parts), ("labour", row.labour)) if covered)
    reference = f" {row.reference}" if row.reference else ""
    return f"{what}{reference} for {_subject(row)} ({covers}) {_span(row, on)}."


def _subject(row: Entitlement) -> str:
    return {
        EntitlementScope.SERIAL: f"serial number {row.serial_from}",
        EntitlementScope.RANGE: f"serial numbers {row.serial_from} to {row.serial_to}",
        EntitlementScope.MODEL: f"every {row.make} {row.model}",
        EntitlementScope.MAKE: f"every {row.make}",
    }[row.scope]


def _span(row: Entitlement, on: date) -> str:
    if on < row.valid_from:
        return f"begins on {row.valid_from.isoformat()}"
    return f"{'ended on' if on > row.valid_until else 'is in force until'} {row.valid_until.isoformat()}"


def look_up_device(attempt: Attempt) -> None:
    """Effect of ``announce`` and ``receive``: ask the register, and write down what it said, with the reason.

    An imported repair is left as it was told.
    """
    if attempt.is_import:
        return
    order = attempt.order
    model = order.device.product_model
    unit = Unit(model.make or "", order.device.serial_number, model.model)
    found = look_up(attempt.session, unit, today(attempt.depot, attempt.now))
    entitlement_id = found.entitlement.id if found.entitlement else None
    row = WarrantyLookup(order_id=order.id, entitlement_id=entitlement_id, status=found.status, reason=found.reason,
                         at=attempt.now)  # fmt: skip
    attempt.session.add(row)
    attempt.session.flush()  # the event names its id
    attempt.memo["warranty"] = found
    attempt.facts |= {"warranty_lookup": row.id, "entitlement": entitlement_id, "warranty_found": found.status.value}


def latest_lookup(session: Session, order: RepairOrder) -> WarrantyLookup | None:
    """What the register said last about an order's device."""
    query = select(WarrantyLookup).where(WarrantyLookup.order_id == order.id)
    return session.scalars(query.order_by(WarrantyLookup.id.desc()).limit(1)).one_or_none()


def warranty_warnings(order: RepairOrder, lookup: WarrantyLookup | None, quote: Quote | None) -> Iterator[str]:
    """Where the desk's word is not the register's, and where warranty pays for what is out of warranty."""
    stated = order.warranty_status
    says = lookup is not None and lookup.status is not WarrantyStatus.UNKNOWN
    if lookup is not None and says and stated is not None and stated is not lookup.status:
        yield f"The desk said {stated.value}, the register of entitlements says {lookup.status.value}: {lookup.reason}"
    covered = quote is not None and any(line.coverage is Coverage.WARRANTY for line in quote.lines)
    if covered and stated is WarrantyStatus.OUT_OF_WARRANTY:
        yield "The device is out of warranty, and the quote has lines that the warranty covers."
