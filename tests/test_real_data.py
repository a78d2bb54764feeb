"""Data that nobody of the project wrote, all the way: in through the command line and the counter, out on paper.

The files lie beside the project; where they are absent these tests are skipped.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import Client
from desk import Desk
from labels_samples import body_of, folded, text_of
from shared_data import shared, shared_rows
from sqlalchemy import select
from terminal import Terminal, terminal_on

from app import DepotApp
from depot import tokens
from depot.actors import SYSTEM
from depot.open_repair import COLUMNS
from models import ImportedRow, RepairOrder, Role

RESULTS = {
    "Fixed": "repaired",
    "End of life": "beyond_economic_repair",
    "Repairable": "not_repaired",
    "Unknown": "cancelled",
}
REPAIRS = ("dev_fixitclinic_300.csv", "dev_mobifix_200.csv")
NO_PICTURE = re.compile(r"U\+([0-9A-F]{4,6})")
PAPER = ("label.pdf?stock=102x152", "repair-receipt.pdf?language=en")


@dataclass
class Depot:
    """A depot with all the files in it."""

    terminal: Terminal
    app: DepotApp
    desk: Desk
    told: dict[str, str]


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def depot(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Depot]:
    files = ("inventree_parts_414.csv", "inventree_stock_1106.csv", "dev_android_500.csv", *REPAIRS)
    paths = {name: str(shared(name)) for name in files}
    for terminal in terminal_on(request, tmp_path_factory.mktemp("real")):
        terminal.run("setup", "--name-en", "Riverside", "--time-zone", "Europe/London")
        told = {
            "parts": terminal.run("import", "parts", paths["inventree_parts_414.csv"]).output,
            "stock": terminal.run("import", "stock", paths["inventree_stock_1106.csv"], expect=1).output,
            "models": terminal.run(
                "import", "models", paths["dev_android_500.csv"], "--ignore", "name", "--ignore", "device"
            ).output,
            "repairs": "".join(terminal.run("import", "repairs", paths[name]).output for name in REPAIRS),
        }
        app = terminal.opened()
        yield Depot(terminal, app, desk_on(app), told)


def desk_on(app: DepotApp) -> Desk:
    def issue(role: str = "admin", depots: tuple[str, ...] = (), name: str = "") -> str:
        return app.unit_of_work(lambda s: tokens.issue(s, name or role, Role(role), depots, SYSTEM, app.clock())).secret

    return Desk(Client(app), issue)


def repairs() -> dict[str, dict[str, str]]:
    """All rows of the repairs by their ids."""
    return {row["id"]: row for name in REPAIRS for row in shared_rows(name)}


def orders_by_id(depot: Depot) -> dict[str, dict[str, Any]]:
    """All imported orders, as the API lists them, by the ids of their rows."""
    query = select(ImportedRow.key, RepairOrder.number).join(RepairOrder, RepairOrder.id == ImportedRow.order_id)
    numbers = dict(depot.app.unit_of_work(lambda s: [(*row,) for row in s.execute(query)], writing=False))
    listed: dict[str, dict[str, Any]] = {}
    path = "/repair-orders?limit=200"
    while path:
        page = depot.desk.get(path).get_json()
        listed |= {order["number"]: order for order in page["items"]}
        path = f"/repair-orders?limit=200&cursor={page['next']}" if page["next"] else ""
    return {key: listed[number] for key, number in numbers.items()}


def stated(text: str) -> str | None:
    return None if text in {"", "Unknown"} else text


def test_every_row_came_in_or_says_why_not(depot: Depot) -> None:
    assert "414 added, 0 on record already, 0 refused." in depot.told["parts"]
    assert re.search(r" [0-9]+ added, 0 on record already, [0-9]+ refused\.", depot.told["stock"])
    assert depot.told["stock"].count("\nline ") + 1 < 100
    assert re.findall(r"([0-9]+) added.*?([0-9]+) refused", depot.told["repairs"]) == [("300", "0"), ("200", "0")]
    assert " 0 refused." in depot.told["models"]


def test_every_repair_reached_the_end_that_its_row_tells(depot: Depot) -> None:
    orders = orders_by_id(depot)

    wrong = [
        key
        for key, row in repairs().items()
        if (orders[key]["state"], orders[key]["result"]) != ("returned", RESULTS[row["repair_status"]])
    ]

    assert (len(orders), wrong) == (500, [])


def test_every_text_is_read_back_from_the_api_as_it_was(depot: Depot) -> None:
    orders = orders_by_id(depot)

    differ = [
        key
        for key, row in repairs().items()
        for order in [orders[key]]
        if order["reported_fault"] != (row["problem"] or None)
        or order["device"]["make"] != stated(row["brand"])
        or order["device"]["model"] != (row.get("model") or None)
        or order["customer"]["name"] != row["data_provider"]
        or not order["received_at"].startswith(row["event_date"])
    ]

    assert differ == []


def test_every_text_is_read_back_from_the_export_as_it_was(depot: Depot, tmp_path: Path) -> None:
    depot.terminal.run("export", "repairs", "--out", str(tmp_path / "out.csv"))

    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        exported = {row["id"]: row for row in csv.DictReader(file)}

    expected = {
        key: {name: row.get(name, row.get("age", "") if name == "product_age" else "") for name in COLUMNS}
        for key, row in repairs().items()
    }
    assert exported == expected


def test_importing_again_adds_nothing(depot: Depot) -> None:
    again = [depot.terminal.run("import", "repairs", str(shared(name))).output for name in REPAIRS]

    assert "0 added, 300 on record already, 0 refused." in again[0]
    assert "0 added, 200 on record already, 0 refused." in again[1]


def printed(data: bytes) -> str:
    """The text of a PDF without white space, pages in order; a visible code stands for its character."""
    return NO_PICTURE.sub(lambda code: chr(int(code[1], 16)), body_of(data))


def test_every_repair_has_its_label_and_its_receipt_with_the_words_on_it(depot: Depot) -> None:
    rows = repairs()

    missing = [
        key
        for key, order in orders_by_id(depot).items()
        for label, receipt in [[depot.desk.get(f"/repair-orders/{order['number']}/{paper}").data for paper in PAPER]]
        for receipt in [printed(receipt)]
        if order["number"] not in text_of(label)
        or folded(rows[key]["problem"]) not in receipt
        or folded(stated(rows[key]["brand"]) or "not stated") not in receipt
    ]

    assert missing == []


def test_all_is_in_order_afterwards(depot: Depot) -> None:
    told = depot.terminal.run("verify").output

    assert told.startswith("All is well (repair orders: 500,")
