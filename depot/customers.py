"""Customers 客户: who brings devices, told by name and contact; the same one is found again and never made twice.

The same folded name with the same phone or e-mail is the same customer. What is only alike is said and never merged.
Two desks that take in the same new customer at once take turns on the name, so that the second one finds the first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Select, and_, exists, false, or_, select
from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.contacts import (
    MOST_CONTACTS,
    ContactIn,
    Contacts,
    add_contacts,
    digits_of,
    in_their_order,
    in_use,
    read_contacts,
    region_of,
    unknown_contacts,
)
from depot.errors import AlreadyExists, Conflict, FieldError, Invalid, NotFound, Retry, invalid
from depot.identifiers import fold
from depot.sight import customers_seen
from depot.turns import take_turn
from depot.versions import claim, hold
from models import ENDED, Contact, ContactKind, Customer, Depot, Language, RepairOrder

MOST_ALIKE = 5
FEWEST_DIGITS = 3
NOT_ANONYMOUS = "only who walks in may stay anonymous, where the depot's policy says so."


@dataclass(frozen=True)
class CustomerWanted:
    """A customer by ``id``, or inline. A name None and no contact is the anonymous walk-in."""

    id: int | None = None
    name: str | None = None
    phone: str | None = None
    email: str | None = None
    language: Language | None = None


@dataclass(frozen=True)
class CustomerFacts:
    """Everything about a customer that can be changed."""

    name: str | None
    language: Language
    contacts: Contacts


@dataclass(frozen=True)
class Described:
    """A customer as told, checked: the name without the blanks around it, the contacts folded."""

    name: str | None
    contacts: tuple[ContactIn, ...]
    language: Language

    @property
    def name_folded(self) -> str | None:
        """The name as it is compared."""
        return None if self.name is None else fold(self.name)


@dataclass(frozen=True)
class Resolved:
    """A customer, and what the desk should look at."""

    customer: Customer
    warnings: tuple[str, ...]


def find_customer(session: Session, customer_id: int, by: Actor) -> Customer:
    """The customer with this id, retired or not. Raises NotFound, also where out of the actor's sight."""
    query = select(Customer).where(Customer.id == customer_id, customers_seen(by))
    customer = session.scalars(query).one_or_none()
    if customer is None:
        raise NotFound(f"There is no customer {customer_id}, or they belong to a depot that your token does not cover.")
    return customer


def select_customers(by: Actor, q: str | None = None) -> Select[Customer]:
    """The query for customers in sight whose name or e-mail begins with ``q``, or whose phone number holds its digits.

    The caller adds order and page.
    """
    query = select(Customer).where(customers_seen(by))
    return query if q is None or not q.strip() else query.where(_mentions(q.strip()))


def _mentions(text: str) -> ColumnElement[bool]:
    return or_(
        Customer.name_folded.startswith(fold(text), autoescape=True),
        exists().where(Contact.customer_id == Customer.id, Contact.retired_at.is_(None), _reaches(text)),
    )


def _reaches(text: str) -> ColumnElement[bool]:
    mail = and_(Contact.kind == ContactKind.EMAIL, Contact.value_folded.startswith(text.lower(), autoescape=True))
    digits = digits_of(text).lstrip("0")
    phone = Contact.value_folded.contains(digits) if len(digits) >= FEWEST_DIGITS else false()
    return or_(mail, and_(Contact.kind == ContactKind.PHONE, phone))


def resolve(
    session: Session, wanted: CustomerWanted, depot: Depot, by: Actor, now: datetime, *, walks_in: bool = True
) -> Resolved:
    """The customer that an intake means, found and held, or made.

    Raises Invalid at ``/customer/…`` for an id that is unknown, out of sight or retired, for what is sent beside an id
    and is not on record, for a contact that reaches nobody, and for a missing name or contact unless somebody walks in
    and the depot takes anonymous walk-ins.
    """
    contacts = read_contacts(tuple(_typed(wanted)), region_of(depot))
    if wanted.id is not None:
        return Resolved(_by_id(session, wanted, contacts, by), ())
    told = Described((wanted.name or "").strip() or None, contacts, wanted.language or Language.ZH)
    if not (walks_in and depot.anonymous_walk_in):
        _demand_reachable(told, "/customer/name", "/customer")
    take_turn(session, "customer", told.name_folded or "")
    known = _same(session, told, by)
    warnings = tuple(_alike(session, told, by, known))
    if known is None:
        return Resolved(_added(session, told, depot, now), warnings)
    _hold_and_learn(session, known, told, by)
    return Resolved(known, (*_other_language(known, wanted.language), *warnings))


def _hold_and_learn(session: Session, known: Customer, told: Described, by: Actor) -> None:
    """Write down the contacts that are new. Raises Retry where somebody made another customer of them meanwhile."""
    learns = unknown_contacts(known, told.contacts)
    if learns:
        claim(session, known, None)
    else:
        hold(session, known, shared=True)
    if _same(session, told, by) is not known:
        raise Retry
    if learns:
        add_contacts(known, told.contacts)


def _by_id(session: Session, wanted: CustomerWanted, contacts: Sequence[ContactIn], by: Actor) -> Customer:
    query = select(Customer).where(Customer.id == wanted.id, customers_seen(by))
    customer = session.scalars(query).one_or_none()
    if customer is None:
        raise invalid("/customer/id", "There is no such customer, or your token does not cover their depot.")
    hold(session, customer, shared=True)
    if customer.retired_at is not None:
        raise invalid("/customer/id", "This customer is retired.")
    differ = list(_differences(customer, wanted, contacts))
    if differ:
        sentence = f"Customer {customer.id} is on record with another; PUT /customers/{customer.id} changes that."
        raise Invalid([FieldError(f"/customer/{name}", sentence) for name in differ])
    return customer


def _differences(customer: Customer, wanted: CustomerWanted, contacts: Sequence[ContactIn]) -> Iterator[str]:
    if wanted.name is not None and fold(wanted.name) != customer.name_folded:
        yield "name"
    if wanted.language not in {None, customer.language}:
        yield "language"
    for contact in unknown_contacts(customer, contacts):
        yield contact.kind.value


def _typed(wanted: CustomerWanted) -> Iterator[tuple[str, ContactKind, str]]:
    if wanted.phone is not None and wanted.phone.strip():
        yield "/customer/phone", ContactKind.PHONE, wanted.phone
    if wanted.email is not None and wanted.email.strip():
        yield "/customer/email", ContactKind.EMAIL, wanted.email


def _demand_reachable(told: Described, name_at: str, contact_at: str) -> None:
    bad = []
    if told.name is None:
        bad.append(FieldError(name_at, f"A customer needs a name here: {NOT_ANONYMOUS}"))
    if not told.contacts:
        bad.append(FieldError(contact_at, f"A customer needs a phone or an e-mail here: {NOT_ANONYMOUS}"))
    if bad:
        raise Invalid(bad)


def _in_use(by: Actor) -> Select[Customer]:
    return select(Customer).where(customers_seen(by), Customer.retired_at.is_(None))


def _same(session: Session, told: Described, by: Actor) -> Customer | None:
    """The oldest customer in sight and in use with this name and one of these contacts."""
    query = _in_use(by).where(Customer.name_folded.is_not_distinct_from(told.name_folded), _has_one(told.contacts))
    return session.scalars(query.order_by(Customer.id).limit(1)).one_or_none()


def _has_one(contacts: Sequence[ContactIn]) -> ColumnElement[bool]:
    reached = [and_(Contact.kind == contact.kind, Contact.value_folded == contact.folded) for contact in contacts]
    if not reached:
        return false()
    return exists().where(Contact.customer_id == Customer.id, Contact.retired_at.is_(None), or_(*reached))


def _alike(session: Session, told: Described, by: Actor, known: Customer | None) -> Iterator[str]:
    """Sentences about other customers in sight with the same name or the same contact."""
    query = _in_use(by).where(or_(Customer.name_folded == told.name_folded, _has_one(told.contacts)))
    if known is not None:
        query = query.where(Customer.id != known.id)
    for other in session.scalars(query.order_by(Customer.id.desc()).limit(MOST_ALIKE)):
        if other.name_folded is not None and other.name_folded == told.name_folded:
            yield f"Customer {other.id} has the same name and other contacts."
        else:
            yield f"Customer {other.id} has the same phone or e-mail and another name."


def _other_language(customer: Customer, language: Language | None) -> Iterator[str]:
    if language is not None and language is not customer.language:
        yield f"Customer {customer.id} is on record with the language {customer.language.value}; it was not changed."


def _added(session: Session, told: Described, depot: Depot, now: datetime) -> Customer:
    customer = Customer(
        home_depot_id=depot.id,
        name=told.name,
        name_folded=told.name_folded,
        language=told.language,
        created_at=now,
        contacts=[],
    )
    add_contacts(customer, told.contacts)
    session.add(customer)
    session.flush()  # so that the customer has its id
    return customer


def facts_of(customer: Customer) -> CustomerFacts:
    """What is on record, to be changed with ``dataclasses.replace``."""
    contacts = tuple((f"/contacts/{place}", one.kind, one.value) for place, one in enumerate(in_use(customer)))
    return CustomerFacts(customer.name, customer.language, contacts)


def create_customer(session: Session, facts: CustomerFacts, depot: Depot, by: Actor, now: datetime) -> Resolved:
    """A new customer. Raises Invalid, and AlreadyExists for a name and contact that are on record together."""
    told = _checked(facts, depot)
    take_turn(session, "customer", told.name_folded or "")
    known = _same(session, told, by)
    if known is not None:
        raise AlreadyExists(f"Customer {known.id} has this name and contact.", customer=known.id)
    warnings = tuple(_alike(session, told, by, None))
    return Resolved(_added(session, told, depot, now), warnings)


def change_customer(
    session: Session, customer: Customer, facts: CustomerFacts, version: int | None, now: datetime
) -> None:
    """Put these facts on record; contacts that are no longer among them are retired. Raises Invalid, Stale.

    A contact that now stands behind a new one of its kind is made anew, so that the order stays the one that was sent.
    """
    told = _checked(facts, session.get_one(Depot, customer.home_depot_id), customer)
    claim(session, customer, version)
    customer.name, customer.name_folded, customer.language = told.name, told.name_folded, told.language
    standing = [(contact.kind, contact.value_folded) for contact in in_use(customer)]
    kept = in_their_order(standing, told.contacts)
    for contact in in_use(customer):
        spelled = kept.get((contact.kind, contact.value_folded))
        if spelled is None:
            contact.retired_at = now
        else:
            contact.value = spelled
    add_contacts(customer, told.contacts)


def _checked(facts: CustomerFacts, depot: Depot, known: Customer | None = None) -> Described:
    """The facts, folded. Raises Invalid; a customer who never could be reached may stay so under the same name."""
    if len(facts.contacts) > MOST_CONTACTS:
        raise invalid("/contacts", f"A customer has at most {MOST_CONTACTS} contacts.")
    contacts = read_contacts(facts.contacts, region_of(depot))
    told = Described((facts.name or "").strip() or None, contacts, facts.language)
    stays = known is not None and not in_use(known) and facts.name == known.name
    if not (depot.anonymous_walk_in or stays):
        _demand_reachable(told, "/name", "/contacts")
    return told


def retire_customer(session: Session, customer: Customer, version: int | None, now: datetime) -> None:
    """Let a customer no longer be found by an intake. Raises Stale, and Conflict while an order of theirs is open."""
    claim(session, customer, version)
    open_orders = exists().where(RepairOrder.customer_id == customer.id, RepairOrder.state.not_in(ENDED))
    if session.scalar(select(open_orders)):
        raise Conflict("This customer has open repair orders; those end first.")
    customer.retired_at = customer.retired_at or now
