"""What stands on paper: one frozen dataclass per document, made of plain values only.

A document is frozen as JSON by the step that issues it, so these classes hold nothing but strings, numbers, booleans,
tuples and each other. Times are ISO 8601 strings already in the depot's own time zone (``2026-11-22 18:05``), dates
``YYYY-MM-DD``, money integer minor units and a currency. ``None`` means that nobody stated it, and is printed as such.
Codes (``kept_with_device``, ``in_warranty``) are put into words by ``labels/words.py``.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Words:
    """One text of the depot's own, in both languages; an empty one falls back to the other."""

    zh: str
    en: str


@dataclass(frozen=True)
class Money:
    """An amount in minor units (fen, cents) of an ISO 4217 currency."""

    amount_minor: int
    currency: str


@dataclass(frozen=True)
class DepotHead:
    """Who issues the paper."""

    code: str
    name: Words
    address: Words
    phones: tuple[str, ...]
    complaint_phone: str | None
    uncollected_terms: Words
    charge_terms: Words


@dataclass(frozen=True)
class Identifier:
    """A further identifier of a device: ``kind`` is ``imei``, ``mac`` or ``asset_tag``."""

    kind: str
    value: str


@dataclass(frozen=True)
class DeviceLine:
    """The device as it was known then; ``serial_status``: ``unreadable`` or ``none``, where there is no serial."""

    make: str | None
    model: str | None
    serial_number: str | None
    serial_status: str | None
    identifiers: tuple[Identifier, ...]


@dataclass(frozen=True)
class AccessoryLine:
    """What came with the device; ``disposition`` is ``kept_with_device``, ``sent_home`` or ``kept_noted``."""

    name: str
    quantity: int
    disposition: str
    returned: bool


@dataclass(frozen=True)
class DataConsent:
    """What the customer said about the data on the device; ``None`` where not stated."""

    holds_data: bool | None
    backed_up: bool | None
    may_be_erased: bool | None


@dataclass(frozen=True)
class WarrantyAnswer:
    """``status``: in_warranty, out_of_warranty, unknown.

    ``evidence``: invoice, warranty_card, serial_lookup, production_date, none.
    """

    status: str | None
    evidence: str | None
    explained: bool | None


@dataclass(frozen=True)
class ChargeTold:
    """A charge that the customer was told of in advance."""

    text: str
    amount: Money | None


@dataclass(frozen=True)
class LoanLine:
    """A loaner unit lent for the order; ``outcome`` is ``lost`` or ``sold`` where a manager settled it.

    Paper issued before the slip's facts stood on it has None for the last three.
    """

    code: str
    make: str
    model: str
    serial_number: str
    due_on: str
    returned_on: str | None
    outcome: str | None
    condition: str | None = None
    accessories: tuple[str, ...] | None = None
    signed_by: str | None = None


@dataclass(frozen=True)
class Head:
    """The upper part of both receipts; ``attachments`` is how many photos and files there were."""

    number: str
    edition: int
    depot: DepotHead
    received_at: str | None
    received_by: str | None
    customer_name: str | None
    customer_phone: str | None
    customer_email: str | None
    device: DeviceLine
    reported_fault: str | None
    condition: str | None
    other_faults: str | None
    accessories: tuple[AccessoryLine, ...]
    data: DataConsent
    warranty: WarrantyAnswer
    promised_on: str | None
    charges_told: tuple[ChargeTold, ...]
    loans: tuple[LoanLine, ...]
    previous_order: str | None
    attachments: int = 0


@dataclass(frozen=True)
class IntakeReceipt:
    """The pick-up voucher 取机凭证; ``code`` is needed beside the number; no ``estimate``: to be quoted."""

    head: Head
    code: str
    estimate: Money | None
    preapproved_limit: Money | None


@dataclass(frozen=True)
class ReplacedPart:
    """Parts old → new; ``condition``: new, refurbished, used.

    ``removed_destination``: factory, scrap, customer, destroyed_for_data.
    """

    part_number: str
    name: str
    quantity: str
    condition: str
    installed_serial: str | None
    removed_serial: str | None
    removed_destination: str | None
    in_warranty: bool | None
    fault_seen: str | None


@dataclass(frozen=True)
class TestLine:
    """One check of the test that released the device."""

    name: Words
    passed: bool
    value: str | None


@dataclass(frozen=True)
class PriceLine:
    """``kind``: part, labour, cancellation, loaner_lost, loaner_sold, other. A covered line's amounts are zero.

    ``coverage``: warranty, contract, goodwill, chargeable.
    """

    kind: str
    text: str
    quantity: str
    coverage: str
    net: Money
    tax: Money
    total: Money


@dataclass(frozen=True)
class HandOver:
    """The lines that stay blank until the device is handed back."""

    returned_at: str
    handed_over_by: str | None
    signed_by: str | None
    signature_origin: str | None
    voucher_returned: bool | None
    identity_checked: bool | None
    note: str | None = None


@dataclass(frozen=True)
class RepairReceipt:
    """The repair receipt 维修凭证, printed for free work too.

    ``result``: repaired, replaced, no_fault_found, beyond_economic_repair, not_repaired, declined, not_our_product,
    cancelled. ``tax_rate`` is a decimal fraction as text (``0.13``) or None; ``hand_over`` None leaves lines to sign.
    """

    head: Head
    result: str
    findings: tuple[str, ...]
    cause: str | None
    solution: str | None
    work_done: str | None
    advice: str | None
    parts: tuple[ReplacedPart, ...]
    labour_minutes: int | None
    tests: tuple[TestLine, ...]
    prices: tuple[PriceLine, ...]
    tax_rate: str | None
    net: Money
    tax: Money
    total: Money
    paid: Money
    waived: Money
    repairs_so_far: int
    repair_warranty_until: str | None
    data_action: str | None
    technician: str | None
    summarized_at: str
    hand_over: HandOver | None
    cause_code: Words | None = None
    test_conditions: str | None = None
    not_repaired_reason: str | None = None


@dataclass(frozen=True)
class Seal:
    """By which a paper can be verified: over the canonical JSON of its frozen values."""

    document_number: str
    check_code: str
    sha256: str
