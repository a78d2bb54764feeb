"""Who acts: a person or machine with the role and the depots of the token that was shown.

An actor is an argument of every rule that asks who may, and of every event. ``SYSTEM`` is the depot itself, for
steps that nobody takes: it has a row among the persons so that events can name it.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from depot.errors import Forbidden, NotFound, NotYourDepot
from depot.permissions import may, roles_for
from models import Role

SYSTEM_ID = 1


@dataclass(frozen=True)
class Actor:
    """``depot_ids`` None means every depot; ``token_id`` None means that no token was shown (command line, system)."""

    person_id: int
    name: str
    role: Role
    depot_ids: frozenset[int] | None
    token_id: int | None = None

    def covers(self, depot_id: int) -> bool:
        """Whether the actor's token covers a depot."""
        return self.depot_ids is None or depot_id in self.depot_ids

    def demand(self, operation: str) -> None:
        """Raise Forbidden, naming the roles that may, unless the actor's role may do the operation."""
        if not may(self.role, operation):
            allowed = roles_for(operation)
            raise Forbidden(
                f"The role {self.role.value} may not do this ({operation}); it takes one of: {', '.join(allowed)}.",
                operation=operation,
                roles=allowed,
            )

    def demand_depot(self, depot_id: int, code: str) -> None:
        """Raise NotYourDepot unless the actor's token covers the depot named in a request."""
        if not self.covers(depot_id):
            raise NotYourDepot(f"Your token does not cover the depot {code}; ask for one that does.", depot=code)

    def demand_reach(self, depot_ids: Collection[int]) -> None:
        """Raise NotYourDepot unless the actor's token covers these depots; no depot stands for every one."""
        if self.depot_ids is not None and not (depot_ids and self.depot_ids.issuperset(depot_ids)):
            raise NotYourDepot("Your token is limited to some depots; this reaches beyond them. Name them in `depots`.")

    def demand_sight(self, depot_id: int, what: str) -> None:
        """Raise NotFound for something that lives in a depot out of the actor's sight."""
        if not self.covers(depot_id):
            raise NotFound(f"There is no {what}, or it belongs to a depot that your token does not cover.")


SYSTEM = Actor(SYSTEM_ID, "system", Role.ADMIN, None)
