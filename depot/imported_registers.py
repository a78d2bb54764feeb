"""Imports of product models and customers: they are recognised by what they say, not by ids of other systems."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from depot import customers, product_models
from depot.actors import Actor
from depot.contacts import Contacts, read_contacts, region_of, unknown_contacts
from depot.customers import CustomerFacts
from depot.errors import AlreadyExists, Conflict
from depot.imported import Outcome
from depot.money import Money
from models import Customer, Depot, Language


@dataclass(frozen=True)
class ModelRow:
    """A spelling of make and model; ``replacement_value`` None is not stated."""

    make: str
    model: str
    replacement_value: Money | None = None


@dataclass(frozen=True)
class CustomerRow:
    """A customer; ``language`` None is not stated."""

    name: str | None
    contacts: Contacts
    language: Language | None = None


def import_model(session: Session, row: ModelRow, now: datetime) -> Outcome:
    """Put a model on record. Raises Invalid, and Conflict where it is on record with another value."""
    try:
        product_models.create_model(session, row.make, row.model, row.replacement_value, now)
    except AlreadyExists as exists:
        known = product_models.find_model(session, exists.facts["product_model"])
        if row.replacement_value not in {None, product_models.value_of(known)}:
            raise Conflict(f"{known.make} {known.model} is on record with another replacement value.") from exists
        return Outcome.KNOWN
    return Outcome.ADDED


def import_customer(session: Session, row: CustomerRow, depot: Depot, by: Actor, now: datetime) -> Outcome:
    """Put a customer on record. Raises Invalid, and Conflict where one with this name and contact differs."""
    facts = CustomerFacts(row.name, row.language or Language.ZH, row.contacts)
    try:
        customers.create_customer(session, facts, depot, by, now)
    except AlreadyExists as exists:
        _demand_same(customers.find_customer(session, exists.facts["customer"], by), row, depot)
        return Outcome.KNOWN
    return Outcome.ADDED


def _demand_same(known: Customer, row: CustomerRow, depot: Depot) -> None:
    told = read_contacts(row.contacts, region_of(depot))
    if unknown_contacts(known, told) or row.language not in {None, known.language}:
        raise Conflict(f"Customer {known.id} has this name and one of these contacts, and differs; change them there.")
