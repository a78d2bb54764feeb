"""The shapes of a customer of the register."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from marshmallow import fields, post_load

from depot.contacts import MOST_CONTACTS, Contacts
from models import ContactKind, Language
from routes.changes import Change
from routes.fields import List, Moment, Name, Schema, Whole, choice
from routes.paging import PageQuery


class ContactIn(Schema):
    """One way to reach a customer."""

    kind = choice(ContactKind, required=True)
    value = Name(required=True)


def contacts(shape: type[Schema]) -> List:
    """The contacts of a customer."""
    return List(fields.Nested(shape), MOST_CONTACTS, load_default=list)


class CustomerRecordIn(Schema):
    """Everything about a customer that can be changed; ``phone`` and ``email`` are short for contacts."""

    name = Name(load_default=None, allow_none=True)
    language = choice(Language, load_default=Language.ZH)
    phone = Name(load_default=None, allow_none=True)
    email = Name(load_default=None, allow_none=True)


def _with_pointers(contacts: Sequence[Mapping[str, Any]]) -> Contacts:
    return tuple((f"/contacts/{place}/value", one["kind"], one["value"]) for place, one in enumerate(contacts))


class NewCustomerIn(CustomerRecordIn):
    """A new customer."""

    depot = Name(load_default=None, allow_none=True)
    contacts = contacts(ContactIn)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        data["contacts"] = _with_pointers(data["contacts"])
        for kind in ContactKind:
            text = data.pop(kind.value)
            data["contacts"] += () if text is None else ((f"/{kind.value}", kind, text),)
        return data


class CustomerQuery(PageQuery):
    """A list of customers; ``q`` is how the name or e-mail begins, or digits of the phone number."""

    q = Name(load_default=None)


class ContactOut(Schema):
    """One way to reach a customer."""

    id = fields.Integer(required=True)
    kind = choice(ContactKind, required=True)
    value = fields.String(required=True)


class CustomerRecordOut(Schema):
    """A customer, with the contacts in use; ``phone`` and ``email`` are the first of theirs."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)
    language = choice(Language, required=True)
    phone = fields.String(required=True, allow_none=True)
    email = fields.String(required=True, allow_none=True)
    contacts = fields.List(fields.Nested(ContactOut), required=True)
    depot = fields.String(required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)


class ContactChangeIn(ContactIn):
    """One way to reach a customer, new or with the ``id`` that it was read with."""

    id = Whole(1, load_default=None)


class CustomerChangeIn(Change, CustomerRecordIn):
    """Some facts about a customer; what is left out stays, but contacts that are missing among ``contacts`` end.

    Another ``phone`` or ``email`` takes the place of the first of its kind.
    """

    answers = CustomerRecordOut

    contacts = contacts(ContactChangeIn)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "contacts" in data:
            ids = {f"/contacts/{place}/id": one.get("id") for place, one in enumerate(data["contacts"])}
            data |= {"contacts": _with_pointers(data["contacts"]), "contact_ids": ids}
        return data
