"""What the technicians found: dated findings, the diagnosis that ends an inspection, tests and summaries."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import ForeignKey, String, Text
from sqlalchemy.orm import Mapped, mapped_column

from models.base import Base, codes_of


class Verdict(StrEnum):
    """How an inspection ends."""

    REPAIR = "repair"
    NO_FAULT_FOUND = "no_fault_found"
    BEYOND_ECONOMIC_REPAIR = "beyond_economic_repair"
    NOT_OUR_PRODUCT = "not_our_product"
    NOT_REPAIRED = "not_repaired"


class Coverage(StrEnum):
    """Who bears a line."""

    WARRANTY = "warranty"
    CONTRACT = "contract"
    GOODWILL = "goodwill"
    CHARGEABLE = "chargeable"


class Diagnosis(Base):
    """One diagnosis: the finding of its day, its codes and what it led to.

    An order may have several; the last one counts. Texts are None where an imported repair does not state them, here
    and below.
    """

    __tablename__ = "diagnoses"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    symptom: Mapped[str] = mapped_column(String(40))
    cause: Mapped[str] = mapped_column(String(40))
    attribution: Mapped[str] = mapped_column(String(40))
    finding: Mapped[str | None] = mapped_column(Text)
    solution: Mapped[str | None] = mapped_column(Text)
    verdict: Mapped[Verdict] = mapped_column(codes_of(Verdict))
    not_repaired_reason: Mapped[str | None] = mapped_column(Text)
    test_conditions: Mapped[str | None] = mapped_column(Text)
    coverage: Mapped[Coverage | None] = mapped_column(codes_of(Coverage))
    labour_coverage: Mapped[Coverage | None] = mapped_column(codes_of(Coverage, "labour_coverage"))
    coverage_reason: Mapped[str | None] = mapped_column(Text)
    labour_minutes: Mapped[int | None]
    estimate_minor: Mapped[int | None]
    replacement_value_minor: Mapped[int | None]
    share: Mapped[str | None] = mapped_column(String(20))


class Work(Base):
    """What one repair did, as the technician ended it; an order that went back has several."""

    __tablename__ = "works"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    action: Mapped[str] = mapped_column(String(40))
    work_done: Mapped[str | None] = mapped_column(Text)
    labour_minutes: Mapped[int | None]


class TestRun(Base):
    """One run of the checks 测试: ``checks`` holds name, passed and value of each, by the sheet ``sheet_id``."""

    __test__ = False  # not a test case, whatever pytest thinks of the name
    __tablename__ = "test_runs"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(ForeignKey("test_sheets.id"))
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    passed: Mapped[bool]
    checks: Mapped[list[Any]]
    note: Mapped[str | None] = mapped_column(Text)


class Summary(Base):
    """The summary 总结: what the receipt says. A reopened order gets another; the last one counts."""

    __tablename__ = "summaries"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("repair_orders.id"), index=True)
    at: Mapped[datetime]
    by_id: Mapped[int] = mapped_column(ForeignKey("persons.id"))
    cause: Mapped[str | None] = mapped_column(Text)
    work_done: Mapped[str | None] = mapped_column(Text)
    advice: Mapped[str | None] = mapped_column(Text)
    data_action: Mapped[str | None] = mapped_column(Text)
