from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from registers import NASTY_TEXTS, SERIAL, a_customer, a_device, an_order_of, main_depot, north_depot
from test_depot_device_history import told_about

from app import DepotApp
from models import Result, State

GTECH = {"make": "Gtech", "model": "AR-20", "serial_number": SERIAL}


@pytest.fixture(autouse=True)
def depot(app: DepotApp) -> None:
    app.unit_of_work(main_depot)


@pytest.fixture
def desk(token: TokenMaker) -> str:
    return token("service_desk")


def made(client: Client, desk: str, **body: Any) -> dict[str, Any]:
    """A device in the register."""
    device: dict[str, Any] = client.post("/devices", {**GTECH, **body}, token=desk, expect=201).get_json()
    return device


def test_a_device_is_created_and_read(client: Client, desk: str) -> None:
    body = {**GTECH, "identifiers": [{"kind": "imei", "value": "35-209900-176148-1"}]}

    response = client.post("/devices", body, token=desk, expect=201)

    device = client.get(response.headers["Location"].removeprefix("/api/v1"), token=desk).get_json()
    assert {name: device[name] for name in GTECH} == GTECH
    assert [(one["kind"], one["valid_until"]) for one in device["identifiers"]] == [("serial", None), ("imei", None)]
    assert (device["depot"], device["version"], device["repairs"], device["orders"]) == ("MAIN", 1, 0, [])


def test_a_device_on_record_is_a_conflict_and_a_look_alike_a_warning(client: Client, desk: str) -> None:
    known = made(client, desk)

    conflict = client.post("/devices", {**GTECH, "make": "G-TECH"}, token=desk, expect=409).get_json()
    alike = made(client, desk, serial_number=SERIAL.replace("1", "I"))

    assert conflict["device"] == known["id"]
    assert f"of device {known['id']}" in alike["warnings"][0]


def test_the_same_serial_under_another_make_names_the_candidates(client: Client, desk: str) -> None:
    known = made(client, desk)

    problem = client.post("/devices", {**GTECH, "make": "Dell"}, token=desk, expect=409).get_json()

    assert problem["candidates"] == [{"id": known["id"], **GTECH}]
    assert made(client, desk, make="Dell", confirmed_new=True)["id"] != known["id"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"make": None}, "/make"),
        ({"make": "..."}, None),
        ({"serial_number": None}, "/serial_status"),
        ({"serial_number": "  "}, "/serial_status"),
        ({"serial_number": "x" * 201}, "/serial_number"),
        ({"serial_status": "lost"}, "/serial_status"),
        ({"serial_status": "none"}, "/serial_status"),
        ({"identifiers": [{"kind": "imei", "value": "1"}]}, "/identifiers/0/value"),
        ({"identifiers": [{"kind": "serial", "value": "1"}]}, "/identifiers/0/kind"),
        ({"confirmed_new": "yes"}, "/confirmed_new"),
        ({"depot": "NOWHERE"}, "/depot"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, desk: str, body: dict[str, Any], pointer: str | None
) -> None:
    response = client.post("/devices", {**GTECH, **body}, token=desk, expect=201 if pointer is None else 422)

    errors = response.get_json().get("errors", [])
    assert [error["pointer"] for error in errors] == ([] if pointer is None else [pointer])


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_text_is_kept_and_found(client: Client, desk: str, text: str) -> None:
    device = made(client, desk, make=text, model=text, serial_number=text)

    found = client.get("/devices", token=desk, query_string={"identifier": text}).get_json()["items"]
    assert device["serial_number"] == text
    assert [one["id"] for one in found] == [device["id"]]


@pytest.mark.parametrize(
    "query",
    [{"serial_number": SERIAL}, {"identifier": f"{SERIAL}\r\n"}, {"q": "g-tech ar"}, {"q": "mj13"}, {"q": "ar2"}],
)
def test_a_list_finds_a_device(client: Client, desk: str, query: dict[str, str]) -> None:
    device = made(client, desk)

    found = client.get("/devices", token=desk, query_string=query).get_json()["items"]
    assert [one["id"] for one in found] == [device["id"]]


def test_another_serial_number_ends_the_old_one_and_both_find_the_device(client: Client, desk: str) -> None:
    device = made(client, desk)

    changed = client.put(f"/devices/{device['id']}", {"serial_number": "NEW-1"}, token=desk).get_json()

    assert [(one["value"], one["valid_until"]) for one in changed["identifiers"]] == [
        (SERIAL, "2026-11-22T08:00:00Z"),
        ("NEW-1", None),
    ]
    for serial in (SERIAL, "NEW-1"):
        found = client.get(f"/devices?serial_number={serial}", token=desk).get_json()["items"]
        assert [one["id"] for one in found] == [device["id"]]


def test_a_serial_number_and_the_reason_for_having_none_displace_each_other(client: Client, desk: str) -> None:
    path = f"/devices/{made(client, desk)['id']}"

    bare = client.put(path, {"serial_status": "unreadable"}, token=desk).get_json()
    again = client.put(path, {"serial_number": SERIAL}, token=desk).get_json()

    assert (bare["serial_number"], bare["serial_status"]) == (None, "unreadable")
    assert (again["serial_number"], again["serial_status"]) == (SERIAL, None)


def test_a_reading_that_is_edited_and_put_back_moves_only_what_was_edited(client: Client, desk: str) -> None:
    path = f"/devices/{made(client, desk)['id']}"
    read = client.get(path, token=desk).get_json()

    bare = client.put(path, read | {"serial_status": "unreadable"}, token=desk).get_json()
    read = client.get(path, token=desk).get_json()
    again = client.put(path, read | {"serial_number": "NEW-1"}, token=desk).get_json()

    assert (bare["serial_number"], bare["serial_status"]) == (None, "unreadable")
    assert (again["serial_number"], again["serial_status"]) == ("NEW-1", None)


def test_a_put_on_an_old_version_fails(client: Client, desk: str) -> None:
    path = f"/devices/{made(client, desk)['id']}"
    body = {**GTECH, "model": "AR-21"}

    changed = client.send("PUT", path, json=body, token=desk, headers={"If-Match": '"1"'})
    client.send("PUT", path, json=body, token=desk, headers={"If-Match": '"1"'}, expect=412)

    assert changed.get_json()["model"] == "AR-21"
    assert client.get(path, token=desk).headers["ETag"] == changed.headers["ETag"]


def test_an_identifier_is_added_and_ended(client: Client, desk: str) -> None:
    device, tag = made(client, desk)["id"], {"kind": "asset_tag", "value": "IT-0042"}

    identifier = client.post(f"/devices/{device}/identifiers", tag, token=desk, expect=201).get_json()["id"]
    client.post(f"/devices/{device}/identifiers", tag, token=desk, expect=409)
    ended = client.post(f"/devices/{device}/identifiers/{identifier}/retire", token=desk).get_json()

    assert (ended["valid_from"], ended["valid_until"]) == ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z")


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"kind": "mac", "value": "x"}, "/value"),
        ({"kind": "serial", "value": "x"}, "/kind"),
        ({"kind": "mac"}, "/value"),
    ],
)
def test_an_identifier_that_cannot_be_is_refused(client: Client, desk: str, body: dict[str, Any], pointer: str) -> None:
    path = f"/devices/{made(client, desk)['id']}/identifiers"

    problem = client.post(path, body, token=desk, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_device_shows_its_whole_history(app: DepotApp, client: Client, desk: str) -> None:
    def prepare(session: Any) -> tuple[int, str]:
        depot = main_depot(session)
        device = a_device(session, depot).device
        order = an_order_of(
            session,
            depot,
            a_customer(session, depot).customer,
            device,
            result=Result.REPAIRED,
            received_at=NOW,
            ended_at=NOW,
        )
        told_about(session, order, NOW, "fuse")
        return device.id, order.number

    device_id, number = app.unit_of_work(prepare)

    device = client.get(f"/devices/{device_id}", token=desk).get_json()

    (order,) = device["orders"]
    assert device["repairs"] == 1
    assert (order["number"], order["depot"], order["state"], order["result"]) == (
        number,
        "MAIN",
        "returned",
        "repaired",
    )
    assert (order["findings"], order["solution"], order["work_done"]) == (["found fuse"], "solve fuse", ["did fuse"])
    assert (order["received_at"], order["returned_at"]) == ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z")
    assert (order["parts"][0]["name"], order["parts"][0]["quantity"], order["parts"][0]["outcome"]) == (
        "fuse",
        1,
        "used",
    )


def test_a_device_of_another_depot_does_not_exist_here(
    app: DepotApp, client: Client, desk: str, token: TokenMaker
) -> None:
    device = made(client, desk)
    app.unit_of_work(north_depot)
    north = token("service_desk", depots=["NORTH"])

    client.get(f"/devices/{device['id']}", token=north, expect=404)
    assert client.get("/devices", token=north).get_json()["items"] == []
    client.post("/devices", {**GTECH, "depot": "MAIN"}, token=north, expect=403)


def test_a_retired_device_frees_its_serial_number(app: DepotApp, client: Client, desk: str) -> None:
    device = made(client, desk)

    retired = client.post(f"/devices/{device['id']}/retire", token=desk).get_json()

    assert retired["retired_at"] == "2026-11-22T08:00:00Z"
    assert made(client, desk)["id"] != device["id"]


def test_a_device_with_an_open_order_is_not_retired(app: DepotApp, client: Client, desk: str) -> None:
    def prepare(session: Any) -> int:
        depot = main_depot(session)
        device = a_device(session, depot).device
        an_order_of(session, depot, a_customer(session, depot).customer, device, State.RECEIVED)
        return device.id

    device_id = app.unit_of_work(prepare)

    client.post(f"/devices/{device_id}/retire", token=desk, expect=409)


@pytest.mark.parametrize("role", ["technician", "logistics", "integration"])
def test_who_does_not_sit_at_the_desk_reads_only(client: Client, desk: str, token: TokenMaker, role: str) -> None:
    path = f"/devices/{made(client, desk)['id']}"
    secret = token(role)

    client.get(path, token=secret)
    client.post("/devices", GTECH, token=secret, expect=403)
    client.put(path, {"model": "X"}, token=secret, expect=403)
    client.post(f"{path}/identifiers", {"kind": "asset_tag", "value": "1"}, token=secret, expect=403)
