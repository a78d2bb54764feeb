"""What an intake may leave out, and how it names a customer and a device that are on record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import ADVICE, INTAKE, Desk, intake
from store import another_depot

ALWAYS = ("depot", "customer", "device", "reported_fault", "channel", "condition", "data", "warranty", "accessories")
MAY_BE_NULL = {"other_faults": None, "charges_told": None, "preapproved_limit": None, "priority": None, "depot": None}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def without(order: dict[str, Any]) -> dict[str, Any]:
    """An order, less what two of them can never share."""
    own = {"number", "links", "device", "customer", "accessories"}
    return {name: value for name, value in order.items() if name not in own}


@pytest.mark.parametrize("empty", [None, "", " \n"])
def test_what_may_be_left_out_may_be_null_and_a_text_empty(desk: Desk, empty: str | None) -> None:
    bare = {name: INTAKE[name] for name in (*ALWAYS, "promised_on")}
    device = INTAKE["device"] | {"identifiers": None, "confirmed_new": None, "serial_number": "S-2"}
    line = {"name": "cable", "quantity": None, "disposition": "sent_home"}

    first = desk.post("/repair-orders", bare, expect=201).json
    body = bare | MAY_BE_NULL | {"other_faults": empty, "device": device, "accessories": [line]}
    second = desk.post("/repair-orders", body, expect=201).json

    assert without(second) == without(first)
    assert (second["other_faults"], second["charges_told"]) == (None, [])
    assert second["accessories"][0]["quantity"] == 1


@pytest.mark.parametrize(
    ("path", "body", "member", "default"),
    [
        ("/parts", {"part_number": "P", "name": "p", "serialized": None, "unit": None}, "unit", "piece"),
        ("/people", {"name": "Wei", "kind": None}, "kind", "person"),
        ("/customers", {"name": "A", "phone": "0571 8888 0001", "language": None, "contacts": None}, "language", "zh"),
        ("/depots", {"code": "B", "phones": None, "time_zone": None, "policies": None}, "time_zone", "Asia/Shanghai"),
        (
            "/loaner-units",
            {"code": "L", "make": "a", "model": "b", "serial_number": "c", "accessories": None},
            "accessories",
            [],
        ),
        ("/refusals", ADVICE | {name: INTAKE[name] for name in ALWAYS[1:3]} | {"channel": None}, "channel", "walk_in"),
    ],
)
def test_null_means_the_default_everywhere(
    desk: Desk, path: str, body: dict[str, Any], member: str, default: object
) -> None:
    assert desk.post(path, body, expect=201).json[member] == default


def test_a_token_without_depots_covers_them_all(desk: Desk) -> None:
    person = desk.post("/people", {"name": "Wei"}, expect=201).json["id"]
    body = {"person": person, "name": "laptop", "role": "technician", "depots": None, "expires_at": None}

    assert desk.post("/tokens", body, expect=201).json["token"]["depots"] == []


@pytest.mark.parametrize(
    ("beside", "pointer"),
    [
        ({}, None),
        ({"name": "张䶮"}, None),
        ({"name": None, "phone": None, "email": "", "language": None}, None),
        ({"phone": "0571 0000 0000", "email": "A@example.org", "language": "zh"}, None),
        ({"name": "李娜"}, "/customer/name"),
        ({"phone": "+86 571 0000 0009"}, "/customer/phone"),
        ({"email": "b@example.org"}, "/customer/email"),
        ({"language": "en"}, "/customer/language"),
        ({"email": "nowhere"}, "/customer/email"),
    ],
)
def test_what_stands_beside_a_customers_id_is_what_is_on_record(
    desk: Desk, beside: dict[str, Any], pointer: str | None
) -> None:
    known = desk.receive()["customer"]["id"]
    body = intake(device={"serial_number": "S-2"}) | {"customer": {"id": known, **beside}}

    answer = desk.post("/repair-orders", body, expect=201 if pointer is None else 422).json

    assert [error["pointer"] for error in answer.get("errors", ())] == ([] if pointer is None else [pointer])
    assert pointer or answer["customer"]["id"] == known


def test_the_customer_and_device_that_an_order_shows_name_them_again(desk: Desk) -> None:
    order = desk.receive()
    desk.step(order["number"], "cancel", {"reason": "changed their mind"})
    desk.step(order["number"], "summarize", {"cause": "none", "advice": "none"})
    body = {"voucher_returned": True, "accessories_returned": True, "signed_by": "张䶮"}
    desk.step(order["number"], "hand-over", body | {"signature_origin": "customer_at_counter"})

    shown = {name: order[name] for name in ("customer", "device")}
    again = desk.post("/repair-orders", dict(INTAKE) | shown, expect=201).json

    assert (again["customer"], again["device"]) == (order["customer"], order["device"])


def test_an_intake_without_depot_is_the_oldest_depots(desk: Desk, work: Callable[..., Any]) -> None:
    desk.get("/depots")
    work(lambda session: another_depot(session).id)

    assert desk.receive(depot=None)["depot"] == "MAIN"


NOBODY: dict[str, Any] = {"customer": {"name": None, "phone": None, "email": None}}


@pytest.mark.parametrize(
    ("path", "channel", "expect"),
    [
        ("/repair-orders", "walk_in", 201),
        ("/repair-orders", "email", 422),
        ("/repair-orders", "web", 422),
        ("/announcements", "walk_in", 422),
        ("/announcements", "web", 422),
    ],
)
def test_only_who_walks_in_may_stay_anonymous(desk: Desk, path: str, channel: str, expect: int) -> None:
    desk.furnish(policies={"anonymous_walk_in": True})
    body = intake(channel=channel, **NOBODY)
    if path == "/announcements":
        body = {name: body[name] for name in ("depot", "customer", "device", "reported_fault", "channel")}

    answer = desk.post(path, body, "service_desk", expect=expect).get_json()

    assert [error["pointer"] for error in answer.get("errors", [])] == (
        ["/customer/name", "/customer"] if expect == 422 else []
    )


@pytest.mark.parametrize(("path", "kept"), [("/repair-orders", None), ("/announcements", None), ("/refusals", ADVICE)])
def test_an_order_that_named_no_depot_says_which_it_is_at(desk: Desk, path: str, kept: dict[str, str] | None) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    body = intake()
    if path != "/repair-orders":
        body = {name: body[name] for name in ("customer", "device", "reported_fault", "channel")} | (kept or {})
    body.pop("depot", None)

    order = desk.post(path, body, "service_desk", expect=201).get_json()
    named = desk.receive(depot="NORTH", device={"serial_number": "OTHER-1"})

    said = "Recorded at MAIN, as no depot was named; others to name in `depot` are: NORTH."
    assert (order["depot"], said in order["warnings"]) == ("MAIN", True)
    assert not any("no depot was named" in warning for warning in named["warnings"])
