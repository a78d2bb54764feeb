"""The command line, as somebody at a terminal meets it: it says what there is, and what to do where that is not."""

from __future__ import annotations

import errno
import subprocess
import sys
from pathlib import Path

import click
import pytest
from alembic.util import CommandError
from click.testing import CliRunner
from terminal import ROOT

from app import create_app, main
from depot.errors import DatabaseAway
from depot.settings import BadSetting
from models.migrate import BrokenReferences
from routes.cli import COMMANDS, backup, demo, depot, exports, imports, restore, serve, setup, tidy, token, verify
from routes.cli import print as print_
from routes.cli.failures import advice

MODULES: dict[str, click.Command] = {
    "serve": serve.command,
    "setup": setup.command,
    "token": token.command,
    "import": imports.command,
    "export": exports.command,
    "print": print_.command,
    "verify": verify.command,
    "tidy": tidy.command,
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
