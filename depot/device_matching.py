"""Which device on record is the one described, and what a person should look at before believing it.

The exact serial number under the folded make and model is the same device. Under another make or model a person has to
say. What an IMEI, a MAC or an asset tag finds counts only where serial numbers do not tell the two apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.bearers import bearers_of, former_bearers_of, list_look_alikes
from depot.errors import FieldError, SameSerial
from depot.identifiers import BadIdentifier, fold, fold_identifier, fold_serial
from depot.sight import devices_seen
from depot.turns import take_turn
from models import Device, IdentifierKind, ProductModel, SerialStatus

MOST_IDENTIFIERS = 20
"""That a device bears at a time, beside its serial number."""
MOST_ON_RECORD = 200
"""That it ever bore, serial numbers too."""


class IdentifierWanted(NamedTuple):
    """An identifier beside the serial number, as typed."""

    kind: IdentifierKind
    value: str


@dataclass(frozen=True)
class Description:
    """A device as somebody describes it; ``identifiers`` are those beside the serial number."""

    make: str | None = None
    model: str | None = None
    serial_number: str | None = None
    serial_status: SerialStatus | None = None
    identifiers: Sequence[IdentifierWanted] = ()
    confirmed_new: bool = False


def name_errors(make: str | None, model: str | None, at: str) -> Iterator[FieldError]:
    """What is wrong with a make and model, with pointers under ``at``."""
    for pointer, name in (("/make", make), ("/model", model)):
        if not fold(name or ""):
            yield FieldError(at + pointer, "A device needs a make and a model, or the id of one on record.")


def serial_errors(serial: str | None, status: SerialStatus | None, at: str) -> Iterator[FieldError]:
    """What is wrong with a serial number and the reason for having none, of which exactly one is stated."""
    if serial is not None and not serial.strip():
        yield FieldError(f"{at}/serial_number", "A serial number is not blank; send null and a `serial_status`.")
    if serial is None and status is None:
        yield FieldError(
            f"{at}/serial_status",
            "Without a serial number, say `unreadable`, or `none` for a kind of thing that bears no serial.",
        )
    if serial is not None and status is not None:
        yield FieldError(f"{at}/serial_status", "A device with a serial number has no such status.")


def identifier_errors(identifiers: Sequence[IdentifierWanted], at: str) -> Iterator[FieldError]:
    """What is wrong with the other identifiers."""
    if len(identifiers) > MOST_IDENTIFIERS:
        yield FieldError(f"{at}/identifiers", f"There are at most {MOST_IDENTIFIERS} identifiers.")
    for place, (kind, text) in enumerate(identifiers):
        if kind is IdentifierKind.SERIAL:
            yield FieldError(f"{at}/identifiers/{place}/kind", "The serial number is sent as `serial_number`.")
            continue
        try:
            fold_identifier(kind, text)
        except BadIdentifier as fault:
            yield FieldError(f"{at}/identifiers/{place}/value", str(fault))


def take_turns(session: Session, described: Description) -> None:
    """Wait until nobody else is about to make a device with one of these identifiers."""
    keys = {f"{kind.value} {fold_identifier(kind, text)}" for kind, text in described.identifiers}
    if described.serial_number is not None:
        keys.add(f"serial {fold_serial(described.serial_number)}")
    for key in sorted(keys):
        take_turn(session, "device", key)


def match(session: Session, described: Description) -> Device | None:
    """The device on record that is the one described. Raises SameSerial where a person has to say which."""
    if described.serial_number is None:
        return _by_other_identifier(session, described)
    serial = fold_serial(described.serial_number)
    bearers = bearers_of(session, IdentifierKind.SERIAL, serial)
    same = [device for device in bearers if _is_called(device, described)]
    if same or described.confirmed_new:
        return same[0] if same else None
    if bearers:
        raise SameSerial(candidates=[_candidate(device) for device in bearers])
    former = [device for device in former_bearers_of(session, serial) if _is_called(device, described)]
    return former[0] if former else _by_other_identifier(session, described)


def _is_called(device: Device, described: Description) -> bool:
    row = device.product_model
    return (row.make_folded, row.model_folded) == (fold(described.make or ""), fold(described.model or ""))


def _candidate(device: Device) -> dict[str, object]:
    row = device.product_model
    return {"id": device.id, "make": row.make, "model": row.model, "serial_number": device.serial_number}


def _by_other_identifier(session: Session, described: Description) -> Device | None:
    """By IMEI or MAC, which name one device in the world, or by asset tag within a make and model.

    A device that bears a serial number is another one than a device that was sent with a serial number.
    """
    if described.confirmed_new:
        return None
    for kind, text in described.identifiers:
        for device in bearers_of(session, kind, fold_identifier(kind, text)):
            told_apart = described.serial_number is not None and device.serial_number is not None
            if not told_apart and (kind is not IdentifierKind.ASSET_TAG or _is_called(device, described)):
                return device
    return None


def differences(device: Device, described: Description) -> Iterator[str]:
    """What was sent and is otherwise on record; the record stays."""
    row: ProductModel = device.product_model
    known = (row.make or "", row.model or "")
    told = ((described.make or known[0]).strip(), (described.model or known[1]).strip())
    if told != known:
        yield f"Device {device.id} is on record as “{' '.join(known)}”, not “{' '.join(told)}”."
    serial, current = (described.serial_number or "").strip(), device.serial_number
    if serial and current and serial != current:
        yield f"Device {device.id} bore the serial number {serial} once and bears {current} now."


def other_bearers(session: Session, device: Device | None, described: Description, by: Actor) -> Iterator[str]:
    """Identifiers that were sent, and that another device in sight bears as well."""
    for kind, text in described.identifiers:
        for other in bearers_of(session, kind, fold_identifier(kind, text)):
            if other is not device and sees(session, other, by):
                yield f"The {kind.value} {text.strip()} is on record for device {other.id} as well."


def look_alikes(session: Session, device: Device, by: Actor) -> Iterator[str]:
    """Devices in sight whose serial numbers an eye takes for this one's."""
    serial = device.serial_number
    for other in list_look_alikes(session, serial, by) if serial is not None else ():
        yield f"The serial number {serial} looks like {other.value} of device {other.device_id}."


def sees(session: Session, device: Device, by: Actor) -> bool:
    """Whether a device is in the actor's sight."""
    return session.scalar(select(Device.id).where(Device.id == device.id, devices_seen(by))) is not None
