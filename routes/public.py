"""``/o/…``: the customer's page of an order, opened with the number and the code from the voucher, without a login.

Whatever does not open gets one and the same answer. The code stands in the address, so no page may be kept, indexed,
or named to another site.
"""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, Response, current_app, make_response, redirect, render_template, request, url_for
from werkzeug.wrappers import Response as AnyResponse

from depot.errors import Refusal
from depot.identifiers import fold_order_number
from depot.orders import fold_access_code
from depot.public_page import Standing, find_opened, standing_of
from labels import words as paper_words
from labels.money import format_money
from labels.values import Money
from models import RepairOrder
from routes.context import service, session
from routes.guesses import Guesses
from routes.problems import status_of
from routes.public_words import NEXT, STAGES, STATES, WORDS, in_language

LANGUAGES = ("zh", "en")
LONGEST = 40
PRIVATE = {"Cache-Control": "no-store", "Referrer-Policy": "no-referrer", "X-Robots-Tag": "noindex, nofollow"}

blueprint = Blueprint("public", __name__, url_prefix="/o")
blueprint.record_once(lambda state: state.app.extensions.update(guesses=Guesses()))


def page_of(order: RepairOrder) -> str:
    """The address of an order's page; without ``DEPOT_PUBLIC_URL`` the path alone."""
    path = url_for("public.show", number=order.number, code=order.access_code)
    return f"{service().settings.public_url or ''}{path}"


@blueprint.get("/")
@blueprint.get("/<number>")
def ask(number: str = "") -> Response:
    """Ask for the code; the same for every number."""
    return _form(200, number)


@blueprint.post("/")
@blueprint.post("/<number>")
def asked(number: str = "") -> AnyResponse:
    """Go to the page that number and code name."""
    typed = request.form.get("number", number)[:LONGEST], request.form.get("code", "")[:LONGEST]
    folded, code = fold_order_number(typed[0]), fold_access_code(typed[1])
    if not (folded and code):
        return _form(404, typed[0], "wrong")
    return redirect(url_for("public.show", number=folded, code=code), 303)


@blueprint.get("/<number>/<code>")
def show(number: str, code: str) -> Response:
    """How the order stands. 404 where number and code do not belong together, 429 after too many wrong codes."""
    folded, address = fold_order_number(number[:LONGEST]), request.remote_addr or ""
    guesses: Guesses = current_app.extensions["guesses"]
    wait = guesses.wait(address, folded)
    if wait:
        response = _form(429, number, "too_many")
        response.headers["Retry-After"] = str(wait)
        return response
    order = find_opened(session(), folded, fold_access_code(code[:LONGEST]))
    if order is None:
        guesses.note_wrong(address, folded)
        return _form(404, number, "wrong")
    standing = standing_of(session(), order)
    asked_for = request.args.get("language", "")
    language = asked_for if asked_for in LANGUAGES else standing.language.value
    return _page(200, "order_page.html", [language], **_told(standing, language))


@blueprint.errorhandler(Refusal)
def _refused(refusal: Refusal) -> Response:
    """What the service cannot do just now, on a page that a customer can read."""
    return _form(status_of(type(refusal)), "", "trouble")


@blueprint.after_request
def _keep_private(response: Response) -> Response:
    """Let nobody keep the page or pass its address on."""
    response.headers.update(PRIVATE)
    return response


def _form(status: int, number: str, said: str | None = None) -> Response:
    """The form, in the browser's language first, in the other one below."""
    first = request.accept_languages.best_match(LANGUAGES, "zh")
    languages = sorted(LANGUAGES, key=lambda language: language != first)
    return _page(status, "order_form.html", languages, number=number[:LONGEST], said=said)


def _page(status: int, template: str, languages: list[str], **values: Any) -> Response:
    def say(name: str) -> list[str]:
        return [WORDS[name][language] for language in languages]

    return make_response(render_template(template, say=say, lang=languages[0], **values), status)


def _told(standing: Standing, language: str) -> dict[str, Any]:
    say = partial(in_language, language=language)
    return {
        "order": standing,
        "state": say(STATES[standing.state]),
        "next": say(NEXT.get(standing.state, {})),
        "stages": _stages(standing, language) if standing.stage else [],
        "depot": say(standing.depot_name),
        "address": say(standing.depot_address),
        "to_decide": _amount(standing.to_decide, language),
        "to_pay": _amount(standing.to_pay, language),
        "result": _result(standing, language),
        "other": next(one for one in LANGUAGES if one != language),
    }


def _stages(standing: Standing, language: str) -> list[dict[str, Any]]:
    """The four stages: its name, since when, and whether it is passed, now or to come."""
    order = list(STAGES)
    at = order.index(standing.stage) if standing.stage else -1
    ended = standing.ended_on is not None
    return [
        {
            "name": in_language(STAGES[stage], language),
            "on": standing.reached.get(stage) if place <= at else None,
            "mark": "now" if place == at and not ended else "done" if place <= at else "to-come",
        }
        for place, stage in enumerate(order)
    ]


def _amount(amount: Any, language: str) -> str | None:
    return None if amount is None else format_money(Money(amount.amount_minor, amount.currency), _paper(language))


def _result(standing: Standing, language: str) -> str | None:
    if standing.result is None:
        return None
    return paper_words.pick(paper_words.word("result", standing.result.value), _paper(language))


def _paper(language: str) -> paper_words.Language:
    return "en" if language == "en" else "zh"
