"""``/tokens``: the bearer tokens that stand for people and machines. For admins; a secret is shown once, here."""

from __future__ import annotations

from typing import Any

from flask import url_for

from depot import people, tokens
from depot.errors import NotFound, invalid
from models import Token
from routes.api import Blueprint, allow
from routes.changes import changes
from routes.context import actor, now, session
from routes.idempotency import never_stored
from routes.paging import page_schema, paged
from routes.schemas.tokens import NewTokenOut, TokenChange, TokenIn, TokenOut, TokensQuery

blueprint = Blueprint("tokens", "Bearer tokens: each has a person, a role and its depots.")


@blueprint.post("/tokens")
@never_stored
@allow("change-tokens")
@blueprint.arguments(TokenIn)
@blueprint.response(201, NewTokenOut)
def create_token(body: dict[str, Any]) -> tuple[tokens.NewToken, dict[str, str]]:
    """Create a token. Its secret is never kept, so an Idempotency-Key has no effect here."""
    try:
        person = people.find(session(), body["person"])
    except NotFound as error:
        raise invalid("/person", error.message) from error
    new = tokens.create(session(), person, body["order"], actor(), now())
    return new, {"Location": url_for("tokens.read_token", token_id=new.token.id), "Cache-Control": "no-store"}


@blueprint.get("/tokens")
@allow("change-tokens")
@blueprint.arguments(TokensQuery, location="query")
@blueprint.response(200, page_schema(TokenOut))
def list_tokens(query: dict[str, Any]) -> tuple[dict[str, Any], dict[str, str]]:
    """List tokens, in the order in which they were made."""
    return paged(tokens.list_tokens(query["person"]), [Token.id], query)


@blueprint.get("/tokens/<int:token_id>")
@allow("change-tokens")
@blueprint.response(200, TokenOut)
def read_token(token_id: int) -> Token:
    """Read a token."""
    return tokens.find(session(), token_id)


@blueprint.put("/tokens/<int:token_id>")
@allow("change-tokens")
@blueprint.arguments(TokenChange)
@blueprint.response(200, TokenOut)
def change_token(body: dict[str, Any], token_id: int) -> Token:
    """Call a token something else."""
    token = tokens.find(session(), token_id)
    name = changes(body, token, TokenOut).get("name", token.name)
    return tokens.rename(session(), token, name, actor(), now())


@blueprint.post("/tokens/<int:token_id>/revoke")
@allow("change-tokens")
@blueprint.response(200, TokenOut)
def revoke_token(token_id: int) -> Token:
    """Make a token worthless at once."""
    return tokens.revoke(session(), tokens.find(session(), token_id), actor(), now())
