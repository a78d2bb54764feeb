"""`depot setup`: a depot's facts by option, or asked for one by one."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import select
from terminal import Terminal, terminal_on

from depot.depots import DepotFacts
from depot.money import Money
from models import Depot
from routes.cli.setup import ENTRIES, as_typed, with_changes


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


def test_only_what_is_given_changes(terminal: Terminal) -> None:
    terminal.run(
        "setup", "--name-zh", "河畔维修站", "--labour-rate", "120.50", "--phone", "1", "--phone", "2", "--short-intake"
    )

    said = terminal.run("setup", "--tax-rate", "13%", "--no-short-intake").output

    main = terminal.opened().unit_of_work(lambda session: session.scalars(select(Depot)).one(), writing=False)
    assert (main.name_zh, main.labour_rate_minor, main.phones, main.short_intake) == (
        "河畔维修站",
        12050,
        ["1", "2"],
        False,
    )
    assert str(main.tax_rate.normalize() if main.tax_rate else None) == "0.13"
    assert "Depot MAIN: changed tax_rate, short_intake." in said
    assert "Its paper still lacks: name.en" in said


def test_an_empty_value_takes_it_off_the_record(terminal: Terminal) -> None:
    terminal.run(
        "setup",
        "--name-zh",
        "x",
        "--labour-rate",
        "120",
        "--tax-rate",
        "0.13",
        "--complaint-phone",
        "1",
        "--phone",
        "2",
    )

    terminal.run(
        "setup", "--name-zh", "", "--labour-rate", "", "--tax-rate", "", "--complaint-phone", "", "--phone", ""
    )

    main = terminal.opened().unit_of_work(lambda session: session.scalars(select(Depot)).one(), writing=False)
    assert (main.name_zh, main.labour_rate_minor, main.tax_rate, main.complaint_phone, main.phones) == (
        "",
        None,
        None,
        None,
        [],
    )


def test_without_a_terminal_and_options_nothing_changes(terminal: Terminal) -> None:
    assert "Depot MAIN: nothing changed." in terminal.run("setup").output


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--tax-rate", "13"), "--tax-rate: A rate is a decimal string between 0 and 1"),
        (("--labour-rate", "1.234"), "--labour-rate: 1.234 is finer than the smallest amount of CNY."),
        (("--currency", "XXY", "--time-zone", "Mars"), "--currency: This is no ISO 4217 currency code."),
        (("--code", "NORTH"), "There is no depot NORTH."),
    ],
)
def test_a_setup_that_cannot_be_says_why(terminal: Terminal, words: tuple[str, ...], said: str) -> None:
    assert said in terminal.run("setup", *words, expect=1).stderr


def test_at_a_terminal_each_fact_is_asked_for(terminal: Terminal, monkeypatch: pytest.MonkeyPatch) -> None:
    terminal.run("setup", "--name-zh", "old", "--address-en", "old", "--tax-rate", "13%")
    monkeypatch.setattr("routes.cli.setup.at_terminal", lambda: True)
    answers = dict.fromkeys((entry.name for entry in ENTRIES), "")
    answers |= {
        "name_zh": "河畔",
        "address_en": "-",
        "phones": "1, 2",
        "time_zone": "Mars\nAsia/Tokyo",
        "labour_rate": "99",
    }

    said = terminal.run("setup", typed="\n".join(answers.values()) + "\n").output

    main = terminal.opened().unit_of_work(lambda session: session.scalars(select(Depot)).one(), writing=False)
    assert (main.name_zh, main.address_en, main.phones, main.time_zone) == ("河畔", "", ["1", "2"], "Asia/Tokyo")
    assert main.labour_rate_minor == 9900
    assert "Error: This is no IANA time zone" in said
    assert "Depot MAIN: changed name_zh, address_en, phones, time_zone, labour_rate." in said


def test_of_several_depots_one_has_to_be_named(terminal: Terminal) -> None:
    terminal.run("setup", "--name-en", "First")
    app = terminal.opened()
    app.unit_of_work(lambda session: session.add(Depot(code="NORTH", created_at=app.clock())))

    assert "Say which depot: --code MAIN or NORTH" in terminal.run("setup", "--name-en", "x", expect=1).stderr
    assert "Depot NORTH: changed name_en." in terminal.run("setup", "--code", "NORTH", "--name-en", "x").output


@pytest.mark.parametrize(
    ("currency", "typed", "minor"), [("CNY", "99.5", 9950), ("JPY", "99", 99), ("KWD", "1.234", 1234)]
)
def test_amounts_are_typed_in_whole_units_of_their_currency(currency: str, typed: str, minor: int) -> None:
    changes = {"currency": currency, "labour_rate": Decimal(typed)}

    facts = with_changes(DepotFacts(), changes)

    assert facts.labour_rate == Money(minor, currency)
    assert Decimal(as_typed(facts.labour_rate)) == Decimal(typed)


@pytest.mark.parametrize("rate", ["80", ""])
def test_another_currency_wants_the_labour_rate_in_it_or_none(terminal: Terminal, rate: str) -> None:
    terminal.run("setup", "--labour-rate", "120.50")

    refused = terminal.run("setup", "--currency", "EUR", expect=1).stderr
    terminal.run("setup", "--currency", "EUR", "--labour-rate", rate)

    main = terminal.opened().unit_of_work(lambda session: session.scalars(select(Depot)).one(), writing=False)
    assert "--labour-rate: What is on record is 120.50 CNY; say it in EUR too: --labour-rate 120.00" in refused
    assert (main.currency, main.labour_rate_minor) == ("EUR", 8000 if rate else None)


def test_at_a_terminal_the_currency_is_asked_for_before_the_rate_in_it(
    terminal: Terminal, monkeypatch: pytest.MonkeyPatch
) -> None:
    terminal.run("setup", "--labour-rate", "120")
    monkeypatch.setattr("routes.cli.setup.at_terminal", lambda: True)
    answers = dict.fromkeys((entry.name for entry in ENTRIES), "") | {"currency": "EUR", "labour_rate": "80"}

    said = terminal.run("setup", typed="\n".join(answers.values()) + "\n").output

    assert "Depot MAIN: changed currency, labour_rate." in said
