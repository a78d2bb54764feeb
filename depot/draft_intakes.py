"""Draft intakes: what a pallet's scans left to take in. The counter completes each, or drops it with a reason."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot import intake, procedure
from depot.actors import Actor
from depot.customers import CustomerWanted
from depot.devices import DeviceWanted
from depot.drafting import draft_order
from depot.errors import Ended, FieldError, Invalid, NotFound
from depot.identifiers import is_order_number
from depot.receiving import find_session, is_draft
from models import Depot, ReceivingScan, RepairOrder, State


@dataclass(frozen=True)
class Completion:
    """What the counter adds to a draft: all of an intake for a device that nobody announced, else the checklist."""

    receipt: intake.Receipt
    customer: CustomerWanted | None = None
    device: DeviceWanted | None = None
    reported_fault: str | None = None


def find_scan(session: Session, session_id: int, seq: int, by: Actor, *, lock: bool = False) -> ReceivingScan:
    """The scan at a place of a session; ``lock`` holds the session. Raises NotFound."""
    receiving = find_session(session, session_id, by, lock=lock)
    query = select(ReceivingScan).filter_by(session_id=receiving.id, seq=seq).execution_options(populate_existing=True)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound(f"Receiving session {session_id} has no scan {seq}.")
    return found


def complete(session: Session, session_id: int, seq: int, body: Completion, by: Actor, now: datetime) -> intake.Draft:
    """Take the device of a draft in: by its announcement where there is one, else by a new order.

    Raises Ended for what is no draft any more, Invalid for what is missing or was announced already, and all that an
    intake raises.
    """
    scan = _held_draft(session, session_id, seq, by)
    announced = _announcement(session, scan)
    taken = _received(session, announced, body, by, now) if announced else _new_order(session, scan, body, by, now)
    scan.completed_order_id = taken.order.id
    return taken


def drop(session: Session, session_id: int, seq: int, reason: str, by: Actor, now: datetime) -> ReceivingScan:
    """Say why the device of a draft is not taken in. Raises Ended for what is no draft any more."""
    scan = _held_draft(session, session_id, seq, by)
    scan.dropped_at, scan.dropped_reason = now, reason
    return scan


def _held_draft(session: Session, session_id: int, seq: int, by: Actor) -> ReceivingScan:
    scan = find_scan(session, session_id, seq, by, lock=True)
    if not is_draft(scan):
        raise Ended(f"Scan {seq} is no draft: it was {_what_became_of(session, scan)}.")
    return scan


def _what_became_of(session: Session, scan: ReceivingScan) -> str:
    if scan.completed_order_id is not None:
        return f"taken in as {session.get_one(RepairOrder, scan.completed_order_id).number}"
    return f"dropped: {scan.dropped_reason}" if scan.dropped_at else f"judged {scan.verdict.value}"


def _announcement(session: Session, scan: ReceivingScan) -> RepairOrder | None:
    order = session.get(RepairOrder, scan.order_id) if scan.order_id is not None else None
    return order if order is not None and order.state is State.ANNOUNCED else None


def _received(session: Session, order: RepairOrder, body: Completion, by: Actor, now: datetime) -> intake.Draft:
    given = {"customer": body.customer, "device": body.device, "reported_fault": body.reported_fault}
    told = [name for name, value in given.items() if value is not None]
    if told:
        raise Invalid(
            [FieldError(f"/{name}", f"{order.number} announced this already; leave it out.") for name in told]
        )
    return intake.Draft(procedure.take_step(session, order.number, "receive", body.receipt, by, now), [])


def _new_order(session: Session, scan: ReceivingScan, body: Completion, by: Actor, now: datetime) -> intake.Draft:
    customer, channel, device = body.customer, body.receipt.channel, body.device or scan.device_id
    given = {"customer": customer, "device": device, "reported_fault": body.reported_fault, "channel": channel}
    missing = [name for name, value in given.items() if value is None]
    if missing or customer is None or channel is None:
        raise Invalid([FieldError(f"/{name}", "Nobody announced this device, so say it.") for name in missing])
    depot = session.get_one(Depot, find_session(session, scan.session_id, by).depot_id)
    wanted = intake.NewOrder(depot.code, customer, _device(scan, body), body.reported_fault, channel)
    draft = draft_order(session, wanted, by, now)
    return intake.Draft(procedure.begin(session, "receive", draft.order, body.receipt, by, now), draft.warnings)


def _device(scan: ReceivingScan, body: Completion) -> DeviceWanted:
    """The device that was scanned; what was scanned is its serial number unless the counter says otherwise."""
    given = body.device or DeviceWanted()
    if given.id is None and scan.device_id is not None and given == DeviceWanted():
        return DeviceWanted(id=scan.device_id)
    unsaid = given.id is None and given.serial_number is None and given.serial_status is None
    return replace(given, serial_number=scan.code) if unsaid and not is_order_number(scan.code) else given
