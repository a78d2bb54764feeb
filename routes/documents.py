"""Paper over HTTP: the device label and the two receipts.

What a label says is read from the order; what a receipt says was frozen by the step that issued it. Drawing holds no
transaction: the values are read in one unit of work, the first drawn bytes kept in another, so that paper asked for
again is the same paper.
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
from depot.errors import Unprintable
from depot.intake import unfilled_warning
from depot.label_values import label_values
from depot.orders import find_order
from labels import device_label, intake_receipt, repair_receipt
from labels.errors import DoesNotFit, NotEncodable
from labels.stocks import RESOLUTIONS, STOCKS
from labels.values import DeviceLabel, IntakeReceipt, RepairReceipt, Seal
from models import DocumentKind
from routes.api import Blueprint, allow
from routes.context import actor, now, own_units_of_work, service
from routes.fields import Query, WholeText

blueprint = Blueprint("documents", "Labels and receipts.")

LANGUAGES = ("zh", "en", "both")
MOST_COPIES = 100
LONGEST_HEADER = 2000
PDF = "application/pdf"
BINARY = {"type": "string", "format": "binary"}

View = Callable[..., Response]


class LabelQuery(Query):
    """On which stock (mm), at which resolution (dots per inch), how many."""

    stock = fields.String(load_default="50x30", validate=[OneOf(sorted(STOCKS))])
    dpi = fields.String(load_default=str(min(RESOLUTIONS)), validate=[OneOf([str(dpi) for dpi in RESOLUTIONS])])
    copies = WholeText(1, MOST_COPIES, load_default=1)


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


LABELS: dict[str, tuple[str, Callable[[DeviceLabel, dict[str, Any]], bytes]]] = {
    "svg": ("image/svg+xml", lambda value, q: device_label.draw_svg(value, q["stock"], int(q["dpi"]))),
    "png": ("image/png", lambda value, q: device_label.draw_png(value, q["stock"], int(q["dpi"]))),
    "pdf": (PDF, lambda value, q: device_label.draw_pdf([value], q["stock"], int(q["dpi"]), q["copies"])),
    "zpl": ("application/zpl", lambda value, q: device_label.draw_zpl(value, q["stock"], int(q["dpi"]), q["copies"])),
}
"""Per ending: the media type, and how it is drawn."""

RECEIPTS: dict[DocumentKind, tuple[type[Any], Callable[..., Any]]] = {
    DocumentKind.INTAKE_RECEIPT: (IntakeReceipt, intake_receipt.draw),
    DocumentKind.REPAIR_RECEIPT: (RepairReceipt, repair_receipt.draw),
}
"""Per kind: the values that it is drawn from, and how."""


def _paper(data: bytes, media_type: str, name: str, warnings: tuple[str, ...]) -> Response:
    response = Response(data, mimetype=media_type)
    response.headers["Content-Disposition"] = f'inline; filename="{name}"'
    response.headers["Cache-Control"] = "private, no-store"
    if warnings:
        response.headers["Depot-Warnings"] = _header_text(warnings)
    return response


def _header_text(warnings: tuple[str, ...]) -> str:
    """Warnings as a header takes them: ASCII, and not longer than proxies let through."""
    text = " ".join(warnings).encode("ascii", "backslashreplace").decode()
    return text if len(text) <= LONGEST_HEADER else f"{text[:LONGEST_HEADER]} ... ({len(warnings)} warnings)"


def _label_view(form: str) -> View:
    media_type, draw = LABELS[form]

    def label(query: dict[str, Any], number: str) -> Response:
        value = service().unit_of_work(lambda session: _label_of(session, number), writing=False)
        try:
            data = draw(value, query)
        except (DoesNotFit, NotEncodable) as error:
            raise Unprintable(str(error)) from error
        return _paper(data, media_type, f"{value.number}.{form}", device_label.warnings(value))

    label.__doc__ = f"The label of the device, as {form.upper()}."
    return label


def _label_of(session: Session, number: str) -> DeviceLabel:
    return cattrs.structure(label_values(session, find_order(session, number, actor())), DeviceLabel)


def _receipt_view(kind: DocumentKind) -> View:
    def receipt(query: dict[str, Any], number: str) -> Response:
        sheet = service().unit_of_work(lambda session: _sheet(session, number, kind, query), writing=False)
        drawn = sheet.drawn or _draw(kind, sheet)
        return _paper(drawn.data, PDF, f"{sheet.seal.document_number}.pdf", (*sheet.warnings, *drawn.warnings))

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
    )


def _draw(kind: DocumentKind, sheet: Sheet) -> documents.Drawn:
    values, draw = RECEIPTS[kind]
    made = draw(cattrs.structure(json.loads(sheet.frozen), values), sheet.seal, sheet.language)
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


for _form in LABELS:
    _add(f"/repair-orders/<number>/label.{_form}", f"label-{_form}", LABELS[_form][0], LabelQuery, _label_view(_form))
for _kind in RECEIPTS:
    _name = _kind.value.replace("_", "-")
    _add(f"/repair-orders/<number>/{_name}.pdf", _name, PDF, ReceiptQuery, _receipt_view(_kind))
