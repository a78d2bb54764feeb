"""``/devices``: the customers' units, found by every identifier that they bear or bore, with their whole history."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from depot import device_changes, device_history, devices
from depot.depots import codes_by_id, depot_for
from depot.device_matching import Description, IdentifierWanted
from depot.devices import DeviceFilter
from depot.versions import hold
from models import Device, DeviceIdentifier
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.devices import (
    DeviceChangeIn,
    DeviceHistoryOut,
    DeviceIdentifierOut,
    DeviceQuery,
    DeviceRecordOut,
    NewDeviceIn,
)
from routes.schemas.intake import IdentifierIn

blueprint = Blueprint("devices", "Devices, their identifiers and their history.")

Answer = tuple[dict[str, Any], dict[str, str]]


def device_view(device: Device, depots: dict[int, str], warnings: Sequence[str] = ()) -> dict[str, Any]:
    """A device as lists show it; ``depots`` are their codes by id."""
    plain = ("id", "serial_number", "serial_status", "identifiers", "version", "created_at", "retired_at")
    return {
        **{name: getattr(device, name) for name in plain},
        "make": device.product_model.make,
        "model": device.product_model.model,
        "product_model": device.product_model.id,
        "depot": depots[device.home_depot_id],
        "warnings": list(warnings),
    }


def _answer(device: Device, warnings: Sequence[str] = ()) -> Answer:
    return device_view(device, codes_by_id(session()), warnings), versioned(device.version)


def _found(device_id: int) -> Device:
    return devices.find_device(session(), device_id, actor())


def _history(device: Device) -> Answer:
    view, headers = _answer(device)
    orders = device_history.list_past_orders(session(), device, actor())
    repairs = device_history.repairs_so_far(session(), device.id)
    return {**view, "orders": orders, "repairs": repairs}, headers


@blueprint.post("/devices")
@allow("change-devices")
@blueprint.arguments(NewDeviceIn)
@blueprint.response(201, DeviceRecordOut)
def create_device(body: dict[str, Any]) -> Answer:
    """Create a device; one that is on record is a conflict, look-alikes are warnings."""
    depot = depot_for(session(), body.pop("depot"), actor())
    made = devices.create_device(session(), Description(**body), depot, actor(), now())
    view, headers = _answer(made.device, made.warnings)
    return view, headers | {"Location": url_for("devices.read_device", device_id=made.device.id)}


@blueprint.get("/devices")
@allow("read")
@blueprint.arguments(DeviceQuery, location="query")
@blueprint.response(200, page_schema(DeviceRecordOut))
def list_devices(query: dict[str, Any]) -> Answer:
    """List devices, retired ones too, in the order in which they came."""
    wanted = DeviceFilter(query["serial_number"], query["identifier"], query["q"])
    page, headers = paged(devices.select_devices(wanted, actor()), [Device.id], query)
    depots = codes_by_id(session())
    return {**page, "items": [device_view(device, depots) for device in page["items"]]}, headers


@blueprint.get("/devices/<int:device_id>")
@allow("read")
@blueprint.response(200, DeviceHistoryOut)
def read_device(device_id: int) -> Answer:
    """Read a device with its whole history, newest order first."""
    return _history(_found(device_id))


@blueprint.put("/devices/<int:device_id>")
@allow("change-devices")
@blueprint.arguments(DeviceChangeIn)
@blueprint.response(200, DeviceRecordOut)
def change_device(body: dict[str, Any], device_id: int) -> Answer:
    """Change make, model, or the serial number and the reason for having none, of which either displaces the other."""
    device = _found(device_id)
    hold(session(), device)
    known = device_changes.facts_of(device)
    said = changes(body, _history(device)[0], DeviceHistoryOut)
    wanted = {name: value for name, value in said.items() if value != getattr(known, name)}
    if wanted.get("serial_number") is not None:
        wanted.setdefault("serial_status", None)
    elif wanted.get("serial_status") is not None:
        wanted.setdefault("serial_number", None)
    facts = replace(known, **wanted)
    warnings = device_changes.change_device(session(), device, facts, actor(), now(), seen_version())
    return _answer(device, warnings)


@blueprint.post("/devices/<int:device_id>/identifiers")
@allow("change-devices")
@blueprint.arguments(IdentifierIn)
@blueprint.response(201, DeviceIdentifierOut)
def add_identifier(body: IdentifierWanted, device_id: int) -> tuple[DeviceIdentifier, dict[str, str]]:
    """Let a device bear a further IMEI, MAC or asset tag from now on."""
    identifier = device_changes.add_identifier(session(), _found(device_id), body, now())
    return identifier, {"Location": url_for("devices.read_device", device_id=device_id)}


@blueprint.post("/devices/<int:device_id>/identifiers/<int:identifier_id>/retire")
@allow("change-devices")
@blueprint.response(200, DeviceIdentifierOut)
def end_identifier(device_id: int, identifier_id: int) -> DeviceIdentifier:
    """Let a device no longer bear an identifier; it is still found by it."""
    return device_changes.end_identifier(session(), _found(device_id), identifier_id, now())


@blueprint.post("/devices/<int:device_id>/retire")
@allow("change-devices")
@blueprint.response(200, DeviceRecordOut)
def retire_device(device_id: int) -> Answer:
    """Take a device out of the register; its identifiers are free, its history stays."""
    device = _found(device_id)
    device_changes.retire_device(session(), device, seen_version(), now())
    return _answer(device)
