from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest
from registers import DESK, NASTY_TEXTS, a_customer, a_device, an_order_of, desk_of, main_depot, north_depot
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import customers
from depot.contacts import in_use
from depot.customers import CustomerFacts, CustomerWanted
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from models import Contact, ContactKind, Customer, Depot, Language, State


def pointers(refused: pytest.ExceptionInfo[Invalid]) -> list[str]:
    return [error["pointer"] for error in refused.value.facts["errors"]]


def listed(session: Session, q: str | None, by: Any = DESK) -> list[int]:
    return sorted(customer.id for customer in session.scalars(customers.select_customers(by, q)))


@pytest.mark.parametrize(
    "again",
    [
        {"name": "张䶮", "phone": "+86 571 8888 0001"},
        {"name": " 张 䶮 ", "phone": "(0571) 88880001"},
        {"name": "张䶮", "phone": None, "email": "ZHANG@example.org"},
        {"name": "张䶮", "phone": "0571 9999 9999", "email": "zhang@example.org"},
    ],
)
def test_the_same_name_with_the_same_phone_or_email_is_the_same_customer(
    session: Session, again: dict[str, Any]
) -> None:
    depot = main_depot(session)
    first = a_customer(session, depot, email="zhang@example.org").customer

    assert a_customer(session, depot, **again).customer is first


@pytest.mark.parametrize(
    ("other", "warning"),
    [
        ({"name": "李娜"}, "same phone or e-mail and another name"),
        ({"phone": "0571 9999 9999"}, "same name and other contacts"),
    ],
)
def test_near_matches_are_warned_of_and_never_merged(session: Session, other: dict[str, Any], warning: str) -> None:
    depot = main_depot(session)
    first = a_customer(session, depot).customer

    second = a_customer(session, depot, **other)

    assert second.customer is not first
    assert [f"Customer {first.id} has the {warning}."] == list(second.warnings)


def test_a_known_customers_new_contact_is_added(session: Session) -> None:
    depot = main_depot(session)
    first = a_customer(session, depot).customer

    again = a_customer(session, depot, email="Zhang@Example.org").customer

    assert [contact.value for contact in in_use(again)] == ["0571 8888 0001", "Zhang@Example.org"]
    assert (again is first, again.version) == (True, 2)


def test_a_known_customers_language_is_not_changed_by_an_intake(session: Session) -> None:
    depot = main_depot(session)
    a_customer(session, depot, language=Language.EN)

    again = a_customer(session, depot, language=Language.ZH)

    assert again.customer.language is Language.EN
    assert "language en" in again.warnings[0]


def test_a_customer_can_be_named_by_id(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot).customer

    assert customers.resolve(session, CustomerWanted(id=known.id), depot, DESK, now).customer is known
    with pytest.raises(Invalid) as refused:
        customers.resolve(session, CustomerWanted(id=known.id, name="李娜"), depot, DESK, now)
    assert pointers(refused) == ["/customer/name"]


def test_a_customer_out_of_sight_or_retired_cannot_be_named_by_id(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    known = a_customer(session, depot).customer

    for by, wanted in ((desk_of(north), known.id), (DESK, 2**62)):
        with pytest.raises(Invalid) as refused:
            customers.resolve(session, CustomerWanted(id=wanted), north, by, now)
        assert pointers(refused) == ["/customer/id"]
    customers.retire_customer(session, known, None, now)
    with pytest.raises(Invalid, match="validate"):
        customers.resolve(session, CustomerWanted(id=known.id), depot, DESK, now)


@pytest.mark.parametrize(
    ("told", "missing"),
    [
        ({"phone": None}, ["/customer"]),
        ({"phone": " ", "email": ""}, ["/customer"]),
        ({"name": None}, ["/customer/name"]),
        ({"name": " \u3000"}, ["/customer/name"]),
        ({"name": None, "phone": None}, ["/customer/name", "/customer"]),
        ({"phone": "none"}, ["/customer/phone"]),
        ({"email": "nowhere"}, ["/customer/email"]),
    ],
)
def test_a_customer_needs_a_name_and_a_contact(session: Session, told: dict[str, Any], missing: list[str]) -> None:
    depot = main_depot(session)

    with pytest.raises(Invalid) as refused:
        a_customer(session, depot, **told)

    assert pointers(refused) == missing


def test_where_the_policy_allows_it_a_walk_in_stays_anonymous(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    depot.anonymous_walk_in = True

    one = customers.resolve(session, CustomerWanted(), depot, DESK, now).customer
    other = customers.resolve(session, CustomerWanted(), depot, DESK, now).customer

    assert (one.name, one.contacts) == (None, [])
    assert one is not other


@pytest.mark.parametrize("name", NASTY_TEXTS)
def test_every_name_is_kept_as_it_was_typed_and_found_again(session: Session, name: str) -> None:
    depot = main_depot(session)

    known = a_customer(session, depot, name=name).customer

    assert known.name == name
    assert a_customer(session, depot, name=name).customer is known
    assert listed(session, name[:20]) == [known.id]


def test_customers_of_another_depot_are_neither_found_nor_told_of(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    theirs = a_customer(session, depot).customer

    ours = a_customer(session, north, desk_of(north))

    assert ours.customer is not theirs
    assert ours.warnings == ()
    assert listed(session, None, desk_of(north)) == [ours.customer.id]
    with pytest.raises(NotFound):
        customers.find_customer(session, theirs.id, desk_of(north))


def test_an_order_in_a_depot_brings_its_customer_into_that_depots_sight(session: Session) -> None:
    depot, north = main_depot(session), north_depot(session)
    theirs = a_customer(session, depot).customer
    an_order_of(session, north, theirs, a_device(session, depot).device)

    assert customers.find_customer(session, theirs.id, desk_of(north)) is theirs


@pytest.mark.parametrize(
    ("q", "found"),
    [
        ("anna", True),
        ("ANNA O", True),
        ("a.neil@EX", True),
        ("571 8888", True),
        ("+86 571", True),
        ("neil", False),
        ("%", False),
        ("57", False),
    ],
)
def test_a_list_is_searched_by_how_name_and_email_begin_and_by_digits(session: Session, q: str, found: bool) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot, name="Anna O’Neil", email="a.neil@example.org").customer

    assert listed(session, q) == ([known.id] if found else [])


def facts(name: str | None = "Anna", **contacts: str) -> CustomerFacts:
    typed = tuple((f"/{kind}", ContactKind(kind), text) for kind, text in contacts.items())
    return CustomerFacts(name, Language.EN, typed)


def test_the_register_takes_a_customer_only_once(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    made = customers.create_customer(session, facts(email="a@example.org"), depot, DESK, now)

    with pytest.raises(AlreadyExists) as refused:
        customers.create_customer(session, facts("ANNA", email="A@EXAMPLE.ORG"), depot, DESK, now)

    assert refused.value.facts["customer"] == made.customer.id


def test_a_change_retires_the_contacts_that_are_gone(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot, email="old@example.org").customer

    customers.change_customer(session, known, facts(phone="0571 8888-0001", email="new@example.org"), 1, now)
    session.flush()

    assert known.name == "Anna"
    assert [contact.value for contact in in_use(known)] == ["0571 8888-0001", "new@example.org"]
    assert session.scalar(select(func.count()).select_from(Contact)) == 3


def test_facts_put_back_change_nothing(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot, email="a@example.org").customer
    before = customers.facts_of(known)

    customers.change_customer(session, known, replace(before), None, now)

    assert customers.facts_of(known) == before


def test_a_change_on_an_old_version_is_refused(session: Session, now: datetime) -> None:
    known = a_customer(session, main_depot(session)).customer
    customers.change_customer(session, known, facts(email="a@example.org"), 1, now)

    with pytest.raises(Stale):
        customers.change_customer(session, known, facts(email="b@example.org"), 1, now)


@pytest.mark.parametrize(
    ("told", "missing"),
    [(facts(), ["/contacts"]), (facts(None, email="a@example.org"), ["/name"]), (facts(phone="?"), ["/phone"])],
)
def test_a_change_is_held_to_the_same_rules(
    session: Session, now: datetime, told: CustomerFacts, missing: list[str]
) -> None:
    known = a_customer(session, main_depot(session)).customer

    with pytest.raises(Invalid) as refused:
        customers.change_customer(session, known, told, None, now)

    assert pointers(refused) == missing


def test_a_customer_has_no_more_than_twenty_contacts(session: Session, now: datetime) -> None:
    many = CustomerFacts("Anna", Language.EN, tuple(("", ContactKind.EMAIL, f"{n}@example.org") for n in range(21)))

    with pytest.raises(Invalid):
        customers.create_customer(session, many, main_depot(session), DESK, now)


def test_a_customer_with_an_open_order_is_not_retired(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot).customer
    order = an_order_of(session, depot, known, a_device(session, depot).device, State.RECEIVED)

    with pytest.raises(Conflict, match="open repair orders"):
        customers.retire_customer(session, known, None, now)
    order.state = State.RETURNED
    customers.retire_customer(session, known, None, now)

    assert a_customer(session, depot).customer is not known


def test_a_customer_without_a_home_in_china_is_reached_by_the_depots_own_country(session: Session) -> None:
    depot: Depot = main_depot(session)
    depot.time_zone = "Europe/Berlin"

    known: Customer = a_customer(session, depot, phone="030 901820").customer

    assert known.contacts[0].value_folded == "+4930901820"
