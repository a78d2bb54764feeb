"""``depot verify``, files: what the database says was uploaded is in the data folder, whole and unchanged."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot.files import fault_of
from models import Attachment, RepairOrder

BATCH = 1000


def file_faults(session: Session, folder: Path) -> Iterator[str]:
    """A sentence for each file that is gone or another one, with the first order that it belongs to."""
    files = select(
        Attachment.sha256, func.min(Attachment.size).label("size"), func.min(Attachment.order_id).label("of")
    )
    files = files.group_by(Attachment.sha256).order_by(Attachment.sha256).limit(BATCH)
    last = ""
    while rows := session.execute(files.where(Attachment.sha256 > last)).all():
        for row in rows:
            fault = fault_of(folder, row.sha256, row.size)
            if fault is not None:
                number = session.scalar(select(RepairOrder.number).where(RepairOrder.id == row.of))
                yield f"repair order {number}: attachment {row.sha256}: {fault}"
        last = rows[-1].sha256
