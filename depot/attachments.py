"""Attachments 照片及附件: photos and files of an order, in every state of it: signed paper comes after the end.

The file is put on disk first, while no transaction is open; then its row and the event that bears its hash are written.
The same content is one file however often it is sent, and in one order one attachment. A wrong one is struck out.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import Select, exists, func, select
from sqlalchemy.orm import Session

from depot import files, pictures
from depot.actors import Actor
from depot.attempt import Attempt, Missing
from depot.errors import Conflict, NotFound, TooLarge, invalid
from depot.events import append
from depot.orders import demand_version, find_order
from models import Attachment, AttachmentKind, MediaType, Override, RepairOrder, SerialStatus

MOST_BYTES = 10 * 1024 * 1024
MOST_PER_ORDER = 100
PHOTOS = "photos"
FOLDER = "attachments"


@dataclass(frozen=True)
class KeptFile:
    """A file that is on disk: what it is, and by what it is found there."""

    sha256: str
    media_type: MediaType
    size: int


def folder_in(data_dir: Path) -> Path:
    """Where the files of all orders stand."""
    return data_dir / FOLDER


def keep_file(folder: Path, data: bytes) -> KeptFile:
    """Put what was uploaded on disk. Raises Invalid, TooLarge, WrongFileType, DiskFull."""
    if not data:
        raise invalid("/file", "The file is empty; send it again.")
    if len(data) > MOST_BYTES:
        raise TooLarge(f"An attachment has at most {MOST_BYTES:,} bytes.", most_bytes=MOST_BYTES)
    media_type = pictures.recognise(data)
    return KeptFile(files.keep(folder, data), media_type, len(data))


def attach(
    session: Session,
    number: str,
    file: KeptFile,
    kind: AttachmentKind,
    note: str | None,
    by: Actor,
    now: datetime,
    version: int | None = None,
) -> Attachment:
    """Add a kept file to an order; one whose content is among its attachments already stays as it is.

    Raises NotFound, Stale, and Conflict where the order has as many as it may.
    """
    order = find_order(session, number, by, lock=True)
    demand_version(order, version)
    return _in_use(session, order, file.sha256) or _added(session, order, file, kind, note, by, now)


def _in_use(session: Session, order: RepairOrder, sha256: str) -> Attachment | None:
    query = _unretired(order).where(Attachment.sha256 == sha256)
    return session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def _unretired(order: RepairOrder) -> Select[Attachment]:
    return select_attachments(order).where(Attachment.retired_at.is_(None))


def _added(
    session: Session,
    order: RepairOrder,
    file: KeptFile,
    kind: AttachmentKind,
    note: str | None,
    by: Actor,
    now: datetime,
) -> Attachment:
    known = session.scalar(select(func.count()).where(Attachment.order_id == order.id)) or 0
    if known >= MOST_PER_ORDER:
        raise Conflict(f"{order.number} has {known} attachments, those struck out among them; it takes no more.")
    row = Attachment(order_id=order.id, kind=kind, note=note, by_id=by.person_id, at=now, **vars(file))
    session.add(row)
    session.flush()  # the event names its id
    facts = {"attachment": row.id, "kind": kind.value, **vars(file)}
    append(session, order, "attach", by, now, facts=facts, private={"note": note} if note else None)
    session.refresh(row)  # with the person who sent it
    return row


def retire_attachment(
    session: Session, number: str, attachment_id: int, reason: str, by: Actor, now: datetime, version: int | None = None
) -> Attachment:
    """Strike an attachment out; its file stays. Raises NotFound, Stale, Conflict for one that is struck out."""
    order = find_order(session, number, by, lock=True)
    demand_version(order, version)
    row = find_attachment(session, order, attachment_id)
    session.refresh(row)  # the order is held: as it is now
    if row.retired_at is not None:
        raise Conflict(f"Attachment {row.id} is struck out already.", retired_at=row.retired_at)
    row.retired_at, row.retired_by_id, row.retired_reason = now, by.person_id, reason
    append(session, order, "retire-attachment", by, now, facts={"attachment": row.id}, private={"reason": reason})
    session.refresh(row)  # with the person who struck it out
    return row


def select_attachments(order: RepairOrder) -> Select[Attachment]:
    """The query for an order's attachments, those struck out too; the caller adds order and page."""
    return select(Attachment).where(Attachment.order_id == order.id)


def find_attachment(session: Session, order: RepairOrder, attachment_id: int) -> Attachment:
    """One attachment of an order, struck out or not. Raises NotFound."""
    row = session.scalars(select_attachments(order).where(Attachment.id == attachment_id)).one_or_none()
    if row is None:
        raise NotFound(f"{order.number} has no attachment {attachment_id}.")
    return row


def count_attachments(session: Session, order: RepairOrder) -> int:
    """How many attachments an order has, without those struck out."""
    query = select(func.count()).where(Attachment.order_id == order.id, Attachment.retired_at.is_(None))
    return session.scalar(query) or 0


def read_file(folder: Path, sha256: str) -> bytes:
    """The content of an attachment. Raises NotFound where its file is gone."""
    try:
        return files.path_of(folder, sha256).read_bytes()
    except FileNotFoundError as gone:
        raise NotFound("The file of this attachment is gone from the data folder; restore it from a backup.") from gone


def read_thumbnail(folder: Path, media_type: MediaType, sha256: str) -> bytes:
    """A small JPEG of a photo, drawn anew. Raises NotFound for what is no photo, and as ``read_file`` does."""
    if media_type is MediaType.PDF:
        raise NotFound("A PDF has no thumbnail; open the file itself.")
    return pictures.draw_thumbnail(read_file(folder, sha256))


def photos_are_there(attempt: Attempt) -> list[Missing]:
    """Guard of ``start-inspection``: where the depot's policy wants it, the device is photographed, and a serial number
    that nobody could read as well; a manager may set that aside.
    """
    if not attempt.depot.photos or _is_set_aside(attempt):
        return []
    photos = _unretired(attempt.order).where(Attachment.media_type != MediaType.PDF)
    kinds = set(attempt.session.scalars(photos.with_only_columns(Attachment.kind)))
    missing = []
    if not kinds:
        missing.append(Missing(PHOTOS, "This depot wants a photo of the device first; upload one (`attachments`)."))
    unreadable = attempt.order.device.serial_status is SerialStatus.UNREADABLE
    if unreadable and AttachmentKind.SERIAL_NUMBER not in kinds:
        missing.append(Missing("serial_photo", "Upload a photo of the place of the serial number (`serial_number`)."))
    return missing


def _is_set_aside(attempt: Attempt) -> bool:
    order_id = attempt.order.id
    return bool(attempt.session.scalar(select(exists().where(Override.order_id == order_id, Override.guard == PHOTOS))))
