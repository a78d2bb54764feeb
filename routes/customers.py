"""``/customers``: who brings devices. The desk changes them; every role reads those of its depots."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from flask import url_for

from depot import customers
from depot.contacts import in_use, with_firsts
from depot.customers import CustomerFacts
from depot.depots import codes_by_id, depot_for
from depot.errors import FieldError, Invalid
from depot.versions import hold
from models import ContactKind, Customer
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.etags import seen_version, versioned
from routes.paging import page_schema, paged
from routes.schemas.customers import CustomerChangeIn, CustomerQuery, CustomerRecordOut, NewCustomerIn

blueprint = Blueprint("customers", "Customers and how they are reached.")

Answer = tuple[dict[str, Any], dict[str, str]]


def _view(customer: Customer, depots: dict[int, str], warnings: Sequence[str] = ()) -> dict[str, Any]:
    contacts = in_use(customer)
    first = {kind.value: next((one.value for one in contacts if one.kind is kind), None) for kind in ContactKind}
    plain = ("id", "name", "language", "version", "created_at", "retired_at")
    return {
        **{name: getattr(customer, name) for name in plain},
        **first,
        "contacts": contacts,
        "depot": depots[customer.home_depot_id],
        "warnings": list(warnings),
    }


def _answer(customer: Customer, warnings: Sequence[str] = ()) -> Answer:
    return _view(customer, codes_by_id(session()), warnings), versioned(customer.version)


@blueprint.post("/customers")
@allow("change-customers")
@blueprint.arguments(NewCustomerIn)
@blueprint.response(201, CustomerRecordOut)
def create_customer(body: dict[str, Any]) -> Answer:
    """Create a customer; the same name and contact on record is a conflict, near matches are warnings."""
    depot = depot_for(session(), body.pop("depot"), actor())
    made = customers.create_customer(session(), CustomerFacts(**body), depot, actor(), now())
    view, headers = _answer(made.customer, made.warnings)
    return view, headers | {"Location": url_for("customers.read_customer", customer_id=made.customer.id)}


@blueprint.get("/customers")
@allow("read")
@blueprint.arguments(CustomerQuery, location="query")
@blueprint.response(200, page_schema(CustomerRecordOut))
def list_customers(query: dict[str, Any]) -> Answer:
    """List customers, retired ones too, in the order in which they came."""
    page, headers = paged(customers.select_customers(actor(), query["q"]), [Customer.id], query)
    depots = codes_by_id(session())
    return {**page, "items": [_view(customer, depots) for customer in page["items"]]}, headers


@blueprint.get("/customers/<int:customer_id>")
@allow("read")
@blueprint.response(200, CustomerRecordOut)
def read_customer(customer_id: int) -> Answer:
    """Read a customer."""
    return _answer(customers.find_customer(session(), customer_id, actor()))


@blueprint.put("/customers/<int:customer_id>")
@allow("change-customers")
@blueprint.arguments(CustomerChangeIn)
@blueprint.response(200, CustomerRecordOut)
def change_customer(body: dict[str, Any], customer_id: int) -> Answer:
    """Change some facts about a customer."""
    customer = customers.find_customer(session(), customer_id, actor())
    hold(session(), customer)
    facts = _facts(customer, changes(body, _view(customer, codes_by_id(session())), CustomerRecordOut))
    customers.change_customer(session(), customer, facts, seen_version(), now())
    return _answer(customer)


def _facts(customer: Customer, wanted: dict[str, Any]) -> CustomerFacts:
    """What is on record with what is wanted in its place. Raises Invalid for the id of no contact of theirs."""
    known = {one.id for one in in_use(customer)}
    foreign = [pointer for pointer, key in wanted.pop("contact_ids", {}).items() if key not in {None, *known}]
    if foreign:
        raise Invalid([FieldError(pointer, "This customer has no such contact.") for pointer in foreign])
    firsts = {kind: wanted.pop(kind.value) for kind in ContactKind if kind.value in wanted}
    on_record = customers.facts_of(customer)
    facts = replace(on_record, **wanted)
    return replace(facts, contacts=with_firsts(facts.contacts, on_record.contacts, firsts))


@blueprint.post("/customers/<int:customer_id>/retire")
@allow("change-customers")
@blueprint.response(200, CustomerRecordOut)
def retire_customer(customer_id: int) -> Answer:
    """Let a customer no longer be found by an intake; their orders stay."""
    customer = customers.find_customer(session(), customer_id, actor())
    customers.retire_customer(session(), customer, seen_version(), now())
    return _answer(customer)
