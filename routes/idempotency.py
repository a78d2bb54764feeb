"""``Idempotency-Key`` on a POST: the same request gets the same answer, marked ``Idempotency-Replayed: true``.

It comes after authentication and before everything else that may refuse. A view marked ``never_stored`` takes no key:
its answer must not be kept. Answers older than a day are forgotten along the way: now and then, after one was kept.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from typing import Any, TypeVar

from flask import Response, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.exceptions import BadRequest, HTTPException

from depot.canonical import canonical
from depot.errors import Busy, Refusal, StillRunning, invalid
from depot.idempotency import Answer, Claim, KeyTaken, attach, find_answer, fingerprint, give_back, keep_answer, purge
from routes.context import actor, now, service
from routes.parsing import is_blank, load_json

HEADER = "Idempotency-Key"
VISIBLE = re.compile(r"[!-~]{1,255}")
PURGED_EVERY = 50
"""After how many kept answers, by chance, old ones are forgotten; with 100 at a time they cannot pile up."""
KEPT_HEADERS = ("Content-Type", "Location", "ETag", "Cache-Control", "Link")

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


def never_stored(view: F) -> F:
    """Mark a view whose answer must not be kept."""
    view.never_stored = True  # type: ignore[attr-defined]
    view._apidoc = {**getattr(view, "_apidoc", {}), "never_stored": True}  # type: ignore[attr-defined]
    return view


def answers_once(view: F) -> F:
    """Mark a view with units of work of its own that calls ``answer_once`` for the one that writes."""
    view.answers_once = True  # type: ignore[attr-defined]
    return view


def answer_once(view: Callable[[], Response]) -> Response:
    """The view's answer in a unit of work, or the one that its key was given before."""
    claim = _claim()
    if claim is None:
        return service().unit_of_work(lambda _: view())
    return _replay(claim) or _first_answer(claim, view)


def send_once(view: Callable[[], Response]) -> Response:
    """As ``answer_once``, for a view that has its effect outside of the database, where nothing rolls back.

    The key is taken and committed before, and given back where the view refuses. One that is cut off in between is
    not done again: nobody knows whether it took effect.
    """
    claim = _claim()
    if claim is None:
        return view()
    return _replay(claim) or _first_sending(claim, view)


def _first_sending(claim: Claim, view: Callable[[], Response]) -> Response:
    def take(session: Session) -> None:
        attach(session, claim)
        session.connection()  # which takes the key

    try:
        _under_key(claim, take)
    except KeyTaken:
        return _replay(claim) or _still_running()
    try:
        response = view()
    except (Refusal, HTTPException):
        service().unit_of_work(lambda session: give_back(session, claim))
        raise
    answer = _answer_of(response)
    service().unit_of_work(lambda session: keep_answer(session, claim, answer))
    _forget_old_answers(claim)
    return response


def _still_running() -> Response:
    raise StillRunning


def _claim() -> Claim | None:
    key = request.headers.get(HEADER)
    view = current_app.view_functions.get(request.endpoint or "")
    if key is None or request.method != "POST" or "actor" not in g or getattr(view, "never_stored", False):
        return None
    if not VISIBLE.fullmatch(key):
        raise invalid("", f"{HEADER} takes 1 to 255 visible ASCII characters.")
    token_id = actor().token_id
    return None if token_id is None else Claim(token_id, key, _fingerprint(), now())


def note_sent(meaning: bytes) -> None:
    """What the body says, where its bytes differ from one sending to the next: the bounds of a form's parts do."""
    g.what_was_sent = meaning


def _fingerprint() -> str:
    body: bytes = g.get("what_was_sent") or _meaning(request.get_data(cache=True))
    parts = (request.method.encode(), request.path.encode(), request.query_string, body)
    return fingerprint(service().settings.secret_key, *parts)


def _meaning(body: bytes) -> bytes:
    """What a body says, however it is spelled: JSON in its one form, an absent body as ``{}``, the rest as it is."""
    if is_blank(body):
        return canonical({})
    if not request.is_json:
        return body
    try:
        return canonical(load_json(body))
    except (BadRequest, ValueError, RecursionError):  # refused by whoever reads it
        return body


def _first_answer(claim: Claim, view: Callable[[], Response]) -> Response:
    def answer(session: Session) -> Response:
        attach(session, claim)
        response = view()
        if response.status_code < 400:
            keep_answer(session, claim, _answer_of(response))
        return response

    try:
        response = _under_key(claim, answer)
    except KeyTaken:
        return _replay(claim) or _still_running()
    _forget_old_answers(claim)
    return response


def _under_key(claim: Claim, work: Callable[[Session], T]) -> T:
    """A unit of work that begins with taking the key; Busy before the key is had means that its first request runs."""
    try:
        return service().unit_of_work(work)
    except Busy as busy:
        if claim.is_waiting:
            raise StillRunning from busy
        raise


def _forget_old_answers(claim: Claim) -> None:
    """Now and then, in a transaction of its own that may fail: the answer is given whatever becomes of it."""
    if random.randrange(PURGED_EVERY) == 0:  # noqa: S311  no secret depends on it
        service().best_effort(lambda session: purge(session, claim.now))


def _replay(claim: Claim) -> Response | None:
    answer = service().unit_of_work(lambda session: find_answer(session, claim), writing=False)
    if answer is None:
        return None
    return Response(answer.body, answer.status, {**answer.headers, "Idempotency-Replayed": "true"})


def _answer_of(response: Response) -> Answer:
    headers = {name: response.headers[name] for name in KEPT_HEADERS if name in response.headers}
    return Answer(response.status_code, headers, response.get_data())
