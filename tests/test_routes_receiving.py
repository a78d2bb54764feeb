"""A pallet over HTTP: each scan its verdict at once, drafts that the counter completes, one report at the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import pytest
from conftest import Client, TokenMaker
from desk import CHECKLIST, INTAKE, Desk
from labels_samples import folded, text_of

from depot.identifiers import order_number
from depot.receiving import ADVICE, MOST_EXPECTED
from models import ScanVerdict

T = TypeVar("T")

BROUGHT = {
    "customer": {"name": "Acme 维修", "phone": "+86 571 0000 0001"},
    "device": {"make": "Gtech", "model": "AR-20"},
    "reported_fault": "没有声音",
    "channel": "courier",
}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def opened(desk: Desk, expected: list[str] | None = None, **more: Any) -> int:
    body = {"reference": "DN-1", "expected": expected} | more
    key: int = sent(desk, "/receiving-sessions", body, 201)["id"]
    return key


def together(people: int, work: Callable[[int], T]) -> list[T]:
    with ThreadPoolExecutor(people) as pool:
        return list(pool.map(work, range(people)))


def sent(desk: Desk, path: str, body: Any, expect: int = 201) -> Any:
    return desk.post(path, body, "service_desk", expect=expect).get_json()


def read(desk: Desk, path: str) -> Any:
    return desk.get(path).get_json()


def scan(desk: Desk, pallet: int, code: str) -> dict[str, Any]:
    answer: dict[str, Any] = sent(desk, f"/receiving-sessions/{pallet}/scans", {"code": code}, 201)
    return answer


def announced(desk: Desk, serial: str) -> str:
    body = {name: INTAKE[name] for name in ("depot", "customer", "reported_fault", "channel")}
    body |= {"device": INTAKE["device"] | {"serial_number": serial}}
    number: str = sent(desk, "/announcements", body, 201)["number"]
    return number


def test_each_scan_has_its_verdict_at_once(desk: Desk) -> None:
    rma, busy = announced(desk, "SN-ANNOUNCED"), desk.receive(device={"serial_number": "SN-OPEN"})["number"]
    pallet = opened(desk, ["SN-0001", rma, "SN-MISSING"])

    scans = [scan(desk, pallet, code) for code in ("SN-0001", rma.lower(), "SN-0001", "SN-OPEN", "SN-M1SSING", "ELSE")]

    assert [one["verdict"] for one in scans] == [
        "expected", "expected", "double", "already_open", "look_alike", "unexpected",
    ]  # fmt: skip
    assert [one["seq"] for one in scans] == [1, 2, 3, 4, 5, 6]
    assert [one["open_order"] for one in scans] == [None, rma, None, busy, None, None]
    assert [one["draft"] for one in scans] == [True, True, False, False, True, True]
    assert (scans[2]["first_seq"], scans[4]["looks_like"]) == (1, "SN-MISSING")
    assert scans[2]["advice"] == ADVICE[ScanVerdict.DOUBLE]


@pytest.mark.parametrize(
    ("listed", "first", "second"),
    [
        (None, "the number", "the serial"),
        ("the number", "the serial", "the number"),
        ("the serial", "the number", "the serial"),
        ("the serial", "the serial", "the number"),
    ],
)
def test_box_and_device_are_one_thing(desk: Desk, listed: str | None, first: str, second: str) -> None:
    codes = {"the number": announced(desk, "SN-7"), "the serial": "SN-7"}
    pallet = opened(desk, None if listed is None else [codes[listed]])

    verdicts = [scan(desk, pallet, codes[code])["verdict"] for code in (first, second)]

    assert verdicts == ["expected", "double"]
    assert read(desk, f"/receiving-sessions/{pallet}/report")["missing"] == []


def test_without_a_list_only_what_was_announced_is_expected(desk: Desk) -> None:
    announced(desk, "SN-7")
    pallet = opened(desk)

    verdicts = [scan(desk, pallet, code)["verdict"] for code in ("SN-7", "SN-8", "SN-8\r\n", "ＳＮ－8")]

    assert verdicts == ["expected", "unexpected", "double", "double"]


def test_the_counter_completes_what_was_announced_with_the_checklist_alone(desk: Desk) -> None:
    rma = announced(desk, "SN-7")
    pallet = opened(desk)
    scan(desk, pallet, rma)

    order = sent(desk, f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST, 201)
    again = sent(desk, f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST, 409)

    assert (order["number"], order["state"]) == (rma, "received")
    assert f"taken in as {rma}" in again["detail"]
    assert read(desk, f"/receiving-sessions/{pallet}/scans?drafts=true")["items"] == []


def test_what_nobody_announced_becomes_a_new_order_of_what_was_scanned(desk: Desk) -> None:
    pallet = opened(desk, ["SN-9"])
    scan(desk, pallet, "SN-9")

    order = desk.post(f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST | BROUGHT, "service_desk", expect=201)

    told = order.get_json()
    assert order.headers["Location"].endswith(told["number"])
    assert (told["device"]["serial_number"], told["channel"], told["state"]) == ("SN-9", "courier", "received")
    assert scan(desk, pallet, "SN-9")["verdict"] == "double"
    assert scan(desk, pallet, told["number"])["verdict"] == "double"
    assert read(desk, f"/receiving-sessions/{pallet}/scans")["items"][0]["taken_in_as"] == told["number"]


def test_a_device_on_record_needs_not_be_described_again(desk: Desk) -> None:
    desk.until("returned", device={"serial_number": "SN-OLD"})
    pallet = opened(desk)
    scan(desk, pallet, "SN-OLD")
    brought = {name: value for name, value in BROUGHT.items() if name != "device"}

    order = sent(desk, f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST | brought, 201)

    assert (order["device"]["serial_number"], order["is_repeat"]) == ("SN-OLD", True)


@pytest.mark.parametrize(
    ("left_out", "pointers"),
    [
        (("customer",), ["/customer"]),
        (("device", "channel"), ["/device", "/channel"]),
        (tuple(BROUGHT), ["/customer", "/device", "/reported_fault", "/channel"]),
    ],
)
def test_what_a_draft_still_lacks_is_named(desk: Desk, left_out: tuple[str, ...], pointers: list[str]) -> None:
    pallet = opened(desk)
    scan(desk, pallet, "SN-9")
    body = {name: value for name, value in (CHECKLIST | BROUGHT).items() if name not in left_out}

    problem = sent(desk, f"/receiving-sessions/{pallet}/scans/1/complete", body, 422)

    assert [error["pointer"] for error in problem["errors"]] == pointers
    assert len(read(desk, f"/receiving-sessions/{pallet}/scans?drafts=true")["items"]) == 1


def test_what_was_announced_is_not_told_twice(desk: Desk) -> None:
    pallet, _ = opened(desk), announced(desk, "SN-7")
    scan(desk, pallet, "SN-7")

    problem = sent(desk, f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST | BROUGHT, 422)

    assert [error["pointer"] for error in problem["errors"]] == ["/customer", "/device", "/reported_fault"]


def test_a_draft_can_be_dropped_with_a_reason(desk: Desk) -> None:
    pallet = opened(desk)
    scan(desk, pallet, "SN-9")

    dropped = sent(desk, f"/receiving-sessions/{pallet}/scans/1/drop", {"reason": "a poster, no device"}, 200)
    again = sent(desk, f"/receiving-sessions/{pallet}/scans/1/drop", {"reason": "x"}, 409)

    assert (dropped["draft"], dropped["dropped_reason"]) == (False, "a poster, no device")
    assert "dropped: a poster" in again["detail"]


def test_a_closed_session_takes_no_scans_but_drafts_can_be_completed(desk: Desk) -> None:
    pallet = opened(desk, ["SN-1", "SN-2"])
    scan(desk, pallet, "SN-1")

    report = sent(desk, f"/receiving-sessions/{pallet}/close", {}, 200)
    late = sent(desk, f"/receiving-sessions/{pallet}/scans", {"code": "SN-2"}, 409)
    desk.post(f"/receiving-sessions/{pallet}/close", {}, "service_desk", expect=409)
    desk.post(f"/receiving-sessions/{pallet}/scans/1/complete", CHECKLIST | BROUGHT, "service_desk", expect=201)

    assert (report["missing"], report["counts"]["drafts"], report["closed_by"]) == (
        ["SN-2"],
        1,
        "somebody of service_desk",
    )
    assert "Open another one" in late["detail"]
    assert read(desk, f"/receiving-sessions/{pallet}/report")["counts"]["drafts"] == 0
    assert read(desk, "/receiving-sessions?open=true")["items"] == []


def test_the_report_says_it_all_on_paper_too(desk: Desk) -> None:
    rma, busy = announced(desk, "SN-7"), desk.receive(device={"serial_number": "SN-OPEN"})["number"]
    pallet = opened(desk, ["SN-1", rma, "SN-𠮷-2"], reference="送货单 <b>7</b>")
    for code in ("SN-1", rma, "SN-1", "SN-OPEN", "ELSE"):
        scan(desk, pallet, code)

    report = sent(desk, f"/receiving-sessions/{pallet}/close", {}, 200)
    papers = f"/receiving-sessions/{pallet}/report.pdf?language="
    paper = {language: desk.get(f"{papers}{language}").data for language in ("zh", "en", "both")}

    assert report["counts"] == {
        "listed": 3, "expected": 2, "unexpected": 1, "double": 1, "already_open": 1, "look_alike": 0, "missing": 1,
        "drafts": 3,
    }  # fmt: skip
    words = folded(text_of(paper["both"]))
    for said in (rma, busy, "ELSE", "送货单", "<b>7</b>", "Missing", "未到", "Already open", "RS000001"):
        assert folded(said) in words
    assert "Missing" not in text_of(paper["zh"])
    assert desk.get(f"{papers}en").data == paper["en"]


@pytest.mark.parametrize(
    ("expected", "pointer"),
    [
        (["SN-1", " SN-1 "], "/expected/1"),
        ([order_number(2026, 99_999_999)], "/expected/0"),
        ([""], "/expected/0"),
        (["A" * 201], "/expected/0"),
        ([f"SN-{place}" for place in range(MOST_EXPECTED + 1)], "/expected"),
    ],
)
def test_a_list_that_cannot_be_is_refused_where_it_is(desk: Desk, expected: list[str], pointer: str) -> None:
    problem = sent(desk, "/receiving-sessions", {"expected": expected}, 422)

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_an_order_received_already_is_nothing_to_expect(desk: Desk) -> None:
    number = desk.until("received")

    problem = sent(desk, "/receiving-sessions", {"expected": [number]}, 422)

    assert "no announced order" in problem["errors"][0]["detail"]


@pytest.mark.parametrize("code", ["", " \r\n\t", "x" * 2001, "y" * 500, None, 5])
def test_a_scan_of_nothing_or_of_no_device_is_refused(desk: Desk, code: Any) -> None:
    pallet = opened(desk)

    problem = sent(desk, f"/receiving-sessions/{pallet}/scans", {"code": code}, 422)

    assert [error["pointer"] for error in problem["errors"]] == ["/code"]
    assert read(desk, f"/receiving-sessions/{pallet}/scans")["items"] == []


@pytest.mark.parametrize("code", ["\x00", "𠮷\u202e", "'; DROP TABLE events;--", "]C1010952", "\u202e"])
def test_hostile_scans_are_devices_that_nobody_expects(desk: Desk, code: str) -> None:
    pallet = opened(desk)

    answer = desk.post(
        f"/receiving-sessions/{pallet}/scans", {"code": code}, "service_desk", expect=422 if code == "\x00" else 201
    )

    assert answer.get_json()["verdict" if code != "\x00" else "status"] in {"unexpected", 422}


@pytest.mark.parametrize("role", ["technician", "logistics"])
def test_who_may_not_receive_only_reads(desk: Desk, role: str) -> None:
    pallet = opened(desk)

    desk.post(f"/receiving-sessions/{pallet}/scans", {"code": "SN-1"}, role, expect=403)

    desk.get(f"/receiving-sessions/{pallet}/report", role)


def test_a_session_of_another_depot_is_not_there(desk: Desk, token: TokenMaker, client: Client) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    pallet, outsider = opened(desk, depot="MAIN"), token("service_desk", ["NORTH"], "an outsider")

    client.get(f"/receiving-sessions/{pallet}", token=outsider, expect=404)
    client.post(f"/receiving-sessions/{pallet}/scans", {"code": "SN-1"}, token=outsider, expect=404)
    client.get(f"/receiving-sessions/{pallet}/scans/1", token=outsider, expect=404)

    assert client.get("/receiving-sessions", token=outsider).get_json()["items"] == []


def test_of_many_who_scan_one_device_one_is_first(desk: Desk) -> None:
    pallet = opened(desk, ["SN-1"])
    desk.token("service_desk")

    verdicts = together(12, lambda _: scan(desk, pallet, "SN-1")["verdict"])

    assert sorted(verdicts) == sorted(["expected"] + ["double"] * 11)
    assert [one["seq"] for one in read(desk, f"/receiving-sessions/{pallet}/scans")["items"]] == list(range(1, 13))


def test_of_many_who_complete_one_draft_one_does(desk: Desk) -> None:
    pallet = opened(desk)
    scan(desk, pallet, "SN-1")
    secret = desk.token("service_desk")

    def complete(_: int) -> int:
        headers = {"Authorization": f"Bearer {secret}"}
        path = f"/api/v1/receiving-sessions/{pallet}/scans/1/complete"
        return desk.client.app.test_client().post(path, json=CHECKLIST | BROUGHT, headers=headers).status_code

    statuses = together(8, complete)

    assert sorted(statuses) == [201] + [409] * 7
    assert len(read(desk, "/repair-orders")["items"]) == 1
