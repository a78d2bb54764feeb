"""One try at one step: what guards look at, what effects write to.

Everything that a guard or an effect needs stands here, so that each of them is a plain function of one argument and
the table in ``procedure.py`` can list them by name.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from depot.actors import Actor
from depot.unasked import NOT_ASKED_OF_IMPORTS
from models import Depot, OrderSource, RepairOrder


@dataclass(frozen=True)
class Missing:
    """What a step still lacks: a code for programs and a sentence for people."""

    code: str
    detail: str


@dataclass
class Attempt:
    """``body`` is the step's own dataclass, or None while one only asks what would be legal.

    ``facts`` go into the event and its hash; ``private`` is text about people and stays outside the hash; ``freed``
    are the ids of parts that others may be waiting for; ``memo`` keeps what selectors worked out for the effects.
    """

    session: Session
    order: RepairOrder
    body: Any
    by: Actor
    now: datetime
    facts: dict[str, Any] = field(default_factory=dict)
    private: dict[str, Any] = field(default_factory=dict)
    freed: set[int] = field(default_factory=set)
    memo: dict[str, Any] = field(default_factory=dict)

    @property
    def depot(self) -> Depot:
        """The order's depot."""
        return self.order.depot

    @property
    def is_import(self) -> bool:
        """Whether the order was somebody else's: what happened then was told to nobody from here."""
        return self.order.source is OrderSource.IMPORT

    def asks(self, demand: str) -> bool:
        """Whether a demand is made of this order; ``depot/unasked.py`` lists those that are not made of imports."""
        return not (self.is_import and demand in NOT_ASKED_OF_IMPORTS)


Selector = Callable[[Attempt], bool]
Guard = Callable[[Attempt], list[Missing]]
Effect = Callable[[Attempt], None]
