"""Attachments: kept by content, told by events, struck out and never deleted, asked for by a policy."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from databases import NOW
from photos import PDF, a_photo
from registers import DESK, NASTY_TEXTS, a_customer, a_device, an_order_of, desk_of, main_depot, north_depot
from sqlalchemy.orm import Session

from depot import attachments, depots, payments
from depot.actors import SYSTEM, Actor
from depot.attachments import MOST_BYTES, KeptFile, attach, keep_file, photos_are_there, retire_attachment
from depot.attempt import Attempt
from depot.errors import Conflict, DiskFull, Invalid, NotFound, Stale, TooLarge, WrongFileType
from depot.events import broken_links
from depot.orders import select_events
from depot.receipt_head import head
from depot.verify_files import file_faults
from models import AttachmentKind, Event, MediaType, RepairOrder, Role, SerialStatus, State

MANAGER = Actor(SYSTEM.person_id, "a manager", Role.MANAGER, None)
DEVICE, SERIAL, OTHER = AttachmentKind.DEVICE, AttachmentKind.SERIAL_NUMBER, AttachmentKind.OTHER


@pytest.fixture
def order(session: Session) -> RepairOrder:
    """An order of a device at the counter."""
    main = main_depot(session)
    return an_order_of(
        session, main, a_customer(session, main).customer, a_device(session, main).device, State.RECEIVED
    )


def a_file(place: int = 0, media_type: MediaType = MediaType.JPEG) -> KeptFile:
    """A file, another one for each place; rows do not ask whether it is there."""
    return KeptFile(hashlib.sha256(str(place).encode()).hexdigest(), media_type, 1000 + place)


def added(session: Session, order: RepairOrder, file: KeptFile, kind: AttachmentKind = DEVICE, **more: Any) -> int:
    """The id of an attachment that the desk added."""
    return attach(session, order.number, file, kind, more.pop("note", None), DESK, NOW, **more).id


def told(session: Session, order: RepairOrder) -> list[Event]:
    return list(session.scalars(select_events(order).order_by(Event.seq)))


def lacks(session: Session, order: RepairOrder) -> list[str]:
    return [each.code for each in photos_are_there(Attempt(session, order, None, DESK, NOW))]


def want_photos(session: Session, order: RepairOrder) -> None:
    """Turn the policy on."""
    depots.change_depot(session, order.depot, replace(depots.facts_of(order.depot), photos=True), None)


@pytest.mark.parametrize("note", [None, *NASTY_TEXTS, "长" * 10_000])
def test_an_attachment_is_told_by_an_event_that_bears_its_hash(
    session: Session, order: RepairOrder, note: str | None
) -> None:
    row = attach(session, order.number, a_file(), DEVICE, note, DESK, NOW)

    (event,) = told(session, order)
    assert event.facts.items() >= {"attachment": row.id, "sha256": row.sha256, "kind": "device", "size": 1000}.items()
    assert event.private == (None if note is None else {"note": note})
    assert (row.note, row.by.id, row.retired_at) == (note, DESK.person_id, None)
    assert order.version == 1


def test_the_same_content_is_one_attachment_of_an_order(session: Session, order: RepairOrder) -> None:
    first = added(session, order, a_file())

    assert added(session, order, a_file(), OTHER) == first
    assert len(told(session, order)) == attachments.count_attachments(session, order) == 1


def test_one_that_was_struck_out_may_come_again(session: Session, order: RepairOrder) -> None:
    first = added(session, order, a_file())
    retire_attachment(session, order.number, first, "blurred", DESK, NOW)

    second = added(session, order, a_file())

    assert second != first
    assert attachments.count_attachments(session, order) == 1


def test_it_is_struck_out_once_with_a_reason(session: Session, order: RepairOrder) -> None:
    row = attachments.find_attachment(session, order, added(session, order, a_file()))

    retire_attachment(session, order.number, row.id, "another customer's", DESK, NOW)
    with pytest.raises(Conflict):
        retire_attachment(session, order.number, row.id, "again", DESK, NOW)

    assert (row.retired_at, row.retired_reason) == (NOW, "another customer's")
    assert [event.private for event in told(session, order)] == [None, {"reason": "another customer's"}]
    assert list(broken_links(session)) == []


def test_an_order_takes_a_hundred(session: Session, order: RepairOrder) -> None:
    for place in range(attachments.MOST_PER_ORDER):
        added(session, order, a_file(place))
    retire_attachment(session, order.number, added(session, order, a_file(7)), "blurred", DESK, NOW)

    with pytest.raises(Conflict, match="takes no more"):
        added(session, order, a_file(1000))
    assert added(session, order, a_file(8))


def test_another_version_of_the_order_is_refused(session: Session, order: RepairOrder) -> None:
    with pytest.raises(Stale):
        added(session, order, a_file(), version=2)


def test_an_order_out_of_sight_takes_none(session: Session, order: RepairOrder) -> None:
    elsewhere = desk_of(north_depot(session))

    with pytest.raises(NotFound):
        attach(session, order.number, a_file(), DEVICE, None, elsewhere, NOW)


def test_another_order_s_attachment_is_not_found(session: Session, order: RepairOrder) -> None:
    mine = added(session, order, a_file())
    device = a_device(session, order.depot, serial_number="Z-1").device
    other = an_order_of(session, order.depot, order.customer, device, State.RECEIVED)

    with pytest.raises(NotFound):
        attachments.find_attachment(session, other, mine)


@pytest.mark.parametrize("state", [State.ANNOUNCED, State.TESTING, State.RETURNED, State.CANCELLED])
def test_every_state_takes_one(session: Session, order: RepairOrder, state: State) -> None:
    device = a_device(session, order.depot, serial_number="Z-1").device
    other = an_order_of(session, order.depot, order.customer, device, state)

    assert added(session, other, a_file())


@pytest.mark.parametrize(
    ("data", "refusal"),
    [
        (b"", Invalid),
        (b"<html>", WrongFileType),
        (PDF + b"\0" * (MOST_BYTES - len(PDF) + 1), TooLarge),
        (a_photo()[:100], Invalid),
    ],
)
def test_what_is_refused_is_not_kept(tmp_path: Path, data: bytes, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        keep_file(tmp_path, data)

    assert list(tmp_path.rglob("*")) == []


def test_what_is_kept_can_be_read_and_seen(tmp_path: Path) -> None:
    largest = PDF + b"\0" * (MOST_BYTES - len(PDF))
    photo, file = keep_file(tmp_path, a_photo()), keep_file(tmp_path, largest)

    assert attachments.read_file(tmp_path, file.sha256) == largest
    assert attachments.read_thumbnail(tmp_path, photo.media_type, photo.sha256).startswith(b"\xff\xd8\xff")
    with pytest.raises(NotFound, match="no thumbnail"):
        attachments.read_thumbnail(tmp_path, file.media_type, file.sha256)
    with pytest.raises(NotFound, match="restore it from a backup"):
        attachments.read_file(tmp_path, "0" * 64)


def test_a_disk_without_room_is_said(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attachments.files, "FULL", (13, 20))  # "not a folder" stands for a full disk
    (tmp_path / "attachments").write_bytes(b"")

    with pytest.raises(DiskFull):
        keep_file(attachments.folder_in(tmp_path), a_photo())


def test_without_the_policy_nothing_is_asked(session: Session, order: RepairOrder) -> None:
    assert lacks(session, order) == []


@pytest.mark.parametrize(
    ("status", "sent", "missing"),
    [
        (None, [], ["photos"]),
        (None, [(OTHER, MediaType.PDF)], ["photos"]),
        (None, [(OTHER, MediaType.PNG)], []),
        (SerialStatus.UNREADABLE, [], ["photos", "serial_photo"]),
        (SerialStatus.UNREADABLE, [(DEVICE, MediaType.JPEG)], ["serial_photo"]),
        (SerialStatus.UNREADABLE, [(DEVICE, MediaType.JPEG), (SERIAL, MediaType.PDF)], ["serial_photo"]),
        (SerialStatus.UNREADABLE, [(SERIAL, MediaType.JPEG)], []),
        (SerialStatus.NONE, [(DEVICE, MediaType.JPEG)], []),
    ],
)
def test_the_policy_asks_for_photos(
    session: Session,
    order: RepairOrder,
    status: SerialStatus | None,
    sent: list[tuple[AttachmentKind, MediaType]],
    missing: list[str],
) -> None:
    want_photos(session, order)
    order.device.serial_status = status
    for place, (kind, media_type) in enumerate(sent):
        added(session, order, a_file(place, media_type), kind)

    assert lacks(session, order) == missing


def test_a_photo_that_was_struck_out_does_not_count(session: Session, order: RepairOrder) -> None:
    want_photos(session, order)
    retire_attachment(session, order.number, added(session, order, a_file()), "blurred", DESK, NOW)

    assert lacks(session, order) == ["photos"]


def test_a_manager_may_set_the_photos_aside(session: Session, order: RepairOrder) -> None:
    want_photos(session, order)

    payments.override(session, order.number, "photos", "the camera is broken", MANAGER, NOW)

    assert lacks(session, order) == []


def test_paper_says_how_many_there_are(session: Session, order: RepairOrder) -> None:
    added(session, order, a_file(0))
    retire_attachment(session, order.number, added(session, order, a_file(1)), "blurred", DESK, NOW)

    assert head(session, order)["attachments"] == 1


def test_verify_finds_files_that_are_gone_or_changed(session: Session, order: RepairOrder, tmp_path: Path) -> None:
    whole, changed = (keep_file(tmp_path, a_photo(shade)) for shade in (1, 2))
    for file in (whole, changed, a_file()):
        added(session, order, file)
    attachments.files.path_of(tmp_path, changed.sha256).write_bytes(b"\0" * changed.size)

    found = dict(fault.rsplit(": ", 1) for fault in file_faults(session, tmp_path))

    at = f"repair order {order.number}: attachment "
    assert found == {
        f"{at}{changed.sha256}": "its file has another content",
        f"{at}{a_file().sha256}": "its file cannot be read (No such file or directory)",
    }
