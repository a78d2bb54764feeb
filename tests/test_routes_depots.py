from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from registers import NASTY_TEXTS, a_customer, a_device, an_order_of, main_depot, north_depot

from app import DepotApp


@pytest.fixture(autouse=True)
def two_depots(app: DepotApp) -> None:
    app.unit_of_work(lambda session: (main_depot(session), north_depot(session)))


def test_a_depot_reads_as_it_was_made(client: Client, token: TokenMaker) -> None:
    depot = client.get("/depots/MAIN", token=token("technician")).get_json()

    assert depot["currency"] == "CNY"
    assert (depot["tax_rate"], depot["labour_rate"]) == (None, None)
    assert depot["name"] == {"zh": "", "en": ""}
    assert depot["policies"] == {
        "short_intake": False,
        "anonymous_walk_in": False,
        "tester_other_than_repairer": False,
        "store_issues": False,
        "repeat_window_days": 90,
        "beyond_economic_share": "0.6",
        "quote_valid_days": 14,
        "defective_return_days": 30,
        "announcement_valid_days": None,
        "photos": False,
    }
    assert "complaint_phone" in depot["unfilled"]


def test_a_put_changes_what_it_names(client: Client, token: TokenMaker) -> None:
    admin = token("admin")
    body = {
        "name": {"zh": "杭州维修中心 𠮷"},
        "tax_rate": "0.13",
        "labour_rate": {"amount_minor": 12_000, "currency": "CNY"},
        "policies": {"short_intake": True},
    }

    response = client.put("/depots/MAIN", body, token=admin)

    depot = response.get_json()
    assert response.headers["ETag"] == '"2"'
    assert depot["name"] == {"zh": "杭州维修中心 𠮷", "en": ""}
    assert (depot["tax_rate"], depot["labour_rate"]["amount_minor"]) == ("0.13", 12_000)
    assert (depot["policies"]["short_intake"], depot["policies"]["store_issues"]) == (True, False)
    assert client.get("/depots/MAIN", token=admin).get_json() == depot


def test_what_a_reading_answered_can_be_put_back(client: Client, token: TokenMaker) -> None:
    admin = token("admin")
    client.put("/depots/MAIN", {"tax_rate": "0.13", "policies": {"store_issues": True}}, token=admin)
    read = client.get("/depots/MAIN", token=admin).get_json()

    depot = client.put("/depots/MAIN", read | {"name": {"zh": "", "en": "Main"}}, token=admin).get_json()

    assert depot == read | {"name": {"zh": "", "en": "Main"}, "version": 3, "unfilled": depot["unfilled"]}


def test_a_change_on_an_old_version_fails(client: Client, token: TokenMaker) -> None:
    admin = token("admin")
    client.put("/depots/MAIN", {"phones": ["1"]}, token=admin, headers={"If-Match": '"1"'})

    client.put("/depots/MAIN", {"phones": ["2"]}, token=admin, headers={"If-Match": '"1"'}, expect=412)

    assert client.get("/depots/MAIN", token=admin).get_json()["phones"] == ["1"]


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"surprise": 1}, "/surprise"),
        ({"name": {"fr": "x"}}, "/name/fr"),
        ({"name": {"zh": "x" * 201}}, "/name/zh"),
        ({"address": {"zh": "x" * 10_001}}, "/address/zh"),
        ({"phones": ["1"] * 21}, "/phones"),
        ({"phones": ["1\x00"]}, "/phones/0"),
        ({"tax_rate": 0.13}, "/tax_rate"),
        ({"tax_rate": "1.1"}, "/tax_rate"),
        ({"tax_rate": "0.13\n"}, "/tax_rate"),
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"currency": "XYZ"}, "/currency"),
        ({"labour_rate": {"amount_minor": 1, "currency": "EUR"}}, "/labour_rate/currency"),
        ({"labour_rate": {"amount_minor": -1, "currency": "CNY"}}, "/labour_rate/amount_minor"),
        ({"policies": {"repeat_window_days": 29}}, "/policies/repeat_window_days"),
        ({"policies": {"short_intake": "yes"}}, "/policies/short_intake"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, token: TokenMaker, body: dict[str, Any], pointer: str
) -> None:
    problem = client.put("/depots/MAIN", body, token=token("admin"), expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("text", [*NASTY_TEXTS, "长" * 3000])
def test_every_text_of_the_paper_is_kept_as_typed(client: Client, token: TokenMaker, text: str) -> None:
    client.put("/depots/MAIN", {"charge_terms": {"zh": text}}, token=token("admin"))

    assert client.get("/depots/MAIN", token=token("manager")).get_json()["charge_terms"]["zh"] == text


def test_a_depot_is_created_found_and_retired(client: Client, token: TokenMaker) -> None:
    admin = token("admin")

    made = client.post(
        "/depots", {"code": "B-2", "time_zone": "Europe/Berlin", "currency": "EUR"}, token=admin, expect=201
    )
    client.post("/depots", {"code": "B-2"}, token=admin, expect=409)
    found = client.get(made.headers["Location"].removeprefix("/api/v1"), token=admin).get_json()
    retired = client.post("/depots/B-2/retire", token=admin).get_json()

    assert (found["code"], found["currency"], found["retired_at"]) == ("B-2", "EUR", None)
    assert retired["retired_at"] == "2026-11-22T08:00:00Z"


def test_a_token_sees_its_own_depots(client: Client, token: TokenMaker) -> None:
    north = token("manager", depots=["NORTH"])

    assert [depot["code"] for depot in client.get("/depots", token=north).get_json()["items"]] == ["NORTH"]
    client.get("/depots/MAIN", token=north, expect=404)


@pytest.mark.parametrize("code", ["main", "NOWHERE", "%00", "%F0%A0%AE%B7", "a%27b"])
def test_an_unknown_depot_is_not_found(client: Client, token: TokenMaker, code: str) -> None:
    client.get(f"/depots/{code}", token=token(), expect=404)


@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "manager", "integration"])
def test_only_admins_change_depots(client: Client, token: TokenMaker, role: str) -> None:
    client.put("/depots/MAIN", {"phones": []}, token=token(role), expect=403)


def test_a_depot_with_orders_keeps_its_currency(app: DepotApp, client: Client, token: TokenMaker) -> None:
    def prepare(session: Any) -> None:
        depot = main_depot(session)
        an_order_of(session, depot, a_customer(session, depot).customer, a_device(session, depot).device)

    app.unit_of_work(prepare)

    client.put("/depots/MAIN", {"currency": "EUR"}, token=token("admin"), expect=409)
