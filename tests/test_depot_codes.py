from __future__ import annotations

from datetime import datetime

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import codes
from depot.codes import Words
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from depot.starting_codes import OTHER, STARTING_CODES
from models import Code, CodeKind

MICE = Words("老鼠咬坏", "Eaten by mice")
EXTENDABLE = [CodeKind.SYMPTOM, CodeKind.CAUSE, CodeKind.ACTION]


@pytest.fixture(autouse=True)
def installed(session: Session, now: datetime) -> None:
    codes.ensure_codes(session, now)


@pytest.mark.parametrize("kind", CodeKind)
def test_every_table_starts_with_codes_in_both_languages(session: Session, kind: CodeKind) -> None:
    rows = session.scalars(codes.select_codes(kind)).all()

    assert len(rows) == len(STARTING_CODES[kind]) >= 5
    assert all(row.name_zh and row.name_en and codes.CODE.fullmatch(row.code) for row in rows)


@pytest.mark.parametrize("kind", EXTENDABLE)
def test_other_always_ships_and_stays(session: Session, now: datetime, kind: CodeKind) -> None:
    row = codes.demand_code(session, kind, OTHER, "/x")

    with pytest.raises(Conflict):
        codes.retire_code(session, row, None, now)


def test_installing_again_leaves_what_the_manager_did(session: Session, now: datetime) -> None:
    row = codes.find_code(session, CodeKind.SYMPTOM, "no_power")
    codes.change_code(session, row, Words("没电", "Dead"), None)
    codes.retire_code(session, row, None, now)
    before = session.scalar(select(func.count()).select_from(Code))

    codes.ensure_codes(session, now)

    assert session.scalar(select(func.count()).select_from(Code)) == before
    assert (row.name_en, row.retired_at) == ("Dead", now)


def test_a_code_that_is_missing_is_installed_again(session: Session, now: datetime) -> None:
    session.delete(codes.find_code(session, CodeKind.CAUSE, "dust"))

    codes.ensure_codes(session, now)

    assert codes.find_code(session, CodeKind.CAUSE, "dust").name_zh == "积尘"


@pytest.mark.parametrize("code", ["", "mice", "NO_POWER", "no_power ", "𠮷", "no_power\x00", "x" * 3000])
def test_an_unknown_code_is_refused_where_it_stands(session: Session, code: str) -> None:
    with pytest.raises(Invalid) as refused:
        codes.demand_code(session, CodeKind.SYMPTOM, code, "/symptom")

    (error,) = refused.value.facts["errors"]
    assert error["pointer"] == "/symptom"
    assert "GET /api/v1/codes/symptom" in error["detail"]
    with pytest.raises(NotFound):
        codes.find_code(session, CodeKind.SYMPTOM, code)


def test_a_code_counts_in_its_own_table_only(session: Session) -> None:
    with pytest.raises(Invalid):
        codes.demand_code(session, CodeKind.ACTION, "no_power", "/action")


def test_a_retired_code_stays_readable_and_is_not_used(session: Session, now: datetime) -> None:
    row = codes.find_code(session, CodeKind.SYMPTOM, "no_power")
    codes.retire_code(session, row, 1, now)

    with pytest.raises(Invalid, match="validate"):
        codes.demand_code(session, CodeKind.SYMPTOM, "no_power", "/symptom")
    assert codes.find_code(session, CodeKind.SYMPTOM, "no_power") is row
    assert row in session.scalars(codes.select_codes(CodeKind.SYMPTOM)).all()
    assert row not in session.scalars(codes.select_codes(CodeKind.SYMPTOM, in_use=True)).all()


def test_a_manager_extends_a_table(session: Session, now: datetime) -> None:
    row = codes.create_code(session, CodeKind.CAUSE, "mice", MICE, now)

    assert codes.demand_code(session, CodeKind.CAUSE, "mice", "/cause") is row


@pytest.mark.parametrize("code", ["", "Mice", "mi ce", "mi-ce", "老鼠", "x" * 41, "mice\n"])
def test_a_new_code_has_lower_case_letters_digits_and_underscores(session: Session, now: datetime, code: str) -> None:
    with pytest.raises(Invalid):
        codes.create_code(session, CodeKind.CAUSE, code, MICE, now)


def test_a_code_is_taken_once_even_when_retired(session: Session, now: datetime) -> None:
    codes.retire_code(session, codes.create_code(session, CodeKind.CAUSE, "mice", MICE, now), None, now)

    with pytest.raises(AlreadyExists):
        codes.create_code(session, CodeKind.CAUSE, "mice", MICE, now)


def test_attributions_can_be_added_to_and_those_that_ship_stay(session: Session, now: datetime) -> None:
    mice = codes.create_code(session, CodeKind.ATTRIBUTION, "mice", MICE, now)
    codes.retire_code(session, mice, None, now)

    with pytest.raises(Conflict):
        codes.retire_code(session, codes.find_code(session, CodeKind.ATTRIBUTION, "ours"), None, now)

    assert mice.retired_at == now


def test_a_change_on_an_old_version_is_refused(session: Session) -> None:
    row = codes.find_code(session, CodeKind.CAUSE, "dust")
    codes.change_code(session, row, MICE, 1)

    with pytest.raises(Stale):
        codes.change_code(session, row, MICE, 1)


@pytest.mark.parametrize("kind", ["", "symptoms", "SYMPTOM", "𠮷"])
def test_an_unknown_table_is_not_found(kind: str) -> None:
    with pytest.raises(NotFound, match="symptom, cause, action, attribution"):
        codes.kind_named(kind)
