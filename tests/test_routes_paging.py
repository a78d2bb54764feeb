"""Lists a page at a time."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import NOW
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import DepotApp
from depot import people
from depot.actors import SYSTEM
from models import Person, PersonKind
from routes.paging import paged

Work = Callable[[Callable[[Session], Any]], Any]


@pytest.fixture
def crowd(work: Work) -> None:
    """Eleven people, some of whom came at the same time."""

    def make(session: Session) -> None:
        for number in range(11):
            people.create(session, f"name {number}", PersonKind.PERSON, SYSTEM, NOW + timedelta(days=number // 3))

    work(make)


@pytest.mark.parametrize("limit", [1, 4, 12, 13, 200])
def test_following_the_cursor_shows_everybody_once(client: Client, token: TokenMaker, crowd: None, limit: int) -> None:
    admin = token()
    seen: list[int] = []
    cursor = ""

    while cursor is not None:
        page = client.get(f"/people?limit={limit}{cursor and '&cursor=' + cursor}", token=admin).json
        seen += [person["id"] for person in page["items"]]
        cursor = page["next"]

    assert len(seen) == len(set(seen)) == 13
    assert seen == sorted(seen)


def test_the_link_leads_to_the_next_page(client: Client, root: Client, token: TokenMaker, crowd: None) -> None:
    admin = token()
    first = client.get("/people?limit=5", token=admin)

    link = first.headers["Link"]

    assert link.endswith('>; rel="next"')
    following = root.get(link[1 : link.index(">")], token=admin).json
    assert following["items"][0]["id"] == first.json["items"][-1]["id"] + 1


def test_the_last_page_has_no_link(client: Client, token: TokenMaker) -> None:
    page = client.get("/people", token=token())

    assert page.json["next"] is None
    assert "Link" not in page.headers


def test_a_filter_goes_along(client: Client, token: TokenMaker, crowd: None) -> None:
    page = client.get("/people?name=NAME%20%203", token=token()).json

    assert [person["name"] for person in page["items"]] == ["name 3"]


def test_a_cursor_of_another_list_is_refused(client: Client, token: TokenMaker, crowd: None) -> None:
    admin = token()
    cursor = client.get("/people?limit=1", token=admin).json["next"]

    client.get(f"/tokens?cursor={cursor}", token=admin, expect=422)
    client.get(f"/people?cursor={cursor[:-1]}", token=admin, expect=422)


@pytest.mark.parametrize("newest_first", [True, False])
def test_several_columns_in_either_direction(app: DepotApp, crowd: None, newest_first: bool) -> None:
    order = [Person.created_at, Person.id]
    query: dict[str, Any] = {"limit": 2, "cursor": None}
    seen: list[Person] = []

    with app.test_request_context("/list"):
        while len(seen) < 50:
            page, _ = app.unit_of_work(lambda _: paged(select(Person), order, query, newest_first=newest_first))
            seen += page["items"]
            if page["next"] is None:
                break
            query["cursor"] = page["next"]

    places = [(person.created_at, person.id) for person in seen]
    assert len(places) == 12
    assert places == sorted(places, reverse=newest_first)
