"""Swapped parts: what became of the parts issued to an order, and where the part that came out goes.

An issued part stands in the order's own place until its outcome is known: ``used`` leaves for the customer, ``unused``
goes back to the bin it came from, ``mismatch`` too but into quarantine, ``dead_on_arrival`` into the defective stock.
A removed part comes from the customer; what goes to the factory enters the defective stock with a due date. An order
with an issued part without outcome, or a removed part without destination, does not get on.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import ledger
from depot.actors import Actor
from depot.depots import today
from depot.errors import Conflict, invalid
from depot.issued_parts import Issued, grade_of, issued_here, list_held
from depot.ledger import move
from depot.locations import account, code_seen, hold_used_bin, order_place, used_bin_in_body, whereabouts
from depot.parts import part_in_body
from depot.quantities import check_quantity, shown
from models import (
    IN_HOUSE,
    Condition,
    Destination,
    Location,
    MovementKind,
    Outcome,
    Part,
    PartGrade,
    PartUnit,
    PlaceKind,
    RepairOrder,
    Replacement,
)
from models.upsert import insert_if_absent

ONE = Decimal(1)
BACK_INTO_STOCK = (Outcome.UNUSED, Outcome.MISMATCH)
SCRAPPED = (Destination.SCRAP, Destination.DESTROYED_FOR_DATA)


@dataclass(frozen=True)
class Replace:
    """What a technician reports. ``outcome`` None: only the destination of a part removed before.

    ``quantity`` None is one. ``condition`` None is taken from the stock, and never another than that.
    ``location`` is the bin for what goes back into stock; None, it goes where it came from.
    """

    part_number: str
    quantity: Decimal | None = None
    outcome: Outcome | None = None
    condition: PartGrade | None = None
    installed_serial: str | None = None
    removed_serial: str | None = None
    removed_destination: Destination | None = None
    in_warranty: bool | None = None
    fault_seen: str | None = None
    location: str | None = None

    @property
    def removes(self) -> bool:
        """Whether a part came out. A fault seen speaks of the old part only where the new one stayed in."""
        named = self.removed_serial is not None or self.removed_destination is not None
        return named or (self.outcome is Outcome.USED and self.fault_seen is not None)


@dataclass(frozen=True)
class Recorded:
    """What was written, and the ids of the parts of which stock became free: the caller serves who waits for them."""

    replacement: Replacement
    freed_part_ids: set[int]


def record(session: Session, order: RepairOrder, wanted: Replace, by: Actor, now: datetime) -> Recorded:
    """Give issued parts their outcome, and a removed part its destination. The order's row is held by the caller.

    Raises Invalid (unknown part, serial number or grade not issued), NotEnough (more than was issued) and Conflict (the
    removed serial is on record in the house, the bin that a part would go back to is retired).
    """
    part = part_in_body(session, wanted.part_number, "/part_number")
    wanted = _trimmed(wanted)
    ledger.lock_parts(session, [part.id])
    if wanted.location is not None and wanted.outcome not in BACK_INTO_STOCK:
        raise invalid("/location", "Only what goes back into stock goes into a bin: unused, or mismatched.")
    if wanted.outcome is None:
        return Recorded(_settle_removed(session, order, part, wanted, by, now), set())
    quantity = check_quantity(part, wanted.quantity or ONE, "/quantity")
    issued = issued_here(session, order, part, quantity, wanted.installed_serial, wanted.outcome, now)
    graded = replace(wanted, condition=grade_of(issued, wanted.condition, wanted.outcome))
    for line in issued:
        _give_outcome(session, order, part, line, wanted.outcome, wanted.location, by, now)
    row = _written(session, order, part, quantity, graded, issued, by, now)
    if row.removed_destination is not None:
        _send_removed(session, order, part, row, by, now)
    return Recorded(row, {part.id} if wanted.outcome is Outcome.UNUSED else set())


def _trimmed(wanted: Replace) -> Replace:
    installed, removed = ((serial or "").strip() or None for serial in (wanted.installed_serial, wanted.removed_serial))
    if installed is not None and installed == removed:
        raise invalid("/removed_serial", "The part that came out cannot be the one that went in.")
    return replace(wanted, installed_serial=installed, removed_serial=removed)


def _give_outcome(
    session: Session,
    order: RepairOrder,
    part: Part,
    line: Issued,
    outcome: Outcome,
    back_to: str | None,
    by: Actor,
    now: datetime,
) -> None:
    target, kind, to_condition = {
        Outcome.USED: (PlaceKind.CUSTOMER, MovementKind.INSTALL, line.condition),
        Outcome.UNUSED: (None, MovementKind.RETURN, line.condition),
        Outcome.MISMATCH: (None, MovementKind.RETURN, Condition.QUARANTINE),
        Outcome.DEAD_ON_ARRIVAL: (PlaceKind.DEFECTIVE, MovementKind.DEFECT, Condition.DEFECTIVE),
    }[outcome]
    move(
        session,
        part,
        line.quantity,
        order_place(session, order, now),
        account(session, order.depot_id, target, now) if target else _bin_for(session, order, line, back_to),
        kind,
        by,
        now,
        condition=line.condition,
        to_condition=to_condition,
        unit=line.unit,
        order=order,
    )


def _bin_for(session: Session, order: RepairOrder, line: Issued, code: str | None) -> Location:
    """Where a part goes that was not needed: the bin named, else the one it came from, unless that is retired."""
    named = None if code is None else used_bin_in_body(session, order.depot_id, code)
    return hold_used_bin(session, named or line.bin)


def _written(
    session: Session,
    order: RepairOrder,
    part: Part,
    quantity: Decimal,
    wanted: Replace,
    issued: Sequence[Issued],
    by: Actor,
    now: datetime,
) -> Replacement:
    unit = issued[0].unit
    row = Replacement(
        order_id=order.id,
        part=part,
        at=now,
        by_id=by.person_id,
        quantity=quantity,
        outcome=wanted.outcome,
        condition=wanted.condition,
        installed_serial=unit.serial_number if unit else wanted.installed_serial,
        removed=wanted.removes,
        removed_serial=wanted.removed_serial,
        removed_destination=wanted.removed_destination,
        in_warranty=wanted.in_warranty,
        fault_seen=wanted.fault_seen,
    )
    session.add(row)
    session.flush()  # the order's event names its id
    return row


def _settle_removed(
    session: Session, order: RepairOrder, part: Part, wanted: Replace, by: Actor, now: datetime
) -> Replacement:
    """Give the part that was removed before, by its serial number or as the only one, its destination."""
    if wanted.removed_destination is None:
        raise invalid("/outcome", "Say what became of the issued part, or where a removed part goes.")
    row = _one_open(session, order, part, wanted.removed_serial)
    row.removed_destination = wanted.removed_destination
    row.removed_serial = row.removed_serial or wanted.removed_serial
    row.in_warranty = row.in_warranty if wanted.in_warranty is None else wanted.in_warranty
    row.fault_seen = wanted.fault_seen or row.fault_seen
    _send_removed(session, order, part, row, by, now)
    return row


def _one_open(session: Session, order: RepairOrder, part: Part, serial: str | None) -> Replacement:
    open_rows = [row for row in _without_destination(session, order) if row.part.id == part.id]
    exact = [row for row in open_rows if serial is None or row.removed_serial == serial]
    fitting = exact or [row for row in open_rows if row.removed_serial is None]
    if not fitting:
        raise invalid("/removed_serial", "No removed part of this kind waits for its destination.")
    if len(fitting) > 1:
        raise invalid(
            "/removed_serial", "Several removed parts wait for a destination; say which by its serial number."
        )
    return fitting[0]


def _send_removed(session: Session, order: RepairOrder, part: Part, row: Replacement, by: Actor, now: datetime) -> None:
    """Book a removed part in: into the defective stock for the factory, with its due date, or as scrap."""
    if row.removed_destination is Destination.CUSTOMER:
        return
    scrapped = row.removed_destination in SCRAPPED
    if not scrapped:
        row.removed_due_on = today(order.depot, now) + timedelta(days=order.depot.defective_return_days)
    target = account(session, order.depot_id, PlaceKind.SCRAP if scrapped else PlaceKind.DEFECTIVE, now)
    source = account(session, order.depot_id, PlaceKind.CUSTOMER, now)
    unit = _removed_unit(session, part, row, source, by, now)
    move(
        session,
        part,
        ONE if unit else row.quantity,
        unit.location if unit else source,
        target,
        MovementKind.REMOVE,
        by,
        now,
        condition=unit.condition if unit else Condition.DEFECTIVE,
        to_condition=Condition.DEFECTIVE,
        unit=unit,
        order=order,
    )


def _removed_unit(
    session: Session, part: Part, row: Replacement, customer: Location, by: Actor, now: datetime
) -> PartUnit | None:
    """The unit that came out of the device; one that was never here before is now on record."""
    if not part.serialized or row.removed_serial is None:
        return None
    insert_if_absent(
        session,
        PartUnit,
        part_id=part.id,
        serial_number=row.removed_serial,
        location_id=customer.id,
        condition=Condition.DEFECTIVE,
        received_at=now,
    )
    query = select(PartUnit).where(PartUnit.part_id == part.id, PartUnit.serial_number == row.removed_serial)
    unit = session.scalars(query.execution_options(populate_existing=True)).one()
    if unit.location.kind in IN_HOUSE:
        seen = code_seen(unit.location, by)
        raise Conflict(
            f"The unit {unit.serial_number} cannot have come out of a device: it is {whereabouts(unit.location, by)}.",
            serial_number=unit.serial_number,
            location=seen,
        )
    return unit


def _without_destination(session: Session, order: RepairOrder) -> Sequence[Replacement]:
    return session.scalars(
        select(Replacement)
        .where(
            Replacement.order_id == order.id, Replacement.removed.is_(True), Replacement.removed_destination.is_(None)
        )
        .order_by(Replacement.id)
    ).all()


def unfinished(session: Session, order: RepairOrder) -> list[tuple[str, str]]:
    """Issued parts without outcome and removed parts without destination, as code and sentence; empty is fine."""
    outcomes = [
        ("part_outcome", f"{shown(quantity, part.unit)} × {part.part_number} was issued and has no outcome yet.")
        for part, quantity in list_held(session, order)
    ]
    destinations = [
        ("removed_destination", f"The removed {row.removed_serial or row.part.part_number} has no destination yet.")
        for row in _without_destination(session, order)
    ]
    return outcomes + destinations


def list_replacements(session: Session, order: RepairOrder) -> list[Replacement]:
    """What became of each issued part and of what came out for it, oldest first."""
    return list(session.scalars(select(Replacement).where(Replacement.order_id == order.id).order_by(Replacement.id)))


def parts_used(session: Session, order: RepairOrder) -> list[Replacement]:
    """The parts that went into the device, in the order in which they did."""
    query = select(Replacement).where(Replacement.order_id == order.id, Replacement.outcome == Outcome.USED)
    return list(session.scalars(query.order_by(Replacement.id)))
