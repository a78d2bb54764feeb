"""Stage 3, repair 维修: parts come from the store, faults go, tests say whether they went.

The bench asks, the store picks: where the policy ``store_issues`` is on, parts are issued by logistics and the bench
only asks for them; elsewhere starting the repair issues what is reserved in the same transaction.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import devices, replacements
from depot.attempt import Attempt, Missing
from depot.codes import demand_code
from depot.errors import invalid
from depot.estimates import PartWanted, with_part_added
from depot.inspection import latest_diagnosis
from depot.issues import issue_reserved
from depot.needed_parts import netted, wanted_parts_of
from depot.quotes import Line, current_quote, issue_quote, lines_of, total_minor
from depot.reservations import add_need, available, open_needs, reserve, shortages
from depot.test_sheets import WORKS, Check, current_sheet, judge
from depot.texts import demand_text
from models import (
    CodeKind,
    Event,
    Outcome,
    Part,
    RepairOrder,
    Result,
    State,
    Subject,
    TestRun,
    TestSheet,
    Work,
)

REPAIR_ACTIONS = ("start-repair", "replace-part", "finish-repair")


@dataclass(frozen=True)
class StartRepair:
    """``serial_numbers`` chooses units of serialised parts; None takes the oldest."""

    serial_numbers: tuple[str, ...] | None = None


@dataclass(frozen=True)
class ReplacePart:
    """What became of an issued part and of the one that came out; ``new_device_serial`` where the swapped board
    carries it.
    """

    replace: replacements.Replace
    new_device_serial: str | None = None


@dataclass(frozen=True)
class FinishRepair:
    """What was done, as a code and in words, and the minutes it took."""

    action: str
    work_done: str | None
    labour_minutes: int | None = None


@dataclass(frozen=True)
class TestResult:
    """The outcome of a test, with each check of the model's sheet."""

    __test__ = False

    passed: bool
    checks: tuple[Check, ...] = ()
    note: str | None = None


def is_short(attempt: Attempt) -> bool:
    """Selector: a needed part is neither issued nor reserved in full."""
    return bool(shortages(attempt.session, attempt.order))


def issue_for_repair(attempt: Attempt) -> None:
    """Effect of ``start-repair``: what is reserved goes to the bench, unless the store has issued it already."""
    order, body = attempt.order, attempt.body
    if attempt.depot.store_issues and body.serial_numbers:
        raise invalid("/serial_numbers", "In this depot the store issues the parts, and chooses the units.")
    if not attempt.depot.store_issues:
        issued = issue_reserved(attempt.session, order, attempt.by, attempt.now, body.serial_numbers)
        attempt.facts["issued"] = [line.movement_id for line in issued]
    if attempt.asks("assignment"):
        order.repaired_by_id = attempt.by.person_id


def store_has_issued(attempt: Attempt) -> list[Missing]:
    """Guard: where the store issues, every needed part has come from it."""
    if not attempt.depot.store_issues:
        return []
    waiting = [need.part.part_number for need in open_needs(attempt.session, attempt.order)]
    return [Missing("not_issued", f"The store has not issued {number} yet.") for number in waiting]


def passes_approved_amount(attempt: Attempt) -> bool:
    """Selector: with the part asked for, the total with tax passes what the customer approved."""
    return attempt.body is None or total_minor(_lines_with_part(attempt)) > attempt.order.approved_minor


def is_short_of_it(attempt: Attempt) -> bool:
    """Selector: there is not enough of the part asked for. The part is held, so that the answer stays true."""
    if attempt.body is None:
        return True
    _lines_with_part(attempt)
    wanted, part = _asked_for(attempt)
    return available(attempt.session, attempt.order.depot_id, part) < wanted.quantity


def _lines_with_part(attempt: Attempt) -> list[Line]:
    if "diagnosis" not in attempt.memo:
        attempt.memo["diagnosis"] = latest_diagnosis(attempt.session, attempt.order)
    return with_part_added(attempt)


def _asked_for(attempt: Attempt) -> tuple[PartWanted, Part]:
    asked: tuple[PartWanted, Part] = attempt.memo["parts"][0]
    return asked


def add_requested_part(attempt: Attempt) -> None:
    """Effect of ``request-part``: the need, and the next version of the quote with its line."""
    wanted, part = _asked_for(attempt)
    diagnosis = attempt.memo["diagnosis"]
    add_need(attempt.session, attempt.order, part, wanted.quantity, attempt.now)
    lines = with_part_added(attempt)
    quote = issue_quote(
        attempt.session, attempt.order, lines, attempt.by, attempt.now, diagnosis.id if diagnosis else None
    )
    attempt.facts |= {"part": part.id, "quantity": wanted.quantity, "quote_version": quote.version}
    attempt.facts["total_minor"] = quote.total_minor


def issue_requested_part(attempt: Attempt) -> None:
    """Effect of ``request-part`` while there is enough: issued at once, or reserved where the store issues."""
    for need in open_needs(attempt.session, attempt.order):
        reserve(attempt.session, need, attempt.now)
    if not attempt.depot.store_issues:
        issued = issue_reserved(attempt.session, attempt.order, attempt.by, attempt.now, None)
        attempt.facts["issued"] = [line.movement_id for line in issued]


def replace_part(attempt: Attempt) -> None:
    """Effect of ``replace-part``: outcome and destination on record, stock moved, identifiers of a swapped board moved
    on.
    """
    body: ReplacePart = attempt.body
    recorded = replacements.record(attempt.session, attempt.order, body.replace, attempt.by, attempt.now)
    attempt.freed |= recorded.freed_part_ids
    attempt.facts["replacement"] = recorded.replacement.id
    if body.new_device_serial is not None:
        _demand_board_went_in(attempt.order, body)
        devices.swap_serial(attempt.session, attempt.order.device, body.new_device_serial, attempt.by, attempt.now)
        attempt.facts["device_serial_changed"] = True


def _demand_board_went_in(order: RepairOrder, body: ReplacePart) -> None:
    if order.state is not State.REPAIRING or body.replace.outcome is not Outcome.USED:
        raise invalid("/new_device_serial", "A device gets a new serial by a part that goes in while it is repaired.")


def parts_are_settled(attempt: Attempt) -> list[Missing]:
    """Guard: every issued part has an outcome, every removed part a destination."""
    return [Missing(code, detail) for code, detail in replacements.unfinished(attempt.session, attempt.order)]


def record_work(attempt: Attempt) -> None:
    """Effect of ``finish-repair``: what was done, by whom, in how many minutes."""
    body: FinishRepair = attempt.body
    demand_code(attempt.session, CodeKind.ACTION, body.action, "/action")
    attempt.session.add(
        Work(
            order_id=attempt.order.id,
            at=attempt.now,
            by_id=attempt.by.person_id,
            action=body.action,
            work_done=body.work_done,
            labour_minutes=body.labour_minutes,
        )
    )
    if attempt.asks("assignment"):
        attempt.order.repaired_by_id = attempt.by.person_id
    attempt.facts |= {"action": body.action, "labour_minutes": body.labour_minutes}


def list_works(session: Session, order: RepairOrder) -> list[Work]:
    """What was done on an order, oldest first."""
    return list(session.scalars(select(Work).where(Work.order_id == order.id).order_by(Work.id)))


def has_passed(attempt: Attempt) -> bool:
    """Selector: the test was passed."""
    return attempt.body is None or attempt.body.passed


def tester_is_somebody_else(attempt: Attempt) -> list[Missing]:
    """Guard: where the policy says so, the tester is another person than the repairer."""
    if not attempt.depot.tester_other_than_repairer or attempt.by.person_id not in _repairers(attempt):
        return []
    return [Missing("other_tester", "This depot's policy wants the test done by somebody else than the repairer.")]


def _repairers(attempt: Attempt) -> set[int]:
    """Whoever began, replaced or finished since the last diagnosis: by person, whatever token they showed."""
    history = (Event.subject == Subject.REPAIR_ORDER, Event.subject_id == attempt.order.id)
    diagnosed = select(func.max(Event.seq)).where(*history, Event.action == "diagnose").scalar_subquery()
    query = select(Event.actor_id).where(*history, Event.action.in_(REPAIR_ACTIONS), Event.seq > diagnosed)
    return set(attempt.session.scalars(query))


def record_test(attempt: Attempt) -> None:
    """Effect of ``test``: the checks against the model's sheet.

    Raises Invalid for a pass over a failed mandatory check, and for a failure without a reason.
    """
    body: TestResult = attempt.body
    sheet = current_sheet(attempt.session, attempt.order.device.product_model) if attempt.asks("test_sheet") else None
    judge(sheet, body.passed, body.checks)
    _demand_reason(body)
    run = TestRun(
        order_id=attempt.order.id,
        sheet_id=sheet.id if sheet else None,
        at=attempt.now,
        by_id=attempt.by.person_id,
        passed=body.passed,
        checks=[vars(check) for check in _checks_done(sheet, body)],
        note=body.note,
    )
    attempt.session.add(run)
    attempt.session.flush()  # the event names its id
    attempt.facts |= {"test": run.id, "passed": body.passed}


def _demand_reason(body: TestResult) -> None:
    """A failure says why: by a check that failed, or in words."""
    says = body.passed or any(not check.passed for check in body.checks)
    if not says:
        demand_text(body.note, "/note", "Say why it failed: a note, or the check that did not pass.")


def _checks_done(sheet: TestSheet | None, body: TestResult) -> Sequence[Check]:
    """The checks that were sent; without a sheet there is one, “works”, answered by ``passed`` where it is not sent."""
    if sheet is None and WORKS not in (check.name for check in body.checks):
        return (Check(WORKS, body.passed), *body.checks)
    return body.checks


def list_tests(session: Session, order: RepairOrder) -> list[TestRun]:
    """Every test of an order, failed ones too, oldest first."""
    return list(session.scalars(select(TestRun).where(TestRun.order_id == order.id).order_by(TestRun.id)))


def latest_test(session: Session, order: RepairOrder) -> TestRun | None:
    """The last test of an order."""
    return session.scalars(
        select(TestRun).where(TestRun.order_id == order.id).order_by(TestRun.id.desc()).limit(1)
    ).one_or_none()


def settle_quote(attempt: Attempt) -> None:
    """Effect of a passed test: the quote names what went in, nothing that did not; a new version where that differs."""
    quote = current_quote(attempt.session, attempt.order)
    lines = lines_of(quote)
    settled = netted(lines, wanted_parts_of(attempt.session, attempt.order), attempt.depot)
    if quote is None or settled == lines:
        return
    final = issue_quote(attempt.session, attempt.order, settled, attempt.by, attempt.now, quote.diagnosis_id)
    attempt.facts |= {"quote": final.id, "quote_version": final.version, "total_minor": final.total_minor}


def pass_test(attempt: Attempt) -> None:
    """Effect of a passed test: the device is repaired."""
    attempt.order.result = Result.REPAIRED
