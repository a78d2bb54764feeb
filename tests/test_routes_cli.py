"""The command line, as somebody at a terminal meets it: each command does its work, or says what to do instead."""

from __future__ import annotations

import errno
import subprocess
import sys
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import click
import pytest
from alembic.util import CommandError
from click.testing import CliRunner
from sqlalchemy import select, text
from terminal import ROOT, Terminal, terminal_on

from app import create_app, main
from depot import people
from depot.actors import SYSTEM
from depot.depots import DepotFacts
from depot.errors import DatabaseAway
from depot.money import Money
from depot.settings import BadSetting
from models import Depot, PersonKind, Token
from models.migrate import BrokenReferences
from routes.cli import COMMANDS, backup, demo, depot, restore, serve, setup, token, verify
from routes.cli.failures import advice
from routes.cli.setup import ENTRIES, as_typed, with_changes


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


MODULES: dict[str, click.Command] = {
    "serve": serve.command,
    "setup": setup.command,
    "token": token.command,
    "verify": verify.command,
    "backup": backup.command,
    "restore": restore.command,
    "demo": demo.command,
}


@pytest.mark.parametrize("name", COMMANDS)
def test_each_name_leads_to_the_command_of_its_module(name: str) -> None:
    assert depot.get_command(click.Context(depot), name) is MODULES[name]


def test_help_names_every_command_and_imports_none() -> None:
    script = (
        "import sys, app; from routes.cli import depot; depot(['--help'], standalone_mode=False); "
        "sys.exit(any(name in sys.modules for name in ('gunicorn', 'rich', 'routes.cli.demo')))"
    )

    shown = subprocess.run([sys.executable, "-c", script], cwd=ROOT, capture_output=True, text=True, check=True).stdout

    assert all(f"\n  {name} " in shown for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_each_command_explains_itself(name: str) -> None:
    shown = CliRunner().invoke(depot, [name, "--help"], prog_name="depot").output

    assert shown.startswith(f"Usage: depot {name}")


# token


@pytest.mark.parametrize(("role", "name"), [("admin", "Ada"), ("technician", "李工 𠮷"), ("integration", "bench 3")])
def test_a_token_comes_out_alone_and_works(terminal: Terminal, role: str, name: str) -> None:
    secret = terminal.run("token", name, "--role", role, "--depot", "MAIN").output

    answer = (
        terminal.opened()
        .test_client()
        .get("/api/v1/repair-orders", headers={"Authorization": f"Bearer {secret.strip()}"})
    )
    assert answer.status_code == 200
    assert len(secret.split()) == 1


def test_a_token_can_have_an_end(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin", "--expires-in", "30")

    token = terminal.opened().unit_of_work(lambda session: session.scalars(select(Token)).one(), writing=False)
    assert token.expires_at is not None
    assert (token.expires_at - token.created_at).days == 30


def test_a_token_for_a_depot_that_is_not_there_says_so(terminal: Terminal) -> None:
    told = terminal.run("token", "Ada", "--role", "admin", "--depot", "NORTH", expect=1)

    assert told.stderr == "Error: --depot: There is no depot NORTH.\n"


def test_a_token_for_one_of_several_of_the_same_name_is_refused(terminal: Terminal) -> None:
    terminal.run("token", "Li Wei", "--role", "technician")
    app = terminal.opened()
    app.unit_of_work(lambda session: people.create(session, "LI WEI", PersonKind.PERSON, SYSTEM, app.clock()))

    assert (
        "Several people are called Li Wei" in terminal.run("token", "Li Wei", "--role", "technician", expect=1).stderr
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("repair",), "No such command 'repair'"),
        (("token",), "Missing argument 'NAME'"),
        (("token", "Ada"), "Missing option '--role'"),
        (("token", "Ada", "--role", "boss"), "'boss' is not one of"),
        (("token", "", "--role", "admin"), "This may not be empty."),
        (("token", "  ", "--role", "admin"), "Blanks alone"),
        (("token", "a" * 201, "--role", "admin"), "Length must be"),
        (("token", "a\nb", "--role", "admin"), "Control characters"),
        (("token", "a\udcff", "--role", "admin"), "broken Unicode"),
        (("token", "Ada", "--role", "admin", "--expires-in", "0"), "0 is not in the range"),
        (("setup", "--tax-rate", "a"), "A rate is a share such as 0.13, or 13%."),
        (("setup", "--tax-rate", "٣"), "A rate is a share"),
        (("setup", "--labour-rate", "12 CNY"), "An amount is a number"),
        (("setup", "--repeat-window-days", "29"), "29 is not in the range"),
        (("setup", "--name-zh", "a" * 201), "Length must be"),
        (("setup", "--address-en", "a" * 10_001), "Length must be"),
        (("setup", "--address-en", "a\x00"), "Control characters"),
        (("serve", "--port", "65536"), "65536 is not in the range"),
    ],
)
def test_what_cannot_be_meant_is_said_before_anything_is_opened(words: tuple[str, ...], said: str) -> None:
    result = CliRunner().invoke(depot, words, obj=None)

    assert (result.exit_code, said in result.stderr) == (2, True), result.output


# setup


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


# verify


def test_verify_is_quiet_about_a_depot_in_order(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin")

    assert terminal.run("verify").output.startswith("All is well (repair orders: 0, events: ")


def test_verify_names_what_is_wrong_and_fails(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "technician")
    terminal.opened().unit_of_work(lambda session: session.execute(text("UPDATE tokens SET role = 'admin'")))

    told = terminal.run("verify", expect=1)

    assert "role is admin, not technician" in told.stdout
    assert "1 fault." in told.stderr


def test_verify_makes_no_depot(terminal: Terminal) -> None:
    assert "There is no depot in " in terminal.run("verify", expect=1).stderr


def test_tables_of_another_version_are_not_worked_on(terminal: Terminal) -> None:
    terminal.run("token", "Ada", "--role", "admin")
    terminal.opened().unit_of_work(
        lambda session: session.execute(text("UPDATE alembic_version SET version_num = '0000'"))
    )

    assert "`depot serve` brings them up to this one" in terminal.run("verify", expect=1).stderr
    assert "A newer version made these tables" in terminal.run("serve", "--port", "0", expect=1).stderr


# failures


@pytest.mark.parametrize(
    ("failure", "said"),
    [
        (DatabaseAway(), "Check that the server runs and that DEPOT_DATABASE_URL is right."),
        (BadSetting("DEPOT_ROOM", "must be a whole number"), "DEPOT_ROOM must be a whole number. Set it anew"),
        (BrokenReferences(["loans"]), "Rows refer to nothing in: ['loans']. Nothing was changed"),
        (CommandError("unknown revision"), "install that version, or restore a backup"),
        (OSError(errno.EACCES, "Permission denied", "/srv"), "set DEPOT_DATA_DIR to another folder"),
    ],
)
def test_every_failure_says_what_to_do(failure: Exception, said: str) -> None:
    assert said in advice(failure)


@pytest.mark.parametrize(
    ("setting", "value", "said"),
    [
        ("DEPOT_DATABASE_URL", "mysql://x", "must begin with postgresql:// or with sqlite:////"),
        ("DEPOT_SECRET_KEY", "short", "must have at least 32 characters"),
        ("DEPOT_PUBLIC_URL", "depot", "must be an http or https address"),
        ("DEPOT_ROOM", "much", "must be a whole number above zero"),
    ],
)
def test_a_bad_setting_is_named(tmp_path: Path, setting: str, value: str, said: str) -> None:
    given = {"DEPOT_DATA_DIR": str(tmp_path), setting: value}

    result = CliRunner().invoke(depot, ["token", "Ada", "--role", "admin"], obj=create_app, env=given)

    assert (result.exit_code, said in result.stderr) == (1, True), result.output


def test_a_file_that_is_no_database_is_named(tmp_path: Path) -> None:
    (tmp_path / "depot.sqlite3").write_text("a letter to a friend, and no database at all")

    result = CliRunner().invoke(depot, ["serve", "--port", "0"], obj=create_app, env={"DEPOT_DATA_DIR": str(tmp_path)})

    assert (result.exit_code, "is no SQLite database" in result.stderr) == (1, True), result.output


def test_the_entry_point_is_the_command_line(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["depot", "--help"])

    with pytest.raises(SystemExit) as left:
        main()

    assert left.value.code == 0
    assert "Begin with `depot demo`" in capsys.readouterr().out
