from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from registers import NASTY_TEXTS

BOOTS = {"name": "boots", "title": {"zh": "启动", "en": "Boots"}, "mandatory": True}
SHEET = {"make": "Gtech", "model": "AR-20", "checks": [BOOTS, {"name": "sound", "mandatory": False}]}


@pytest.fixture
def manager(token: TokenMaker) -> str:
    return token("manager")


def test_a_sheet_is_created_and_read(client: Client, manager: str, token: TokenMaker) -> None:
    made = client.post("/test-sheets", SHEET, token=manager, expect=201)

    sheet = client.get(made.headers["Location"].removeprefix("/api/v1"), token=token("technician")).get_json()
    assert sheet == made.get_json()
    assert sheet["checks"] == [BOOTS, {"name": "sound", "title": {"zh": "sound", "en": "sound"}, "mandatory": False}]
    assert (sheet["make"], sheet["model"], sheet["retired_at"]) == ("Gtech", "AR-20", None)


def test_a_sheet_holds_for_every_spelling_of_its_model(client: Client, manager: str) -> None:
    known = client.post("/test-sheets", SHEET, token=manager, expect=201).get_json()

    problem = client.post("/test-sheets", {**SHEET, "make": "G-TECH"}, token=manager, expect=409).get_json()
    found = client.get("/test-sheets?make=g.tech&model=ar20", token=manager).get_json()["items"]

    assert problem["test_sheet"] == known["id"]
    assert [sheet["id"] for sheet in found] == [known["id"]]


def test_a_change_makes_a_new_sheet_and_retires_the_old(client: Client, manager: str) -> None:
    old = client.post("/test-sheets", SHEET, token=manager, expect=201)
    path = old.headers["Location"].removeprefix("/api/v1")

    new = client.send("PUT", path, json={"checks": [BOOTS]}, token=manager, headers={"If-Match": '"1"'})

    assert new.headers["Location"] != old.headers["Location"]
    assert len(new.get_json()["checks"]) == 1
    assert client.get(path, token=manager).get_json()["retired_at"] == "2026-11-22T08:00:00Z"
    client.send("PUT", path, json={"checks": [BOOTS]}, token=manager, headers={"If-Match": '"1"'}, expect=412)
    client.send("PUT", path, json={"checks": [BOOTS]}, token=manager, expect=409)


def test_a_retired_sheet_leaves_room_for_another(client: Client, manager: str) -> None:
    old = client.post("/test-sheets", SHEET, token=manager, expect=201).get_json()

    client.post(f"/test-sheets/{old['id']}/retire", token=manager)

    client.post("/test-sheets", SHEET, token=manager, expect=201)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"checks": []}, "/checks"),
        ({"checks": [BOOTS, BOOTS]}, "/checks/1/name"),
        ({"checks": [{"title": BOOTS["title"]}]}, "/checks/0/name"),
        ({"checks": [{**BOOTS, "mandatory": "yes"}]}, "/checks/0/mandatory"),
        ({"checks": [{**BOOTS, "name": "x" * 201}]}, "/checks/0/name"),
        ({"checks": [{**BOOTS, "limit": 3}]}, "/checks/0/limit"),
        ({"model": None}, "/model"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, manager: str, body: dict[str, Any], pointer: str
) -> None:
    problem = client.post("/test-sheets", {**SHEET, **body}, token=manager, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_check_is_named_as_typed(client: Client, manager: str, text: str) -> None:
    sheet = client.post("/test-sheets", {**SHEET, "checks": [{"name": text}]}, token=manager, expect=201).get_json()

    assert sheet["checks"][0]["name"] == text


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "integration"])
def test_only_managers_change_sheets(client: Client, token: TokenMaker, role: str) -> None:
    client.post("/test-sheets", SHEET, token=token(role), expect=403)


def test_an_unknown_sheet_is_not_found(client: Client, manager: str) -> None:
    client.get("/test-sheets/999", token=manager, expect=404)
