"""Finding repair orders: by number, by what is known of them, page by page."""

from __future__ import annotations

import re
import secrets
import unicodedata
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session, aliased

from depot.actors import Actor
from depot.contacts import digits_of
from depot.errors import NotFound, Stale
from depot.identifiers import fold, fold_order_number, look_alike, order_number
from depot.versions import is_seen
from models import (
    ENDED,
    Contact,
    ContactKind,
    Customer,
    Depot,
    DeviceIdentifier,
    Event,
    IdentifierKind,
    OrderNumber,
    RepairOrder,
    Result,
    Stage,
    State,
    Subject,
)

STAGE_OF: dict[State, Stage | None] = {
    State.ANNOUNCED: Stage.RECEIVE,
    State.RECEIVED: Stage.RECEIVE,
    State.INSPECTING: Stage.INSPECT,
    State.AWAITING_APPROVAL: Stage.INSPECT,
    State.APPROVED: Stage.REPAIR,
    State.AWAITING_PARTS: Stage.REPAIR,
    State.REPAIRING: Stage.REPAIR,
    State.TESTING: Stage.REPAIR,
    State.SUMMARIZING: Stage.SUMMARIZE,
    State.READY: Stage.SUMMARIZE,
    State.UNCLAIMED: Stage.SUMMARIZE,
    State.RETURNED: Stage.SUMMARIZE,
    State.DISPOSED: Stage.SUMMARIZE,
    State.REFUSED: None,
    State.CANCELLED: None,
}

TURN: dict[State, str] = {
    State.ANNOUNCED: "customer",
    State.RECEIVED: "technician",
    State.INSPECTING: "technician",
    State.AWAITING_APPROVAL: "customer",
    State.APPROVED: "technician",
    State.AWAITING_PARTS: "store",
    State.REPAIRING: "technician",
    State.TESTING: "technician",
    State.SUMMARIZING: "technician",
    State.READY: "customer",
    State.UNCLAIMED: "customer",
}
"""Whose turn it is in each state that is not an end; turnaround figures leave the customer's time out."""

CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
CODE_LENGTH = 8
NUMBER = re.compile(r"[0-9A-Z]{1,20}")
FEWEST_DIGITS = 3


def next_number(session: Session, depot: Depot, now: datetime) -> str:
    """A fresh order number, of the year that the depot's calendar shows."""
    row = OrderNumber()
    session.add(row)
    session.flush()  # the database hands out the serial number
    return order_number(now.astimezone(ZoneInfo(depot.time_zone)).year, row.id)


def new_access_code() -> str:
    """What the customer needs beside the number: 8 characters that nobody mistakes for one another (about 39 bits)."""
    return "".join(secrets.choice(CODE_ALPHABET) for _ in range(CODE_LENGTH))


def fold_access_code(typed: str) -> str:
    """A code as it was typed, as it is stored: upper case, no blanks, no dashes."""
    return re.sub(r"[\s\-]", "", unicodedata.normalize("NFKC", typed)).upper()


def read_number(typed: str) -> str:
    """An order number as it is stored. Raises NotFound for what none can look like, before a database chokes on it."""
    number = fold_order_number(typed)
    if not NUMBER.fullmatch(number):
        raise _no_order(typed)
    return number


def _no_order(typed: str) -> NotFound:
    return NotFound(f"There is no repair order {typed[:40]}, or it belongs to a depot that your token does not cover.")


def find_order(session: Session, number: str, by: Actor, *, lock: bool = False) -> RepairOrder:
    """The order with this number; ``lock`` holds its row until the unit of work ends.

    It is locked first and read afterwards: a statement that waited for a lock gives its row as it is now, but what
    it joined as it was before. On SQLite a writing unit of work holds the whole database. Raises NotFound, also for
    an order of a depot that the actor's token does not cover.
    """
    query = select(RepairOrder).where(RepairOrder.number == read_number(number))
    if lock:
        session.execute(query.with_only_columns(RepairOrder.id).with_for_update(of=RepairOrder))
        query = query.execution_options(populate_existing=True)
    order = session.scalars(query).one_or_none()
    if order is None:
        raise _no_order(number)
    by.demand_sight(order.depot_id, f"repair order {number[:40]}")
    return order


def demand_version(order: RepairOrder, version: int | None) -> None:
    """Raise Stale unless the order is at the version that the caller has seen; None was not said."""
    if not is_seen(order.version, version):
        raise Stale(f"{order.number} is at version {order.version}, not {version}.", version=order.version)


def open_order_of(session: Session, device_id: int) -> RepairOrder | None:
    """The one order of a device that has not ended; announced counts as open."""
    return session.scalars(
        select(RepairOrder).where(RepairOrder.device_id == device_id, RepairOrder.state.not_in(ENDED))
    ).one_or_none()


@dataclass(frozen=True)
class OrderFilter:
    """What a list of orders is narrowed to; None narrows nothing."""

    state: State | None = None
    stage: Stage | None = None
    serial_number: str | None = None
    customer: int | None = None
    depot: str | None = None
    q: str | None = None
    second_no_fault_found: bool | None = None


def _no_fault_found_again() -> ColumnElement[bool]:
    """No fault was found, nor on an earlier order of the same device."""
    earlier = aliased(RepairOrder)
    before = (earlier.device_id == RepairOrder.device_id, earlier.id < RepairOrder.id)
    return and_(
        RepairOrder.result == Result.NO_FAULT_FOUND,
        exists().where(*before, earlier.result == Result.NO_FAULT_FOUND),
    )


def _bears(device_id: ColumnElement[int], condition: ColumnElement[bool]) -> ColumnElement[bool]:
    return exists().where(DeviceIdentifier.device_id == device_id, condition)


def _mentions(text: str) -> ColumnElement[bool]:
    """Orders whose number or identifier begins with a text, or whose customer has it in the name or as a contact.

    Compared folded, so that both databases find the same.
    """
    device_id = RepairOrder.__table__.c.device_id
    customer_id = RepairOrder.__table__.c.customer_id
    return or_(
        RepairOrder.number.startswith(fold_order_number(text), autoescape=True),
        _bears(device_id, DeviceIdentifier.value_look_alike.startswith(look_alike(text), autoescape=True)),
        exists().where(Customer.id == customer_id, Customer.name_folded.contains(fold(text), autoescape=True)),
        exists().where(Contact.customer_id == customer_id, _reaches(text)),
    )


def _reaches(text: str) -> ColumnElement[bool]:
    mail = and_(Contact.kind == ContactKind.EMAIL, Contact.value_folded.startswith(text.lower(), autoescape=True))
    digits = digits_of(text).lstrip("0")
    phone = Contact.value_folded.contains(digits) if len(digits) >= FEWEST_DIGITS else false()
    return or_(mail, and_(Contact.kind == ContactKind.PHONE, phone))


def select_orders(wanted: OrderFilter, by: Actor) -> Select[RepairOrder]:
    """The query for a list of orders within the actor's depots; the caller adds order and page."""
    query = select(RepairOrder)
    if by.depot_ids is not None:
        query = query.where(RepairOrder.depot_id.in_(by.depot_ids))
    if wanted.state is not None:
        query = query.where(RepairOrder.state == wanted.state)
    if wanted.stage is not None:
        query = query.where(RepairOrder.state.in_([s for s, stage in STAGE_OF.items() if stage is wanted.stage]))
    if wanted.serial_number is not None:
        bore = and_(
            DeviceIdentifier.kind == IdentifierKind.SERIAL,
            DeviceIdentifier.value_folded == wanted.serial_number.strip(),
        )
        query = query.where(_bears(RepairOrder.__table__.c.device_id, bore))
    if wanted.customer is not None:
        query = query.where(RepairOrder.customer_id == wanted.customer)
    if wanted.depot is not None:
        query = query.where(RepairOrder.depot.has(Depot.code == wanted.depot))
    if wanted.second_no_fault_found is not None:
        second = _no_fault_found_again()
        query = query.where(second if wanted.second_no_fault_found else or_(RepairOrder.result.is_(None), ~second))
    return query if wanted.q is None else query.where(_mentions(wanted.q.strip()))


def select_events(order: RepairOrder) -> Select[Event]:
    """The query for an order's history; the caller adds order and page."""
    return select(Event).where(Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id)
