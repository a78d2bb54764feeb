from __future__ import annotations

from datetime import datetime

import pytest
from registers import a_customer, main_depot
from sqlalchemy.orm import Session

from depot import customers
from depot.contacts import (
    MOST_CONTACTS,
    MOST_ON_RECORD,
    BadContact,
    digits_of,
    fold_email,
    fold_phone,
    in_use,
    read_contact,
    read_contacts,
    region_of,
)
from depot.customers import CustomerFacts
from depot.errors import Conflict, Invalid
from models import ContactKind, Depot, Language


@pytest.mark.parametrize(
    "text",
    [
        "+86 138 0013 8000",
        "13800138000",
        "138-0013-8000",
        "(86) 13800138000",
        "+86１３８００１３８０００",
        "0086 13800138000",
    ],
)
def test_a_mobile_number_is_the_same_in_every_way_of_writing_it(text: str) -> None:
    assert fold_phone(text, "CN") == "+8613800138000"


@pytest.mark.parametrize(
    ("text", "region", "folded"),
    [
        ("0571 8888 0001", "CN", "+8657188880001"),
        ("030 901820", "DE", "+4930901820"),
        ("010-12345678 ext 12", "CN", "+861012345678x12"),
        ("12-34", "CN", "1234"),
        ("0571 8888 0001", None, "057188880001"),
        ("٠٥٧١٨", None, "05718"),
    ],
)
def test_a_phone_number_is_folded_by_the_country_and_else_to_its_digits(
    text: str, region: str | None, folded: str
) -> None:
    assert fold_phone(text, region) == folded


@pytest.mark.parametrize("text", ["", "12", "call me", "+", "𠮷"])
def test_a_phone_number_without_digits_reaches_nobody(text: str) -> None:
    with pytest.raises(BadContact, match="digits"):
        fold_phone(text, "CN")


def test_an_email_address_is_folded_to_lower_case() -> None:
    assert fold_email(" Anna.O@Example.ORG ") == "anna.o@example.org"


@pytest.mark.parametrize(
    "text",
    [
        "anna",
        "anna@",
        "@example.org",
        "anna@example",
        "a b@example.org",
        "a@b@c.org",
        "a@b..org",
        "a@x.org\r\nBcc: b@y.org",
    ],
)
def test_what_is_no_email_address_is_refused(text: str) -> None:
    with pytest.raises(BadContact, match="form"):
        fold_email(text)


@pytest.mark.parametrize(
    ("zone", "region"),
    [
        ("Asia/Shanghai", "CN"),
        ("Asia/Chongqing", "CN"),
        ("Europe/Berlin", "DE"),
        ("America/Toronto", "CA"),
        ("UTC", None),
    ],
)
def test_the_country_of_a_depot_follows_from_its_time_zone(zone: str, region: str | None) -> None:
    assert region_of(Depot(time_zone=zone)) == region


def test_a_contact_keeps_what_was_typed_beside_what_is_compared() -> None:
    contact = read_contact(ContactKind.PHONE, " 0571-8888 0001 ", "CN")

    assert (contact.value, contact.folded) == ("0571-8888 0001", "+8657188880001")


def test_the_same_contact_twice_counts_once() -> None:
    contacts = read_contacts(
        [("/a", ContactKind.EMAIL, "a@example.org"), ("/b", ContactKind.EMAIL, "A@EXAMPLE.ORG")], "CN"
    )

    assert [contact.value for contact in contacts] == ["a@example.org"]


def test_every_contact_that_reaches_nobody_is_named() -> None:
    with pytest.raises(Invalid) as refused:
        read_contacts([("/phone", ContactKind.PHONE, "x"), ("/email", ContactKind.EMAIL, "y")], "CN")

    assert [error["pointer"] for error in refused.value.facts["errors"]] == ["/phone", "/email"]


def test_digits_of_every_script_are_digits() -> None:
    assert digits_of("+１٢३ (4)") == "1234"


def test_an_intake_brings_a_customer_no_more_contacts_than_twenty(session: Session) -> None:
    depot = main_depot(session)
    known = a_customer(session, depot, email="a@example.org").customer
    for n in range(MOST_CONTACTS - 2):
        a_customer(session, depot, email="a@example.org", phone=f"0571 9999 {n:04}")

    with pytest.raises(Conflict, match=f"PUT /customers/{known.id}") as refused:
        a_customer(session, depot, email="a@example.org", phone="0571 7777 0000")

    assert refused.value.facts == {"customer": known.id}
    assert a_customer(session, depot, email="a@example.org").customer is known
    assert len(in_use(known)) == MOST_CONTACTS


def test_contacts_that_come_and_go_are_bounded_too(session: Session, now: datetime) -> None:
    known = a_customer(session, main_depot(session)).customer
    emails = [f"{n}@example.org" for n in range(MOST_ON_RECORD)]
    changes = [CustomerFacts("张䶮", Language.ZH, (("", ContactKind.EMAIL, email),)) for email in emails]
    for facts in changes[:-1]:
        customers.change_customer(session, known, facts, None, now)

    with pytest.raises(Conflict, match="on record"):
        customers.change_customer(session, known, changes[-1], None, now)
