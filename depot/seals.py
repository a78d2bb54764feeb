"""What of the rows beside a history its chain vouches for, text included, so that a changed word shows.

Whatever of these rows a unit of work wrote since the last line of a history is sealed by the next one: the line's facts
hold, per row, a digest of its columns, and one of each personal text with the line's own salt. Erasing takes the texts
and the salt and leaves the chain whole: an empty text is erased, a text without its salt is not ours.

A digest leaves out what is None. So a column may join a list here later, if it is None in all the rows there are.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Column, Select, Table, event, inspect, select
from sqlalchemy.orm import Session

from depot.canonical import canonical
from models import (
    Accessory,
    Attachment,
    Base,
    Charge,
    Diagnosis,
    Document,
    HandOver,
    Loan,
    LoanerUnit,
    Override,
    Part,
    Payment,
    Person,
    Quote,
    QuoteDecision,
    QuoteLine,
    RepairOrder,
    Replacement,
    Subject,
    Summary,
    TestRun,
    Token,
    TokenDepot,
    Waiver,
    WarrantyLookup,
    Work,
)

ROWS = "rows"
"""The member of an event's facts in which its seals stand."""
WRITTEN = "written_rows"
WHOLE = "row"
ERASED: tuple[Any, ...] = (None, "", [], {})


@dataclass(frozen=True)
class Sealed:
    """A kind of row that a history vouches for.

    ``owner`` is the column that names the subject, or the row of the kind ``via`` that does.
    """

    kind: type[Base]
    subject: Subject
    owner: str
    names: tuple[str, ...]
    via: type[Base] | None = None

    @property
    def table(self) -> Table:
        """The table of these rows."""
        return self.kind.metadata.tables[self.kind.__tablename__]

    @property
    def columns(self) -> list[Column[Any]]:
        """The columns that are sealed."""
        return [self.table.c[name] for name in self.names]

    def owner_of(self, session: Session, row: Base) -> int:
        """The id of the subject to which a row belongs."""
        if self.via is not None:
            row = session.get_one(self.via, getattr(row, self.owner))
        owner: int = getattr(row, SEALED[self.via].owner if self.via else self.owner)
        return owner

    def rows(self, first: int, last: int) -> Select[Any]:
        """The query for the rows of the subjects between two ids."""
        source: Any = self.table
        owner = self.table.c[self.owner]
        if self.via is not None:
            above = SEALED[self.via].table
            source, owner = source.join(above, above.c.id == owner), above.c[SEALED[self.via].owner]
        query = select(owner.label("sealed_owner"), self.table.c.id.label("sealed_id"), *self.columns)
        return query.select_from(source).where(owner.between(first, last))


def _of_order(kind: type[Base], *names: str) -> Sealed:
    return Sealed(kind, Subject.REPAIR_ORDER, "order_id", ("order_id", *names))


# fmt: off
SEALED: Mapping[type[Base], Sealed] = {sealed.kind: sealed for sealed in (
    Sealed(RepairOrder, Subject.REPAIR_ORDER, "id", (
        "number", "source", "depot_id", "device_id", "customer_id", "access_code", "reported_fault", "channel",
        "condition", "other_faults", "holds_data", "backed_up", "may_be_erased", "passcode", "warranty_status",
        "warranty_evidence", "warranty_explained", "priority", "is_repeat", "previous_order_id", "charges_told",
        "currency", "preapproved_minor", "approved_minor", "refusal_advice", "repaired_by_id", "received_by_id",
        "created_at", "repair_warranty_until",
    )),
    _of_order(
        Attachment, "kind", "media_type", "sha256", "size", "note", "by_id", "at", "retired_at", "retired_by_id",
        "retired_reason",
    ),
    _of_order(WarrantyLookup, "entitlement_id", "status", "reason", "at"),
    _of_order(Accessory, "name", "quantity", "disposition", "returned"),
    _of_order(
        Diagnosis, "at", "by_id", "symptom", "cause", "attribution", "finding", "solution", "verdict",
        "not_repaired_reason", "test_conditions", "coverage", "labour_coverage", "coverage_reason", "labour_minutes",
        "estimate_minor", "replacement_value_minor", "share",
    ),
    _of_order(Work, "at", "by_id", "action", "work_done", "labour_minutes"),
    _of_order(TestRun, "sheet_id", "at", "by_id", "passed", "checks", "note"),
    _of_order(Summary, "at", "by_id", "cause", "work_done", "advice", "data_action"),
    _of_order(
        HandOver, "at", "by_id", "voucher_returned", "identity_checked", "signed_by", "signature_origin", "note",
    ),
    _of_order(
        Replacement, "part_id", "at", "by_id", "quantity", "outcome", "condition", "installed_serial", "removed",
        "removed_serial", "removed_destination", "removed_due_on", "in_warranty", "fault_seen",
    ),
    _of_order(
        Quote, "version", "diagnosis_id", "currency", "tax_rate", "net_minor", "tax_minor", "total_minor",
        "valid_until", "issued_at", "issued_by_id",
    ),
    Sealed(QuoteLine, Subject.REPAIR_ORDER, "quote_id", (
        "quote_id", "position", "kind", "part_id", "text", "quantity", "unit_price_minor", "coverage",
        "coverage_reason", "net_minor", "tax_minor", "total_minor",
    ), via=Quote),
    _of_order(
        QuoteDecision, "quote_id", "decision", "decided_by", "channel", "phone_number", "limit_minor", "taken_by_id",
        "at",
    ),
    _of_order(
        Payment, "amount_minor", "currency", "method", "reference", "reason", "reverses_id", "by_id", "at",
    ),
    _of_order(Charge, "loan_id", "text", "amount_minor", "currency", "by_id", "at"),
    _of_order(Waiver, "amount_minor", "currency", "reason", "by_id", "at"),
    _of_order(Override, "guard", "reason", "by_id", "at"),
    _of_order(Document, "kind", "edition", "number", "sha256", "check_code", "issued_at"),
    _of_order(
        Loan, "loaner_unit_id", "lent_at", "lent_by_id", "due_on", "condition", "accessories", "signed_by", "ended_at",
        "ended_by_id", "outcome", "return_condition", "accessories_returned", "differences", "settle_reason",
    ),
    Sealed(LoanerUnit, Subject.LOANER_UNIT, "id", ("depot_id", "created_at")),
    Sealed(Part, Subject.PART, "id", ("serialized", "unit", "created_at")),
    Sealed(Person, Subject.PERSON, "id", ("kind", "name", "name_folded", "created_at")),
    Sealed(Token, Subject.PERSON, "person_id", (
        "person_id", "name", "token_hash", "role", "created_at", "expires_at", "revoked_at",
    )),
    Sealed(TokenDepot, Subject.PERSON, "token_id", ("token_id", "depot_id"), via=Token),
)}
# fmt: on
"""What is left out here changes without a line in the history (when a token was last used), or is what the history
itself says (an order's state, version and dates)."""


@event.listens_for(Session, "after_begin")
def _nothing_written_yet(session: Session, *_: object) -> None:
    session.info[WRITTEN] = {}


@event.listens_for(Session, "after_flush")
def _note_written(session: Session, _: object) -> None:
    note_written(session, *session.new, *(row for row in session.dirty if _is_changed(row)))


def note_written(session: Session, *rows: Any) -> None:
    """Have rows sealed with the next line of their history. For what the session did not write by itself."""
    session.info[WRITTEN] |= dict.fromkeys(row for row in rows if type(row) in SEALED)


def _is_changed(row: Base) -> bool:
    attributes, sealed = inspect(row).attrs, SEALED.get(type(row))
    return sealed is not None and any(attributes[name].history.has_changes() for name in sealed.names)


def seals_of_written(session: Session, subject: Subject, subject_id: int, salt: str) -> dict[str, dict[str, str]]:
    """The seals of what was written of a subject since its last line. Everything has been flushed."""
    written: dict[Any, None] = session.info.get(WRITTEN, {})
    mine = [row for row in written if _is_of(session, row, subject, subject_id)]
    for row in mine:
        del written[row]
    return {key_of(type(row), row.id): digests(SEALED[type(row)], row, salt) for row in mine}


def _is_of(session: Session, row: Base, subject: Subject, subject_id: int) -> bool:
    sealed = SEALED[type(row)]
    return sealed.subject is subject and sealed.owner_of(session, row) == subject_id


def key_of(kind: type[Base], row_id: int) -> str:
    """The name of a row among the seals."""
    return f"{kind.__tablename__} {row_id}"


def digests(sealed: Sealed, row: Any, salt: str) -> dict[str, str]:
    """The digest of a row as a whole, and one of each personal text in it that has not been erased."""
    values = {column.name: _plain(getattr(row, column.name)) for column in sealed.columns}
    personal = {column.name for column in sealed.columns if column.info.get("personal")}
    whole = {name: value for name, value in values.items() if name not in personal and value is not None}
    texts = {name: _digest(salt, values[name]) for name in sorted(personal) if values[name] not in ERASED}
    return {WHOLE: _digest("", whole), **texts}


def _digest(salt: str, value: Any) -> str:
    return hashlib.sha256(salt.encode() + canonical(value)).hexdigest()


def _plain(value: Any) -> Any:
    """A value as it is the same before it is stored and after: 2.0 is 2, bytes are their digits."""
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return value.hex() if isinstance(value, bytes) else value
