"""Announcements for tests: over HTTP, and by the rules alone where the clock is the real one."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from desk import INTAKE, Desk, intake
from sqlalchemy.orm import Session

from depot import depots, procedure
from depot.actors import SYSTEM
from depot.customers import CustomerWanted
from depot.devices import DeviceWanted
from depot.drafting import draft_order
from depot.intake import NewOrder
from models import Channel

SAID = ("depot", "customer", "device", "reported_fault", "channel")
DAYS = 3
"""How long announcements are valid in these tests."""


def announce(desk: Desk, expect: int = 201, **changes: Any) -> Any:
    """Announce the device of the published example, or one that differs in some members."""
    body = {name: intake(**changes)[name] for name in SAID}
    return desk.post("/announcements", body, "service_desk", expect=expect).get_json()


def valid_for(desk: Desk, days: int | None = DAYS, **more: Any) -> None:
    """Set the policy, and whatever else."""
    desk.furnish(policies={"announcement_valid_days": days}, **more)


def announced_at(session: Session, now: datetime, serial_number: str) -> str:
    """The number of an announcement that was made at a time, valid for so many days from then."""
    depots.ensure_main(session, now).announcement_valid_days = DAYS
    device = DeviceWanted(make="Gtech", model="AR-20", serial_number=serial_number)
    customer = CustomerWanted(name="张䶮", email="a@example.org")
    wanted = NewOrder(None, customer, device, INTAKE["reported_fault"], Channel.WEB)
    draft = draft_order(session, wanted, SYSTEM, now)
    return procedure.begin(session, "announce", draft.order, None, SYSTEM, now).number
