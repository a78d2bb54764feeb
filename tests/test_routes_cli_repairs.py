"""``depot import repairs`` and ``depot export repairs``: the Open Repair Data Standard, in and out again."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import Client
from desk import Desk, intake
from shared_data import shared
from terminal import Terminal, terminal_on

from depot import tokens
from depot.actors import SYSTEM
from depot.open_repair import COLUMNS, our_id, provider_of
from models import Depot, Role
from routes.cli import exports

HEADER = ",".join(COLUMNS) + "\n"
FORMULA = "=HYPERLINK(1) 吸力 𠮷"
ROW = 'fixit_1,Fixit Clinic,USA,blender,Food processor,37,Unknown,2013,10,Fixed,,Fixit,2024-01-22,"{}"\n'


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path / "depot")


def imported(terminal: Terminal, file: Path, text: str, expect: int = 0) -> str:
    file.write_text(text, encoding="utf-8", newline="")
    return str(terminal.run("import", "repairs", str(file), expect=expect).output)


def desk_of(terminal: Terminal) -> Desk:
    app = terminal.opened()

    def issue(role: str = "admin", depots: tuple[str, ...] = (), name: str = "") -> str:
        return app.unit_of_work(lambda s: tokens.issue(s, name or role, Role(role), depots, SYSTEM, app.clock())).secret

    return Desk(Client(app), issue)


def test_the_columns_are_those_of_the_standard() -> None:
    described = json.loads(shared("ords_tableschema.json").read_text(encoding="utf-8"))

    assert [field["name"] for field in described["resources"][0]["schema"]["fields"]] == list(COLUMNS)


@pytest.mark.parametrize(("option", "problem"), [((), FORMULA), (("--for-spreadsheet",), "'" + FORMULA)])
def test_what_came_in_goes_out_verbatim_or_guarded(
    terminal: Terminal, tmp_path: Path, option: tuple[str, ...], problem: str
) -> None:
    imported(terminal, tmp_path / "in.csv", HEADER + ROW.format(FORMULA))

    told = terminal.run("export", "repairs", "--out", str(tmp_path / "out.csv"), *option).output

    assert "1 repairs." in told
    exported = (tmp_path / "out.csv").read_text(encoding="utf-8").replace("\r\n", "\n")
    assert exported == (HEADER + ROW.format(problem)).replace('"', "")


def test_an_export_that_is_imported_again_changes_nothing(terminal: Terminal, tmp_path: Path) -> None:
    imported(terminal, tmp_path / "in.csv", HEADER + ROW.format(FORMULA))
    desk = desk_of(terminal)
    desk.until("returned")
    printed = terminal.run("export", "repairs").output

    told = imported(terminal, tmp_path / "out.csv", printed.replace("\r\n", "\n"))

    assert "0 added, 2 on record already, 0 refused." in told
    assert terminal.run("verify").output.startswith("All is well")


def test_an_imported_repair_is_shown_with_what_is_known(terminal: Terminal, tmp_path: Path) -> None:
    imported(terminal, tmp_path / "in.csv", HEADER + ROW.format("  two  blanks "))
    desk = desk_of(terminal)

    (brief,) = desk.get("/repair-orders").get_json()["items"]
    order = desk.order(brief["number"])

    assert (order["source"], order["state"], order["result"]) == ("import", "returned", "repaired")
    assert order["reported_fault"] == "  two  blanks "
    device = order["device"]
    assert (device["make"], device["model"], device["serial_number"], device["serial_status"]) == (None,) * 4
    assert (order["assigned_to"], order["findings"][0]["finding"], order["promised_on"]) == (None, None, None)
    assert desk.get(f"/repair-orders/{brief['number']}/repair-receipt.pdf").data.startswith(b"%PDF")


def test_a_device_of_which_little_is_known_is_read_and_put_back(terminal: Terminal, tmp_path: Path) -> None:
    imported(terminal, tmp_path / "in.csv", HEADER + ROW.format("x"))
    desk = desk_of(terminal)

    device = desk.get("/devices/1").get_json()
    answer = desk.client.send("PUT", "/devices/1", json=device, token=desk.token("admin")).get_json()

    assert (answer["make"], answer["serial_number"], answer["serial_status"]) == (None, None, None)
    customer = desk.get("/customers/1").get_json()
    desk.client.send("PUT", "/customers/1", json=customer, token=desk.token("admin"))
    assert desk.get("/product-models").get_json()["items"][0]["make"] is None


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (ROW.format("x").replace("Fixed", "Broken"), "line 2: repair_status: Must be one of: Fixed, Repairable"),
        (ROW.format("x").replace("2024-01-22", "22.01.2024"), "line 2: event_date: Not a valid date."),
        (ROW.format("x").replace("2024-01-22", "2224-01-22"), "line 2: event_date: This day has not come yet."),
        (ROW.format("x" * 10_001), "line 2: problem: Length must be"),
        (ROW.format("a\x07b"), "line 2: problem: Control characters"),
        (ROW.format("x").replace("fixit_1", ""), "line 2: id: Missing data"),
        (ROW.format("x").replace("fixit_1", "1.2E+12"), "line 2: id: 1.2E+12 is a number"),
        (ROW.format("x") + ROW.format("y"), "line 3: The repair fixit_1 was imported before with another `problem`"),
    ],
)
def test_what_is_refused_says_where_and_why(tmp_path: Path, row: str, said: str) -> None:
    terminal = Terminal({"DEPOT_DATA_DIR": str(tmp_path)})

    told = imported(terminal, tmp_path / "in.csv", HEADER + row, expect=1)
    terminal.close()

    assert said in told


@pytest.mark.parametrize(
    ("names", "provider"), [(("河畔", "Riverside"), "Riverside"), (("河畔", ""), "河畔"), (("", ""), "MAIN")]
)
def test_a_depot_provides_data_under_its_name(names: tuple[str, str], provider: str) -> None:
    assert provider_of(Depot(code="MAIN", name_zh=names[0], name_en=names[1])) == provider


def test_one_noun_can_be_exported() -> None:
    assert list(exports.command.commands.values()) == [exports.repairs]


def test_an_order_s_number_goes_out_in_the_form_of_the_standard() -> None:
    assert re.fullmatch(r"[a-z]+-[0-9]+", our_id("RP260000001X"))


def test_of_our_own_only_what_has_ended_goes_out(terminal: Terminal, tmp_path: Path) -> None:
    terminal.run("setup", "--name-en", "Riverside")
    desk = desk_of(terminal)
    number = desk.until("returned", reported_fault="-1 degree")
    desk.until("ready")

    printed = terminal.run("export", "repairs", "--depot", "MAIN").output

    (row,) = csv.DictReader(printed.replace("\r\n", "\n").splitlines())
    assert row | {"event_date": ""} == dict.fromkeys(COLUMNS, "") | {
        "id": our_id(number),
        "data_provider": "Riverside",
        "partner_product_category": intake()["device"]["model"],
        "product_category": "Misc",
        "product_category_id": "18",
        "brand": "Gtech",
        "repair_status": "Fixed",
        "group_identifier": "Riverside",
        "problem": "-1 degree",
    }


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("export", "--help"), 0, "--for-spreadsheet"),
        (("export", "repairs", "--help"), 0, "Open Repair Data Standard"),
        (("export", "parts"), 2, "No such command 'parts'"),
        (("export", "repairs"), 1, "There is no depot in"),
    ],
)
def test_the_command_says_what_it_takes(tmp_path: Path, words: tuple[str, ...], status: int, said: str) -> None:
    told = Terminal({"DEPOT_DATA_DIR": str(tmp_path)}).run(*words, expect=status).output

    assert said in " ".join(told.split())
