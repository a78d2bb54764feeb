"""``…/attachments`` of a repair order: photos and files, kept as they came, and never answered as anything that runs.

A form with the part ``file`` is the main way; for scanners and test benches the body may be the file itself. The file
is read and put on disk while no transaction is open; its row is written in a unit of work, once under an
Idempotency-Key.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Response, jsonify, request, url_for
from marshmallow import ValidationError
from werkzeug.exceptions import UnsupportedMediaType

from depot import attachments
from depot.attachments import MOST_BYTES, KeptFile, find_attachment
from depot.errors import invalid
from depot.files import full_disk_refused
from depot.orders import find_order
from models import TEXT_LENGTH, Attachment, AttachmentKind, MediaType
from routes.api import Blueprint, allow
from routes.bodies import takes_up_to
from routes.context import actor, now, own_units_of_work, service, session
from routes.etags import seen_version
from routes.fields import TEXT_BLANK, TEXT_PATTERN
from routes.idempotency import answer_once, answers_once, note_sent
from routes.order_work_views import person
from routes.paging import PageQuery, page_schema, paged
from routes.parsing import field_errors, refusal_of
from routes.schemas.attachments import AttachmentIn, AttachmentOut, AttachmentQuery
from routes.schemas.orders import ReasonGivenIn

blueprint = Blueprint("attachments", "Photos and files of repair orders.")

View = dict[str, Any]

FORM = "multipart/form-data"
AROUND_THE_FILE = 128 * 1024
"""What the other parts of a form may come to."""
ENDINGS = {MediaType.JPEG: "jpg", MediaType.PNG: "png", MediaType.PDF: "pdf"}
HARMLESS = "default-src 'none'; frame-ancestors 'none'; sandbox"
"""The content security policy of what customers and staff uploaded: nothing in it runs, whatever it is."""

BINARY = {"type": "string", "format": "binary"}
AS_FILE = {media_type.value: {"schema": BINARY} for media_type in MediaType}
FORM_BODY = {
    "type": "object",
    "required": ["file"],
    "additionalProperties": False,
    "properties": {
        "file": {"contentMediaType": "application/octet-stream"},
        "kind": {"type": "string", "enum": [kind.value for kind in AttachmentKind]},
        "note": {"type": "string", "maxLength": TEXT_LENGTH, "pattern": f"^(?:{TEXT_PATTERN}|{TEXT_BLANK})$"},
    },
}
UPLOAD: View = {
    "required": True,
    "content": {FORM: {"schema": FORM_BODY}, **AS_FILE, "application/octet-stream": {"schema": BINARY}},
}


def _view(row: Attachment, number: str) -> View:
    where: View = {"number": number, "attachment_id": row.id}
    names = ("id", "kind", "note", "media_type", "size", "sha256", "at", "retired_at", "retired_reason")
    photo = row.media_type is not MediaType.PDF
    return {name: getattr(row, name) for name in names} | {
        "by": person(row.by),
        "retired_by": person(row.retired_by),
        "links": {
            "self": url_for("attachments.read_attachment", **where),
            "thumbnail": url_for("attachments.read_thumbnail", **where) if photo else None,
        },
    }


def _folder() -> Path:
    return attachments.folder_in(service().settings.data_dir)


@blueprint.post("/repair-orders/<number>/attachments")
@own_units_of_work
@answers_once
@takes_up_to(MOST_BYTES + AROUND_THE_FILE)
@allow("attach")
@blueprint.arguments(AttachmentQuery, location="query")
@blueprint.doc(requestBody=UPLOAD)
@blueprint.response(201, AttachmentOut)
def attach(_: View, number: str) -> Response:
    """Add a photo or a file: JPEG, PNG or PDF by content

    At most 10 MiB. Send a form with the part `file`, or the file as the body; `kind` and `note` go into the form or
    into the query. What is attached to the order already is answered as it is.
    """
    found = service().unit_of_work(lambda session: find_order(session, number, actor()).number, writing=False)
    data, told = _sent()
    file = attachments.keep_file(_folder(), data)
    note_sent(f"{file.sha256} {told['kind'].value} {told['note'] or ''}".encode())
    return answer_once(lambda: _attached(found, file, told))


def _attached(number: str, file: KeptFile, told: View) -> Response:
    row = attachments.attach(session(), number, file, told["kind"], told["note"], actor(), now(), seen_version())
    view = _view(row, number)
    answer = jsonify(AttachmentOut().dump(view))
    answer.status_code, answer.headers["Location"] = 201, view["links"]["self"]
    return answer


def _sent() -> tuple[bytes, View]:
    """The file, and what is said of it. Raises 413 and 415 by what the headers say, Invalid for the rest."""
    if request.mimetype not in UPLOAD["content"]:
        raise UnsupportedMediaType(f"Send a form ({FORM}) with the part `file`, or a JPEG, PNG or PDF as the body.")
    body = request.get_data(cache=True)  # before the form is read: it takes what is cached, and the limit holds
    if request.mimetype == FORM:
        return _of_form()
    return body, _told({})


def _of_form() -> tuple[bytes, View]:
    with full_disk_refused():
        uploads, others = request.files, request.form
    if list(uploads) != ["file"] or len(uploads.getlist("file")) != 1:
        raise invalid("/file", "Send one file, as the part `file` with a file name.")
    told = _told({name: values[0] if len(values) == 1 else values for name, values in others.lists()})
    return uploads["file"].read(), told


def _told(form: View) -> View:
    try:
        told: View = AttachmentIn().load({**request.args, **form})
    except ValidationError as error:
        raise refusal_of(field_errors(error.messages)) from error
    return told


@blueprint.get("/repair-orders/<number>/attachments")
@allow("read")
@blueprint.arguments(PageQuery, location="query")
@blueprint.response(200, page_schema(AttachmentOut))
def list_attachments(query: View, number: str) -> tuple[View, dict[str, str]]:
    """List the attachments of an order, the oldest first, those struck out too."""
    order = find_order(session(), number, actor())
    page, headers = paged(attachments.select_attachments(order), [Attachment.id], query)
    return page | {"items": [_view(row, order.number) for row in page["items"]]}, headers


@blueprint.get("/repair-orders/<number>/attachments/<int:attachment_id>")
@own_units_of_work
@allow("read", *AS_FILE)
@blueprint.response(200, BINARY, content_type=MediaType.JPEG)
@blueprint.doc(responses={200: {"description": "The file as it came.", "content": AS_FILE}})
def read_attachment(number: str, attachment_id: int) -> Response:
    """The file, as it came."""
    row = _row(number, attachment_id)
    return _file(attachments.read_file(_folder(), row.sha256), row.media_type, f"{number}-{row.id}")


@blueprint.get("/repair-orders/<number>/attachments/<int:attachment_id>/thumbnail")
@own_units_of_work
@allow("read", MediaType.JPEG)
@blueprint.response(200, BINARY, content_type=MediaType.JPEG)
def read_thumbnail(number: str, attachment_id: int) -> Response:
    """A photo of at most 320 pixels a side, upright and without metadata."""
    row = _row(number, attachment_id)
    small = attachments.read_thumbnail(_folder(), row.media_type, row.sha256)
    return _file(small, MediaType.JPEG, f"{number}-{row.id}-small")


def _row(number: str, attachment_id: int) -> Attachment:
    """The row, read in a unit of work that is over before the file is opened."""
    return service().unit_of_work(
        lambda session: find_attachment(session, find_order(session, number, actor()), attachment_id), writing=False
    )


def _file(data: bytes, media_type: MediaType, name: str) -> Response:
    response = Response(data, mimetype=media_type.value)
    how = "attachment" if media_type is MediaType.PDF else "inline"
    response.headers["Content-Disposition"] = f'{how}; filename="{name}.{ENDINGS[media_type]}"'
    response.headers["Content-Security-Policy"] = HARMLESS
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Cache-Control"] = "private, no-store"
    return response


@blueprint.post("/repair-orders/<number>/attachments/<int:attachment_id>/retire")
@allow("attach")
@blueprint.arguments(ReasonGivenIn)
@blueprint.response(200, AttachmentOut)
def retire_attachment(body: View, number: str, attachment_id: int) -> View:
    """Strike a wrong attachment out; its file stays."""
    row = attachments.retire_attachment(
        session(), number, attachment_id, body["reason"], actor(), now(), seen_version()
    )
    return _view(row, find_order(session(), number, actor()).number)
