"""Where free stock stands: fit for use, in a depot's bins, and set aside for nobody."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.quantities import shown
from models import (
    FIT_FOR_USE,
    Balance,
    Condition,
    Location,
    Part,
    PartUnit,
    PlaceKind,
    Reservation,
    ReservationState,
)


def free_units(part: Part, depot_id: int) -> Select[PartUnit]:
    """The query for the units of a part that stand in a depot's bins, are fit for use and set aside for nobody."""
    taken = select(Reservation.unit_id).where(
        Reservation.part_id == part.id, Reservation.state == ReservationState.OPEN, Reservation.unit_id.is_not(None)
    )
    return (
        select(PartUnit)
        .join(Location, PartUnit.location_id == Location.id)
        .where(
            PartUnit.part_id == part.id,
            PartUnit.condition.in_(FIT_FOR_USE),
            Location.depot_id == depot_id,
            Location.kind == PlaceKind.BIN,
            PartUnit.id.not_in(taken),
        )
    )


def list_free(
    session: Session, part: Part, depot_id: int, place: Location | None = None
) -> list[tuple[Location, Condition, Decimal]]:
    """Where a part that is fit for use is free in a depot's bins, or in one of them, and how much; by bin code."""
    query = (
        select(Location, Balance.condition, Balance.on_hand, Balance.reserved)
        .join(Balance, Balance.location_id == Location.id)
        .where(
            Balance.part_id == part.id,
            Balance.condition.in_(FIT_FOR_USE),
            Balance.on_hand > Balance.reserved,
            Location.depot_id == depot_id,
            Location.kind == PlaceKind.BIN,
        )
        .order_by(Location.code, Balance.id)
    )
    if place is not None:
        query = query.where(Location.id == place.id)
    return [(row.Location, row.condition, row.on_hand - row.reserved) for row in session.execute(query)]


def shown_free(session: Session, part: Part, depot_id: int, place: Location | None = None) -> int | str:
    """How much of a part is free in a depot's bins, or in one of them, as clients are shown quantities."""
    free = list_free(session, part, depot_id, place)
    return shown(sum((line[2] for line in free), Decimal(0)), part.unit)
