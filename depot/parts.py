"""The catalogue of spare parts 备件, and what is on hand of each.

A part number is kept as typed: it may hold slashes, blanks and any character that prints. On hand is what stands in
bins; available is that part of it which is fit for use and set aside for nobody. What is issued to an order, and the
defective stock, are shown beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Row, Select, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import AlreadyExists, Conflict, NotFound, invalid
from depot.events import append
from depot.ledger import ZERO
from depot.money import Money
from depot.seals import note_written
from depot.versions import claim
from models import FIT_FOR_USE, IN_HOUSE, Balance, Condition, Depot, Location, Part, PlaceKind, Unit
from models.upsert import insert_if_absent


@dataclass(frozen=True)
class PartFacts:
    """What can be changed about a part. ``sale_price`` None is unset, which is not zero."""

    name: str
    sale_price: Money | None = None


@dataclass
class Stock:
    """How much of a part there is in one place or in all; ``available`` is fit for use and set aside for nobody."""

    on_hand: Decimal = ZERO
    reserved: Decimal = ZERO
    available: Decimal = ZERO
    conditions: dict[Condition, Decimal] = field(default_factory=dict)

    def add(self, condition: Condition, on_hand: Decimal, reserved: Decimal) -> None:
        """Count a balance in."""
        self.on_hand += on_hand
        self.reserved += reserved
        self.available += on_hand - reserved if condition in FIT_FOR_USE else ZERO
        self.conditions[condition] = self.conditions.get(condition, ZERO) + on_hand


@dataclass
class StockOfPart:
    """A part's stock in all bins and in each (depot code, bin code), what orders hold, and what is defective."""

    total: Stock = field(default_factory=Stock)
    by_bin: dict[tuple[str, str], Stock] = field(default_factory=dict)
    issued: Decimal = ZERO
    defective: Decimal = ZERO


def find_part(session: Session, part_number: str) -> Part:
    """The part with this number, retired ones too. Raises NotFound."""
    part = session.scalars(select(Part).where(Part.part_number == part_number)).one_or_none()
    if part is None:
        raise NotFound(f"There is no part {part_number[:80]}.")
    return part


def part_in_body(session: Session, part_number: str, pointer: str) -> Part:
    """As ``find_part``, for a part number inside a body: raises Invalid at the pointer."""
    try:
        return find_part(session, part_number.strip())
    except NotFound as unknown:
        raise invalid(pointer, unknown.message) from unknown


def usable_part(session: Session, part_number: str, pointer: str) -> Part:
    """As ``part_in_body``, and not retired."""
    part = part_in_body(session, part_number, pointer)
    if part.retired_at is not None:
        raise invalid(pointer, f"The part {part.part_number} is retired.")
    return part


def create_part(
    session: Session, part_number: str, facts: PartFacts, serialized: bool, unit: Unit, by: Actor, now: datetime
) -> Part:
    """A new part. Raises AlreadyExists for a number that is taken, Forbidden for a price from a role that sets none."""
    part_number = _demand_number(part_number)
    if serialized and unit is not Unit.PIECE:
        raise invalid("/unit", "A serialised part is counted in pieces.")
    _demand_may_price(by, facts.sale_price, None)
    new = insert_if_absent(
        session,
        Part,
        part_number=part_number,
        name=facts.name,
        serialized=serialized,
        unit=unit,
        created_at=now,
        version=1,
        event_seq=0,
        event_hash="",
        **_price_columns(facts.sale_price),
    )
    if new is None:
        raise AlreadyExists(f"There is a part {part_number} already.", part_number=part_number)
    part = session.get_one(Part, new)
    note_written(session, part)
    append(session, part, "create", by, now, _facts(part))
    return part


def _demand_number(part_number: str) -> str:
    part_number = part_number.strip()
    if not part_number or not part_number.isprintable():
        raise invalid("/part_number", "A part number has at least one character, and each of them prints.")
    return part_number


def change_part(
    session: Session, part: Part, changes: Mapping[str, Any], by: Actor, now: datetime, version: int | None = None
) -> Part:
    """Change some of the ``PartFacts``. Raises Stale, and Forbidden for another price from a role that sets none."""
    claim(session, part, version)
    facts = replace(PartFacts(part.name, price_of(part)), **changes)
    _demand_may_price(by, facts.sale_price, price_of(part))
    part.name = facts.name
    for column, value in _price_columns(facts.sale_price).items():
        setattr(part, column, value)
    append(session, part, "change", by, now, _facts(part))
    return part


def retire_part(session: Session, part: Part, by: Actor, now: datetime, version: int | None = None) -> Part:
    """Take a part out of the catalogue. Raises Stale, and Conflict while there is any, also with an order."""
    claim(session, part, version)
    if part.retired_at is not None:
        return part
    held = [row for row in _balances(session, [part.id], None) if row.on_hand > 0]
    if held:
        raise Conflict(
            f"There is stock of {part.part_number}; use it up, or adjust it away first.",
            part_number=part.part_number,
            locations=sorted({row.place for row in held}),
        )
    part.retired_at = now
    append(session, part, "retire", by, now)
    return part


def _demand_may_price(by: Actor, wanted: Money | None, present: Money | None) -> None:
    if wanted != present:
        by.demand("set-sale-price")


def price_of(part: Part) -> Money | None:
    """The sale price of a part; None is unset."""
    if part.sale_price_minor is None or part.sale_price_currency is None:
        return None
    return Money(part.sale_price_minor, part.sale_price_currency)


def _price_columns(price: Money | None) -> dict[str, object]:
    return {
        "sale_price_minor": price.amount_minor if price else None,
        "sale_price_currency": price.currency if price else None,
    }


def _facts(part: Part) -> dict[str, object]:
    return {
        "part_number": part.part_number,
        "name": part.name,
        "sale_price_minor": part.sale_price_minor,
        "sale_price_currency": part.sale_price_currency,
    }


def select_parts(prefix: str, retired: bool = False) -> Select[Part]:
    """The query for the parts whose number or name begins with a prefix; the caller adds order and page."""
    query = select(Part) if retired else select(Part).where(Part.retired_at.is_(None))
    if not prefix:
        return query
    return query.where(
        Part.part_number.startswith(prefix, autoescape=True) | Part.name.startswith(prefix, autoescape=True)
    )


def _balances(
    session: Session, part_ids: Sequence[int], by: Actor | None
) -> Sequence[Row[int, Condition, Decimal, Decimal, PlaceKind, str, str]]:
    query = (
        select(
            Balance.part_id,
            Balance.condition,
            Balance.on_hand,
            Balance.reserved,
            Location.kind,
            Location.code.label("place"),
            Depot.code.label("depot"),
        )
        .join(Location, Balance.location_id == Location.id)
        .join(Depot, Location.depot_id == Depot.id)
        .where(Balance.part_id.in_(part_ids), Location.kind.in_(IN_HOUSE), Balance.on_hand != ZERO)
        .order_by(Depot.code, Location.code, Balance.condition)
    )
    if by is not None and by.depot_ids is not None:
        query = query.where(Location.depot_id.in_(by.depot_ids))
    return session.execute(query).all()


def stock_of(session: Session, parts: Sequence[Part], by: Actor) -> dict[int, StockOfPart]:
    """The stock of these parts, by id, in the depots that the actor's token covers."""
    found = {part.id: StockOfPart() for part in parts}
    for row in _balances(session, list(found), by):
        of_part = found[row.part_id]
        if row.kind is PlaceKind.ORDER:
            of_part.issued += row.on_hand
        elif row.kind is PlaceKind.DEFECTIVE:
            of_part.defective += row.on_hand
        else:
            of_part.total.add(row.condition, row.on_hand, row.reserved)
            of_part.by_bin.setdefault((row.depot, row.place), Stock()).add(row.condition, row.on_hand, row.reserved)
    return found
