"""Who may do what: the one table, by operation and role.

``admin`` may everything, and alone the operations that name no role. The rows are those of the published contract;
an endpoint names its operation, a step of the procedure is an operation of its own name. ``expire`` has no endpoint:
the system takes that step, in the role of an admin.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from models import Role

DESK, TECHNICIAN, LOGISTICS = Role.SERVICE_DESK, Role.TECHNICIAN, Role.LOGISTICS
MANAGER, MACHINE, ADMIN = Role.MANAGER, Role.INTEGRATION, Role.ADMIN

_ROWS: tuple[tuple[str, tuple[Role, ...]], ...] = (
    ("announce receive", (DESK, MANAGER, MACHINE)),
    ("refuse decide hand-over cancel pay mark-unclaimed", (DESK, MANAGER)),
    (
        "start-inspection diagnose request-part replace-part start-repair finish-repair reinspect summarize",
        (TECHNICIAN, MANAGER),
    ),
    ("see-passcode", (TECHNICIAN, MANAGER)),
    ("test", (TECHNICIAN, MANAGER, MACHINE)),
    ("change-customers change-devices", (DESK, MANAGER)),
    ("attach", (DESK, TECHNICIAN, MANAGER, MACHINE)),
    ("reopen new-facts reassign correct", (DESK, TECHNICIAN, MANAGER)),
    ("read-stock", (DESK, TECHNICIAN, LOGISTICS, MANAGER, MACHINE)),
    ("change-stock", (LOGISTICS, MANAGER)),
    ("create-entitlements", (LOGISTICS, MANAGER, MACHINE)),
    ("change-entitlements", (LOGISTICS, MANAGER)),
    ("set-sale-price", (MANAGER,)),
    ("set-price", (DESK, MANAGER)),
    ("lend take-back", (DESK, LOGISTICS, MANAGER)),
    ("adjust override waive dispose settle-loaner change-codes change-test-sheets", (MANAGER,)),
    ("change-printers", (MANAGER,)),
    ("print", (DESK, TECHNICIAN, LOGISTICS, MANAGER, MACHINE)),
    ("read", (DESK, TECHNICIAN, LOGISTICS, MANAGER, MACHINE)),
    ("change-people change-tokens change-depots", ()),
    ("expire", ()),
)


def _expand(rows: Iterable[tuple[str, tuple[Role, ...]]]) -> Mapping[str, frozenset[Role]]:
    table = {name: frozenset({*roles, ADMIN}) for names, roles in rows for name in names.split()}
    return MappingProxyType(table)


OPERATIONS: Mapping[str, frozenset[Role]] = _expand(_ROWS)


def may(role: Role, operation: str) -> bool:
    """Whether a role may do an operation. An unknown operation raises KeyError: it has no row in the table."""
    return role in OPERATIONS[operation]


def roles_for(operation: str) -> list[str]:
    """The roles that may do an operation, in the order in which roles are declared."""
    return [role.value for role in Role if may(role, operation)]
