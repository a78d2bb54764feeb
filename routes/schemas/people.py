"""The shapes of people."""

from __future__ import annotations

from marshmallow import fields
from marshmallow.validate import OneOf

from models import PersonKind
from routes.changes import Change
from routes.fields import Moment, Name, Schema, choice
from routes.paging import PageQuery

KINDS = (PersonKind.PERSON, PersonKind.MACHINE)


class PersonIn(Schema):
    """A new person or machine."""

    name = Name(required=True)
    kind = choice(PersonKind, load_default=PersonKind.PERSON, validate=[OneOf(KINDS)], metadata={"enum": KINDS})


class PersonOut(Schema):
    """A person or machine."""

    id = fields.Integer(required=True)
    kind = choice(PersonKind, required=True)
    name = fields.String(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class PersonChange(Change):
    """What may be changed of a person."""

    answers = PersonOut

    name = Name(required=True)


class PeopleQuery(PageQuery):
    """A list of people, or of those of a name."""

    name = Name(load_default=None)
