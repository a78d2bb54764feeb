"""Is a device under warranty: which promise counts, on which day, and at the same price however many there are."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from desk import DIAGNOSIS, Desk
from hypothesis import given, settings
from hypothesis import strategies as st
from registers import main_depot
from sqlalchemy import insert, text
from sqlalchemy.orm import Session

from depot.depots import today
from depot.entitlements import Promise, Subject, create_entitlement
from depot.warranty import Unit, digest_of, digest_of_range, look_up
from models import Entitlement, EntitlementKind, EntitlementScope, WarrantyStatus

WARRANTY, EXTENDED, CONTRACT = EntitlementKind
DAY = date(2026, 11, 22)
IN, OUT, UNKNOWN = WarrantyStatus
SERIAL = "MJ1311YNG3DV3A"
UNIT = Unit("Gtech", SERIAL, "AR-20")
BY_SERIAL, BY_MODEL, BY_MAKE = Subject("G-TECH", SERIAL), Subject("gtech", model="ar 20"), Subject("Gtech")
BY_RANGE = Subject("Gtech", serial_from="MJ1311YNG00000", serial_to="MJ1311YNG9ZZZZ")


def owe(session: Session, subject: Subject, days: int, kind: EntitlementKind = WARRANTY, **more: Any) -> Entitlement:
    """An entitlement that ends so many days after the day of these tests, a year after it began."""
    until = DAY + timedelta(days)
    promise = Promise(kind, until - timedelta(365), until, **more)
    return create_entitlement(session, subject, promise, NOW)


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


@pytest.mark.parametrize("subject", [BY_SERIAL, BY_RANGE, BY_MODEL, BY_MAKE])
def test_an_entitlement_covers_what_it_is_for(session: Session, subject: Subject) -> None:
    row = owe(session, subject, 10, reference="V-7", labour=False)

    found = look_up(session, UNIT, DAY)

    assert (found.status, found.entitlement) == (IN, row)
    assert "Manufacturer warranty V-7" in found.reason
    assert "(parts) is in force until 2026-12-02" in found.reason


@pytest.mark.parametrize(
    "unit",
    [
        Unit("Htech", SERIAL, "AR-20"),
        Unit("Gtech", SERIAL.lower(), "AR-21"),
        Unit("Gtech", SERIAL + "0"),
        Unit("Gtech", "MJ1311YNH00000"),
        Unit("Gtech", None, "AR-2"),
        Unit("Gtech", "𠮷" * 200, "<script>"),
        Unit("", "", ""),
    ],
)
def test_it_covers_nothing_else(session: Session, unit: Unit) -> None:
    for subject in (BY_SERIAL, BY_RANGE, BY_MODEL):
        owe(session, subject, 10)

    found = look_up(session, unit, DAY)

    assert (found.status, found.entitlement) == (UNKNOWN, None)


@pytest.mark.parametrize(
    ("owed", "counts"),
    [
        ([(BY_MAKE, 99), (BY_MODEL, 50), (BY_RANGE, 20), (BY_SERIAL, 1)], 3),
        ([(BY_MAKE, 99), (BY_MODEL, 50), (BY_RANGE, 20)], 2),
        ([(BY_MAKE, 99), (BY_MODEL, 50)], 1),
        ([(BY_SERIAL, 5), (BY_SERIAL, 9), (BY_SERIAL, 7)], 1),
    ],
)
def test_the_most_particular_one_counts_then_the_one_that_ends_last(
    session: Session, owed: list[tuple[Subject, int]], counts: int
) -> None:
    rows = [owe(session, subject, days) for subject, days in owed]

    assert look_up(session, UNIT, DAY).entitlement == rows[counts]


@pytest.mark.parametrize(
    ("on", "status"),
    [(-400, OUT), (-366, OUT), (-365, IN), (0, IN), (1, OUT), (900, OUT)],
)
def test_both_days_belong_to_it(session: Session, on: int, status: WarrantyStatus) -> None:
    owe(session, BY_SERIAL, 0)

    found = look_up(session, UNIT, DAY + timedelta(on))

    assert found.status is status
    assert ("begins on" in found.reason) is (on < -365)


def test_an_exact_end_outdoes_the_model_s_but_not_a_contract(session: Session) -> None:
    owe(session, BY_SERIAL, -30)
    owe(session, BY_MODEL, 300)
    ended = look_up(session, UNIT, DAY)
    contract = owe(session, BY_MAKE, 300, CONTRACT)

    covered = look_up(session, UNIT, DAY)

    assert (ended.status, ended.reason.split(" (")[1]) == (OUT, "parts and labour) ended on 2026-10-23.")
    assert (covered.status, covered.entitlement) == (IN, contract)


def test_a_retired_one_counts_no_more(session: Session) -> None:
    owe(session, BY_SERIAL, 10).retired_at = NOW
    session.flush()  # the look-up reads it

    assert look_up(session, UNIT, DAY).status is UNKNOWN


@given(st.integers(0, 9999), st.integers(0, 9999), st.integers(0, 9999))
@settings(max_examples=300)
def test_a_range_is_filed_where_each_of_its_serial_numbers_looks(first: int, last: int, wanted: int) -> None:
    first, last = min(first, last), max(first, last)
    serial = f"{wanted:04}"

    filed = digest_of_range("G", f"{first:04}", f"{last:04}")

    looks = [digest_of("G", EntitlementScope.RANGE, 4, serial[:end]) for end in range(5)]
    assert filed in looks or not first <= wanted <= last


def test_a_look_up_asks_an_index_for_a_few_rows(session: Session) -> None:
    rows = [filed(place) for place in range(20_000)]
    session.execute(insert(Entitlement), rows)
    session.execute(text("ANALYZE entitlements"))
    wanted = look_up(session, Unit("Gtech", "S0000700", "AR-20"), DAY)
    plan = plan_of(session)

    assert wanted.entitlement is not None
    assert wanted.entitlement.serial_from == "S0000700"
    assert "uq_entitlements_one_in_use_of_its_kind" in plan
    assert "SCAN entitlements" not in plan
    assert "Seq Scan" not in plan


def filed(place: int) -> dict[str, Any]:
    """One of many ranges that lie one behind the other, as a row of the table."""
    first, last = f"S{place * 10:07}", f"S{place * 10 + 9:07}"
    dates = {"valid_from": DAY, "valid_until": DAY, "created_at": NOW}
    subject = {"make": "Gtech", "make_folded": "gtech", "scope": "range", "serial_from": first, "serial_to": last}
    return {**subject, **dates, "lookup": digest_of_range("Gtech", first, last), "kind": "manufacturer_warranty",
            "parts": True, "labour": True, "reference": "", "version": 1}  # fmt: skip


def plan_of(session: Session) -> str:
    """How the database goes about a look-up."""
    explain = "EXPLAIN QUERY PLAN " if session.get_bind().dialect.name == "sqlite" else "EXPLAIN "
    digests = ", ".join(f"'{digest_of('Gtech', EntitlementScope.SERIAL, str(place))}'" for place in range(15))
    query = f"{explain} SELECT * FROM entitlements WHERE lookup IN ({digests}) AND retired_at IS NULL"
    return "\n".join(str(row) for row in session.execute(text(query)))


ENTITLEMENT = {"make": "gtech", "serial_number": SERIAL, "kind": "manufacturer_warranty", "reference": "GW-1"}
IN_FORCE = ENTITLEMENT | {"valid_from": "2025-12-01", "valid_until": "2026-12-01"}
ENDED = ENTITLEMENT | {"valid_from": "2024-12-01", "valid_until": "2025-12-01"}


@pytest.mark.parametrize("said", [None, {"status": "unknown", "evidence": "none", "explained": True}])
@pytest.mark.parametrize(("owed", "status"), [(IN_FORCE, "in_warranty"), (ENDED, "out_of_warranty")])
def test_an_intake_that_says_nothing_is_given_what_the_register_says(
    desk: Desk, said: Any, owed: dict[str, Any], status: str
) -> None:
    entitlement = desk.post("/entitlements", owed, "logistics", expect=201).get_json()["id"]

    answer = desk.receive(warranty=said)["warranty"]

    assert (answer["status"], answer["evidence"], answer["entitlement"]) == (status, "serial_lookup", entitlement)
    assert answer["explained"] is (said is not None)
    assert "GW-1 for serial number MJ1311YNG3DV3A" in answer["reason"]


def test_the_desk_s_word_stays_and_a_warning_says_so(desk: Desk) -> None:
    desk.post("/entitlements", ENDED, expect=201)

    order = desk.receive()

    assert (order["warranty"]["status"], order["warranty"]["explained"]) == ("in_warranty", True)
    assert [said for said in order["warnings"] if "The desk said in_warranty" in said]


def test_without_an_entitlement_the_checklist_asks_as_before(desk: Desk) -> None:
    desk.receive(warranty=None, expect=422)

    order = desk.receive()

    assert (order["warranty"]["entitlement"], order["warranty"]["status"]) == (None, "in_warranty")
    assert order["warranty"]["reason"].startswith("Nothing is on record")


def test_an_announcement_and_its_receipt_are_both_looked_up(desk: Desk) -> None:
    announced = desk.until("announced", device={"serial_number": SERIAL})
    before = desk.order(announced)["warranty"]
    desk.post("/entitlements", IN_FORCE, expect=201)

    checklist = {"condition": "ok", "accessories": [], "promised_on": "2026-12-01",
                 "data": {"holds_data": False, "backed_up": False, "may_be_erased": False}}  # fmt: skip
    received = desk.step(announced, "receive", checklist)["warranty"]

    assert (before["status"], before["entitlement"]) == (None, None)
    assert (received["status"], received["explained"]) == ("in_warranty", False)


def test_warranty_lines_of_a_device_out_of_warranty_are_warned_of(desk: Desk) -> None:
    desk.stock("MOTOR-1", 1, 500)
    number = desk.receive(warranty={"status": "out_of_warranty"})["number"]
    desk.step(number, "start-inspection")

    part = {"part_number": "MOTOR-1", "quantity": 1}
    warned = desk.step(number, "diagnose", dict(DIAGNOSIS) | {"parts": [part]})["warnings"]

    assert [said for said in warned if "out of warranty" in said]


def test_the_day_is_the_depot_s(session: Session) -> None:
    owe(session, BY_SERIAL, 0)
    late = NOW.replace(hour=16)

    assert today(main_depot(session), late) == DAY + timedelta(1)
    assert look_up(session, UNIT, today(main_depot(session), late)).status is OUT
