"""The register of entitlements: what may stand in it, once, and how it changes."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest
from databases import NOW
from registers import NASTY_TEXTS
from sqlalchemy.orm import Session

from depot.entitlements import (
    EntitlementFilter,
    Promise,
    Subject,
    change_entitlement,
    create_entitlement,
    find_entitlement,
    promise_of,
    retire_entitlement,
    select_entitlements,
)
from depot.errors import AlreadyExists, Invalid, NotFound, Stale
from models import EntitlementKind

PROMISE = Promise(EntitlementKind.MANUFACTURER_WARRANTY, date(2026, 1, 1), date(2027, 1, 1), reference="GW-1")
SUBJECT = Subject("Gtech", "SN-1")


@pytest.mark.parametrize("name", [*NASTY_TEXTS, "𠮷" * 200, "ﷺ" * 200])
def test_what_it_is_for_is_kept_as_typed(session: Session, name: str) -> None:
    row = create_entitlement(session, Subject(name, model=name), replace(PROMISE, terms=name, reference=name), NOW)

    assert (row.make, row.model, row.terms, row.reference) == (name, name, name, name)
    assert promise_of(row).terms == name


@pytest.mark.parametrize(
    ("subject", "pointer"),
    [
        ({"make": "  "}, "/make"),
        ({"serial_number": " "}, "/serial_number"),
        ({"serial_number": "1", "model": "A"}, ""),
        ({"serial_number": "1", "serial_from": "1", "serial_to": "2"}, ""),
        ({"serial_from": "1"}, "/serial_to"),
        ({"serial_to": "1"}, "/serial_to"),
        ({"serial_from": "2", "serial_to": "1"}, "/serial_to"),
        ({"serial_from": "9", "serial_to": "10"}, "/serial_to"),
    ],
)
def test_what_is_for_nothing_is_refused(session: Session, subject: dict[str, str], pointer: str) -> None:
    with pytest.raises(Invalid) as refused:
        create_entitlement(session, Subject(**{"make": "Gtech", **subject}), PROMISE, NOW)

    assert [fault["pointer"] for fault in refused.value.facts["errors"]] == [pointer]


@pytest.mark.parametrize(
    ("changed", "pointer"),
    [({"valid_until": date(2025, 12, 31)}, "/valid_until"), ({"parts": False, "labour": False}, "/parts")],
)
def test_a_promise_of_nothing_is_refused(session: Session, changed: dict[str, Any], pointer: str) -> None:
    row = create_entitlement(session, SUBJECT, PROMISE, NOW)

    for act in (
        lambda: create_entitlement(session, SUBJECT, replace(PROMISE, **changed), NOW),
        lambda: change_entitlement(session, row, replace(PROMISE, **changed), None),
    ):
        with pytest.raises(Invalid, match="do not validate") as refused:
            act()
        assert [fault["pointer"] for fault in refused.value.facts["errors"]] == [pointer]


def test_the_same_again_is_refused_until_it_is_retired(session: Session) -> None:
    row = create_entitlement(session, SUBJECT, PROMISE, NOW)
    with pytest.raises(AlreadyExists):
        create_entitlement(session, Subject("G-TECH", " SN-1 "), PROMISE, NOW)

    retire_entitlement(session, row, 1, NOW)
    session.flush()  # the next insert looks at what is in use

    assert create_entitlement(session, SUBJECT, PROMISE, NOW).id != row.id


def test_a_change_needs_the_version_that_was_read(session: Session) -> None:
    row = create_entitlement(session, SUBJECT, PROMISE, NOW)

    change_entitlement(session, row, replace(PROMISE, valid_until=date(2029, 1, 1)), 1)
    with pytest.raises(Stale):
        change_entitlement(session, row, PROMISE, 1)

    assert (row.valid_until, row.version) == (date(2029, 1, 1), 2)


def test_one_that_is_not_there_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        find_entitlement(session, 99)


@pytest.mark.parametrize(
    ("wanted", "count"),
    [({}, 3), ({"make": "g tech"}, 2), ({"serial_number": " SN-1 "}, 1), ({"reference": "GW-1"}, 3),
     ({"kind": EntitlementKind.SERVICE_CONTRACT}, 0), ({"make": "%"}, 0)],
)  # fmt: skip
def test_a_list_is_narrowed(session: Session, wanted: dict[str, Any], count: int) -> None:
    for subject in (SUBJECT, Subject("Gtech"), Subject("Htech", model="A")):
        create_entitlement(session, subject, PROMISE, NOW)

    assert len(session.scalars(select_entitlements(EntitlementFilter(**wanted))).all()) == count
