from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal

import pytest
from registers import DESK, SERIAL, a_device, an_order_for, main_depot, one_meaning
from shared_data import shared_rows
from sqlalchemy.orm import Session
from store import STOREKEEPER, a_loaner, a_part, an_order, receive

from depot import devices, loaners, locations, store_issues
from depot.device_matching import IdentifierWanted
from depot.errors import UnknownCode
from depot.scan import meanings
from depot.scan_readings import Thing
from models import Depot, IdentifierKind, LoanerUnit, Part, State, UnitState

GS = "\x1d"
GTIN = "04012345678901"
IDENTIFIERS = [
    IdentifierWanted(IdentifierKind.IMEI, "35-209900-176148-1"),
    IdentifierWanted(IdentifierKind.MAC, "00:1A:2B:3C:4D:5E"),
    IdentifierWanted(IdentifierKind.ASSET_TAG, "IT 0042"),
]


@pytest.fixture
def depot(session: Session) -> Depot:
    return main_depot(session)


@pytest.mark.parametrize(
    "sent",
    [
        SERIAL,
        f"{SERIAL}\r\n",
        SERIAL.lower(),
        SERIAL * 2,
        f"]C0{SERIAL}",
        f"]C101{GTIN}21{SERIAL}",
        f"01{GTIN}21{SERIAL}{GS}10LOT",
        f"01{GTIN}21{SERIAL}10LOT",
        f"01{GTIN}21{SERIAL}002910LOT",
        "35-209900-176148-1",
        "352099001761481",
        "]C18002352099001761481",
        "001A2B3C4D5E",
        "00-1a-2b-3c-4d-5e",
        "it0042",
        "ＩＴ ００４２",
        "8004IT0042",
    ],
)
def test_a_device_is_found_by_all_that_it_bears(session: Session, depot: Depot, sent: str) -> None:
    device = a_device(session, depot, identifiers=IDENTIFIERS).device

    found = one_meaning(session, sent)

    assert (found.thing, found.key, found.row) == (Thing.DEVICE, str(device.id), device)
    assert found.open_order is None


@pytest.mark.parametrize("spelled", ["{}", "{}\r\n", "]C1{}", "{0}{0}", "https://depot.example/o/{}/A2B3C4D5", "*{}*"])
def test_an_order_is_found_by_its_number(session: Session, depot: Depot, spelled: str) -> None:
    order = an_order_for(session, depot, a_device(session, depot).device)

    for number in (order.number, order.number.lower()):
        found = one_meaning(session, spelled.format(number))
        assert (found.thing, found.key, found.open_order) == (Thing.REPAIR_ORDER, order.number, order)


@pytest.mark.parametrize(
    ("part_number", "sent"),
    [
        ("SSD-1TB", "ssd-1tb"),
        ("Fan 40/A", "FAN 40/a\r\n"),
        ("Fan.40", "fan。40"),
        ("导热膏", "导热膏"),
        ("é-1", "é-1"),
        (GTIN, f"01{GTIN}10L"),
        ("4012345678901", f"]C101{GTIN}"),
        (GTIN, "4012345678901"),
        ("LM358", f"[)>\x1e06{GS}PX{GS}1PLM358{GS}Q10"),
        ("LM358", "[)>06PX1PLM358Q10"),
        ("C312270", "{pbn:P,on:S,pc:C312270,pm:ST-1,qty:2,mc:,cc:1,pdi:3}"),
    ],
)
def test_a_part_is_found_by_its_number_and_by_labels(
    session: Session, depot: Depot, part_number: str, sent: str
) -> None:
    part = a_part(session, part_number)

    found = one_meaning(session, sent)

    assert (found.thing, found.key, found.row) == (Thing.PART, part_number, part)


def test_the_labels_of_suppliers_find_parts_of_the_catalogue(session: Session, depot: Depot) -> None:
    rows = {row["name"]: row["text"] for row in shared_rows("supplier_2d_labels_inventree.csv")}
    part = a_part(session, "LM358BIDDFR")

    found = one_meaning(session, rows["DIGIKEY_BARCODE"])

    assert (found.row, found.label and found.label.quantity) == (part, "10")


def test_a_piece_is_found_by_its_serial_number_and_the_order_with_it(
    session: Session, depot: Depot, now: datetime
) -> None:
    part, order = a_part(session, "SSD", serialized=True), an_order(session)
    receive(session, part, 2, serials=["PIECE-1", "PIECE-2"])
    wanted = store_issues.Issue(Decimal(1), serial_numbers=("PIECE-1",))
    store_issues.issue_to_order(session, order, part, wanted, STOREKEEPER, now)

    found, other = one_meaning(session, "piece-1"), one_meaning(session, "PIECE-2")

    assert (found.thing, found.key, found.open_order) == (Thing.PART_UNIT, "PIECE-1", order)
    assert other.open_order is None


def test_a_label_with_part_and_serial_number_names_the_piece(session: Session, depot: Depot) -> None:
    part, other = a_part(session, GTIN, serialized=True), a_part(session, "OTHER", serialized=True)
    receive(session, part, 1, serials=["P-1"])
    receive(session, other, 1, serials=["P-1"])

    found = one_meaning(session, f"01{GTIN}21P-1")

    assert (found.thing, found.row.part_id) == (Thing.PART_UNIT, part.id)  # type: ignore[union-attr]
    assert len(meanings(session, "P-1", DESK)) == 2


@pytest.mark.parametrize("sent", ["A-01", "a-01\n", "A-01A-01", "(414)4012345000009(254)A-01"])
def test_a_bin_is_found_by_its_code(session: Session, depot: Depot, now: datetime, sent: str) -> None:
    place = locations.create_location(session, depot, "A-01", "", now)

    found = one_meaning(session, sent)

    assert (found.thing, found.key, found.row) == (Thing.LOCATION, "A-01", place)


@pytest.mark.parametrize("sent", ["~supplier", "~order-", "~"])
def test_the_accounts_of_the_ledger_are_no_bins(session: Session, depot: Depot, sent: str) -> None:
    receive(session, a_part(session), 1)

    with pytest.raises(UnknownCode):
        meanings(session, sent, DESK)


@pytest.mark.parametrize(
    "sent", ["LN-01", "ln-01", "serial of LN-01", "SERIAL OF LN-01", "]C18004LN-01", "800304012345678901LN-01"]
)
def test_a_loaner_unit_is_found_by_code_and_serial_number(session: Session, depot: Depot, sent: str) -> None:
    unit = a_loaner(session, "LN-01")

    found = one_meaning(session, sent)

    assert (found.thing, found.key, found.row) == (Thing.LOANER_UNIT, "LN-01", unit)


def test_a_loaner_unit_names_the_order_for_which_it_is_out(session: Session, depot: Depot, now: datetime) -> None:
    unit, order = a_loaner(session), an_order(session)
    slip = loaners.Lending(date(2026, 12, 1), "as new", "张䶮")
    loaners.lend(session, order, unit, slip, STOREKEEPER, now)

    assert one_meaning(session, unit.code).open_order is order


@pytest.mark.parametrize("state", [UnitState.LOST, UnitState.SOLD, UnitState.RETIRED])
def test_a_loaner_unit_that_is_gone_is_said_to_be(session: Session, depot: Depot, state: UnitState) -> None:
    unit: LoanerUnit = a_loaner(session)
    unit.state = state
    session.flush()

    assert one_meaning(session, unit.code).warnings == (f"The loaner unit {unit.code} is {state.value}.",)


def test_a_retired_part_is_found_and_said_to_be(session: Session, depot: Depot, now: datetime) -> None:
    part: Part = a_part(session, "OLD")
    part.retired_at = now
    session.flush()

    assert one_meaning(session, "OLD").warnings == ("OLD is retired.",)


@pytest.mark.parametrize(
    ("state", "is_open"), [(State.RECEIVED, True), (State.ANNOUNCED, True), (State.RETURNED, False)]
)
def test_a_device_names_its_open_order(session: Session, depot: Depot, state: State, is_open: bool) -> None:
    order = an_order_for(session, depot, a_device(session, depot).device, state)

    assert one_meaning(session, SERIAL).open_order is (order if is_open else None)


def test_an_order_that_has_ended_leads_to_the_one_that_is_open(session: Session, depot: Depot) -> None:
    device = a_device(session, depot).device
    old = an_order_for(session, depot, device, State.RETURNED)
    new = an_order_for(session, depot, device)

    found = one_meaning(session, old.number)

    assert (found.key, found.open_order) == (old.number, new)
    assert found.warnings == (
        f"{old.number} has ended: returned.",
        f"The device is here again; its open repair order is {new.number}.",
    )


def test_a_former_serial_number_finds_the_device_and_says_so(session: Session, depot: Depot, now: datetime) -> None:
    device = a_device(session, depot).device
    devices.swap_serial(session, device, "NEW-1", DESK, now)

    found = one_meaning(session, SERIAL)

    assert found.row is device
    assert found.warnings == (f"Device {device.id} bore {SERIAL} once; its serial number is NEW-1 now.",)


def test_twins_are_a_choice(session: Session, depot: Depot) -> None:
    twins = [a_device(session, depot, make=make, confirmed_new=True).device for make in ("Gtech", "Other")]

    found = meanings(session, SERIAL, DESK)

    assert {each.key for each in found} == {str(device.id) for device in twins}


def test_a_name_of_several_kinds_of_thing_is_a_choice(session: Session, depot: Depot) -> None:
    receive(session, a_part(session, "X-1"), 1, "X-1")
    a_device(session, depot, serial_number="X-1")
    a_loaner(session, "X-1")

    kinds = {each.thing for each in meanings(session, "X-1", DESK)}

    assert kinds == {Thing.PART, Thing.LOCATION, Thing.DEVICE, Thing.LOANER_UNIT}


def test_what_is_exact_comes_before_what_differs_by_case(session: Session, depot: Depot) -> None:
    lower, upper = (a_device(session, depot, serial_number=serial).device for serial in ("ab1", "AB1"))

    assert one_meaning(session, "ab1").row is lower
    assert one_meaning(session, "AB1").row is upper
    assert {each.row for each in meanings(session, "aB1", DESK)} == {lower, upper}


def test_a_code_that_is_itself_is_never_taken_for_half_of_it(session: Session, depot: Depot) -> None:
    double, single = a_part(session, "1212"), a_part(session, "12")

    assert one_meaning(session, "1212").row is double
    assert one_meaning(session, "12").row is single
    assert one_meaning(session, "12121212").row is double
