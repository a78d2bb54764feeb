"""The shapes of an attachment. Its file comes as a part of a form or as the whole body, its facts beside it."""

from __future__ import annotations

from marshmallow import fields

from models import AttachmentKind, MediaType
from routes.fields import Moment, Query, Schema, Text, choice
from routes.schemas.order_work import PersonRefOut


class AttachmentIn(Schema):
    """What an attachment shows, and what is to be said of it."""

    kind = choice(AttachmentKind, load_default=AttachmentKind.OTHER)
    note = Text(load_default=None, allow_none=True)


class AttachmentQuery(Query, AttachmentIn):
    """The same, in the query, where the body is the file itself."""


class AttachmentLinksOut(Schema):
    """Where the file is; a PDF has no thumbnail."""

    self = fields.String(required=True)
    thumbnail = fields.String(required=True, allow_none=True)


class AttachmentOut(Schema):
    """A photo or a file of an order; ``retired_at`` says that it was struck out."""

    id = fields.Integer(required=True)
    kind = choice(AttachmentKind, required=True)
    note = fields.String(required=True, allow_none=True)
    media_type = choice(MediaType, required=True)
    size = fields.Integer(required=True)
    sha256 = fields.String(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)
    retired_by = fields.Nested(PersonRefOut, required=True, allow_none=True)
    retired_reason = fields.String(required=True, allow_none=True)
    links = fields.Nested(AttachmentLinksOut, required=True)
