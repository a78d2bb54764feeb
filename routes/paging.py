"""Lists, a page at a time: by keyset, so that depth costs nothing and a page does not shift when rows are added.

The cursor is the key of the last row, signed: one that we did not make, or made for another list, does not validate.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any, TypeVar
from urllib.parse import quote, urlencode

from flask import request
from itsdangerous import BadData, URLSafeSerializer
from marshmallow import fields
from marshmallow.validate import Length
from sqlalchemy import ColumnElement, Select, and_, or_
from sqlalchemy.orm import InstrumentedAttribute

from depot.errors import invalid
from routes.context import service, session
from routes.fields import Query, Schema, WholeText

MOST = 200
USUAL = 50
LONGEST_CURSOR = 4000

Row = TypeVar("Row")
Order = Sequence[InstrumentedAttribute[Any]]


class PageQuery(Query):
    """What every list takes; lists with filters extend it."""

    limit = WholeText(1, MOST, load_default=USUAL)
    cursor = fields.String(load_default=None, validate=[Length(1, LONGEST_CURSOR)])


def page_schema(item: type[Schema]) -> type[Schema]:
    """The schema of a page of items: ``items`` and the cursor of the ``next`` page, or null."""
    name = item.__name__.removesuffix("Out") + "Page"
    members = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.String(required=True, allow_none=True),
    }
    made: type[Schema] = type(name, (Schema,), members)
    return made


def paged(
    rows: Select[Row], order: Order, query: dict[str, Any], *, newest_first: bool = False
) -> tuple[dict[str, Any], dict[str, str]]:
    """A page of rows and its headers, for a view to return. ``order``: columns never null, the last one unique."""
    after = _read_cursor(query["cursor"])
    if after is not None:
        rows = rows.where(_beyond(order, after, newest_first))
    directed = [column.desc() if newest_first else column.asc() for column in order]
    found = list(session().scalars(rows.order_by(*directed).limit(query["limit"] + 1)))
    items = found[: query["limit"]]
    if len(found) == len(items):
        return {"items": items, "next": None}, {}
    cursor = _signer().dumps([_plain(getattr(items[-1], column.key)) for column in order])
    return {"items": items, "next": cursor}, {"Link": _link(str(cursor))}


def _beyond(order: Order, after: Sequence[Any], newest_first: bool) -> ColumnElement[bool]:
    """(a, b) > (x, y), written out: a row comparison would not use the same index on both databases."""
    steps = []
    for place, (column, value) in enumerate(zip(order, after, strict=True)):
        same = [earlier == known for earlier, known in zip(order[:place], after, strict=False)]
        steps.append(and_(*same, column < value if newest_first else column > value))
    return or_(*steps)


def _read_cursor(cursor: str | None) -> list[Any] | None:
    if cursor is None:
        return None
    try:
        values = _signer().loads(cursor)
    except BadData as error:
        raise invalid("/cursor", "Not a cursor of this list.") from error
    return [_typed(value) for value in values]


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(service().settings.secret_key, salt=f"cursor {request.path}")


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return {"at": value.isoformat()}
    return {"number": str(value)} if isinstance(value, Decimal) else value


def _typed(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return datetime.fromisoformat(value["at"]) if "at" in value else Decimal(value["number"])


def _link(cursor: str) -> str:
    query = {**request.args.to_dict(), "cursor": cursor}
    return f'<{quote(request.path)}?{urlencode(query)}>; rel="next"'
