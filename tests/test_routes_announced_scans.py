"""A box arrives: whatever of it is scanned leads to its announcement, and another device in it is noticed."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import pytest
from announced import announce, valid_for
from conftest import Client, Clock, TokenMaker
from desk import CHECKLIST, Desk, intake

SERIAL, FORMER = "MJ1311YNG3DV3A", "OLD-0007"
IMEI, MAC, TAG = "490154203237518", "00:1A:2B:3C:4D:5E", "INV 4711"
MEANT = {
    "the number": "{number}",
    "the number in lower case with a line end": "{lower}\r\n",
    "the number twice": "{number}{number}",
    "the number with its symbology": "]C0{number}",
    "the serial number": SERIAL,
    "the serial number in lower case with a line end": f"{SERIAL.lower()}\r\n",
    "a GS1 string": f"]C10104012345678901{'21'}{SERIAL}\x1d10L",
    "the IMEI": f"{IMEI}\n",
    "the IMEI as people write it": "49-015420-323751-8",
    "the MAC": f"{MAC}\t",
    "the MAC in lower case without colons": MAC.replace(":", "").lower(),
    "the asset tag": TAG,
}
HOSTILE = ["\x00", "'; DROP TABLE repair_orders; --", "𠮷", "x" * 200, "]C1", "<script>", "%"]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


@pytest.fixture
def number(desk: Desk) -> str:
    """An announced device with every identifier, and a serial number that it bore once."""
    kinds = {"imei": IMEI, "mac": MAC, "asset_tag": TAG}
    identifiers = [{"kind": kind, "value": value} for kind, value in kinds.items()]
    order = announce(desk, device={"serial_number": FORMER, "identifiers": identifiers})
    desk.client.put(f"/devices/{order['device']['id']}", {"serial_number": SERIAL}, token=desk.token("admin"))
    found: str = order["number"]
    return found


def meant(text: str, number: str) -> str:
    return text.format(number=number, lower=number.lower())


def scan(desk: Desk, code: str, role: str = "service_desk", expect: int = 200) -> Any:
    return desk.get(f"/scan?code={quote(code, safe='')}", role, expect=expect).get_json()


@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_a_scan_of_it_leads_to_its_announcement_and_the_next_step(desk: Desk, number: str, text: str) -> None:
    answer = scan(desk, meant(text, number))

    assert answer["open_order"] == number
    assert [each["action"] for each in answer["allowed_actions"]] == ["receive", "refuse", "cancel"]
    assert answer["allowed_actions"][0]["missing"] == []


def test_a_serial_number_that_it_bore_once_leads_there_with_a_warning(desk: Desk, number: str) -> None:
    answer = scan(desk, FORMER)

    assert answer["open_order"] == number
    assert "receive" in [each["action"] for each in answer["allowed_actions"]]
    assert any(FORMER in warning for warning in answer["warnings"])


@pytest.mark.parametrize(
    ("role", "may"), [("integration", True), ("manager", True), ("technician", False), ("logistics", False)]
)
def test_the_next_step_is_for_those_who_may(desk: Desk, number: str, role: str, may: bool) -> None:
    actions = [each["action"] for each in scan(desk, SERIAL, role)["allowed_actions"]]

    assert ("receive" in actions) is may


def test_a_late_box_still_leads_to_its_announcement(desk: Desk, clock: Clock) -> None:
    valid_for(desk)
    number = announce(desk)["number"]
    clock.advance(days=30)

    answer = scan(desk, SERIAL)

    assert (answer["open_order"], answer["allowed_actions"][0]["action"]) == (number, "receive")


@pytest.mark.parametrize("text", MEANT.values(), ids=MEANT)
def test_it_is_received_with_what_was_scanned(desk: Desk, number: str, text: str) -> None:
    order = desk.step(number, "receive", CHECKLIST | {"scanned": meant(text, number)})

    assert (order["number"], order["state"], order["version"]) == (number, "received", 2)


@pytest.mark.parametrize("body", [{}, {"scanned": None}, {"scanned": ""}, {"scanned": " \r\n"}])
def test_nobody_has_to_scan(desk: Desk, number: str, body: dict[str, Any]) -> None:
    assert desk.step(number, "receive", CHECKLIST | body)["state"] == "received"


@pytest.mark.parametrize("scanned", [FORMER, "OTHER-1", "{other}", SERIAL.replace("1", "I"), IMEI[:-1] + "0", *HOSTILE])
def test_another_device_in_the_box_is_noticed_and_nothing_happens(desk: Desk, number: str, scanned: str) -> None:
    other = announce(desk, device={"serial_number": "OTHER-1"})["number"]
    sent = scanned.format(other=other) if "{other}" in scanned else scanned

    problem = desk.step(number, "receive", CHECKLIST | {"scanned": sent}, expect=409)

    assert (problem["number"], problem["scanned"]) == (number, sent)
    assert "right device" in problem["detail"]
    assert desk.order(number)["state"] == "announced"
    assert [event["action"] for event in desk.events(number)] == ["announce"]


@pytest.mark.parametrize("scanned", [7, ["x"], "x" * 2001, True])
def test_what_is_no_scan_does_not_validate(desk: Desk, number: str, scanned: Any) -> None:
    problem = desk.step(number, "receive", CHECKLIST | {"scanned": scanned}, expect=422)

    assert [error["pointer"] for error in problem["errors"]] == ["/scanned"]


def test_an_intake_of_what_nobody_announced_has_nothing_to_compare_with(desk: Desk) -> None:
    problem = desk.receive(expect=422, scanned=SERIAL)

    assert [error["pointer"] for error in problem["errors"]] == ["/scanned"]
    assert intake()["device"]["serial_number"] == SERIAL
