"""The shapes of a depot: its names, its paper, its clock and currency, its policies."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields

from depot.depots import CODE, LONGEST_DAYS
from models import MIN_REPEAT_WINDOW_DAYS
from routes.changes import Change
from routes.fields import Currency, Flag, List, Moment, Money, Name, Schema, Text, Whole
from routes.schemas.words import WordsOut

MOST_PHONES = 20
SHARE = re.compile(r"(?:0(?:\.[0-9]{1,6})?|1(?:\.0{1,6})?)")


class Share(fields.Field[Decimal]):
    """A share of one as a decimal string: ``0.13`` is 13 %."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(metadata={"type": "string", "pattern": f"^{SHARE.pattern}$", "maxLength": 8}, **kwargs)

    def _serialize(self, value: Decimal | None, *_: Any, **__: Any) -> str | None:
        return None if value is None else f"{value.normalize():f}"

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> Decimal:
        if not isinstance(value, str) or not SHARE.fullmatch(value):
            raise ValidationError("Not a decimal string between 0 and 1 with at most 6 decimals, such as 0.13.")
        return Decimal(value)


class PaperNameIn(Schema):
    """The depot's name in Chinese and in English; empty leaves it out of paper."""

    in_parts = True

    zh = Name(minimum=0, load_default="")
    en = Name(minimum=0, load_default="")


class PaperTextIn(Schema):
    """A text of the depot's paper in Chinese and in English; empty leaves it out."""

    in_parts = True

    zh = Text(minimum=0, load_default="")
    en = Text(minimum=0, load_default="")


class PoliciesIn(Schema):
    """What the depot asks for, and the numbers it goes by."""

    in_parts = True

    short_intake = Flag(load_default=False)
    anonymous_walk_in = Flag(load_default=False)
    tester_other_than_repairer = Flag(load_default=False)
    store_issues = Flag(load_default=False)
    photos = Flag(load_default=False)
    repeat_window_days = Whole(MIN_REPEAT_WINDOW_DAYS, LONGEST_DAYS, load_default=90)
    beyond_economic_share = Share(load_default=Decimal("0.6"))
    quote_valid_days = Whole(1, LONGEST_DAYS, load_default=14)
    defective_return_days = Whole(1, LONGEST_DAYS, load_default=30)
    announcement_valid_days = Whole(1, LONGEST_DAYS, load_default=None, allow_none=True)


class DepotIn(Schema):
    """Everything about a depot that can be changed."""

    name = fields.Nested(PaperNameIn, load_default=lambda: {"zh": "", "en": ""})
    address = fields.Nested(PaperTextIn, load_default=lambda: {"zh": "", "en": ""})
    phones = List(Name(), MOST_PHONES, load_default=list)
    complaint_phone = Name(load_default=None, allow_none=True)
    uncollected_terms = fields.Nested(PaperTextIn, load_default=lambda: {"zh": "", "en": ""})
    charge_terms = fields.Nested(PaperTextIn, load_default=lambda: {"zh": "", "en": ""})
    time_zone = Name(60, load_default="Asia/Shanghai")
    currency = Currency(load_default="CNY")
    tax_rate = Share(load_default=None, allow_none=True)
    labour_rate = fields.Nested(Money, load_default=None, allow_none=True)
    gs1_company_prefix = Name(12, load_default=None, allow_none=True)
    repair_warranty_days = Whole(0, LONGEST_DAYS, load_default=90)
    policies = fields.Nested(PoliciesIn, load_default=lambda: PoliciesIn().load({}))


class NewDepotIn(DepotIn):
    """A new depot."""

    code = Name(20, required=True, metadata={"pattern": f"^{CODE.pattern}$"})


class PoliciesOut(Schema):
    """What the depot asks for, and the numbers it goes by."""

    short_intake = fields.Boolean(required=True)
    anonymous_walk_in = fields.Boolean(required=True)
    tester_other_than_repairer = fields.Boolean(required=True)
    store_issues = fields.Boolean(required=True)
    photos = fields.Boolean(required=True)
    repeat_window_days = fields.Integer(required=True)
    beyond_economic_share = Share(required=True)
    quote_valid_days = fields.Integer(required=True)
    defective_return_days = fields.Integer(required=True)
    announcement_valid_days = fields.Integer(required=True, allow_none=True)


class DepotOut(Schema):
    """A depot; ``unfilled`` names what its paper lacks."""

    code = fields.String(required=True)
    name = fields.Nested(WordsOut, required=True)
    address = fields.Nested(WordsOut, required=True)
    phones = fields.List(fields.String(), required=True)
    complaint_phone = fields.String(required=True, allow_none=True)
    uncollected_terms = fields.Nested(WordsOut, required=True)
    charge_terms = fields.Nested(WordsOut, required=True)
    time_zone = fields.String(required=True)
    currency = fields.String(required=True)
    tax_rate = Share(required=True, allow_none=True)
    labour_rate = fields.Nested(Money, required=True, allow_none=True)
    gs1_company_prefix = fields.String(required=True, allow_none=True)
    repair_warranty_days = fields.Integer(required=True)
    policies = fields.Nested(PoliciesOut, required=True)
    unfilled = fields.List(fields.String(), required=True)
    version = fields.Integer(required=True)
    created_at = Moment(required=True)
    retired_at = Moment(required=True, allow_none=True)


class DepotChangeIn(Change, DepotIn):
    """Some facts about a depot; what is left out stays."""

    answers = DepotOut
