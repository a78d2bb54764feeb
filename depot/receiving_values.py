"""The values that stand on the receiving report, in the shape of the paper (``labels/values.py``)."""

from __future__ import annotations

from depot.receipt_head import Values, depot_head, local_time
from depot.receiving_report import Report, Scanned


def report_values(report: Report) -> Values:
    """What is printed; times as the depot's clock shows them."""
    receiving, depot = report.session, report.depot
    return {
        "number": f"RS{receiving.id:06}",
        "depot": depot_head(depot),
        "reference": receiving.reference,
        "opened_at": local_time(receiving.opened_at, depot),
        "opened_by": report.opened_by,
        "closed_at": local_time(receiving.closed_at, depot),
        "closed_by": report.closed_by,
        "listed": report.expected if receiving.has_list else None,
        "missing": report.missing,
        "scans": [_line(one, report) for one in report.scans],
    }


def _line(one: Scanned, report: Report) -> Values:
    first = f"{one.first_seq}" if one.first_seq else None
    at = local_time(one.scan.at, report.depot) or ""
    return {
        "seq": one.scan.seq,
        "code": one.scan.code,
        "verdict": one.scan.verdict.value,
        "at": at[-5:],
        "about": first or one.looks_like or one.open_order,
        "taken_in_as": one.taken_in_as,
    }
