"""Words that stand in both languages."""

from __future__ import annotations

from marshmallow import fields

from depot.codes import Words
from routes.fields import Name, Schema


class WordsIn(Schema):
    """What something is called, in Chinese and in English."""

    makes = Words

    zh = Name(required=True)
    en = Name(required=True)


class WordsOut(Schema):
    """A text in Chinese and in English; empty where nobody wrote it."""

    zh = fields.String(required=True)
    en = fields.String(required=True)
