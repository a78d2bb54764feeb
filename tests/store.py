"""What the tests of the store build on: a depot, parts, orders in a state, stock in bins, and the ledger's sums."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import count
from typing import Any

from databases import NOW
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from depot import depots, issues, loaner_units, parts, reservations, stock
from depot.actors import SYSTEM, Actor
from models import (
    Balance,
    Channel,
    Condition,
    Customer,
    Depot,
    Device,
    Language,
    LoanerUnit,
    Location,
    Movement,
    Part,
    PartUnit,
    Person,
    PlaceKind,
    ProductModel,
    RepairOrder,
    Reservation,
    ReservationState,
    Role,
    SerialStatus,
    State,
    Unit,
)

STOREKEEPER = Actor(SYSTEM.person_id, "storekeeper", Role.LOGISTICS, None)
MANAGER = Actor(SYSTEM.person_id, "manager", Role.MANAGER, None)
_numbers = count(1)


def a_depot(session: Session) -> Depot:
    """``MAIN``, as the first start makes it."""
    return depots.ensure_main(session, NOW)


def another_depot(session: Session, code: str = "NORTH") -> Depot:
    """A second one."""
    depot = Depot(code=code, created_at=NOW)
    session.add(depot)
    session.flush()
    return depot


def a_part(session: Session, part_number: str = "SSD-1TB", serialized: bool = False, unit: Unit = Unit.PIECE) -> Part:
    """A part of the catalogue, without a price."""
    return parts.create_part(session, part_number, parts.PartFacts("a part"), serialized, unit, STOREKEEPER, NOW)


def an_order(session: Session, state: State = State.REPAIRING, depot: Depot | None = None, **more: Any) -> RepairOrder:
    """An order of a device of its own, put into a state as no service does it."""
    number = next(_numbers)
    depot = depot or a_depot(session)
    customer = Customer(home_depot_id=depot.id, name="张䶮", name_folded="张䶮", language=Language.ZH, created_at=NOW)
    model = ProductModel(
        make="Gtech", model=f"AR-{number}", make_folded="gtech", model_folded=f"ar{number}", created_at=NOW
    )
    session.add_all([customer, model])
    session.flush()
    device = Device(
        home_depot_id=depot.id, product_model=model, serial_status=SerialStatus.NONE, created_at=NOW, identifiers=[]
    )
    order = RepairOrder(
        number=f"RO26{number:08}X",
        depot=depot,
        customer=customer,
        device=device,
        state=state,
        access_code="A2B3C4D5",
        channel=Channel.WALK_IN,
        currency=depot.currency,
        created_at=NOW,
        accessories=[],
        charges_told=[],
        **more,
    )
    session.add_all([device, order])
    session.flush()
    return order


def a_person(session: Session, name: str) -> Person:
    """Somebody of the staff."""
    from_people = Person(kind="person", name=name, name_folded=name.casefold(), created_at=NOW)
    session.add(from_people)
    session.flush()
    return from_people


def receive(
    session: Session,
    part: Part,
    quantity: int | str,
    code: str = "A-01",
    serials: Sequence[str] | None = None,
    **more: Any,
) -> list[Movement]:
    """Book stock in, into a bin of ``MAIN``."""
    wanted = stock.Receipt(Decimal(quantity), code, None, tuple(serials) if serials else None, **more)
    return stock.receive(session, part, wanted, a_depot(session), STOREKEEPER, NOW)


def an_order_with(
    session: Session, part: Part, quantity: int, serials: list[str] | None = None, **more: Any
) -> RepairOrder:
    """An order to which so much of a part was received and issued."""
    order = an_order(session)
    receive(session, part, quantity, serials=serials, **more)
    need = reservations.add_need(session, order, part, Decimal(quantity), NOW)
    reservations.reserve(session, need, NOW)
    issues.issue_reserved(session, order, STOREKEEPER, NOW)
    return order


def a_loaner(session: Session, code: str = "LN-01", **more: Any) -> LoanerUnit:
    """A loaner unit of ``MAIN``, lendable."""
    facts = loaner_units.UnitFacts("Gtech", "AR-20", f"serial of {code}", ("charger", "bag"), **more)
    return loaner_units.create_unit(session, code, facts, a_depot(session), STOREKEEPER, NOW)


def on_hand(
    session: Session, part: Part, kind: PlaceKind = PlaceKind.BIN, condition: Condition | None = None
) -> Decimal:
    """How much of a part stands in all places of a kind."""
    query = select(func.sum(Balance.on_hand)).join(Location).where(Balance.part_id == part.id, Location.kind == kind)
    if condition is not None:
        query = query.where(Balance.condition == condition)
    return session.scalar(query) or Decimal(0)


def reserved(session: Session, part: Part) -> Decimal:
    """How much of a part is set aside."""
    return session.scalar(select(func.sum(Balance.reserved)).where(Balance.part_id == part.id)) or Decimal(0)


def faults_of_ledger(session: Session) -> list[str]:
    """Every way in which the ledger contradicts itself, worked out anew from its movements; empty is right."""
    session.flush()
    return [*_wrong_balances(session), *_wrong_floors(session), *_wrong_reservations(session), *_lost_units(session)]


def _sums(session: Session, place: Any, condition: Any) -> dict[tuple[int, int, Condition], Decimal]:
    query = select(place, Movement.part_id, condition, func.sum(Movement.quantity))
    rows = session.execute(query.group_by(place, Movement.part_id, condition))
    return {(row[0], row[1], row[2]): row[3] for row in rows}


def _wrong_balances(session: Session) -> list[str]:
    came = _sums(session, Movement.to_location_id, Movement.to_condition)
    went = _sums(session, Movement.from_location_id, Movement.condition)
    due = {key: came.get(key, Decimal(0)) - went.get(key, Decimal(0)) for key in came.keys() | went.keys()}
    query = select(Balance.location_id, Balance.part_id, Balance.condition, Balance.on_hand)
    booked = {(row[0], row[1], row[2]): row[3] for row in session.execute(query)}
    wrong = [f"balance {key}: {booked.get(key)} is not {due.get(key, 0)}" for key in due if booked.get(key) != due[key]]
    wrong += [f"balance {key}: without a movement" for key in booked.keys() - due.keys() if booked[key]]
    zero = select(Balance.part_id).group_by(Balance.part_id).having(func.sum(Balance.on_hand) != Decimal(0))
    return wrong + [f"part {part_id}: the places do not sum up to zero" for part_id in session.scalars(zero)]


def _wrong_floors(session: Session) -> list[str]:
    below = (Balance.on_hand < 0) | (Balance.reserved < 0) | (Balance.reserved > Balance.on_hand)
    return [
        f"balance {key}: below its floor"
        for key in session.scalars(select(Balance.id).where(Balance.floor == 1, below))
    ]


def _wrong_reservations(session: Session) -> list[str]:
    keys = (Reservation.location_id, Reservation.part_id, Reservation.condition)
    query = (
        select(*keys, func.sum(Reservation.quantity)).where(Reservation.state == ReservationState.OPEN).group_by(*keys)
    )
    due = {(row[0], row[1], row[2]): row[3] for row in session.execute(query)}
    held = select(Balance.location_id, Balance.part_id, Balance.condition, Balance.reserved).where(
        Balance.reserved != 0
    )
    booked = {(row[0], row[1], row[2]): row[3] for row in session.execute(held)}
    return [
        f"reservations {key}: {due.get(key)} is not {booked.get(key)}"
        for key in due.keys() | booked.keys()
        if due.get(key) != booked.get(key)
    ]


def _lost_units(session: Session) -> list[str]:
    """A unit stands where its last movement brought it, and bins hold as many units as pieces."""
    last = select(func.max(Movement.id)).where(Movement.unit_id.is_not(None)).group_by(Movement.unit_id)
    query = select(PartUnit, Movement).join(Movement, Movement.unit_id == PartUnit.id).where(Movement.id.in_(last))
    wrong = [
        f"unit {unit.serial_number}: stands elsewhere than its last movement says"
        for unit, movement in session.execute(query.execution_options(populate_existing=True))
        if (unit.location_id, unit.condition) != (movement.to_location_id, movement.to_condition)
    ]
    counted = select(PartUnit.location_id, PartUnit.part_id, PartUnit.condition, func.count()).group_by(
        PartUnit.location_id, PartUnit.part_id, PartUnit.condition
    )
    units = {(row[0], row[1], row[2]): row[3] for row in session.execute(counted)}
    pieces = (
        select(Balance.location_id, Balance.part_id, Balance.condition, Balance.on_hand)
        .join(Location)
        .join(Part, Part.id == Balance.part_id)
        .where(Part.serialized, Location.kind.in_([PlaceKind.BIN, PlaceKind.ORDER]))
    )
    return wrong + [
        f"place {row[0]}: {row[3]} pieces and {units.get((row[0], row[1], row[2]), 0)} units"
        for row in session.execute(pieces)
        if units.get((row[0], row[1], row[2]), 0) != row[3]
    ]
