"""Parts and stock of other systems: recognised by their ids there, and never booked in twice, by nobody."""

from __future__ import annotations

from decimal import Decimal

import pytest
from databases import NOW
from registers import main_depot
from sqlalchemy import func, select
from sqlalchemy.orm import Session
from test_stock_races import all_at_once

from app import DepotApp
from depot.actors import SYSTEM
from depot.errors import Conflict, Invalid, Retry
from depot.imported import Outcome, Provenance, find_imported, find_row, note_imported
from depot.imported_stock import PartRow, StockRow, hold_for_stock, import_part, import_stock
from models import Event, Movement, Part, RowKind, Subject


def a_row(key: str = "17", **cells: str) -> Provenance:
    return Provenance(RowKind.PART, "elsewhere", key, {"name": "panel", **cells})


def stock_row(key: str = "s1", quantity: int = 5, part: str | None = "P-1") -> StockRow:
    row = Provenance(RowKind.STOCK, "elsewhere", key, {"quantity": str(quantity)})
    return StockRow(row, Decimal(quantity), "A-1", part, None if part else "17")


def test_a_part_is_recognised_by_its_id_and_by_its_number(session: Session) -> None:
    first = import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)

    again = import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)
    by_number = import_part(session, PartRow("P-1", "panel"), SYSTEM, NOW)

    assert (first, again, by_number) == (Outcome.ADDED, Outcome.KNOWN, Outcome.KNOWN)
    assert session.scalar(select(func.count()).select_from(Part)) == 1


def test_a_history_tells_of_the_import(session: Session) -> None:
    import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)

    events = session.scalars(select(Event).where(Event.subject == Subject.PART).order_by(Event.seq)).all()
    assert [event.action for event in events] == ["create", "import"]
    assert (events[1].facts["origin"], events[1].facts["key"]) == ("elsewhere", "17")


@pytest.mark.parametrize(
    ("row", "said"),
    [
        (PartRow("P-1", "board"), "on record with another name"),
        (PartRow("P-1", "panel", serialized=True), "on record with another serialized"),
        (PartRow("P-9", "panel", provenance=a_row(name="screen")), "imported before with other values"),
    ],
)
def test_what_differs_is_refused(session: Session, row: PartRow, said: str) -> None:
    import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)

    with pytest.raises(Conflict, match=said):
        import_part(session, row, SYSTEM, NOW)


@pytest.mark.parametrize("part", ["P-1", None])
def test_stock_finds_its_part_by_number_or_by_the_id_it_was_imported_under(session: Session, part: str | None) -> None:
    main = main_depot(session)
    import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)
    hold_for_stock(session, [stock_row(part=part)], main)

    outcomes = [import_stock(session, stock_row(part=part), "rows.csv", main, SYSTEM, NOW) for _ in range(2)]

    assert outcomes == [Outcome.ADDED, Outcome.KNOWN]
    assert [move.reference for move in session.scalars(select(Movement))] == ["rows.csv, row s1"]


def test_stock_of_a_part_that_was_not_imported_is_refused(session: Session) -> None:
    with pytest.raises(Invalid, match="do not validate"):
        import_stock(session, stock_row(part=None), "rows.csv", main_depot(session), SYSTEM, NOW)


def test_a_row_is_noted_once(session: Session) -> None:
    import_part(session, PartRow("P-1", "panel", provenance=a_row()), SYSTEM, NOW)
    part = session.scalars(select(Part)).one()

    with pytest.raises(Retry):
        note_imported(session, a_row(), part, SYSTEM, NOW)

    assert find_row(session, RowKind.PART, "elsewhere", "17") == find_imported(session, a_row())


def test_two_imports_at_once_book_a_row_in_once(app: DepotApp) -> None:
    app.unit_of_work(lambda s: (main_depot(s), import_part(s, PartRow("P-1", "panel"), SYSTEM, NOW)))

    def work(session: Session) -> None:
        import_stock(session, stock_row(), "rows.csv", main_depot(session), SYSTEM, NOW)

    ended = all_at_once(app, [work] * 8)

    assert ended == {"done": 8}
    assert app.unit_of_work(lambda s: s.scalar(select(func.count()).select_from(Movement)), writing=False) == 1
