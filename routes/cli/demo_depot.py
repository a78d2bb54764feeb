"""A depot for the demonstration: its people, parts and orders, all brought in over the real API.

The clock is the demonstration's own: it begins four days ago, so that dates and hours look as in a
depot at work, and ends before now.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import click
from werkzeug.test import TestResponse

from depot import first_token
from routes.api import BASE
from routes.cli.demo_data import (
    BENCH,
    DEPOT,
    LOANER,
    OTHERS,
    PARTS,
    PEOPLE,
    SHEET,
    Json,
    Other,
)
from routes.cli.opening import Application

LENGTH = timedelta(days=4)
OPENING = time(1, 0)
"""Nine in the morning where the depot of the demonstration is, by UTC."""

PAUSE = timedelta(minutes=7)
ROLES = {
    "start-inspection": "technician",
    "diagnose": "technician",
    "start-repair": "technician",
    "replace-part": "technician",
    "finish-repair": "technician",
    "test": "integration",
    "summarize": "technician",
}
"""Who takes a step; the service desk takes all others."""


@dataclass
class Course:
    """The depot of the demonstration: a client, the tokens of its people, its clock, and what happened so far."""

    app: Application
    now: datetime
    tokens: dict[str, str] = field(default_factory=dict)
    number: str = ""
    loan: int = 0
    seen: Json = field(default_factory=dict)

    def call(self, method: str, path: str, body: Json | None = None, role: str = "admin") -> TestResponse:
        """Send a request as somebody of a role. Raises ClickException where it is refused: that must not happen."""
        headers = {"Authorization": f"Bearer {self.tokens[role]}"}
        answer = self.app.test_client().open(BASE + path, method=method, headers=headers, json=body)
        if answer.status_code >= 400:
            raise click.ClickException(
                f"The demonstration broke at {method} {path}: {answer.get_data(as_text=True)}"
                " That is a mistake of ours; please report it."
            )
        return answer

    def post(self, path: str, body: Json | None = None, role: str = "admin") -> Json:
        """Send a body a while after the last one; the answer's."""
        self.now += PAUSE
        answer: Json = self.call("POST", path, body, role).get_json()
        return answer

    def step(self, action: str, body: Json | None = None) -> Json:
        """Take a step with the order at hand."""
        self.seen = self.post(f"/repair-orders/{self.number}/{action}", body or {}, ROLES.get(action, "service_desk"))
        return self.seen

    def in_days(self, days: int) -> str:
        """A date, from today on."""
        return (self.now + timedelta(days=days)).date().isoformat()


def begin(app: Application) -> Course:
    """A course on a fresh depot; from now on the application goes by its clock."""
    first_day = (app.clock() - LENGTH).date()
    course = Course(app, datetime.combine(first_day, OPENING, UTC))
    app.clock = lambda: course.now
    course.tokens["admin"] = app.unit_of_work(lambda session: first_token.issue_first(session, course.now)) or ""
    return course


def hire(course: Course) -> None:
    """The people, each with a token of the role."""
    for role, name in {**PEOPLE, "integration": BENCH}.items():
        kind = "machine" if role == "integration" else "person"
        person = course.post("/people", {"name": name, "kind": kind})["id"]
        made = course.post("/tokens", {"person": person, "name": name, "role": role, "depots": ["MAIN"]})
        course.tokens[role] = made["secret"]


def furnish(course: Course) -> None:
    """The depot's paper and prices, the parts in their bins, the loaner unit, the test sheet."""
    course.call("PUT", "/depots/MAIN", DEPOT)
    for part, receipt in PARTS:
        course.post("/parts", part, "manager")
        arrived = {"part_number": part["part_number"], "reference": "PO-2041", **receipt}
        course.post("/stock/receipts", arrived, "logistics")
    course.post("/loaner-units", LOANER, "logistics")
    course.post("/test-sheets", SHEET, "manager")


def bring_others(course: Course) -> None:
    """The other orders, each as far as its way goes."""
    for other in OTHERS:
        course.number = course.post(f"/{other.way_in}", _intake(course, other), "service_desk")["number"]
        for action, body in other.way:
            course.step(action, _dated(course, body))


def _intake(course: Course, other: Other) -> Json:
    body = {
        "customer": {"name": other.name, "phone": other.phone, "language": other.language},
        "device": {"make": other.make, "model": other.model, "serial_number": other.serial_number},
        "reported_fault": other.fault,
        "channel": "courier",
        **other.more,
    }
    if other.way_in != "repair-orders":
        return body
    return body | {
        "condition": "used, no damage",
        "accessories": [{"name": "power supply", "quantity": 1, "disposition": "kept_with_device"}],
        "data": {"holds_data": False, "backed_up": False, "may_be_erased": True},
        "warranty": {"status": "in_warranty", "evidence": "invoice", "explained": True},
        "promised_on": course.in_days(12),
    }


def _dated(course: Course, body: Json) -> Json:
    sent = {"sent_at": (course.now - PAUSE).isoformat()}
    return body | {"notices": [notice | sent for notice in body["notices"]]} if "notices" in body else body
