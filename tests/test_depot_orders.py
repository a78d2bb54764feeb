"""Finding orders: by number as it is typed, by what is known of them, within the depots of the token."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from databases import NOW
from registers import a_customer, a_device, an_order_of, desk_of, main_depot, north_depot
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, an_order

from depot import events, identifiers, orders
from depot.errors import NotFound, Stale
from depot.orders import OrderFilter
from models import Stage, State


def numbers(session: Session, wanted: OrderFilter) -> set[str]:
    return {order.number for order in session.scalars(orders.select_orders(wanted, MANAGER))}


def test_a_number_is_read_as_people_type_it(session: Session) -> None:
    order = an_order(session)

    for typed in (
        order.number,
        order.number.lower(),
        f" {order.number} ",
        f"{order.number[:2]}-{order.number[2:]}",
        "".join(chr(ord(c) + 0xFEE0) for c in order.number),
    ):
        assert orders.find_order(session, typed, MANAGER) is order


@pytest.mark.parametrize("typed", ["", "x", "RO26", "%", "_" * 13, "\x00", "a\x00b", "𠮷", "x" * 5000, "' OR 1=1 --"])
def test_what_is_no_number_is_not_found(session: Session, typed: str) -> None:
    an_order(session)

    for lock in (False, True):
        with pytest.raises(NotFound):
            orders.find_order(session, typed, MANAGER, lock=lock)


@pytest.mark.parametrize("typed", ["RP26000000015", " rp26-0000-00015\n", "ＲＰ２６０００００００１５"])
def test_a_number_is_stored_in_one_way(typed: str) -> None:
    assert orders.read_number(typed) == "RP26000000015"


@pytest.mark.parametrize("typed", ["", "\x00", "a\x00b", "x" * 21, "%"])
def test_what_no_number_can_look_like_never_reaches_the_database(typed: str) -> None:
    with pytest.raises(NotFound):
        orders.read_number(typed)


def test_an_order_of_a_depot_out_of_reach_is_not_found(session: Session) -> None:
    order = an_order(session, depot=main_depot(session))
    north = north_depot(session)

    with pytest.raises(NotFound):
        orders.find_order(session, order.number, desk_of(north))

    assert orders.find_order(session, order.number, desk_of(north, order.depot)) is order


def test_an_open_order_of_a_device_is_the_one_that_has_not_ended(session: Session) -> None:
    depot = main_depot(session)
    customer, device = a_customer(session, depot).customer, a_device(session, depot).device
    an_order_of(session, depot, customer, device, State.RETURNED)

    none = orders.open_order_of(session, device.id)
    order = an_order_of(session, depot, customer, device, State.ANNOUNCED)

    assert (none, orders.open_order_of(session, device.id)) == (None, order)


@pytest.mark.parametrize(("version", "is_stale"), [(None, False), (1, False), (2, True), (0, True)])
def test_another_version_than_the_one_seen_is_stale(session: Session, version: int | None, is_stale: bool) -> None:
    order = an_order(session)

    if not is_stale:
        orders.demand_version(order, version)
        return
    with pytest.raises(Stale) as refusal:
        orders.demand_version(order, version)

    assert refusal.value.facts["version"] == 1


@pytest.mark.parametrize(
    ("at", "zone", "year"),
    [
        (datetime(2026, 12, 31, 15, 59, tzinfo=UTC), "Asia/Shanghai", "26"),
        (datetime(2026, 12, 31, 16, 0, tzinfo=UTC), "Asia/Shanghai", "27"),
        (datetime(2027, 1, 1, 4, 0, tzinfo=UTC), "America/Montreal", "26"),
    ],
)
def test_a_number_is_of_the_year_that_the_depots_calendar_shows(
    session: Session, at: datetime, zone: str, year: str
) -> None:
    depot = a_depot(session)
    depot.time_zone = zone

    made = [orders.next_number(session, depot, at) for _ in range(2)]

    assert all(identifiers.is_order_number(number) and number[2:4] == year for number in made)
    assert len(set(made)) == 2


def test_access_codes_are_unlike_and_unmistakable() -> None:
    codes = {orders.new_access_code() for _ in range(200)}

    assert len(codes) == 200
    assert {character for code in codes for character in code} <= set(orders.CODE_ALPHABET)
    assert not set("0O1I") & set(orders.CODE_ALPHABET)


FOUND = [
    ("Wang", True),
    ("wang", True),
    ("ｗａｎｇ", True),
    ("芳", True),
    ("w%g", False),
    ("w_ng", False),
    ("+86 571 8888 0001", True),
    ("57188880001", True),
    ("8888-0001", True),
    ("Fang@Example.org", True),
    ("fang", True),
    ("example.org", False),
    ("MJ1311", True),
    ("mj1311yng3dv3a", True),
    ("1311YNG", False),
    ("nothing of this", False),
]


@pytest.mark.parametrize(("q", "is_found"), FOUND)
def test_a_search_finds_number_identifier_name_and_contact_alike_on_both_databases(
    session: Session, q: str, is_found: bool
) -> None:
    depot = main_depot(session)
    customer = a_customer(session, depot, name="Wang 王芳", phone="0571 8888 0001", email="fang@example.org").customer
    order = an_order_of(session, depot, customer, a_device(session, depot).device)
    an_order(session, depot=depot)

    assert numbers(session, OrderFilter(q=q)) == ({order.number} if is_found else set())
    assert numbers(session, OrderFilter(q=order.number[:-1].lower())) == {order.number}


def test_filters_narrow_and_go_together(session: Session) -> None:
    depot = main_depot(session)
    customer, device = a_customer(session, depot).customer, a_device(session, depot).device
    order = an_order_of(session, depot, customer, device, State.TESTING)
    other = an_order(session, State.RECEIVED, depot=north_depot(session))

    for wanted in (
        OrderFilter(state=State.TESTING),
        OrderFilter(stage=Stage.REPAIR),
        OrderFilter(serial_number=" MJ1311YNG3DV3A "),
        OrderFilter(customer=customer.id),
        OrderFilter(depot="MAIN"),
        OrderFilter(State.TESTING, Stage.REPAIR, "MJ1311YNG3DV3A", customer.id, "MAIN", "MJ1311"),
    ):
        assert numbers(session, wanted) == {order.number}
    assert numbers(session, OrderFilter()) == {order.number, other.number}
    assert numbers(session, OrderFilter(state=State.TESTING, stage=Stage.RECEIVE)) == set()
    assert numbers(session, OrderFilter(depot="nowhere")) == set()
    assert numbers(session, OrderFilter(serial_number="mj1311yng3dv3a")) == set()


def test_the_history_is_the_orders_own(session: Session) -> None:
    first, second = an_order(session), an_order(session)
    for order in (first, second, first):
        events.append(session, order, "receive", MANAGER, NOW)

    assert [event.seq for event in session.scalars(orders.select_events(first))] == [1, 2]


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_stage_but_those_that_ended_before_the_device_was_here(state: State) -> None:
    stage = orders.STAGE_OF[state]

    assert (stage is None) is (state in (State.REFUSED, State.CANCELLED))
