"""Changing the register of devices by hand: another make or model, another serial number, further identifiers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.device_matching import IdentifierWanted, identifier_errors, name_errors, serial_errors
from depot.devices import bear, demand_free, swap_serial
from depot.errors import AlreadyExists, Conflict, FieldError, Invalid, NotFound, invalid
from depot.identifiers import fold_identifier
from depot.product_models import resolve_model
from depot.turns import take_turn
from depot.versions import claim
from models import ENDED, Device, DeviceIdentifier, IdentifierKind, RepairOrder, SerialStatus


@dataclass(frozen=True)
class DeviceFacts:
    """Everything about a device that can be changed, but for its other identifiers."""

    make: str | None
    model: str | None
    serial_number: str | None
    serial_status: SerialStatus | None


def facts_of(device: Device) -> DeviceFacts:
    """What is on record, to be changed with ``dataclasses.replace``."""
    row = device.product_model
    return DeviceFacts(row.make, row.model, device.serial_number, device.serial_status)


def change_device(
    session: Session, device: Device, facts: DeviceFacts, by: Actor, now: datetime, version: int | None = None
) -> tuple[str, ...]:
    """Put these facts on record; the answer is what the desk should look at.

    Raises Invalid, Stale, and AlreadyExists where a device of that make bears the serial number.
    """
    _check(facts, facts_of(device))
    claim(session, device, version)
    warnings = _rename(session, device, facts, by, now)
    serial = None if facts.serial_number is None else facts.serial_number.strip()
    if serial is not None and serial != device.serial_number:
        swap_serial(session, device, serial, by, now)
    elif serial is None:
        _end_serial(device, facts.serial_status, now)
    return warnings


def _check(facts: DeviceFacts, known: DeviceFacts) -> None:
    """Raise Invalid for facts that cannot be; what was never stated may stay so."""
    bad: list[FieldError] = []
    if (facts.make, facts.model) != (known.make, known.model):
        bad += name_errors(facts.make, facts.model, "")
    if (facts.serial_number, facts.serial_status) != (known.serial_number, known.serial_status):
        bad += serial_errors(facts.serial_number, facts.serial_status, "")
    if bad:
        raise Invalid(bad)


def _rename(session: Session, device: Device, facts: DeviceFacts, by: Actor, now: datetime) -> tuple[str, ...]:
    """Another make or model; a serial number that stays must be free under the new make."""
    old = device.product_model
    if tuple(name and name.strip() for name in (facts.make, facts.model)) == (old.make, old.model):
        return ()
    named = resolve_model(session, facts.make, facts.model, now)
    new, serial = named.product_model, device.serial_number
    if new.make_folded != old.make_folded and serial is not None:
        take_turn(session, "device", f"serial {serial}")
        demand_free(session, new, serial, by)
    device.product_model = new
    for one in device.identifiers:
        one.make_folded = new.make_folded
    session.flush()  # so that a serial number swapped next is looked for under the new make
    return named.warnings


def _end_serial(device: Device, status: SerialStatus | None, now: datetime) -> None:
    device.serial_status = status
    for one in device.current_identifiers:
        if one.kind is IdentifierKind.SERIAL:
            one.valid_until = now


def add_identifier(session: Session, device: Device, wanted: IdentifierWanted, now: datetime) -> DeviceIdentifier:
    """Let a device bear a further IMEI, MAC or asset tag from now on. Raises Invalid, AlreadyExists."""
    for error in identifier_errors((wanted,), ""):
        raise invalid(error.pointer.removeprefix("/identifiers/0"), error.detail)
    claim(session, device, None)
    folded = fold_identifier(wanted.kind, wanted.value)
    if any((one.kind, one.value_folded) == (wanted.kind, folded) for one in device.current_identifiers):
        raise AlreadyExists(f"Device {device.id} bears this {wanted.kind.value} already.", device=device.id)
    identifier = bear(device, wanted.kind, wanted.value, now)
    session.flush()  # so that the identifier has its id
    return identifier


def end_identifier(session: Session, device: Device, identifier_id: int, now: datetime) -> DeviceIdentifier:
    """Let a device no longer bear an identifier; it is still found by it.

    Raises NotFound, and Conflict for the serial number, whose end is a change of the device with its reason.
    """
    found = [one for one in device.identifiers if one.id == identifier_id]
    if not found:
        raise NotFound(f"Device {device.id} has no identifier {identifier_id}.")
    if found[0].kind is IdentifierKind.SERIAL:
        raise Conflict("A serial number ends by another one or with a `serial_status`: change the device.")
    claim(session, device, None)
    found[0].valid_until = found[0].valid_until or now
    return found[0]


def retire_device(session: Session, device: Device, version: int | None, now: datetime) -> None:
    """Take a device out of the register: its identifiers are free, its history stays. Raises Stale, Conflict."""
    claim(session, device, version)
    open_orders = exists().where(RepairOrder.device_id == device.id, RepairOrder.state.not_in(ENDED))
    if session.scalar(select(open_orders)):
        raise Conflict("This device has an open repair order; that ends first.")
    device.retired_at = device.retired_at or now
    for one in device.current_identifiers:
        one.valid_until = now
