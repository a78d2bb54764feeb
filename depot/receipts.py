"""The values that stand on the two receipts, gathered when a step issues one.

They are plain JSON values in the shape of the paper (``labels/values.py``): times in the depot's own zone, money in
minor units, codes as codes. What nobody stated is null.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import replacements
from depot.codes import find_code
from depot.inspection import latest_diagnosis, list_diagnoses
from depot.payments import REPAIRED, Account, account_of
from depot.quotes import current_quote
from depot.receipt_head import Values, day, head, local_time, money, name, plain
from depot.repair import latest_test, list_works
from depot.summary import latest_summary
from depot.test_sheets import WORKS
from models import (
    Charge,
    CodeKind,
    Diagnosis,
    HandOver,
    Loan,
    OrderSource,
    Quote,
    QuoteLine,
    RepairOrder,
    Replacement,
    SheetCheck,
)

WORKS_TITLE = {"zh": "功能正常", "en": "works"}


def intake_values(session: Session, order: RepairOrder) -> Values:
    """What stands on the pick-up voucher."""
    quote = current_quote(session, order)
    limit = order.preapproved_minor
    return {
        "head": head(session, order),
        "code": order.access_code,
        "estimate": None if quote is None else money(quote.total_minor, order.currency),
        "preapproved_limit": None if limit is None else money(limit, order.currency),
    }


def _replaced(row: Replacement) -> Values:
    return {
        "part_number": row.part.part_number,
        "name": row.part.name,
        "quantity": plain(row.quantity),
        "condition": row.condition.value if row.condition else "new",
        "installed_serial": row.installed_serial,
        "removed_serial": row.removed_serial,
        "removed_destination": row.removed_destination.value if row.removed_destination else None,
        "in_warranty": row.in_warranty,
        "fault_seen": row.fault_seen,
    }


def _price_line(line: QuoteLine, currency: str) -> Values:
    return {
        "kind": line.kind.value,
        "text": line.text,
        "quantity": plain(line.quantity),
        "coverage": line.coverage.value,
        "net": money(line.net_minor, currency),
        "tax": money(line.tax_minor, currency),
        "total": money(line.total_minor, currency),
    }


def _other_line(text: str, amount_minor: int, currency: str, kind: str = "other") -> Values:
    amount = money(amount_minor, currency)
    return {
        "kind": kind,
        "text": text,
        "quantity": "1",
        "coverage": "chargeable",
        "net": amount,
        "tax": money(0, currency),
        "total": amount,
    }


def _charge_line(session: Session, charge: Charge) -> Values:
    """A charge by what it is for; in whose words it was recorded is the house's business."""
    loan = None if charge.loan_id is None else session.get_one(Loan, charge.loan_id)
    if loan is None or loan.outcome is None:
        return _other_line("", charge.amount_minor, charge.currency, "cancellation")
    return _other_line(loan.unit.code, charge.amount_minor, charge.currency, f"loaner_{loan.outcome.value}")


def _prices(session: Session, order: RepairOrder, quote: Quote | None, account: Account) -> list[Values]:
    """The price lines: the quote's where it is owed, else what was told in advance; charges in either case."""
    quoted = [_price_line(line, order.currency) for line in quote.lines] if quote else []
    told = [_other_line(told["text"], told["amount_minor"] or 0, order.currency) for told in account.told]
    charged = [_charge_line(session, row) for row in account.charges]
    return [*quoted, *told, *charged]


def _test_lines(session: Session, order: RepairOrder) -> list[Values]:
    """The checks of the test by which a repaired device is released, under the names of its sheet."""
    run = latest_test(session, order) if order.result in REPAIRED else None
    if run is None or not run.passed:
        return []
    query = select(SheetCheck).where(SheetCheck.sheet_id == run.sheet_id)
    titles = {check.name: {"zh": check.name_zh, "en": check.name_en} for check in session.scalars(query)}
    sheet = titles or {WORKS: WORKS_TITLE}
    return [
        {
            "name": sheet.get(check["name"], {"zh": check["name"], "en": check["name"]}),
            "passed": check["passed"],
            "value": check["value"],
        }
        for check in run.checks
    ]


def _repairs_so_far(session: Session, order: RepairOrder) -> int:
    """How often this device was repaired here, this time included."""
    query = select(func.count()).where(RepairOrder.device_id == order.device_id, RepairOrder.result.in_(REPAIRED))
    return session.scalar(query) or 0


def _hand_over(session: Session, order: RepairOrder) -> Values | None:
    row = session.scalars(select(HandOver).where(HandOver.order_id == order.id)).one_or_none()
    if row is None:
        return None
    return {
        "returned_at": local_time(row.at, order.depot),
        "handed_over_by": None if order.source is OrderSource.IMPORT else name(session, row.by_id),
        "signed_by": row.signed_by,
        "signature_origin": row.signature_origin.value if row.signature_origin else None,
        "voucher_returned": row.voucher_returned,
        "identity_checked": row.identity_checked,
        "note": row.note,
    }


def _texts(session: Session, order: RepairOrder) -> Values:
    """What the technician found and wrote."""
    diagnosis, summary = latest_diagnosis(session, order), latest_summary(session, order)
    works = list_works(session, order)
    return {
        "findings": [found.finding for found in list_diagnoses(session, order) if found.finding is not None],
        "cause": summary.cause if summary else None,
        "solution": diagnosis.solution if diagnosis else None,
        "work_done": summary.work_done if summary else None,
        "advice": summary.advice if summary else None,
        "data_action": summary.data_action if summary else None,
        **_diagnosed(session, order, diagnosis),
        "labour_minutes": sum(work.labour_minutes or 0 for work in works) if works else None,
        "summarized_at": local_time(summary.at if summary else None, order.depot),
        "technician": name(session, order.repaired_by_id or order.assigned_to_id),
    }


def _diagnosed(session: Session, order: RepairOrder, diagnosis: Diagnosis | None) -> Values:
    """The cause in the words of its code, and how a device that was not repaired was tested, or why it was not.

    Nobody chose the codes of an import.
    """
    if diagnosis is None or order.source is OrderSource.IMPORT:
        return {}
    cause = find_code(session, CodeKind.CAUSE, diagnosis.cause)
    unrepaired = order.result not in REPAIRED
    return {
        "cause_code": {"zh": cause.name_zh, "en": cause.name_en},
        "test_conditions": diagnosis.test_conditions if unrepaired else None,
        "not_repaired_reason": diagnosis.not_repaired_reason if unrepaired else None,
    }


def _sums(session: Session, order: RepairOrder) -> Values:
    """Price lines, tax, total and what was paid of it."""
    account = account_of(session, order)
    quote = current_quote(session, order) if account.owes_quote else None
    tax = quote.tax_minor if quote else 0
    return {
        "prices": _prices(session, order, quote, account),
        "tax_rate": None if order.depot.tax_rate is None else plain(order.depot.tax_rate),
        "net": money(account.owed - tax, order.currency),
        "tax": money(tax, order.currency),
        "total": money(account.owed, order.currency),
        "paid": money(account.paid, order.currency),
        "waived": money(account.waived, order.currency),
    }


def repair_values(session: Session, order: RepairOrder) -> Values:
    """What stands on the repair receipt, with the hand-over lines blank until there was one."""
    return {
        "head": head(session, order),
        "result": order.result.value if order.result else None,
        "parts": [_replaced(row) for row in replacements.parts_used(session, order)],
        "tests": _test_lines(session, order),
        "repairs_so_far": _repairs_so_far(session, order),
        "repair_warranty_until": day(order.repair_warranty_until),
        "hand_over": _hand_over(session, order),
        **_texts(session, order),
        **_sums(session, order),
    }
