"""Which devices bear an identifier, or bore it: the questions that an intake and a scan ask of the register.

A device is one record for life, wherever it was first received, so these look at every depot; who may see the answer is
for the caller to say. A retired device bears nothing any more.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, and_, or_, select
from sqlalchemy.orm import Session

from depot.actors import SYSTEM, Actor
from depot.identifiers import fold_serial, look_alike, readings
from depot.sight import devices_seen
from models import Device, DeviceIdentifier, IdentifierKind

MOST = 20
IN_FORCE = DeviceIdentifier.valid_until.is_(None)


def _bearers(session: Session, *conditions: ColumnElement[bool]) -> list[Device]:
    """Devices in use with such an identifier: those that bear it now first, then those that bore it last."""
    rows = session.execute(
        select(Device, DeviceIdentifier.id)
        .join(DeviceIdentifier, DeviceIdentifier.device_id == Device.id)
        .where(Device.retired_at.is_(None), *conditions)
        .order_by(IN_FORCE.desc(), DeviceIdentifier.valid_until.desc(), DeviceIdentifier.id.desc())
        .limit(MOST)
    )
    return list(dict.fromkeys(device for device, _ in rows))


def _is(kind: IdentifierKind, folded: str) -> ColumnElement[bool]:
    return and_(DeviceIdentifier.kind == kind, DeviceIdentifier.value_folded == folded)


def bearers_of(session: Session, kind: IdentifierKind, folded: str) -> list[Device]:
    """The devices that bear a folded identifier now."""
    return _bearers(session, _is(kind, folded), IN_FORCE)


def former_bearers_of(session: Session, serial: str) -> list[Device]:
    """The devices that bore a serial number once and no longer do, the latest first."""
    return _bearers(session, _is(IdentifierKind.SERIAL, serial), ~IN_FORCE)


def find_by_identifier(session: Session, text: str, by: Actor = SYSTEM) -> list[Device]:
    """The devices in sight that bear what was scanned or typed, or bore it; those that bear it now first.

    A serial number is exact; only where nothing bears it so is it tried in upper case: some scanners send lower case.
    """
    return _found(session, readings(text), by) or _found(session, _capitals(text), by)


def _capitals(text: str) -> dict[IdentifierKind, str]:
    capitals = text.strip().upper()
    return {IdentifierKind.SERIAL: fold_serial(capitals)} if capitals else {}


def _found(session: Session, meanings: dict[IdentifierKind, str], by: Actor) -> list[Device]:
    if not meanings:
        return []
    return _bearers(session, or_(*(_is(kind, folded) for kind, folded in meanings.items())), devices_seen(by))


def list_look_alikes(session: Session, serial: str, by: Actor) -> Sequence[DeviceIdentifier]:
    """Serial numbers that devices in sight bear now, unlike this one to a machine and hardly unlike to the eye."""
    return session.scalars(
        select(DeviceIdentifier)
        .join(Device, Device.id == DeviceIdentifier.device_id)
        .where(
            DeviceIdentifier.kind == IdentifierKind.SERIAL,
            DeviceIdentifier.value_look_alike == look_alike(serial),
            DeviceIdentifier.value_folded != serial,
            IN_FORCE,
            devices_seen(by),
        )
        .order_by(DeviceIdentifier.id)
        .limit(MOST)
    ).all()
