"""Stage 3: no order gets on before its parts are settled; a swapped board moves the serial on."""

from __future__ import annotations

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, FINISH, Desk, approved, cny, figures

REPLACED = {"part_number": "MOTOR", "quantity": 1, "outcome": "used", "condition": "new", "in_warranty": True}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def test_no_test_before_every_part_has_an_outcome_and_a_destination(desk: Desk) -> None:
    desk.stock("MOTOR", 1)
    number = approved(desk, ("MOTOR", 1))
    desk.step(number, "start-repair")

    no_outcome = desk.step(number, "finish-repair", FINISH, expect=409)
    desk.step(number, "replace-part", REPLACED | {"removed_serial": "OLD-1"})
    no_destination = desk.step(number, "finish-repair", FINISH, expect=409)
    desk.step(
        number, "replace-part", {"part_number": "MOTOR", "removed_serial": "OLD-1", "removed_destination": "scrap"}
    )
    order = desk.step(number, "finish-repair", FINISH)

    assert [lack["code"] for lack in no_outcome["missing"]] == ["part_outcome"]
    assert [lack["code"] for lack in no_destination["missing"]] == ["removed_destination"]
    assert order["state"] == "testing"


@pytest.mark.parametrize("action", ["cancel", "diagnose"])
def test_nor_does_an_order_end_otherwise_before_that(desk: Desk, action: str) -> None:
    desk.stock("MOTOR", 1)
    number = approved(desk, ("MOTOR", 1))
    desk.step(number, "start-repair")
    desk.step(number, "reinspect", {"reason": "not the motor"})
    body = {
        "cancel": {"reason": "sold it"},
        "diagnose": DIAGNOSIS | {"verdict": "not_repaired", "not_repaired_reason": "x"},
    }[action]

    lacking = desk.step(number, action, body, expect=409)
    desk.step(number, "replace-part", REPLACED | {"outcome": "unused"})
    order = desk.step(number, action, body)

    assert [lack["code"] for lack in lacking["missing"]] == ["part_outcome"]
    assert order["state"] == "summarizing"
    assert figures(desk, "MOTOR") == (1, 0, 1)


@pytest.mark.parametrize("state", ["inspecting", "awaiting_approval", "approved", "awaiting_parts"])
def test_outside_of_repairing_a_part_that_was_not_issued_has_no_outcome(desk: Desk, state: str) -> None:
    desk.furnish(labour_rate=cny(30000))
    desk.stock("MOTOR", 3)
    desk.stock("NOWHERE-1", 0)
    number = desk.until(state)

    problem = desk.step(number, "replace-part", REPLACED, expect=409)

    assert problem["available"] == 0
    assert figures(desk, "MOTOR") == (3, 0, 3)


def test_a_swapped_board_moves_the_serial_on_and_both_numbers_find_the_device(desk: Desk) -> None:
    desk.stock("BOARD", 1)
    number = approved(desk, ("BOARD", 1), device={"serial_number": "OLD-SN"})
    desk.step(number, "start-repair")
    body = REPLACED | {"part_number": "BOARD", "removed_destination": "destroyed_for_data"}

    order = desk.step(number, "replace-part", body | {"new_device_serial": " NEW-SN "})

    assert order["device"]["serial_number"] == "NEW-SN"
    for serial in ("OLD-SN", "NEW-SN"):
        devices = desk.get(f"/devices?serial_number={serial}").get_json()["items"]
        assert [device["id"] for device in devices] == [order["device"]["id"]]
        found = desk.get(f"/repair-orders?serial_number={serial}").get_json()["items"]
        assert [each["number"] for each in found] == [number]
    assert "NEW-SN" not in str(desk.events(number, "replace-part")[0]["facts"])


def test_a_serial_that_another_device_bears_is_not_taken_and_nothing_is_booked(desk: Desk) -> None:
    desk.receive(device={"serial_number": "TAKEN"})
    desk.stock("BOARD", 1)
    number = approved(desk, ("BOARD", 1))
    desk.step(number, "start-repair")

    desk.step(number, "replace-part", REPLACED | {"part_number": "BOARD", "new_device_serial": "TAKEN"}, expect=409)

    assert desk.step(number, "finish-repair", FINISH, expect=409)["missing"][0]["code"] == "part_outcome"
