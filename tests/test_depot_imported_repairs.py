"""Repairs that others did: through the whole procedure by their own dates, and nothing said that no row says."""

from __future__ import annotations

import json
import re
from datetime import UTC, date, datetime

import pytest
from databases import NOW
from registers import a_device, main_depot
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from tree import ROOT

from depot import outbox, verify
from depot.actors import SYSTEM
from depot.attempt import Attempt
from depot.contacts import ContactIn
from depot.device_changes import change_device, facts_of
from depot.devices import create_unstated
from depot.documents import find_document
from depot.errors import Conflict, Invalid
from depot.imported import Outcome, Provenance
from depot.imported_repairs import RepairRow, import_repair
from depot.open_repair import RepairStatus
from depot.orders import find_order
from depot.procedure import STEPS
from depot.product_models import resolve_model
from depot.unasked import NOT_ASKED_OF_IMPORTS
from models import (
    Contact,
    ContactKind,
    Customer,
    Device,
    Diagnosis,
    DocumentKind,
    Event,
    HandOver,
    OrderSource,
    OutboxRow,
    RepairOrder,
    Result,
    RowKind,
    State,
    Subject,
    Summary,
)

DAY = date(2019, 4, 23)
NOON_IN_SHANGHAI = datetime(2019, 4, 23, 4, tzinfo=UTC)
TO_THE_BENCH = ["receive", "start-inspection", "diagnose"]
HOME = ["summarize", "hand-over", "import"]


def a_repair(status: RepairStatus = RepairStatus.FIXED, key: str = "anstiftung-7", **told: object) -> RepairRow:
    row = Provenance(RowKind.REPAIR, "anstiftung", key, {"id": key, "repair_status": status.value})
    facts = {"make": "Apple", "model": None, "problem": "Akkuwechsel 𠮷", "barrier": None, "on": DAY}
    return RepairRow(row, status, **{**facts, **told})  # type: ignore[arg-type]


def imported(session: Session, row: RepairRow) -> RepairOrder:
    import_repair(session, row, main_depot(session), SYSTEM, NOW)
    return session.scalars(select(RepairOrder).order_by(RepairOrder.id.desc()).limit(1)).one()


def history(session: Session, order: RepairOrder) -> list[Event]:
    mine = (Event.subject == Subject.REPAIR_ORDER, Event.subject_id == order.id)
    return list(session.scalars(select(Event).where(*mine).order_by(Event.seq)))


@pytest.mark.parametrize(
    ("status", "result", "actions"),
    [
        (RepairStatus.FIXED, Result.REPAIRED, [*TO_THE_BENCH, "start-repair", "finish-repair", "test", *HOME]),
        (RepairStatus.END_OF_LIFE, Result.BEYOND_ECONOMIC_REPAIR, [*TO_THE_BENCH, *HOME]),
        (RepairStatus.REPAIRABLE, Result.NOT_REPAIRED, [*TO_THE_BENCH, *HOME]),
        (RepairStatus.UNKNOWN, Result.CANCELLED, ["receive", "cancel", *HOME]),
    ],
)
def test_a_repair_takes_every_step_to_the_end_that_its_row_tells(
    session: Session, status: RepairStatus, result: Result, actions: list[str]
) -> None:
    order = imported(session, a_repair(status))

    assert (order.state, order.result, order.source) == (State.RETURNED, result, OrderSource.IMPORT)
    assert [event.action for event in history(session, order)] == actions
    assert list(verify.faults(session)) == []


def test_the_clock_is_the_row_s_own_and_the_import_is_dated_today(session: Session) -> None:
    order = imported(session, a_repair())

    *steps, note = history(session, order)
    assert {event.at for event in steps} == {NOON_IN_SHANGHAI}
    assert note.at == NOW
    assert (order.received_at, order.ended_at) == (NOON_IN_SHANGHAI, NOON_IN_SHANGHAI)
    assert order.number.startswith("RP19")


def test_what_nobody_stated_is_null(session: Session) -> None:
    order = imported(session, a_repair(make=None, problem=None))

    unknown = ("reported_fault", "condition", "other_faults", "holds_data", "warranty_status", "promised_on")
    unknown += ("assigned_to_id", "repaired_by_id", "received_by_id", "repair_warranty_until")
    assert {name: getattr(order, name) for name in unknown} == dict.fromkeys(unknown)
    model = order.device.product_model
    assert (model.make, model.model, order.device.serial_number, order.device.serial_status) == (None,) * 4
    diagnosis, summary = session.scalars(select(Diagnosis)).one(), session.scalars(select(Summary)).one()
    assert (diagnosis.finding, diagnosis.solution, summary.advice, summary.work_done) == (None,) * 4
    hand_over = session.scalars(select(HandOver)).one()
    assert (hand_over.signed_by, hand_over.signature_origin, hand_over.voucher_returned) == (None,) * 3


def test_the_receipt_says_the_same(session: Session) -> None:
    order = imported(session, a_repair(RepairStatus.END_OF_LIFE, barrier="Spare parts not available"))

    frozen = json.loads(find_document(session, order, DocumentKind.REPAIR_RECEIPT, None).frozen)

    assert frozen["findings"] == ["Spare parts not available"]
    assert (frozen["technician"], frozen["advice"], frozen["head"]["received_by"]) == (None, None, None)
    assert frozen["hand_over"]["returned_at"] == "2019-04-23 12:00"
    assert (frozen["hand_over"]["handed_over_by"], frozen["hand_over"]["signed_by"]) == (None, None)


def test_the_customer_is_the_provider_and_is_told_nothing(session: Session) -> None:
    first, second = imported(session, a_repair()), imported(session, a_repair(key="anstiftung-8"))

    assert first.customer is second.customer
    assert (first.customer.name, first.customer.contacts) == ("anstiftung", [])
    first.customer.contacts.append(Contact(kind=ContactKind.EMAIL, value="a@b.org", value_folded="a@b.org"))
    outbox.tell(session, first, history(session, first)[0])
    assert session.scalar(select(func.count()).select_from(OutboxRow)) == 0


def test_a_customer_of_that_name_who_can_be_reached_is_somebody_else(session: Session) -> None:
    imported(session, a_repair())
    provider = session.scalars(select(Customer)).one()
    mail = ContactIn(ContactKind.EMAIL, "a@b.org", "a@b.org")
    provider.contacts.append(Contact(kind=mail.kind, value=mail.value, value_folded=mail.folded))
    session.flush()

    imported(session, a_repair(key="anstiftung-8"))

    assert session.scalar(select(func.count()).select_from(Customer)) == 2


def test_every_repair_has_a_device_of_its_own(session: Session) -> None:
    orders = [imported(session, a_repair(key=f"anstiftung-{number}")) for number in range(3)]

    assert len({order.device_id for order in orders}) == 3
    assert len({order.device.product_model_id for order in orders}) == 1


def test_the_same_row_comes_in_once(session: Session) -> None:
    outcomes = [import_repair(session, a_repair(), main_depot(session), SYSTEM, NOW) for _ in range(2)]

    assert outcomes == [Outcome.ADDED, Outcome.KNOWN]
    assert session.scalar(select(func.count()).select_from(RepairOrder)) == 1


@pytest.mark.parametrize(
    ("row", "refusal"),
    [
        (a_repair(problem="something else"), Conflict),
        (a_repair(RepairStatus.REPAIRABLE), Conflict),
        (a_repair(key="anstiftung-9", on=date(2031, 1, 1)), Invalid),
    ],
)
def test_what_cannot_be_is_refused(session: Session, row: RepairRow, refusal: type[Exception]) -> None:
    imported(session, a_repair())

    with pytest.raises(refusal):
        import_repair(session, row, main_depot(session), SYSTEM, NOW)


def test_policies_about_facts_that_no_row_has_are_not_held_against_it(session: Session) -> None:
    main = main_depot(session)
    main.tester_other_than_repairer = main.store_issues = True

    assert imported(session, a_repair()).result is Result.REPAIRED


@pytest.mark.parametrize("demand", NOT_ASKED_OF_IMPORTS)
def test_each_demand_that_is_listed_is_one_that_the_procedure_makes(demand: str) -> None:
    guards = {guard.__name__ for step in STEPS for guard in step.guards}
    sources = [path.read_text(encoding="utf-8") for path in sorted((ROOT / "depot").glob("*.py"))]
    asked = {name for text in sources for name in re.findall(r'asks\("(\w+)"\)', text)}

    assert demand in guards | asked | {"test_conditions", "not_repaired_reason", "beyond_economic_share"}


@pytest.mark.parametrize(("source", "asked"), [(OrderSource.DEPOT, True), (OrderSource.IMPORT, False)])
def test_of_our_own_orders_everything_is_asked(session: Session, source: OrderSource, asked: bool) -> None:
    attempt = Attempt(session, RepairOrder(source=source), None, SYSTEM, NOW)

    assert {attempt.asks(demand) for demand in NOT_ASKED_OF_IMPORTS} == {asked}
    assert attempt.asks("parts_are_settled")


@pytest.mark.parametrize(("make", "model"), [(None, None), ("Apple", None), (None, "5s")])
def test_a_spelling_that_is_half_unknown_has_one_row(session: Session, make: str | None, model: str | None) -> None:
    first, again = (resolve_model(session, make, model, NOW) for _ in range(2))

    assert first.product_model is again.product_model
    assert again.warnings == ()


def test_a_device_of_which_little_is_known_can_be_put_back_and_learns(session: Session) -> None:
    main = main_depot(session)
    device: Device = create_unstated(session, None, None, main, SYSTEM, NOW)

    change_device(session, device, facts_of(device), SYSTEM, NOW)
    with pytest.raises(Invalid):
        change_device(session, a_device(session, main).device, facts_of(device), SYSTEM, NOW)

    assert find_order(session, imported(session, a_repair()).number, SYSTEM).device is not device
