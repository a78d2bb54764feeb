"""The tables, their enums and constraints. Knows no rules."""

from __future__ import annotations

from models.append_only import (
    APPEND_ONLY,
    guard_all,
)
from models.attachment import (
    Attachment,
    AttachmentKind,
    MediaType,
)
from models.base import (
    NAME_LENGTH,
    PERSONAL,
    TEXT_LENGTH,
    Base,
    BigId,
    DepotSession,
    Quantity,
    Rate,
    Scaled,
    UtcDateTime,
    db,
)
from models.code import (
    Code,
    CodeKind,
)
from models.customer import (
    Contact,
    ContactKind,
    Customer,
    Language,
)
from models.depot import (
    MIN_REPEAT_WINDOW_DAYS,
    Depot,
)
from models.device import (
    Device,
    DeviceIdentifier,
    IdentifierKind,
    ProductModel,
    SerialStatus,
)
from models.document import (
    Document,
    DocumentKind,
    DrawnDocument,
)
from models.entitlement import (
    Entitlement,
    EntitlementKind,
    EntitlementScope,
    WarrantyLookup,
)
from models.event import (
    EMPTY_HASH,
    Chained,
    Event,
    Subject,
)
from models.hand_over import (
    HandOver,
    SignatureOrigin,
)
from models.idempotency import (
    IdempotencyKey,
)
from models.imported import (
    ImportedRow,
    RowKind,
)
from models.inspection import (
    Coverage,
    Diagnosis,
    Summary,
    TestRun,
    Verdict,
    Work,
)
from models.loan import (
    Loan,
    LoanerUnit,
    LoanOutcome,
    UnitState,
)
from models.order import (
    ENDED,
    Accessory,
    Channel,
    Disposition,
    OrderNumber,
    OrderSource,
    RepairOrder,
    Result,
    Stage,
    State,
    WarrantyEvidence,
    WarrantyStatus,
)
from models.outbox import (
    OutboxChannel,
    OutboxRow,
)
from models.part import (
    FIT_FOR_USE,
    IN_HOUSE,
    Condition,
    Location,
    Part,
    PartUnit,
    PlaceKind,
    Unit,
)
from models.payment import (
    Charge,
    Override,
    Payment,
    Waiver,
)
from models.person import (
    Person,
    PersonKind,
    Role,
    Token,
    TokenDepot,
)
from models.printer import Printer
from models.quote import (
    Decision,
    LineKind,
    Quote,
    QuoteDecision,
    QuoteLine,
)
from models.receiving import (
    ExpectedDevice,
    ReceivingScan,
    ReceivingSession,
    ScanVerdict,
)
from models.replacement import (
    Destination,
    Outcome,
    PartGrade,
    Replacement,
)
from models.stock import (
    Balance,
    Movement,
    MovementKind,
    PartNeed,
    Reservation,
    ReservationState,
)
from models.test_sheet import (
    SheetCheck,
    TestSheet,
)

guard_all()

__all__ = [
    "APPEND_ONLY",
    "EMPTY_HASH",
    "ENDED",
    "FIT_FOR_USE",
    "IN_HOUSE",
    "MIN_REPEAT_WINDOW_DAYS",
    "NAME_LENGTH",
    "PERSONAL",
    "TEXT_LENGTH",
    "Accessory",
    "Attachment",
    "AttachmentKind",
    "Balance",
    "Base",
    "BigId",
    "Chained",
    "Channel",
    "Charge",
    "Code",
    "CodeKind",
    "Condition",
    "Contact",
    "ContactKind",
    "Coverage",
    "Customer",
    "Decision",
    "Depot",
    "DepotSession",
    "Destination",
    "Device",
    "DeviceIdentifier",
    "Diagnosis",
    "Disposition",
    "Document",
    "DocumentKind",
    "DrawnDocument",
    "Entitlement",
    "EntitlementKind",
    "EntitlementScope",
    "Event",
    "ExpectedDevice",
    "HandOver",
    "IdempotencyKey",
    "IdentifierKind",
    "ImportedRow",
    "Language",
    "LineKind",
    "Loan",
    "LoanOutcome",
    "LoanerUnit",
    "Location",
    "MediaType",
    "Movement",
    "MovementKind",
    "OrderNumber",
    "OrderSource",
    "OutboxChannel",
    "OutboxRow",
    "Outcome",
    "Override",
    "Part",
    "PartGrade",
    "PartNeed",
    "PartUnit",
    "Payment",
    "Person",
    "PersonKind",
    "PlaceKind",
    "Printer",
    "ProductModel",
    "Quantity",
    "Quote",
    "QuoteDecision",
    "QuoteLine",
    "Rate",
    "ReceivingScan",
    "ReceivingSession",
    "RepairOrder",
    "Replacement",
    "Reservation",
    "ReservationState",
    "Result",
    "Role",
    "RowKind",
    "Scaled",
    "ScanVerdict",
    "SerialStatus",
    "SheetCheck",
    "SignatureOrigin",
    "Stage",
    "State",
    "Subject",
    "Summary",
    "TestRun",
    "TestSheet",
    "Token",
    "TokenDepot",
    "Unit",
    "UnitState",
    "UtcDateTime",
    "Verdict",
    "Waiver",
    "WarrantyEvidence",
    "WarrantyLookup",
    "WarrantyStatus",
    "Work",
    "db",
    "guard_all",
]
