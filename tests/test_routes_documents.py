"""Labels and receipts over HTTP: media types, languages, stocks, and what a refusal says."""

from __future__ import annotations

import pytest
from conftest import Client, TokenMaker
from desk import HAND_OVER, Desk
from labels_samples import text_of


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


FORMS = [
    ("label.svg", "image/svg+xml", b"<"),
    ("label.png", "image/png", b"\x89PNG"),
    ("label.pdf", "application/pdf", b"%PDF"),
    ("label.zpl", "application/zpl", b"^XA"),
    ("intake-receipt.pdf", "application/pdf", b"%PDF"),
    ("repair-receipt.pdf", "application/pdf", b"%PDF"),
]


@pytest.mark.parametrize(("name", "media_type", "begins"), FORMS)
def test_paper_comes_in_its_media_type_and_for_nobody_elses_cache(
    desk: Desk, name: str, media_type: str, begins: bytes
) -> None:
    number = desk.until("ready")

    response = desk.get(f"/repair-orders/{number}/{name}", headers={"Accept": media_type})

    assert response.mimetype == media_type
    assert response.data.lstrip().startswith(begins)
    assert response.headers["Cache-Control"] == "private, no-store"
    assert response.headers["Content-Disposition"].startswith(f'inline; filename="{number}')
    assert desk.get(f"/repair-orders/{number}/{name}").data == response.data
    desk.get(f"/repair-orders/{number}/{name}", expect=406, headers={"Accept": "text/html"})


@pytest.mark.parametrize("name", [name for name, *_ in FORMS])
@pytest.mark.parametrize("role", ["service_desk", "technician", "logistics", "manager", "integration"])
def test_every_role_reads_paper(desk: Desk, name: str, role: str) -> None:
    number = desk.until("ready")

    assert desk.get(f"/repair-orders/{number}/{name}", role).data


@pytest.mark.parametrize("state", ["announced", "received", "inspecting", "testing", "summarizing"])
def test_there_is_no_repair_receipt_before_the_order_is_ready(desk: Desk, state: str) -> None:
    number = desk.until(state)

    problem = desk.get(f"/repair-orders/{number}/repair-receipt.pdf", expect=409).get_json()

    assert (problem["from_state"], problem["state"]) == ("ready", state)
    assert desk.order(number)["links"]["repair_receipt"] is None


@pytest.mark.parametrize("state", ["announced", "refused", "cancelled"])
def test_what_never_came_has_no_voucher(desk: Desk, state: str) -> None:
    number = desk.until(state)

    problem = desk.get(f"/repair-orders/{number}/intake-receipt.pdf", expect=409).get_json()

    assert problem["from_state"] == "received"


@pytest.mark.parametrize(
    ("language", "said", "not_said"),
    [
        ("zh", "取机凭证", "Intakereceipt"),
        ("en", "Intakereceipt", "取机凭证"),
        ("both", "Intakereceipt", "§"),
        (None, "取机凭证", "Intakereceipt"),
    ],
)
def test_a_receipt_speaks_the_language_asked_for_else_the_customers(
    desk: Desk, language: str | None, said: str, not_said: str
) -> None:
    number = desk.until("received")

    query = "" if language is None else f"?language={language}"
    text = text_of(desk.get(f"/repair-orders/{number}/intake-receipt.pdf{query}").data)

    assert said in text
    assert not_said not in text


def test_each_edition_and_language_keeps_its_bytes(desk: Desk) -> None:
    number = desk.until("ready")
    path = f"/repair-orders/{number}/repair-receipt.pdf"
    papers = {language: desk.get(f"{path}?language={language}").data for language in ("zh", "en", "both")}

    desk.step(number, "hand-over", HAND_OVER)

    assert len(set(papers.values())) == 3
    for language, paper in papers.items():
        assert desk.get(f"{path}?language={language}&edition=1").data == paper
        assert desk.get(f"{path}?language={language}").data != paper
    assert desk.get(path).data == desk.get(f"{path}?edition=2&language=zh").data


@pytest.mark.parametrize("edition", ["2", "9", "10000"])
def test_an_edition_that_is_not_there_is_not_found(desk: Desk, edition: str) -> None:
    number = desk.until("received")

    desk.get(f"/repair-orders/{number}/intake-receipt.pdf?edition={edition}", expect=404)


@pytest.mark.parametrize(
    ("name", "query", "pointer"),
    [
        ("intake-receipt.pdf", "language=fr", "/language"),
        ("intake-receipt.pdf", "language=", "/language"),
        ("intake-receipt.pdf", "edition=0", "/edition"),
        ("intake-receipt.pdf", "edition=10001", "/edition"),
        ("intake-receipt.pdf", "stock=50x30", "/stock"),
    ],
)
def test_a_query_that_paper_does_not_know_is_refused(desk: Desk, name: str, query: str, pointer: str) -> None:
    number = desk.until("received")

    problem = desk.get(f"/repair-orders/{number}/{name}?{query}", expect=422).get_json()

    assert [error["pointer"] for error in problem["errors"]] == [pointer]


def test_paper_of_a_depot_that_is_not_filled_in_says_so(desk: Desk) -> None:
    number = desk.until("received")
    path = f"/repair-orders/{number}/intake-receipt.pdf"

    before = desk.get(path).headers["Depot-Warnings"]
    words = {"zh": "维修站", "en": "Depot"}
    texts = dict.fromkeys(("name", "address", "uncollected_terms", "charge_terms"), words)
    desk.furnish(**texts, phones=["0571 1"], complaint_phone="0571 2")
    after = desk.get(path).headers

    assert "complaint_phone" in before
    assert "Depot-Warnings" not in after
    assert desk.order(number)["warnings"] == []


def test_a_text_full_of_rare_characters_warns_within_the_bounds_of_a_header(desk: Desk) -> None:
    rare = "".join(chr(code) for code in range(0x13000, 0x13000 + 1000))
    number = desk.until("received", reported_fault=rare)

    response = desk.get(f"/repair-orders/{number}/intake-receipt.pdf?language=zh")

    warnings = response.headers["Depot-Warnings"]
    assert "U+13000" in warnings
    assert len(warnings) < 2_100
    assert warnings.isascii()
