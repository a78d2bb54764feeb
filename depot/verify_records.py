"""``depot verify``: which rows a history tells of, and what it says of each.

The event that makes a row names it, or is one of a kind in its order; so rows and events come in pairs, by the row's
key or, where there is none, in turn.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, TypeAlias

from sqlalchemy import ColumnElement, Row, Select, func, select, true

from depot.canonical import canonical
from models import (
    Attachment,
    Charge,
    Diagnosis,
    Document,
    HandOver,
    ImportedRow,
    Loan,
    LoanerUnit,
    LoanOutcome,
    Override,
    Part,
    Payment,
    Person,
    Quote,
    QuoteDecision,
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

Line: TypeAlias = Row[*tuple[Any, ...]]
Facts: TypeAlias = Mapping[str, Any]


@dataclass(frozen=True)
class Record:
    """A kind of row that events tell of: the facts of the event, and the column that each must equal.

    ``of`` is the subject's id; ``actions`` empty means any event that has all the facts; ``inside`` is the fact that
    holds the others; ``where`` limits the rows and ``when`` the events. A list among the facts stands for its length.
    """

    name: str
    of: Any
    facts: Mapping[str, Any]
    at: Any
    by: Any = None
    actions: tuple[str, ...] = ()
    key: str | None = None
    inside: str | None = None
    where: ColumnElement[bool] = true()  # noqa: RUF009  SQL's TRUE, which nothing changes
    when: Callable[[Facts], bool] | None = None

    def rows(self, first: int, last: int) -> Select[Any]:
        """The query for the rows of the subjects between two ids, in the order in which they were made."""
        times = {"at": self.at} if self.by is None else {"at": self.at, "by": self.by}
        columns = [column.label(name) for name, column in {"owner": self.of, **self.facts, **times}.items()]
        return select(*columns).where(self.of.between(first, last), self.where).order_by(self.of.class_.id)

    def told(self, event: Line) -> dict[str, Any] | None:
        """What an event says of such a row; None where it tells of none."""
        facts = event.facts if self.inside is None else event.facts.get(self.inside, {})
        is_told = event.action in self.actions if self.actions else self.facts.keys() <= facts.keys()
        if not is_told or (self.when is not None and not self.when(facts)):
            return None
        said = {name: facts.get(name) for name in self.facts}
        times = {"at": event.at} if self.by is None else {"at": event.at, "by": event.actor_id}
        return {name: len(fact) if isinstance(fact, list) else fact for name, fact in said.items()} | times


def record_faults(record: Record, rows: Sequence[Line], events: Sequence[Line]) -> Iterator[str]:
    """What of the rows of one subject is not what its events say."""
    made = {_key(record, row._asdict(), turn): row._asdict() for turn, row in enumerate(rows, start=1)}
    told: dict[Any, tuple[int, Facts]] = {}
    for event in events:
        said = record.told(event)
        if said is not None:
            told.setdefault(_key(record, said, len(told) + 1), (event.seq, said))
    for key in made.keys() - told.keys():
        yield f"{record.name} {key}: no event tells of it"
    for key, (seq, facts) in told.items():
        if key not in made:
            yield f"{record.name} {key}: is gone; event {seq} tells of it"
        else:
            yield from (f"{record.name} {key}: {what}, as event {seq} says" for what in _differences(made[key], facts))


def _key(record: Record, values: Mapping[str, Any], turn: int) -> Any:
    return turn if record.key is None else values[record.key]


def _differences(row: Mapping[str, Any], said: Facts) -> Iterator[str]:
    for name, fact in said.items():
        if row[name] != fact and plain(row[name]) != fact:
            yield f"{name} is {row[name]}, not {fact}"


def plain(value: Any) -> Any:
    """A column's value as it stands among the facts of an event."""
    return json.loads(canonical(value))


def _made(name: str, table: Any, facts: Mapping[str, Any], *actions: str, **more: Any) -> Record:
    """A record of a table with the usual columns: of an order, by somebody, at a time."""
    return Record(name, table.order_id, facts, table.at, table.by_id, actions, **more)


_OF_QUOTE = select(Quote.version).where(Quote.id == QuoteDecision.quote_id).scalar_subquery()
_DEPOTS = select(func.count(TokenDepot.id)).where(TokenDepot.token_id == Token.id).scalar_subquery()
_CAME_BACK = Loan.outcome == LoanOutcome.RETURNED
_SETTLED = Loan.outcome.in_([LoanOutcome.LOST, LoanOutcome.SOLD])
_ENDED = (Loan.ended_at, Loan.ended_by_id)
_FOUND = {"verdict": Diagnosis.verdict, "symptom": Diagnosis.symptom, "cause": Diagnosis.cause,
          "attribution": Diagnosis.attribution}  # fmt: skip
_PROOF = {"voucher_returned": HandOver.voucher_returned, "identity_checked": HandOver.identity_checked,
          "signature_origin": HandOver.signature_origin}  # fmt: skip
_SAID = {"decision": QuoteDecision.decision, "channel": QuoteDecision.channel, "quote_version": _OF_QUOTE,
         "limit_minor": QuoteDecision.limit_minor}  # fmt: skip
_LOAN = {"loan": Loan.id}
_ROW = {"imported": ImportedRow.id, "kind": ImportedRow.kind, "origin": ImportedRow.origin, "key": ImportedRow.key,
        "digest": ImportedRow.digest}  # fmt: skip
_FOUND_OF = {"warranty_lookup": WarrantyLookup.id, "entitlement": WarrantyLookup.entitlement_id,
             "warranty_found": WarrantyLookup.status}  # fmt: skip
_FILE = {"attachment": Attachment.id}
_CONTENT = {name: getattr(Attachment, name) for name in ("kind", "media_type", "sha256", "size")}

# fmt: off
RECORDS: Mapping[Subject, Sequence[Record]] = {
    Subject.REPAIR_ORDER: (
        Record(
            "document",
            Document.order_id,
            {"number": Document.number, "sha256": Document.sha256},
            Document.issued_at,
            key="number",
            inside="document",
        ),
        Record(
            "quote version",
            Quote.order_id,
            {"quote_version": Quote.version, "total_minor": Quote.total_minor},
            Quote.issued_at,
            Quote.issued_by_id,
            key="quote_version",
        ),
        Record("decision", QuoteDecision.order_id, _SAID, QuoteDecision.at, QuoteDecision.taken_by_id, ("decide",)),
        _made("diagnosis", Diagnosis, {"diagnosis": Diagnosis.id} | _FOUND, "diagnose", key="diagnosis"),
        _made("replacement", Replacement, {"replacement": Replacement.id}, "replace-part", key="replacement"),
        _made("work", Work, {"action": Work.action, "labour_minutes": Work.labour_minutes}, "finish-repair"),
        _made("test run", TestRun, {"test": TestRun.id, "passed": TestRun.passed}, "test", key="test"),
        _made("summary", Summary, {}, "summarize"),
        _made("hand-over", HandOver, _PROOF, "hand-over"),
        _made(
            "payment",
            Payment,
            {"payment": Payment.id, "amount_minor": Payment.amount_minor, "reverses": Payment.reverses_id},
            "payment",
            "payment-reversed",
            key="payment",
        ),
        _made("waiver", Waiver, {"waiver": Waiver.id, "amount_minor": Waiver.amount_minor}, "waiver", key="waiver"),
        _made("override", Override, {"override": Override.id, "guard": Override.guard}, "override", key="override"),
        _made(
            "charge",
            Charge,
            {"charge_minor": Charge.amount_minor},
            "cancel",
            where=Charge.loan_id.is_(None),
            when=lambda facts: "charge_minor" in facts,
        ),
        _made(
            "charge for loan",
            Charge,
            {"charge_minor": Charge.amount_minor, "loan": Charge.loan_id},
            "settle-loan",
            key="loan",
            where=Charge.loan_id.is_not(None),
            when=lambda facts: bool(facts["charge_minor"]),
        ),
        Record(
            "warranty look-up",
            WarrantyLookup.order_id,
            _FOUND_OF,
            WarrantyLookup.at,
            key="warranty_lookup",
        ),
        _made("attachment", Attachment, _FILE | _CONTENT, "attach", key="attachment"),
        Record(
            "struck-out attachment",
            Attachment.order_id,
            _FILE,
            Attachment.retired_at,
            Attachment.retired_by_id,
            ("retire-attachment",),
            "attachment",
            where=Attachment.retired_at.is_not(None),
        ),
        Record(
            "loan",
            Loan.order_id,
            _LOAN | {"loaner_unit": Loan.loaner_unit_id, "due_on": Loan.due_on},
            Loan.lent_at,
            Loan.lent_by_id,
            ("lend",),
            "loan",
        ),
        Record(
            "return of loan",
            Loan.order_id,
            _LOAN | {"accessories_returned": Loan.accessories_returned},
            *_ENDED,
            ("take-back",),
            "loan",
            where=_CAME_BACK,
        ),
        Record(
            "settlement of loan",
            Loan.order_id,
            _LOAN | {"outcome": Loan.outcome},
            *_ENDED,
            ("settle-loan",),
            "loan",
            where=_SETTLED,
        ),
        Record("imported row", ImportedRow.order_id, _ROW, ImportedRow.at, None, ("import",), "imported"),
    ),
    Subject.LOANER_UNIT: (
        Record(
            "loan",
            Loan.loaner_unit_id,
            _LOAN | {"order": Loan.order_id},
            Loan.lent_at,
            Loan.lent_by_id,
            ("lend",),
            "loan",
        ),
        Record("return of loan", Loan.loaner_unit_id, _LOAN, *_ENDED, ("take-back",), "loan", where=_CAME_BACK),
        Record("settlement of loan", Loan.loaner_unit_id, _LOAN, *_ENDED, ("settle-loan",), "loan", where=_SETTLED),
    ),
    Subject.PART: (
        Record("retirement", Part.id, {}, Part.retired_at, None, ("retire",), where=Part.retired_at.is_not(None)),
        Record("imported row", ImportedRow.part_id, _ROW, ImportedRow.at, None, ("import",), "imported"),
    ),
    Subject.PERSON: (
        Record(
            "retirement",
            Person.id,
            {},
            Person.retired_at,
            None,
            ("retire-person",),
            where=Person.retired_at.is_not(None),
        ),
        Record(
            "token",
            Token.person_id,
            {"token": Token.id, "role": Token.role, "expires_at": Token.expires_at, "depots": _DEPOTS},
            Token.created_at,
            None,
            ("create-token",),
            "token",
        ),
        Record(
            "revocation of token",
            Token.person_id,
            {"token": Token.id},
            Token.revoked_at,
            None,
            ("revoke-token",),
            "token",
            where=Token.revoked_at.is_not(None),
        ),
    ),
}
# fmt: on
"""For each kind of subject, the rows that its history tells of."""

OWN_FACTS: Mapping[type[Any], tuple[str, ...]] = {
    LoanerUnit: ("code", "make", "model", "serial_number", "accessories", "value_minor", "currency"),
    Part: ("part_number", "name", "sale_price_minor", "sale_price_currency"),
    Person: ("kind",),
}
"""What a history tells of its subject's own row: the last event that says it holds."""
