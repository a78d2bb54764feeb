"""The sections that both receipts have: who, what device, which fault, what came with it, warranty, loaner, proof."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from labels import words as w
from labels.bars import code128
from labels.errors import DoesNotFit
from labels.page import BARS_MODULE, QR_MODULE, Link, Masthead, Running, render
from labels.paper import SMALL, STRONG, TABLE_SECOND, Column, Entries, Fact, Paper, place
from labels.qr import QUIET_MODULES, qr
from labels.sheet import GUTTER, MM, WIDTH, Block, Cell, Row, Type
from labels.values import AccessoryLine, DepotHead, DeviceLine, Head, LoanLine, Seal, Words

DEPOT_NAME, TITLE, TITLE_SECOND = Type(14, bold=True), Type(17, bold=True), Type(8.5, grey=True)
DEPOT_SECOND = Type(10, bold=True)
NUMBER, KEY = Type(16, bold=True), Type(10.5, bold=True)
HASH_TYPE, CAPTION = Type(7.5), Type(6, grey=True)
SIGN_HEIGHT = 28.0
DATE_LENGTH = len("2026-11-22")
SHORT = 140
"""What a row of facts may come to, each as long as the longest, before they stand one below the other."""
WIDEST_BARS = 100 * MM
FULL = 12


@dataclass(frozen=True)
class Drawn:
    """A receipt as PDF, and what whoever prints it should know."""

    data: bytes
    warnings: tuple[str, ...]


class Headed(Protocol):
    """What has a number and comes from a depot."""

    @property
    def number(self) -> str:
        """The number, as bars and as text."""

    @property
    def depot(self) -> DepotHead:
        """Who issues it."""


@dataclass(frozen=True)
class Signature:
    """Who signs and when, as far as it is known."""

    name: str | None = None
    at: str | None = None


def finish(paper: Paper, head: Head, title: Words, masthead: Masthead, blocks: list[Block], *, seal: Seal) -> Drawn:
    """The PDF of a receipt, its proof at the end."""
    document = f"{seal.document_number} · {paper.say(w.EDITION)} {head.edition}"
    running = Running(head.number, paper.say(title), paper.say(head.depot.name), document, paper.say(w.PAGE, " / "))
    data = render(masthead, [*blocks, _proof(paper, head, seal)], running, paper.language)
    return Drawn(data, paper.warnings)


def masthead(
    paper: Paper,
    head: Headed,
    title: Words,
    keys: list[Fact],
    *,
    notice: Words | None = None,
    page: str | None = None,
    called: Words = w.ORDER_NUMBER,
) -> Masthead:
    """The depot, the title, the number as bars and as text, and beside it what matters most, in columns of 12.

    ``page`` is the address of the order's page, as a QR code; ``called`` is what the number is. Raises DoesNotFit where
    the number's bars are wider than 100 mm, NotEncodable for an address that is too long.
    """
    bars = code128(head.number)
    width = (bars.modules - 2 * bars.spans[0][0]) * BARS_MODULE
    if width > WIDEST_BARS:
        raise DoesNotFit(f"The bar code of {head.number}", "Use a shorter number.")
    link = _link(paper, page) if page else None
    room = WIDTH - (link.width + 2 * QR_MODULE * QUIET_MODULES if link else 0)
    number = _number(paper, head, keys, (width + 5 * MM, room), called)
    return Masthead(_title(paper, head, title), bars, number, _notice(paper, notice), link)


def customer(paper: Paper, head: Head) -> Block:
    """Whose device it is."""
    return paper.block(
        w.CUSTOMER,
        paper.facts(
            [
                Fact(w.NAME, paper.stated(head.customer_name)),
                Fact(w.PHONE, paper.stated(head.customer_phone)),
                Fact(w.EMAIL, paper.stated(head.customer_email)),
            ]
        ),
    )


def device(paper: Paper, head: Head, further: list[Fact]) -> Block:
    """Make, model, serial number and every further identifier."""
    line = head.device
    facts = [
        Fact(w.MAKE, paper.stated(line.make)),
        Fact(w.MODEL, paper.stated(line.model)),
        Fact(w.SERIAL, _serial(paper, line)),
        *(Fact(w.word("identifier", other.kind), other.value) for other in line.identifiers),
        *further,
    ]
    if head.previous_order:
        facts.append(Fact(w.PREVIOUS_ORDER, head.previous_order))
    return paper.block(w.DEVICE, paper.facts(facts))


def fault(paper: Paper, head: Head) -> Block:
    """The fault in the customer's own words."""
    return paper.block(w.REPORTED_FAULT, [paper.prose(paper.stated(head.reported_fault))])


def condition(paper: Paper, head: Head) -> Block:
    """What was seen when it came in, and how many photos and files show it, where there are any."""
    said = {w.VISIBLE_CONDITION: paper.stated(head.condition), w.OTHER_FAULTS: paper.stated(head.other_faults)}
    if head.attachments:
        said[w.ATTACHMENTS] = str(head.attachments)
    span = FULL / len(said) if max(map(len, said.values())) * len(said) < SHORT else FULL
    return paper.block(w.CONDITION, paper.facts([Fact(words, text, span) for words, text in said.items()]))


def accessories(paper: Paper, head: Head, ticked: bool) -> Block:
    """One line each, with a box to tick when it goes back, ``ticked`` once it has."""
    if not head.accessories:
        return paper.block(w.ACCESSORIES, [paper.prose(paper.say(w.NO_ACCESSORIES))])
    columns = [
        Column(w.ACCESSORY, 4.7),
        Column(w.QUANTITY, 1.3, right=True),
        Column(w.DISPOSITION, 4),
        Column(w.RETURNED, 2),
    ]
    table_head, body = paper.table(columns, [_accessory(paper, line, ticked) for line in head.accessories])
    return paper.block(w.ACCESSORIES, body, table_head)


def data(paper: Paper, head: Head, further: list[Fact]) -> Block:
    """What the customer said about the data on the device."""
    consent = head.data
    facts = [
        Fact(w.HOLDS_DATA, paper.yes_no(consent.holds_data)),
        Fact(w.BACKED_UP, paper.yes_no(consent.backed_up)),
        Fact(w.MAY_BE_ERASED, paper.yes_no(consent.may_be_erased)),
        *further,
    ]
    return paper.block(w.DATA, paper.facts(facts))


def warranty(paper: Paper, head: Head) -> Block:
    """The warranty answer, on what evidence, and whether it was explained."""
    answer = head.warranty
    facts = [
        Fact(w.WARRANTY_STATUS, paper.code("warranty", answer.status)),
        Fact(w.EVIDENCE, paper.code("evidence", answer.evidence)),
        Fact(w.EXPLAINED, paper.yes_no(answer.explained)),
    ]
    return paper.block(w.WARRANTY, paper.facts(facts))


def charges_told(paper: Paper, head: Head) -> list[Row]:
    """Charges told in advance, one line each; "none" where there are none."""
    if not head.charges_told:
        return paper.facts([Fact(w.CHARGES_TOLD, paper.say(w.NONE_TOLD), FULL)])
    columns = [Column(w.CHARGES_TOLD, 9), Column(w.AMOUNT, 3, right=True)]
    table_head, body = paper.table(columns, [[charge.text, paper.money(charge.amount)] for charge in head.charges_told])
    return [table_head, *body]


def loans(paper: Paper, head: Head) -> list[Block]:
    """The loaner units of the order; no section where there are none."""
    if not head.loans:
        return []
    columns = [Column(w.LOANER_CODE, 1.8), Column(w.MODEL, 5.6), Column(w.DUE_ON, 2.3), Column(w.RETURNED, 2.3)]
    table_head, body = paper.table(columns, [_loan(paper, loan) for loan in head.loans])
    return [paper.block(w.LOANER, body, table_head)]


def terms(paper: Paper, heading: Words, text: Words) -> list[Row]:
    """The depot's own terms in small letters; none where the depot has none."""
    if not (text.zh or text.en):
        return []
    return paper.facts([Fact(heading, paper.say(text, "\n"), FULL, SMALL)])


def signatures(paper: Paper, depot: Signature, customer: Signature) -> Block:
    """Room for both sides to sign, with names and dates where they are known."""
    cells = []
    for at, words, side in ((0, w.DEPOT_SIGNATURE, depot), (6, w.CUSTOMER_SIGNATURE, customer)):
        signed = f"{paper.say(words)}  {side.name or ''}"
        date = f"{paper.say(w.DATE)} {(side.at or '')[:DATE_LENGTH]}"
        cells += [_to_sign(paper, signed, place(at, 4)), _to_sign(paper, date, place(at + 4, 2))]
    return paper.block(w.SIGNATURES, [Row(tuple(cells), whole=True)])


def _to_sign(paper: Paper, words: str, where: tuple[float, float]) -> Cell:
    x, width = where
    return Cell(paper.inks(words, width, TABLE_SECOND), x, width, sign=SIGN_HEIGHT)


def _accessory(paper: Paper, line: AccessoryLine, ticked: bool) -> Entries:
    where = paper.code("disposition", line.disposition)
    return [line.name, str(line.quantity), where, _tick(paper, line, ticked)]


def _loan(paper: Paper, loan: LoanLine) -> Entries:
    unit = (f"{loan.make} {loan.model}", "\n".join(_slip(paper, loan)))
    return [loan.code, unit, loan.due_on, _returned(paper, loan)]


def _slip(paper: Paper, loan: LoanLine) -> Iterator[str]:
    """What the customer signed for when the unit went out."""
    yield f"SN {loan.serial_number}"
    if loan.condition is not None:
        yield f"{paper.say(w.VISIBLE_CONDITION)}: {loan.condition}"
    if loan.accessories is not None:
        yield f"{paper.say(w.ACCESSORIES)}: {', '.join(loan.accessories) or paper.say(w.NONE_TOLD)}"
    if loan.signed_by is not None:
        yield f"{paper.say(w.SIGNED_BY)}: {loan.signed_by}"


def _title(paper: Paper, head: Headed, title: Words) -> Row:
    left, right = WIDTH * 0.62, WIDTH * 0.36
    depot = head.depot
    phones = f"{paper.say(w.PHONE)} {' · '.join(depot.phones)}" if depot.phones else ""
    below = [text for text in (paper.say(depot.address, "\n"), phones) if text]
    inks = paper.stacked(depot.name, left, DEPOT_NAME, DEPOT_SECOND)
    inks += tuple(ink for text in below for ink in paper.inks(text, left, TITLE_SECOND))
    titles = paper.stacked(title, right, TITLE, TITLE_SECOND)
    return Row((Cell(inks, 0, left), Cell(titles, WIDTH - right, right, right=True)), gap=7)


def _notice(paper: Paper, notice: Words | None) -> Row | None:
    if notice is None:
        return None
    inside = WIDTH - 2 * GUTTER
    return Row((Cell(paper.inks(paper.say(notice, "  "), inside, STRONG), GUTTER, inside),), gap=2)


def _link(paper: Paper, page: str) -> Link:
    matrix = qr(page)
    return Link(matrix, paper.inks(paper.say(w.FOLLOW, "\n"), matrix.size * QR_MODULE, CAPTION))


def _number(paper: Paper, head: Headed, keys: list[Fact], between: tuple[float, float], words: Words) -> Row:
    start, end = between
    span = FULL - sum(key.span for key in keys)
    facts = [Fact(words, head.number, span, NUMBER), *keys]
    cells, x = [], start
    for fact in facts:
        width = (end - start + GUTTER) * fact.span / FULL - GUTTER
        cells.append(Cell(paper.labelled(fact, width), x, width))
        x += width + GUTTER
    return Row(tuple(cells), gap=0)


def _serial(paper: Paper, line: DeviceLine) -> str:
    if line.serial_number:
        return line.serial_number
    return paper.code("serial_status", line.serial_status)


def _tick(paper: Paper, line: AccessoryLine, ticked: bool) -> str:
    if line.disposition == "sent_home":
        return "—"
    if not ticked:
        return w.TO_TICK
    return w.TICKED if line.returned else paper.say(w.NO)


def _returned(paper: Paper, loan: LoanLine) -> str:
    if loan.outcome:
        return paper.code("outcome", loan.outcome)
    return f"{w.TICKED} {loan.returned_on}" if loan.returned_on else w.TO_TICK


def _proof(paper: Paper, head: Head, seal: Seal) -> Block:
    facts = [
        Fact(w.DOCUMENT_NUMBER, seal.document_number),
        Fact(w.EDITION, str(head.edition)),
        Fact(w.CHECK_CODE, seal.check_code, 4, STRONG),
        Fact(w.HASH, seal.sha256, FULL, HASH_TYPE),
    ]
    return paper.block(w.VERIFICATION, paper.facts(facts))
