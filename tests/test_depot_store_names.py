"""What ids are called, and what a body calls an order."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, an_order, another_depot

from depot.actors import SYSTEM, Actor
from depot.errors import Invalid
from depot.store_names import depot_codes, order_in_body, order_numbers
from models import Role


def test_ids_are_named_in_one_go_and_none_has_no_name(session: Session) -> None:
    here, there, order = a_depot(session), another_depot(session), an_order(session)

    assert depot_codes(session, [here.id, there.id, here.id]) == {here.id: "MAIN", there.id: "NORTH"}
    assert order_numbers(session, [order.id, None]) == {order.id: order.number}


@pytest.mark.parametrize("number", ["nothing", "", "𠮷", "RO' OR 1=1"])
def test_an_unknown_order_in_a_body_is_refused_by_its_field(session: Session, number: str) -> None:
    with pytest.raises(Invalid) as refused:
        order_in_body(session, number, MANAGER)

    assert refused.value.facts["errors"][0]["pointer"] == "/repair_order"


def test_an_order_of_another_depot_is_as_good_as_unknown(session: Session) -> None:
    order = an_order(session)
    stranger = Actor(SYSTEM.person_id, "x", Role.MANAGER, frozenset({another_depot(session).id}))

    assert order_in_body(session, order.number.lower(), MANAGER) is order
    with pytest.raises(Invalid):
        order_in_body(session, order.number, stranger)
