"""A depot at work, for tests: short ways to receive a device, to take steps and to stock a part, all over HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy
from typing import Any

from conftest import Client, TokenMaker
from werkzeug.test import TestResponse

INTAKE: Mapping[str, Any] = {
    "depot": "MAIN",
    "customer": {"name": "张䶮", "phone": "+86 571 0000 0000", "email": "a@example.org", "language": "zh"},
    "device": {"make": "Gtech", "model": "AR-20", "serial_number": "MJ1311YNG3DV3A"},
    "reported_fault": "吸力很小，开机十分钟后自己停。",
    "channel": "walk_in",
    "condition": "scratch on the lid",
    "other_faults": None,
    "accessories": [
        {"name": "power cable", "quantity": 1, "disposition": "kept_with_device"},
        {"name": "manual", "quantity": 1, "disposition": "sent_home"},
        {"name": "USB dongle 加密狗", "quantity": 2, "disposition": "kept_noted"},
    ],
    "data": {"holds_data": True, "backed_up": False, "may_be_erased": False},
    "warranty": {"status": "in_warranty", "evidence": "serial_lookup", "explained": True},
    "promised_on": "2026-12-01",
    "priority": 0,
    "charges_told": [],
    "preapproved_limit": {"amount_minor": 20000, "currency": "CNY"},
}

DIAGNOSIS: Mapping[str, Any] = {
    "symptom": "other",
    "cause": "other",
    "attribution": "ours",
    "finding": "motor bearing worn",
    "solution": "replace the motor",
    "verdict": "repair",
    "coverage": "warranty",
}

FINISH = {"action": "other", "work_done": "motor replaced, filter cleaned", "labour_minutes": 35}
PASS = {"passed": True, "checks": [{"name": "works", "passed": True, "value": None}]}
SUMMARY = {"cause": "worn bearing", "work_done": "motor replaced", "advice": "clean the filter monthly"}
HAND_OVER = {
    "voucher_returned": True,
    "accessories_returned": True,
    "signed_by": "张䶮",
    "signature_origin": "customer_at_counter",
}

ROLE_OF = {
    "receive": "service_desk",
    "refuse": "service_desk",
    "decide": "service_desk",
    "cancel": "service_desk",
    "hand-over": "service_desk",
    "mark-unclaimed": "service_desk",
    "dispose": "manager",
}

READ_ONLY = ("code", "version", "created_at", "retired_at", "unfilled")
"""What a depot says of itself that nobody sends."""


def cny(amount_minor: int) -> dict[str, Any]:
    """An amount in fen."""
    return {"amount_minor": amount_minor, "currency": "CNY"}


class Desk:
    """One client with a token for each role, made when first needed."""

    def __init__(self, client: Client, token: TokenMaker) -> None:
        self.client, self._make, self._tokens = client, token, dict[str, str]()
        self.count = 0

    def token(self, role: str) -> str:
        """The token of the one person of a role."""
        if role not in self._tokens:
            self._tokens[role] = self._make(role)
        return self._tokens[role]

    def post(self, path: str, body: Any = None, role: str = "admin", **more: Any) -> TestResponse:
        return self.client.post(path, body, token=self.token(role), **more)

    def get(self, path: str, role: str = "admin", **more: Any) -> TestResponse:
        return self.client.get(path, token=self.token(role), **more)

    def receive(self, expect: int = 201, role: str = "service_desk", **changes: Any) -> dict[str, Any]:
        """Receive the device of the published example, or one that differs in some members."""
        answer: dict[str, Any] = self.post("/repair-orders", intake(**changes), role, expect=expect).get_json()
        return answer

    def step(
        self, number: str, action: str, body: Any = None, expect: int = 200, role: str | None = None, **more: Any
    ) -> dict[str, Any]:
        """Take a step as somebody of the role that usually takes it."""
        path = f"/repair-orders/{number}/{action}"
        who = role or ROLE_OF.get(action, "technician")
        answer: dict[str, Any] = self.post(path, body, who, expect=expect, **more).get_json()
        return answer

    def order(self, number: str, role: str = "admin") -> dict[str, Any]:
        """The order as it stands."""
        answer: dict[str, Any] = self.get(f"/repair-orders/{number}", role).get_json()
        return answer

    def stock(self, part_number: str, quantity: int, sale_price: int | None = None, **more: Any) -> None:
        """A part in the catalogue, and so many pieces of it in bin A-1."""
        price = None if sale_price is None else cny(sale_price)
        body = {"part_number": part_number, "name": f"part {part_number}", "serialized": False, "unit": "piece"}
        self.post("/parts", body | {"sale_price": price} | more, expect=201)
        if quantity:
            self.arrive(part_number, quantity)

    def arrive(self, part_number: str, quantity: int, **more: Any) -> None:
        """Pieces of a known part come in."""
        body = {"part_number": part_number, "quantity": quantity, "location": "A-1", "reference": "PO-1"}
        self.post("/stock/receipts", body | more, "logistics", expect=201)

    def furnish(self, **facts: Any) -> None:
        """Change what the depot is told about itself: ``furnish(tax_rate="0.13", policies={"store_issues": True})``."""
        known = {name: value for name, value in self.get("/depots/MAIN").get_json().items() if name not in READ_ONLY}
        policies = known.pop("policies") | facts.pop("policies", {})
        self.client.send("PUT", "/depots/MAIN", json=known | facts | {"policies": policies}, token=self.token("admin"))

    def events(self, number: str, action: str | None = None) -> list[dict[str, Any]]:
        """The history of an order, or the events of one action in it."""
        items = self.get(f"/repair-orders/{number}/events?limit=200").get_json()["items"]
        return [event for event in items if action is None or event["action"] == action]

    def until(self, state: str, **changes: Any) -> str:
        """A new order, brought to a state by the shortest way; its number. The device is a new one unless named."""
        self.count += 1
        device = {"serial_number": f"SN-{self.count:05}"} | changes.pop("device", {})
        way = WAYS.get(state) or WAY[: [reached for *_, reached in WAY].index(state) + 1]
        first, *steps = way
        if first[0] == "receive":
            number: str = self.receive(device=device, **changes)["number"]
        else:
            body = {name: intake()[name] for name in ("depot", "customer", "reported_fault", "channel")}
            body |= {"device": INTAKE["device"] | device} | first[1]
            number = self.post(f"/{first[0]}", body, "service_desk", expect=201).get_json()["number"]
        for action, step_body, _ in steps:
            self.step(number, action, step_body)
        assert self.order(number)["state"] == state
        return number


SHORT_OF = "NOWHERE-1"
"""A part number of which there is never a piece; `Desk.stock(SHORT_OF, 0)` puts it into the catalogue."""

NEEDS_A_PART = dict(DIAGNOSIS) | {"parts": [{"part_number": SHORT_OF, "quantity": 1}]}
CHARGED = dict(DIAGNOSIS) | {"coverage": "chargeable", "labour_minutes": 60}
"""Passes the pre-approved limit where the depot's labour rate is above 200 an hour."""
NOTICES = {"notices": [{"sent_at": "2026-11-20T08:00:00Z", "channel": "phone"}]}
DISPOSAL = {"consent": "letter of 2026-11-19", "data_destroyed": True}
ADVICE = {"reason": "not a device that we repair", "advice": "the maker's own service takes these"}
CHECKLIST = {name: INTAKE[name] for name in ("condition", "accessories", "data", "warranty", "promised_on")}

WAY: tuple[tuple[str, Any, str], ...] = (
    ("receive", None, "received"),
    ("start-inspection", {}, "inspecting"),
    ("diagnose", DIAGNOSIS, "approved"),
    ("start-repair", {}, "repairing"),
    ("finish-repair", FINISH, "testing"),
    ("test", PASS, "summarizing"),
    ("summarize", SUMMARY, "ready"),
    ("hand-over", HAND_OVER, "returned"),
)
WAYS: Mapping[str, tuple[tuple[str, Any, str], ...]] = {
    "announced": (("announcements", {}, "announced"),),
    "refused": (("refusals", ADVICE, "refused"),),
    "cancelled": (("announcements", {}, "announced"), ("cancel", {"reason": "changed their mind"}, "cancelled")),
    "awaiting_approval": (*WAY[:2], ("diagnose", CHARGED, "awaiting_approval")),
    "awaiting_parts": (*WAY[:2], ("diagnose", NEEDS_A_PART, "approved"), ("start-repair", {}, "awaiting_parts")),
    "unclaimed": (*WAY[:7], ("mark-unclaimed", NOTICES, "unclaimed")),
    "disposed": (*WAY[:7], ("dispose", DISPOSAL, "disposed")),
}


def intake(**changes: Any) -> dict[str, Any]:
    """The published example of an intake, with some members changed; a dict changes within a member."""
    body = deepcopy(dict(INTAKE))
    for name, value in changes.items():
        body[name] = {**body[name], **value} if isinstance(value, dict) and isinstance(body.get(name), dict) else value
    return body


def needing(*parts: tuple[str, int], **more: Any) -> dict[str, Any]:
    """A diagnosis that needs so much of each part."""
    return DIAGNOSIS | {"parts": [{"part_number": name, "quantity": count} for name, count in parts]} | more


def approved(desk: Desk, *parts: tuple[str, int], **changes: Any) -> str:
    """A new order that needs so much of each part, approved; its number."""
    number = desk.until("inspecting", **changes)
    desk.step(number, "diagnose", needing(*parts))
    return number


def figures(desk: Desk, part_number: str) -> tuple[int, int, int]:
    """How much of a part is on hand, reserved, available."""
    part = desk.get(f"/parts/{part_number}").get_json()
    return part["on_hand"], part["reserved"], part["available"]
