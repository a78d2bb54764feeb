"""Quotes 报价: what a repair costs whom, line by line, in versions that are never changed.

A line that somebody else bears (warranty, contract, goodwill) is charged at zero and still stands there. Prices come
from the part's sale price and the depot's labour and tax rates, net of tax; tax is added and rounded half up per
line. A chargeable line without a price is refused: unset is not zero.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal

from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.errors import Conflict, PriceUnset
from depot.money import round_half_up
from models import Coverage, Decision, Depot, LineKind, Part, Quote, QuoteDecision, QuoteLine, RepairOrder

MINUTES_PER_HOUR = Decimal(60)
MOST_MINOR = 10**15
"""No quote is higher: ten million million is a slip of the finger, and sums stay far inside of 63 bits."""


@dataclass(frozen=True)
class Line:
    """One line before it is stored; amounts in minor units of the depot's currency."""

    kind: LineKind
    text: str
    quantity: Decimal
    coverage: Coverage
    part_id: int | None = None
    unit_price_minor: int | None = None
    coverage_reason: str | None = None
    net_minor: int = 0
    tax_minor: int = 0

    @property
    def total_minor(self) -> int:
        """Net and tax."""
        return self.net_minor + self.tax_minor


def total_minor(lines: Sequence[Line]) -> int:
    """What the customer is to pay for these lines, tax included."""
    return sum(line.total_minor for line in lines)


def part_line(part: Part, quantity: Decimal, coverage: Coverage, reason: str | None, depot: Depot) -> Line:
    """The line of a spare part, not charged yet; a sale price in another currency than the depot's counts as unset."""
    price = part.sale_price_minor if part.sale_price_currency == depot.currency else None
    return Line(LineKind.PART, f"{part.part_number} {part.name}", quantity, coverage, part.id, price, reason)


def labour_line(minutes: int, coverage: Coverage, reason: str | None, depot: Depot) -> Line:
    """The line of labour, not charged yet: its quantity is minutes, its price that of an hour."""
    return Line(LineKind.LABOUR, "", Decimal(minutes), coverage, None, depot.labour_rate_minor, reason)


def fixed_price_line(price_minor: int, reason: str | None) -> Line:
    """One price, net of tax, that stands for all chargeable lines; these then stay at zero."""
    return Line(LineKind.OTHER, "", Decimal(1), Coverage.CHARGEABLE, None, price_minor, reason)


def charge(line: Line, depot: Depot) -> Line:
    """The line with its amounts: zero where somebody else bears it, else price times quantity, and the depot's tax.

    Raises PriceUnset, naming the line, where it is chargeable and has no price.
    """
    if line.coverage is not Coverage.CHARGEABLE:
        return line
    if line.unit_price_minor is None:
        raise _price_unset(line, depot)
    hours_or_pieces = line.quantity / (MINUTES_PER_HOUR if line.kind is LineKind.LABOUR else 1)
    net = round_half_up(line.unit_price_minor * hours_or_pieces)
    return replace(line, net_minor=net, tax_minor=round_half_up(net * (depot.tax_rate or Decimal(0))))


def _price_unset(line: Line, depot: Depot) -> PriceUnset:
    if line.kind is LineKind.LABOUR:
        lack, cure = f"The depot {depot.code} has no labour rate", "cover the labour"
    else:
        lack, cure = f"{line.text} has no sale price in {depot.currency}", "cover the line"
    return PriceUnset(f"{lack}: set it, or {cure}. Unset is not zero.", line=line.text or line.kind.value)


def current_quote(session: Session, order: RepairOrder) -> Quote | None:
    """The latest version, which is the one that counts."""
    return session.scalars(
        select(Quote).where(Quote.order_id == order.id).order_by(Quote.version.desc()).limit(1)
    ).one_or_none()


def was_approved(session: Session, order: RepairOrder) -> bool:
    """Whether the customer has ever approved a version of this order's quote."""
    said_yes = (QuoteDecision.order_id == order.id, QuoteDecision.decision == Decision.APPROVED)
    return bool(session.scalar(select(exists().where(*said_yes))))


def lines_of(quote: Quote | None) -> list[Line]:
    """The lines of a quote, to be carried over into its next version."""
    if quote is None:
        return []
    names = Line.__dataclass_fields__
    return [Line(**{name: getattr(line, name) for name in names}) for line in quote.lines]


def issue_quote(
    session: Session, order: RepairOrder, lines: Sequence[Line], by: Actor, now: datetime, diagnosis_id: int | None
) -> Quote:
    """Store the next version of an order's quote, valid for as long as the depot's policy says."""
    earlier = current_quote(session, order)
    if total_minor(lines) > MOST_MINOR:
        raise Conflict(f"This comes to more than {MOST_MINOR} (minor units); look at prices and quantities.")
    quote = Quote(
        order_id=order.id,
        version=1 if earlier is None else earlier.version + 1,
        diagnosis_id=diagnosis_id,
        currency=order.currency,
        tax_rate=order.depot.tax_rate,
        net_minor=sum(line.net_minor for line in lines),
        tax_minor=sum(line.tax_minor for line in lines),
        total_minor=total_minor(lines),
        valid_until=now + timedelta(days=order.depot.quote_valid_days),
        issued_at=now,
        issued_by_id=by.person_id,
        lines=[_stored(line, position) for position, line in enumerate(lines, start=1)],
    )
    session.add(quote)
    session.flush()  # its id goes into the event
    return quote


def _stored(line: Line, position: int) -> QuoteLine:
    return QuoteLine(position=position, total_minor=line.total_minor, **vars(line))
