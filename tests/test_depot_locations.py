"""Bins that people name, and places that the ledger makes for itself."""

from __future__ import annotations

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_part, an_order, another_depot, receive

from depot import locations
from depot.actors import SYSTEM, SYSTEM_ID, Actor
from depot.errors import AlreadyExists, Conflict, Invalid, NotFound, Stale
from models import Location, PlaceKind, Role
from models.upsert import insert_if_absent


def test_an_account_is_made_once_per_depot_and_kind(session: Session) -> None:
    here, there = a_depot(session), another_depot(session)

    first = locations.account(session, here.id, PlaceKind.SCRAP, NOW)

    assert locations.account(session, here.id, PlaceKind.SCRAP, NOW) is first
    assert locations.account(session, there.id, PlaceKind.SCRAP, NOW) is not first
    assert (first.code, first.kind) == ("~scrap", PlaceKind.SCRAP)


def test_an_order_has_one_place_that_bears_its_number(session: Session) -> None:
    order = an_order(session)

    place = locations.order_place(session, order, NOW)

    assert locations.order_place(session, order, NOW) is place
    assert (place.code, place.order_id, place.kind) == (f"~order-{order.number}", order.id, PlaceKind.ORDER)


@pytest.mark.parametrize("code", ["", "   ", "~scrap", "~", "a\tb", "a\u200bb"])
def test_a_bin_cannot_have_a_code_that_is_empty_does_not_print_or_belongs_to_the_ledger(
    session: Session, code: str
) -> None:
    with pytest.raises(Invalid):
        locations.create_location(session, a_depot(session), code, "", NOW)
    with pytest.raises(Invalid):
        locations.bin_for_receipt(session, a_depot(session), code, NOW)


def test_a_code_is_kept_as_typed_but_for_the_blanks_around_it_and_taken_once_per_depot(session: Session) -> None:
    made = locations.create_location(session, a_depot(session), "  货架 𠮷/1 ", "left", NOW)

    assert made.code == "货架 𠮷/1"
    with pytest.raises(AlreadyExists):
        locations.create_location(session, a_depot(session), "货架 𠮷/1", "", NOW)
    locations.create_location(session, another_depot(session), "货架 𠮷/1", "", NOW)


def test_inserting_what_is_there_already_changes_nothing(session: Session) -> None:
    place = locations.create_location(session, a_depot(session), "A-01", "first", NOW)
    row = {"depot_id": place.depot_id, "kind": PlaceKind.BIN, "code": "A-01", "name": "second", "created_at": NOW}

    assert insert_if_absent(session, Location, version=1, **row) is None
    session.refresh(place)
    assert place.name == "first"


def test_a_bin_is_renamed_only_from_the_version_seen(session: Session) -> None:
    place = locations.create_location(session, a_depot(session), "A-01", "", NOW)

    locations.rename_location(session, place, "left", 1)

    assert (place.name, place.version) == ("left", 2)
    with pytest.raises(Stale):
        locations.rename_location(session, place, "right", 1)
    assert locations.rename_location(session, place, "right", None).version == 3


def test_a_bin_is_retired_when_it_is_empty_and_takes_nothing_in_afterwards(session: Session) -> None:
    place = locations.bin_for_receipt(session, a_depot(session), "A-01", NOW)

    assert locations.retire_location(session, place, NOW).retired_at == NOW
    assert locations.retire_location(session, place, NOW).version == 2
    with pytest.raises(Invalid):
        locations.bin_for_receipt(session, a_depot(session), "A-01", NOW)


def test_a_bin_with_stock_in_it_is_not_retired(session: Session) -> None:
    part = a_part(session)
    receive(session, part, 1)
    place = locations.find_bin(session, a_depot(session).id, "A-01")

    with pytest.raises(Conflict):
        locations.retire_location(session, place, NOW)

    assert [(row.part_id, row.on_hand) for row in locations.list_contents(session, place)] == [(part.id, 1)]


def test_accounts_are_no_bins_and_bins_of_other_depots_are_out_of_sight(session: Session) -> None:
    account = locations.account(session, a_depot(session).id, PlaceKind.SCRAP, NOW)
    place = locations.create_location(session, another_depot(session), "A-01", "", NOW)
    here_only = Actor(SYSTEM.person_id, "x", Role.LOGISTICS, frozenset({a_depot(session).id}))

    assert locations.find_location(session, place.id, MANAGER) is place
    for hidden in (account, place):
        with pytest.raises(NotFound):
            locations.find_location(session, hidden.id, here_only)
    with pytest.raises(NotFound):
        locations.find_bin(session, account.depot_id, "~scrap")
    with pytest.raises(Invalid):
        locations.bin_in_body(session, account.depot_id, "A-01")
    assert session.scalars(locations.select_locations(here_only, None, "")).all() == []
    assert session.scalars(locations.select_locations(MANAGER, place.depot_id, "A")).all() == [place]


@pytest.mark.parametrize("kind", PlaceKind)
def test_where_something_is_can_be_said_of_every_place(session: Session, kind: PlaceKind) -> None:
    place = Location(depot_id=a_depot(session).id, kind=kind, code="A-01" if kind is PlaceKind.BIN else f"~{kind}")
    stranger = Actor(SYSTEM_ID, "stranger", Role.LOGISTICS, frozenset())

    seen, unseen = (locations.whereabouts(place, by) for by in (STOREKEEPER, stranger))

    assert (seen == "in A-01") is (kind is PlaceKind.BIN)
    assert "~" not in seen
    assert unseen == "in a depot that your token does not cover"
