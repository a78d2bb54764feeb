"""``depot import``: rows of other systems come in whole, once, and what is refused says where and why."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import func, select
from terminal import ROOT, Terminal, terminal_on

from models import Customer, Entitlement, ImportedRow, Movement, Part, ProductModel

PARTS = "part_number,name,serialized,unit,sale_price,currency\n"
STOCK = "id,part_number,quantity,location,serial_number,condition\n"
MODELS = "make,model,replacement_value\n"
CUSTOMERS = "name,phone,email,language\n"


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path / "depot")


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "rows.csv"


def imported(terminal: Terminal, what: str, file: Path, text: str, *more: str, expect: int = 0) -> str:
    """What the import of a file of this text says."""
    file.write_text(text, encoding="utf-8", newline="")
    return str(terminal.run("import", what, str(file), *more, expect=expect).output)


def count_of(terminal: Terminal, table: type) -> int:
    app = terminal.opened()
    return int(app.unit_of_work(lambda s: s.scalar(select(func.count()).select_from(table)), writing=False) or 0)


CARDS = "make,kind,valid_from,valid_until,serial_from,serial_to,labour\n"
CARD_ROWS = "G,extended_warranty,2026-01-01,2027-01-01,A100,A199,no\nG,service_contract,2026-01-01,2026-12-31,,,\n"

ROWS = [
    ("entitlements", CARDS + CARD_ROWS, Entitlement, 2),
    ("parts", PARTS + "P-1,panel 屏幕,no,,120.50,\nP-2,board,yes,piece,,\nP-3,oil,no,litres,3,EUR\n", Part, 3),
    ("models", MODELS + "Gtech,AR-20,1500\n苹果,𠮷 5s,\nGtech,AR-20,\n", ProductModel, 2),
    ("customers", CUSTOMERS + "张䶮,0571 8888 0001,a@example.org,\nAda,,ada@example.org,en\n", Customer, 2),
]


@pytest.mark.parametrize(("what", "text", "table", "rows"), ROWS)
def test_rows_come_in_once(terminal: Terminal, file: Path, what: str, text: str, table: type, rows: int) -> None:
    first = imported(terminal, what, file, text)
    again = imported(terminal, what, file, text)

    assert f"rows.csv: {rows} added, " in first
    assert "rows.csv: 0 added, " in again
    assert count_of(terminal, table) == rows
    assert terminal.run("verify").output.startswith("All is well")


def test_stock_comes_in_through_the_ledger_once(terminal: Terminal, file: Path) -> None:
    imported(terminal, "parts", file, PARTS + "P-1,panel,no,,,\nP-2,board,yes,,,\nP-3,oil,no,litres,,\n")
    rows = STOCK + "a1,P-1,20.000,A-1,,\na2,P-2,1,A-2,SN-1,refurbished\na3,P-3,2.275,,,\n"

    first = imported(terminal, "stock", file, rows, "--location", "SHELF")
    again = imported(terminal, "stock", file, rows, "--location", "SHELF")

    moved = terminal.opened().unit_of_work(
        lambda s: s.scalars(select(Movement).order_by(Movement.id)).all(), writing=False
    )
    assert ("3 added" in first, "3 on record already" in again) == (True, True)
    assert [(move.kind.value, move.reference, move.to_location.code) for move in moved] == [
        ("receipt", "rows.csv, row a1", "A-1"),
        ("receipt", "rows.csv, row a2", "A-2"),
        ("receipt", "rows.csv, row a3", "SHELF"),
    ]
    assert terminal.run("verify").output.startswith("All is well")


REFUSED = [
    ("parts", PARTS + "1.2E+15,panel,,,,\n", "line 2: part_number: 1.2E+15 is a number that a spreadsheet has rounded"),
    ("parts", PARTS + ",panel,,,,\n", "line 2: part_number: Missing data for required field."),
    ("parts", PARTS + "P-1,panel,perhaps,,,\n", "line 2: serialized: Say yes or no."),
    ("parts", PARTS + "P-1,panel,no,barrels,,\n", "line 2: unit: Count it in one of: piece"),
    ("parts", PARTS + 'P-1,panel,no,,"1,200",\n', "line 2: sale_price: A plain number such as 12 or 0.5"),
    ("parts", PARTS + "P-1,panel,no,,1.234,\n", "line 2: sale_price: 1.234 is finer than the smallest amount of CNY"),
    ("parts", PARTS + "P-1,panel,yes,litres,,\n", "line 2: unit: A serialised part is counted in pieces."),
    ("parts", PARTS + f"P-1,{'x' * 201},no,,,\n", "line 2: name: Length must be"),
    ("parts", PARTS + "P-1,a\x1b[31mb,no,,,\n", "line 2: name: Control characters"),
    ("parts", PARTS + "P-1,panel,no\n", "line 2: 3 cells where the header has 6 columns."),
    ("parts", PARTS + "P-1,a,,,,\nP-1,b,,,,\n", "line 3: The part P-1 is on record with another name; change it."),
    ("parts", "part_number,name,name\n", "line 1: the header has `name` twice."),
    ("parts", "part_number\nP-1\n", "line 1: the header lacks `name`; it has `part_number`."),
    ("parts", "part_number,name,colour\n", "line 1: nobody here reads `colour`;"),
    ("stock", STOCK + "6.37702E+15,P-1,1,A,,\n", "line 2: id: 6.37702E+15 is a number that a spreadsheet"),
    ("stock", STOCK + "a1,P-1,1,A,6.37702E+15,\n", "line 2: serial_number: 6.37702E+15 is a number"),
    ("stock", STOCK + "a1,P-1,0,A,,\n", "line 2: part_number: There is no part P-1."),
    ("stock", STOCK + "a1,P-1,1,,,\n", "line 2: location: No bin is named; --location BIN"),
    ("stock", STOCK + "a1,P-1,-1,A,,\n", "line 2: quantity: A plain number"),
    ("models", MODELS + "Gtech,,\n", "line 2: model: Missing data"),
    ("models", MODELS + "Gtech,AR-20,10\nGtech,AR-20,11\n", "line 3: Gtech AR-20 is on record with another"),
    ("customers", CUSTOMERS + "Ada,,,\n", "line 2: contacts: A customer needs a phone or an e-mail here"),
    ("customers", CUSTOMERS + "Ada,1,nobody,\n", "line 2: email: An e-mail address has the form"),
    ("customers", CUSTOMERS + "Ada,8.6E+12,,\n", "line 2: phone: 8.6E+12 is a number"),
    ("customers", CUSTOMERS + "Ada,,a@b.org,en\nAda,,a@b.org,zh\n", "line 3: Customer 1 has this name"),
    ("customers", CUSTOMERS + "Ada,,a@b.org,fr\n", "line 2: language: Must be one of"),
]


@pytest.fixture(scope="module")
def embedded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Terminal]:
    terminal = Terminal({"DEPOT_DATA_DIR": str(tmp_path_factory.mktemp("depot"))})
    yield terminal
    terminal.close()


@pytest.mark.parametrize(("what", "text", "said"), REFUSED)
def test_what_is_refused_says_where_and_why(tmp_path: Path, file: Path, what: str, text: str, said: str) -> None:
    terminal = Terminal({"DEPOT_DATA_DIR": str(tmp_path)})

    told = imported(terminal, what, file, text, expect=1)
    terminal.close()

    assert said in told
    assert "1 refused." in told
    assert "import the file again" in told


def test_a_refused_row_leaves_nothing_and_the_others_stay(terminal: Terminal, file: Path) -> None:
    imported(terminal, "parts", file, PARTS + "P-1,panel,no,,,\nP-2,board,yes,,,\n")
    rows = STOCK + "a1,P-1,5,A-1,,\na2,P-2,1,A-2,SN-1,\na3,P-2,1,NEW,SN-1,\na4,P-1,1.5,A-1,,\na5,P-1,7,A-1,,\n"

    told = imported(terminal, "stock", file, rows, "--report", str(file.with_name("bad.csv")), expect=1)

    with file.with_name("bad.csv").open(encoding="utf-8", newline="") as report:
        assert [(row["line"], row["column"]) for row in csv.DictReader(report)] == [("4", ""), ("5", "quantity")]
    assert "line 4: The serial number SN-1 of P-2 is on record: it is in A-2." in told
    assert "rows.csv: 3 added, 0 on record already, 2 refused." in told
    assert (count_of(terminal, Movement), count_of(terminal, ImportedRow)) == (3, 3)
    assert terminal.run("verify").output.startswith("All is well")


def test_the_same_row_with_other_cells_is_refused(terminal: Terminal, file: Path) -> None:
    imported(terminal, "parts", file, PARTS + "P-1,panel,no,,,\n")
    imported(terminal, "stock", file, STOCK + "a1,P-1,5,A-1,,\n")

    told = imported(terminal, "stock", file, STOCK + "a1,P-1,6,A-1,,\n", expect=1)

    assert "line 2: The row a1 was imported before with other values" in told


def test_what_cannot_be_read_on_keeps_what_came_before(terminal: Terminal, file: Path) -> None:
    told = imported(terminal, "parts", file, PARTS + 'P-1,panel,no,,,\nP-2,"board,no,,,\nP-3,x,no,,,\n', expect=1)

    assert "line 3: a quote that is opened here is not closed; nothing from there on was read." in told
    assert count_of(terminal, Part) == 1


def test_columns_are_left_out_only_on_purpose(terminal: Terminal, file: Path) -> None:
    told = imported(terminal, "models", file, "brand,name,model\nApple,iPhone,A1\n", "--ignore", "name")

    assert "1 added" in told


@pytest.mark.parametrize(
    ("words", "status", "said"),
    [
        (("import", "--help"), 0, "What each file must hold"),
        (("import", "stock", "--help"), 0, "Columns (our own): id, part_number, quantity"),
        (("import", "parts", "nowhere.csv"), 2, "File 'nowhere.csv' does not exist"),
        (("import", "parts", "."), 2, "is a directory"),
        (("import", "parts", __file__, "--encoding", "klingon"), 2, "'klingon' is not one of"),
        (("import", "dreams", __file__), 2, "No such command 'dreams'"),
        (("import", "stock", __file__, "--depot", "NORTH"), 1, "There is no depot with this code"),
    ],
)
def test_the_command_says_what_it_takes(embedded: Terminal, words: tuple[str, ...], status: int, said: str) -> None:
    told = embedded.run(*words, expect=status).output

    assert said in " ".join(told.split())


PEAK = """
import sys
from app import main
try:
    main()
finally:
    print("peak", *[line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM")])
"""


def test_twenty_thousand_rows_take_no_more_memory_than_one_thousand(tmp_path: Path, file: Path) -> None:
    settings = {"DEPOT_DATA_DIR": str(tmp_path / "depot")}

    peaks = [peak_of(settings, file, rows) for rows in (1_000, 20_000)]

    assert peaks[1] < peaks[0] + 8_000


def peak_of(settings: dict[str, str], file: Path, rows: int) -> int:
    """The most memory, in kB, of a process that imports so many rows, seven of ten refused, the others on record."""
    ten = "make,model,\n" * 3 + "make,,\n" * 7
    file.write_text(MODELS + f"make,model {rows},\n" + ten * (rows // 10), encoding="utf-8")
    words = [sys.executable, "-W", "error", "-c", PEAK, "import", "models", str(file)]
    told = subprocess.run(words, env={**os.environ, **settings}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert f"{rows // 10 * 7} refused" in told.stdout, told.stderr
    return int(told.stdout.split()[-1])
