"""`depot verify` on a depot at work: silent when all agrees, and whatever was tampered with is named."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from decimal import Decimal

import pytest
from databases import NOW, Database, PostgresDatabase, SqliteDatabase, database_on
from rich.console import Console
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session
from tampers import TAMPERED, allow_anything, another, delete, empty

from app import DepotApp
from depot import (
    attachments,
    documents,
    loaners,
    parts,
    payments,
    people,
    procedure,
    stock,
    tokens,
    verify,
    verify_histories,
)
from depot.actors import SYSTEM, Actor
from depot.depots import ensure_main
from depot.ending import Cancel
from depot.imported import Provenance
from depot.imported_stock import PartRow, import_part
from depot.loaner_units import UnitFacts, create_unit, retire_unit
from depot.money import Money
from depot.seals import ROWS, SEALED, Sealed, key_of
from models import (
    APPEND_ONLY,
    AttachmentKind,
    Document,
    Event,
    LoanOutcome,
    MediaType,
    Person,
    PersonKind,
    RepairOrder,
    Role,
    RowKind,
    State,
    Subject,
    Unit,
    db,
)
from models.append_only import unguard
from routes.cli.demo import play

MANAGER = Actor(SYSTEM.person_id, "manager", Role.MANAGER, None)


@pytest.fixture(scope="module", params=["sqlite", "postgresql"])
def worked(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DepotApp]:
    """A depot that has been at work, made once: what a test writes to it is taken back."""
    folder = tmp_path_factory.mktemp("worked")
    if request.param == "sqlite":
        yield from _worked(SqliteDatabase(folder))
    else:
        with database_on(request.getfixturevalue("postgresql"), f"verify_{os.getpid()}") as url:
            yield from _worked(PostgresDatabase(url, folder))


def _worked(database: Database) -> Iterator[DepotApp]:
    database.app.clock = lambda: NOW
    play(database.app, Console(quiet=True))
    database.app.unit_of_work(_do_what_the_demonstration_does_not)
    yield database.app
    database.engine.dispose()


def _do_what_the_demonstration_does_not(session: Session) -> None:
    order = session.scalars(select(RepairOrder).where(RepairOrder.state == State.AWAITING_APPROVAL)).one()
    payment = payments.pay(session, order.number, Money(500, "CNY"), "cash", None, MANAGER, NOW)
    payments.reverse_payment(session, order.number, payment.id, "typed twice", MANAGER, NOW)
    payments.override(session, order.number, "beyond_economic_share", "the customer insists", MANAGER, NOW)
    _attach(session, order)
    _lend_badly(session, order)
    cancelled = session.scalars(select(RepairOrder).where(RepairOrder.state == State.RECEIVED)).one().number
    procedure.take_step(session, cancelled, "cancel", Cancel("bought a new one", Money(3000, "CNY")), MANAGER, NOW)
    payments.waive(session, cancelled, Money(100, "CNY"), "regular customer", MANAGER, NOW)
    missing = stock.Adjustment(Decimal(-1), "B-01", "counted")
    stock.adjust(session, parts.find_part(session, "FAN-40"), missing, ensure_main(session, NOW), MANAGER, NOW)
    _let_go(session)
    for document_id, language in ((1, "zh"), (1, "en"), (2, "zh")):
        documents.keep_drawn(session, document_id, language, documents.Drawn(language.encode(), ()), NOW)
    _import(session)


def _import(session: Session) -> None:
    """A part of another system's list."""
    row = Provenance(RowKind.PART, "elsewhere", "17", {"name": "hinge"})
    import_part(session, PartRow("HINGE-1", "hinge", provenance=row), SYSTEM, NOW)


def _attach(session: Session, order: RepairOrder) -> None:
    """A photo, and one that belongs to another order."""
    for sha256 in ("a" * 64, "b" * 64):
        file = attachments.KeptFile(sha256, MediaType.JPEG, 1000)
        row = attachments.attach(session, order.number, file, AttachmentKind.DEVICE, "the lid", MANAGER, NOW)
    attachments.retire_attachment(session, order.number, row.id, "another device", MANAGER, NOW)


def _lend_badly(session: Session, order: RepairOrder) -> None:
    """One unit never comes back, one is still out, one is taken out of the pool."""
    main = ensure_main(session, NOW)
    lost, out, retired = (
        create_unit(session, code, UnitFacts("Norbeck", "Book 13", code), main, MANAGER, NOW)
        for code in ("LN-007", "LN-008", "LN-009")
    )
    slip = loaners.Lending((NOW + timedelta(days=5)).date(), "good", "Hotel Weidenhof")
    loan = loaners.lend(session, order, lost, slip, MANAGER, NOW)
    settled = loaners.Settlement(LoanOutcome.LOST, "left in a taxi", Money(90_000, "CNY"))
    loaners.settle(session, loan, settled, MANAGER, NOW)
    loaners.lend(session, order, out, slip, MANAGER, NOW)
    retire_unit(session, retired, MANAGER, NOW)


def _let_go(session: Session) -> None:
    gone = people.create(session, "Somebody who left", PersonKind.PERSON, SYSTEM, NOW)
    limited = tokens.TokenOrder("theirs", Role.TECHNICIAN, ("MAIN",), NOW + timedelta(days=30))
    tokens.revoke(session, tokens.create(session, gone, limited, SYSTEM, NOW).token, SYSTEM, NOW)
    people.retire(session, gone, SYSTEM, NOW)
    old = parts.create_part(session, "OLD-1", parts.PartFacts("old"), False, Unit.PIECE, MANAGER, NOW)
    parts.retire_part(session, old, MANAGER, NOW)


@contextmanager
def _unguarded(app: DepotApp) -> Iterator[Session]:
    """A session past all that the database refuses, whose writes are taken back."""
    with app.app_context():
        session = db.session()
        session.info["writing"] = True
        connection = session.connection()
        for name in APPEND_ONLY:
            unguard(connection, name)
        away = "SET LOCAL session_replication_role = replica"
        session.execute(text(away if connection.dialect.name == "postgresql" else "PRAGMA defer_foreign_keys = ON"))
        session.execute(text("DROP INDEX uq_repair_orders_one_open_order_per_device"))
        session.execute(text("DROP INDEX uq_loans_one_open_loan_per_loaner_unit"))
        yield session
        session.rollback()


def test_a_depot_at_work_is_in_order(worked: DepotApp) -> None:
    found = worked.unit_of_work(lambda session: list(verify.faults(session)), writing=False)

    assert found == []


@pytest.mark.parametrize("name", TAMPERED)
def test_whatever_was_tampered_with_is_named(worked: DepotApp, name: str) -> None:
    tamper, expected = TAMPERED[name]

    with _unguarded(worked) as session:
        tamper(session)
        found = list(verify.faults(session))

    assert [fault for fault in found if expected in fault], found


def test_erased_words_are_no_fault(worked: DepotApp) -> None:
    with _unguarded(worked) as session:
        session.execute(text("UPDATE events SET private = NULL, salt = NULL"))
        session.execute(text("UPDATE drawn_documents SET data = ''"))
        for sealed in SEALED.values():
            personal = [column for column in sealed.columns if column.info.get("personal")]
            for column in personal:
                session.execute(sealed.table.update().values({column: empty(column)}))
        found = list(verify.faults(session))

    assert found == []


@pytest.mark.parametrize("sealed", SEALED.values(), ids=lambda sealed: sealed.kind.__name__)
def test_each_column_that_is_sealed_is_looked_at(worked: DepotApp, sealed: Sealed) -> None:
    unseen = []

    with _unguarded(worked) as session:
        allow_anything(session, sealed.table)
        rows = session.execute(sealed.table.select().order_by(sealed.table.c.id)).all()
        row = rows[0 if sealed.kind is Document else -1]
        this = sealed.table.update().where(sealed.table.c.id == row.id)
        for column in sealed.columns:
            session.execute(this.values({column: another(column, getattr(row, column.name))}))
            if not any(key_of(sealed.kind, row.id) in fault for fault in verify_histories.history_faults(session)):
                unseen.append(column.name)
            session.execute(this.values({column: getattr(row, column.name)}))

    assert unseen == []


def test_a_row_from_before_there_were_seals_is_no_fault(worked: DepotApp) -> None:
    with _unguarded(worked) as session:
        course = people.create(session, "From Before", PersonKind.PERSON, SYSTEM, NOW)
        told = session.scalars(
            select(Event).where(Event.subject_id == course.id, Event.subject == Subject.PERSON)
        ).one()
        facts = {name: fact for name, fact in told.facts.items() if name != ROWS}
        told.facts, told.hash = facts, ""
        session.flush()
        found = list(verify_histories.history_faults(session))

    assert found == []


def test_words_that_were_changed_are_a_fault(worked: DepotApp) -> None:
    with _unguarded(worked) as session:
        session.execute(text('UPDATE events SET private = \'{"note": "another"}\' WHERE private IS NOT NULL'))
        found = list(verify.faults(session))

    assert found
    assert all("the text of event" in fault for fault in found)


def test_a_changed_movement_hides_none_of_those_after_it(worked: DepotApp) -> None:
    with _unguarded(worked) as session:
        delete("movements", "part_id = 3")(session)
        found = [fault for fault in verify.faults(session) if fault.startswith("movement ")]

    assert len(found) == 1


def test_faults_are_read_a_batch_at_a_time(worked: DepotApp, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in ("verify_histories", "verify_ledger", "verify_documents"):
        monkeypatch.setattr(f"depot.{module}.BATCH", 2)

    found = worked.unit_of_work(lambda session: list(verify.faults(session)), writing=False)

    assert found == []


def test_what_is_written_meanwhile_is_not_seen(worked: DepotApp) -> None:
    def write(session: Session) -> None:
        people.create(session, "Somebody new", PersonKind.PERSON, SYSTEM, NOW)

    def look(session: Session) -> tuple[int | None, int | None]:
        list(verify.faults(session))
        before = session.scalar(select(func.count(Person.id)))
        assert worked.best_effort(write, patience=5)
        return before, session.scalar(select(func.count(Person.id)))

    before, after = worked.unit_of_work(look, writing=False)

    assert before == after


def test_it_says_how_much_was_looked_at(worked: DepotApp) -> None:
    counts = worked.unit_of_work(verify.counted, writing=False)

    assert counts["repair orders"] == 12
    assert counts["loans"] == 3
    assert set(counts) == {"repair orders", "events", "stock movements", "loans", "documents", "attachments"}
    assert all(counts.values())
