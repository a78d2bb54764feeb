"""Receipts over HTTP.

What a receipt says was frozen by the step that issued it. Drawing holds no transaction: the values are read in one unit
of work, the first drawn bytes kept in another, so that paper asked for again is the same paper.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import cattrs
from flask import Response
from marshmallow import fields
from marshmallow.validate import OneOf
from sqlalchemy.orm import Session

from depot import documents
from depot.intake import unfilled_warning
from depot.orders import find_order
from labels import intake_receipt, repair_receipt
from labels.values import IntakeReceipt, RepairReceipt, Seal
from models import DocumentKind
from routes.api import Blueprint, allow
from routes.context import actor, now, own_units_of_work, service
from routes.fields import Query, WholeText
from routes.paper import BINARY, PDF, paper
from routes.public import page_of

blueprint = Blueprint("documents", "Receipts.")

LANGUAGES = ("zh", "en", "both")

View = Callable[..., Response]


class ReceiptQuery(Query):
    """In which language, and which edition; left out, the customer's language and the latest."""

    language = fields.String(load_default=None, validate=[OneOf(LANGUAGES)])
    edition = WholeText(1, 10_000, load_default=None)


@dataclass(frozen=True)
class Sheet:
    """A frozen document and what is needed to draw it."""

    id: int
    frozen: str
    seal: Seal
    language: str
    drawn: documents.Drawn | None
    warnings: tuple[str, ...]
    page: str | None


RECEIPTS: dict[DocumentKind, tuple[type[Any], Callable[..., Any]]] = {
    DocumentKind.INTAKE_RECEIPT: (IntakeReceipt, intake_receipt.draw),
    DocumentKind.REPAIR_RECEIPT: (RepairReceipt, repair_receipt.draw),
}
"""Per kind: the values that it is drawn from, and how."""


def _receipt_view(kind: DocumentKind) -> View:
    def receipt(query: dict[str, Any], number: str) -> Response:
        sheet = service().unit_of_work(lambda session: _sheet(session, number, kind, query), writing=False)
        drawn = sheet.drawn or _draw(kind, sheet)
        return paper(drawn.data, PDF, f"{sheet.seal.document_number}.pdf", (*sheet.warnings, *drawn.warnings))

    receipt.__doc__ = f"The {kind.value.replace('_', ' ')}, as PDF; the first bytes drawn of an edition stay its bytes."
    return receipt


def _sheet(session: Session, number: str, kind: DocumentKind, query: dict[str, Any]) -> Sheet:
    order = find_order(session, number, actor())
    document = documents.find_document(session, order, kind, query["edition"])
    language = query["language"] or order.customer.language.value
    return Sheet(
        document.id,
        document.frozen,
        Seal(document.number, document.check_code, document.sha256),
        language,
        documents.find_drawn(session, document.id, language),
        tuple(unfilled_warning(order.depot)),
        page_of(order) if service().settings.public_url else None,
    )


def _draw(kind: DocumentKind, sheet: Sheet) -> documents.Drawn:
    values, draw = RECEIPTS[kind]
    made = draw(cattrs.structure(json.loads(sheet.frozen), values), sheet.seal, sheet.language, sheet.page)
    drawn = documents.Drawn(made.data, made.warnings)
    moment = now()
    return service().unit_of_work(
        lambda session: documents.keep_drawn(session, sheet.id, sheet.language, drawn, moment)
    )


def _add(path: str, endpoint: str, media_type: str, query: type[Query], view: View) -> None:
    documented = blueprint.response(200, BINARY, content_type=media_type)(view)
    documented = blueprint.alt_response(409, "CONFLICT")(documented)
    documented = allow("read", media_type)(blueprint.arguments(query, location="query")(documented))
    blueprint.get(path, endpoint=endpoint)(own_units_of_work(documented))


for _kind in RECEIPTS:
    _name = _kind.value.replace("_", "-")
    _add(f"/repair-orders/<number>/{_name}.pdf", _name, PDF, ReceiptQuery, _receipt_view(_kind))
