"""Repairs in the words of the Open Repair Data Standard, page by page."""

from __future__ import annotations

import pytest
from databases import NOW
from registers import a_customer, a_device, an_order_of, main_depot, north_depot
from sqlalchemy.orm import Session

from depot import open_repair
from depot.open_repair import COLUMNS, Page, export_page
from models import Result, State


def pages(session: Session) -> list[Page]:
    found: list[Page] = []
    after: int | None = 0
    while after is not None:
        found.append(export_page(session, after, None))
        after = found[-1].last
    return found


@pytest.mark.parametrize("size", [1, 2, 500])
def test_every_page_goes_on_where_the_last_one_ended(
    session: Session, size: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(open_repair, "PAGE", size)
    main = main_depot(session)
    customer = a_customer(session, main).customer
    for number in range(4):
        device = a_device(session, main, serial_number=f"S-{number}").device
        an_order_of(session, main, customer, device, reported_fault=f"fault {number}", received_at=NOW)

    rows = [row for page in pages(session) for row in page.rows]

    assert [row[-1] for row in rows] == [f"fault {number}" for number in range(4)]
    assert {len(row) for row in rows} == {len(COLUMNS)}


@pytest.mark.parametrize(
    ("result", "word"),
    [
        (Result.REPAIRED, "Fixed"),
        (Result.REPLACED, "Fixed"),
        (Result.NOT_REPAIRED, "Repairable"),
        (Result.DECLINED, "Repairable"),
        (Result.BEYOND_ECONOMIC_REPAIR, "End of life"),
        (Result.NO_FAULT_FOUND, "Unknown"),
        (Result.CANCELLED, "Unknown"),
    ],
)
def test_each_result_has_its_word(session: Session, result: Result, word: str) -> None:
    main = main_depot(session)
    order = (a_customer(session, main).customer, a_device(session, main).device)
    an_order_of(session, main, *order, result=result, received_at=NOW)

    (row,) = export_page(session, 0, main).rows

    assert row[COLUMNS.index("repair_status")] == word


@pytest.mark.parametrize("state", [State.READY, State.REFUSED, State.CANCELLED])
def test_what_has_not_ended_here_does_not_go_out(session: Session, state: State) -> None:
    main = main_depot(session)
    an_order_of(session, main, a_customer(session, main).customer, a_device(session, main).device, state)

    assert export_page(session, 0, None) == Page([], None)


def test_one_depot_s_repairs_are_its_own(session: Session) -> None:
    main, north = main_depot(session), north_depot(session)
    an_order_of(session, main, a_customer(session, main).customer, a_device(session, main).device, received_at=NOW)

    assert (len(export_page(session, 0, main).rows), len(export_page(session, 0, north).rows)) == (1, 0)
