"""The shapes of tokens."""

from __future__ import annotations

from typing import Any

from marshmallow import fields, post_load

from depot import tokens
from depot.tokens import TokenOrder
from models import Role, Token
from routes.changes import Change
from routes.context import session
from routes.fields import BIGGEST, List, Moment, Name, Schema, Whole, WholeText, choice
from routes.paging import PageQuery

MOST_DEPOTS = 100


class TokenIn(Schema):
    """A new token; no depots means every depot."""

    person = Whole(1, BIGGEST, required=True)
    name = Name(required=True)
    role = choice(Role, required=True)
    depots = List(Name(20), MOST_DEPOTS, load_default=list)
    expires_at = Moment(load_default=None, allow_none=True)

    @post_load
    def _order(self, data: dict[str, Any], **_: Any) -> dict[str, Any]:
        return {"person": data.pop("person"), "order": TokenOrder(**data)}


def _depots(token: Token) -> list[str]:
    return tokens.depot_codes(session(), token)


class TokenOut(Schema):
    """A token, without its secret."""

    id = fields.Integer(required=True)
    person = fields.Integer(attribute="person_id", required=True)
    name = fields.String(required=True)
    role = choice(Role, required=True)
    depots = fields.Function(_depots, required=True, metadata={"type": "array", "items": {"type": "string"}})
    created_at = Moment(required=True)
    expires_at = Moment(required=True, allow_none=True)
    revoked_at = Moment(required=True, allow_none=True)
    last_used_at = Moment(required=True, allow_none=True)


class TokenChange(Change):
    """What may be changed of a token."""

    answers = TokenOut

    name = Name(required=True)


class NewTokenOut(Schema):
    """A new token, and its secret for the only time."""

    token = fields.Nested(TokenOut, required=True)
    secret = fields.String(required=True)


class TokensQuery(PageQuery):
    """A list of tokens, or of a person's."""

    person = WholeText(1, BIGGEST, load_default=None)
