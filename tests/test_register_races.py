"""Many at once at the registers: nobody's change is lost, and nothing is retired under whoever is taking it in."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest
from conftest import Client, TokenMaker
from crowd import CLIENTS, Call, at_once, faults, statuses
from desk import Desk, cny, intake

from app import DepotApp

Body = Mapping[str, Any]

THINGS = 8

CUSTOMER = {"name": "张䶮", "phone": "0571 8888 0001", "email": "a@example.org"}
DEVICE = {"make": "Gtech", "model": "AR-20", "serial_number": "SN-1"}
UNIT = {"code": "LOAN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L1", "accessories": []}
PART = {"part_number": "P-1", "name": "motor", "serialized": False, "unit": "piece"}
WORDS = {"zh": "老鼠", "en": "Mice"}

REGISTERS: Sequence[tuple[str, Body, str, Body]] = [
    ("/customers", CUSTOMER, "id", {
        "name": "李娜", "language": "en", "phone": "0571 8888 0002", "email": "b@example.org",
    }),
    ("/devices", DEVICE, "id", {"make": "Dyson", "model": "V8", "serial_number": "SN-2"}),
    ("/depots", {"code": "NORTH"}, "code", {
        "phones": ["1"], "complaint_phone": "2", "tax_rate": "0.13", "repair_warranty_days": 30,
        "time_zone": "Europe/Berlin", "name": {"zh": "北", "en": "North"}, "address": {"zh": "路", "en": "Road"},
    }),
    ("/product-models", {"make": "Gtech", "model": "AR-20"}, "id", {"replacement_value": cny(90000)}),
    ("/codes/cause", {"code": "mice", "name": WORDS}, "code", {"name": {"zh": "鼠", "en": "A mouse"}}),
    ("/locations", {"code": "B-1", "name": "shelf"}, "id", {"name": "drawer"}),
    ("/parts", PART, "part_number", {"name": "fan", "sale_price": cny(500)}),
    ("/loaner-units", UNIT, "code", {
        "make": "Dyson", "model": "V8", "serial_number": "L2", "accessories": ["cable"], "value": cny(70000),
    }),
    ("/people", {"name": "王工", "kind": "person"}, "id", {"name": "王师傅"}),
]  # fmt: skip
"""Where each register lives, what is put into it, what names it in the path, and what is changed of it."""


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.token("admin")
    return desk


def inline(place: int) -> dict[str, Any]:
    return {"name": f"customer {place}", "phone": f"0571 8888 {place:04}"}


def serial(place: int) -> dict[str, Any]:
    return DEVICE | {"serial_number": f"SN-{place}"}


def another(place: int, one: int) -> dict[str, Any]:
    return DEVICE | {"serial_number": f"OF-{place}-{one}"}


def by_customer(key: object, place: int, one: int) -> Body:
    return intake() | {"customer": {"id": key}, "device": another(place, one)}


def by_name(_: object, place: int, one: int) -> Body:
    return intake() | {"customer": inline(place) | {"email": f"{one}@example.org"}, "device": another(place, one)}


def by_device(key: object, _: int, __: int) -> Body:
    return intake() | {"device": {"id": key}}


def by_serial(_: object, place: int, __: int) -> Body:
    return intake() | {"device": serial(place)}


def by_depot(key: object, place: int, one: int) -> Body:
    return intake() | {"depot": key, "device": another(place, one)}


def code(place: int) -> dict[str, Any]:
    return {"code": f"D-{place}"}


INTAKES: Sequence[tuple[str, Callable[[int], Body], str, Callable[[object, int, int], Body]]] = [
    ("/customers", inline, "id", by_customer),
    ("/customers", inline, "id", by_name),
    ("/devices", serial, "id", by_device),
    ("/devices", serial, "id", by_serial),
    ("/depots", code, "code", by_depot),
]
"""Where each register lives, what is put into it, what names it in the path, and an intake that means it."""


@pytest.mark.parametrize(("path", "made", "named_by", "changes"), REGISTERS, ids=[path for path, *_ in REGISTERS])
def test_who_change_different_facts_at_once_all_succeed(
    app: DepotApp, desk: Desk, path: str, made: Body, named_by: str, changes: Body
) -> None:
    where = f"{path}/{desk.post(path, made, expect=201).get_json()[named_by]}"
    puts = [Call(where, {name: value}, method="PUT") for name, value in changes.items()]

    answers = at_once(app, desk.token("admin"), [*puts, *[Call(where, {}, method="PUT")] * (CLIENTS - len(puts))])

    assert statuses(answers) == {200: CLIENTS}
    after = desk.get(where).get_json()
    assert {name: after[name] for name in changes} == changes
    assert faults(app) == []


@pytest.mark.parametrize(("path", "made", "named_by", "taken_in"), INTAKES, ids=[case[3].__name__ for case in INTAKES])
def test_nothing_is_retired_under_an_intake(
    app: DepotApp,
    desk: Desk,
    path: str,
    made: Callable[[int], Body],
    named_by: str,
    taken_in: Callable[[object, int, int], Body],
) -> None:
    keys = [desk.post(path, made(place), expect=201).get_json()[named_by] for place in range(THINGS)]
    calls = [
        call
        for place, key in enumerate(keys)
        for call in (
            Call("/repair-orders", taken_in(key, place, 1)),
            Call(f"{path}/{key}/retire"),
            Call("/repair-orders", taken_in(key, place, 2)),
            Call(f"{path}/{key}/retire"),
        )
    ]

    answers = at_once(app, desk.token("admin"), calls)

    assert set(statuses(answers)) <= {200, 201, 409, 422}
    open_orders = [desk.order(order["number"]) for order in desk.get("/repair-orders?limit=200").get_json()["items"]]
    noun = path.removeprefix("/").removesuffix("s")
    taken = [order[noun] if noun == "depot" else order[noun]["id"] for order in open_orders]
    retired = {key for key in keys if desk.get(f"{path}/{key}").get_json()["retired_at"]}
    assert retired & set(taken) == set()
    assert len(open_orders) == statuses(answers)[201]
    assert faults(app) == []


def test_of_depots_that_are_all_retired_at_once_one_stays(app: DepotApp, desk: Desk) -> None:
    codes = ["MAIN", *(desk.post("/depots", code(place), expect=201).get_json()["code"] for place in range(THINGS))]

    answers = at_once(app, desk.token("admin"), [Call(f"/depots/{each}/retire") for each in codes])

    assert statuses(answers) == {200: THINGS, 409: 1}
    left = [depot for depot in desk.get("/depots").get_json()["items"] if depot["retired_at"] is None]
    assert len(left) == 1


def test_a_depot_takes_no_order_in_a_currency_that_it_gives_up(app: DepotApp, desk: Desk) -> None:
    codes = [desk.post("/depots", code(place), expect=201).get_json()["code"] for place in range(THINGS)]
    limit = {"preapproved_limit": None}
    orders = [Call("/repair-orders", {**by_depot(each, at, 1), **limit}) for at, each in enumerate(codes)]
    puts = [Call(f"/depots/{each}", {"currency": "EUR"}, method="PUT") for each in codes]

    answers = at_once(app, desk.token("admin"), [call for pair in zip(orders, puts, strict=True) for call in pair])

    assert set(statuses(answers)) <= {200, 201, 409}
    for place, answer in enumerate(answers[::2]):
        depot = desk.get(f"/depots/{codes[place]}").get_json()
        assert answer.get_json()["balance"]["currency"] == depot["currency"]


def test_a_customer_who_is_met_with_many_phones_at_once_has_no_more_than_twenty(app: DepotApp, desk: Desk) -> None:
    who = {"name": "张䶮", "email": "a@example.org"}
    phones = [{"phone": f"0571 8888 {place:04}"} for place in range(CLIENTS)]
    calls = [Call("/repair-orders", intake() | {"customer": who | phone, "device": another(0, place)})
             for place, phone in enumerate(phones)]  # fmt: skip

    answers = at_once(app, desk.token("admin"), calls)

    assert statuses(answers) == {201: 19, 409: CLIENTS - 19}
    (customer,) = desk.get("/customers").get_json()["items"]
    assert len(customer["contacts"]) == 20
    assert faults(app) == []


def test_a_contact_that_an_intake_brings_survives_a_change_of_the_customer(app: DepotApp, desk: Desk) -> None:
    keys = [desk.post("/customers", inline(place), expect=201).get_json()["id"] for place in range(THINGS)]
    met = [Call("/repair-orders", by_name(key, place, place)) for place, key in enumerate(keys)]
    puts = [Call(f"/customers/{key}", {"language": "en"}, method="PUT") for key in keys]

    answers = at_once(app, desk.token("admin"), [call for pair in zip(met, puts, strict=True) for call in pair])

    assert statuses(answers) == {201: THINGS, 200: THINGS}
    customers = [desk.get(f"/customers/{key}").get_json() for key in keys]
    assert [(one["language"], one["email"]) for one in customers] == [
        ("en", f"{place}@example.org") for place in range(THINGS)
    ]


def test_a_device_is_taken_in_while_its_model_is_put_right(app: DepotApp, desk: Desk) -> None:
    keys = [desk.post("/devices", serial(place), expect=201).get_json()["id"] for place in range(THINGS)]
    met = [Call("/repair-orders", by_device(key, place, 1)) for place, key in enumerate(keys)]
    puts = [Call(f"/devices/{key}", {"model": model}, method="PUT") for key in keys for model in ("AR-21", "AR-22")]

    answers = at_once(app, desk.token("admin"), [*puts, *met])

    assert statuses(answers) == {201: THINGS, 200: 2 * THINGS}
    assert faults(app) == []


def test_a_device_is_given_no_more_identifiers_than_twenty_at_once(app: DepotApp, desk: Desk) -> None:
    key = desk.post("/devices", DEVICE, expect=201).get_json()["id"]
    tags = [{"kind": "asset_tag", "value": f"IT {place}"} for place in range(CLIENTS)]

    answers = at_once(app, desk.token("admin"), [Call(f"/devices/{key}/identifiers", tag) for tag in tags])

    assert statuses(answers) == {201: 20, 409: CLIENTS - 20}


def test_nothing_is_put_into_a_bin_that_is_being_retired(app: DepotApp, desk: Desk) -> None:
    desk.stock("P-1", 0)
    bins = [desk.post("/locations", {"code": f"B-{n}"}, expect=201).get_json()["id"] for n in range(THINGS)]
    found = {"part_number": "P-1", "quantity": 1, "reason": "found"}
    desk.post("/locations", {"code": "B-9"}, expect=201)
    desk.post("/stock/adjustments", found | {"location": "B-9"}, expect=201)
    puts = [Call("/stock/adjustments", found | {"location": f"B-{n}"}) for n in range(THINGS)]
    retires = [Call(f"/locations/{each}/retire") for each in bins]

    answers = at_once(app, desk.token("admin"), [call for pair in zip(puts, retires, strict=True) for call in pair])

    assert set(statuses(answers)) <= {200, 201, 409, 422}
    retired = {f"B-{n}" for n, each in enumerate(bins) if desk.get(f"/locations/{each}").get_json()["retired_at"]}
    filled = {place["location"] for place in desk.get("/parts/P-1").get_json()["locations"]}
    assert filled == {"B-9", *(f"B-{n}" for n in range(THINGS))} - retired
