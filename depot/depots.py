"""Depots: what their paper says, the zone and the currency they live by, their policies, and which of them is meant.

The first start makes ``MAIN`` with every policy off, so that a device can be received at once; a warning names what
its paper still lacks.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from decimal import Decimal
from functools import cache
from zoneinfo import ZoneInfo, available_timezones

from babel.numbers import is_currency
from sqlalchemy import Select, exists, select
from sqlalchemy.orm import Session

from depot import asset_keys
from depot.actors import Actor
from depot.errors import AlreadyExists, Conflict, FieldError, Invalid, NotFound, invalid
from depot.money import Money
from depot.turns import take_turn
from depot.versions import claim
from models import ENDED, MIN_REPEAT_WINDOW_DAYS, Depot, Part, RepairOrder

MAIN = "MAIN"
CODE = re.compile(r"[A-Z0-9-]{1,20}")
LONGEST_DAYS = 3650
MOST_MINOR = 10**15
MOST_NAMED = 20
FINEST_RATE = Decimal(1_000_000)
PAPER = {
    "name.zh": "name_zh",
    "name.en": "name_en",
    "address.zh": "address_zh",
    "address.en": "address_en",
    "phones": "phones",
    "complaint_phone": "complaint_phone",
    "uncollected_terms.zh": "uncollected_terms_zh",
    "uncollected_terms.en": "uncollected_terms_en",
    "charge_terms.zh": "charge_terms_zh",
    "charge_terms.en": "charge_terms_en",
}
"""What stands on paper: the field as clients know it, and its column."""


@dataclass(frozen=True)
class DepotFacts:
    """Everything about a depot that can be changed; the defaults are those of the first start.

    ``gs1_company_prefix`` makes the keys of loaner units GS1 keys; ``labour_rate`` is per hour, in the currency of the
    depot; rates are shares of one (``0.13`` is 13 %). No ``announcement_valid_days``: announcements are valid for ever.
    """

    name_zh: str = ""
    name_en: str = ""
    address_zh: str = ""
    address_en: str = ""
    phones: list[str] = field(default_factory=list)
    complaint_phone: str | None = None
    uncollected_terms_zh: str = ""
    uncollected_terms_en: str = ""
    charge_terms_zh: str = ""
    charge_terms_en: str = ""
    time_zone: str = "Asia/Shanghai"
    currency: str = "CNY"
    tax_rate: Decimal | None = None
    labour_rate: Money | None = None
    gs1_company_prefix: str | None = None
    repair_warranty_days: int = 90
    short_intake: bool = False
    anonymous_walk_in: bool = False
    tester_other_than_repairer: bool = False
    store_issues: bool = False
    photos: bool = False
    repeat_window_days: int = 90
    beyond_economic_share: Decimal = Decimal("0.6")
    quote_valid_days: int = 14
    defective_return_days: int = 30
    announcement_valid_days: int | None = None


def find_depot(session: Session, code: str) -> Depot:
    """The depot with this code, retired or not. Raises NotFound."""
    depot = session.scalars(select(Depot).where(Depot.code == code)).one_or_none() if CODE.fullmatch(code) else None
    if depot is None:
        raise NotFound(f"There is no depot {code[:20]}.")
    return depot


def codes_by_id(session: Session) -> dict[int, str]:
    """The code of every depot, to show rows that know the id."""
    return {depot.id: depot.code for depot in session.execute(select(Depot.id, Depot.code))}


def depot_for(session: Session, code: str | None, by: Actor) -> Depot:
    """The depot that a request means: the one named, else the oldest one, else the only one that the token covers.

    Raises Invalid at ``/depot`` for an unknown or retired one and where several could be meant, NotYourDepot for one
    that the actor's token does not cover.
    """
    if code is None:
        return _usual_depot(session, by)
    depot = session.scalars(select(Depot).where(Depot.code == code)).one_or_none() if CODE.fullmatch(code) else None
    if depot is None:
        raise invalid("/depot", "There is no depot with this code; GET /api/v1/depots lists them.")
    by.demand_depot(depot.id, code)
    if depot.retired_at is not None:
        raise invalid("/depot", "This depot is retired.")
    return depot


def list_covered(session: Session, by: Actor) -> list[Depot]:
    """The depots in use that the actor's token covers, the oldest first."""
    in_use = select_depots(by).where(Depot.retired_at.is_(None)).order_by(Depot.id)
    return list(session.scalars(in_use))


def _usual_depot(session: Session, by: Actor) -> Depot:
    in_use = select(Depot).where(Depot.retired_at.is_(None)).order_by(Depot.id)
    depots = list_covered(session, by)
    oldest = session.scalars(in_use.limit(1)).one_or_none()
    if oldest in depots or len(depots) == 1:
        return depots[0]
    which = f"{', '.join(depot.code for depot in depots[:MOST_NAMED])}; name one" if depots else "no depot in use"
    raise invalid("/depot", f"Your token covers {which}.")


def unnamed_warning(session: Session, code: str | None, by: Actor) -> list[str]:
    """A warning that a depot was chosen because none was named, where the actor's token covers others; or nothing."""
    depots = [] if code is not None else list_covered(session, by)
    if len(depots) < 2:
        return []
    chosen = _usual_depot(session, by)
    others = ", ".join(depot.code for depot in depots[: MOST_NAMED + 1] if depot is not chosen)
    return [f"Recorded at {chosen.code}, as no depot was named; others to name in `depot` are: {others}."]


def select_depots(by: Actor) -> Select[Depot]:
    """The query for the depots that the actor's token covers, retired ones too; the caller adds order and page."""
    query = select(Depot)
    return query if by.depot_ids is None else query.where(Depot.id.in_(by.depot_ids))


def ensure_main(session: Session, now: datetime) -> Depot:
    """The first depot; makes ``MAIN`` where there is none yet."""
    depot = session.scalars(select(Depot).order_by(Depot.id).limit(1)).one_or_none()
    return depot or _added(session, MAIN, DepotFacts(), now)


def _added(session: Session, code: str, facts: DepotFacts, now: datetime) -> Depot:
    depot = Depot(code=code, created_at=now, **_columns(facts))
    session.add(depot)
    session.flush()  # so that the depot has its id
    return depot


def _columns(facts: DepotFacts) -> dict[str, object]:
    columns = vars(facts).copy()
    labour_rate: Money | None = columns.pop("labour_rate")
    return {**columns, "labour_rate_minor": None if labour_rate is None else labour_rate.amount_minor}


def facts_of(depot: Depot) -> DepotFacts:
    """What is on record, to be changed with ``dataclasses.replace``."""
    columns = {column.name: getattr(depot, column.name) for column in fields(DepotFacts) if hasattr(depot, column.name)}
    rate = depot.labour_rate_minor
    return DepotFacts(**columns, labour_rate=None if rate is None else Money(rate, depot.currency))


def today(depot: Depot, now: datetime) -> date:
    """The date in the depot's own time zone."""
    return now.astimezone(ZoneInfo(depot.time_zone)).date()


def unfilled(depot: Depot) -> list[str]:
    """The fields that paper lacks, as clients know them; ``depot setup`` fills them in."""
    return [name for name, column in PAPER.items() if not getattr(depot, column)]


def create_depot(session: Session, code: str, facts: DepotFacts, now: datetime) -> Depot:
    """A new depot. Raises Invalid, and AlreadyExists where the code is taken."""
    if not CODE.fullmatch(code):
        raise invalid("/code", "A depot's code has 1 to 20 upper-case letters, digits and dashes.")
    check_facts(facts)
    if session.scalar(select(Depot.id).where(Depot.code == code)) is not None:
        raise AlreadyExists(f"There is a depot {code} already; change it with PUT.", code=code)
    return _added(session, code, facts, now)


def change_depot(session: Session, depot: Depot, facts: DepotFacts, version: int | None) -> None:
    """Put these facts on record. Raises Invalid, Stale, Conflict for another currency once amounts are on record."""
    check_facts(facts)
    claim(session, depot, version)
    if facts.currency != depot.currency:
        _take_turn(session)
        _demand_no_amounts(session, depot)
    for name, value in _columns(facts).items():
        setattr(depot, name, value)


def retire_depot(session: Session, depot: Depot, version: int | None, now: datetime) -> None:
    """Take a depot out of use; its records stay readable.

    Raises Stale, and Conflict while an order of it is open and for the last one in use.
    """
    claim(session, depot, version)
    open_orders = exists().where(RepairOrder.depot_id == depot.id, RepairOrder.state.not_in(ENDED))
    if session.scalar(select(open_orders)):
        raise Conflict("This depot has open repair orders; those end first.")
    _take_turn(session)
    others = exists().where(Depot.id != depot.id, Depot.retired_at.is_(None))
    if not session.scalar(select(others)):
        raise Conflict("This is the last depot in use; make another one first.")
    depot.retired_at = depot.retired_at or now


def _take_turn(session: Session) -> None:
    """Before one looks at the other depots: who is about to retire another one, or to change its currency, waits."""
    take_turn(session, "depots", "in use")


def _demand_no_amounts(session: Session, depot: Depot) -> None:
    """Amounts on record are in the old currency, and nothing converts them: orders, and the catalogue's prices."""
    if session.scalar(select(exists().where(RepairOrder.depot_id == depot.id))):
        raise Conflict(f"This depot has repair orders in {depot.currency}; make another depot for another currency.")
    shared = exists().where(Depot.id != depot.id, Depot.currency == depot.currency, Depot.retired_at.is_(None))
    priced = exists().where(Part.sale_price_currency == depot.currency)
    if session.scalar(select(priced & ~shared)):
        raise Conflict(f"Parts have sale prices in {depot.currency}; take those away first.")


def check_facts(facts: DepotFacts) -> None:
    """Raise Invalid, naming every field that cannot be."""
    checks = {
        "/time_zone": (facts.time_zone in time_zones(), "This is no IANA time zone, as Asia/Shanghai is."),
        "/currency": (is_currency(facts.currency), "This is no ISO 4217 currency code."),
        "/tax_rate": (facts.tax_rate is None or _is_share(facts.tax_rate), _SHARE),
        "/labour_rate/currency": (
            _is_in(facts.labour_rate, facts.currency),
            f"The labour rate is an amount in the depot's currency, not negative: state it in {facts.currency[:3]}.",
        ),
        "/gs1_company_prefix": (
            facts.gs1_company_prefix is None or asset_keys.PREFIX.fullmatch(facts.gs1_company_prefix) is not None,
            "A GS1 company prefix has 4 to 12 digits, as GS1 gave it to you.",
        ),
        "/repair_warranty_days": (_is_days(facts.repair_warranty_days, 0), _DAYS.format(0)),
        "/policies/repeat_window_days": (
            _is_days(facts.repeat_window_days, MIN_REPEAT_WINDOW_DAYS),
            _DAYS.format(MIN_REPEAT_WINDOW_DAYS),
        ),
        "/policies/beyond_economic_share": (
            _is_share(facts.beyond_economic_share) and facts.beyond_economic_share > 0,
            _SHARE,
        ),
        "/policies/quote_valid_days": (_is_days(facts.quote_valid_days, 1), _DAYS.format(1)),
        "/policies/defective_return_days": (_is_days(facts.defective_return_days, 1), _DAYS.format(1)),
        "/policies/announcement_valid_days": (
            facts.announcement_valid_days is None or _is_days(facts.announcement_valid_days, 1),
            _DAYS.format(1),
        ),
    }
    bad = [FieldError(pointer, detail) for pointer, (good, detail) in checks.items() if not good]
    if bad:
        raise Invalid(bad)


_SHARE = "A rate is a decimal string between 0 and 1 with at most 6 decimals, such as 0.13."
_DAYS = "This is a number of days between {} and 3650."


@cache
def time_zones() -> frozenset[str]:
    """The names of the time zones of the IANA database, without the half-names of its folders."""
    return frozenset(available_timezones())


def _is_share(rate: Decimal) -> bool:
    return rate.is_finite() and 0 <= rate <= 1 and rate * FINEST_RATE == (rate * FINEST_RATE).to_integral_value()


def _is_in(money: Money | None, currency: str) -> bool:
    return money is None or (money.currency == currency and 0 <= money.amount_minor <= MOST_MINOR)


def _is_days(days: int, least: int) -> bool:
    return least <= days <= LONGEST_DAYS
