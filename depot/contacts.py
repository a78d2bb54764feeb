"""How a customer is reached, and when two spellings reach the same place.

A phone number is folded to E.164 (ITU-T), read with the depot's country where it has no country code; what no numbering
plan knows is kept as its digits. An e-mail address is folded to lower case: no mail system in use tells case apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import phonenumbers
from babel.core import get_global

from depot.errors import Conflict, FieldError, Invalid
from models import NAME_LENGTH, Contact, ContactKind, Customer, Depot

FEWEST_DIGITS = 3
MOST_CONTACTS = 20
"""That reach a customer at a time."""
MOST_ON_RECORD = 200
"""That ever reached them."""

Contacts = tuple[tuple[str, ContactKind, str], ...]
"""Each as (pointer into the body, kind, text)."""
EMAIL = re.compile(r"""[^@\s<>()\[\],;:"\\]+@(?:[^@\s<>()\[\],;:"\\.]+\.)+[^@\s<>()\[\],;:"\\.]+""")


class BadContact(ValueError):
    """A contact that can reach nobody; the message says why in a plain sentence."""


@dataclass(frozen=True)
class ContactIn:
    """A contact as typed, and folded for comparison."""

    kind: ContactKind
    value: str
    folded: str


def region_of(depot: Depot) -> str | None:
    """The country (ISO 3166) of a depot's time zone: its numbers need no country code. None where there is none."""
    aliases: Mapping[str, str] = get_global("zone_aliases")
    territories: Mapping[str, str] = get_global("zone_territories")
    region = territories.get(aliases.get(depot.time_zone, depot.time_zone))
    return region if region in phonenumbers.SUPPORTED_REGIONS else None


def fold_phone(text: str, region: str | None) -> str:
    """A phone number as E.164, with ``x`` and the extension where it has one; else its digits. Raises BadContact."""
    plain = unicodedata.normalize("NFKC", text)
    try:
        number = phonenumbers.parse(plain, region)
    except phonenumbers.NumberParseException:
        return _digits(plain)
    if not phonenumbers.is_possible_number(number):
        return _digits(plain)
    written = phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
    return f"{written}x{number.extension}" if number.extension else written


def _digits(text: str) -> str:
    digits = digits_of(text)
    if len(digits) < FEWEST_DIGITS:
        raise BadContact(f"A phone number has at least {FEWEST_DIGITS} digits.")
    return digits


def digits_of(text: str) -> str:
    """The digits of a text, as 0 to 9 whatever their script."""
    return "".join(str(unicodedata.decimal(c)) for c in text if c.isdecimal())


def fold_email(text: str) -> str:
    """An e-mail address in lower case. Raises BadContact for what has not the form name@domain.tld."""
    folded = unicodedata.normalize("NFKC", text).strip().lower()
    if not EMAIL.fullmatch(folded):
        raise BadContact("An e-mail address has the form name@example.org.")
    return folded


def read_contact(kind: ContactKind, text: str, region: str | None) -> ContactIn:
    """A contact from what was typed. Raises BadContact."""
    value = text.strip()
    folded = fold_phone(value, region) if kind is ContactKind.PHONE else fold_email(value)
    if len(folded) > 2 * NAME_LENGTH:
        raise BadContact("This is too long for a contact.")
    return ContactIn(kind, value, folded)


def read_contacts(typed: Sequence[tuple[str, ContactKind, str]], region: str | None) -> tuple[ContactIn, ...]:
    """Contacts from (pointer, kind, text); the same one twice counts once. Raises Invalid, naming every bad one."""
    good: dict[tuple[ContactKind, str], ContactIn] = {}
    bad = []
    for pointer, kind, text in typed:
        try:
            contact = read_contact(kind, text, region)
            good.setdefault((kind, contact.folded), contact)
        except BadContact as fault:
            bad.append(FieldError(pointer, str(fault)))
    if bad:
        raise Invalid(bad)
    return tuple(good.values())


def in_their_order(
    standing: Sequence[tuple[ContactKind, str]], told: Sequence[ContactIn]
) -> dict[tuple[ContactKind, str], str]:
    """Of contacts that stand as (kind, folded) those that can stay among these, with their spelling.

    Of each kind that is the first ones, up to where the order changes.
    """
    kept = {}
    for kind in ContactKind:
        wanted = [contact for contact in told if contact.kind is kind]
        known = [one for one in standing if one in {(kind, contact.folded) for contact in wanted}]
        for contact, one in zip(wanted, known, strict=False):
            if one != (kind, contact.folded):
                break
            kept[one] = contact.value
    return kept


def with_firsts(contacts: Contacts, known: Contacts, firsts: Mapping[ContactKind, str | None]) -> Contacts:
    """These contacts, with others in the place of the first of a kind that is known; None takes it away.

    What equals the one that is known says nothing.
    """
    for kind, text in firsts.items():
        first = next((value for _, of, value in known if of is kind), None)
        if text != first:
            place = next((at for at, one in enumerate(contacts) if one[1:] == (kind, first)), 0)
            rest = [one for one in contacts if one[1:] != (kind, first)]
            new = [] if text is None else [(f"/{kind.value}", kind, text)]
            contacts = (*rest[:place], *new, *rest[place:])
    return contacts


def in_use(customer: Customer) -> list[Contact]:
    """The contacts of a customer that are not retired, oldest first."""
    return [contact for contact in customer.contacts if contact.retired_at is None]


def unknown_contacts(customer: Customer, contacts: Sequence[ContactIn]) -> list[ContactIn]:
    """Those of these contacts that do not reach the customer yet."""
    known = {(contact.kind, contact.value_folded) for contact in in_use(customer)}
    return [contact for contact in contacts if (contact.kind, contact.folded) not in known]


def add_contacts(customer: Customer, contacts: Sequence[ContactIn]) -> None:
    """Put the unknown ones of these on record. Raises Conflict where the customer has too many then."""
    new = unknown_contacts(customer, contacts)
    _demand_room(customer, len(new))
    customer.contacts += [Contact(kind=one.kind, value=one.value, value_folded=one.folded) for one in new]


def _demand_room(customer: Customer, new: int) -> None:
    if new and len(in_use(customer)) + new > MOST_CONTACTS:
        raise Conflict(
            f"A customer has at most {MOST_CONTACTS} contacts; take some away with PUT /customers/{customer.id},"
            " or send the customer's id without the new one.",
            customer=customer.id,
        )
    if new and len(customer.contacts) + new > MOST_ON_RECORD:
        raise Conflict(
            f"A customer has at most {MOST_ON_RECORD} contacts on record, former ones too; leave the new one out,"
            f" or retire customer {customer.id} and create them anew.",
            customer=customer.id,
        )
