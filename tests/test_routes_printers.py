"""Printers and print jobs over HTTP, with a printer that stands outside: one that works, and every way not to."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from desk import Desk
from labels_readers import bars_on, zpl_image, zpl_labels
from printer import free_port, printer
from sqlalchemy import select
from test_routes_labels import made

from app import DepotApp
from models import IdempotencyKey, db
from routes import printing

THERE = {"code": "DESK-1", "host": "192.168.1.50", "port": 9100, "stock": "57x32", "dpi": 300}
KINDS = ["repair_order", "part", "location", "loaner_unit"]


@pytest.fixture
def desk(app: DepotApp, client: Client, token: TokenMaker, monkeypatch: pytest.MonkeyPatch) -> Desk:
    """A desk whose printers may be on this machine, and are given up on soon."""
    monkeypatch.setattr(app, "settings", replace(app.settings, print_anywhere=True))
    for name, seconds in (("CONNECT_SECONDS", 1.0), ("SEND_SECONDS", 0.5), ("CLOSE_SECONDS", 0.3)):
        monkeypatch.setattr(printing, name, seconds)
    return Desk(client, token)


def put_on_record(desk: Desk, port: int, **more: Any) -> None:
    desk.post("/printers", THERE | {"host": "127.0.0.1", "port": port} | more, "manager", expect=201)


def numbers_on(job: bytes) -> list[str]:
    """What a scanner reads on what came out, label by label."""
    return [bars_on(zpl_image(zpl))[0] for zpl, copies in zpl_labels(job) for _ in range(copies)]


def job_of(desk: Desk, kind: str = "repair_order", **more: Any) -> dict[str, Any]:
    return {"printer": "DESK-1", "kind": kind, "keys": [made(desk, kind)[0]]} | more


@pytest.mark.parametrize("kind", KINDS)
def test_labels_come_out_of_the_printer_on_its_stock(desk: Desk, kind: str) -> None:
    keys = [made(desk, kind, f"K-{place}")[0] for place in range(3)]
    with printer() as fake:
        put_on_record(desk, fake.port)

        answer = desk.post("/print-jobs", {"printer": "desk-1", "kind": kind, "keys": keys, "copies": 2}).get_json()

    assert (answer["labels"], answer["confirmed"], answer["printer"]) == (6, True, "DESK-1")
    assert numbers_on(fake.jobs[0]) == [key for key in keys for _ in range(2)]
    assert b"^PW673" in fake.jobs[0]


@pytest.mark.parametrize(
    ("manner", "status", "advice"), [("broken", 502, "look at the printer"), ("stuck", 504, "paper, ribbon and cover")]
)
def test_a_printer_that_fails_is_told_with_what_to_look_at(desk: Desk, manner: str, status: int, advice: str) -> None:
    job = {"printer": "DESK-1", "keys": [desk.until("received")] * 1000}
    with printer(manner) as fake:
        put_on_record(desk, fake.port, stock="102x152")

        problem = desk.post("/print-jobs", job, expect=status, key="k").get_json()

    assert advice in problem["detail"]
    assert f"127.0.0.1:{fake.port}" in problem["detail"]


def test_a_printer_that_is_off_is_told_with_what_to_check(desk: Desk) -> None:
    put_on_record(desk, free_port())

    problem = desk.post("/print-jobs", job_of(desk), expect=502).get_json()

    assert problem["type"] == "urn:depot:problem:printer-away"
    assert "switched on" in problem["detail"]


def test_a_printer_whose_name_nobody_knows_is_told(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    put_on_record(desk, 9100, host="zebra.invalid")

    def nobody(*_: Any, **__: Any) -> Any:
        raise OSError("Name or service not known")

    monkeypatch.setattr(printing.socket, "getaddrinfo", nobody)
    problem = desk.post("/print-jobs", job_of(desk), expect=502).get_json()

    assert "its name leads nowhere" in problem["detail"]


def test_a_printer_that_does_not_close_is_not_taken_for_one_that_failed(desk: Desk) -> None:
    with printer("silent") as fake:
        put_on_record(desk, fake.port)

        answer = desk.post("/print-jobs", job_of(desk)).get_json()

    assert answer["confirmed"] is False
    assert len(fake.jobs) == 1


def test_a_name_that_leads_to_this_machine_is_not_connected_to(
    app: DepotApp, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with printer() as fake:
        put_on_record(desk, fake.port, host="localhost")
        monkeypatch.setattr(app, "settings", replace(app.settings, print_anywhere=False))

        problem = desk.post("/print-jobs", job_of(desk), expect=502).get_json()

    assert "is no place for a printer" in problem["detail"]
    assert fake.jobs == []


def test_nothing_of_the_database_is_held_while_printing(
    app: DepotApp, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    job, held = job_of(desk), list[int]()
    sends = printing.send

    def looked_at(*args: Any) -> bool:
        held.append(db.engine.pool.checkedout())  # type: ignore[attr-defined]
        return sends(*args)

    monkeypatch.setattr("routes.printers.send", looked_at)
    with printer() as fake:
        put_on_record(desk, fake.port)
        desk.post("/print-jobs", job, key="k")

    assert held == [0]


def test_the_same_key_prints_once(desk: Desk) -> None:
    job = job_of(desk)
    with printer() as fake:
        put_on_record(desk, fake.port)
        first = desk.post("/print-jobs", job, key="k")
        again = desk.post("/print-jobs", job, key="k")
        desk.post("/print-jobs", job | {"copies": 2}, key="k", expect=422)
        desk.post("/print-jobs", job, key="other")

    assert again.get_json() == first.get_json()
    assert again.headers["Idempotency-Replayed"] == "true"
    assert len(fake.jobs) == 2


def test_the_same_key_at_once_prints_once(app: DepotApp, desk: Desk) -> None:
    job, secret, statuses = job_of(desk), desk.token("admin"), list[int]()

    def ask() -> None:
        headers = {"Authorization": f"Bearer {secret}", "Idempotency-Key": "k"}
        statuses.append(app.test_client().post("/api/v1/print-jobs", json=job, headers=headers).status_code)

    with printer() as fake:
        put_on_record(desk, fake.port)
        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(fake.jobs) == 1
    assert set(statuses) <= {200, 409}
    assert 200 in statuses


@pytest.mark.parametrize("wrong", [{"keys": ["RP0"]}, {"printer": "NOBODY"}, {}])
def test_a_job_that_failed_leaves_its_key_free(desk: Desk, wrong: dict[str, Any]) -> None:
    job, dead = job_of(desk), free_port()
    put_on_record(desk, dead)
    desk.post("/print-jobs", job | wrong, key="k", expect=422 if wrong else 502)

    with printer() as fake:
        change = {"port": fake.port}
        desk.client.put("/printers/DESK-1", change, token=desk.token("manager"))
        desk.post("/print-jobs", job, key="k")

    assert len(fake.jobs) == 1


def test_a_job_that_was_cut_off_is_not_printed_again(
    desk: Desk, clock: Clock, work: Callable[..., Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    job = job_of(desk)

    def cut_off(*_: Any) -> bool:
        raise SystemExit

    with printer() as fake, monkeypatch.context() as context:
        put_on_record(desk, fake.port)
        context.setattr("routes.printers.send", cut_off)
        with pytest.raises(SystemExit):
            desk.post("/print-jobs", job, key="k")
    soon = desk.post("/print-jobs", job, key="k", expect=409)
    clock.advance(minutes=5)
    later = desk.post("/print-jobs", job, key="k", expect=409).get_json()

    assert soon.headers["Retry-After"] == "1"
    assert "nobody knows whether it took effect" in later["detail"]
    assert work(lambda session: session.scalars(select(IdempotencyKey.status)).all()) == [None]


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"printer": "NOBODY"}, "/printer"),
        ({"keys": ["K-9"]}, "/keys/0"),
        ({"keys": []}, "/keys"),
        ({"kind": "device"}, "/kind"),
        ({"copies": 101}, "/copies"),
        ({"keys": ["K-1"] * 500, "copies": 3}, "/copies"),
        ({"asset_type": "1"}, "/asset_type"),
        ({"stock": "50x30"}, "/stock"),
    ],
)
def test_a_job_that_cannot_be_says_which_member_is_wrong(desk: Desk, change: dict[str, Any], pointer: str) -> None:
    put_on_record(desk, free_port())

    problem = desk.post("/print-jobs", job_of(desk, "part") | change, expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_a_label_that_does_not_fit_the_printers_stock_is_not_sent(desk: Desk) -> None:
    job = job_of(desk, "part", keys=[made(desk, "part", "x" * 25)[0]])
    with printer() as fake:
        put_on_record(desk, fake.port)

        problem = desk.post("/print-jobs", job, expect=409).get_json()

    assert problem["stocks"] == ["102x152"]
    assert fake.jobs == []


def test_a_printer_is_put_on_record_read_changed_and_retired(desk: Desk) -> None:
    new = desk.post("/printers", THERE, "manager", expect=201)
    path = new.headers["Location"].removeprefix("/api/v1")

    assert desk.get(path).get_json() == new.get_json()
    assert desk.get("/printers?depot=MAIN").get_json()["items"] == [new.get_json()]
    changed = desk.client.put(path, new.get_json() | {"host": "zebra", "dpi": 203}, token=desk.token("manager"))
    assert (changed.get_json()["host"], changed.get_json()["dpi"], changed.get_json()["port"]) == ("zebra", 203, 9100)
    retired = desk.post("/printers/DESK-1/retire", role="manager").get_json()
    assert retired["retired_at"] is not None
    assert "retired" in desk.post("/print-jobs", job_of(desk), expect=422).text
    desk.post("/printers", THERE, "manager", expect=409)


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"code": "desk 1"}, "/code"),
        ({"host": "a b"}, "/host"),
        ({"host": ""}, "/host"),
        ({"host": "x" * 3000}, "/host"),
        ({"port": 0}, "/port"),
        ({"port": 65536}, "/port"),
        ({"stock": "A4"}, "/stock"),
        ({"dpi": 204}, "/dpi"),
        ({"depot": "NOWHERE"}, "/depot"),
        ({"colour": "red"}, "/colour"),
    ],
)
def test_a_printer_that_cannot_be_says_which_member_is_wrong(desk: Desk, change: dict[str, Any], pointer: str) -> None:
    problem = desk.post("/printers", THERE | change, "manager", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_the_service_is_not_turned_against_itself(app: DepotApp, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(app, "settings", replace(app.settings, print_anywhere=False))

    problem = desk.post("/printers", THERE | {"host": "169.254.169.254"}, "manager", expect=422).get_json()

    assert problem["errors"][0]["pointer"] == "/host"


def test_a_loaner_of_a_depot_with_a_prefix_bears_a_gs1_key(desk: Desk) -> None:
    _, path = made(desk, "loaner_unit", "L7")
    desk.furnish(gs1_company_prefix="4003212")
    with printer() as fake:
        put_on_record(desk, fake.port)
        desk.post("/print-jobs", {"printer": "DESK-1", "kind": "loaner_unit", "keys": ["l7"], "asset_type": "1"})

    assert numbers_on(fake.jobs[0]) == ["(8003)04003212000017L7"]
    assert bars_on(zpl_image(desk.get(f"{path}/label.zpl?stock=57x32").data))[0] == "(8004)4003212L7"
    grai = desk.get(f"{path}/label.zpl?stock=57x32&asset_type=1").data
    assert bars_on(zpl_image(grai))[0] == "(8003)04003212000017L7"
    assert desk.get("/depots/MAIN").get_json()["gs1_company_prefix"] == "4003212"
    desk.get(f"{path}/label.zpl?asset_type=x", expect=422)
