from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from registers import DESK, SERIAL, a_device, an_order_for, desk_of, main_depot, north_depot, one_meaning
from sqlalchemy import event
from sqlalchemy.orm import Session
from store import a_loaner, a_part, receive

from depot.errors import UnknownCode
from depot.scan import meanings
from depot.scan_readings import LOST, Thing
from models import Depot

GS = "\x1d"
GTIN = "04012345678901"


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


@contextmanager
def statements(session: Session) -> Iterator[list[tuple[str, Any]]]:
    """The SQL that is sent meanwhile, with its parameters."""
    seen: list[tuple[str, Any]] = []

    def note(_connection: object, _cursor: object, statement: str, parameters: Any, *_: object) -> None:
        seen.append((statement, parameters))

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(connection, "before_cursor_execute", note)


@pytest.mark.parametrize(("borne", "scanned"), [("AB0", "ABO"), ("S1", "5I"), ("Z8", "2b")])
def test_a_look_alike_is_named_and_never_taken_for_it(session: Session, depot: Depot, borne: str, scanned: str) -> None:
    device = a_device(session, depot, serial_number=borne).device

    with pytest.raises(UnknownCode) as refused:
        meanings(session, scanned, DESK)

    assert refused.value.facts["look_alikes"] == [{"device": device.id, "serial_number": borne}]


def test_a_device_warns_of_those_that_look_like_it(session: Session, depot: Depot) -> None:
    a_device(session, depot, serial_number="AB0")
    other = a_device(session, depot, serial_number="ABO").device

    assert one_meaning(session, "AB0").warnings == (f"The serial number AB0 looks like ABO of device {other.id}.",)


@pytest.mark.parametrize(
    ("sent", "advice"),
    [
        ("启we1", "input method"),
        ("RP2600000001", "signs are missing"),
        ("RP26000000011", "one is wrong"),
        (f"[)>\x1e06{GS}PNOPE-1{GS}Q1", "No part in the catalogue is called NOPE-1"),
        ("]C100340123450000000017", "This GS1 code names nothing"),
        ("NOTHING", "Nothing in your depots"),
        ("\x00", "Nothing in your depots"),
        ("\ud800", "Nothing in your depots"),
        ("x" * 2000, "Nothing in your depots"),
        ("'; DROP TABLE parts; --", "Nothing in your depots"),
        ("%", "Nothing in your depots"),
    ],
)
def test_what_means_nothing_is_told_with_what_to_do(session: Session, depot: Depot, sent: str, advice: str) -> None:
    with pytest.raises(UnknownCode, match=advice):
        meanings(session, sent, DESK)


def test_only_what_the_own_depots_see_is_found(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    order = an_order_for(session, depot, a_device(session, depot).device)
    receive(session, a_part(session, "SSD", serialized=True), 1, "A-01", serials=["P-1"])
    a_loaner(session, "LN-01")

    for code in (order.number, SERIAL, "A-01", "P-1", "LN-01", "serial of LN-01", SERIAL.replace("1", "I")):
        with pytest.raises(UnknownCode) as refused:
            meanings(session, code, desk_of(north))
        assert refused.value.facts["look_alikes"] == []
    assert one_meaning(session, "SSD", desk_of(north)).thing is Thing.PART


def test_an_open_order_out_of_sight_is_hinted_at_and_not_named(session: Session, depot: Depot) -> None:
    north = north_depot(session)
    device = a_device(session, north).device
    order = an_order_for(session, depot, device)

    found = one_meaning(session, SERIAL, desk_of(north))

    assert found.open_order is None
    assert found.warnings == ("It is in an open repair order of a depot that your token does not cover.",)
    assert order.number not in str(found.warnings)


def test_a_guess_at_swallowed_separators_says_so(session: Session, depot: Depot) -> None:
    a_device(session, depot, serial_number="SN1")

    assert one_meaning(session, f"01{GTIN}21SN110LOT").warnings == (LOST,)


SCANS = [SERIAL, "NOTHING", f"01{GTIN}21SN110LOT99A", f"[)>\x1e06{GS}PA{GS}1PB{GS}Q1", "x" * 2000, "启we1", "A-01A-01"]


@pytest.mark.parametrize("sent", SCANS)
def test_a_miss_costs_seven_queries_however_much_was_sent(session: Session, depot: Depot, sent: str) -> None:
    with statements(session) as seen, pytest.raises(UnknownCode):
        meanings(session, sent, DESK)

    assert len(seen) == 7


def test_a_choice_of_many_costs_no_more_than_one_of_two(session: Session, depot: Depot) -> None:
    def cost(serial: str, count: int) -> int:
        for place in range(count):
            an_order_for(
                session,
                depot,
                a_device(session, depot, make=f"{serial}{place}", serial_number=serial, confirmed_new=True).device,
            )
        session.expire_all()
        with statements(session) as seen:
            assert len(meanings(session, serial, DESK)) == count
        return len(seen)

    assert cost("FEW", 2) == cost("MANY", 20)


@pytest.mark.parametrize("by", [DESK, "north"])
def test_no_table_is_read_to_its_end(session: Session, depot: Depot, by: Any) -> None:
    actor = desk_of(north_depot(session)) if by == "north" else by
    with statements(session) as seen, pytest.raises(UnknownCode):
        meanings(session, f"01{GTIN}21SN110LOT99A", actor)

    assert [scan for sql, bound in seen for scan in whole_tables(session, sql, bound)] == []


def whole_tables(session: Session, sql: str, bound: Any) -> list[str]:
    """The lines of a query's plan that read a table from beginning to end."""
    connection = session.connection()
    if connection.dialect.name == "sqlite":
        lines = [row[-1] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sql}", bound)]
        return [line for line in lines if line.startswith("SCAN")]
    connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
    lines = [row[0] for row in connection.exec_driver_sql(f"EXPLAIN {sql}", bound)]
    return [line for line in lines if "Seq Scan" in line]
