"""Bins over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from conftest import Client, TokenMaker
from store import a_depot, a_part, another_depot


@pytest.fixture(autouse=True)
def main_depot(work: Callable[..., Any]) -> None:
    work(lambda session: a_depot(session).id)


@pytest.mark.parametrize("code", ["A-01", "货架/1", "𠮷", "a b", "<b>", "x" * 198])
def test_a_bin_is_made_read_renamed_and_retired(client: Client, token: TokenMaker, code: str) -> None:
    keeper = token("logistics")

    made = client.post("/locations", {"code": f" {code} ", "name": "left"}, token=keeper, expect=201)

    assert (made.json["depot"], made.json["code"], made.json["name"]) == ("MAIN", code, "left")
    path = made.headers["Location"].removeprefix("/api/v1")
    assert client.get(path, token=keeper).json == made.json
    seen = {"If-Match": made.headers["ETag"]}
    assert client.put(path, {"name": ""}, token=keeper, headers=seen).json["version"] == 2
    client.put(path, {"name": "right"}, token=keeper, headers=seen, expect=412)
    assert client.post(f"{path}/retire", token=keeper).json["retired_at"] == "2026-11-22T08:00:00Z"


@pytest.mark.parametrize(
    ("body", "status"),
    [
        ({"code": "A-01"}, 409),
        ({"code": "~scrap"}, 422),
        ({"code": ""}, 422),
        ({"code": "x" * 201}, 422),
        ({"code": "B", "name": "x" * 3000}, 422),
        ({"code": "B", "kind": "supplier"}, 422),
        ({"code": "B", "depot": "NOWHERE"}, 422),
        ({}, 422),
    ],
)
def test_a_bin_that_cannot_be_is_refused(client: Client, token: TokenMaker, body: dict[str, Any], status: int) -> None:
    keeper = token("logistics")
    client.post("/locations", {"code": "A-01"}, token=keeper, expect=201)

    client.post("/locations", body, token=keeper, expect=status)

    assert len(client.get("/locations", token=keeper).json["items"]) == 1


@pytest.mark.parametrize("role", ["service_desk", "technician", "integration"])
def test_others_read_bins_and_change_none(client: Client, token: TokenMaker, role: str) -> None:
    client.get("/locations", token=token(role))
    client.post("/locations", {"code": "A-01"}, token=token(role), expect=403)


def test_bins_are_listed_by_code_without_the_ledgers_own_places(
    client: Client, token: TokenMaker, work: Callable[..., Any]
) -> None:
    work(lambda session: (another_depot(session).id, a_part(session).id))
    keeper, north = token("logistics"), token("logistics", depots=["NORTH"], name="n")
    for code in ("B-01", "A-01"):
        line = {"depot": "MAIN", "part_number": "SSD-1TB", "quantity": 1, "location": code}
        client.post("/stock/receipts", line, token=keeper, expect=201)
    far = client.post("/locations", {"code": "A-02"}, token=north, expect=201)

    page = client.get("/locations?limit=2", token=keeper).json
    rest = client.get(f"/locations?cursor={page['next']}", token=keeper).json

    assert [place["code"] for place in page["items"] + rest["items"]] == ["A-01", "A-02", "B-01"]
    assert [place["code"] for place in client.get("/locations?q=A&depot=MAIN", token=keeper).json["items"]] == ["A-01"]
    assert client.get("/locations", token=north).json["items"] == [far.json]
    hidden = page["items"][0]["id"]
    client.get(f"/locations/{hidden}", token=north, expect=404)
    client.get("/locations/9223372036854775807", token=north, expect=404)
    client.post(f"/locations/{hidden}/retire", token=keeper, expect=409)
