"""Devices 设备: the customer's unit, one record for life, found by every identifier that it bears or bore.

Identity is the exact serial number and the folded make. What an intake sends is matched against the register or makes a
new device; what is only alike is said and never merged. Two desks that take in the same new device at once take turns
on its serial number, so that the second one finds it; a unique index holds the same should a turn ever be missed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, exists, or_, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.bearers import IN_FORCE, bearers_of
from depot.device_matching import (
    MOST_IDENTIFIERS,
    MOST_ON_RECORD,
    Description,
    differences,
    identifier_errors,
    look_alikes,
    match,
    name_errors,
    other_bearers,
    sees,
    serial_errors,
    take_turns,
)
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, invalid
from depot.identifiers import fold, fold_identifier, fold_serial, look_alike, readings
from depot.product_models import resolve_model
from depot.scan_readings import Thing, names_of
from depot.sight import devices_seen
from depot.turns import take_turn
from depot.versions import claim, hold_in_use
from models import Depot, Device, DeviceIdentifier, IdentifierKind, ProductModel


@dataclass(frozen=True)
class DeviceWanted(Description):
    """A device by ``id``, or described."""

    id: int | None = None


@dataclass(frozen=True)
class Resolved:
    """A device, and what the desk should look at."""

    device: Device
    warnings: tuple[str, ...]


@dataclass(frozen=True)
class DeviceFilter:
    """What a list of devices is narrowed to; None narrows nothing. Former identifiers count too."""

    serial_number: str | None = None
    identifier: str | None = None
    q: str | None = None


def find_device(session: Session, device_id: int, by: Actor) -> Device:
    """The device with this id, retired or not. Raises NotFound, also where out of the actor's sight."""
    device = session.scalars(select(Device).where(Device.id == device_id, devices_seen(by))).one_or_none()
    if device is None:
        raise NotFound(f"There is no device {device_id}, or it belongs to a depot that your token does not cover.")
    return device


def select_devices(wanted: DeviceFilter, by: Actor) -> Select[Device]:
    """The query for devices in sight; ``q`` is how make and model, model or serial number begin.

    The caller adds order and page.
    """
    query = select(Device).where(devices_seen(by))
    borne = exists().where(DeviceIdentifier.device_id == Device.id)
    if wanted.serial_number is not None:
        serial = wanted.serial_number.strip()
        is_it = DeviceIdentifier.value_folded == serial
        query = query.where(borne.where(DeviceIdentifier.kind == IdentifierKind.SERIAL, is_it))
    if wanted.identifier is not None:
        meanings = readings(wanted.identifier).items()
        known = [(DeviceIdentifier.kind == kind) & (DeviceIdentifier.value_folded == value) for kind, value in meanings]
        query = query.where(borne.where(or_(*known)))
    if wanted.q is not None:
        query = query.join(ProductModel, ProductModel.id == Device.product_model_id).where(
            (ProductModel.make_folded + ProductModel.model_folded).startswith(fold(wanted.q), autoescape=True)
            | ProductModel.model_folded.startswith(fold(wanted.q), autoescape=True)
            | borne.where(DeviceIdentifier.value_look_alike.startswith(look_alike(wanted.q), autoescape=True))
        )
    return query


def current_serial(device: Device) -> str | None:
    """The serial number that a device bears now; None where it is unreadable or there is none."""
    return device.serial_number


def bears(device: Device, scanned: str) -> bool:
    """Whether a scan, understood as ``depot/scan_readings.py`` does, can mean an identifier that a device bears now."""
    names = names_of(scanned, Thing.DEVICE)
    meant = {each for name in names for each in readings(name).items()}
    in_capitals = {name.upper() for name in names}
    return any(
        (one.kind, one.value_folded) in meant
        or (one.kind is IdentifierKind.SERIAL and one.value.upper() in in_capitals)
        for one in device.current_identifiers
    )


def resolve(session: Session, wanted: DeviceWanted, depot: Depot, by: Actor, now: datetime) -> Resolved:
    """The device that an intake means, found and held, or made.

    Raises Invalid at ``/device/…`` for what cannot be, and SameSerial with ``candidates`` where the serial number is on
    record under another make or model and neither ``id`` nor ``confirmed_new`` was sent.
    """
    if wanted.id is not None:
        device: Device | None = _by_id(session, wanted, wanted.id, by)
    else:
        _demand_described(wanted, "/device")
        take_turns(session, wanted)
        device = match(session, wanted)
    if device is None:
        return _made(session, wanted, depot, by, now)
    hold_in_use(session, device)
    warnings = (*differences(device, wanted), *other_bearers(session, device, wanted, by))
    _learn(session, device, wanted, by, now)
    return Resolved(device, (*warnings, *look_alikes(session, device, by)))


def create_device(session: Session, described: Description, depot: Depot, by: Actor, now: datetime) -> Resolved:
    """A new device in the register. Raises Invalid, SameSerial, and AlreadyExists for one that is on record."""
    _demand_described(described, "")
    take_turns(session, described)
    known = match(session, described)
    if known is not None:
        raise AlreadyExists(f"This is device {known.id}.", device=known.id)
    return _made(session, described, depot, by, now)


def create_unstated(
    session: Session, make: str | None, model: str | None, depot: Depot, by: Actor, now: datetime
) -> Device:
    """A new device of other people's records: told from no other, and what they do not state is not known of it."""
    return _made(session, Description(make, model), depot, by, now).device


def _demand_described(described: Description, at: str) -> None:
    bad = [
        *name_errors(described.make, described.model, at),
        *serial_errors(described.serial_number, described.serial_status, at),
        *identifier_errors(described.identifiers, at),
    ]
    if bad:
        raise Invalid(bad)


def _by_id(session: Session, wanted: DeviceWanted, device_id: int, by: Actor) -> Device:
    """The device with this id, in the actor's sight or with its serial number in the actor's hand."""
    bad = [*identifier_errors(wanted.identifiers, "/device")]
    if wanted.serial_number is not None:
        bad += serial_errors(wanted.serial_number, wanted.serial_status, "/device")
    if bad:
        raise Invalid(bad)
    if wanted.confirmed_new:
        raise invalid("/device/confirmed_new", "A device with an id is not new.")
    take_turns(session, wanted)
    device = session.get(Device, device_id)
    serial = (wanted.serial_number or "").strip()
    if device is None or not (sees(session, device, by) or (serial and serial == device.serial_number)):
        raise invalid("/device/id", "There is no such device, or your token does not cover its depot.")
    if device.retired_at is not None:
        raise invalid("/device/id", "This device is retired.")
    bore = {one.value for one in device.identifiers if one.kind is IdentifierKind.SERIAL}
    if serial and bore and serial not in bore:
        raise invalid("/device/serial_number", f"Device {device.id} is on record with another serial number.")
    return device


def _learn(session: Session, device: Device, wanted: Description, by: Actor, now: datetime) -> None:
    """Write down the identifiers that the device is not known to bear, and its serial number where it never had one."""
    known = {(one.kind, one.value_folded) for one in device.current_identifiers}
    news = [(kind, text) for kind, text in wanted.identifiers if (kind, fold_identifier(kind, text)) not in known]
    bore = any(one.kind is IdentifierKind.SERIAL for one in device.identifiers)
    if wanted.serial_number is not None and not bore:
        swap_serial(session, device, wanted.serial_number, by, now)
    elif news:
        claim(session, device, None)
    for kind, text in news:
        bear(device, kind, text, now)
    session.flush()  # so that whoever refreshes the device next loses nothing


def _made(session: Session, described: Description, depot: Depot, by: Actor, now: datetime) -> Resolved:
    named = resolve_model(session, described.make, described.model, now)
    warnings = (*named.warnings, *other_bearers(session, None, described, by))
    device = Device(
        home_depot_id=depot.id,
        product_model=named.product_model,
        serial_status=described.serial_status,
        created_at=now,
        identifiers=[],
    )
    if described.serial_number is not None:
        twin = _next_twin(session, named.product_model, described.serial_number)
        bear(device, IdentifierKind.SERIAL, described.serial_number, now, twin)
    for kind, text in described.identifiers:
        bear(device, kind, text, now)
    session.add(device)
    session.flush()  # so that the device has its id
    return Resolved(device, (*warnings, *look_alikes(session, device, by)))


def _next_twin(session: Session, row: ProductModel, serial: str) -> int:
    """0, or one above the highest among the devices of this make that bear this serial number now."""
    twins = select(DeviceIdentifier.twin).where(
        DeviceIdentifier.kind == IdentifierKind.SERIAL,
        DeviceIdentifier.make_folded == row.make_folded,
        DeviceIdentifier.value_folded == fold_serial(serial),
        IN_FORCE,
    )
    return max(session.scalars(twins), default=-1) + 1


def bear(device: Device, kind: IdentifierKind, text: str, now: datetime, twin: int = 0) -> DeviceIdentifier:
    """Let a device bear an identifier from now on. Raises BadIdentifier, and Conflict where it has its fill of them."""
    _demand_room(device, kind)
    identifier = DeviceIdentifier(
        kind=kind,
        value=text.strip(),
        value_folded=fold_identifier(kind, text),
        value_look_alike=look_alike(text),
        make_folded=device.product_model.make_folded,
        twin=twin,
        valid_from=now,
    )
    device.identifiers.append(identifier)
    return identifier


def _demand_room(device: Device, kind: IdentifierKind) -> None:
    others = [one for one in device.current_identifiers if one.kind is not IdentifierKind.SERIAL]
    if kind is not IdentifierKind.SERIAL and len(others) >= MOST_IDENTIFIERS:
        raise Conflict(
            f"Device {device.id} bears {MOST_IDENTIFIERS} identifiers beside its serial number, the most there can be;"
            f" end one (POST /devices/{device.id}/identifiers/ID/retire) or leave the new one out.",
            device=device.id,
        )
    if len(device.identifiers) >= MOST_ON_RECORD:
        raise Conflict(
            f"Device {device.id} has {MOST_ON_RECORD} identifiers on record, former ones too, the most there can be;"
            " leave the new one out, or retire the device and create it anew.",
            device=device.id,
        )


def swap_serial(session: Session, device: Device, new_serial: str, by: Actor, now: datetime) -> None:
    """Let a device bear another serial number from now on; the old one finds it too, with the date on which it ended.

    Raises BadIdentifier for a blank one, and AlreadyExists where a device of the same make bears it, this one included.
    """
    serial = fold_serial(new_serial)
    take_turn(session, "device", f"serial {serial}")
    demand_free(session, device.product_model, serial, by)
    claim(session, device, None)
    for one in device.current_identifiers:
        if one.kind is IdentifierKind.SERIAL:
            one.valid_until = now
    session.flush()  # so that the old serial number has ended before the new one begins
    bear(device, IdentifierKind.SERIAL, serial, now)
    device.serial_status = None


def demand_free(session: Session, row: ProductModel, serial: str, by: Actor) -> None:
    """Raise AlreadyExists where a device of this make bears a serial number; it is named to who may see it."""
    for other in bearers_of(session, IdentifierKind.SERIAL, serial):
        if other.product_model.make_folded == row.make_folded:
            named = f"device {other.id}" if sees(session, other, by) else "another device"
            raise AlreadyExists(f"The serial number {serial} is borne by {named} of this make.", serial_number=serial)
