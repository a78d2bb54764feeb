"""Receiving a pallet: devices scanned one after another against what was expected, each with a verdict at once.

A scan that leaves a device to take in is a draft intake: the counter completes it later, when the pallet is off the
dock, by the steps of the procedure and no other way. Scans of one session take turns on its row, so that of two people
who scan the same device one hears ``double``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.bearers import list_bearing
from depot.errors import Conflict, Ended, FieldError, Invalid, NotFound
from depot.identifiers import fold_order_number, is_order_number, look_alike
from depot.orders import NUMBER, open_order_of
from depot.scan_readings import Thing, understand
from depot.scanned import CONTROL, spellings
from models import Depot, Device, ExpectedDevice, ReceivingScan, ReceivingSession, RepairOrder, ScanVerdict, State
from models.receiving import LONGEST_CODE

MOST_EXPECTED = 2000
MOST_SCANS = 5000
DRAFTED = (ScanVerdict.EXPECTED, ScanVerdict.UNEXPECTED, ScanVerdict.LOOK_ALIKE)

ADVICE = {
    ScanVerdict.EXPECTED: "Expected. Put it with those to be taken in.",
    ScanVerdict.UNEXPECTED: "Nobody said that this one would come. Put it aside; the counter decides.",
    ScanVerdict.DOUBLE: "This one was scanned already.",
    ScanVerdict.ALREADY_OPEN: "This device has an open repair order already. Put it aside and look at that order.",
    ScanVerdict.LOOK_ALIKE: "Not expected, but it looks like one that is. Read the number on the device once more.",
}


@dataclass(frozen=True)
class Meant:
    """What a scanned code means: the text, the one device that it names, and that device's open order."""

    text: str
    device: Device | None
    order: RepairOrder | None

    @property
    def thing(self) -> str:
        """What tells whether two scans meant one device."""
        if self.order is not None:
            return f"order {self.order.id}"
        return f"device {self.device.id}" if self.device is not None else f"code {self.text}"

    @property
    def codes(self) -> set[str]:
        """Every code under which it may have been expected."""
        borne = self.device.current_identifiers if self.device is not None else []
        return {self.text, *(one.value for one in borne), *(one.value_folded for one in borne)}


def open_session(
    session: Session, depot: Depot, reference: str | None, expected: Sequence[str] | None, by: Actor, now: datetime
) -> ReceivingSession:
    """A new session; ``expected`` are serial numbers and numbers of announced orders, None where nobody said.

    Raises Invalid at ``/expected/…`` for a code that is there twice, and for an order number that announces nothing.
    """
    receiving = ReceivingSession(
        depot_id=depot.id,
        reference=reference,
        has_list=expected is not None,
        opened_at=now,
        opened_by_id=by.person_id,
    )
    rows = _expected_rows(session, depot, [code.strip() for code in expected or ()])
    session.add(receiving)
    session.flush()  # the expected devices name its id
    for row in rows:
        row.session_id = receiving.id
    session.add_all(rows)
    return receiving


def _expected_rows(session: Session, depot: Depot, codes: Sequence[str]) -> list[ExpectedDevice]:
    numbers = {fold_order_number(code) for code in codes if is_order_number(code)}
    query = select(RepairOrder.number, RepairOrder.id).where(
        RepairOrder.number.in_(numbers), RepairOrder.state == State.ANNOUNCED, RepairOrder.depot_id == depot.id
    )
    announced = {row.number: row.id for row in session.execute(query)}
    stored = [fold_order_number(code) if is_order_number(code) else code for code in codes]
    bad = [*_twice(stored), *_not_announced(stored, announced)]
    if bad:
        raise Invalid(bad)
    return [ExpectedDevice(code=code, look_alike=look_alike(code), order_id=announced.get(code)) for code in stored]


def _twice(codes: Sequence[str]) -> list[FieldError]:
    first: dict[str, int] = {}
    return [
        FieldError(f"/expected/{place}", f"This is there already, at /expected/{first[code]}.")
        for place, code in enumerate(codes)
        if first.setdefault(code, place) != place
    ]


def _not_announced(codes: Sequence[str], announced: dict[str, int]) -> list[FieldError]:
    return [
        FieldError(f"/expected/{place}", f"{code} is no announced order of this depot; send the serial number instead.")
        for place, code in enumerate(codes)
        if is_order_number(code) and code not in announced
    ]


def find_session(session: Session, session_id: int, by: Actor, *, lock: bool = False) -> ReceivingSession:
    """The session with this id; ``lock`` holds its row. Raises NotFound, also where out of the actor's sight."""
    receiving = session.get(ReceivingSession, session_id, with_for_update=lock, populate_existing=lock)
    if receiving is None or not by.covers(receiving.depot_id):
        raise NotFound(f"There is no receiving session {session_id}, or your token does not cover its depot.")
    return receiving


def select_sessions(by: Actor, open_only: bool) -> Select[ReceivingSession]:
    """The query for sessions in sight; the caller adds order and page."""
    query = select(ReceivingSession)
    if by.depot_ids is not None:
        query = query.where(ReceivingSession.depot_id.in_(by.depot_ids))
    return query.where(ReceivingSession.closed_at.is_(None)) if open_only else query


def select_scans(receiving: ReceivingSession, drafts_only: bool) -> Select[ReceivingScan]:
    """The query for a session's scans; the caller adds order and page."""
    query = select(ReceivingScan).where(ReceivingScan.session_id == receiving.id)
    if not drafts_only:
        return query
    return query.where(
        ReceivingScan.verdict.in_(DRAFTED),
        ReceivingScan.completed_order_id.is_(None),
        ReceivingScan.dropped_at.is_(None),
    )


def is_draft(scan: ReceivingScan) -> bool:
    """Whether a scan leaves a device that is still to be taken in."""
    return scan.verdict in DRAFTED and scan.completed_order_id is None and scan.dropped_at is None


def scan(session: Session, session_id: int, code: str, by: Actor, now: datetime) -> ReceivingScan:
    """Judge one scan and record it. Raises Ended for a closed session, Conflict for a full one, Invalid for a blank."""
    receiving = find_session(session, session_id, by, lock=True)
    if receiving.closed_at is not None:
        raise Ended(f"Receiving session {receiving.id} is closed. Open another one and scan this there.")
    seq = session.scalar(select(func.count()).where(ReceivingScan.session_id == receiving.id)) or 0
    if seq >= MOST_SCANS:
        raise Conflict(f"A session takes {MOST_SCANS} scans. Close this one and open another.")
    meant = _meant(session, receiving, code, by)
    first, expected = _first_scan(session, receiving, meant), _expected(session, receiving, meant)
    verdict = _verdict(receiving, meant, first, expected)
    if verdict is ScanVerdict.EXPECTED and expected is not None:
        expected.seen = True
    made = ReceivingScan(
        session_id=receiving.id,
        seq=seq + 1,
        code=meant.text,
        thing=meant.thing,
        verdict=verdict,
        at=now,
        by_id=by.person_id,
        expected_id=expected.id if expected else None,
        device_id=meant.device.id if meant.device else None,
        order_id=meant.order.id if meant.order else None,
        first_scan_id=first.id if first else None,
    )
    session.add(made)
    return made


def _meant(session: Session, receiving: ReceivingSession, code: str, by: Actor) -> Meant:
    """The first reading of a scan that names something, else the text as it came."""
    texts = [spelling.text for spelling in spellings(code)]
    if not texts:
        raise Invalid([FieldError("/code", "Nothing was scanned.")])
    for names in _names_in(code):
        meant = (
            _ordered(session, receiving, names) or _on_record(session, names, by) or _typed(session, receiving, names)
        )
        if meant is not None:
            return meant
    if len(texts[0]) > LONGEST_CODE or CONTROL.search(texts[0]):
        raise Invalid([FieldError("/code", f"This is no name of a device: at most {LONGEST_CODE} plain characters.")])
    return Meant(texts[0], None, None)


def _names_in(code: str) -> list[list[str]]:
    readings = [(*one.names.get(Thing.REPAIR_ORDER, ()), *one.names.get(Thing.DEVICE, ())) for one in understand(code)]
    return [list(dict.fromkeys(names)) for names in readings if names]


def _ordered(session: Session, receiving: ReceivingSession, names: Sequence[str]) -> Meant | None:
    numbers = {number for number in map(fold_order_number, names) if NUMBER.fullmatch(number)}
    query = select(RepairOrder).where(RepairOrder.number.in_(numbers), RepairOrder.depot_id == receiving.depot_id)
    order = session.scalars(query.order_by(RepairOrder.id).limit(1)).one_or_none()
    return Meant(order.number, order.device, open_order_of(session, order.device_id)) if order else None


def _on_record(session: Session, names: Sequence[str], by: Actor) -> Meant | None:
    """The one device that bears, or bore, what was scanned; of several nobody can tell which."""
    bearing = list_bearing(session, names, by)
    devices = {device.id for device, _ in bearing}
    if len(devices) != 1:
        return Meant(names[0], None, None) if devices else None
    device, identifier = bearing[0]
    return Meant(identifier.value, device, open_order_of(session, device.id))


def _typed(session: Session, receiving: ReceivingSession, names: Sequence[str]) -> Meant | None:
    """A text that this session knows, from its list or from an earlier scan."""
    queries = (
        select(ExpectedDevice.code).where(ExpectedDevice.session_id == receiving.id, ExpectedDevice.code.in_(names)),
        select(ReceivingScan.code).where(ReceivingScan.session_id == receiving.id, ReceivingScan.code.in_(names)),
    )
    known = next(filter(None, (session.scalars(query.limit(1)).first() for query in queries)), None)
    return None if known is None else Meant(known, None, None)


def _first_scan(session: Session, receiving: ReceivingSession, meant: Meant) -> ReceivingScan | None:
    same: list[ColumnElement[bool]] = [ReceivingScan.thing == meant.thing, ReceivingScan.code == meant.text]
    if meant.order is not None:
        same.append(ReceivingScan.completed_order_id == meant.order.id)
    if meant.device is not None:
        same.append(ReceivingScan.device_id == meant.device.id)
    query = select(ReceivingScan).where(ReceivingScan.session_id == receiving.id, or_(*same))
    return session.scalars(query.order_by(ReceivingScan.seq).limit(1)).one_or_none()


def _expected(session: Session, receiving: ReceivingSession, meant: Meant) -> ExpectedDevice | None:
    """The row of the list that this is, or else one not yet seen that it looks like."""
    here = select(ExpectedDevice).where(ExpectedDevice.session_id == receiving.id).order_by(ExpectedDevice.id).limit(1)
    is_it: list[ColumnElement[bool]] = [ExpectedDevice.code.in_(meant.codes)]
    if meant.order is not None:
        is_it.append(ExpectedDevice.order_id == meant.order.id)
    alike = here.where(ExpectedDevice.look_alike == look_alike(meant.text), ~ExpectedDevice.seen)
    return session.scalars(here.where(or_(*is_it))).one_or_none() or session.scalars(alike).one_or_none()


def _verdict(
    receiving: ReceivingSession, meant: Meant, first: ReceivingScan | None, expected: ExpectedDevice | None
) -> ScanVerdict:
    announced = meant.order is not None and meant.order.state is State.ANNOUNCED
    if first is not None:
        return ScanVerdict.DOUBLE
    if meant.order is not None and not announced:
        return ScanVerdict.ALREADY_OPEN
    if expected is None:
        return ScanVerdict.EXPECTED if announced and not receiving.has_list else ScanVerdict.UNEXPECTED
    exact = expected.code in meant.codes or (meant.order is not None and expected.order_id == meant.order.id)
    return ScanVerdict.EXPECTED if exact else ScanVerdict.LOOK_ALIKE


def close_session(session: Session, session_id: int, by: Actor, now: datetime) -> ReceivingSession:
    """End the scanning; drafts can still be completed. Raises Ended where it is closed."""
    receiving = find_session(session, session_id, by, lock=True)
    if receiving.closed_at is not None:
        raise Ended(f"Receiving session {receiving.id} is closed already.")
    receiving.closed_at, receiving.closed_by_id = now, by.person_id
    return receiving
