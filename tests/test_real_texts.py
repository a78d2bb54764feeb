"""Names, streets, rare characters and naughty strings through the counter: they come back as they were, or are refused.

The files lie beside the project; where they are absent these tests are skipped.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from itertools import cycle
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk
from shared_data import shared, shared_rows

from models import NAME_LENGTH
from routes.fields import UNWANTED, UNWANTED_IN_LINE


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(policies={"short_intake": True})
    return desk


def take_in(desk: Desk, name: str, fault: str, serial: dict[str, str], expect: int) -> dict[str, Any]:
    body = {
        "customer": {"name": name, "email": f"{serial['serial_number']}@example.org"},
        "device": {"make": "disk", "model": serial["model"], "serial_number": serial["serial_number"]},
        "reported_fault": fault,
        "channel": "walk_in",
    }
    answer: dict[str, Any] = desk.post("/repair-orders", body, "service_desk", expect=expect).get_json()
    return answer


def serials() -> Iterable[dict[str, str]]:
    """Real serial numbers; from the second time round on with a letter after them."""
    rows = shared_rows("serials_300.csv")
    for turn in cycle("ABCDE"):
        for row in rows:
            yield {"model": row["model"], "serial_number": row["serial_number"] + turn}


def is_line(text: str) -> bool:
    return bool(text.strip()) and len(text) <= NAME_LENGTH and not UNWANTED_IN_LINE.search(text)


def is_text(text: str) -> bool:
    return bool(text.strip()) and not UNWANTED.search(text)


def test_naughty_strings_come_back_or_are_refused_for_what_they_are(desk: Desk) -> None:
    strings = json.loads(shared("blns.json").read_text(encoding="utf-8"))
    wrong = []

    for text, serial in zip(strings, serials(), strict=False):
        good = (is_line(text), is_text(text))
        answer = take_in(desk, text, text, serial, 201 if all(good) else 422)
        pointers = {error["pointer"] for error in answer.get("errors", ())}
        came_back = (answer.get("customer", {}).get("name"), answer.get("reported_fault"))
        refused = bool(pointers) and pointers <= {"/customer/name", "/reported_fault"}
        if not (came_back == (text.strip(), text) if all(good) else refused):
            wrong.append((text, answer))

    assert len(strings) > 500
    assert wrong == []


def test_names_and_streets_come_back_as_they_were(desk: Desk) -> None:
    names = cycle(row["name"] for row in shared_rows("zh_company_short_300.csv"))
    streets = [row["full"] for row in shared_rows("zh_streets_400.csv")]
    wrong = []

    for name, street, serial in zip(names, streets, serials(), strict=False):
        answer = take_in(desk, name, street, serial, 201)
        if (answer["customer"]["name"], answer["reported_fault"]) != (name, street):
            wrong.append((name, street))

    assert wrong == []


def test_characters_that_old_encodings_lack_come_back_as_they_were(desk: Desk) -> None:
    signs = [row["char"] for row in shared_rows("tgh_not_in_gbk.csv")]
    names = ["".join(signs[start : start + 40]) for start in range(0, len(signs), 40)]

    back = [take_in(desk, name, "".join(signs), serial, 201) for name, serial in zip(names, serials(), strict=False)]

    assert [answer["customer"]["name"] for answer in back] == names
    assert {answer["reported_fault"] for answer in back} == {"".join(signs)}
