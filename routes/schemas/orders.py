"""The shapes in which repair orders, their events and their money go out."""

from __future__ import annotations

from marshmallow import fields

from models import Channel, Disposition, OrderSource, Result, Stage, State
from routes.fields import Day, FlagText, Moment, Money, Name, Schema, Text, Whole, WholeText, choice
from routes.paging import PageQuery
from routes.schemas.order_work import (
    DecisionOut,
    FindingOut,
    HandOverOut,
    PartNeedOut,
    PersonRefOut,
    QuoteOut,
    ReplacementOut,
    SummaryOut,
    TestOut,
    WorkOut,
)


class OrderDeviceOut(Schema):
    """The device of an order."""

    id = fields.Integer(required=True)
    make = fields.String(required=True, allow_none=True)
    model = fields.String(required=True, allow_none=True)
    serial_number = fields.String(required=True, allow_none=True)
    serial_status = fields.String(required=True, allow_none=True)


class AccessoryOut(Schema):
    """A thing that came along, and whether it went back."""

    id = fields.Integer(required=True)
    name = fields.String(required=True)
    quantity = fields.Integer(required=True)
    disposition = choice(Disposition, required=True)
    returned = fields.Boolean(required=True)


class DataOut(Schema):
    """What the customer said about the data; a passcode is never shown here."""

    holds_data = fields.Boolean(required=True, allow_none=True)
    backed_up = fields.Boolean(required=True, allow_none=True)
    may_be_erased = fields.Boolean(required=True, allow_none=True)
    has_passcode = fields.Boolean(required=True)


class WarrantyOut(Schema):
    """The warranty answer; what the register of entitlements said, and why: null where it was not asked."""

    status = fields.String(required=True, allow_none=True)
    evidence = fields.String(required=True, allow_none=True)
    explained = fields.Boolean(required=True, allow_none=True)
    entitlement = fields.Integer(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)


class ChargeToldOut(Schema):
    """A charge told in advance."""

    text = fields.String(required=True)
    amount = fields.Nested(Money, required=True, allow_none=True)


class OrderLoanOut(Schema):
    """A loaner unit lent for this order."""

    id = fields.Integer(required=True)
    loaner_unit = fields.String(required=True)
    due_on = fields.Date(required=True)
    outcome = fields.String(required=True, allow_none=True)


class MissingOut(Schema):
    """What a step still lacks."""

    code = fields.String(required=True)
    detail = fields.String(required=True)


class AllowedOut(Schema):
    """A step that is legal now and that the caller's role may take."""

    action = fields.String(required=True)
    missing = fields.List(fields.Nested(MissingOut), required=True)


class LinksOut(Schema):
    """Where the rest is."""

    self = fields.String(required=True)
    events = fields.String(required=True)
    label = fields.String(required=True, allow_none=True)
    box_label = fields.String(required=True, allow_none=True)
    intake_receipt = fields.String(required=True, allow_none=True)
    repair_receipt = fields.String(required=True, allow_none=True)
    attachments = fields.String(required=True)
    public_page = fields.String(required=True)


class OrderBriefOut(Schema):
    """A repair order in a list; what was done with it stands in the answer of the order itself."""

    number = fields.String(required=True)
    depot = fields.String(required=True)
    source = choice(OrderSource, required=True)
    state = choice(State, required=True)
    stage = choice(Stage, required=True, allow_none=True)
    result = choice(Result, required=True, allow_none=True)
    version = fields.Integer(required=True)
    device = fields.Nested(OrderDeviceOut, required=True)
    customer = fields.Nested(PersonRefOut, required=True)
    reported_fault = fields.String(required=True, allow_none=True)
    assigned_to = fields.Nested(PersonRefOut, required=True, allow_none=True)
    priority = fields.Integer(required=True)
    is_repeat = fields.Boolean(required=True)
    announced_until = Day(required=True, allow_none=True)
    promised_on = Day(required=True, allow_none=True)
    created_at = Moment(required=True)
    received_at = Moment(required=True, allow_none=True)
    ended_at = Moment(required=True, allow_none=True)


class OrderOut(OrderBriefOut):
    """A repair order with all that was done with it, each kind oldest first."""

    channel = choice(Channel, required=True)
    condition = fields.String(required=True, allow_none=True)
    other_faults = fields.String(required=True, allow_none=True)
    accessories = fields.List(fields.Nested(AccessoryOut), required=True)
    data = fields.Nested(DataOut, required=True)
    warranty = fields.Nested(WarrantyOut, required=True)
    charges_told = fields.List(fields.Nested(ChargeToldOut), required=True)
    preapproved_limit = fields.Nested(Money, required=True, allow_none=True)
    findings = fields.List(fields.Nested(FindingOut), required=True)
    quote = fields.Nested(QuoteOut, required=True, allow_none=True)
    decisions = fields.List(fields.Nested(DecisionOut), required=True)
    parts = fields.List(fields.Nested(PartNeedOut), required=True)
    replacements = fields.List(fields.Nested(ReplacementOut), required=True)
    works = fields.List(fields.Nested(WorkOut), required=True)
    tests = fields.List(fields.Nested(TestOut), required=True)
    summary = fields.Nested(SummaryOut, required=True, allow_none=True)
    hand_over = fields.Nested(HandOverOut, required=True, allow_none=True)
    approved_amount = fields.Nested(Money, required=True)
    balance = fields.Nested("BalanceOut", required=True)
    loans = fields.List(fields.Nested(OrderLoanOut), required=True)
    previous_order = fields.String(required=True, allow_none=True)
    repair_warranty_until = Day(required=True, allow_none=True)
    refusal_advice = fields.String(required=True, allow_none=True)
    warnings = fields.List(fields.String(), required=True)
    allowed_actions = fields.List(fields.Nested(AllowedOut), required=True)
    links = fields.Nested(LinksOut, required=True)


class BalanceOut(Schema):
    """What is still to be paid; below zero is money to give back."""

    amount_minor = fields.Integer(required=True)
    currency = fields.String(required=True)


class OrderQuery(PageQuery):
    """What a list of orders is narrowed to; ``q`` finds a number, an identifier, a name or a contact.

    ``second_no_fault_found``: no fault was found, as on an earlier order of the same device; a manager looks at these.
    """

    state = choice(State, load_default=None)
    stage = choice(Stage, load_default=None)
    serial_number = Name(load_default=None)
    customer = WholeText(1, load_default=None)
    depot = Name(load_default=None)
    q = Name(load_default=None)
    second_no_fault_found = FlagText(load_default=None)


class EventOut(Schema):
    """One line of an order's history; ``id`` is its place in it. ``text`` is what people wrote, and may be erased."""

    id = fields.Integer(required=True)
    seq = fields.Integer(required=True)
    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    action = fields.String(required=True)
    from_state = fields.String(required=True, allow_none=True)
    to_state = fields.String(required=True, allow_none=True)
    facts = fields.Dict(required=True)
    text = fields.Dict(required=True, allow_none=True)
    hash = fields.String(required=True)


class CorrectIn(Schema):
    """``event``: the place in the history of what was wrong."""

    event = Whole(1, required=True)
    correction = Text(required=True)


class PasscodeReasonIn(Schema):
    """Why the passcode is needed now."""

    reason = Text(required=True)


class PasscodeOut(Schema):
    """The passcode, shown once more."""

    passcode = fields.String(required=True)


class PaymentIn(Schema):
    """Money taken; ``method`` as the depot calls it (cash, card, transfer, …)."""

    amount = fields.Nested(Money, required=True)
    method = Name(40, required=True)
    reference = Name(load_default=None, allow_none=True)


class PaymentOut(Schema):
    """A payment, or the reversal of one (``reverses``)."""

    id = fields.Integer(required=True)
    amount = fields.Nested(BalanceOut, required=True)
    method = fields.String(required=True)
    reference = fields.String(required=True, allow_none=True)
    reason = fields.String(required=True, allow_none=True)
    reverses = fields.Integer(required=True, allow_none=True)
    at = Moment(required=True)


class ReasonGivenIn(Schema):
    """Why."""

    reason = Text(required=True)


class WaiverIn(Schema):
    """How much is let go, and why."""

    amount = fields.Nested(Money, required=True)
    reason = Text(required=True)


class WaiverOut(Schema):
    """A part of the balance that was let go."""

    id = fields.Integer(required=True)
    amount = fields.Nested(BalanceOut, required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)


class OverrideIn(Schema):
    """Which guard is set aside, and why."""

    guard = Name(required=True)
    reason = Text(required=True)


class OverrideOut(Schema):
    """A guard that was set aside."""

    id = fields.Integer(required=True)
    guard = fields.String(required=True)
    reason = fields.String(required=True)
    at = Moment(required=True)
