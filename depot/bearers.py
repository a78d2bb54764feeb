"""Which devices bear an identifier, or bore it: the questions that an intake and a scan ask of the register.

A device is one record for life, wherever it was first received, so these look at every depot; who may see the answer is
for the caller to say. A retired device bears nothing any more.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Row, Select, and_, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.identifiers import look_alike, readings
from depot.sight import devices_seen
from models import Device, DeviceIdentifier, IdentifierKind

MOST = 20
IN_FORCE = DeviceIdentifier.valid_until.is_(None)


def _bearing(*conditions: ColumnElement[bool]) -> Select[Device, DeviceIdentifier]:
    """Devices in use with such an identifier: those that bear it now first, then those that bore it last."""
    return (
        select(Device, DeviceIdentifier)
        .join(DeviceIdentifier, DeviceIdentifier.device_id == Device.id)
        .where(Device.retired_at.is_(None), *conditions)
        .order_by(IN_FORCE.desc(), DeviceIdentifier.valid_until.desc(), DeviceIdentifier.id.desc())
        .limit(MOST)
    )


def _bearers(session: Session, *conditions: ColumnElement[bool]) -> list[Device]:
    return list(dict.fromkeys(device for device, _ in session.execute(_bearing(*conditions))))


def _is(kind: IdentifierKind, folded: str) -> ColumnElement[bool]:
    return and_(DeviceIdentifier.kind == kind, DeviceIdentifier.value_folded == folded)


def bearers_of(session: Session, kind: IdentifierKind, folded: str) -> list[Device]:
    """The devices that bear a folded identifier now."""
    return _bearers(session, _is(kind, folded), IN_FORCE)


def former_bearers_of(session: Session, serial: str) -> list[Device]:
    """The devices that bore a serial number once and no longer do, the latest first."""
    return _bearers(session, _is(IdentifierKind.SERIAL, serial), ~IN_FORCE)


def list_bearing(session: Session, names: Collection[str], by: Actor) -> Sequence[Row[Device, DeviceIdentifier]]:
    """The devices in sight that bear what was scanned or typed, or bore it, with the identifier; those now first."""
    folded = {value for name in names for value in readings(name).values()}
    return session.execute(_bearing(DeviceIdentifier.value_folded.in_(folded), devices_seen(by))).all()


def list_alike(session: Session, names: Collection[str], by: Actor) -> Sequence[Row[Device, DeviceIdentifier]]:
    """Devices in sight that bear a serial number which is none of these names, and hardly unlike one to the eye."""
    return session.execute(
        _bearing(
            DeviceIdentifier.kind == IdentifierKind.SERIAL,
            DeviceIdentifier.value_look_alike.in_({look_alike(name) for name in names}),
            DeviceIdentifier.value_folded.not_in(names),
            IN_FORCE,
            devices_seen(by),
        )
    ).all()


def list_look_alikes(session: Session, serial: str, by: Actor) -> list[DeviceIdentifier]:
    """Serial numbers that devices in sight bear now, unlike this one to a machine and hardly unlike to the eye."""
    return sorted((one for _, one in list_alike(session, [serial], by)), key=lambda one: one.id)
