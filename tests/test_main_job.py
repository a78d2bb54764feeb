"""The main job, end to end over HTTP: a device is received, inspected, repaired and handed back, on both databases."""

from __future__ import annotations

import pytest
from conftest import Client, TokenMaker
from desk import DIAGNOSIS, FINISH, HAND_OVER, PASS, SUMMARY, Desk


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def test_a_device_goes_through_all_four_stages(desk: Desk) -> None:
    desk.stock("MOTOR-1", 2, sale_price=15000)
    order = desk.receive()
    number = order["number"]

    desk.step(number, "start-inspection", {"scanned": "MJ1311YNG3DV3A"})
    diagnosed = desk.step(number, "diagnose", DIAGNOSIS | {"parts": [{"part_number": "MOTOR-1", "quantity": 1}]})
    desk.step(number, "start-repair")
    replaced = {
        "part_number": "MOTOR-1", "quantity": 1, "outcome": "used", "condition": "new",
        "removed_destination": "factory", "in_warranty": True, "fault_seen": "worn",
    }  # fmt: skip
    desk.step(number, "replace-part", replaced)
    desk.step(number, "finish-repair", FINISH)
    tested = desk.step(number, "test", PASS)
    ready = desk.step(number, "summarize", SUMMARY)
    returned = desk.step(number, "hand-over", HAND_OVER)

    assert (order["state"], order["stage"], order["version"], order["result"]) == ("received", "receive", 1, None)
    assert diagnosed["state"] == "approved"
    assert (tested["state"], tested["result"]) == ("summarizing", "repaired")
    assert (ready["state"], ready["repair_warranty_until"]) == ("ready", "2027-02-20")
    assert (returned["state"], returned["stage"], returned["allowed_actions"]) == ("returned", "summarize", [])
    assert [line["returned"] for line in returned["accessories"]] == [True, False, True]
    part = desk.get("/parts/MOTOR-1").get_json()
    assert (part["on_hand"], part["reserved"], part["available"]) == (1, 0, 1)
    events = desk.get(f"/repair-orders/{number}/events").get_json()["items"]
    assert [event["action"] for event in events] == [
        "receive", "start-inspection", "diagnose", "start-repair", "replace-part", "finish-repair", "test",
        "summarize", "hand-over",
    ]  # fmt: skip
    for kind in ("intake-receipt", "repair-receipt"):
        first = desk.get(f"/repair-orders/{number}/{kind}.pdf").data
        assert first.startswith(b"%PDF")
        assert desk.get(f"/repair-orders/{number}/{kind}.pdf").data == first
    for form in ("svg", "png", "pdf", "zpl"):
        assert desk.get(f"/repair-orders/{number}/label.{form}").data
