"""A depot in which every table has rows: the busy one of the fuzzer, and what is made there only by its requests."""

from __future__ import annotations

from datetime import date

from busy import desk_of, furnish
from databases import NOW
from desk import Desk, approved, cny
from registers import main_depot
from sqlalchemy.orm import Session

from app import DepotApp
from depot import first_start, tokens
from depot.actors import SYSTEM
from depot.imported import Provenance
from depot.imported_repairs import RepairRow, import_repair
from depot.open_repair import RepairStatus
from models import Role, RowKind

PRINTER = {"code": "DESK-1", "host": "192.168.1.50", "port": 9100, "stock": "57x32", "dpi": 300}
USED = {"part_number": "FAN-40", "quantity": 1, "outcome": "used", "removed_destination": "scrap"}


def fill(app: DepotApp) -> None:
    """Put rows into every table of a database that has the tables and nothing in them."""
    app.clock = lambda: NOW
    app.unit_of_work(lambda session: first_start.prepare(session, NOW))
    furnish(app)
    desk = desk_of(app)
    desk.count = 500  # serial numbers of its own
    desk.post("/printers", PRINTER, expect=201)
    desk.post("/customers", {"name": "Once", "phone": "+86 571 0000 0009"}, expect=201, key="once")
    _work(desk)
    _receive_a_pallet(desk)
    app.unit_of_work(lambda session: tokens.issue(session, "李工", Role.TECHNICIAN, ["NORTH"], SYSTEM, NOW))
    app.unit_of_work(_import_repairs)


def _work(desk: Desk) -> None:
    """A part that was used, a repair that was stopped for money, and paper that was drawn."""
    number = approved(desk, ("FAN-40", 1))
    desk.step(number, "start-repair")
    desk.step(number, "replace-part", USED)
    desk.step(number, "cancel", {"reason": "enough", "charge": cny(500)})
    desk.get(f"/repair-orders/{number}/intake-receipt.pdf?language=zh")


def _receive_a_pallet(desk: Desk) -> None:
    expected = {"reference": "DN-1", "expected": ["BOX-1", "BOX-2"]}
    pallet = desk.post("/receiving-sessions", expected, expect=201).get_json()["id"]
    for code in ("BOX-1", "BOX-1", "ELSE"):
        desk.post(f"/receiving-sessions/{pallet}/scans", {"code": code}, expect=201)


def _import_repairs(session: Session) -> None:
    """Repairs of which little is known."""
    for status in RepairStatus:
        row = Provenance(RowKind.REPAIR, "anstiftung", f"anstiftung-{status.value}", {"repair_status": status.value})
        repair = RepairRow(row, status, date(2019, 4, 23), "Apple", None, None, None)
        import_repair(session, repair, main_depot(session), SYSTEM, NOW)
