"""What became of a pallet: missing, unexpected, double, already open, looking like another, and what was taken in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.receiving import is_draft
from models import Depot, ExpectedDevice, Person, ReceivingScan, ReceivingSession, RepairOrder, ScanVerdict


@dataclass(frozen=True)
class Scanned:
    """One scan with the numbers that its ids stand for."""

    scan: ReceivingScan
    open_order: str | None
    taken_in_as: str | None
    looks_like: str | None
    first_seq: int | None


@dataclass(frozen=True)
class Report:
    """``missing`` are the codes of the list that no scan met."""

    session: ReceivingSession
    depot: Depot
    opened_by: str
    closed_by: str | None
    expected: int
    missing: list[str]
    scans: list[Scanned]

    @property
    def counts(self) -> dict[str, int]:
        """How many scans got each verdict, how many devices are missing, and how many drafts are still to do."""
        verdicts = Counter(one.scan.verdict for one in self.scans)
        judged = {verdict.value: verdicts[verdict] for verdict in ScanVerdict}
        drafts = sum(is_draft(one.scan) for one in self.scans)
        return {"listed": self.expected, **judged, "missing": len(self.missing), "drafts": drafts}


def report_on(session: Session, receiving: ReceivingSession) -> Report:
    """The report as it stands, in a fixed number of queries."""
    expected = session.scalars(select(ExpectedDevice).filter_by(session_id=receiving.id).order_by(ExpectedDevice.id))
    listed = expected.all()
    scans = session.scalars(select(ReceivingScan).filter_by(session_id=receiving.id).order_by(ReceivingScan.seq)).all()
    people = {receiving.opened_by_id, receiving.closed_by_id}
    names = _read(session, Person.id, Person.name, people)
    return Report(
        session=receiving,
        depot=session.get_one(Depot, receiving.depot_id),
        opened_by=names[receiving.opened_by_id],
        closed_by=names.get(receiving.closed_by_id),
        expected=len(listed),
        missing=[row.code for row in listed if not row.seen],
        scans=described(session, scans),
    )


def described(session: Session, scans: Sequence[ReceivingScan]) -> list[Scanned]:
    """Scans with the numbers of the orders, the codes of the list and the earlier scans that they name."""
    numbers = _read(session, RepairOrder.id, RepairOrder.number, [one.order_id for one in scans])
    taken = _read(session, RepairOrder.id, RepairOrder.number, [one.completed_order_id for one in scans])
    alike = [one.expected_id for one in scans if one.verdict is ScanVerdict.LOOK_ALIKE]
    codes = _read(session, ExpectedDevice.id, ExpectedDevice.code, alike)
    seqs = _read(session, ReceivingScan.id, ReceivingScan.seq, [one.first_scan_id for one in scans])
    return [
        Scanned(
            one,
            numbers.get(one.order_id),
            taken.get(one.completed_order_id),
            codes.get(one.expected_id) if one.verdict is ScanVerdict.LOOK_ALIKE else None,
            seqs.get(one.first_scan_id),
        )
        for one in scans
    ]


def _read(session: Session, key: Any, value: Any, wanted: Iterable[int | None]) -> dict[int | None, Any]:
    ids = {one for one in wanted if one is not None}
    rows = session.execute(select(key, value).where(key.in_(ids))) if ids else ()
    return {row[0]: row[1] for row in rows}
