"""A refusal names no place of a depot that the caller's token does not cover."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk, approved

SECRET = "SECRET-BIN-7"
SERIAL = "S-NORTH"
USED = {"part_number": "SSD", "quantity": 1, "outcome": "used", "installed_serial": "S-MAIN"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    """A depot with a unit of its own, beside another one with a unit in a bin that is nobody's business here."""
    desk = Desk(client, token)
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    desk.stock("SSD", 0, serialized=True)
    desk.arrive("SSD", 1, serial_numbers=["S-MAIN"], depot="MAIN")
    desk.arrive("SSD", 1, serial_numbers=[SERIAL], depot="NORTH", location=SECRET)
    return desk


WAYS: dict[str, tuple[str, dict[str, Any]]] = {
    "receipt": ("/stock/receipts", {"quantity": 1, "reference": "x"}),
    "issue": ("/stock/issues", {"quantity": 1, "reason": "x"}),
    "issue from anywhere": ("/stock/issues", {"quantity": 1, "reason": "x", "location": None}),
    "found": ("/stock/adjustments", {"quantity": 1, "reason": "x"}),
    "lost": ("/stock/adjustments", {"quantity": -1, "reason": "x"}),
}


@pytest.mark.parametrize("way", WAYS)
def test_the_store_does_not_learn_where_another_depots_unit_is(desk: Desk, token: TokenMaker, way: str) -> None:
    path, more = WAYS[way]
    body = {"part_number": "SSD", "location": "A-1", "serial_numbers": [SERIAL], "depot": "MAIN"} | more

    blind = desk.client.post(path, body, token=token("manager", ["MAIN"]), expect=409)
    seeing = desk.client.post(path, body, token=token("manager"), expect=409)

    assert SECRET not in blind.text
    assert "does not cover" in blind.get_json()["detail"]
    assert SECRET in seeing.text


@pytest.mark.parametrize("action", ["start-repair", "replace-part"])
def test_nor_does_the_bench(desk: Desk, token: TokenMaker, action: str) -> None:
    number = approved(desk, ("SSD", 1), depot="MAIN")
    bench = token("technician", ["MAIN"])
    body: dict[str, Any] = {"serial_numbers": [SERIAL]}
    if action == "replace-part":
        desk.step(number, "start-repair")
        body = USED | {"removed_serial": SERIAL, "removed_destination": "scrap"}

    problem = desk.client.post(f"/repair-orders/{number}/{action}", body, token=bench, expect=409)

    assert SECRET not in problem.text
    assert problem.get_json()["location"] is None
