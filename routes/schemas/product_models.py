"""The shapes of a product model."""

from __future__ import annotations

from marshmallow import fields

from routes.changes import Change
from routes.fields import Moment, Money, Name, Schema
from routes.paging import PageQuery


class ProductModelIn(Schema):
    """A new spelling of a make and a model."""

    make = Name(required=True)
    model = Name(required=True)
    replacement_value = fields.Nested(Money, load_default=None, allow_none=True)


class ProductModelQuery(PageQuery):
    """A list of product models by how make and model begin, however they are spelled."""

    make = Name(load_default=None)
    model = Name(load_default=None)


class SpellingOut(Schema):
    """Another spelling of the same make and model."""

    id = fields.Integer(required=True)
    make = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)


class ProductModelOut(Schema):
    """A product model, and the other spellings in use that are found together with it."""

    id = fields.Integer(required=True)
    make = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    replacement_value = fields.Nested(Money, required=True, allow_none=True)
    variants = fields.List(fields.Nested(SpellingOut), required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class ProductModelChangeIn(Change):
    """What the model costs to replace; null unsets it."""

    answers = ProductModelOut

    replacement_value = fields.Nested(Money, allow_none=True)
