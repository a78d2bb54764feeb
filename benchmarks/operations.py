"""The operations that are measured, and the requests that they are: one order after the other, each with its own facts.

Every value that must be new in each request holds the order's count, so that a replay can put another count there.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

BASE = "/api/v1"


@dataclass(frozen=True)
class Order:
    """A repair order of the benchmark: its count, and its number once it has one."""

    count: int
    number: str = ""

    @property
    def key(self) -> str:
        """The count as it stands in names, serial numbers, phones and idempotency keys."""
        return f"{self.count:09}"


def new_number(count: int) -> str:
    """An order number as long as the service's, and never one of them."""
    return f"RP00{count:09}"


@dataclass(frozen=True)
class Operation:
    """One kind of request. ``again``: it can be done any number of times on one order."""

    name: str
    path: str
    body: Callable[[Order], Any] | None = None
    again: bool = False

    @property
    def method(self) -> str:
        """POST where something is sent."""
        return "GET" if self.body is None else "POST"

    def path_for(self, order: Order) -> str:
        """Where to send it."""
        return BASE + self.path.format(number=order.number, key=order.key)

    def headers_for(self, order: Order, token: str) -> dict[str, str]:
        """What goes along: the token, and for a POST an idempotency key of its own."""
        headers = {"Authorization": f"Bearer {token}"}
        if self.body is not None:
            headers |= {"Idempotency-Key": f"{self.name}-{order.key}", "Content-Type": "application/json"}
        return headers

    def data_for(self, order: Order) -> bytes | None:
        """The body as bytes."""
        return None if self.body is None else json.dumps(self.body(order)).encode()


def _intake(order: Order) -> Any:
    """A customer and a device that nobody has seen before, which is the longest way through an intake."""
    return {
        "depot": "MAIN",
        "customer": {
            "name": f"张䶮 {order.key}",
            "phone": f"+86 571 {order.key}",
            "email": f"c{order.key}@example.org",
            "language": "zh",
        },
        "device": {"make": "Gtech", "model": "AR-20", "serial_number": f"SN{order.key}"},
        "reported_fault": "吸力很小，开机十分钟后自己停。",
        "channel": "walk_in",
        "condition": "scratch on the lid",
        "accessories": [
            {"name": "power cable", "quantity": 1, "disposition": "kept_with_device"},
            {"name": "manual", "quantity": 1, "disposition": "sent_home"},
        ],
        "data": {"holds_data": True, "backed_up": False, "may_be_erased": False},
        "warranty": {"status": "in_warranty", "evidence": "serial_lookup", "explained": True},
        "promised_on": "2036-12-01",
    }


def _diagnosis(_: Order) -> Any:
    return {
        "symptom": "other",
        "cause": "other",
        "attribution": "ours",
        "finding": "motor bearing worn",
        "solution": "replace the motor",
        "verdict": "repair",
        "coverage": "warranty",
    }


RECEIVE = Operation("receive", "/repair-orders", _intake)
START = Operation("start-inspection", "/repair-orders/{number}/start-inspection", lambda _: {})
OPERATIONS = (
    RECEIVE,
    Operation("scan", "/scan?code=SN{key}", again=True),
    Operation("label", "/repair-orders/{number}/label.svg", again=True),
    Operation("receipt", "/repair-orders/{number}/intake-receipt.pdf"),
    START,
    Operation("diagnose", "/repair-orders/{number}/diagnose", _diagnosis),
)
"""In an order in which each finds what it needs. A receipt is asked for once, so that it is drawn."""
BEGINNERS = (RECEIVE, START)
"""Operations whose orders, and no others, the next ones take."""
