"""What an imported repair is not asked for: the demands of the procedure whose facts no row of another system holds.

This is the only list of them. Every other demand of the table in ``procedure.py`` holds for an import as for anybody,
and so does the order of its steps. A guard is named by its function; a demand inside of an effect by the name under
which the effect asks for it (``Attempt.asks``).
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

NOT_ASKED_OF_IMPORTS: Mapping[str, str] = MappingProxyType(
    {
        "intake_checklist": "condition, accessories, data, warranty answer and promised date",
        "photos_are_there": "photos of the device",
        "assignment": "which technician took the device, repaired it and handed it back",
        "test_conditions": "how it was tested where no fault was found",
        "not_repaired_reason": "what was tried, or which part could not be had",
        "beyond_economic_share": "the estimate and the replacement value",
        "test_sheet": "the single checks of the model's test sheet",
        "tester_is_somebody_else": "who tested it",
        "repair_story": "cause and work done, told apart",
        "hand_over_proof": "voucher or identity, and the customer's signature",
    }
)
"""Each demand, and the facts that a row cannot have; they are stored as null and printed as not stated."""
