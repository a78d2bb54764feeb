"""Stage 1, receive 接收设备: what the counter records before a device goes to the bench.

Three ways lead in: an announcement (the number is the RMA number and stays), an intake at the counter, and a refusal
at the door; ``drafting.py`` makes the order for each. Which facts an intake must carry is the checklist of the
procedure; the policy ``short_intake`` lets some of them be left out. Nothing the customer said is changed.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import select

from depot import customers, devices
from depot.actors import SYSTEM
from depot.attempt import Attempt
from depot.depots import today, unfilled
from depot.errors import FieldError, Invalid
from depot.money import Money, minor_in
from depot.right_device import demand_right_device
from depot.texts import demand_text
from depot.warranty import Found
from models import (
    Accessory,
    Channel,
    Depot,
    Disposition,
    RepairOrder,
    State,
    WarrantyEvidence,
    WarrantyStatus,
)

HIGHEST_PRIORITY = 9


@dataclass(frozen=True)
class AccessoryIn:
    """One thing that came along."""

    name: str
    quantity: int
    disposition: Disposition


@dataclass(frozen=True)
class DataAnswer:
    """What the customer said about the data; ``passcode`` is sealed already."""

    holds_data: bool
    backed_up: bool
    may_be_erased: bool
    passcode: bytes | None = None


@dataclass(frozen=True)
class WarrantyAnswer:
    """The warranty answer with its evidence, and whether it was explained to the customer."""

    status: WarrantyStatus
    evidence: WarrantyEvidence
    explained: bool


@dataclass(frozen=True)
class ChargeTold:
    """A charge that the customer was told of in advance."""

    text: str
    amount: Money | None = None


@dataclass(frozen=True)
class Receipt:
    """The checklist of an intake beside customer, device and fault; None was not stated.

    ``scanned`` is what a scanner read from the announced device or its box, where one was used.
    """

    channel: Channel | None = None
    condition: str | None = None
    other_faults: str | None = None
    accessories: tuple[AccessoryIn, ...] | None = None
    data: DataAnswer | None = None
    warranty: WarrantyAnswer | None = None
    promised_on: date | None = None
    priority: int | None = None
    charges_told: tuple[ChargeTold, ...] = ()
    preapproved_limit: Money | None = None
    scanned: str | None = None


@dataclass(frozen=True)
class TurnAway:
    """Why a device is turned away, and what the customer is advised to do."""

    reason: str
    advice: str


@dataclass(frozen=True)
class NewOrder:
    """Who brings what, and why; ``depot`` None where there is only one; ``announced`` while the device is not here."""

    depot: str | None
    customer: customers.CustomerWanted
    device: devices.DeviceWanted
    reported_fault: str | None
    channel: Channel
    announced: bool = False

    @property
    def walks_in(self) -> bool:
        """Whether somebody stands at the counter: nobody else may stay anonymous."""
        return self.channel is Channel.WALK_IN and not self.announced


@dataclass(frozen=True)
class Draft:
    """An order that no step has been taken on yet, and what the desk should look at."""

    order: RepairOrder
    warnings: list[str]


def unfilled_warning(depot: Depot) -> list[str]:
    """A warning that paper of this depot would lack something, or nothing."""
    lacking = unfilled(depot)
    if not lacking:
        return []
    return [f"Paper from the depot {depot.code} lacks: {', '.join(lacking)}. Fill it in with `depot setup`."]


def limit_announcement(attempt: Attempt) -> None:
    """Effect of ``announce``: its last day, by the depot's policy; without one it never ends by itself."""
    order, days = attempt.order, attempt.depot.announcement_valid_days
    if days is not None:
        order.announced_until = today(attempt.depot, attempt.now) + timedelta(days=days)
    attempt.facts["announced_until"] = order.announced_until


def is_late(attempt: Attempt) -> bool:
    """Selector: the last day of the announcement is over, by the depot's calendar. Only the depot itself asks."""
    return attempt.by == SYSTEM and is_past(attempt.order, attempt.now)


def is_past(order: RepairOrder, now: datetime) -> bool:
    """Whether the last day on which the device was to come is over."""
    return order.announced_until is not None and order.announced_until < today(order.depot, now)


def check_complete(depot: Depot, receipt: Receipt, found: WarrantyAnswer | None = None) -> None:
    """Raise Invalid, naming every field of the checklist that is missing, unless the depot's policy allows a short
    intake. ``found`` is the warranty answer of the register.
    """
    if depot.short_intake:
        return
    asked = {
        "condition": receipt.condition,
        "accessories": receipt.accessories,
        "data": receipt.data,
        "warranty": receipt.warranty or found,
        "promised_on": receipt.promised_on,
    }
    missing = [FieldError(f"/{at}", "The intake checklist asks for this.") for at, it in asked.items() if it is None]
    if missing:
        raise Invalid(missing, "The intake is not complete; `errors` names what is still to be recorded.")


def take_in(attempt: Attempt) -> None:
    """Effect of ``receive``: write the checklist on the order, find a repeat repair, say who received it.

    What was scanned must be this order's, so that another device in the box is noticed.
    """
    order, receipt = attempt.order, attempt.body
    demand_right_device(order, receipt.scanned)
    asks = attempt.asks("intake_checklist")
    found = _found_warranty(attempt) if asks else None
    if asks:
        check_complete(attempt.depot, receipt, found)
    _write_checklist(order, receipt)
    _write_answers(order, receipt)
    _write_warranty(order, receipt.warranty, found)
    order.received_at = attempt.now
    order.received_by_id = attempt.by.person_id if attempt.asks("assignment") else None
    _mark_repeat(attempt)
    attempt.facts |= {
        "channel": order.channel.value,
        "priority": order.priority,
        "promised_on": order.promised_on,
        "warranty": order.warranty_status.value if order.warranty_status else None,
        "previous_order": order.previous_order_id,
    }


def _write_checklist(order: RepairOrder, receipt: Receipt) -> None:
    order.channel = receipt.channel or order.channel
    order.condition = receipt.condition
    order.other_faults = receipt.other_faults
    order.promised_on = receipt.promised_on
    order.priority = receipt.priority or 0
    order.preapproved_minor = minor_in(receipt.preapproved_limit, order.currency, "/preapproved_limit")
    order.approved_minor = order.preapproved_minor or 0
    order.accessories = [Accessory(**vars(line)) for line in receipt.accessories or ()]
    order.charges_told = [_told(order, place, charge) for place, charge in enumerate(receipt.charges_told)]


def _told(order: RepairOrder, place: int, charge: ChargeTold) -> dict[str, object]:
    pointer = f"/charges_told/{place}/amount"
    return {"text": charge.text, "amount_minor": minor_in(charge.amount, order.currency, pointer)}


def _write_answers(order: RepairOrder, receipt: Receipt) -> None:
    if receipt.data is not None:
        order.holds_data = receipt.data.holds_data
        order.backed_up = receipt.data.backed_up
        order.may_be_erased = receipt.data.may_be_erased
        order.passcode = receipt.data.passcode


def _found_warranty(attempt: Attempt) -> WarrantyAnswer | None:
    """The answer of the register of entitlements, which was asked just before; None where it has none."""
    found: Found | None = attempt.memo.get("warranty")
    if found is None or found.entitlement is None:
        return None
    told = attempt.body.warranty is not None and attempt.body.warranty.explained
    return WarrantyAnswer(found.status, WarrantyEvidence.SERIAL_LOOKUP, told)


def _write_warranty(order: RepairOrder, said: WarrantyAnswer | None, found: WarrantyAnswer | None) -> None:
    """The desk's word stays; where it said nothing, or that nobody knows, the register's answer stands."""
    silent = said is None or said.status is WarrantyStatus.UNKNOWN
    answer = (found or said) if silent else said
    if answer is not None:
        order.warranty_status = answer.status
        order.warranty_evidence = answer.evidence
        order.warranty_explained = answer.explained


def _mark_repeat(attempt: Attempt) -> None:
    """A device that was returned within the depot's window is a repeat repair: linked, and one priority higher."""
    order = attempt.order
    since = attempt.now - timedelta(days=attempt.depot.repeat_window_days)
    earlier = attempt.session.scalars(
        select(RepairOrder)
        .where(
            RepairOrder.device_id == order.device.id,
            RepairOrder.state == State.RETURNED,
            RepairOrder.ended_at >= since,
        )
        .order_by(RepairOrder.ended_at.desc(), RepairOrder.id.desc())
        .limit(1)
    ).one_or_none()
    if earlier is not None:
        order.is_repeat = True
        order.previous_order_id = earlier.id
        order.priority = min(HIGHEST_PRIORITY, order.priority + 1)


def turn_away(attempt: Attempt) -> None:
    """Effect of ``refuse``: keep the reason and the advice given."""
    demand_text(attempt.body.reason, "/reason")
    demand_text(attempt.body.advice, "/advice")
    attempt.order.refusal_advice = attempt.body.advice
    attempt.private |= {"reason": attempt.body.reason, "advice": attempt.body.advice}


def past_promise_warning(order: RepairOrder, now: datetime) -> list[str]:
    """A warning where the promised date is behind us already, or nothing."""
    if order.promised_on is None or order.promised_on >= today(order.depot, now):
        return []
    return [f"The promised date {order.promised_on.isoformat()} has passed already."]


def late_warning(order: RepairOrder, now: datetime) -> list[str]:
    """A warning that a device comes, or has just come, after the last day of its announcement, or nothing."""
    if not is_past(order, order.received_at or now):
        return []
    told = {
        State.ANNOUNCED: "unless the device is received first, the announcement ends by itself",
        State.RECEIVED: "the device came late",
    }
    return [f"Announced until {order.announced_until}: {told[order.state]}."] if order.state in told else []
