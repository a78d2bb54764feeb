from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from registers import NASTY_TEXTS, a_customer, a_device, an_order_of, main_depot, north_depot

from app import DepotApp
from models import State

ANNA = {"name": "Anna", "phone": "0571 8888 0001", "email": "Anna@Example.org", "language": "en"}


@pytest.fixture(autouse=True)
def depot(app: DepotApp) -> None:
    app.unit_of_work(main_depot)


@pytest.fixture
def desk(token: TokenMaker) -> str:
    return token("service_desk")


def test_a_customer_is_created_and_read(client: Client, desk: str) -> None:
    made = client.post("/customers", ANNA, token=desk, expect=201)

    customer = client.get(made.headers["Location"].removeprefix("/api/v1"), token=desk).get_json()
    assert customer == made.get_json()
    assert {name: customer[name] for name in ANNA} == ANNA
    assert [contact["kind"] for contact in customer["contacts"]] == ["phone", "email"]
    assert (customer["depot"], customer["version"], customer["warnings"]) == ("MAIN", 1, [])


def test_the_same_customer_again_is_a_conflict_and_a_near_one_a_warning(client: Client, desk: str) -> None:
    known = client.post("/customers", ANNA, token=desk, expect=201).get_json()

    conflict = client.post("/customers", {**ANNA, "email": None}, token=desk, expect=409).get_json()
    near = client.post("/customers", {**ANNA, "name": "Bert"}, token=desk, expect=201).get_json()

    assert conflict["customer"] == known["id"]
    assert near["warnings"] == [f"Customer {known['id']} has the same phone or e-mail and another name."]


def test_a_repeated_request_under_one_key_makes_one_customer(client: Client, desk: str) -> None:
    first = client.post("/customers", ANNA, token=desk, key="k", expect=201)
    again = client.post("/customers", ANNA, token=desk, key="k", expect=201)

    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"


@pytest.mark.parametrize(
    ("body", "pointer"),
    [
        ({"name": None}, "/name"),
        ({"phone": None, "email": None}, "/contacts"),
        ({"phone": "call me"}, "/phone"),
        ({"email": "anna@"}, "/email"),
        ({"contacts": [{"kind": "fax", "value": "1"}]}, "/contacts/0/kind"),
        ({"contacts": [{"kind": "email", "value": "x"}]}, "/contacts/0/value"),
        ({"name": "x" * 201}, "/name"),
        ({"name": "a\x00b"}, "/name"),
        ({"name": "\ud800"}, "/name"),
        ({"language": "fr"}, "/language"),
        ({"depot": "NOWHERE"}, "/depot"),
        ({"id": 1}, "/id"),
    ],
)
def test_what_cannot_be_is_refused_where_it_stands(
    client: Client, desk: str, body: dict[str, Any], pointer: str
) -> None:
    problem = client.post("/customers", {**ANNA, **body}, token=desk, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


@pytest.mark.parametrize("name", NASTY_TEXTS)
def test_every_name_is_kept_and_found(client: Client, desk: str, name: str) -> None:
    made = client.post("/customers", {**ANNA, "name": name}, token=desk, expect=201).get_json()

    found = client.get("/customers", token=desk, query_string={"q": name[:30]}).get_json()["items"]
    assert made["name"] == name
    assert [customer["id"] for customer in found] == [made["id"]]


def test_a_put_changes_what_it_names(client: Client, desk: str) -> None:
    path = f"/customers/{client.post('/customers', ANNA, token=desk, expect=201).get_json()['id']}"

    named = client.put(path, {"name": "Anne"}, token=desk, headers={"If-Match": '"1"'}).get_json()
    put = client.send(
        "PUT", path, json={"name": "Anne", "contacts": [{"kind": "email", "value": "new@example.org"}]}, token=desk
    ).get_json()

    assert (named["name"], named["phone"], named["language"], named["version"]) == (
        "Anne",
        ANNA["phone"],
        "en",
        2,
    )
    assert (put["phone"], put["email"], put["language"]) == (None, "new@example.org", "en")
    client.put(path, {"name": "X"}, token=desk, headers={"If-Match": '"1"'}, expect=412)


PHONES = [{"kind": "phone", "value": "0571 8888 000" + digit} for digit in "123"]
EMAIL = {"kind": "email", "value": "a@example.org"}


@pytest.mark.parametrize(
    ("change", "values"),
    [
        ({"phone": "0571 8888 0009"}, ["0571 8888 0009", "0571 8888 0002"]),
        ({"phone": None}, ["0571 8888 0002"]),
        ({"phone": ""}, ["0571 8888 0002"]),
        ({"phone": "+86 571 8888 0001"}, ["+86 571 8888 0001", "0571 8888 0002"]),
        ({"phone": "0571 8888 0002"}, ["0571 8888 0002"]),
        ({"phone": "0571 8888 0001", "contacts": PHONES[1:2]}, ["0571 8888 0002"]),
        ({"phone": "0571 8888 0009", "contacts": PHONES[1:2]}, ["0571 8888 0009", "0571 8888 0002"]),
        ({"contacts": [PHONES[1], PHONES[0], EMAIL]}, ["0571 8888 0002", "0571 8888 0001", "a@example.org"]),
        ({"contacts": [PHONES[2], *PHONES[:2]]}, ["0571 8888 0003", "0571 8888 0001", "0571 8888 0002"]),
        ({"email": "b@example.org"}, ["0571 8888 0001", "0571 8888 0002", "b@example.org"]),
        ({"contacts": None, "language": None}, ["0571 8888 0001", "0571 8888 0002"]),
    ],
)
def test_contacts_are_the_ones_that_were_put_in_their_order(
    client: Client, desk: str, change: dict[str, Any], values: list[str]
) -> None:
    body = {"name": "Anna", "contacts": PHONES[:2]}
    path = f"/customers/{client.post('/customers', body, token=desk, expect=201).get_json()['id']}"

    alone = client.put(path, change, token=desk).get_json()
    client.put(path, {"contacts": PHONES[:2]}, token=desk)
    read = client.get(path, token=desk).get_json()
    whole = client.put(path, read | {name: value for name, value in change.items() if value is not None}, token=desk)

    assert [contact["value"] for contact in alone["contacts"]] == values
    assert (alone["phone"], alone["language"]) == (values[0], "zh")
    if None not in change.values():
        assert [contact["value"] for contact in whole.get_json()["contacts"]] == values


def test_a_contact_is_put_back_with_its_id_and_no_other(client: Client, desk: str) -> None:
    path = f"/customers/{client.post('/customers', ANNA, token=desk, expect=201).get_json()['id']}"
    phone, email = client.get(path, token=desk).get_json()["contacts"]

    edited = client.put(path, {"contacts": [phone, email | {"value": "new@example.org"}]}, token=desk).get_json()
    problem = client.put(path, {"contacts": [phone | {"id": 99}]}, token=desk, expect=422).get_json()

    assert (edited["contacts"][0], edited["email"]) == (phone, "new@example.org")
    assert [error["pointer"] for error in problem["errors"]] == ["/contacts/0/id"]


def test_a_list_is_read_page_by_page(client: Client, desk: str) -> None:
    for number in range(3):
        client.post("/customers", {"name": f"N{number}", "phone": f"0571 8888 000{number}"}, token=desk, expect=201)

    first = client.get("/customers?limit=2", token=desk).get_json()
    second = client.get("/customers", token=desk, query_string={"limit": 2, "cursor": first["next"]}).get_json()

    assert [customer["name"] for customer in first["items"] + second["items"]] == ["N0", "N1", "N2"]
    assert second["next"] is None


def test_a_customer_of_another_depot_does_not_exist_here(app: DepotApp, client: Client, token: TokenMaker) -> None:
    known = client.post("/customers", ANNA, token=token("service_desk"), expect=201).get_json()
    app.unit_of_work(north_depot)
    north = token("service_desk", depots=["NORTH"])

    for method in ("GET", "PUT"):
        client.send(
            method,
            f"/customers/{known['id']}",
            json={"name": "X"} if method != "GET" else None,
            token=north,
            expect=404,
        )
    assert client.get("/customers", token=north).get_json()["items"] == []
    client.post("/customers", {**ANNA, "depot": "MAIN"}, token=north, expect=403)


def test_an_open_order_keeps_its_customer(app: DepotApp, client: Client, desk: str) -> None:
    def prepare(session: Any) -> int:
        depot = main_depot(session)
        customer = a_customer(session, depot).customer
        an_order_of(session, depot, customer, a_device(session, depot).device, State.RECEIVED)
        return customer.id

    customer_id = app.unit_of_work(prepare)

    client.post(f"/customers/{customer_id}/retire", token=desk, expect=409)


def test_a_retired_customer_stays_readable(client: Client, desk: str) -> None:
    path = f"/customers/{client.post('/customers', ANNA, token=desk, expect=201).get_json()['id']}"

    client.post(f"{path}/retire", token=desk)

    assert client.get(path, token=desk).get_json()["retired_at"] == "2026-11-22T08:00:00Z"


@pytest.mark.parametrize("role", ["technician", "logistics", "integration"])
def test_who_does_not_sit_at_the_desk_reads_only(client: Client, desk: str, token: TokenMaker, role: str) -> None:
    path = f"/customers/{client.post('/customers', ANNA, token=desk, expect=201).get_json()['id']}"
    secret = token(role)

    client.get(path, token=secret)
    client.post("/customers", ANNA, token=secret, expect=403)
    client.put(path, {"name": "X"}, token=secret, expect=403)


@pytest.mark.parametrize("path", ["/customers/0", "/customers/9223372036854775807", "/customers/9223372036854775808"])
def test_an_unknown_id_is_not_found(client: Client, desk: str, path: str) -> None:
    client.get(path, token=desk, expect=404)
