"""Orders over HTTP: lists, scope, versions, manners, the price of a page, and that no event chain names a person."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import ADVICE, CHARGED, DIAGNOSIS, FINISH, HAND_OVER, NOTICES, PASS, SUMMARY, Desk, cny, intake
from sqlalchemy import event
from sqlalchemy.orm import Session
from store import an_order
from werkzeug.test import TestResponse

from app import DepotApp
from models import Event, db

OPENED = ("state", "version", "allowed_actions")


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def sent(desk: Desk, method: str, path: str, **more: Any) -> TestResponse:
    """A request whose status the test looks at itself."""
    headers = {"Authorization": f"Bearer {desk.token('admin')}", **more.pop("headers", {})}
    return desk.client.app.test_client().open(f"/api/v1{path}", method=method, headers=headers, **more)


@contextmanager
def statements(app: DepotApp) -> Iterator[list[str]]:
    """The SQL that is sent meanwhile."""
    with app.app_context():
        engine = db.engine
    seen: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        seen.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(engine, "before_cursor_execute", note)


def many(count: int) -> Callable[[Session], list[str]]:
    return lambda session: [an_order(session).number for _ in range(count)]


@pytest.mark.parametrize("limit", [7, 50, 200])
def test_a_list_of_250_orders_is_read_to_its_end_without_gap_or_repeat(
    desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]], limit: int
) -> None:
    made = work(many(250))
    path, seen = f"/repair-orders?limit={limit}", []

    while path:
        response = desk.get(path)
        page = response.get_json()
        seen += [order["number"] for order in page["items"]]
        path = f"/repair-orders?limit={limit}&cursor={page['next']}" if page["next"] else ""
        assert ("Link" in response.headers) is bool(page["next"])

    assert seen == made[::-1]


def test_a_page_does_not_shift_when_an_order_comes_in(
    desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]]
) -> None:
    made = work(many(4))
    first = desk.get("/repair-orders?limit=2").get_json()

    work(many(3))
    second = desk.get(f"/repair-orders?limit=2&cursor={first['next']}").get_json()

    assert [order["number"] for order in first["items"] + second["items"]] == made[::-1]
    assert second["next"] is None


@pytest.mark.parametrize(
    ("query", "pointer"),
    [
        ("limit=201", "/limit"),
        ("limit=0", "/limit"),
        ("limit=5.0", "/limit"),
        ("limit=99999999999999999999", "/limit"),
        ("cursor=nonsense", "/cursor"),
        ("state=lost", "/state"),
        ("stage=Receive", "/stage"),
        ("customer=x", "/customer"),
        ("customer=9223372036854775808", "/customer"),
        ("q=%00", "/q"),
        ("q=" + "x" * 201, "/q"),
        ("q=", "/q"),
        ("color=red", "/color"),
        ("offset=5", "/offset"),
    ],
)
def test_a_query_that_is_not_understood_is_refused(desk: Desk, query: str, pointer: str) -> None:
    problem = desk.get(f"/repair-orders?{query}", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_cursor_belongs_to_its_list(desk: Desk, work: Callable[[Callable[[Session], list[str]]], list[str]]) -> None:
    work(many(3))
    cursor = desk.get("/repair-orders?limit=1").get_json()["next"]

    problem = desk.get(f"/customers?limit=1&cursor={cursor}", expect=422).get_json()

    assert problem["errors"][0]["pointer"] == "/cursor"


def test_filters_reach_the_rules(desk: Desk) -> None:
    number = desk.until("inspecting", customer={"name": "王芳", "email": "fang@example.org"})
    desk.until("received")
    key = desk.order(number)["customer"]["id"]

    for query in (
        "state=inspecting",
        "stage=inspect",
        "serial_number=SN-00001",
        f"customer={key}",
        "q=王芳",
        "q=fang@",
    ):
        items = desk.get(f"/repair-orders?depot=MAIN&{query}").get_json()["items"]
        assert [order["number"] for order in items] == [number], query


@pytest.mark.parametrize("pages", [5, 50])
def test_a_page_costs_the_same_however_long_it_is(app: DepotApp, desk: Desk, pages: int) -> None:
    desk.token("technician")
    for count in range(pages):
        desk.receive(
            device={"serial_number": f"N1-{count}"}, customer={"name": f"客户{count}", "phone": f"0571 8800 {count:04}"}
        )
    desk.get("/repair-orders")

    with statements(app) as seen:
        items = desk.get("/repair-orders?limit=200").get_json()["items"]

    assert len(items) == pages
    assert len(seen) <= 10, "\n".join(seen)


def test_reading_one_order_costs_a_bounded_number_of_statements(app: DepotApp, desk: Desk, token: TokenMaker) -> None:
    desk.stock("MOTOR", 100)
    number = desk.until("inspecting")
    parts = [{"part_number": "MOTOR", "quantity": 1}]
    counts = []
    for round_ in range(6):
        somebody = token("technician", name=f"technician {round_}")
        for action, body in (
            ("diagnose", DIAGNOSIS | {"parts": parts}),
            ("start-repair", {}),
            ("replace-part", {"part_number": "MOTOR", "quantity": 1, "outcome": "unused"}),
            ("reinspect", {"reason": "again"}),
        ):
            desk.client.post(f"/repair-orders/{number}/{action}", body, token=somebody)
        with statements(app) as seen:
            desk.order(number)
        counts.append(len(seen))

    assert counts[-1] == counts[0]
    assert counts[-1] <= 40


def test_many_parts_in_a_diagnosis_are_looked_up_together(app: DepotApp, desk: Desk) -> None:
    for count in range(20):
        desk.stock(f"P-{count}", 0)
    number = desk.until("inspecting")
    parts = [{"part_number": f"P-{count}", "quantity": 1} for count in range(20)]

    with statements(app) as seen:
        desk.step(number, "diagnose", DIAGNOSIS | {"verdict": "not_our_product", "parts": parts})

    assert sum(" FROM parts" in statement for statement in seen) <= 2


def test_what_lives_in_another_depot_is_not_there(desk: Desk, token: TokenMaker) -> None:
    desk.post("/depots", {"code": "NORTH"}, expect=201)
    number = desk.until("ready")
    stranger = token("admin", ["NORTH"], "北站长")

    for path in (
        "",
        "/events",
        "/label.svg",
        "/label.zpl",
        "/intake-receipt.pdf",
        "/repair-receipt.pdf",
        "/payments",
        "/payments/1",
    ):
        desk.client.get(f"/repair-orders/{number}{path}", token=stranger, expect=404)
    for action, body in (
        ("hand-over", HAND_OVER),
        ("reopen", {"reason": "x"}),
        ("payments", {"amount": cny(1), "method": "cash"}),
        ("payments/1/reverse", {"reason": "x"}),
        ("waivers", {"amount": cny(1), "reason": "x"}),
        ("overrides", {"guard": "beyond_economic_share", "reason": "x"}),
        ("correct", {"event": 1, "correction": "x"}),
        ("passcode-views", {"reason": "x"}),
    ):
        desk.client.post(f"/repair-orders/{number}/{action}", body, token=stranger, expect=404)
    listed = desk.client.get("/repair-orders?depot=MAIN", token=stranger).get_json()["items"]

    assert listed == []
    assert desk.order(number)["state"] == "ready"


@pytest.mark.parametrize(
    ("tag", "status"),
    [
        ('"1"', 200),
        ("*", 200),
        (' "1" ', 200),
        ('"2"', 412),
        ('W/"1"', 412),
        ('"1", "2"', 200),
        ('"2", "3"', 412),
        ("1", 412),
        ("", 412),
        ('"1', 412),
        ('"' + "9" * 30 + '"', 412),
        ('"1"; DROP', 412),
    ],
)
def test_a_step_is_taken_only_at_the_version_that_was_seen(desk: Desk, tag: str, status: int) -> None:
    number = desk.until("received")

    response = sent(desk, "POST", f"/repair-orders/{number}/start-inspection", headers={"If-Match": tag})

    assert response.status_code == status
    assert desk.order(number)["version"] == (2 if status == 200 else 1)


@pytest.mark.parametrize("path", ["payments", "waivers", "overrides", "correct"])
def test_a_version_that_was_seen_guards_what_is_no_step_too(desk: Desk, path: str) -> None:
    number = desk.until("inspecting", charges_told=[{"text": "fee", "amount": cny(500)}])
    desk.step(number, "cancel", {"reason": "x"})
    body = {
        "payments": {"amount": cny(1), "method": "cash"},
        "waivers": {"amount": cny(1), "reason": "x"},
        "overrides": {"guard": "beyond_economic_share", "reason": "x"},
        "correct": {"event": 1, "correction": "x"},
    }[path]
    before = len(desk.events(number))

    desk.post(f"/repair-orders/{number}/{path}", body, expect=412, headers={"If-Match": '"1"'})
    answer = sent(desk, "POST", f"/repair-orders/{number}/{path}", json=body, headers={"If-Match": '"3"'})

    assert answer.status_code in (200, 201)
    assert len(desk.events(number)) == before + 1
    assert desk.order(number)["version"] == 3


@pytest.mark.parametrize(
    ("method", "path", "status"),
    [
        ("HEAD", "", 200),
        ("GET", "/", 404),
        ("PUT", "", 405),
        ("PATCH", "", 405),
        ("DELETE", "", 405),
        ("GET", "/start-inspection", 405),
        ("POST", "/explode", 404),
        ("POST", "/parts-complete", 404),
        ("POST", "/announce", 404),
        ("HEAD", "/label.svg", 200),
        ("GET", "/label.exe", 404),
    ],
)
def test_paths_and_methods_that_are_not_there(desk: Desk, method: str, path: str, status: int) -> None:
    number = desk.until("received")

    response = sent(desk, method, f"/repair-orders/{number}{path}")

    assert response.status_code == status
    assert ("Allow" in response.headers) is (status == 405)
    assert desk.order(number)["version"] == 1


def test_options_name_the_methods_and_change_nothing(desk: Desk) -> None:
    number = desk.until("received")

    response = sent(desk, "OPTIONS", f"/repair-orders/{number}/start-inspection")

    assert (response.status_code, "POST" in response.headers["Allow"]) == (200, True)
    assert desk.order(number)["version"] == 1


def test_a_number_in_a_path_is_read_as_people_type_it(desk: Desk) -> None:
    number = desk.until("received")

    for typed in (number.lower(), f"{number[:2]}-{number[2:]}"):
        assert desk.order(typed)["number"] == number
    assert desk.step(number.lower(), "start-inspection")["number"] == number


@pytest.mark.parametrize("typed", ["%00", "%2e%2e", "%F0%A0%AE%B7", "x" * 3000, "%27%20OR%201=1", "RP26%250000000"])
def test_a_path_that_names_no_order_is_not_found(desk: Desk, typed: str) -> None:
    desk.until("received")

    for tail in ("", "/events", "/label.svg", "/intake-receipt.pdf"):
        assert sent(desk, "GET", f"/repair-orders/{typed}{tail}").status_code == 404
    assert sent(desk, "POST", f"/repair-orders/{typed}/start-inspection").status_code == 404


@pytest.mark.parametrize(
    ("body", "content_type", "status"),
    [
        (b"", None, 200),
        (b"{}", "application/json", 200),
        (b"null", "application/json", 422),
        (b"[]", "application/json", 422),
        (b'"x"', "application/json", 422),
        (b"{", "application/json", 400),
        (b'{"a": NaN}', "application/json", 400),
        (b"\xff\xfe", "application/json", 400),
        (b"{}", "text/plain", 415),
        (b"[" * 100_000, "application/json", 400),
        (b'{"scanned": ' + b"9" * 5000 + b"}", "application/json", 400),
    ],
)
def test_a_body_that_is_no_step_body_takes_no_step(
    desk: Desk, body: bytes, content_type: str | None, status: int
) -> None:
    number = desk.until("received")

    response = sent(desk, "POST", f"/repair-orders/{number}/start-inspection", data=body, content_type=content_type)

    assert response.status_code == status
    assert desk.order(number)["version"] == (2 if status == 200 else 1)


def test_every_answer_of_an_order_bears_its_version_and_is_nobody_elses(desk: Desk) -> None:
    number = desk.until("received")

    answers = [
        desk.get(f"/repair-orders/{number}"),
        desk.post(f"/repair-orders/{number}/start-inspection", None, "technician"),
        desk.post(f"/repair-orders/{number}/correct", {"event": 1, "correction": "x"}, "technician"),
    ]

    assert [answer.headers["ETag"] for answer in answers] == ['"1"', '"2"', '"2"']
    assert {answer.headers["Cache-Control"] for answer in answers} == {"private, no-store"}


PERSONAL = {
    "name": "欧阳娜娜",
    "phone": "+86 571 2222 3333",
    "email": "nana@example.org",
}
SAID = [*PERSONAL.values(), "司马相如", "SECRET-FAULT", "SECRET-NOTE", "SECRET-REASON", "SECRET-TEXT", "SECRET-ADVICE"]


def full_story(desk: Desk) -> None:
    """Every step and every other fact that an order can have, each with text about a person in it."""
    desk.furnish(labour_rate=cny(30000))
    desk.stock("MOTOR", 9, sale_price=100)
    changes = {
        "customer": PERSONAL,
        "reported_fault": "SECRET-FAULT",
        "condition": "SECRET-TEXT",
        "other_faults": "SECRET-TEXT",
    }
    number = desk.until("inspecting", charges_told=[{"text": "SECRET-TEXT", "amount": cny(5)}], **changes)
    said = {"finding": "SECRET-TEXT", "solution": "SECRET-TEXT", "coverage_reason": "SECRET-REASON"}
    yes = {"decision": "approved", "decided_by": "司马相如", "channel": "phone", "phone_number": "+86 571 2222 3333"}
    desk.step(number, "diagnose", CHARGED | said)
    desk.step(number, "new-facts", {"note": "SECRET-NOTE"})
    desk.step(number, "diagnose", CHARGED | said | {"parts": [{"part_number": "MOTOR", "quantity": 1}]})
    desk.step(number, "decide", yes | {"quote_version": 2})
    desk.step(number, "start-repair")
    desk.step(
        number,
        "replace-part",
        {"part_number": "MOTOR", "quantity": 1, "outcome": "unused", "fault_seen": "SECRET-TEXT"},
    )
    desk.step(number, "reassign", {"person": "somebody of technician", "handover_note": "SECRET-NOTE"})
    desk.step(number, "finish-repair", FINISH | {"work_done": "SECRET-TEXT"})
    desk.step(number, "test", {"passed": False, "note": "SECRET-NOTE"})
    desk.step(number, "finish-repair", FINISH)
    desk.step(number, "test", PASS)
    desk.step(number, "reopen", {"reason": "SECRET-REASON"})
    desk.step(number, "cancel", {"reason": "SECRET-REASON", "charge": cny(900)})
    desk.step(number, "summarize", SUMMARY | {"cause": "SECRET-TEXT", "advice": "SECRET-ADVICE"})
    paid = desk.post(
        f"/repair-orders/{number}/payments", {"amount": cny(900), "method": "card", "reference": "司马相如"}, expect=201
    ).get_json()
    desk.post(f"/repair-orders/{number}/payments/{paid['id']}/reverse", {"reason": "SECRET-REASON"}, expect=201)
    desk.post(f"/repair-orders/{number}/waivers", {"amount": cny(900), "reason": "SECRET-REASON"}, expect=201)
    desk.post(
        f"/repair-orders/{number}/overrides", {"guard": "beyond_economic_share", "reason": "SECRET-REASON"}, expect=201
    )
    desk.step(number, "mark-unclaimed", NOTICES)
    desk.step(number, "hand-over", HAND_OVER | {"signed_by": "司马相如", "note": "SECRET-NOTE"})
    desk.step(number, "correct", {"event": 1, "correction": "SECRET-TEXT"})
    refusal = {"customer": PERSONAL, "device": intake()["device"], "reported_fault": "SECRET-FAULT"}
    desk.post("/refusals", refusal | {name: f"SECRET-{name.upper()}" for name in ADVICE}, expect=201)


def test_no_event_chain_holds_what_people_said_or_are_called(app: DepotApp, desk: Desk) -> None:
    full_story(desk)

    rows = app.unit_of_work(lambda session: session.query(Event).all(), writing=False)

    assert len(rows) > 25
    assert [(row.action, word) for row in rows for word in SAID if word in str(row.facts)] == []
    kept = " ".join(str(row.private) for row in rows)
    assert all(word in kept for word in ("司马相如", "SECRET-NOTE", "SECRET-REASON", "SECRET-ADVICE"))


def test_the_history_is_paged_and_says_who(desk: Desk) -> None:
    number = desk.until("returned")

    first = desk.get(f"/repair-orders/{number}/events?limit=3").get_json()
    rest = desk.get(f"/repair-orders/{number}/events?cursor={first['next']}").get_json()

    items = first["items"] + rest["items"]
    assert [event["seq"] for event in items] == list(range(1, len(items) + 1))
    assert [event["id"] for event in items] == [event["seq"] for event in items]
    assert {event["by"]["name"] for event in items} == {"somebody of service_desk", "somebody of technician"}
    assert [event["to_state"] for event in items][-1] == "returned"
