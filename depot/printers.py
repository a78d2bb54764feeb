"""Label printers of a depot: where each listens, and where none may.

The service connects to them, so a host is refused that would turn it against itself or its own network's machinery:
loopback, link-local, unspecified and multicast addresses, unless the deployment allows any. A name is looked up when
something is printed, and each address that it leads to is held against the same rule then.
"""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.depots import CODE
from depot.errors import AlreadyExists, NotFound, invalid
from depot.versions import claim
from models import Depot, Printer
from models.upsert import insert_if_absent

RAW_PORT = 9100
HIGHEST_PORT = 65535
LONGEST_HOST = 200
HOST_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_-]{0,62}(?:\.[A-Za-z0-9_][A-Za-z0-9_-]{0,62})*\.?")


@dataclass(frozen=True)
class PrinterFacts:
    """What can be changed about a printer."""

    host: str
    port: int = RAW_PORT
    stock: str = "50x30"
    dpi: int = 203


def facts_of(printer: Printer) -> PrinterFacts:
    """What is on record."""
    return PrinterFacts(printer.host, printer.port, printer.stock, printer.dpi)


def is_allowed(address: str) -> bool:
    """Whether the service may connect to an IP address as to a printer."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    ip = getattr(ip, "ipv4_mapped", None) or ip
    return not (ip.is_loopback or ip.is_link_local or ip.is_unspecified or ip.is_multicast or _is_this_network(ip))


def _is_this_network(ip: ipaddress.IPv4Address | ipaddress.IPv6Address) -> bool:
    """0.0.0.0/8 (RFC 6890) leads to the machine itself on some systems; so does the broadcast address to all."""
    return ip.version == 4 and (ip.packed[0] == 0 or ip.packed == b"\xff" * 4)


def check_host(host: str, anywhere: bool) -> None:
    """Raise Invalid for what is no host, and for an address where no printer may be."""
    try:
        allowed = is_allowed(host)
    except ValueError:
        allowed = host.rstrip(".").lower() != "localhost"
        if len(host) > LONGEST_HOST or not HOST_NAME.fullmatch(host) or host.rstrip(".").rpartition(".")[2].isdigit():
            raise invalid("/host", "This is no host: give a name, or an IP address such as 192.168.1.50.") from None
    if not (allowed or anywhere):
        raise invalid("/host", "No printer may be here: give the printer's own address in the depot's network.")


def find_printer(session: Session, code: str, by: Actor) -> Printer:
    """The printer with this code, retired or not. Raises NotFound, also for a depot out of the actor's sight."""
    query = select(Printer).where(Printer.code == code.strip().upper())
    printer = session.scalars(query).one_or_none() if CODE.fullmatch(code.strip().upper()) else None
    if printer is None:
        raise NotFound(f"There is no printer {code[:20]}, or it belongs to a depot that your token does not cover.")
    by.demand_sight(printer.depot_id, f"printer {code[:20]}")
    return printer


def printer_in_body(session: Session, code: str, by: Actor) -> Printer:
    """As ``find_printer``, for a code inside a body: raises Invalid at ``/printer``, also for a retired one."""
    try:
        printer = find_printer(session, code, by)
    except NotFound as unknown:
        raise invalid("/printer", unknown.message) from unknown
    if printer.retired_at is not None:
        raise invalid("/printer", f"The printer {printer.code} is retired; GET /api/v1/printers lists the others.")
    return printer


def create_printer(
    session: Session, code: str, facts: PrinterFacts, depot: Depot, now: datetime, *, anywhere: bool = False
) -> Printer:
    """A new printer. Raises Invalid, and AlreadyExists where the code is taken."""
    if not CODE.fullmatch(code):
        raise invalid("/code", "A printer's code has 1 to 20 upper-case letters, digits and dashes.")
    check_host(facts.host, anywhere)
    new = insert_if_absent(session, Printer, depot_id=depot.id, code=code, version=1, created_at=now, **asdict(facts))
    if new is None:
        raise AlreadyExists(f"There is a printer {code} already; change it with PUT.", code=code)
    return session.get_one(Printer, new)


def change_printer(
    session: Session, printer: Printer, changes: Mapping[str, Any], version: int | None, *, anywhere: bool = False
) -> Printer:
    """Put some of the ``PrinterFacts`` right. Raises Invalid, Stale."""
    facts = replace(facts_of(printer), **changes)
    check_host(facts.host, anywhere)
    claim(session, printer, version)
    for name, value in asdict(replace(facts_of(printer), **changes)).items():
        setattr(printer, name, value)
    return printer


def retire_printer(session: Session, printer: Printer, now: datetime, version: int | None) -> Printer:
    """Take a printer out of use. Raises Stale; a retired one stays as it is."""
    if printer.retired_at is None:
        claim(session, printer, version)
        printer.retired_at = printer.retired_at or now
    return printer


def select_printers(by: Actor, depot_id: int | None) -> Select[Printer]:
    """The query for the printers within the actor's depots; the caller adds order and page."""
    query = select(Printer)
    if by.depot_ids is not None:
        query = query.where(Printer.depot_id.in_(by.depot_ids))
    return query if depot_id is None else query.where(Printer.depot_id == depot_id)
