"""Stage 2: who takes a device, what a verdict needs, and the calculation of beyond economic repair."""

from __future__ import annotations

from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import CHARGED, DIAGNOSIS, SUMMARY, Desk, cny

SERIAL, IMEI = "mJ1311YNG3DV3A", "490154203237518"
NO_FAULT = {"verdict": "no_fault_found", "test_conditions": "2 h, version 1.4, 35 °C", "coverage": None}
UNECONOMIC = CHARGED | {"verdict": "beyond_economic_repair"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def pointers(problem: dict[str, Any]) -> list[str]:
    return [error["pointer"] for error in problem["errors"]]


def received_with_identifiers(desk: Desk) -> dict[str, Any]:
    identifiers = [{"kind": "imei", "value": "49-015420-323751-8"}, {"kind": "asset_tag", "value": "INV 4711"}]
    return desk.receive(device={"serial_number": SERIAL, "identifiers": identifiers})


def scannable(number: str) -> dict[str, str]:
    return {
        "number": number,
        "lower case": number.lower(),
        "dashes": f"{number[:2]}-{number[2:6]}-{number[6:]}",
        "blanks and CR LF": f"  {number}\r\n",
        "serial": SERIAL,
        "serial with tab": f"{SERIAL}\t",
        "imei": IMEI,
        "imei in groups": "49 015420 323751 8",
        "asset tag": "inv4711",
    }


@pytest.mark.parametrize("what", list(scannable("")))
def test_what_belongs_to_the_order_may_be_scanned(desk: Desk, what: str) -> None:
    number = received_with_identifiers(desk)["number"]

    order = desk.step(number, "start-inspection", {"scanned": scannable(number)[what]})

    assert order["state"] == "inspecting"


@pytest.mark.parametrize("body", [None, {}, {"scanned": None}])
def test_whoever_takes_a_device_is_assigned(desk: Desk, body: Any) -> None:
    number = desk.until("received")

    order = desk.step(number, "start-inspection", body)

    assert order["assigned_to"]["name"] == "somebody of technician"
    assert desk.order(number)["assigned_to"] == order["assigned_to"]


def test_what_belongs_to_another_order_is_refused(desk: Desk) -> None:
    other = desk.receive(device={"serial_number": "OTHER-1"})["number"]
    number = received_with_identifiers(desk)["number"]

    for scanned in (other, "OTHER-1", "nonsense", "𠮷", "%", number[:-1]):
        problem = desk.step(number, "start-inspection", {"scanned": scanned}, expect=409)
        assert problem["scanned"] == scanned

    assert desk.order(number)["state"] == "received"


def test_a_retired_identifier_is_refused(desk: Desk) -> None:
    order = received_with_identifiers(desk)
    device = desk.get(f"/devices/{order['device']['id']}").get_json()
    imei = next(known["id"] for known in device["identifiers"] if known["kind"] == "imei")
    desk.post(f"/devices/{device['id']}/identifiers/{imei}/retire")

    desk.step(order["number"], "start-inspection", {"scanned": IMEI}, expect=409)

    assert desk.order(order["number"])["version"] == 1


@pytest.mark.parametrize("field", ["symptom", "cause", "attribution", "finding", "solution", "verdict"])
def test_a_diagnosis_lacks_nothing(desk: Desk, field: str) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", {k: v for k, v in DIAGNOSIS.items() if k != field}, expect=422)

    assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize("field", ["symptom", "cause", "attribution"])
@pytest.mark.parametrize("code", ["nonsense", "Other", "OTHER", "other ", "𠮷", "x" * 200])
def test_an_unknown_code_is_refused(desk: Desk, field: str, code: str) -> None:
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", DIAGNOSIS | {field: code}, expect=422)

    assert pointers(problem) == [f"/{field}"]


@pytest.mark.parametrize("field", ["symptom", "cause"])
def test_a_retired_code_is_refused(desk: Desk, field: str) -> None:
    desk.post(f"/codes/{field}", {"code": "loose", "name": {"zh": "松动", "en": "loose"}}, expect=201)
    number = desk.until("inspecting")
    desk.post(f"/codes/{field}/loose/retire")

    problem = desk.step(number, "diagnose", DIAGNOSIS | {field: "loose"}, expect=422)

    assert pointers(problem) == [f"/{field}"]


LACKING: list[tuple[dict[str, Any], str]] = [
    ({"verdict": "no_fault_found"}, "/test_conditions"),
    ({"verdict": "not_repaired"}, "/not_repaired_reason"),
    ({"verdict": "beyond_economic_repair", "labour_minutes": 60}, "/replacement_value"),
    ({"verdict": "beyond_economic_repair", "replacement_value": cny(1)}, "/parts"),
    ({"verdict": "repair", "coverage": None, "labour_minutes": 5}, "/labour_coverage"),
    ({"verdict": "scrap"}, "/verdict"),
]


@pytest.mark.parametrize(("body", "pointer"), LACKING, ids=lambda value: str(value)[:40])
def test_each_verdict_brings_what_it_needs(desk: Desk, body: dict[str, Any], pointer: str) -> None:
    desk.furnish(labour_rate=cny(10000))
    number = desk.until("inspecting")

    problem = desk.step(number, "diagnose", DIAGNOSIS | body, expect=422)

    assert pointers(problem) == [pointer]
    assert desk.order(number)["findings"] == []


@pytest.mark.parametrize(
    ("body", "result"),
    [
        (NO_FAULT, "no_fault_found"),
        ({"verdict": "not_our_product"}, "not_our_product"),
        ({"verdict": "not_repaired", "not_repaired_reason": "no board to be had"}, "not_repaired"),
    ],
)
def test_a_verdict_against_a_repair_is_the_result_and_keeps_its_solution(
    desk: Desk, body: dict[str, Any], result: str
) -> None:
    number = desk.until("inspecting")

    order = desk.step(number, "diagnose", DIAGNOSIS | {"solution": "use the maker's charger 充电器"} | body)

    assert (order["state"], order["result"], order["quote"]) == ("summarizing", result, None)
    assert order["findings"][0]["solution"] == "use the maker's charger 充电器"
    assert order["findings"][0]["by"]["name"] == "somebody of technician"


def test_the_parts_that_cannot_be_had_stay_in_the_event_and_are_nobodys_need(desk: Desk) -> None:
    desk.stock("BOARD-9", 0)
    number = desk.until("inspecting")
    body = DIAGNOSIS | {"verdict": "not_repaired", "not_repaired_reason": "out of production"}

    unknown = desk.step(number, "diagnose", body | {"parts": [{"part_number": "NO-SUCH", "quantity": 1}]}, expect=422)
    order = desk.step(number, "diagnose", body | {"parts": [{"part_number": "BOARD-9", "quantity": 2}]})

    assert pointers(unknown) == ["/parts/0/part_number"]
    assert order["parts"] == []
    assert desk.events(number, "diagnose")[0]["facts"]["parts"] == [{"part": 1, "quantity": "2"}]


def test_no_fault_found_a_second_time_on_one_device_is_flagged(desk: Desk) -> None:
    flags = []
    for _ in range(2):
        number = desk.until("inspecting", device={"serial_number": "SN-NFF"})
        order = desk.step(number, "diagnose", DIAGNOSIS | NO_FAULT)
        flags.append(
            (
                desk.events(number, "diagnose")[0]["facts"]["again_no_fault_found"],
                any("a manager should look" in warning for warning in order["warnings"]),
            )
        )
        desk.step(number, "summarize", SUMMARY | {"work_done": None})
        desk.step(number, "hand-over", HAND_OVER_BY_IDENTITY)

    assert flags == [(False, False), (True, True)]


HAND_OVER_BY_IDENTITY = {
    "identity_checked": True,
    "accessories_returned": True,
    "signed_by": "张䶮",
    "signature_origin": "customer_at_counter",
}


@pytest.mark.parametrize(("value_minor", "is_let_go"), [(16667, False), (16666, True)])
def test_beyond_economic_repair_begins_at_the_share(desk: Desk, value_minor: int, is_let_go: bool) -> None:
    desk.furnish(labour_rate=cny(10000))
    number = desk.until("inspecting")
    body = UNECONOMIC | {"replacement_value": cny(value_minor)}

    answer = desk.step(number, "diagnose", body, expect=200 if is_let_go else 409)

    if is_let_go:
        facts = desk.events(number, "diagnose")[0]["facts"]
        stored = ("estimate_minor", "replacement_value_minor", "share", "overridden")
        assert [facts[name] for name in stored] == [10000, 16666, "0.6", False]
        assert answer["result"] == "beyond_economic_repair"
    else:
        assert (answer["estimate_minor"], answer["replacement_value_minor"]) == (10000, 16667)
        assert desk.order(number)["state"] == "inspecting"


def test_the_estimate_leaves_out_who_bears_it_and_counts_the_tax(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(10000), tax_rate="0.13")
    desk.stock("MOTOR", 0, sale_price=15000)
    number = desk.until("inspecting")
    parts = [{"part_number": "MOTOR", "quantity": 1, "coverage": "warranty"}]

    desk.step(number, "diagnose", UNECONOMIC | {"coverage": "warranty", "parts": parts, "replacement_value": cny(100)})

    assert desk.events(number, "diagnose")[0]["facts"]["estimate_minor"] == 16950 + 11300


def test_the_replacement_value_may_come_from_the_model(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(10000))
    number = desk.until("inspecting")
    model = desk.get("/product-models").get_json()["items"][0]
    desk.client.send(
        "PUT",
        f"/product-models/{model['id']}",
        json={"replacement_value": cny(9000)},
        token=desk.token("manager"),
    )

    desk.step(number, "diagnose", UNECONOMIC)

    assert desk.events(number, "diagnose")[0]["facts"]["replacement_value_minor"] == 9000


def test_a_manager_sets_the_share_aside_before_the_diagnosis_and_no_technician_does(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(10000))
    number = desk.until("inspecting")
    other = desk.until("inspecting")
    body = UNECONOMIC | {"replacement_value": cny(90000)}
    wanted = {"guard": "beyond_economic_share", "reason": "the customer wants a new one"}

    desk.post(f"/repair-orders/{number}/overrides", wanted, "technician", expect=403)
    desk.post(f"/repair-orders/{number}/overrides", wanted | {"guard": "balance_due"}, "manager", expect=422)
    desk.post(f"/repair-orders/{number}/overrides", wanted, "manager", expect=201)
    order = desk.step(number, "diagnose", body)

    assert order["result"] == "beyond_economic_repair"
    assert desk.events(number, "diagnose")[0]["facts"]["overridden"] is True
    assert desk.events(number, "override")[0]["by"]["name"] == "somebody of manager"
    desk.step(other, "diagnose", body, expect=409)


@pytest.mark.parametrize("action", ["reinspect", "reopen"])
def test_findings_stay_as_a_dated_list_when_an_order_goes_back(desk: Desk, action: str) -> None:
    number = desk.until("repairing" if action == "reinspect" else "ready")

    back = desk.step(number, action, {"reason": "张三 says it still smells 𠮷"})
    again = desk.step(number, "diagnose", DIAGNOSIS | {"finding": "the fan, not the motor"})

    assert (back["state"], back["result"]) == ("inspecting", None)
    assert [found["finding"] for found in again["findings"]] == [DIAGNOSIS["finding"], "the fan, not the motor"]
    event = desk.events(number, action)[0]
    assert event["text"]["note"] == "张三 says it still smells 𠮷"
    assert "张三" not in str(event["facts"])


def test_new_facts_from_the_customer_bring_the_order_back_to_the_bench(desk: Desk) -> None:
    desk.furnish(labour_rate=cny(30000))
    number = desk.until("awaiting_approval")

    order = desk.step(number, "new-facts", {"note": "it fell into water"}, role="service_desk")

    assert order["state"] == "inspecting"
    assert desk.events(number, "new-facts")[0]["text"] == {"note": "it fell into water"}
