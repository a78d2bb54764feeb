"""Issued paper: a step freezes the values, and everything that proves the paper is over these.

A document has editions: ``receive`` issues the intake receipt and a loan its next edition; ``summarize`` issues the
repair receipt with the hand-over lines blank, ``hand-over`` its next edition. Drawing happens elsewhere and later;
the first drawn bytes are kept here, so that paper asked for again is the same paper.
"""

from __future__ import annotations

import base64
import hashlib
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot.attempt import Attempt
from depot.canonical import canonical
from depot.errors import NoDocumentYet, NotFound, Retry
from depot.receipts import intake_values, repair_values
from models import Document, DocumentKind, DrawnDocument, RepairOrder, State
from models.upsert import insert_if_absent

CHECK_CODE_LENGTH = 10
NUMBER_PREFIX = {DocumentKind.INTAKE_RECEIPT: "I", DocumentKind.REPAIR_RECEIPT: "R"}
SUMMARIZED = (State.READY, State.UNCLAIMED, State.RETURNED, State.DISPOSED)
ISSUED_FROM = {DocumentKind.INTAKE_RECEIPT: "received", DocumentKind.REPAIR_RECEIPT: "ready"}


@dataclass(frozen=True)
class Drawn:
    """A document's bytes in one language, and a sentence for each character that no font has."""

    data: bytes
    warnings: tuple[str, ...]


def issue(session: Session, order: RepairOrder, kind: DocumentKind, values: dict[str, Any], now: datetime) -> Document:
    """Freeze the values as the next edition of an order's document.

    ``sha256`` is over the canonical JSON; ``check_code`` is its first 50 bits in base 32, short enough to be typed.
    """
    edition = _editions(session, order, kind) + 1
    frozen = canonical(values | {"head": values["head"] | {"edition": edition}})
    digest = hashlib.sha256(frozen).digest()
    document = Document(
        order_id=order.id,
        kind=kind,
        edition=edition,
        number=f"{order.number}-{NUMBER_PREFIX[kind]}{edition}",
        frozen=frozen.decode(),
        sha256=digest.hex(),
        check_code=base64.b32encode(digest).decode()[:CHECK_CODE_LENGTH],
        issued_at=now,
    )
    session.add(document)
    return document


def _editions(session: Session, order: RepairOrder, kind: DocumentKind) -> int:
    query = select(func.coalesce(func.max(Document.edition), 0))
    return session.scalar(query.where(Document.order_id == order.id, Document.kind == kind)) or 0


def issue_intake_receipt(attempt: Attempt) -> None:
    """Effect of ``receive``: the pick-up voucher."""
    _issued(attempt, DocumentKind.INTAKE_RECEIPT, intake_values(attempt.session, attempt.order))


def issue_repair_receipt(attempt: Attempt) -> None:
    """Effect of ``summarize`` and ``hand-over``: the repair receipt."""
    _issued(attempt, DocumentKind.REPAIR_RECEIPT, repair_values(attempt.session, attempt.order))


def _issued(attempt: Attempt, kind: DocumentKind, values: dict[str, Any]) -> None:
    document = issue(attempt.session, attempt.order, kind, values, attempt.now)
    attempt.facts["document"] = {"number": document.number, "sha256": document.sha256}


def find_document(session: Session, order: RepairOrder, kind: DocumentKind, edition: int | None) -> Document:
    """The latest edition, or the one asked for.

    Raises NoDocumentYet before the step that issues it, and for the latest one while the order is open again after it;
    NotFound for an unknown edition.
    """
    query = select(Document).where(Document.order_id == order.id, Document.kind == kind)
    if edition is not None:
        query = query.where(Document.edition == edition)
    document = session.scalars(query.order_by(Document.edition.desc()).limit(1)).one_or_none()
    if document is not None and (edition is not None or _stands(order, kind)):
        return document
    if edition is not None and _editions(session, order, kind):
        raise NotFound(f"{order.number} has no edition {edition} of this document.")
    raise NoDocumentYet(
        f"{order.number} is {order.state.value}; this document exists from `{ISSUED_FROM[kind]}` on.",
        state=order.state.value,
        from_state=ISSUED_FROM[kind],
    )


def _stands(order: RepairOrder, kind: DocumentKind) -> bool:
    """Whether what was issued last still says how it is: a reopened order has no repair receipt until the next one."""
    return kind is not DocumentKind.REPAIR_RECEIPT or order.state in SUMMARIZED


def find_drawn(session: Session, document_id: int, language: str) -> Drawn | None:
    """What was drawn first, or None where nobody has asked for it yet."""
    row = session.scalars(
        select(DrawnDocument).where(DrawnDocument.document_id == document_id, DrawnDocument.language == language)
    ).one_or_none()
    return None if row is None else Drawn(row.data, tuple(row.warnings))


def drawn_sha256(document_sha256: str, language: str, data: bytes) -> str:
    """The hash of drawn bytes, over whose they are too: swapped with those of another document, they do not match."""
    return hashlib.sha256(f"{document_sha256} {language} ".encode() + data).hexdigest()


def keep_drawn(session: Session, document_id: int, language: str, drawn: Drawn, now: datetime) -> Drawn:
    """Keep drawn bytes, with their hash, unless somebody was first; what counts comes back."""
    sealed = drawn_sha256(session.get_one(Document, document_id).sha256, language, drawn.data)
    made = {"data": drawn.data, "sha256": sealed, "warnings": list(drawn.warnings), "drawn_at": now}
    insert_if_absent(session, DrawnDocument, document_id=document_id, language=language, **made)
    kept = find_drawn(session, document_id, language)
    if kept is None:
        raise Retry
    return kept
