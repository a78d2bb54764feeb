"""Entitlements and the warranty look-up over HTTP, and from a file."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk

RANGE = {
    "make": "Gtech",
    "serial_from": "A100",
    "serial_to": "A199",
    "kind": "extended_warranty",
    "valid_from": "2026-01-01",
    "valid_until": "2026-12-31",
    "labour": False,
    "reference": "EW-1",
}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def test_an_entitlement_is_made_read_listed_changed_and_retired(desk: Desk) -> None:
    made = desk.post("/entitlements", RANGE, "integration", expect=201)
    row = made.get_json()
    path = f"/entitlements/{row['id']}"

    changed = desk.client.put(path, row | {"valid_until": "2027-06-30"}, token=desk.token("logistics")).get_json()
    retired = desk.post(f"/entitlements/{row['id']}/retire", None, "manager").get_json()

    assert made.headers["Location"] == f"/api/v1{path}"
    assert (row["scope"], row["serial_number"], row["serial_from"], row["serial_to"]) == ("range", None, "A100", "A199")
    assert (changed["valid_until"], changed["version"], changed["labour"]) == ("2027-06-30", 2, False)
    assert retired["retired_at"] is not None
    assert desk.get(path).get_json() == retired
    assert desk.get("/entitlements?make=GTECH&serial_number=A100").get_json()["items"] == [retired]


@pytest.mark.parametrize(
    ("body", "expect"),
    [
        ({"make": None}, 422),
        ({"serial_number": "A1"}, 422),
        ({"serial_to": "A2"}, 422),
        ({"kind": "promise"}, 422),
        ({"valid_from": "2027-01-01"}, 422),
        ({"parts": False}, 422),
        ({"colour": "red"}, 422),
        ({"terms": "x" * 10_001}, 422),
    ],
)
def test_what_makes_no_sense_is_refused(desk: Desk, body: dict[str, Any], expect: int) -> None:
    desk.post("/entitlements", RANGE | body, expect=expect)


def test_what_it_is_for_cannot_be_changed(desk: Desk) -> None:
    row = desk.post("/entitlements", RANGE, expect=201).get_json()

    told = desk.client.put(f"/entitlements/{row['id']}", {"serial_to": "A200"}, token=desk.token("admin"), expect=422)

    assert told.get_json()["errors"][0]["pointer"] == "/serial_to"


def test_the_same_at_once_stands_once(desk: Desk) -> None:
    desk.token("manager")

    def post(_: int) -> int:
        client, token = desk.client, desk.token("manager")
        head = {"Authorization": f"Bearer {token}"}
        return client.app.test_client().post("/api/v1/entitlements", json=RANGE, headers=head).status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(post, range(8)))

    assert statuses == [201] + [409] * 7


def test_a_change_into_what_is_there_is_refused(desk: Desk) -> None:
    desk.post("/entitlements", RANGE, expect=201)
    other = desk.post("/entitlements", RANGE | {"reference": "EW-2"}, expect=201).get_json()["id"]

    desk.client.put(f"/entitlements/{other}", {"reference": "EW-1"}, token=desk.token("admin"), expect=409)

    assert desk.get(f"/entitlements/{other}").get_json()["reference"] == "EW-2"


@pytest.mark.parametrize(
    ("query", "status", "evidence"),
    [
        ("make=gtech&serial_number=A150", "in_warranty", "serial_lookup"),
        ("make=gtech&serial_number=A200", "unknown", "none"),
        ("make=gtech&model=%F0%A0%AE%B7", "unknown", "none"),
        ("make=gtech&serial_number=A150&depot=MAIN", "in_warranty", "serial_lookup"),
    ],
)
def test_the_register_is_asked_of_one_device(desk: Desk, query: str, status: str, evidence: str) -> None:
    desk.post("/entitlements", RANGE, expect=201)

    found = desk.get(f"/warranty?{query}", "technician").get_json()

    assert (found["status"], found["evidence"], found["on"]) == (status, evidence, "2026-11-22")
    assert (found["entitlement"] is None) is (evidence == "none")


@pytest.mark.parametrize("query", ["", "serial_number=A1", "make=", "make=a&colour=red", "make=a&depot=NOWHERE"])
def test_a_question_without_a_make_is_refused(desk: Desk, query: str) -> None:
    desk.get(f"/warranty?{query}", expect=422)
