from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from registers import NASTY_TEXTS, main_depot

from app import DepotApp

MICE = {"code": "mice", "name": {"zh": "老鼠咬坏", "en": "Eaten by mice"}}


@pytest.fixture(autouse=True)
def installed(app: DepotApp) -> None:
    app.unit_of_work(main_depot)


@pytest.mark.parametrize("kind", ["symptom", "cause", "action"])
def test_every_table_lists_its_codes_with_other_among_them(client: Client, token: TokenMaker, kind: str) -> None:
    items = client.get(f"/codes/{kind}?limit=200", token=token("technician")).get_json()["items"]

    assert "other" in [item["code"] for item in items]
    assert all(item["name"]["zh"] and item["name"]["en"] for item in items)


def test_a_manager_creates_changes_and_retires_a_code(client: Client, token: TokenMaker) -> None:
    manager = token("manager")

    made = client.post("/codes/cause", MICE, token=manager, expect=201)
    path = made.headers["Location"].removeprefix("/api/v1")
    client.post("/codes/cause", MICE, token=manager, expect=409)
    words = {"zh": "鼠害", "en": "Mice"}
    client.send("PUT", path, json={"name": words}, token=manager, headers={"If-Match": '"1"'})
    client.send("PUT", path, json={"name": words}, token=manager, headers={"If-Match": '"1"'}, expect=412)
    client.post(f"{path}/retire", token=manager)

    code = client.get(path, token=token("technician")).get_json()
    assert (code["kind"], code["name"], code["retired_at"]) == ("cause", words, "2026-11-22T08:00:00Z")
    items = client.get("/codes/cause?in_use=true&limit=200", token=manager).get_json()["items"]
    assert "mice" not in [item["code"] for item in items]


@pytest.mark.parametrize("path", ["/codes/symptom/other/retire", "/codes/attribution/ours/retire"])
def test_what_is_fixed_stays(client: Client, token: TokenMaker, path: str) -> None:
    client.post(path, token=token("manager"), expect=409)


def test_the_attributions_can_be_extended(client: Client, token: TokenMaker) -> None:
    client.post("/codes/attribution", MICE, token=token("manager"), expect=201)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"code": "Mice"}, "/code"),
        ({"code": "x" * 41}, "/code"),
        ({"name": {"zh": "x"}}, "/name/en"),
        ({"name": {"zh": "x", "en": " "}}, "/name/en"),
        ({"name": {"zh": "x", "en": "x" * 3000}}, "/name/en"),
        ({"kind": "cause"}, "/kind"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, token: TokenMaker, body: dict[str, Any], pointer: str
) -> None:
    problem = client.post("/codes/cause", {**MICE, **body}, token=token("manager"), expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_word_is_kept_as_typed(client: Client, token: TokenMaker, text: str) -> None:
    body = {"code": "x", "name": {"zh": text, "en": text}}

    made = client.post("/codes/action", body, token=token("manager"), expect=201).get_json()

    assert made["name"] == {"zh": text, "en": text}


@pytest.mark.parametrize("path", ["/codes/colour", "/codes/cause/nothing", "/codes/cause/%00", "/codes/Cause/other"])
def test_an_unknown_table_or_code_is_not_found(client: Client, token: TokenMaker, path: str) -> None:
    client.get(path, token=token("technician"), expect=404)


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "integration"])
def test_only_managers_change_codes(client: Client, token: TokenMaker, role: str) -> None:
    secret = token(role)

    client.post("/codes/cause", MICE, token=secret, expect=403)
    client.send("PUT", "/codes/cause/dust", json={"name": MICE["name"]}, token=secret, expect=403)
