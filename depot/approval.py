"""Between inspect and repair: the customer's decision, with all its facts, and what approval sets in motion."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.errors import QuoteOutdated, invalid
from depot.ledger import lock_parts
from depot.money import Money, minor_in
from depot.quotes import current_quote
from depot.reservations import open_needs, reserve
from depot.texts import demand_text
from models import Channel, Decision, Quote, QuoteDecision, RepairOrder, Result


@dataclass(frozen=True)
class Decide:
    """What the customer decided on which version; ``limit`` is up to which amount, None the version's total."""

    decision: Decision
    decided_by: str
    channel: Channel
    quote_version: int
    phone_number: str | None = None
    limit: Money | None = None


@dataclass(frozen=True)
class Decided:
    """A decision on record, and the version of the quote that it is about."""

    decision: QuoteDecision
    quote_version: int


def list_decisions(session: Session, order: RepairOrder) -> list[Decided]:
    """What the customer decided on an order's quotes, oldest first."""
    query = select(QuoteDecision, Quote.version).join(Quote, QuoteDecision.quote_id == Quote.id)
    rows = session.execute(query.where(QuoteDecision.order_id == order.id).order_by(QuoteDecision.id))
    return [Decided(decision, version) for decision, version in rows]


def is_yes(attempt: Attempt) -> bool:
    """Selector: the customer approves."""
    return attempt.body is None or attempt.body.decision is Decision.APPROVED


def is_no(attempt: Attempt) -> bool:
    """Selector: the customer declines."""
    return attempt.body is None or attempt.body.decision is Decision.DECLINED


def record_decision(attempt: Attempt) -> None:
    """Effect of ``decide``: who decided what, when, how it came, who took it.

    Raises QuoteOutdated for any but the current, valid version.
    """
    body: Decide = attempt.body
    demand_text(body.decided_by, "/decided_by")
    quote = _decided_on(attempt, body.quote_version)
    if body.channel is Channel.PHONE and not body.phone_number:
        raise invalid("/phone_number", "A decision by phone needs the number that was called or that called.")
    limit = minor_in(body.limit, attempt.order.currency, "/limit")
    if body.decision is Decision.APPROVED and limit is not None and limit < quote.total_minor:
        raise invalid("/limit", f"The quote's total is {quote.total_minor}; a limit under it is not an approval of it.")
    attempt.session.add(
        QuoteDecision(
            order_id=attempt.order.id,
            quote_id=quote.id,
            decision=body.decision,
            decided_by=body.decided_by,
            channel=body.channel,
            phone_number=body.phone_number,
            limit_minor=limit,
            taken_by_id=attempt.by.person_id,
            at=attempt.now,
        )
    )
    if body.decision is Decision.APPROVED:
        attempt.order.approved_minor = quote.total_minor if limit is None else limit
    attempt.facts |= {"decision": body.decision.value, "quote_version": quote.version, "limit_minor": limit}
    attempt.facts["channel"] = body.channel.value
    attempt.private |= {"decided_by": body.decided_by, "phone_number": body.phone_number}


def _decided_on(attempt: Attempt, version: int) -> Quote:
    quote = current_quote(attempt.session, attempt.order)
    if quote is None or quote.version != version:
        raise QuoteOutdated(
            f"Version {version} is not the current quote; decide on the current version.",
            quote_version=quote.version if quote else None,
        )
    if attempt.now >= quote.valid_until:
        raise QuoteOutdated(
            f"Version {version} was valid until {quote.valid_until.isoformat()}; take `new-facts` and quote anew.",
            quote_version=quote.version,
            valid_until=quote.valid_until,
        )
    return quote


def decline(attempt: Attempt) -> None:
    """Effect of a decision against the quote: that is the order's result."""
    attempt.order.result = Result.DECLINED


def reserve_needs(attempt: Attempt) -> None:
    """Effect of entering ``approved``: each needed part of this depot is set aside as far as there is."""
    needs = open_needs(attempt.session, attempt.order)
    lock_parts(attempt.session, [need.part.id for need in needs])
    for need in needs:
        reserve(attempt.session, need, attempt.now)
