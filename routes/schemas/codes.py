"""The shapes of a code."""

from __future__ import annotations

from marshmallow import fields

from depot.codes import CODE
from models import CodeKind
from routes.changes import Change
from routes.fields import FlagText, Moment, Name, Schema, choice
from routes.paging import PageQuery
from routes.schemas.words import WordsIn, WordsOut


class CodeIn(Schema):
    """A new code."""

    code = Name(40, required=True, metadata={"pattern": f"^{CODE.pattern}$"})
    name = fields.Nested(WordsIn, required=True)


class CodeQuery(PageQuery):
    """A table of codes, or those in use only."""

    in_use = FlagText(load_default=False)


class CodeOut(Schema):
    """A code; a retired one stays readable and can no longer be used."""

    kind = choice(CodeKind, required=True)
    code = fields.String(required=True)
    name = fields.Nested(WordsOut, required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class CodeChangeIn(Change):
    """What a code says."""

    answers = CodeOut

    name = fields.Nested(WordsIn, required=True)
