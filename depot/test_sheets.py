"""Test sheets 测试: what must be checked before a device of a model may leave, and whether a test passed by it.

A sheet holds for every spelling of its model: make and model are compared folded, so that “AR-20” is not tested by less
than “AR 20”. A sheet is never edited: a change makes a new one and retires the old, by which old tests were done.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.errors import AlreadyExists, Conflict, FieldError, Invalid, NotFound, Stale, invalid
from depot.identifiers import fold
from depot.turns import take_turn
from depot.versions import is_seen
from models import ProductModel, SheetCheck, TestSheet

WORKS = "works"
MOST_CHECKS = 200


@dataclass(frozen=True)
class CheckIn:
    """One check of a new sheet; ``name`` is the key that a test bench sends."""

    name: str
    zh: str
    en: str
    mandatory: bool


@dataclass(frozen=True)
class Check:
    """How one check went; ``value`` is what was measured."""

    name: str
    passed: bool
    value: str | None = None


def find_sheet(session: Session, sheet_id: int) -> TestSheet:
    """The sheet with this id, retired or not. Raises NotFound."""
    sheet = session.get(TestSheet, sheet_id)
    if sheet is None:
        raise NotFound(f"There is no test sheet {sheet_id}.")
    return sheet


def current_sheet(session: Session, product_model: ProductModel) -> TestSheet | None:
    """The sheet by which devices of a model are tested now, whatever the spelling of make and model."""
    return session.scalars(
        select(TestSheet)
        .join(ProductModel, ProductModel.id == TestSheet.product_model_id)
        .where(
            TestSheet.retired_at.is_(None),
            ProductModel.make_folded == product_model.make_folded,
            ProductModel.model_folded == product_model.model_folded,
        )
        .order_by(TestSheet.id.desc())
        .limit(1)
    ).one_or_none()


def select_sheets(make: str | None = None, model: str | None = None) -> Select[TestSheet]:
    """The query for the sheets of a make and model, retired ones too; the caller adds order and page."""
    query = select(TestSheet).join(ProductModel, ProductModel.id == TestSheet.product_model_id)
    if make is not None:
        query = query.where(ProductModel.make_folded == fold(make))
    return query if model is None else query.where(ProductModel.model_folded == fold(model))


def create_sheet(session: Session, product_model: ProductModel, checks: Sequence[CheckIn], now: datetime) -> TestSheet:
    """The first sheet of a model. Raises Invalid, and AlreadyExists where a sheet holds for it already."""
    _demand_checks(checks)
    _take_turn(session, product_model)
    known = current_sheet(session, product_model)
    if known is not None:
        raise AlreadyExists(f"Test sheet {known.id} holds for this model; change it with PUT.", test_sheet=known.id)
    return _added(session, product_model, checks, now)


def change_sheet(
    session: Session, sheet: TestSheet, checks: Sequence[CheckIn], version: int | None, now: datetime
) -> TestSheet:
    """The sheet that takes this one's place; the same checks leave it in place.

    Raises Invalid, Stale, and Conflict where this one is retired already.
    """
    _demand_checks(checks)
    product_model = session.get_one(ProductModel, sheet.product_model_id)
    _take_turn(session, product_model)
    _hold(session, sheet, version)
    if list(checks) == checks_of(sheet):
        return sheet
    retire_sheet(session, sheet, None, now)
    return _added(session, product_model, checks, now)


def checks_of(sheet: TestSheet) -> list[CheckIn]:
    """The checks of a sheet, as a new one would be given them."""
    return [CheckIn(check.name, check.name_zh, check.name_en, check.mandatory) for check in sheet.checks]


def retire_sheet(session: Session, sheet: TestSheet, version: int | None, now: datetime) -> None:
    """Let a sheet hold no longer; its model is then tested by the one check “works”. Raises Stale, Conflict."""
    _hold(session, sheet, version)
    sheet.retired_at = now
    session.flush()  # so that the place is free before the next sheet takes it


def _hold(session: Session, sheet: TestSheet, version: int | None) -> None:
    session.refresh(sheet, with_for_update={"of": TestSheet, "key_share": True})
    if not is_seen(version_of(sheet), version):
        raise Stale(version=version_of(sheet))
    if sheet.retired_at is not None:
        raise Conflict("This test sheet is retired; change the one that holds now.")


def version_of(sheet: TestSheet) -> int:
    """A sheet has two versions: it holds, or it is retired."""
    return 1 if sheet.retired_at is None else 2


def _take_turn(session: Session, product_model: ProductModel) -> None:
    take_turn(session, "test sheet", f"{product_model.make_folded}\n{product_model.model_folded}")


def _added(session: Session, product_model: ProductModel, checks: Sequence[CheckIn], now: datetime) -> TestSheet:
    rows = [
        SheetCheck(position=place, name=check.name, name_zh=check.zh, name_en=check.en, mandatory=check.mandatory)
        for place, check in enumerate(checks)
    ]
    sheet = TestSheet(product_model_id=product_model.id, created_at=now, checks=rows)
    session.add(sheet)
    session.flush()  # so that the sheet has its id
    return sheet


def _demand_checks(checks: Sequence[CheckIn]) -> None:
    if not 1 <= len(checks) <= MOST_CHECKS:
        raise invalid("/checks", f"A sheet has between 1 and {MOST_CHECKS} checks.")
    names = [check.name for check in checks]
    bad = [
        FieldError(f"/checks/{place}/name", "A check's name is not blank and stands once on a sheet.")
        for place, name in enumerate(names)
        if not name.strip() or name in names[:place]
    ]
    if bad:
        raise Invalid(bad)


def judge(sheet: TestSheet | None, passed: bool, checks: Sequence[Check]) -> None:
    """Raise Invalid where a test cannot have gone so by its sheet.

    That is: a check twice or not on the sheet, or ``passed`` against a mandatory check that failed or is missing.
    Without a sheet there is one check, “works”: ``passed`` answers it where it is not sent. Other checks are then
    taken too; since no sheet says that they are optional, none of them may have failed.
    """
    bad = list(_impossible(sheet, checks))
    if passed and not bad:
        bad = list(_failed_freely(checks) if sheet is None else _unmet(sheet, checks))
    if bad:
        raise Invalid(bad)


def _impossible(sheet: TestSheet | None, checks: Sequence[Check]) -> Iterator[FieldError]:
    known = None if sheet is None else {check.name for check in sheet.checks}
    for place, check in enumerate(checks):
        if check.name in [earlier.name for earlier in checks[:place]]:
            yield FieldError(f"/checks/{place}/name", "This check is sent twice.")
        elif known is not None and check.name not in known:
            yield FieldError(f"/checks/{place}/name", "This check is not on the model's test sheet.")


def _failed_freely(checks: Sequence[Check]) -> Iterator[FieldError]:
    for place, check in enumerate(checks):
        if not check.passed:
            yield FieldError(f"/checks/{place}/passed", "This check failed, so the test has not passed.")


def _unmet(sheet: TestSheet, checks: Sequence[Check]) -> Iterator[FieldError]:
    sent = {check.name: (place, check.passed) for place, check in enumerate(checks)}
    for check in sheet.checks:
        place, passed = sent.get(check.name, (None, False))
        if check.mandatory and place is None:
            yield FieldError("/checks", f"The mandatory check “{check.name}” is missing, so the test has not passed.")
        elif check.mandatory and not passed:
            yield FieldError(f"/checks/{place}/passed", "This mandatory check failed, so the test has not passed.")
