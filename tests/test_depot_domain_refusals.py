"""What the API's fields and roles refuse, the rules refuse too, whoever calls them."""

from __future__ import annotations

from typing import Any

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, an_order

from depot.approval import Decide
from depot.assignment import Reassign
from depot.ending import Cancel, Dispose, HandBack
from depot.errors import Forbidden, Invalid
from depot.inspection import Note
from depot.intake import TurnAway
from depot.money import Money, minor_in
from depot.procedure import begin, take_step
from depot.texts import demand_text
from models import Channel, Decision, SignatureOrigin, State

SIGNED = SignatureOrigin.CUSTOMER_AT_COUNTER
BLANK = " \u3000\n"


@pytest.mark.parametrize(
    ("state", "action", "body", "pointer"),
    [
        (State.RECEIVED, "cancel", Cancel(""), "/reason"),
        (State.RECEIVED, "cancel", Cancel("enough", Money(-1, "CNY")), "/charge/amount_minor"),
        (State.READY, "dispose", Dispose(True, consent=BLANK), "/consent"),
        (State.READY, "dispose", Dispose(True, consent=BLANK, statutory_basis=BLANK), "/consent"),
        (State.READY, "hand-over", HandBack("", SIGNED, True, identity_checked=True), "/signed_by"),
        (State.READY, "hand-over", HandBack(None, SIGNED, True, identity_checked=True), "/signed_by"),
        (State.READY, "reopen", Note(BLANK), "/note"),
        (State.APPROVED, "reinspect", Note(""), "/note"),
        (State.ANNOUNCED, "refuse", TurnAway("", "go there"), "/reason"),
        (State.ANNOUNCED, "refuse", TurnAway("not ours", BLANK), "/advice"),
        (State.AWAITING_APPROVAL, "decide", Decide(Decision.DECLINED, BLANK, Channel.EMAIL, 1), "/decided_by"),
        (State.INSPECTING, "reassign", Reassign(1, BLANK), "/handover_note"),
    ],
)
def test_blank_words_and_negative_amounts_are_refused_by_the_rules(
    session: Session, state: State, action: str, body: Any, pointer: str
) -> None:
    order = an_order(session, state)

    with pytest.raises(Invalid) as refused:
        take_step(session, order.number, action, body, MANAGER, NOW)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == [pointer]
    assert order.state is state


@pytest.mark.parametrize("action", ["cancel", "hand-over", "dispose", "reopen", "start-inspection"])
def test_a_step_is_taken_by_those_whose_role_may_take_it(session: Session, action: str) -> None:
    order = an_order(session, State.READY)

    with pytest.raises(Forbidden) as refused:
        take_step(session, order.number, action, None, STOREKEEPER, NOW)

    assert refused.value.facts["operation"] == action


@pytest.mark.parametrize("action", ["receive", "announce", "refuse"])
def test_an_order_begins_by_those_whose_role_may_begin_it(session: Session, action: str) -> None:
    order = an_order(session, State.ANNOUNCED, a_depot(session))

    with pytest.raises(Forbidden):
        begin(session, action, order, None, STOREKEEPER, NOW)

    assert order.state is State.ANNOUNCED


@pytest.mark.parametrize("text", [None, "", BLANK])
def test_words_are_there_and_not_blank(text: str | None) -> None:
    demand_text("𠮷", "/x")

    with pytest.raises(Invalid):
        demand_text(text, "/x")


def test_no_amount_is_negative() -> None:
    with pytest.raises(Invalid):
        minor_in(Money(-1, "CNY"), "CNY", "/limit")

    assert minor_in(Money(0, "CNY"), "CNY", "/limit") == 0
