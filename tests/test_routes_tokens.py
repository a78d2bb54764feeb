"""Tokens over the API."""

from __future__ import annotations

import pytest
from conftest import Client, Clock, TokenMaker


@pytest.fixture
def admin(token: TokenMaker) -> str:
    return token("admin")


@pytest.fixture
def person(client: Client, admin: str) -> int:
    return int(client.post("/people", {"name": "Li Wei"}, token=admin, expect=201).json["id"])


def order(person: int, **more: object) -> dict[str, object]:
    return {"person": person, "name": "laptop", "role": "technician", **more}


def test_the_secret_is_shown_once(client: Client, admin: str, person: int) -> None:
    made = client.post("/tokens", order(person), token=admin, expect=201)
    path = made.headers["Location"].removeprefix("/api/v1")

    read = client.get(path, token=admin)

    assert made.headers["Cache-Control"] == "no-store"
    assert made.json["token"] == read.json
    assert made.json["secret"] not in read.text
    client.get("/people", token=made.json["secret"], expect=403)


@pytest.mark.parametrize(
    ("more", "pointer"),
    [
        ({"person": 999}, "/person"),
        ({"person": 2**63}, "/person"),
        ({"role": "boss"}, "/role"),
        ({"depots": ["NOWHERE"]}, "/depots"),
        ({"depots": "MAIN"}, "/depots"),
        ({"expires_at": "2020-01-01T00:00:00Z"}, "/expires_at"),
        ({"expires_at": "tomorrow"}, "/expires_at"),
        ({"last_used_at": None}, "/last_used_at"),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    client: Client, admin: str, person: int, more: dict[str, object], pointer: str
) -> None:
    answer = client.post(
        "/tokens", order(person, **more) if "person" not in more else order(0) | more, token=admin, expect=422
    )

    assert [error["pointer"] for error in answer.json["errors"]] == [pointer]


def test_a_revoked_token_lets_nobody_in(client: Client, admin: str, person: int) -> None:
    made = client.post("/tokens", order(person, role="admin"), token=admin, expect=201).json
    client.get("/people", token=made["secret"])

    revoked = client.post(f"/tokens/{made['token']['id']}/revoke", token=admin)

    assert revoked.json["revoked_at"] == "2026-11-22T08:00:00Z"
    client.get("/people", token=made["secret"], expect=401)


def test_who_is_retired_is_let_in_no_more(client: Client, admin: str, person: int) -> None:
    made = client.post("/tokens", order(person, role="admin"), token=admin, expect=201).json

    retired = client.post(f"/people/{person}/retire", token=admin)

    assert retired.json["retired_at"] is not None
    client.get("/people", token=made["secret"], expect=401)


def test_tokens_are_listed_by_person_and_renamed(client: Client, admin: str, person: int) -> None:
    made = client.post("/tokens", order(person), token=admin, expect=201).json["token"]

    changed = client.put(f"/tokens/{made['id']}", {"name": "workbench"}, token=admin).json

    assert client.get(f"/tokens?person={person}", token=admin).json["items"] == [changed]
    assert changed["name"] == "workbench"


def test_a_use_is_noted_at_most_once_a_minute(client: Client, clock: Clock, admin: str, person: int) -> None:
    made = client.post("/tokens", order(person, role="admin"), token=admin, expect=201).json

    def last_use() -> str:
        client.get("/people", token=made["secret"])
        return str(client.get(f"/tokens/{made['token']['id']}", token=admin).json["last_used_at"])

    first = last_use()
    clock.advance(seconds=59)
    soon = last_use()
    clock.advance(seconds=1)

    assert (first, soon, last_use()) == ("2026-11-22T08:00:00Z", "2026-11-22T08:00:00Z", "2026-11-22T08:01:00Z")


def test_an_admin_of_one_depot_makes_no_admin_of_all(client: Client, token: TokenMaker) -> None:
    person = client.post("/people", {"name": "Sun"}, token=token("admin"), expect=201).get_json()["id"]
    here = token("admin", depots=["MAIN"], name="Zhou")
    body = {"person": person, "name": "till", "role": "admin"}

    client.post("/tokens", body | {"depots": []}, token=here, expect=403)
    limited = client.post("/tokens", body | {"depots": ["MAIN"]}, token=here, expect=201).get_json()

    assert limited["token"]["depots"] == ["MAIN"]
