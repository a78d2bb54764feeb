"""Issued paper: editions, frozen values, and that the same paper comes again."""

from __future__ import annotations

import base64
import hashlib
import json
from datetime import timedelta
from typing import Any

import pytest
from conftest import Client, Clock, TokenMaker
from databases import NOW
from desk import DIAGNOSIS, FINISH, HAND_OVER, PASS, SUMMARY, Desk
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from store import an_order

from app import DepotApp
from depot import documents
from depot.documents import Drawn
from depot.errors import NoDocumentYet, NotFound
from models import Document, DocumentKind, State

INTAKE, REPAIR = DocumentKind.INTAKE_RECEIPT, DocumentKind.REPAIR_RECEIPT
VALUES: dict[str, Any] = {"head": {"number": "x"}, "text": "维修 𠮷"}


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def issued(app: DepotApp, kind: DocumentKind) -> list[Document]:
    return app.unit_of_work(
        lambda session: session.query(Document).filter_by(kind=kind).order_by(Document.edition).all(), writing=False
    )


def test_hash_and_check_code_are_over_the_frozen_values(session: Session) -> None:
    order = an_order(session)

    document = documents.issue(session, order, REPAIR, VALUES, NOW)

    digest = hashlib.sha256(document.frozen.encode()).digest()
    assert document.sha256 == digest.hex()
    assert document.check_code == base64.b32encode(digest).decode()[:10]
    assert document.number == f"{order.number}-R1"
    assert json.loads(document.frozen) == {"head": {"edition": 1, "number": "x"}, "text": "维修 𠮷"}
    assert document.frozen == json.dumps(
        json.loads(document.frozen), sort_keys=True, separators=(",", ":"), ensure_ascii=False
    )


def test_each_kind_counts_its_own_editions(session: Session) -> None:
    order = an_order(session, State.READY)

    made = [documents.issue(session, order, kind, VALUES, NOW).number for kind in (INTAKE, REPAIR, REPAIR, INTAKE)]

    assert [number.removeprefix(order.number) for number in made] == ["-I1", "-R1", "-R2", "-I2"]
    assert documents.find_document(session, order, REPAIR, None).edition == 2
    assert documents.find_document(session, order, REPAIR, 1).number.endswith("-R1")
    with pytest.raises(NotFound):
        documents.find_document(session, order, REPAIR, 3)


@pytest.mark.parametrize(("kind", "from_state"), [(INTAKE, "received"), (REPAIR, "ready")])
@pytest.mark.parametrize("edition", [None, 1])
def test_what_is_not_issued_yet_says_from_when_on(
    session: Session, kind: DocumentKind, from_state: str, edition: int | None
) -> None:
    order = an_order(session, State.ANNOUNCED)

    with pytest.raises(NoDocumentYet) as refusal:
        documents.find_document(session, order, kind, edition)

    assert (refusal.value.facts["state"], refusal.value.facts["from_state"]) == ("announced", from_state)


def test_the_first_drawn_bytes_stay(session: Session) -> None:
    document = documents.issue(session, an_order(session), INTAKE, VALUES, NOW)
    session.flush()

    before = documents.find_drawn(session, document.id, "zh")
    first = documents.keep_drawn(session, document.id, "zh", Drawn(b"one", ("no 𠮷",)), NOW)
    second = documents.keep_drawn(session, document.id, "zh", Drawn(b"two", ()), NOW + timedelta(days=1))
    english = documents.keep_drawn(session, document.id, "en", Drawn(b"three", ()), NOW)

    assert (before, first, second) == (None, Drawn(b"one", ("no 𠮷",)), first)
    assert english.data == b"three"


def test_an_issued_document_is_never_edited(session: Session) -> None:
    document = documents.issue(session, an_order(session), INTAKE, VALUES, NOW)
    session.flush()
    document.check_code = "FORGED"

    with pytest.raises(IntegrityError):
        session.flush()


def test_the_repair_receipt_gets_its_hand_over_lines_in_the_next_edition(
    app: DepotApp, desk: Desk, clock: Clock
) -> None:
    number = desk.until("ready")
    clock.advance(days=1)
    desk.step(number, "hand-over", HAND_OVER)

    first, second = (json.loads(document.frozen) for document in issued(app, REPAIR))

    assert first["hand_over"] is None
    assert second["hand_over"]["returned_at"] == "2026-11-23 16:00"
    assert [line["returned"] for line in first["head"]["accessories"]] == [False, False, False]
    assert [line["returned"] for line in second["head"]["accessories"]] == [True, False, True]


def test_a_reopened_order_has_no_receipt_until_it_is_summarized_again(app: DepotApp, desk: Desk) -> None:
    number = desk.until("ready")
    path = f"/repair-orders/{number}/repair-receipt.pdf"
    first = desk.get(path).data
    reopened = desk.step(number, "reopen", {"reason": "noise"})

    problem = desk.get(path, expect=409).get_json()
    earlier = desk.get(f"{path}?edition=1").data
    for action, body in (("diagnose", DIAGNOSIS), ("start-repair", {}), ("finish-repair", FINISH), ("test", PASS)):
        desk.step(number, action, body)
    desk.step(number, "summarize", SUMMARY | {"advice": "clean the filter weekly"})

    assert reopened["links"]["repair_receipt"] is None
    assert (problem["from_state"], problem["state"], earlier) == ("ready", "inspecting", first)
    assert [document.edition for document in issued(app, REPAIR)] == [1, 2]
    assert desk.get(path).data != first
    assert desk.get(f"{path}?edition=1").data == first


def test_the_event_of_the_step_names_the_document_and_its_hash(app: DepotApp, desk: Desk) -> None:
    number = desk.until("ready")

    named = [desk.events(number, action)[0]["facts"]["document"] for action in ("receive", "summarize")]

    stored = [document for kind in (INTAKE, REPAIR) for document in issued(app, kind)]
    assert named == [{"number": document.number, "sha256": document.sha256} for document in stored]


def test_what_changes_later_does_not_change_issued_paper(app: DepotApp, desk: Desk) -> None:
    number = desk.until("received")
    path = f"/repair-orders/{number}/intake-receipt.pdf"
    chinese = desk.get(path).data
    desk.furnish(name={"zh": "新名字", "en": "New name"})
    person = desk.get(f"/repair-orders/{number}").get_json()["customer"]["id"]
    contacts = [{"kind": "email", "value": "new@example.org"}]
    body = {"name": "李四", "language": "en", "contacts": contacts}
    desk.client.send("PUT", f"/customers/{person}", json=body, token=desk.token("service_desk"))

    english = desk.get(f"{path}?language=en").data

    assert desk.get(f"{path}?language=zh").data == chinese
    assert english != chinese
    assert "李四" not in issued(app, INTAKE)[0].frozen
