"""`depot print`: labels from the command line, on a printer on record or wherever one listens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from databases import NOW
from labels_readers import bars_on, zpl_image, zpl_labels
from printer import free_port, printer
from store import a_depot, an_order
from terminal import Terminal, terminal_on

from depot import printers
from depot.printers import PrinterFacts
from models import State


@pytest.fixture(params=["sqlite", "postgresql"])
def terminal(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Terminal]:
    yield from terminal_on(request, tmp_path)


@pytest.fixture
def numbers(terminal: Terminal) -> list[str]:
    """Three orders of a depot that is served."""
    terminal.run("token", "Ada", "--role", "admin")
    return terminal.opened().unit_of_work(lambda session: [an_order(session, State.RECEIVED).number for _ in range(3)])


def test_labels_come_out_wherever_a_printer_listens(terminal: Terminal, numbers: list[str]) -> None:
    with printer() as fake:
        told = terminal.run("print", *numbers, "--printer", f"127.0.0.1:{fake.port}", "--copies", "2")

    assert told.output == f"Sent 6 labels to 127.0.0.1:{fake.port}.\n"
    assert [(bars_on(zpl_image(zpl))[0], copies) for zpl, copies in zpl_labels(fake.jobs[0])] == [
        (number, 2) for number in numbers
    ]


def test_a_printer_on_record_knows_its_stock(terminal: Terminal, numbers: list[str]) -> None:
    with printer() as fake:
        facts = PrinterFacts("127.0.0.1", fake.port, "102x152", 300)
        terminal.opened().unit_of_work(
            lambda s: printers.create_printer(s, "BOX-1", facts, a_depot(s), NOW, anywhere=True).id
        )
        terminal.run("print", numbers[0], "--printer", "box-1")
        terminal.run("print", numbers[0], "--printer", "BOX-1", "--stock", "50x30", "--dpi", "203")

    assert b"^PW1205^LL1795" in fake.jobs[0]
    assert b"^PW400^LL240" in fake.jobs[1]


@pytest.mark.parametrize(
    ("place", "said"),
    [
        ("NOBODY", "There is no printer NOBODY; name one on record, or HOST:PORT."),
        ("127.0.0.1:x", "There is no printer 127.0.0.1:x"),
        (":9100", "There is no printer :9100"),
        ("a b:9100", "This is no host"),
    ],
)
def test_a_printer_that_is_nowhere_is_told(terminal: Terminal, numbers: list[str], place: str, said: str) -> None:
    told = terminal.run("print", numbers[0], "--printer", place, expect=2 if "There is" in said else 1)

    assert said in told.stderr


def test_a_printer_that_is_off_is_told_with_what_to_check(terminal: Terminal, numbers: list[str]) -> None:
    told = terminal.run("print", numbers[0], "--printer", f"127.0.0.1:{free_port()}", expect=1)

    assert "switched on" in told.stderr


def test_an_order_that_is_not_there_prints_none(terminal: Terminal, numbers: list[str]) -> None:
    with printer() as fake:
        told = terminal.run("print", numbers[0], "RP0", "--printer", f"127.0.0.1:{fake.port}", expect=1)

    assert "There is no repair order RP0" in told.stderr
    assert fake.jobs == []
