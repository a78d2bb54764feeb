"""Imports of the catalogue and of stock: what comes in goes through the ledger as receipts, never as balances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import ledger, parts, stock
from depot.actors import Actor
from depot.errors import Conflict, invalid
from depot.imported import Outcome, Provenance, find_imported, find_row, note_imported
from depot.money import Money
from depot.parts import PartFacts
from depot.reservations import lock_waiting
from models import Condition, Depot, ImportedRow, Part, RowKind, Unit

REFERENCE_FILE = 120


@dataclass(frozen=True)
class PartRow:
    """A part of a catalogue; ``provenance`` None where the part number is the id."""

    part_number: str
    name: str
    serialized: bool = False
    unit: Unit = Unit.PIECE
    sale_price: Money | None = None
    provenance: Provenance | None = None


@dataclass(frozen=True)
class StockRow:
    """So much of a part in a bin; the part by its number, or by its id in the system that it was imported from."""

    provenance: Provenance
    quantity: Decimal
    location: str
    part_number: str | None = None
    part_key: str | None = None
    serial_number: str | None = None
    condition: Condition = Condition.NEW


def import_part(session: Session, row: PartRow, by: Actor, now: datetime) -> Outcome:
    """Put a part into the catalogue. Raises Invalid, and Conflict where its number or its id is another part's."""
    if row.provenance is not None and find_imported(session, row.provenance) is not None:
        return Outcome.KNOWN
    known = session.scalars(select(Part).where(Part.part_number == row.part_number.strip())).one_or_none()
    if known is not None:
        _demand_same(known, row)
    part = known or _created(session, row, by, now)
    if row.provenance is not None:
        note_imported(session, row.provenance, part, by, now)
    return Outcome.KNOWN if known else Outcome.ADDED


def _created(session: Session, row: PartRow, by: Actor, now: datetime) -> Part:
    facts = PartFacts(row.name, row.sale_price)
    return parts.create_part(session, row.part_number, facts, row.serialized, row.unit, by, now)


def _demand_same(part: Part, row: PartRow) -> None:
    stands = {
        "name": (part.name, row.name),
        "serialized": (part.serialized, row.serialized),
        "unit": (part.unit, row.unit),
        "sale_price": (parts.price_of(part), row.sale_price or parts.price_of(part)),
    }
    differ = [name for name, (known, told) in stands.items() if known != told]
    if differ:
        raise Conflict(f"The part {part.part_number} is on record with another {' and '.join(differ)}; change it.")


def hold_for_stock(session: Session, rows: Sequence[StockRow], depot: Depot) -> None:
    """Hold what these rows will touch, in the order of locks: who waits for the parts, then the parts."""
    numbers = {row.part_number for row in rows if row.part_number}
    keys = {row.part_key for row in rows if row.part_key}
    ids = set(session.scalars(select(Part.id).where(Part.part_number.in_(numbers))))
    imported = select(ImportedRow.part_id).where(ImportedRow.kind == RowKind.PART, ImportedRow.key.in_(keys))
    ids |= {part_id for part_id in session.scalars(imported) if part_id is not None}
    lock_waiting(session, depot.id, ids)
    ledger.lock_parts(session, ids)


def import_stock(session: Session, row: StockRow, file: str, depot: Depot, by: Actor, now: datetime) -> Outcome:
    """Book a row in as a receipt that names it. Raises what ``stock.receive`` raises."""
    if find_imported(session, row.provenance) is not None:
        return Outcome.KNOWN
    part = _part_of(session, row)
    serials = None if row.serial_number is None else [row.serial_number]
    reference = f"{file[-REFERENCE_FILE:]}, row {row.provenance.key}"[:200]
    receipt = stock.Receipt(row.quantity, row.location, reference, serials, row.condition)
    stock.receive(session, part, receipt, depot, by, now)
    note_imported(session, row.provenance, part, by, now)
    return Outcome.ADDED


def _part_of(session: Session, row: StockRow) -> Part:
    if row.part_number is not None:
        return parts.usable_part(session, row.part_number, "/part_number")
    imported = find_row(session, RowKind.PART, row.provenance.origin, row.part_key or "")
    if imported is None:
        raise invalid("/part_pk", f"The part {row.part_key} was not imported yet; import the parts first.")
    return session.get_one(Part, imported.part_id)
