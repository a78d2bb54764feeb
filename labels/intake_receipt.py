"""The intake receipt, which is the pick-up voucher 取机凭证: what came in, in what state, on which terms."""

from __future__ import annotations

from labels import sections
from labels import words as w
from labels.paper import STRONG, Fact, Paper
from labels.sections import KEY, Drawn, Signature
from labels.sheet import Block
from labels.values import IntakeReceipt, Seal
from labels.words import Language


def draw(value: IntakeReceipt, seal: Seal, language: Language, page: str | None = None) -> Drawn:
    """The voucher as PDF on A4; the same values give the same bytes. ``page``: the order's own, for the QR code.

    Long texts flow over pages. Raises NotEncodable and DoesNotFit for a number that cannot be drawn as bars.
    """
    paper, head = Paper(language), value.head
    keys = [Fact(w.RECEIVED_AT, paper.stated(head.received_at), 4, KEY), Fact(w.PICK_UP_CODE, value.code, 2.8, KEY)]
    masthead = sections.masthead(paper, head, w.INTAKE_TITLE, keys, notice=w.BRING_VOUCHER, page=page)
    return sections.finish(paper, head, w.INTAKE_TITLE, masthead, _blocks(paper, value), seal=seal)


def _blocks(paper: Paper, value: IntakeReceipt) -> list[Block]:
    head = value.head
    return [
        sections.customer(paper, head),
        sections.device(paper, head, []),
        sections.fault(paper, head),
        sections.condition(paper, head),
        sections.accessories(paper, head, ticked=False),
        sections.data(paper, head, []),
        sections.warranty(paper, head),
        _charges(paper, value),
        *sections.loans(paper, head),
        _collection(paper, value),
        sections.signatures(paper, Signature(head.received_by, head.received_at), Signature(head.customer_name)),
    ]


def _charges(paper: Paper, value: IntakeReceipt) -> Block:
    estimate = paper.money(value.estimate) if value.estimate else paper.say(w.TO_BE_QUOTED)
    facts = [Fact(w.ESTIMATE, estimate, 4, STRONG), Fact(w.PREAPPROVED, paper.money(value.preapproved_limit), 8)]
    told = sections.charges_told(paper, value.head)
    terms = sections.terms(paper, w.CHARGE_TERMS, value.head.depot.charge_terms)
    return paper.block(w.CHARGES, [*paper.facts(facts), *told, *terms])


def _collection(paper: Paper, value: IntakeReceipt) -> Block:
    head = value.head
    facts = [
        Fact(w.PROMISED_ON, paper.stated(head.promised_on), 4, STRONG),
        Fact(w.RECEIVED_BY, paper.stated(head.received_by)),
    ]
    terms = sections.terms(paper, w.UNCOLLECTED, head.depot.uncollected_terms)
    return paper.block(w.COLLECTION, [*paper.facts(facts), *terms])
