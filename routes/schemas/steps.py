"""The bodies of the steps: one schema per action, and the table that pairs them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, fields, post_load

from depot import approval, assignment, ending, estimates, inspection, repair, replacements, summary, test_sheets
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
from routes.fields import ID, LINE, Flag, List, Moment, Money, Name, Quantity, Schema, Serial, Text, Whole, choice
from routes.schemas.intake import MOST_LINES, ReceiveIn, RefuseIn
from routes.schemas.scan import Scanned

MOST_MINUTES = 100_000
NULLABLE: dict[str, Any] = {"load_default": None, "allow_none": True}


class StartInspectionIn(Schema):
    """``scanned``: the order's number or a current identifier of its device."""

    makes = inspection.StartInspection

    scanned = Scanned(**NULLABLE)


class PartWantedIn(Schema):
    """A part that is needed; ``coverage`` defaults to the diagnosis's."""

    makes = estimates.PartWanted

    part_number = Name(required=True)
    quantity = Quantity(required=True)
    coverage = choice(Coverage, **NULLABLE)
    coverage_reason = Text(**NULLABLE)


class DiagnoseIn(Schema):
    """What was found, and what it leads to."""

    makes = estimates.Diagnose

    symptom = Name(required=True)
    cause = Name(required=True)
    attribution = Name(required=True)
    finding = Text(required=True)
    solution = Text(required=True)
    verdict = choice(Verdict, required=True)
    not_repaired_reason = Text(**NULLABLE)
    coverage = choice(Coverage, **NULLABLE)
    labour_coverage = choice(Coverage, **NULLABLE)
    coverage_reason = Text(**NULLABLE)
    parts = List(fields.Nested(PartWantedIn), MOST_LINES, load_default=list)
    labour_minutes = Whole(0, MOST_MINUTES, **NULLABLE)
    test_conditions = Text(**NULLABLE)
    replacement_value = fields.Nested(Money, **NULLABLE)
    price = fields.Nested(Money, **NULLABLE)


class DecideIn(Schema):
    """The customer's decision on a version of the quote."""

    makes = approval.Decide

    decision = choice(Decision, required=True)
    decided_by = Name(required=True)
    channel = choice(Channel, required=True)
    phone_number = Name(**NULLABLE)
    quote_version = Whole(1, required=True)
    limit = fields.Nested(Money, **NULLABLE)


class NoteIn(Schema):
    """What the customer added."""

    note = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> inspection.Note:
        return inspection.Note(data["note"])


class ReasonIn(Schema):
    """Why the order goes back."""

    reason = Text(required=True)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> inspection.Note:
        return inspection.Note(data["reason"])


class StartRepairIn(Schema):
    """``serial_numbers`` chooses units; left out, the oldest are taken."""

    makes = repair.StartRepair

    serial_numbers = List(Serial(), MOST_LINES, **NULLABLE)


class ReplacePartIn(Schema):
    """What became of an issued part, and where the removed one goes; without ``outcome`` the destination alone.

    ``location``: the bin for what is unused or mismatched; left out, the one it came from.
    """

    part_number = Name(required=True)
    quantity = Quantity(**NULLABLE)
    outcome = choice(Outcome, **NULLABLE)
    condition = choice(PartGrade, **NULLABLE)
    installed_serial = Serial(**NULLABLE)
    removed_serial = Serial(**NULLABLE)
    removed_destination = choice(Destination, **NULLABLE)
    in_warranty = Flag(**NULLABLE)
    fault_seen = Text(**NULLABLE)
    location = Name(**NULLABLE)
    new_device_serial = Serial(**NULLABLE)

    @post_load
    def _make(self, data: dict[str, Any], **_: Any) -> repair.ReplacePart:
        new_serial = data.pop("new_device_serial")
        return repair.ReplacePart(replacements.Replace(**data), new_serial)


class FinishRepairIn(Schema):
    """What was done, and how long it took in minutes."""

    makes = repair.FinishRepair

    action = Name(required=True)
    work_done = Text(required=True)
    labour_minutes = Whole(0, MOST_MINUTES, **NULLABLE)


class Measured(Name):
    """What was measured: text, or a number as a test bench sends it; kept as text."""

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> str:
        written = str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value
        return super()._deserialize(written, attr, data, **kwargs)


class CheckIn(Schema):
    """One check of a test."""

    makes = test_sheets.Check

    name = Name(required=True)
    passed = Flag(required=True)
    value = Measured(**NULLABLE)


class TestIn(Schema):
    """The outcome of a test, check by check."""

    __test__ = False
    makes = repair.TestResult

    passed = Flag(required=True)
    checks = List(fields.Nested(CheckIn), MOST_LINES, load_default=list)
    note = Text(**NULLABLE)


class SummarizeIn(Schema):
    """What the receipt says, in the customer's language."""

    makes = summary.Summarize

    cause = Text(**NULLABLE)
    work_done = Text(**NULLABLE)
    advice = Text(required=True)
    data_action = Text(**NULLABLE)


class AccessoriesReturned(fields.Field[Any]):
    """``true`` for all of them, or the ids of those that went back."""

    def __init__(self, **kwargs: Any) -> None:
        ids = {"type": "array", "items": ID, "maxItems": MOST_LINES}
        super().__init__(metadata={"anyOf": [{"type": "boolean", "enum": [True]}, ids]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        if value is True:
            return True
        if not isinstance(value, list) or len(value) > MOST_LINES:
            raise ValidationError("true for all, or a list of accessory ids.")
        return tuple(Whole(1).deserialize(key) for key in value)


class HandOverIn(Schema):
    """The counter's last checklist."""

    makes = ending.HandBack

    voucher_returned = Flag(load_default=False)
    identity_checked = Flag(load_default=False)
    accessories_returned = AccessoriesReturned(**NULLABLE)
    signed_by = Name(required=True)
    signature_origin = choice(SignatureOrigin, required=True)
    note = Text(**NULLABLE)


class CancelIn(Schema):
    """Why the order ends before its time; ``charge`` null keeps the charges told in advance."""

    makes = ending.Cancel

    reason = Text(required=True)
    charge = fields.Nested(Money, **NULLABLE)


class NoticeIn(Schema):
    """One notice that was sent."""

    makes = ending.Notice

    sent_at = Moment(required=True)
    channel = choice(Channel, required=True)


class MarkUnclaimedIn(Schema):
    """The notices that were sent."""

    makes = ending.MarkUnclaimed

    notices = List(fields.Nested(NoticeIn), MOST_LINES, 1, required=True)


class DisposeIn(Schema):
    """On whose word a device that nobody collects may go."""

    makes = ending.Dispose

    consent = Text(**NULLABLE)
    statutory_basis = Text(**NULLABLE)
    data_destroyed = Flag(required=True)


class PersonRef(fields.Field[Any]):
    """A person by id, or by name where it is the only one."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"anyOf": [ID, LINE]}, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Mapping[str, Any] | None, **kwargs: Any) -> Any:
        field = Name() if isinstance(value, str) else Whole(1)
        return field.deserialize(value)


class ReassignIn(Schema):
    """Who has the device now, and what they should know."""

    makes = assignment.Reassign

    person = PersonRef(required=True)
    handover_note = Text(required=True)


STEP_BODIES: Mapping[str, type[Schema]] = {
    "receive": ReceiveIn,
    "refuse": RefuseIn,
    "start-inspection": StartInspectionIn,
    "reassign": ReassignIn,
    "diagnose": DiagnoseIn,
    "decide": DecideIn,
    "new-facts": NoteIn,
    "start-repair": StartRepairIn,
    "request-part": PartWantedIn,
    "replace-part": ReplacePartIn,
    "finish-repair": FinishRepairIn,
    "test": TestIn,
    "reinspect": ReasonIn,
    "summarize": SummarizeIn,
    "reopen": ReasonIn,
    "hand-over": HandOverIn,
    "cancel": CancelIn,
    "mark-unclaimed": MarkUnclaimedIn,
    "dispose": DisposeIn,
}
"""Each step that somebody may take, and the shape of its body."""
