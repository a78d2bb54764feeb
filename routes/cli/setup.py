"""``depot setup``: what paper says about a depot, the clock and currency it lives by, its rates and its policies.

Only what is given changes. Amounts are typed as people say them (``120.00``, in the depot's currency), rates as a share
or in percent; an empty value takes a text or a rate off the record again. At a terminal, without options, it asks for
each, with what is on record as the answer.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Any, TypeAlias, TypeVar

import click
from babel.numbers import get_currency_precision
from sqlalchemy.orm import Session

from depot import depots
from depot.actors import SYSTEM
from depot.depots import LONGEST_DAYS, DepotFacts
from depot.errors import Invalid, invalid
from depot.money import Money
from depot.versions import hold
from models import MIN_REPEAT_WINDOW_DAYS, NAME_LENGTH, Depot
from routes.cli.opening import Application, MakeApp, opened
from routes.cli.typed import Amount, Days, Line, Lines, Share

C = TypeVar("C", bound=Callable[..., Any])
Facts: TypeAlias = dict[str, Any]

OFF = "-"
NAME, TEXT, DAYS = Line(NAME_LENGTH, empty=True), Lines(empty=True), click.IntRange(0, LONGEST_DAYS)
YES_NO = click.BOOL


@dataclass(frozen=True)
class Entry:
    """One fact about a depot: its name among ``DepotFacts``, how it is typed, and what it is."""

    name: str
    kind: click.ParamType[Any]
    about: str

    @property
    def flag(self) -> str:
        """The option that gives it; a policy has one for each answer."""
        stem = self.option.replace("_", "-")
        return f"--{stem}/--no-{stem}" if self.kind is YES_NO else f"--{stem}"

    @property
    def asks(self) -> str:
        """The question."""
        return "Phones, separated by commas" if self.name == "phones" else self.about

    @property
    def option(self) -> str:
        """The name of the option: of several phones each is given by itself."""
        return "phone" if self.name == "phones" else self.name


ENTRIES = (
    Entry("name_zh", NAME, "Name, in Chinese"),
    Entry("name_en", NAME, "Name, in English"),
    Entry("address_zh", TEXT, "Address, in Chinese"),
    Entry("address_en", TEXT, "Address, in English"),
    Entry("phones", NAME, "Phone; repeat it for several"),
    Entry("complaint_phone", NAME, "Phone for complaints"),
    Entry("uncollected_terms_zh", TEXT, "What happens to what is not collected, in Chinese"),
    Entry("uncollected_terms_en", TEXT, "What happens to what is not collected, in English"),
    Entry("charge_terms_zh", TEXT, "What is charged, and when that is told, in Chinese"),
    Entry("charge_terms_en", TEXT, "What is charged, and when that is told, in English"),
    Entry("time_zone", Line(60), "Time zone, such as Asia/Shanghai"),
    Entry("currency", Line(3), "Currency, such as CNY"),
    Entry("tax_rate", Share(), "Tax on what is charged, such as 13% or 0.13"),
    Entry("labour_rate", Amount(), "An hour of labour, net, in the depot's currency, such as 120.00"),
    Entry("gs1_company_prefix", Line(12, empty=True), "GS1 company prefix, 4 to 12 digits, for the labels of loaners"),
    Entry("repair_warranty_days", DAYS, "Days of warranty on a repair"),
    Entry("short_intake", YES_NO, "Policy: the intake checklist may be left incomplete"),
    Entry("anonymous_walk_in", YES_NO, "Policy: a customer need not leave a contact"),
    Entry("tester_other_than_repairer", YES_NO, "Policy: somebody else than the repairer tests"),
    Entry("store_issues", YES_NO, "Policy: the store issues parts, not the bench"),
    Entry("photos", YES_NO, "Policy: a device is photographed before it is inspected"),
    Entry("repeat_window_days", click.IntRange(MIN_REPEAT_WINDOW_DAYS, LONGEST_DAYS), "Days that make a repeat repair"),
    Entry("beyond_economic_share", Share(), "Share of the replacement value that makes a repair uneconomic"),
    Entry("quote_valid_days", click.IntRange(1, LONGEST_DAYS), "Days that a quote is valid"),
    Entry("announcement_valid_days", Days(1, LONGEST_DAYS), "Days that an announcement is valid"),
    Entry("defective_return_days", click.IntRange(1, LONGEST_DAYS), "Days until a defective part is due back"),
)


def entry_options(command: C) -> C:
    """Give a command an option for each entry."""
    for entry in reversed(ENTRIES):
        several = entry.name == "phones"
        option = click.option(entry.flag, entry.name, type=entry.kind, multiple=several, default=None, help=entry.about)
        command = option(command)
    return command


@click.command()
@click.option("--code", help="The depot's code; may be left out where there is one depot.")
@entry_options
@click.pass_obj
def command(make_app: MakeApp, /, code: str | None, **given: Any) -> None:
    """Change what is on record about a depot, and say what its paper still lacks.

    Without options, at a terminal, it asks. An empty value ("") takes a text or a rate off the record.
    """
    app = opened(make_app)
    known = app.unit_of_work(lambda session: depots.facts_of(_meant(session, code)), writing=False)
    changes = {name: value for name, value in given.items() if value not in (None, ())}
    if not changes and at_terminal():
        changes = asked(known)
    _tell(app, code, known, with_changes(known, changes))


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty()


def asked(known: DepotFacts) -> Facts:
    """The answers to a question for each entry; Enter keeps what is on record."""
    click.echo(f"Enter keeps what stands in brackets, {OFF} takes it off the record, Ctrl-C leaves all as it is.")
    answers: Facts = {}
    for entry in ENTRIES:
        stands = getattr(known, entry.name)
        if entry.kind is YES_NO:
            answers[entry.name] = click.confirm(entry.about, default=stands)
        else:
            shown = as_typed(stands)
            reader = _reader(entry, known, answers)
            answers[entry.name] = click.prompt(entry.asks, default=shown, show_default=bool(shown), value_proc=reader)
    return answers


def _reader(entry: Entry, known: DepotFacts, answers: Facts) -> Callable[[str], Any]:
    """How an answer is read: what cannot be is asked again at once."""

    def read(answer: str) -> Any:
        value = _typed(entry, "" if answer == OFF else answer)
        try:
            depots.check_facts(with_changes(known, {**answers, entry.name: value}))
        except Invalid as error:
            wrong = [fault["detail"] for fault in error.facts["errors"] if fault["pointer"].endswith(f"/{entry.name}")]
            if wrong:
                raise click.BadParameter(" ".join(wrong)) from error
        return value

    return read


def _typed(entry: Entry, text: str) -> Any:
    if entry.name != "phones":
        return entry.kind.convert(text, None, None)
    return tuple(entry.kind.convert(phone.strip(), None, None) for phone in text.split(",") if phone.strip())


def as_typed(value: Any) -> str:
    """A fact on record as somebody would type it."""
    if isinstance(value, Money):
        return f"{Decimal(value.amount_minor).scaleb(-get_currency_precision(value.currency)):f}"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    return "" if value is None else ", ".join(value) if isinstance(value, list) else str(value)


def with_changes(known: DepotFacts, changes: Facts) -> DepotFacts:
    """What is known, with what was typed in its place. Raises Invalid for an amount finer than its currency."""
    told = dict(changes)
    if "phones" in told:
        told["phones"] = [phone for phone in told["phones"] if phone]
    for name in ("complaint_phone", "tax_rate", "labour_rate", "gs1_company_prefix", "announcement_valid_days"):
        told |= {name: None} if told.get(name) == "" else {}
    if told.get("labour_rate") is not None:
        told["labour_rate"] = _money(told["labour_rate"], told.get("currency", known.currency))
    elif "labour_rate" not in told and known.labour_rate is not None:
        _demand_same(known.labour_rate, told.get("currency", known.currency))
    return replace(known, **told)


def _demand_same(rate: Money, currency: str) -> None:
    if rate.currency != currency:
        raise invalid(
            "/labour_rate",
            f"What is on record is {as_typed(rate)} {rate.currency}; say it in {currency} too: --labour-rate 120.00,"
            ' or --labour-rate "" to take it off the record.',
        )


def _money(amount: Decimal, currency: str) -> Money:
    minor = amount.scaleb(get_currency_precision(currency))
    if minor != minor.to_integral_value():
        raise invalid("/labour_rate", f"{amount} is finer than the smallest amount of {currency}.")
    return Money(int(minor), currency)


def _meant(session: Session, code: str | None) -> Depot:
    if code is not None:
        return depots.find_depot(session, code)
    in_use = session.scalars(depots.select_depots(SYSTEM).where(Depot.retired_at.is_(None)).order_by(Depot.id)).all()
    if len(in_use) > 1:
        raise click.ClickException(f"Say which depot: --code {' or '.join(depot.code for depot in in_use)}")
    return in_use[0]


def _tell(app: Application, code: str | None, known: DepotFacts, wanted: DepotFacts) -> None:
    changed = [name for name, value in vars(wanted).items() if value != getattr(known, name)]

    def change(session: Session) -> tuple[str, list[str]]:
        depot = _meant(session, code)
        if changed:
            hold(session, depot)
            depots.change_depot(session, depot, replace(depots.facts_of(depot), **_only(wanted, changed)), None)
        return depot.code, depots.unfilled(depot)

    name, lacking = app.unit_of_work(change, writing=bool(changed))
    click.echo(f"Depot {name}: " + (f"changed {', '.join(changed)}." if changed else "nothing changed."))
    click.echo(f"Its paper still lacks: {', '.join(lacking)}." if lacking else "Its paper lacks nothing.")


def _only(facts: DepotFacts, names: list[str]) -> Mapping[str, Any]:
    return {name: getattr(facts, name) for name in names}
