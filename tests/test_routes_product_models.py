from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from registers import NASTY_TEXTS

GTECH = {"make": "Gtech", "model": "AR-20"}
VALUE = {"amount_minor": 199_900, "currency": "CNY"}


@pytest.fixture
def manager(token: TokenMaker) -> str:
    return token("manager")


def test_variants_are_found_together(client: Client, manager: str) -> None:
    first = client.post("/product-models", GTECH, token=manager, expect=201).get_json()
    second = client.post("/product-models", {"make": "G-TECH", "model": "ar 20"}, token=manager, expect=201).get_json()

    items = client.get("/product-models?make=gtech&model=AR", token=manager).get_json()["items"]

    assert [item["id"] for item in items] == [first["id"], second["id"]]
    assert items[0]["variants"] == [{"id": second["id"], "make": "G-TECH", "model": "ar 20"}]
    assert items[1]["variants"] == [{"id": first["id"], **GTECH}]


def test_a_manager_sets_and_unsets_the_replacement_value(client: Client, manager: str) -> None:
    made = client.post("/product-models", GTECH, token=manager, expect=201)
    path = made.headers["Location"].removeprefix("/api/v1")

    client.send("PUT", path, json={"replacement_value": VALUE}, token=manager, headers={"If-Match": '"1"'})
    client.send("PUT", path, json={"replacement_value": None}, token=manager, headers={"If-Match": '"1"'}, expect=412)
    assert client.get(path, token=manager).get_json()["replacement_value"] == VALUE
    client.send("PUT", path, json={"replacement_value": None}, token=manager)

    assert client.get(path, token=manager).get_json()["replacement_value"] is None


def test_the_desk_adds_a_model_and_prices_none(client: Client, token: TokenMaker) -> None:
    desk = token("service_desk")

    made = client.post("/product-models", GTECH, token=desk, expect=201).get_json()

    client.post("/product-models", {**GTECH, "model": "X", "replacement_value": VALUE}, token=desk, expect=403)
    client.send("PUT", f"/product-models/{made['id']}", json={"replacement_value": VALUE}, token=desk, expect=403)


@pytest.mark.parametrize("text", NASTY_TEXTS)
def test_every_spelling_is_kept_as_typed(client: Client, manager: str, text: str) -> None:
    made = client.post("/product-models", {"make": text, "model": text}, token=manager, expect=201).get_json()

    assert (made["make"], made["model"]) == (text, text)
    client.post("/product-models", {"make": text, "model": text}, token=manager, expect=409)


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"make": " "}, "/make"),
        ({"model": "x" * 201}, "/model"),
        ({"replacement_value": {"amount_minor": 1, "currency": "XYZ"}}, "/replacement_value/currency"),
        ({"replacement_value": {"amount_minor": 1.5, "currency": "CNY"}}, "/replacement_value/amount_minor"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, manager: str, body: dict[str, Any], pointer: str
) -> None:
    problem = client.post("/product-models", {**GTECH, **body}, token=manager, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_retired_spelling_is_no_variant_any_more(client: Client, manager: str) -> None:
    first = client.post("/product-models", GTECH, token=manager, expect=201).get_json()
    client.post("/product-models", {"make": "G-TECH", "model": "AR20"}, token=manager, expect=201)

    client.post(f"/product-models/{first['id']}/retire", token=manager)

    items = client.get("/product-models?make=g-tech", token=manager).get_json()["items"]
    assert items[1]["variants"] == []
    client.get("/product-models/999", token=manager, expect=404)
