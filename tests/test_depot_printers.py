"""The register of label printers, and where none may be."""

from __future__ import annotations

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import MANAGER, a_depot, another_depot

from depot import printers
from depot.actors import Actor
from depot.errors import AlreadyExists, Invalid, NotFound, Stale
from depot.printers import PrinterFacts, facts_of, is_allowed
from models import Depot, Printer, Role

THERE = PrinterFacts("192.168.1.50")
REFUSED = [
    "127.0.0.1",
    "127.8.9.10",
    "::1",
    "::ffff:127.0.0.1",
    "0.0.0.0",  # noqa: S104  not bound to
    "0.1.2.3",
    "::",
    "169.254.169.254",
    "fe80::1",
    "fe80::1%eth0",
    "::ffff:169.254.169.254",
    "224.0.0.1",
    "ff02::1",
    "255.255.255.255",
]


def a_printer(session: Session, code: str = "DESK-1", depot: Depot | None = None) -> Printer:
    return printers.create_printer(session, code, THERE, depot or a_depot(session), NOW)


@pytest.mark.parametrize("address", REFUSED)
def test_an_address_that_leads_back_or_everywhere_is_refused(session: Session, address: str) -> None:
    with pytest.raises(Invalid) as refused:
        printers.create_printer(session, "P", PrinterFacts(address), a_depot(session), NOW)

    assert refused.value.facts["errors"][0]["pointer"] == "/host"
    assert not is_allowed(address)
    assert printers.create_printer(session, "P", PrinterFacts(address), a_depot(session), NOW, anywhere=True)


@pytest.mark.parametrize(
    "host", ["localhost", "LOCALHOST.", "a b", "a/b", "-a", "a..b", "http://a", "1.2.3", "a" * 201, "打印机"]
)
def test_what_is_no_host_is_refused(host: str) -> None:
    with pytest.raises(Invalid):
        printers.check_host(host, anywhere=False)


@pytest.mark.parametrize("host", ["192.168.1.50", "10.0.0.9", "fd00::5", "zebra", "zebra-1.depot.example.", "8.8.8.8"])
def test_a_printer_may_be_in_any_network_of_the_house(session: Session, host: str) -> None:
    made = printers.create_printer(session, "P", PrinterFacts(host), a_depot(session), NOW)

    assert (made.host, made.port, made.stock, made.dpi) == (host, 9100, "50x30", 203)


def test_a_code_is_taken_once(session: Session) -> None:
    a_printer(session)

    with pytest.raises(AlreadyExists):
        a_printer(session)
    with pytest.raises(Invalid):
        a_printer(session, "desk 1")


def test_a_printer_is_changed_by_whoever_read_it_last(session: Session) -> None:
    made = a_printer(session)

    printers.change_printer(session, made, {"port": 6101, "dpi": 300}, 1)

    assert facts_of(made) == PrinterFacts("192.168.1.50", 6101, "50x30", 300)
    with pytest.raises(Stale):
        printers.change_printer(session, made, {"port": 1}, 1)
    with pytest.raises(Invalid):
        printers.change_printer(session, made, {"host": "127.0.0.1"}, 2)


def test_a_retired_printer_is_found_and_prints_nothing(session: Session) -> None:
    made = a_printer(session)

    printers.retire_printer(session, made, NOW, None)
    printers.retire_printer(session, made, NOW, None)

    assert printers.find_printer(session, "desk-1", MANAGER).version == 2
    with pytest.raises(Invalid):
        printers.printer_in_body(session, "DESK-1", MANAGER)


@pytest.mark.parametrize("code", ["NOBODY", "", "a b", "𠮷" * 200])
def test_a_printer_that_is_not_there(session: Session, code: str) -> None:
    with pytest.raises(NotFound):
        printers.find_printer(session, code, MANAGER)
    with pytest.raises(Invalid):
        printers.printer_in_body(session, code, MANAGER)


def test_a_printer_of_another_depot_is_out_of_sight(session: Session) -> None:
    here, north = a_depot(session), another_depot(session)
    a_printer(session, "NORTH-1", north)
    somebody = Actor(MANAGER.person_id, "somebody", Role.MANAGER, frozenset({here.id}))

    with pytest.raises(NotFound):
        printers.find_printer(session, "NORTH-1", somebody)
    assert session.scalars(printers.select_printers(somebody, None)).all() == []
    assert len(session.scalars(printers.select_printers(MANAGER, north.id)).all()) == 1
