"""The shapes in which the work on an order goes out: findings, prices, decisions, parts, work, tests, hand-over."""

from __future__ import annotations

from marshmallow import fields

from models import (
    Channel,
    Coverage,
    Decision,
    Destination,
    Outcome,
    PartGrade,
    SignatureOrigin,
    Verdict,
)
from routes.fields import Day, Moment, Money, Quantity, Schema, choice


class PersonRefOut(Schema):
    """A person, by id and name."""

    id = fields.Integer(required=True)
    name = fields.String(required=True, allow_none=True)


class QuoteLineOut(Schema):
    """One line of a quote; amounts are what the customer is to pay."""

    kind = fields.String(required=True)
    text = fields.String(required=True)
    quantity = Quantity(required=True)
    unit_price = fields.Nested(Money, required=True, allow_none=True)
    coverage = fields.String(required=True)
    coverage_reason = fields.String(required=True, allow_none=True)
    net = fields.Nested(Money, required=True)
    tax = fields.Nested(Money, required=True)
    total = fields.Nested(Money, required=True)


class QuoteOut(Schema):
    """The current version of the quote."""

    version = fields.Integer(required=True)
    total = fields.Nested(Money, required=True)
    net = fields.Nested(Money, required=True)
    tax = fields.Nested(Money, required=True)
    valid_until = Moment(required=True)
    lines = fields.List(fields.Nested(QuoteLineOut), required=True)


class FindingOut(Schema):
    """One diagnosis in full: the finding of its day, its codes, what it led to; the last one counts.

    ``estimate`` and ``share`` are the stored calculation of beyond economic repair.
    """

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    finding = fields.String(required=True, allow_none=True)
    symptom = fields.String(required=True)
    cause = fields.String(required=True)
    attribution = fields.String(required=True)
    verdict = choice(Verdict, required=True)
    solution = fields.String(required=True, allow_none=True)
    not_repaired_reason = fields.String(required=True, allow_none=True)
    test_conditions = fields.String(required=True, allow_none=True)
    coverage = choice(Coverage, required=True, allow_none=True)
    labour_coverage = choice(Coverage, required=True, allow_none=True)
    coverage_reason = fields.String(required=True, allow_none=True)
    labour_minutes = fields.Integer(required=True, allow_none=True)
    estimate = fields.Nested(Money, required=True, allow_none=True)
    replacement_value = fields.Nested(Money, required=True, allow_none=True)
    share = fields.String(required=True, allow_none=True)


class DecisionOut(Schema):
    """What the customer decided on which version of the quote, up to which amount; ``by`` took it down."""

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    decision = choice(Decision, required=True)
    decided_by = fields.String(required=True)
    channel = choice(Channel, required=True)
    phone_number = fields.String(required=True, allow_none=True)
    quote_version = fields.Integer(required=True)
    limit = fields.Nested(Money, required=True, allow_none=True)


class PartNeedOut(Schema):
    """A part that the order needs, and how far it is there."""

    part_number = fields.String(required=True)
    quantity = Quantity(required=True)
    issued = Quantity(required=True, positive=False)
    reserved = Quantity(required=True, positive=False)


class ReplacementOut(Schema):
    """What became of an issued part and, where one came out for it (``removed``), where that goes and until when."""

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    part_number = fields.String(required=True)
    part_name = fields.String(required=True)
    quantity = Quantity(required=True)
    outcome = choice(Outcome, required=True)
    condition = choice(PartGrade, required=True, allow_none=True)
    installed_serial = fields.String(required=True, allow_none=True)
    removed = fields.Boolean(required=True)
    removed_serial = fields.String(required=True, allow_none=True)
    removed_destination = choice(Destination, required=True, allow_none=True)
    removed_due_on = Day(required=True, allow_none=True)
    in_warranty = fields.Boolean(required=True, allow_none=True)
    fault_seen = fields.String(required=True, allow_none=True)


class WorkOut(Schema):
    """What one repair did; an order that went back has several."""

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    action = fields.String(required=True)
    work_done = fields.String(required=True, allow_none=True)
    labour_minutes = fields.Integer(required=True, allow_none=True)


class CheckOut(Schema):
    """One check of a test."""

    name = fields.String(required=True)
    passed = fields.Boolean(required=True)
    value = fields.String(required=True, allow_none=True)


class TestOut(Schema):
    """One test, failed ones too."""

    __test__ = False

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    passed = fields.Boolean(required=True)
    checks = fields.List(fields.Nested(CheckOut), required=True)
    note = fields.String(required=True, allow_none=True)


class SummaryOut(Schema):
    """The summary that was written last; an order that was reopened since gets another one."""

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    cause = fields.String(required=True, allow_none=True)
    work_done = fields.String(required=True, allow_none=True)
    advice = fields.String(required=True, allow_none=True)
    data_action = fields.String(required=True, allow_none=True)


class HandOverOut(Schema):
    """Who took the device back, on what proof, and what was missing."""

    at = Moment(required=True)
    by = fields.Nested(PersonRefOut, required=True)
    voucher_returned = fields.Boolean(required=True, allow_none=True)
    identity_checked = fields.Boolean(required=True, allow_none=True)
    signed_by = fields.String(required=True, allow_none=True)
    signature_origin = choice(SignatureOrigin, required=True, allow_none=True)
    note = fields.String(required=True, allow_none=True)
