"""The customer's page: number and code open it, nothing else does, and nothing internal stands on it."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import Client, TokenMaker
from databases import settings_for
from desk import CHARGED, DIAGNOSIS, SHORT_OF, Desk, cny
from sqlalchemy import event, select
from werkzeug.test import TestResponse

from app import DepotApp, create_app
from depot import errors
from depot.orders import fold_access_code
from depot.public_page import find_opened, standing_of
from depot.settings import LONGEST_PUBLIC_URL, BadSetting, read_settings
from models import RepairOrder, Stage, State, db
from routes import public
from routes.guesses import PER_ADDRESS, PER_SUBJECT, Guesses, network_of
from routes.public_words import NEXT, STAGES, STATES, WORDS, in_language

NAMES = {"zh": "河畔维修站", "en": "Riverside Repair Depot"}
Work = Callable[[Callable[[Any], Any]], Any]


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    desk = Desk(client, token)
    desk.furnish(name=NAMES, labour_rate=cny(30000), tax_rate="0.13", phones=["+86 571 0000 0118"])
    return desk


@pytest.fixture(autouse=True)
def _nobody_has_guessed(app: DepotApp) -> None:
    app.extensions["guesses"] = Guesses()


def code_of(work: Work, number: str) -> str:
    code: str = work(lambda session: session.scalars(select(RepairOrder.access_code).filter_by(number=number)).one())
    return code


def text_of(response: TestResponse) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", response.get_data(as_text=True)))


@pytest.mark.parametrize("state", State)
def test_every_state_has_a_page_in_the_customers_language(desk: Desk, root: Client, work: Work, state: State) -> None:
    desk.stock(SHORT_OF, 0)
    number = desk.until(state.value)

    page = root.get(f"/o/{number}/{code_of(work, number)}")

    assert (page.mimetype, page.headers["Cache-Control"]) == ("text/html", "no-store")
    assert (page.headers["Referrer-Policy"], page.headers["X-Robots-Tag"]) == ("no-referrer", "noindex, nofollow")
    assert STATES[state]["zh"] in text_of(page)
    assert NEXT.get(state, {"zh": ""})["zh"] in text_of(page)
    assert NAMES["zh"] in text_of(page)
    assert 'lang="zh-CN"' in page.text


def test_the_page_can_be_read_in_the_other_language(desk: Desk, root: Client, work: Work) -> None:
    number = desk.until("ready")

    page = root.get(f"/o/{number}/{code_of(work, number)}?language=en")

    assert "Ready to be collected" in text_of(page)
    assert NAMES["en"] in text_of(page)
    assert "Repaired" in text_of(page)


def test_nothing_internal_stands_on_it(desk: Desk, root: Client, work: Work) -> None:
    number = desk.receive(data={"passcode": "2580"})["number"]
    desk.step(number, "start-inspection")
    desk.step(number, "diagnose", DIAGNOSIS | {"finding": "internal finding", "solution": "internal solution"})

    page = root.get(f"/o/{number}/{code_of(work, number)}").get_data(as_text=True)

    hidden = ("internal", "2580", "somebody of", "a@example.org", "张䶮", "MJ1311YNG3DV3A", "吸力", "priority")
    assert [word for word in hidden if word in page] == []


def test_who_has_to_decide_or_to_pay_sees_how_much(desk: Desk, root: Client, work: Work) -> None:
    number = desk.receive(preapproved_limit=None)["number"]
    desk.step(number, "start-inspection")
    desk.step(number, "diagnose", CHARGED)

    page = text_of(root.get(f"/o/{number}/{code_of(work, number)}"))

    assert "¥339.00" in page
    assert "有效期至" in page


def test_a_loaner_unit_is_asked_back(desk: Desk, root: Client, work: Work) -> None:
    number = desk.until("repairing")
    unit = {"code": "LU-1", "make": "Norbeck", "model": "Book <14>", "serial_number": "L1", "accessories": []}
    desk.post("/loaner-units", unit | {"value": cny(300000)}, "logistics", expect=201)
    loan = {"loaner_unit": "LU-1", "repair_order": number, "due_on": "2026-12-01", "condition": "good"}
    desk.post("/loans", loan | {"accessories": [], "signed_by": "张䶮"}, "logistics", expect=201)

    page = root.get(f"/o/{number}/{code_of(work, number)}")

    assert "Book &lt;14&gt;" in page.text
    assert "2026-12-01" in page.text


@pytest.mark.parametrize("typed", [str.lower, lambda text: f" {text[:4]}-{text[4:]}", lambda text: text])
def test_number_and_code_may_be_typed_as_people_type(
    desk: Desk, root: Client, work: Work, typed: Callable[[str], str]
) -> None:
    number = desk.until("received")
    code = code_of(work, number)

    sent = root.post("/o/", data={"number": typed(number), "code": typed(code)}, expect=303)

    assert sent.headers["Location"] == f"/o/{number}/{code}"
    root.get(f"/o/{typed(number)}/{typed(code)}")


@pytest.mark.parametrize(("number", "code"), [("", ""), ("RP2600000001", ""), ("  ", "A"), ("-", "--")])
def test_a_form_that_says_nothing_is_shown_again(root: Client, number: str, code: str) -> None:
    answer = root.post("/o/", data={"number": number, "code": code}, expect=404)

    assert WORDS["wrong"]["en"] in answer.text


UNKNOWN = "RP26999999990"


def test_an_unknown_number_and_a_wrong_code_get_the_same_answer_by_the_same_way(
    desk: Desk, root: Client, app: DepotApp
) -> None:
    number = desk.until("received")
    ways: list[list[str]] = []

    def asked(path: str) -> tuple[str, dict[str, str]]:
        ways.append([])
        answer = root.get(path, expect=404)
        return answer.text.replace(number, UNKNOWN), dict(answer.headers)

    with app.app_context():
        engine = db.engine

    def listener(*call: Any) -> None:
        ways[-1].append(call[2])

    event.listen(engine, "before_cursor_execute", listener)
    wrong, unknown = asked(f"/o/{number}/WRONGCDE"), asked(f"/o/{UNKNOWN}/WRONGCDE")
    event.remove(engine, "before_cursor_execute", listener)

    assert wrong == unknown
    assert ways[0] == ways[1] != []


@pytest.mark.parametrize(
    "path",
    ["/o/%00/A", "/o/" + "9" * 3000 + "/A", "/o/RP/%F0%A0%AE%B7", "/o/%22%3E%3Cscript%3E/x", "/o/RP26/' OR 1=1--"],
)
def test_hostile_numbers_and_codes_open_nothing(root: Client, path: str) -> None:
    answer = root.get(path, expect=404)

    assert "<script>" not in answer.text
    assert 'role="alert"' in answer.text


def test_guessing_ends_for_an_address_and_not_for_others(desk: Desk, root: Client, work: Work) -> None:
    number = desk.until("received")
    right = f"/o/{number}/{code_of(work, number)}"
    guesser, customer = {"REMOTE_ADDR": "203.0.113.9"}, {"REMOTE_ADDR": "198.51.100.4"}

    for _ in range(PER_ADDRESS.amount):
        root.get(f"/o/{number}/WRONGCDE", expect=404, environ_base=guesser)
    refused = root.get(right, expect=429, environ_base=guesser)

    assert 0 < int(refused.headers["Retry-After"]) <= 15 * 60
    assert "Try again later" in refused.text
    root.get(right, environ_base=customer)


def test_looking_again_and_again_is_no_guessing(desk: Desk, root: Client, work: Work) -> None:
    number = desk.until("received")
    right = f"/o/{number}/{code_of(work, number)}"

    answers = [root.get(right).status_code for _ in range(2 * PER_ADDRESS.amount)]

    assert set(answers) == {200}


def test_many_addresses_together_guess_no_more_at_one_number() -> None:
    guesses = Guesses()

    for one in range(PER_SUBJECT.amount):
        guesses.note_wrong(f"198.51.100.{one}", UNKNOWN)

    assert guesses.wait("203.0.113.9", UNKNOWN) > 0
    assert guesses.wait("203.0.113.9", "RP26000000015") == 0


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("203.0.113.9", "203.0.113.9"),
        ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
        ("unix:", "unix:"),
    ],
)
def test_an_ipv6_customer_counts_as_one(address: str, network: str) -> None:
    assert network_of(address) == network


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.1"), (1, "203.0.113.9")])
def test_only_our_own_proxies_are_believed(tmp_path: Path, proxies: int, seen: str) -> None:
    app = create_app(settings_for(f"sqlite:///{tmp_path}/depot.sqlite3", tmp_path, proxies=proxies))
    found: list[str | None] = []
    app.before_request(lambda: found.append(public.request.remote_addr))

    forwarded = {"X-Forwarded-For": "6.6.6.6, 203.0.113.9"}
    app.test_client().get("/healthz", headers=forwarded, environ_base={"REMOTE_ADDR": "10.0.0.1"})

    assert found == [seen]


def test_in_trouble_the_customer_gets_a_page_too(desk: Desk, root: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def away(*_: object) -> None:
        raise errors.DatabaseAway

    monkeypatch.setattr(public, "find_opened", away)

    answer = root.get(f"/o/{UNKNOWN}/A", expect=503)

    assert answer.mimetype == "text/html"
    assert "Try again in a minute" in answer.text


@pytest.mark.parametrize(("accept", "first"), [("en-GB,en", "en"), ("zh-CN", "zh-CN"), ("fr", "zh-CN")])
def test_the_form_speaks_both_languages_the_browsers_first(root: Client, accept: str, first: str) -> None:
    form = root.get(f"/o/{UNKNOWN}", headers={"Accept-Language": accept})

    assert f'<html lang="{first}">' in form.text
    assert WORDS["where"]["en"] in form.text
    assert WORDS["where"]["zh"] in form.text


def test_the_order_links_to_its_page(desk: Desk, work: Work, root: Client) -> None:
    number = desk.until("announced")

    link = desk.order(number)["links"]["public_page"]

    assert link == f"https://depot.example/o/{number}/{code_of(work, number)}"
    root.get(link.removeprefix("https://depot.example"))


def test_the_stages_say_when_they_were_reached(desk: Desk, app: DepotApp, clock: Any) -> None:
    number = desk.until("inspecting")
    clock.advance(days=2)
    desk.step(number, "diagnose", DIAGNOSIS)

    def look(session: Any) -> Any:
        order = session.scalars(select(RepairOrder).filter_by(number=number)).one()
        found = find_opened(session, number, fold_access_code(order.access_code.lower()))
        return found is order, standing_of(session, order)

    opened, standing = app.unit_of_work(look, writing=False)

    assert opened
    assert {stage: day.day for stage, day in standing.reached.items()} == {
        Stage.RECEIVE: 22, Stage.INSPECT: 22, Stage.REPAIR: 24,
    }  # fmt: skip


def test_every_state_and_stage_has_words_in_both_languages() -> None:
    tables = (STATES, STAGES, NEXT, WORDS)

    assert set(STATES) == set(State)
    assert set(STAGES) == set(Stage)
    assert all(set(words) == {"zh", "en"} and all(words.values()) for table in tables for words in table.values())
    assert in_language({"zh": "河畔", "en": ""}, "en") == "河畔"


def test_a_public_address_too_long_for_a_code_is_refused(tmp_path: Path) -> None:
    long = "https://" + "a" * LONGEST_PUBLIC_URL

    with pytest.raises(BadSetting, match="DEPOT_PUBLIC_URL must have at most"):
        read_settings({"DEPOT_DATA_DIR": str(tmp_path), "DEPOT_PUBLIC_URL": long})
