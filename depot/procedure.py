"""The procedure: what may be done to a repair order, when, and what follows. Start reading here.

``STEPS`` is the whole of it. A row says: this action leads from these states to that one, if the selector holds,
if the guards miss nothing, and with these effects. Rows of one action and one state are tried in order; the first
whose selector holds is taken. The same table draws the diagram in the docs, answers ``allowed_actions``, and
generates the test of every state against every action. Nothing else in the system assigns a state.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from depot import approval, assignment, documents, ending, inspection, intake, outbox, repair, reservations, summary
from depot.actors import SYSTEM, Actor
from depot.attachments import photos_are_there
from depot.attempt import Attempt, Effect, Guard, Missing, Selector
from depot.errors import IllegalStep, StepLacks
from depot.events import append
from depot.orders import TURN, demand_version, find_order, read_number
from depot.permissions import may
from depot.warranty import look_up_device
from models import RepairOrder, State

S = State


def always(_: Attempt) -> bool:
    """The selector of a row that is the only one of its action and state."""
    return True


def free_parts(attempt: Attempt) -> None:
    """Effect of every step back to inspecting or on to summarizing: nothing stays set aside for the order."""
    attempt.freed |= reservations.release(attempt.session, attempt.order, attempt.now)


@dataclass(frozen=True)
class Step:
    """One row of the procedure. No ``sources`` is the way in; ``tells`` says that the customer sees this step."""

    action: str
    sources: tuple[State, ...]
    target: State | None
    when: Selector = always
    guards: tuple[Guard, ...] = ()
    effects: tuple[Effect, ...] = ()
    tells: bool = False


HERE = (S.RECEIVED, S.INSPECTING, S.AWAITING_APPROVAL, S.APPROVED, S.AWAITING_PARTS, S.REPAIRING, S.TESTING)
AT_THE_BENCH = (*HERE[1:], S.SUMMARIZING)
SETTLED = (repair.parts_are_settled,)
UNREPAIRED = (ending.finished_repair_is_charged, *SETTLED)
QUOTED = (inspection.record_diagnosis, inspection.quote_diagnosis, inspection.ask_for_parts)
TAKEN_IN = (look_up_device, intake.take_in, documents.issue_intake_receipt)
LOANER_IN = (ending.loaner_is_back,)

# fmt: off
STEPS: tuple[Step, ...] = (
    # 1 receive 接收设备
    Step("announce", (), S.ANNOUNCED, effects=(look_up_device, intake.limit_announcement), tells=True),
    Step("receive", (), S.RECEIVED, effects=TAKEN_IN, tells=True),
    Step("refuse", (), S.REFUSED, effects=(intake.turn_away, ending.end), tells=True),
    Step("receive", (S.ANNOUNCED,), S.RECEIVED, effects=TAKEN_IN, tells=True),
    Step("refuse", (S.ANNOUNCED,), S.REFUSED, guards=LOANER_IN, effects=(intake.turn_away, ending.end), tells=True),
    # 2 inspect 检测
    Step(
        "start-inspection", (S.RECEIVED,), S.INSPECTING, guards=(photos_are_there,), tells=True,
        effects=(inspection.take, free_parts),
    ),
    Step(
        "diagnose", (S.INSPECTING,), S.APPROVED, when=inspection.is_let_through, tells=True,
        effects=(*QUOTED, approval.reserve_needs),
    ),
    Step("diagnose", (S.INSPECTING,), S.AWAITING_APPROVAL, when=inspection.is_repairable, effects=QUOTED, tells=True),
    Step(
        "diagnose", (S.INSPECTING,), S.SUMMARIZING, when=inspection.is_given_up, guards=UNREPAIRED, tells=True,
        effects=(inspection.record_diagnosis, inspection.give_up, free_parts),
    ),
    Step(
        "decide", (S.AWAITING_APPROVAL,), S.APPROVED, when=approval.is_yes, tells=True,
        effects=(approval.record_decision, approval.reserve_needs),
    ),
    Step(
        "decide", (S.AWAITING_APPROVAL,), S.SUMMARIZING, when=approval.is_no, guards=UNREPAIRED, tells=True,
        effects=(approval.record_decision, approval.decline, free_parts),
    ),
    Step("new-facts", (S.AWAITING_APPROVAL,), S.INSPECTING, effects=(inspection.keep_note, free_parts), tells=True),
    # 3 repair 维修
    Step("start-repair", (S.APPROVED,), S.AWAITING_PARTS, when=repair.is_short, tells=True),
    Step(
        "start-repair", (S.APPROVED,), S.REPAIRING, guards=(repair.store_has_issued,), tells=True,
        effects=(repair.issue_for_repair,),
    ),
    Step("parts-complete", (S.AWAITING_PARTS,), S.APPROVED, tells=True),
    Step(
        "request-part", (S.REPAIRING,), S.AWAITING_APPROVAL, when=repair.passes_approved_amount, tells=True,
        effects=(repair.add_requested_part,),
    ),
    Step(
        "request-part", (S.REPAIRING,), S.AWAITING_PARTS, when=repair.is_short_of_it, tells=True,
        effects=(repair.add_requested_part, approval.reserve_needs),
    ),
    Step("request-part", (S.REPAIRING,), S.REPAIRING, effects=(repair.add_requested_part, repair.issue_requested_part)),
    Step("replace-part", (S.REPAIRING, *HERE[1:5]), None, effects=(repair.replace_part,)),
    Step(
        "reinspect", (S.APPROVED, S.AWAITING_PARTS, S.REPAIRING), S.INSPECTING, tells=True,
        effects=(inspection.keep_note, free_parts),
    ),
    Step("finish-repair", (S.REPAIRING,), S.TESTING, guards=SETTLED, effects=(repair.record_work,)),
    Step(
        "test", (S.TESTING,), S.SUMMARIZING, when=repair.has_passed, guards=(repair.tester_is_somebody_else, *SETTLED),
        effects=(repair.record_test, repair.pass_test, free_parts, repair.settle_quote),
    ),
    Step("test", (S.TESTING,), S.REPAIRING, guards=(repair.tester_is_somebody_else,), effects=(repair.record_test,)),
    # 4 summarize 总结
    Step(
        "summarize", (S.SUMMARIZING,), S.READY, tells=True,
        effects=(summary.record_summary, documents.issue_repair_receipt),
    ),
    Step(
        "reopen", (S.SUMMARIZING, S.READY), S.INSPECTING, tells=True,
        effects=(inspection.keep_note, summary.take_result_back, free_parts),
    ),
    Step("mark-unclaimed", (S.READY,), S.UNCLAIMED, effects=(ending.keep_notices,), tells=True),
    Step(
        "hand-over", (S.READY, S.UNCLAIMED), S.RETURNED, guards=(ending.loaner_is_back, ending.balance_is_paid),
        effects=(ending.hand_back, documents.issue_repair_receipt), tells=True,
    ),
    Step(
        "dispose", (S.READY, S.UNCLAIMED), S.DISPOSED, guards=LOANER_IN, tells=True,
        effects=(ending.release_for_disposal, ending.end),
    ),
    # ended before its time
    Step("cancel", (S.ANNOUNCED,), S.CANCELLED, guards=LOANER_IN, effects=(ending.keep_reason, ending.end), tells=True),
    Step(
        "expire", (S.ANNOUNCED,), S.CANCELLED, when=intake.is_late, guards=LOANER_IN, tells=True,
        effects=(ending.end,),
    ),
    Step(
        "cancel", HERE, S.SUMMARIZING, guards=UNREPAIRED, tells=True,
        effects=(ending.keep_reason, ending.cancel_work, free_parts),
    ),
    # who works on it
    Step("reassign", AT_THE_BENCH, None, effects=(assignment.reassign,)),
)
# fmt: on

FREES_PARTS = {"replace-part", *(step.action for step in STEPS if free_parts in step.effects)}
UNLISTED = ("reassign", "parts-complete", "expire")  # nobody's next step: left out of ``allowed_actions``


@dataclass(frozen=True)
class Allowed:
    """An action that is legal now, and what the facts on record still lack for it."""

    action: str
    missing: list[Missing]


def rows_for(action: str, state: State | None) -> list[Step]:
    """The rows of one action and one state, in the order in which they are tried; no state is the way in."""
    return [step for step in STEPS if step.action == action and (state in step.sources if state else not step.sources)]


def begin(session: Session, action: str, order: RepairOrder, body: Any, by: Actor, now: datetime) -> RepairOrder:
    """Put a drafted order into its first state. Raises Forbidden, and what the effects raise."""
    by.demand(action)
    attempt = Attempt(session, order, body, by, now)
    step = rows_for(action, None)[0]
    _enter(order, step)
    session.add(order)
    session.flush()  # documents and events name its id
    _finish(attempt, step, None)
    return order


def take_step(
    session: Session, number: str, action: str, body: Any, by: Actor, now: datetime, version: int | None = None
) -> RepairOrder:
    """Take one step with an order, whose row is held meanwhile.

    ``version`` is the one the caller has seen; another raises Stale. An action that no row has for this state raises
    IllegalStep, one whose guards miss something StepLacks; both list what is legal and what it lacks.
    """
    by.demand(action)
    ending.refuse_signature_of_link(body)
    if action in FREES_PARTS:
        reservations.hold_for_step(session, read_number(number))
    order = find_order(session, number, by, lock=True)
    demand_version(order, version)
    _step(Attempt(session, order, body, by, now), action)
    return order


def _step(attempt: Attempt, action: str) -> None:
    order, source = attempt.order, attempt.order.state
    step = _chosen(attempt, action)
    _demand_nothing_missing(attempt, step)
    order.version += 1
    _finish(attempt, step, source)
    serve_waiting(attempt.session, order.depot_id, attempt.freed, attempt.now)


def _chosen(attempt: Attempt, action: str) -> Step:
    for step in rows_for(action, attempt.order.state):
        if step.when(attempt):
            return step
    order = attempt.order
    raise IllegalStep(
        f"`{action}` is not legal while {order.number} is {order.state.value}; `allowed_actions` lists what is.",
        state=order.state.value,
        allowed_actions=_listed(attempt),
    )


def _demand_nothing_missing(attempt: Attempt, step: Step) -> None:
    if missing := _missing(attempt, step):
        raise StepLacks(
            " ".join(lack.detail for lack in missing),
            state=attempt.order.state.value,
            missing=[vars(lack) for lack in missing],
            allowed_actions=_listed(attempt),
        )


def _missing(attempt: Attempt, step: Step) -> list[Missing]:
    return [lack for guard in step.guards if attempt.asks(guard.__name__) for lack in guard(attempt)]


def _listed(attempt: Attempt) -> list[dict[str, Any]]:
    allowed = allowed_actions(attempt.session, attempt.order, attempt.by, attempt.now)
    return [{"action": each.action, "missing": [vars(lack) for lack in each.missing]} for each in allowed]


def _finish(attempt: Attempt, step: Step, source: State | None) -> None:
    """Run the effects, enter the state, write the event, tell the customer."""
    order = attempt.order
    for effect in step.effects:
        effect(attempt)
    _enter(order, step)
    attempt.facts |= {"version": order.version, "turn": TURN.get(order.state), "promised_on": order.promised_on}
    event = append(
        attempt.session, order, step.action, attempt.by, attempt.now,
        facts=attempt.facts, private=attempt.private, from_state=source, to_state=order.state,
    )  # fmt: skip
    if step.tells:
        attempt.session.flush()  # the messages name the event's id
        outbox.tell(attempt.session, order, event)


def _enter(order: RepairOrder, step: Step) -> None:
    """The one place where a state is assigned."""
    if step.target is not None:
        order.state = step.target


def allowed_actions(session: Session, order: RepairOrder, by: Actor, now: datetime) -> list[Allowed]:
    """What the actor's role may do with the order now, with what is still missing, in the order of the table."""
    attempt = Attempt(session, order, None, by, now)
    actions = dict.fromkeys(step.action for step in STEPS if order.state in step.sources)
    listed = (action for action in actions if action not in UNLISTED and may(by.role, action))
    return [Allowed(action, _common(attempt, action)) for action in listed]


def _common(attempt: Attempt, action: str) -> list[Missing]:
    """What every row that may be taken lacks: one row that lacks nothing makes the action possible."""
    return min((_missing(attempt, step) for step in _possible(attempt, action)), key=len)


def _possible(attempt: Attempt, action: str) -> Iterator[Step]:
    """The rows that may still be taken, as far as the facts on record say; what a body will bring is not known yet."""
    for step in rows_for(action, attempt.order.state):
        if step.when(attempt):
            yield step
            if step.when not in ASKS_THE_BODY:
                return


ASKS_THE_BODY: frozenset[Selector] = frozenset(
    {
        inspection.is_let_through, inspection.is_repairable, inspection.is_given_up, approval.is_yes, approval.is_no,
        repair.passes_approved_amount, repair.is_short_of_it, repair.has_passed,
    }
)  # fmt: skip
"""Selectors whose answer is in the body: without one they hold, and the next row is possible as well."""


def serve_waiting(session: Session, depot_id: int, part_ids: Collection[int], now: datetime) -> None:
    """Give parts that became free to the orders that wait, in turn; those that lack nothing more are approved again.

    For the end of everything that makes stock free. Raises Retry as ``reservations.fill_waiting`` does.
    """
    for order in reservations.fill_waiting(session, depot_id, part_ids, now):
        _step(Attempt(session, order, None, SYSTEM, now), "parts-complete")
