"""The shapes of a customer of the register."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load
from marshmallow.validate import Length

from depot.customers import MOST_CONTACTS
from models import ContactKind, Language
from routes.fields import Moment, Name, Schema, choice
from routes.paging import PageQuery


class ContactIn(Schema):
    """One way to reach a customer."""

    kind = choice(ContactKind, required=True)
    value = Name(required=True)


class CustomerRecordIn(Schema):
    """Everything about a customer that can be changed; contacts that are left out are retired."""

    name = Name(load_default=None, allow_none=True)
    language = choice(Language, load_default=Language.ZH)
    contacts = fields.List(fields.Nested(ContactIn), load_default=list, validate=[Length(max=MOST_CONTACTS)])

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        if "contacts" in data:
            data["contacts"] = tuple(
                (f"/contacts/{place}/value", contact["kind"], contact["value"])
                for place, contact in enumerate(data["contacts"])
            )
        return data


class CustomerChangeIn(CustomerRecordIn):
    """Some facts about a customer; what is left out stays."""

    def __init__(self, **options: Any) -> None:
        super().__init__(**{**options, "partial": ("name", "language", "contacts")})


class NewCustomerIn(CustomerRecordIn):
    """A new customer; ``phone`` and ``email`` are short for contacts."""

    depot = Name(load_default=None, allow_none=True)
    phone = Name(load_default=None, allow_none=True)
    email = Name(load_default=None, allow_none=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        super()._make(data)
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
