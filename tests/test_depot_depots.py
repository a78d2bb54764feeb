from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from registers import DESK, a_customer, a_device, an_order_of, desk_of, main_depot, north_depot
from sqlalchemy.orm import Session

from depot import depots
from depot.depots import DepotFacts
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, NotYourDepot, Stale
from depot.money import Money
from models import Depot, Part, State, Unit


def test_the_first_start_makes_main_with_every_policy_off(session: Session, now: datetime) -> None:
    depot = depots.ensure_main(session, now)

    assert (depot.code, depot.currency, depot.time_zone) == ("MAIN", "CNY", "Asia/Shanghai")
    assert (depot.tax_rate, depot.labour_rate_minor) == (None, None)
    assert not any([depot.short_intake, depot.anonymous_walk_in, depot.tester_other_than_repairer, depot.store_issues])
    assert depots.ensure_main(session, now) is depot


def test_today_is_the_depots_own(session: Session) -> None:
    depot = main_depot(session)
    late = datetime(2026, 11, 22, 17, 0, tzinfo=UTC)

    assert depots.today(depot, late) == date(2026, 11, 23)


def test_a_fresh_depot_names_everything_that_its_paper_lacks(session: Session) -> None:
    depot = main_depot(session)

    depot.name_zh, depot.phones = "中心", ["+86 571 8888 0001"]

    assert depots.unfilled(depot)[:3] == ["name.en", "address.zh", "address.en"]
    assert "complaint_phone" in depots.unfilled(depot)
    assert "phones" not in depots.unfilled(depot)


def test_the_only_depot_need_not_be_named(session: Session) -> None:
    depot = main_depot(session)

    assert depots.depot_for(session, None, DESK) is depot


def test_of_several_depots_the_oldest_is_meant(session: Session) -> None:
    depot, _ = main_depot(session), north_depot(session)

    assert depots.depot_for(session, None, DESK) is depot


def test_of_several_depots_without_the_oldest_one_must_be_named(session: Session, now: datetime) -> None:
    main_depot(session)
    north, south = north_depot(session), depots.create_depot(session, "SOUTH", DepotFacts(), now)
    both = replace(DESK, depot_ids=frozenset({north.id, south.id}))

    with pytest.raises(Invalid) as refused:
        depots.depot_for(session, None, both)

    assert refused.value.facts["errors"] == [
        {"pointer": "/depot", "detail": "Your token covers NORTH, SOUTH; name one."}
    ]


def test_the_oldest_depot_in_use_takes_the_place_of_a_retired_one(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    depots.create_depot(session, "SOUTH", DepotFacts(), now)
    depots.retire_depot(session, depot, None, now)

    assert depots.depot_for(session, None, DESK) is north


def test_a_token_for_one_of_several_depots_means_that_one(session: Session) -> None:
    main_depot(session)
    north = north_depot(session)

    assert depots.depot_for(session, None, desk_of(north)) is north


def test_a_retired_depot_is_meant_by_nobody(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    depots.retire_depot(session, north, None, now)

    assert depots.depot_for(session, None, DESK) is depot
    with pytest.raises(Invalid):
        depots.depot_for(session, "NORTH", DESK)


def test_a_depot_outside_of_the_token_is_refused_by_name(session: Session) -> None:
    depot, north = main_depot(session), north_depot(session)

    with pytest.raises(NotYourDepot):
        depots.depot_for(session, depot.code, desk_of(north))


@pytest.mark.parametrize("code", ["", "main", "NOWHERE", "MAIN\x00", "MAIN\n", "'--", "𠮷" * 30])
def test_an_unknown_depot_is_not_found(session: Session, code: str) -> None:
    main_depot(session)

    with pytest.raises(NotFound):
        depots.find_depot(session, code)
    with pytest.raises(Invalid):
        depots.depot_for(session, code, DESK)


@pytest.mark.parametrize("code", ["", "main", "A B", "仓库", "A" * 21, "A\n"])
def test_a_code_has_upper_case_letters_digits_and_dashes(session: Session, now: datetime, code: str) -> None:
    with pytest.raises(Invalid):
        depots.create_depot(session, code, DepotFacts(), now)


def test_a_code_is_taken_once(session: Session, now: datetime) -> None:
    main_depot(session)

    with pytest.raises(AlreadyExists):
        depots.create_depot(session, "MAIN", DepotFacts(), now)


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"time_zone": "Mars/Olympus"}, "/time_zone"),
        ({"time_zone": "../../etc/passwd"}, "/time_zone"),
        ({"currency": "XYZ"}, "/currency"),
        ({"tax_rate": Decimal("1.5")}, "/tax_rate"),
        ({"tax_rate": Decimal("-0.1")}, "/tax_rate"),
        ({"tax_rate": Decimal("0.1234567")}, "/tax_rate"),
        ({"tax_rate": Decimal("NaN")}, "/tax_rate"),
        ({"labour_rate": Money(10_000, "EUR")}, "/labour_rate/currency"),
        ({"labour_rate": Money(-1, "CNY")}, "/labour_rate/currency"),
        ({"repair_warranty_days": -1}, "/repair_warranty_days"),
        ({"repeat_window_days": 29}, "/policies/repeat_window_days"),
        ({"beyond_economic_share": Decimal(0)}, "/policies/beyond_economic_share"),
        ({"quote_valid_days": 0}, "/policies/quote_valid_days"),
        ({"defective_return_days": 4000}, "/policies/defective_return_days"),
        ({"announcement_valid_days": 0}, "/policies/announcement_valid_days"),
        ({"announcement_valid_days": 3651}, "/policies/announcement_valid_days"),
    ],
)
def test_facts_that_cannot_be_are_refused_where_they_stand(
    session: Session, facts: dict[str, Any], pointer: str
) -> None:
    depot = main_depot(session)

    with pytest.raises(Invalid) as refused:
        depots.change_depot(session, depot, DepotFacts(**facts), None)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == [pointer]


def test_a_change_is_written_and_counted(session: Session) -> None:
    depot = main_depot(session)
    facts = replace(
        depots.facts_of(depot), tax_rate=Decimal("0.13"), labour_rate=Money(12_000, "CNY"), short_intake=True
    )

    depots.change_depot(session, depot, facts, version=1)
    session.flush()
    session.refresh(depot)

    assert depots.facts_of(depot) == facts
    assert depot.version == 2


def test_a_change_on_an_old_version_is_refused(session: Session) -> None:
    depot = main_depot(session)
    depots.change_depot(session, depot, DepotFacts(short_intake=True), version=1)

    with pytest.raises(Stale):
        depots.change_depot(session, depot, DepotFacts(), version=1)


def test_a_fresh_depot_may_take_another_currency(session: Session) -> None:
    depot = main_depot(session)

    depots.change_depot(session, depot, DepotFacts(currency="EUR", time_zone="Europe/Berlin"), None)

    assert depot.currency == "EUR"


def test_a_depot_with_orders_keeps_its_currency(session: Session) -> None:
    depot = main_depot(session)
    an_order_of(session, depot, a_customer(session, depot).customer, a_device(session, depot).device)

    with pytest.raises(Conflict, match="orders in CNY"):
        depots.change_depot(session, depot, DepotFacts(currency="EUR"), None)


def test_priced_parts_keep_the_currency_of_the_only_depot_that_has_it(session: Session, now: datetime) -> None:
    depot = main_depot(session)
    priced = {"sale_price_minor": 100, "sale_price_currency": "CNY"}
    session.add(Part(part_number="P", name="p", serialized=False, unit=Unit.PIECE, created_at=now, **priced))

    with pytest.raises(Conflict, match="sale prices in CNY"):
        depots.change_depot(session, depot, DepotFacts(currency="EUR"), None)
    north = north_depot(session)
    depots.change_depot(session, north, DepotFacts(currency="EUR"), None)

    assert north.currency == "EUR"


def test_the_last_depot_in_use_cannot_be_retired(session: Session, now: datetime) -> None:
    depot = main_depot(session)

    with pytest.raises(Conflict, match="last depot"):
        depots.retire_depot(session, depot, None, now)


def test_a_depot_with_an_open_order_is_not_retired(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    order = an_order_of(
        session, north, a_customer(session, depot).customer, a_device(session, depot).device, State.RECEIVED
    )

    with pytest.raises(Conflict, match="open repair orders"):
        depots.retire_depot(session, north, None, now)
    order.state = State.RETURNED
    depots.retire_depot(session, north, None, now)

    assert north.retired_at == now


def test_a_list_holds_the_depots_of_the_token(session: Session) -> None:
    main, north = main_depot(session), north_depot(session)

    assert session.scalars(depots.select_depots(desk_of(north))).all() == [north]
    assert set(session.scalars(depots.select_depots(DESK))) == {main, north}
    assert depots.codes_by_id(session) == {main.id: "MAIN", north.id: "NORTH"}


def test_known_time_zones_include_the_depots_default() -> None:
    assert Depot.__table__.c.time_zone.default.arg in depots.time_zones()


@pytest.mark.parametrize(
    ("named", "covered", "others"),
    [(None, None, "NORTH, SOUTH"), (None, ("MAIN", "SOUTH"), "SOUTH"), (None, ("NORTH",), None), ("MAIN", None, None)],
)
def test_a_depot_that_was_chosen_for_somebody_is_told(
    session: Session, now: datetime, named: str | None, covered: tuple[str, ...] | None, others: str | None
) -> None:
    made = [main_depot(session), north_depot(session), depots.create_depot(session, "SOUTH", DepotFacts(), now)]
    ids = None if covered is None else frozenset(depot.id for depot in made if depot.code in covered)

    said = depots.unnamed_warning(session, named, replace(DESK, depot_ids=ids))

    told = f"Recorded at MAIN, as no depot was named; others to name in `depot` are: {others}."
    assert said == ([told] if others else [])


def test_the_depots_that_a_token_covers_are_those_in_use(session: Session, now: datetime) -> None:
    depot, north = main_depot(session), north_depot(session)
    south = depots.create_depot(session, "SOUTH", DepotFacts(), now)
    depots.retire_depot(session, depot, None, now)

    assert depots.list_covered(session, DESK) == [north, south]
    assert depots.list_covered(session, desk_of(south)) == [south]
