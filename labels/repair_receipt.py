"""The repair receipt 维修凭证: what was wrong, what was done, what it cost, and how long the repair is vouched for."""

from __future__ import annotations

from collections.abc import Iterable

from labels import sections
from labels import words as w
from labels.money import format_rate
from labels.paper import STRONG, Column, Entries, Fact, Paper
from labels.sections import FULL, KEY, Drawn, Signature
from labels.sheet import Block, Row
from labels.values import HandOver, Money, PriceLine, RepairReceipt, ReplacedPart, Seal, TestLine, Words
from labels.words import Language

REPAIRED = ("repaired", "replaced")


def draw(value: RepairReceipt, seal: Seal, language: Language, page: str | None = None) -> Drawn:
    """The receipt as PDF on A4; the same values give the same bytes. ``page``: the order's own, for the QR code.

    Long texts flow over pages. Raises NotEncodable and DoesNotFit for a number that cannot be drawn as bars.
    """
    paper, head = Paper(language), value.head
    keys = [Fact(w.RESULT, paper.code("result", value.result), 6, KEY)]
    masthead = sections.masthead(paper, head, w.REPAIR_TITLE, keys, page=page)
    return sections.finish(paper, head, w.REPAIR_TITLE, masthead, _blocks(paper, value), seal=seal)


def _blocks(paper: Paper, value: RepairReceipt) -> list[Block]:
    head = value.head
    return [
        sections.customer(paper, head),
        sections.device(paper, head, [Fact(w.REPAIRS_SO_FAR, str(value.repairs_so_far))]),
        _dates(paper, value),
        sections.fault(paper, head),
        sections.condition(paper, head),
        _diagnosis(paper, value),
        _work(paper, value),
        *_parts(paper, value.parts),
        *_tests(paper, value.tests),
        _prices(paper, value),
        _afterwards(paper, value),
        sections.warranty(paper, head),
        sections.data(paper, head, [Fact(w.DATA_ACTION, _data_action(paper, value), FULL)]),
        sections.accessories(paper, head, ticked=value.hand_over is not None),
        *sections.loans(paper, head),
        _hand_over(paper, value),
        _signatures(paper, value.hand_over),
    ]


def _dates(paper: Paper, value: RepairReceipt) -> Block:
    facts = [
        Fact(w.RECEIVED_AT, paper.stated(value.head.received_at)),
        Fact(w.PROMISED_ON, paper.stated(value.head.promised_on)),
        Fact(w.SUMMARIZED_AT, value.summarized_at),
    ]
    return paper.block(w.DATES, paper.facts(facts))


def _diagnosis(paper: Paper, value: RepairReceipt) -> Block:
    findings = "\n".join(value.findings) or None
    by_code = None if value.cause_code is None else paper.say(value.cause_code)
    facts = [Fact(w.FINDINGS, paper.stated(findings), FULL), Fact(w.CAUSE, paper.stated(value.cause or by_code), FULL)]
    said = ((w.TEST_CONDITIONS, value.test_conditions), (w.NOT_REPAIRED_REASON, value.not_repaired_reason))
    return paper.block(w.DIAGNOSIS, paper.facts(facts + _told(said)))


def _told(said: Iterable[tuple[Words, str | None]]) -> list[Fact]:
    """The texts there are; what nobody had to state is left out."""
    return [Fact(label, text, FULL) for label, text in said if text and text.strip()]


def _work(paper: Paper, value: RepairReceipt) -> Block:
    if _nothing_done(value):
        none = [Fact(w.WORK_DONE, paper.say(w.NO_WORK)), Fact(w.TECHNICIAN, paper.stated(value.technician))]
        return paper.block(w.REPAIR, paper.facts(_told([(w.SOLUTION, value.solution)]) + none))
    minutes = value.labour_minutes
    labour = paper.stated(None if minutes is None else paper.say(w.MINUTES, " / ").format(count=minutes))
    facts = [
        Fact(w.WORK_DONE, paper.stated(value.work_done), FULL),
        Fact(w.SOLUTION, paper.stated(value.solution), FULL),
        Fact(w.LABOUR, labour),
        Fact(w.TECHNICIAN, paper.stated(value.technician)),
    ]
    return paper.block(w.REPAIR, paper.facts(facts))


def _nothing_done(value: RepairReceipt) -> bool:
    return value.result not in REPAIRED and value.labour_minutes is None and not (value.work_done or value.parts)


def _parts(paper: Paper, parts: tuple[ReplacedPart, ...]) -> list[Block]:
    if not parts:
        return []
    columns = [Column(w.PART, 3.8), Column(w.QUANTITY, 1.2, right=True), Column(w.OLD_PART, 4), Column(w.NEW_PART, 3)]
    head, body = paper.table(columns, [_part(paper, part) for part in parts])
    return [paper.block(w.PARTS, body, head)]


def _part(paper: Paper, part: ReplacedPart) -> Entries:
    return [(part.name, part.part_number), part.quantity, _old(paper, part), _new(paper, part)]


def _old(paper: Paper, part: ReplacedPart) -> tuple[str, str]:
    where = paper.code("destination", part.removed_destination) if part.removed_destination else None
    seen = f"{paper.say(w.FAULT_SEEN)} {part.fault_seen}" if part.fault_seen else None
    return part.removed_serial or "—", " · ".join(filter(None, (where, seen)))


def _new(paper: Paper, part: ReplacedPart) -> tuple[str, str]:
    covered = {True: paper.say(w.IN_WARRANTY), False: paper.say(w.OUT_OF_WARRANTY), None: None}[part.in_warranty]
    below = " · ".join(filter(None, (paper.code("condition", part.condition), covered)))
    return f"→ {part.installed_serial or '—'}", below


def _tests(paper: Paper, tests: tuple[TestLine, ...]) -> list[Block]:
    if not tests:
        return []
    columns = [Column(w.TEST, 6), Column(w.VALUE, 3), Column(w.TEST_RESULT, 3)]
    head, body = paper.table(columns, [_test(paper, test) for test in tests])
    return [paper.block(w.TESTS, body, head)]


def _test(paper: Paper, test: TestLine) -> Entries:
    return [paper.say(test.name), test.value or "", paper.say(w.PASSED if test.passed else w.FAILED)]


def _prices(paper: Paper, value: RepairReceipt) -> Block:
    if not value.prices:
        return paper.block(w.PRICES, [paper.prose(paper.say(w.NOTHING_TO_PAY)), *_sums(paper, value)])
    columns = [
        Column(w.ITEM, 3.4),
        Column(w.QUANTITY, 1.2, right=True),
        Column(w.COVERAGE, 2.3),
        Column(w.NET, 1.7, right=True),
        Column(w.TAX, 1.6, right=True),
        Column(w.TOTAL, 1.8, right=True),
    ]
    head, body = paper.table(columns, [_price(paper, line) for line in value.prices])
    return paper.block(w.PRICES, [*body, *_sums(paper, value)], head)


def _price(paper: Paper, line: PriceLine) -> Entries:
    amounts = [paper.money(amount) for amount in (line.net, line.tax, line.total)]
    kind = paper.code("kind", line.kind)
    item = (line.text, kind) if line.text else kind
    minutes = paper.say(w.MINUTES, " / ").format(count=line.quantity)
    return [item, minutes if line.kind == "labour" else line.quantity, paper.code("coverage", line.coverage), *amounts]


def _sums(paper: Paper, value: RepairReceipt) -> list[Row]:
    settled = value.paid.amount_minor + value.waived.amount_minor
    balance = Money(value.total.amount_minor - settled, value.total.currency)
    rate = f" {format_rate(value.tax_rate, paper.language)}" if value.tax_rate else ""
    tax = Words(w.TAX.zh + rate, w.TAX.en + rate)
    sums = [(w.NET, value.net), (tax, value.tax), (w.TOTAL, value.total), (w.PAID, value.paid)]
    sums += [(w.WAIVED, value.waived)] if value.waived.amount_minor else []
    sums += [(w.BALANCE, balance)]
    return [paper.sums(sums, strong=(w.TOTAL, w.BALANCE))]


def _afterwards(paper: Paper, value: RepairReceipt) -> Block:
    until = value.repair_warranty_until
    facts = [
        *([Fact(w.WARRANTY_UNTIL, until, 4, STRONG)] if until else []),
        Fact(w.COMPLAINT_PHONE, paper.stated(value.head.depot.complaint_phone), 8),
        Fact(w.ADVICE, paper.stated(value.advice), FULL),
    ]
    return paper.block(w.AFTERWARDS, paper.facts(facts))


def _data_action(paper: Paper, value: RepairReceipt) -> str:
    return paper.code("data_action", value.data_action)


def _hand_over(paper: Paper, value: RepairReceipt) -> Block:
    done = value.hand_over
    facts = [
        Fact(w.RETURNED_AT, done.returned_at if done else w.TO_FILL_IN),
        Fact(w.HANDED_OVER_BY, paper.stated(done.handed_over_by) if done else w.TO_FILL_IN),
        Fact(w.SIGNED_BY, _signed(paper, done) if done else w.TO_FILL_IN),
        Fact(w.VOUCHER_RETURNED, paper.yes_no(done.voucher_returned) if done else w.TO_TICK),
        Fact(w.IDENTITY_CHECKED, paper.yes_no(done.identity_checked) if done else w.TO_TICK),
    ]
    note = _told([(w.HAND_OVER_NOTE, done.note)]) if done else []
    return paper.block(w.HAND_OVER, paper.facts(facts + note))


def _signed(paper: Paper, done: HandOver) -> str:
    if done.signed_by is None:
        return paper.stated(None)
    return f"{done.signed_by} · {paper.code('signature', done.signature_origin)}"


def _signatures(paper: Paper, done: HandOver | None) -> Block:
    if done is None:
        return sections.signatures(paper, Signature(), Signature())
    return sections.signatures(
        paper, Signature(done.handed_over_by, done.returned_at), Signature(done.signed_by, done.returned_at)
    )
