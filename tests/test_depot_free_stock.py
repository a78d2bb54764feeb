"""Where free stock stands."""

from __future__ import annotations

from decimal import Decimal

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import a_depot, a_part, an_order, another_depot, receive

from depot.free_stock import free_units, list_free, shown_free
from depot.locations import find_bin
from depot.reservations import add_need, reserve
from models import Condition


@pytest.mark.parametrize("code", [None, "A-01", "B-01"])
def test_free_stock_is_listed_by_bin_or_for_one_bin(session: Session, code: str | None) -> None:
    part, depot = a_part(session), a_depot(session)
    receive(session, part, 3, "B-01")
    receive(session, part, 1, "A-01", condition=Condition.GOOD)
    receive(session, part, 1, "A-01", condition=Condition.QUARANTINE)
    need = add_need(session, an_order(session), part, Decimal(2), NOW)
    reserve(session, need, NOW)

    free = list_free(session, part, depot.id, find_bin(session, depot.id, code) if code else None)

    assert [(place.code, condition, quantity) for place, condition, quantity in free] == (
        [] if code == "A-01" else [("B-01", Condition.NEW, 2)]
    )
    assert list_free(session, part, another_depot(session).id) == []


def test_free_units_are_those_in_bins_that_nobody_has_set_aside(session: Session) -> None:
    part, depot = a_part(session, serialized=True), a_depot(session)
    receive(session, part, 2, serials=["a", "b"])
    need = add_need(session, an_order(session), part, Decimal(1), NOW)
    reserve(session, need, NOW)

    assert [unit.serial_number for unit in session.scalars(free_units(part, depot.id))] == ["b"]


def test_what_is_free_is_shown_as_clients_are_shown_it(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 3, "A-01")
    receive(session, part, 2, "B-01")
    here = find_bin(session, a_depot(session).id, "B-01")

    assert shown_free(session, part, a_depot(session).id) == 5
    assert shown_free(session, part, a_depot(session).id, here) == 2
