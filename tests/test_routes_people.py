"""People over the API."""

from __future__ import annotations

import pytest
from conftest import Client, TokenMaker


def test_a_person_is_created_and_read_again(client: Client, token: TokenMaker) -> None:
    admin = token("admin")

    created = client.post("/people", {"name": "张䶮"}, token=admin, expect=201)

    assert created.json == client.get(f"/people/{created.json['id']}", token=admin).json
    assert created.headers["Location"].endswith(f"/people/{created.json['id']}")


@pytest.mark.parametrize("kind", ["person", "machine"])
def test_a_person_is_of_a_kind(client: Client, token: TokenMaker, kind: str) -> None:
    created = client.post("/people", {"name": "x", "kind": kind}, token=token(), expect=201)

    assert created.json["kind"] == kind


@pytest.mark.parametrize("body", [{"name": "x", "kind": "system"}, {"name": "x", "id": 1}, {"name": None}])
def test_nobody_makes_another_system(client: Client, token: TokenMaker, body: dict[str, object]) -> None:
    client.post("/people", body, token=token(), expect=422)


def test_a_name_is_corrected(client: Client, token: TokenMaker) -> None:
    admin = token()
    person = client.post("/people", {"name": "Li Wie"}, token=admin, expect=201).json

    changed = client.put(f"/people/{person['id']}", {"name": "Li Wei"}, token=admin)

    assert changed.json == {**person, "name": "Li Wei"}


def test_the_system_is_not_retired(client: Client, token: TokenMaker) -> None:
    client.post("/people/1/retire", token=token(), expect=409)
