"""32 clients at once, on both databases: exactly one effect, a clear answer for everybody else."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest
from conftest import Client, TokenMaker
from crowd import CLIENTS, Call, at_once, faults, same, statuses
from desk import DIAGNOSIS, SHORT_OF, Desk, cny, intake

from app import DepotApp


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    for role in ("technician", "service_desk", "logistics", "manager", "admin"):
        desk.token(role)
    return desk


def test_the_last_part_is_issued_once(app: DepotApp, desk: Desk) -> None:
    desk.stock("LAST", 1)
    body = {"part_number": "LAST", "quantity": 1, "location": "A-1", "reason": "workshop use"}

    answers = at_once(app, desk.token("logistics"), same("/stock/issues", body))

    assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
    assert all(answer.get_json()["available"] == 0 for answer in answers if answer.status_code == 409)
    assert desk.get("/parts/LAST").get_json()["on_hand"] == 0
    assert faults(app) == []


def test_the_last_part_goes_to_one_of_many_orders(app: DepotApp, desk: Desk) -> None:
    desk.stock("LAST", 1)
    wants = DIAGNOSIS | {"parts": [{"part_number": "LAST", "quantity": 1}]}
    numbers = [desk.until("inspecting") for _ in range(CLIENTS)]

    answers = at_once(app, desk.token("technician"), [Call(f"/repair-orders/{n}/diagnose", wants) for n in numbers])
    begun = at_once(app, desk.token("technician"), [Call(f"/repair-orders/{n}/start-repair", {}) for n in numbers])

    assert statuses(answers) == {200: CLIENTS}
    assert Counter(answer.get_json()["state"] for answer in begun) == {"repairing": 1, "awaiting_parts": CLIENTS - 1}
    assert faults(app) == []


def test_the_same_serial_is_received_once(app: DepotApp, desk: Desk) -> None:
    answers = at_once(app, desk.token("service_desk"), same("/repair-orders", intake()))

    assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
    number = next(answer.get_json()["number"] for answer in answers if answer.status_code == 201)
    assert {answer.get_json()["open_order"] for answer in answers if answer.status_code == 409} == {number}
    assert len(desk.get("/devices").get_json()["items"]) == 1
    assert len(desk.get("/customers").get_json()["items"]) == 1
    assert faults(app) == []


def test_different_devices_are_all_received_under_numbers_of_their_own(app: DepotApp, desk: Desk) -> None:
    bodies = [intake(device={"serial_number": f"PALLET-{place}"}) for place in range(CLIENTS)]

    answers = at_once(app, desk.token("service_desk"), [Call("/repair-orders", body) for body in bodies])

    assert statuses(answers) == {201: CLIENTS}
    assert len({answer.get_json()["number"] for answer in answers}) == CLIENTS
    assert faults(app) == []


@pytest.mark.parametrize("headers", [{}, {"If-Match": '"1"'}], ids=["plain", "with the version seen"])
def test_the_same_step_is_taken_once(app: DepotApp, desk: Desk, headers: dict[str, str]) -> None:
    number = desk.until("received")

    answers = at_once(app, desk.token("technician"), same(f"/repair-orders/{number}/start-inspection", {}, **headers))

    assert statuses(answers) == {200: 1, 412 if headers else 409: CLIENTS - 1}
    assert desk.order(number)["version"] == 2
    assert faults(app) == []


def test_the_same_idempotency_key_has_one_effect_and_one_answer(app: DepotApp, desk: Desk) -> None:
    answers = at_once(
        app, desk.token("service_desk"), same("/repair-orders", intake(), **{"Idempotency-Key": "pallet-1"})
    )

    assert statuses(answers) == {201: CLIENTS}
    assert len({answer.data for answer in answers}) == 1
    assert Counter("Idempotency-Replayed" in answer.headers for answer in answers) == {True: CLIENTS - 1, False: 1}
    assert len(desk.get("/repair-orders").get_json()["items"]) == 1
    assert faults(app) == []


def test_one_loaner_unit_is_lent_once(app: DepotApp, desk: Desk) -> None:
    unit = {"code": "LOAN-1", "make": "Gtech", "model": "AR-20", "serial_number": "L1", "accessories": []}
    desk.post("/loaner-units", unit | {"value": cny(90000)}, "logistics", expect=201)
    numbers = [desk.until("received") for _ in range(CLIENTS)]
    loan = {"loaner_unit": "LOAN-1", "due_on": "2026-12-24", "condition": "good", "signed_by": "王芳"}

    answers = at_once(app, desk.token("service_desk"), [Call("/loans", loan | {"repair_order": n}) for n in numbers])

    assert statuses(answers) == {201: 1, 409: CLIENTS - 1}
    assert faults(app) == []


def test_parts_that_arrive_while_orders_begin_to_wait_leave_nobody_waiting_for_them(app: DepotApp, desk: Desk) -> None:
    desk.stock(SHORT_OF, 0)
    wants = DIAGNOSIS | {"parts": [{"part_number": SHORT_OF, "quantity": 1}]}
    numbers = [desk.until("inspecting") for _ in range(CLIENTS // 2)]
    for number in numbers:
        desk.step(number, "diagnose", wants)
    receipt = {"part_number": SHORT_OF, "quantity": 1, "location": "A-1", "reference": "PO-1"}
    begin = [Call(f"/repair-orders/{number}/start-repair", {}) for number in numbers]
    arrive = [Call("/stock/receipts", receipt)] * (CLIENTS // 2)

    answers = at_once(app, desk.token("admin"), [call for pair in zip(begin, arrive, strict=True) for call in pair])

    assert set(statuses(answers)) <= {200, 201}
    states = Counter(desk.order(number)["state"] for number in numbers)
    assert states["awaiting_parts"] == 0
    assert sum(states.values()) == states["repairing"] + states["approved"]
    assert faults(app) == []


def test_the_same_reading_of_a_receipt_gives_everybody_the_same_bytes(app: DepotApp, desk: Desk) -> None:
    number = desk.until("received")
    headers = {"Authorization": f"Bearer {desk.token('admin')}"}

    def read(_: int) -> bytes:
        return app.test_client().get(f"/api/v1/repair-orders/{number}/intake-receipt.pdf", headers=headers).data

    with ThreadPoolExecutor(8) as pool:
        papers = set(pool.map(read, range(8)))

    assert len(papers) == 1


def test_steps_that_free_the_same_part_at_once_are_all_taken(app: DepotApp, desk: Desk) -> None:
    desk.stock("SHARED", 4)
    wants = DIAGNOSIS | {"parts": [{"part_number": "SHARED", "quantity": 1}]}
    numbers = [desk.until("inspecting") for _ in range(8)]
    for number in numbers:
        desk.step(number, "diagnose", wants)

    again = [Call(f"/repair-orders/{number}/reinspect", {"reason": "wrong"}) for number in numbers]
    answers = at_once(app, desk.token("technician"), again)

    assert statuses(answers) == {200: 8}
    part = desk.get("/parts/SHARED").get_json()
    assert (part["on_hand"], part["reserved"]) == (4, 0)
    assert faults(app) == []
