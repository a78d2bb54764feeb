"""Places of a depot: the bins 库位 that people name and scan, and the places that the ledger needs and nobody scans.

Those nobody scans have a code that begins with ``~``: the accounts outside the house (supplier, customer, factory,
scrap, difference), the defective stock, and one place for the parts that were issued to an order. They are made when
first needed, by an insert that two at once cannot both win.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import AlreadyExists, Conflict, NotFound, invalid
from depot.versions import claim, hold
from models import Balance, Depot, Location, PlaceKind, RepairOrder
from models.upsert import insert_if_absent

NOBODY_SCANS = "~"
ELSEWHERE = "in a depot that your token does not cover"
OUT_OF_BINS: Mapping[PlaceKind, str] = {
    PlaceKind.ORDER: "issued to an order",
    PlaceKind.DEFECTIVE: "in the defective stock",
    PlaceKind.SUPPLIER: "with the supplier",
    PlaceKind.CUSTOMER: "gone to a customer",
    PlaceKind.FACTORY: "with the factory",
    PlaceKind.SCRAP: "scrapped",
    PlaceKind.DIFFERENCE: "missing since a count",
}
PLACE_PREFIX = "~order-"


def _at(session: Session, depot_id: int, code: str) -> Location | None:
    return session.scalars(select(Location).where(Location.depot_id == depot_id, Location.code == code)).one_or_none()


def _ensure(session: Session, depot_id: int, kind: PlaceKind, code: str, now: datetime, **more: Any) -> Location:
    place = _at(session, depot_id, code)
    if place is None:
        values = {"version": 1, "name": "", "created_at": now, **more}
        insert_if_absent(session, Location, depot_id=depot_id, kind=kind, code=code, **values)
        place = session.scalars(select(Location).where(Location.depot_id == depot_id, Location.code == code)).one()
    return place


def account(session: Session, depot_id: int, kind: PlaceKind, now: datetime) -> Location:
    """The depot's account of a kind outside the house, or its defective stock; made when first needed."""
    return _ensure(session, depot_id, kind, NOBODY_SCANS + kind.value, now)


def order_place(session: Session, order: RepairOrder, now: datetime) -> Location:
    """Where the parts issued to an order stand until their outcome is known; made when first needed."""
    return _ensure(session, order.depot_id, PlaceKind.ORDER, PLACE_PREFIX + order.number, now, order_id=order.id)


def code_seen(place: Location, by: Actor) -> str | None:
    """The code of a bin, unless it lies in a depot out of the actor's sight, whose places are its own affair."""
    return place.code if place.kind is PlaceKind.BIN and by.covers(place.depot_id) else None


def whereabouts(place: Location, by: Actor) -> str:
    """Where what stands in a place is, in words that follow “it is”: only bins have codes that somebody gave them."""
    if not by.covers(place.depot_id):
        return ELSEWHERE
    return OUT_OF_BINS.get(place.kind, f"in {place.code}")


def hold_used_bin(session: Session, place: Location) -> Location:
    """Hold a bin so that nobody retires it meanwhile. Raises Conflict where it is retired already."""
    session.refresh(place, with_for_update={"read": True, "of": Location})
    if place.retired_at is not None:
        raise Conflict(f"The location {place.code} is retired; name another one as `location`.", location=place.code)
    return place


def bin_for_receipt(session: Session, depot: Depot, code: str, now: datetime) -> Location:
    """The bin with that code, made where there is none yet. Raises Invalid where none can have it, or it is retired."""
    place = _ensure(session, depot.id, PlaceKind.BIN, demand_code(code, "/location"), now)
    hold(session, place, shared=True)
    if place.retired_at is not None:
        raise invalid("/location", f"The location {code} is retired; choose another.")
    return place


def find_bin(session: Session, depot_id: int, code: str) -> Location:
    """The bin of a depot with that code, retired ones too. Raises NotFound."""
    place = _at(session, depot_id, code.strip())
    if place is None or place.kind is not PlaceKind.BIN:
        raise NotFound(f"There is no location {code} in this depot.")
    return place


def bin_in_body(session: Session, depot_id: int, code: str) -> Location:
    """As ``find_bin``, for a code inside a body: raises Invalid at /location."""
    try:
        return find_bin(session, depot_id, code)
    except NotFound as unknown:
        raise invalid("/location", unknown.message) from unknown


def used_bin_in_body(session: Session, depot_id: int, code: str) -> Location:
    """As ``bin_in_body``, for what is put in: it is held, and a retired bin raises Invalid as well."""
    place = bin_in_body(session, depot_id, code)
    hold(session, place, shared=True)
    if place.retired_at is not None:
        raise invalid("/location", f"The location {place.code} is retired; choose another one.")
    return place


def depot_with_bin(session: Session, code: str, by: Actor) -> str | None:
    """The code of the depot in the actor's sight that has this bin, where it is the only one."""
    query = select(Depot.code).join(Location, Location.depot_id == Depot.id)
    here = (Location.code == code.strip(), Location.kind == PlaceKind.BIN, Location.retired_at.is_(None))
    query = query.where(*here, Depot.retired_at.is_(None)).limit(2)
    found = session.scalars(query if by.depot_ids is None else query.where(Depot.id.in_(by.depot_ids))).all()
    return found[0] if len(found) == 1 else None


def find_location(session: Session, location_id: int, by: Actor) -> Location:
    """The bin with this id. Raises NotFound, also for a depot that the actor's token does not cover."""
    place = session.get(Location, location_id)
    if place is None or place.kind is not PlaceKind.BIN:
        raise NotFound(f"There is no location {location_id}, or it belongs to a depot that your token does not cover.")
    by.demand_sight(place.depot_id, f"location {location_id}")
    return place


def demand_code(code: str, pointer: str) -> str:
    """The code without blanks around it. Raises Invalid where it is empty, does not print or begins with ``~``."""
    code = code.strip()
    if not code or not code.isprintable():
        raise invalid(pointer, "A location's code is at least one character, and each of them prints.")
    if code.startswith(NOBODY_SCANS):
        raise invalid(pointer, f"Codes that begin with {NOBODY_SCANS} belong to the ledger's own accounts.")
    return code


def create_location(session: Session, depot: Depot, code: str, name: str, now: datetime) -> Location:
    """A new bin. Raises AlreadyExists where the depot has one with this code."""
    code = demand_code(code, "/code")
    new = insert_if_absent(
        session, Location, depot_id=depot.id, kind=PlaceKind.BIN, code=code, name=name, version=1, created_at=now
    )
    if new is None:
        raise AlreadyExists(f"The depot {depot.code} has a location {code} already.", location=code)
    return session.get_one(Location, new)


def rename_location(session: Session, place: Location, name: str, version: int | None) -> Location:
    """Give a bin another name; ``version`` is the one the caller read, None where any will do. Raises Stale."""
    claim(session, place, version)
    place.name = name
    return place


def retire_location(session: Session, place: Location, now: datetime, version: int | None = None) -> Location:
    """Take a bin out of use. Raises Stale, and Conflict while something is in it; a retired one stays as it is."""
    if place.retired_at is not None:
        return place
    claim(session, place, version)
    held = session.scalar(select(exists().where(Balance.location_id == place.id, Balance.on_hand > Decimal(0))))
    if held:
        raise Conflict(f"The location {place.code} is not empty; put its stock elsewhere first.", location=place.code)
    place.retired_at = place.retired_at or now
    return place


def select_locations(by: Actor, depot_id: int | None, prefix: str) -> Select[Location]:
    """The query for the bins in the actor's depots whose code begins with a prefix; the caller adds order and page."""
    query = select(Location).where(Location.kind == PlaceKind.BIN)
    if by.depot_ids is not None:
        query = query.where(Location.depot_id.in_(by.depot_ids))
    if depot_id is not None:
        query = query.where(Location.depot_id == depot_id)
    return query.where(Location.code.startswith(prefix, autoescape=True)) if prefix else query


def list_contents(session: Session, place: Location) -> Sequence[Balance]:
    """What is in a place, by part and condition."""
    return session.scalars(
        select(Balance)
        .where(Balance.location_id == place.id, Balance.on_hand != Decimal(0))
        .order_by(Balance.part_id, Balance.condition)
        .execution_options(populate_existing=True)
    ).all()
