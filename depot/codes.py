"""The tables of codes: which there are, which may be used, and how a manager extends them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from depot.errors import AlreadyExists, Conflict, NotFound, invalid
from depot.starting_codes import ATTRIBUTIONS, OTHER, STARTING_CODES
from depot.turns import take_turn
from depot.versions import claim
from models import Code, CodeKind

CODE = re.compile(r"[a-z0-9_]{1,40}")
SHIPPED_ATTRIBUTIONS = {code for code, *_ in ATTRIBUTIONS}


@dataclass(frozen=True)
class Words:
    """What a code says, in both languages."""

    zh: str
    en: str


def ensure_codes(session: Session, now: datetime) -> None:
    """Install the starting codes that are missing; what a manager changed or retired stays as it is."""
    known = {(row.kind, row.code) for row in session.execute(select(Code.kind, Code.code))}
    session.add_all(
        Code(kind=kind, code=code, name_zh=zh, name_en=en, created_at=now)
        for kind, rows in STARTING_CODES.items()
        for code, zh, en in rows
        if (kind, code) not in known
    )
    session.flush()  # so that whoever asks next in this unit of work finds them


def kind_named(kind: str) -> CodeKind:
    """The table of codes with this name. Raises NotFound."""
    if kind not in {known.value for known in CodeKind}:
        raise NotFound(f"There is no table of codes {kind[:40]}; there are {', '.join(CodeKind)}.")
    return CodeKind(kind)


def _with_code(session: Session, kind: CodeKind, code: str) -> Code | None:
    query = select(Code).where(Code.kind == kind, Code.code == code)
    return session.scalars(query).one_or_none() if CODE.fullmatch(code) else None


def find_code(session: Session, kind: CodeKind, code: str) -> Code:
    """A code, retired or not. Raises NotFound."""
    row = _with_code(session, kind, code)
    if row is None:
        raise NotFound(f"There is no {kind.value} code {code[:40]}.")
    return row


def demand_code(session: Session, kind: CodeKind, code: str, pointer: str) -> Code:
    """A code that may be used. Raises Invalid at the pointer for one that is unknown or retired."""
    row = _with_code(session, kind, code)
    if row is None or row.retired_at is not None:
        what = "There is no such code" if row is None else "This code is retired"
        raise invalid(pointer, f"{what}; GET /api/v1/codes/{kind.value} lists those in use.")
    return row


def select_codes(kind: CodeKind, in_use: bool = False) -> Select[Code]:
    """The query for the codes of a table, or those in use only; the caller adds order and page."""
    query = select(Code).where(Code.kind == kind)
    return query.where(Code.retired_at.is_(None)) if in_use else query


def create_code(session: Session, kind: CodeKind, code: str, words: Words, now: datetime) -> Code:
    """A new code. Raises Invalid for an impossible code, AlreadyExists for a taken one."""
    if not CODE.fullmatch(code):
        raise invalid("/code", "A code has 1 to 40 lower-case letters, digits and underscores.")
    take_turn(session, "code", f"{kind.value} {code}")
    if _with_code(session, kind, code) is not None:
        raise AlreadyExists(f"There is a {kind.value} code {code} already, in use or retired.", code=code)
    row = Code(kind=kind, code=code, name_zh=words.zh, name_en=words.en, created_at=now)
    session.add(row)
    session.flush()  # so that the code has its id
    return row


def words_of(row: Code) -> Words:
    """What a code says now."""
    return Words(row.name_zh, row.name_en)


def change_code(session: Session, row: Code, words: Words, version: int | None) -> None:
    """Change the words of a code; the code itself stays. Raises Stale."""
    claim(session, row, version)
    row.name_zh, row.name_en = words.zh, words.en


def retire_code(session: Session, row: Code, version: int | None, now: datetime) -> None:
    """Let a code no longer be used. Raises Conflict for ``other`` and for the attributions that ship, Stale."""
    if row.code == OTHER:
        raise Conflict("The code `other` always stays, so that nobody has to pick a wrong one.")
    if row.kind is CodeKind.ATTRIBUTION and row.code in SHIPPED_ATTRIBUTIONS:
        raise Conflict("The attributions that ship always stay: figures stand on them.")
    claim(session, row, version)
    row.retired_at = row.retired_at or now
