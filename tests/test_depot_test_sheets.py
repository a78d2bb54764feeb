from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy.orm import Session

from depot import test_sheets
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from depot.product_models import resolve_model
from depot.test_sheets import Check, CheckIn
from models import ProductModel, TestSheet

BOOTS, SOUND = CheckIn("boots", "启动", "Boots", True), CheckIn("sound", "声音", "Sound", False)


@pytest.fixture
def model(session: Session, now: datetime) -> ProductModel:
    return resolve_model(session, "Gtech", "AR-20", now).product_model


@pytest.fixture
def sheet(session: Session, model: ProductModel, now: datetime) -> TestSheet:
    return test_sheets.create_sheet(session, model, [BOOTS, SOUND], now)


def refused_at(sheet: TestSheet | None, passed: bool, *checks: Check) -> list[str]:
    with pytest.raises(Invalid) as refused:
        test_sheets.judge(sheet, passed, checks)
    return [error["pointer"] for error in refused.value.facts["errors"]]


def test_a_sheet_holds_for_every_spelling_of_its_model(session: Session, sheet: TestSheet, now: datetime) -> None:
    variant = resolve_model(session, "G-TECH", "ar 20", now).product_model
    other = resolve_model(session, "Gtech", "AR-30", now).product_model

    assert test_sheets.current_sheet(session, variant) is sheet
    assert test_sheets.current_sheet(session, other) is None
    with pytest.raises(AlreadyExists):
        test_sheets.create_sheet(session, variant, [BOOTS], now)


def test_a_change_makes_a_new_sheet_and_the_old_one_stays_readable(
    session: Session, sheet: TestSheet, model: ProductModel, now: datetime
) -> None:
    new = test_sheets.change_sheet(session, sheet, [SOUND, BOOTS], 1, now)

    assert test_sheets.current_sheet(session, model) is new
    assert [check.name for check in new.checks] == ["sound", "boots"]
    assert [check.name for check in test_sheets.find_sheet(session, sheet.id).checks] == ["boots", "sound"]
    assert (test_sheets.version_of(sheet), test_sheets.version_of(new)) == (2, 1)


def test_only_the_sheet_that_holds_can_be_changed(session: Session, sheet: TestSheet, now: datetime) -> None:
    test_sheets.change_sheet(session, sheet, [BOOTS], None, now)

    with pytest.raises(Conflict):
        test_sheets.change_sheet(session, sheet, [SOUND], None, now)
    with pytest.raises(Stale):
        test_sheets.change_sheet(session, sheet, [SOUND], 1, now)


def test_a_model_whose_sheet_is_retired_has_none(
    session: Session, sheet: TestSheet, model: ProductModel, now: datetime
) -> None:
    test_sheets.retire_sheet(session, sheet, 1, now)

    assert test_sheets.current_sheet(session, model) is None
    assert test_sheets.create_sheet(session, model, [BOOTS], now) is not sheet


@pytest.mark.parametrize(
    "checks", [[], [BOOTS, BOOTS], [CheckIn(" ", "", "", True)], [CheckIn(f"c{n}", "", "", True) for n in range(201)]]
)
def test_a_sheet_that_cannot_be_is_refused(
    session: Session, model: ProductModel, now: datetime, checks: list[CheckIn]
) -> None:
    with pytest.raises(Invalid):
        test_sheets.create_sheet(session, model, checks, now)


@pytest.mark.parametrize(
    ("make", "name", "found"), [("GTECH", None, 1), ("gtech", "ar20", 1), (None, "AR-3", 0), (None, None, 1)]
)
def test_a_list_is_narrowed_by_make_and_model(
    session: Session, sheet: TestSheet, make: str | None, name: str | None, found: int
) -> None:
    assert len(session.scalars(test_sheets.select_sheets(make, name)).all()) == found


def test_an_unknown_sheet_is_not_found(session: Session) -> None:
    with pytest.raises(NotFound):
        test_sheets.find_sheet(session, 2**62)


def test_a_test_passes_when_every_mandatory_check_did(sheet: TestSheet) -> None:
    test_sheets.judge(sheet, True, [Check("boots", True, "3 s"), Check("sound", False)])
    test_sheets.judge(sheet, True, [Check("boots", True)])


def test_a_test_may_fail_with_whatever_checks(sheet: TestSheet) -> None:
    test_sheets.judge(sheet, False, [])
    test_sheets.judge(sheet, False, [Check("boots", True)])
    test_sheets.judge(None, False, [Check("works", False)])


def test_a_pass_against_a_failed_or_missing_mandatory_check_is_refused(sheet: TestSheet) -> None:
    assert refused_at(sheet, True, Check("sound", True), Check("boots", False)) == ["/checks/1/passed"]
    assert refused_at(sheet, True, Check("sound", True)) == ["/checks"]
    assert refused_at(sheet, True) == ["/checks"]


@pytest.mark.parametrize("passed", [True, False])
def test_a_check_twice_or_not_on_the_sheet_is_refused(sheet: TestSheet, passed: bool) -> None:
    assert refused_at(sheet, passed, Check("boots", True), Check("boots", True)) == ["/checks/1/name"]
    assert refused_at(sheet, passed, Check("Boots", True), Check("boots", True)) == ["/checks/0/name"]


@pytest.mark.parametrize("checks", [[], [Check("works", True)], [Check("boots", True), Check("声音", True)]])
def test_without_a_sheet_passed_itself_answers_whether_it_works(checks: list[Check]) -> None:
    test_sheets.judge(None, True, checks)


@pytest.mark.parametrize("name", [test_sheets.WORKS, "boots"])
def test_without_a_sheet_no_check_is_optional(name: str) -> None:
    assert refused_at(None, True, Check(name, False)) == ["/checks/0/passed"]
