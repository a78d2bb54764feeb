"""What a diagnosis, or a part asked for later, would cost: worked out by selectors before anything is written.

Working a price out changes nothing; the effect that follows stores the very lines that decided where the order goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from sqlalchemy import select

from depot.attempt import Attempt
from depot.errors import FieldError, Invalid, invalid
from depot.money import Money, minor_in
from depot.needed_parts import netted, used_parts, wanted_parts_of
from depot.quantities import check_quantity
from depot.quotes import Line, charge, current_quote, fixed_price_line, labour_line, lines_of, part_line, total_minor
from models import Coverage, LineKind, Part, Verdict


@dataclass(frozen=True)
class PartWanted:
    """A part that the repair needs; ``coverage`` None takes the diagnosis's."""

    part_number: str
    quantity: Decimal
    coverage: Coverage | None = None
    coverage_reason: str | None = None


@dataclass(frozen=True)
class Diagnose:
    """What the technician found. ``price`` is one net price for all chargeable lines; ``labour_minutes`` are
    estimated.
    """

    symptom: str
    cause: str
    attribution: str
    finding: str | None
    solution: str | None
    verdict: Verdict
    not_repaired_reason: str | None = None
    coverage: Coverage | None = None
    labour_coverage: Coverage | None = None
    coverage_reason: str | None = None
    parts: tuple[PartWanted, ...] = ()
    labour_minutes: int | None = None
    test_conditions: str | None = None
    replacement_value: Money | None = None
    price: Money | None = None


def _asked_for(attempt: Attempt, asked: Sequence[PartWanted], pointer: str) -> list[tuple[PartWanted, Part]]:
    """The parts named in a body with their catalogue rows, in one query. Raises Invalid at ``pointer`` and place for
    one that is unknown or retired, or asked for in a quantity it has not.
    """
    numbers = {wanted.part_number.strip() for wanted in asked}
    query = select(Part).where(Part.part_number.in_(numbers), Part.retired_at.is_(None))
    parts = {part.part_number: part for part in attempt.session.scalars(query)} if numbers else {}
    found = []
    for place, wanted in enumerate(asked):
        at, part = pointer.format(place), parts.get(wanted.part_number.strip())
        if part is None:
            raise invalid(f"{at}/part_number", f"There is no part {wanted.part_number} in use; logistics can add it.")
        check_quantity(part, wanted.quantity, f"{at}/quantity")
        found.append((wanted, part))
    return found


def wanted_parts(attempt: Attempt) -> list[tuple[PartWanted, Part]]:
    """The parts of a diagnosis with their catalogue rows; looked up once per attempt. Raises Invalid."""
    if "parts" not in attempt.memo:
        attempt.memo["parts"] = _asked_for(attempt, attempt.body.parts, "/parts/{}")
    found: list[tuple[PartWanted, Part]] = attempt.memo["parts"]
    return found


def _coverage(own: Coverage | None, body: Diagnose, pointer: str, fallback: Coverage | None) -> Coverage:
    coverage = own or body.coverage or fallback
    if coverage is None:
        raise invalid(pointer, "Say who bears this: warranty, contract, goodwill or chargeable.")
    return coverage


def bare_lines(attempt: Attempt, fallback: Coverage | None = None) -> list[Line]:
    """Parts and labour of a diagnosis with their coverage, not charged yet; a line without coverage takes the
    fallback.
    """
    body: Diagnose = attempt.body
    lines = [
        part_line(
            part,
            wanted.quantity,
            _coverage(wanted.coverage, body, f"/parts/{place}/coverage", fallback),
            wanted.coverage_reason or body.coverage_reason,
            attempt.depot,
        )
        for place, (wanted, part) in enumerate(wanted_parts(attempt))
    ]
    if body.labour_minutes:
        coverage = _coverage(body.labour_coverage, body, "/labour_coverage", fallback)
        lines.append(labour_line(body.labour_minutes, coverage, body.coverage_reason, attempt.depot))
    return lines


def diagnosed_lines(attempt: Attempt) -> list[Line]:
    """The lines of the quote that a diagnosis makes; worked out once per attempt.

    Raises PriceUnset, Forbidden (``price``).
    """
    if "lines" not in attempt.memo:
        attempt.memo["lines"] = _diagnosed(attempt)
    lines: list[Line] = attempt.memo["lines"]
    return lines


def _diagnosed(attempt: Attempt) -> list[Line]:
    """What was used already under an earlier diagnosis stays on the quote; a fixed price stands for that as well."""
    used, lines, price = _used_before(attempt), bare_lines(attempt), attempt.body.price
    if price is None:
        return [*used, *(charge(line, attempt.depot) for line in lines)]
    attempt.by.demand("set-price")
    fixed = fixed_price_line(minor_in(price, attempt.order.currency, "/price") or 0, attempt.body.coverage_reason)
    return [*(replace(line, net_minor=0, tax_minor=0) for line in used), *lines, charge(fixed, attempt.depot)]


def _used_before(attempt: Attempt) -> list[Line]:
    earlier = lines_of(current_quote(attempt.session, attempt.order))
    parts = [line for line in earlier if line.kind is LineKind.PART]
    return netted(parts, used_parts(attempt.session, attempt.order), attempt.depot) if parts else []


def with_part_added(attempt: Attempt) -> list[Line]:
    """The lines of the current quote and that of one more part; worked out once per attempt."""
    if "lines" not in attempt.memo:
        wanted: PartWanted = attempt.body
        attempt.memo["parts"] = _asked_for(attempt, [wanted], "")
        part = attempt.memo["parts"][0][1]
        coverage = wanted.coverage or _coverage_so_far(attempt)
        line = part_line(part, wanted.quantity, coverage, wanted.coverage_reason, attempt.depot)
        earlier = lines_of(current_quote(attempt.session, attempt.order))
        wanted_before = wanted_parts_of(attempt.session, attempt.order)
        attempt.memo["lines"] = [*netted(earlier, wanted_before, attempt.depot), charge(line, attempt.depot)]
    lines: list[Line] = attempt.memo["lines"]
    return lines


def _coverage_so_far(attempt: Attempt) -> Coverage:
    diagnosis = attempt.memo["diagnosis"]
    if diagnosis is None or diagnosis.coverage is None:
        raise invalid("/coverage", "The diagnosis names no coverage for all lines; say who bears this part.")
    coverage: Coverage = diagnosis.coverage
    return coverage


def full_price_minor(attempt: Attempt) -> int:
    """What the repair would cost if nobody bore any of it: the estimate for beyond economic repair, tax included."""
    if attempt.body.price is not None:
        return total_minor(diagnosed_lines(attempt))
    depot = attempt.depot
    lines = bare_lines(attempt, Coverage.CHARGEABLE)
    all_charged = [charge(replace(line, coverage=Coverage.CHARGEABLE), depot) for line in lines]
    if not all_charged:
        raise Invalid(
            [FieldError("/parts", "The estimate comes from parts, labour_minutes or price; state at least one.")]
        )
    return total_minor(all_charged)
