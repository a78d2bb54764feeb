"""Attachments over HTTP: forms and bare files in, the same bytes out, and nothing that a browser would run."""

from __future__ import annotations

import io
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import pytest
from conftest import Client, TokenMaker
from desk import Desk
from photos import HTML, PDF, POLYGLOT, SVG, a_photo, a_turned_photo, send, upload
from PIL import Image

from app import DepotApp
from depot import verify
from depot.attachments import MOST_BYTES, folder_in
from depot.verify_files import file_faults


@pytest.fixture
def desk(client: Client, token: TokenMaker) -> Desk:
    return Desk(client, token)


def kept_in(app: DepotApp) -> set[Path]:
    return {path for path in folder_in(app.settings.data_dir).rglob("*") if path.is_file()}


def at(link: str) -> str:
    return link.removeprefix("/api/v1")


def test_a_photo_is_sent_listed_read_and_seen_small(desk: Desk) -> None:
    number, photo = desk.until("received"), a_turned_photo(6)

    response = send(desk, number, photo, kind="device", note="划痕 𠮷")

    sent = response.get_json()
    listed = desk.get(at(desk.order(number)["links"]["attachments"])).get_json()
    whole = desk.get(f"/repair-orders/{number}/attachments/{sent['id']}")
    small = desk.get(f"/repair-orders/{number}/attachments/{sent['id']}/thumbnail")
    assert sent["links"]["self"] == f"/api/v1/repair-orders/{number}/attachments/{sent['id']}"
    assert response.headers["Location"] == sent["links"]["self"]
    assert sent["links"]["thumbnail"] == f"{sent['links']['self']}/thumbnail"
    assert (sent["kind"], sent["note"], sent["size"]) == ("device", "划痕 𠮷", len(photo))
    assert listed == {"items": [sent], "next": None}
    assert (whole.data, whole.mimetype) == (photo, "image/jpeg")
    assert (Image.open(io.BytesIO(small.data)).size, small.mimetype) == ((240, 320), "image/jpeg")
    assert desk.order(number)["version"] == 1


@pytest.mark.parametrize("media_type", ["image/png", "application/octet-stream", "image/jpeg"])
def test_the_body_may_be_the_file_itself(desk: Desk, media_type: str) -> None:
    path = f"/repair-orders/{desk.until('received')}/attachments?kind=serial_number&note=below"

    sent = desk.post(path, data=a_photo(form="PNG"), content_type=media_type, expect=201).get_json()

    assert (sent["kind"], sent["note"], sent["media_type"]) == ("serial_number", "below", "image/png")


@pytest.mark.parametrize("data", [POLYGLOT, a_photo() + HTML, a_photo(form="PNG") + SVG, PDF])
def test_nothing_that_was_sent_is_answered_as_a_page(desk: Desk, data: bytes) -> None:
    sent = upload(desk, desk.until("received"), data)

    answer = desk.get(at(sent["links"]["self"]))

    assert answer.mimetype == sent["media_type"] in {"image/jpeg", "image/png", "application/pdf"}
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert answer.headers["Content-Disposition"].startswith("attachment" if data.startswith(b"%PDF") else "inline")
    assert "html" not in answer.headers["Content-Disposition"]


@pytest.mark.parametrize(
    ("data", "expect"), [(HTML, 415), (SVG, 415), (b"", 422), (a_photo()[:99], 422), (b"\0" * (MOST_BYTES + 1), 413)]
)
def test_what_is_no_photo_and_no_pdf_is_refused(app: DepotApp, desk: Desk, data: bytes, expect: int) -> None:
    before = kept_in(app)
    number = desk.until("received")

    upload(desk, number, data, expect)

    assert desk.get(f"/repair-orders/{number}/attachments").get_json()["items"] == []
    assert kept_in(app) == before


def test_the_largest_file_is_taken_and_other_bodies_stay_small(app: DepotApp, desk: Desk) -> None:
    number = desk.until("received")

    sent = upload(desk, number, PDF + b"\0" * (MOST_BYTES - len(PDF)))
    desk.post("/repair-orders", {"reported_fault": "x" * app.settings.body_limit}, expect=413)
    desk.client.send(
        "POST",
        f"/repair-orders/{number}/attachments",
        data=b"\0" * 2 * MOST_BYTES,
        content_type="image/png",
        token=desk.token("admin"),
        expect=413,
    )

    assert sent["size"] == MOST_BYTES


@pytest.mark.parametrize(
    ("form", "expect"),
    [
        ({}, 422),
        ({"file": "text"}, 422),
        ({"file": (io.BytesIO(b""), "")}, 422),
        ({"photo": (io.BytesIO(PDF), "x.pdf")}, 422),
        ({"file": [(io.BytesIO(PDF), "a.pdf"), (io.BytesIO(PDF), "b.pdf")]}, 422),
        ({"file": (io.BytesIO(PDF), "a.pdf"), "kind": "selfie"}, 422),
        ({"file": (io.BytesIO(PDF), "a.pdf"), "note": "x" * 10_001}, 422),
        ({"file": (io.BytesIO(PDF), "a.pdf"), "note": ["a", "b"]}, 422),
        ({"file": (io.BytesIO(PDF), "a.pdf"), "colour": "red"}, 422),
    ],
)
@pytest.mark.parametrize("app", ["sqlite"], indirect=True)
def test_a_form_that_says_something_else_is_refused(desk: Desk, form: dict[str, Any], expect: int) -> None:
    path = f"/repair-orders/{desk.until('received')}/attachments"
    copied = {name: _fresh(part) for name, part in form.items()}

    desk.client.send(
        "POST", path, data=copied, content_type="multipart/form-data", token=desk.token("admin"), expect=expect
    )


def _fresh(part: Any) -> Any:
    """A part of a form whose file was not read yet."""
    if isinstance(part, tuple):
        return io.BytesIO(part[0].getvalue()), part[1]
    return [_fresh(each) for each in part] if isinstance(part, list) else part


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "image/svg+xml", ""])
def test_another_type_of_body_is_refused(desk: Desk, media_type: str) -> None:
    path = f"/repair-orders/{desk.until('received')}/attachments"

    desk.post(path, data=a_photo(), content_type=media_type, expect=415)


def test_an_order_that_is_not_there_keeps_nothing(app: DepotApp, desk: Desk) -> None:
    before = kept_in(app)

    upload(desk, "RP26000000017", a_photo(77), expect=404)

    assert kept_in(app) == before


def test_the_same_key_answers_the_same_though_a_form_has_other_bounds(desk: Desk) -> None:
    number = desk.until("received")

    first = send(desk, number, a_photo(), key="k", note="lid")
    second = send(desk, number, a_photo(), key="k", note="lid")
    send(desk, number, a_photo(), key="k", note="back", expect=422)
    send(desk, number, a_photo(9), key="k", note="lid", expect=422)

    assert first.get_json() == second.get_json()
    assert second.headers["Idempotency-Replayed"] == "true"
    assert len(desk.events(number, "attach")) == 1


def test_two_who_send_the_same_at_once_make_one_attachment(app: DepotApp, desk: Desk) -> None:
    number, other = desk.until("received"), desk.until("received")
    desk.token("service_desk")

    with ThreadPoolExecutor(8) as pool:
        sent = list(pool.map(lambda place: upload(desk, (number, other)[place % 2], a_photo(5)), range(16)))

    assert len({(each["id"], each["sha256"]) for each in sent}) == 2
    assert len({each["sha256"] for each in sent}) == 1
    assert len(desk.events(number, "attach")) == 1
    assert app.unit_of_work(lambda session: list(verify.faults(session)), writing=False) == []
    folder = folder_in(app.settings.data_dir)
    assert app.unit_of_work(lambda session: list(file_faults(session, folder)), writing=False) == []


def test_a_full_disk_is_507_and_leaves_nothing(app: DepotApp, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    number, before = desk.until("received"), kept_in(app)

    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as broken:
        broken.setattr("depot.files.os.fsync", fail)
        upload(desk, number, a_photo(33), expect=507)

    assert kept_in(app) == before
    assert desk.events(number, "attach") == []
    assert upload(desk, number, a_photo(33))


def test_a_wrong_one_is_struck_out_and_stays_readable(desk: Desk) -> None:
    number = desk.until("received")
    sent = upload(desk, number, a_photo(), note="of another device")
    path = f"/repair-orders/{number}/attachments/{sent['id']}/retire"

    struck = desk.post(path, {"reason": "another device"}, "technician").get_json()
    desk.post(path, {"reason": "again"}, expect=409)
    desk.post(path, {}, expect=422)

    assert (struck["retired_reason"], struck["retired_by"]["name"]) == ("another device", "somebody of technician")
    assert desk.get(f"/repair-orders/{number}/attachments").get_json()["items"] == [struck]
    assert desk.get(at(sent["links"]["self"])).data == a_photo()


def test_a_stale_version_is_refused(desk: Desk) -> None:
    number = desk.until("received")
    path = f"/repair-orders/{number}/attachments"

    desk.post(path, data=PDF, content_type="application/pdf", headers={"If-Match": '"7"'}, expect=412)
    desk.post(path, data=PDF, content_type="application/pdf", headers={"If-Match": '"1"'}, expect=201)

    assert len(desk.events(number, "attach")) == 1


@pytest.mark.parametrize("which", ["", "/thumbnail"])
def test_a_file_that_is_gone_is_said_to_be(app: DepotApp, desk: Desk, which: str) -> None:
    number = desk.until("received")
    sent = upload(desk, number, a_photo(44))
    next(path for path in kept_in(app) if path.name == sent["sha256"]).unlink()

    told = desk.get(f"/repair-orders/{number}/attachments/{sent['id']}{which}", expect=404).get_json()

    assert "restore it from a backup" in told["detail"]


def test_the_inspection_waits_for_photos_where_the_policy_wants_them(desk: Desk) -> None:
    desk.furnish(policies={"photos": True})
    number = desk.until("received")

    refused = desk.step(number, "start-inspection", expect=409)
    named = next(each for each in desk.order(number)["allowed_actions"] if each["action"] == "start-inspection")
    upload(desk, number, a_photo(), kind="device")

    assert [each["code"] for each in refused["missing"]] == ["photos"] == [each["code"] for each in named["missing"]]
    assert desk.step(number, "start-inspection")["state"] == "inspecting"
