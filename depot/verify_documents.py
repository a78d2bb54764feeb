"""``depot verify``, paper: hash and check code of each document are those of its frozen values, and so are its bytes.

That the hash is the one that was issued is checked with the order's history. An erased document has no values and no
bytes any more; its hash still stands in the history. Bytes are drawn after the commit and have their hash beside them,
in no history: it shows damage, and a change by somebody who does not know of it. A quote's amounts are the sums of its
lines.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator
from typing import Any

from sqlalchemy import ColumnElement, Row, Table, func, or_, select
from sqlalchemy.orm import Session

from depot.documents import CHECK_CODE_LENGTH, drawn_sha256
from models import Document, DrawnDocument, Quote, QuoteLine

BATCH = 200
BATCH_OF_PAPER = 20
DOCUMENTS: Table = Document.metadata.tables[Document.__tablename__]


def document_faults(session: Session) -> Iterator[str]:
    """A sentence for each document and each quote that is not what it was issued as."""
    for row in _documents(session):
        yield from _broken_seal(row)
    for row in _drawn(session):
        if row.data and drawn_sha256(row.of, row.language, row.data) != row.sha256:
            yield f"document {row.number}: its paper ({row.language}) was changed; its bytes do not match their hash"
    yield from _wrong_sums(session)


def _documents(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    columns = select(DOCUMENTS).order_by(DOCUMENTS.c.id).limit(BATCH)
    last = 0
    while rows := session.execute(columns.where(DOCUMENTS.c.id > last)).all():
        yield from rows
        last = rows[-1].id


def _drawn(session: Session) -> Iterator[Row[*tuple[Any, ...]]]:
    drawn = select(DrawnDocument.id, DrawnDocument.language, DrawnDocument.data, DrawnDocument.sha256)
    whose = drawn.add_columns(Document.number, Document.sha256.label("of")).join(Document)
    last = 0
    page = whose.order_by(DrawnDocument.id).limit(BATCH_OF_PAPER)
    while rows := session.execute(page.where(DrawnDocument.id > last)).all():
        yield from rows
        last = rows[-1].id


def _broken_seal(row: Row[*tuple[Any, ...]]) -> Iterator[str]:
    if row.frozen == "":
        return
    digest = hashlib.sha256(row.frozen.encode()).digest()
    check_code = base64.b32encode(digest).decode()[:CHECK_CODE_LENGTH]
    if digest.hex() != row.sha256:
        yield f"document {row.number}: its values were changed; they do not match its hash"
    elif check_code != row.check_code:
        yield f"document {row.number}: its check code is {row.check_code}, its values make {check_code}"


def _wrong_sums(session: Session) -> Iterator[str]:
    lines = (
        select(
            QuoteLine.quote_id,
            func.count().label("lines"),
            func.max(QuoteLine.position).label("last"),
            *(func.sum(column).label(column.key) for column in (QuoteLine.net_minor, QuoteLine.tax_minor)),
        )
        .group_by(QuoteLine.quote_id)
        .subquery()
    )
    quotes = select(Quote.id, Quote.order_id, Quote.version).outerjoin(lines, lines.c.quote_id == Quote.id)
    wrong: tuple[ColumnElement[bool], ...] = (
        Quote.net_minor != func.coalesce(lines.c.net_minor, 0),
        Quote.tax_minor != func.coalesce(lines.c.tax_minor, 0),
        Quote.total_minor != Quote.net_minor + Quote.tax_minor,
        lines.c.lines != lines.c.last,
    )
    for row in session.execute(quotes.where(or_(*wrong)).order_by(Quote.id).execution_options(yield_per=1000)):
        yield f"repair order with the id {row.order_id}: version {row.version} of its quote is not the sum of its lines"
