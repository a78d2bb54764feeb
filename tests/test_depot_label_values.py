"""What labels are told, of one thing or of a thousand: in order, as seen by whoever asks, in few queries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest
from databases import NOW
from sqlalchemy import event
from sqlalchemy.orm import Session
from store import MANAGER, STOREKEEPER, a_depot, a_loaner, a_part, an_order, another_depot

from depot import label_values, locations
from depot.actors import Actor
from depot.errors import Invalid
from depot.label_values import LabelKind, Wanted, fold_key, list_labels
from models import Depot, Role, State

KINDS = list(LabelKind)


def a_bin(session: Session, code: str, depot: Depot | None = None, name: str = "") -> Any:
    return locations.create_location(session, depot or a_depot(session), code, name, NOW)


MAKE: dict[LabelKind, Callable[[Session, str], str]] = {
    LabelKind.REPAIR_ORDER: lambda session, _: an_order(session, State.RECEIVED, received_at=NOW).number,
    LabelKind.PART: lambda session, code: a_part(session, code).part_number,
    LabelKind.LOCATION: lambda session, code: a_bin(session, code).code,
    LabelKind.LOANER_UNIT: lambda session, code: a_loaner(session, code).code,
}


def only_in(*depots: Depot) -> Actor:
    """Somebody whose token covers these depots alone."""
    return Actor(MANAGER.person_id, "somebody", Role.MANAGER, frozenset(depot.id for depot in depots))


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """The statements that are sent meanwhile."""
    sent: list[str] = []
    connection = session.connection()

    def note(_: Any, __: Any, statement: str, *___: Any) -> None:
        sent.append(statement)

    event.listen(connection, "before_cursor_execute", note)
    yield sent
    event.remove(connection, "before_cursor_execute", note)


def title(values: dict[str, Any]) -> Any:
    return values.get("number") or values["code"]


@pytest.mark.parametrize("kind", KINDS)
def test_labels_come_in_the_order_of_their_keys_and_as_often(session: Session, kind: LabelKind) -> None:
    keys = [MAKE[kind](session, f"K-{place}") for place in range(3)]
    asked = [keys[2], keys[0], keys[2], keys[1]]

    labels = list_labels(session, Wanted(kind, asked), STOREKEEPER)

    assert [title(values) for values in labels] == asked


@pytest.mark.parametrize("kind", KINDS)
def test_many_labels_cost_as_many_queries_as_one(session: Session, kind: LabelKind) -> None:
    keys = [MAKE[kind](session, f"K-{place}") for place in range(30)]
    session.flush()
    costs = []
    for some in (keys[:2], keys):
        session.expire_all()
        with counted(session) as sent:
            list_labels(session, Wanted(kind, some), STOREKEEPER)
        costs.append(len(sent))

    assert costs[0] == costs[1] <= 6


@pytest.mark.parametrize("kind", KINDS)
def test_each_unknown_key_is_named(session: Session, kind: LabelKind) -> None:
    known = MAKE[kind](session, "K-1")

    with pytest.raises(Invalid) as refused:
        list_labels(session, Wanted(kind, ["nothing", known, "~supplier", "𠮷" * 200]), STOREKEEPER)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == ["/keys/0", "/keys/2", "/keys/3"]


@pytest.mark.parametrize("kind", [LabelKind.REPAIR_ORDER, LabelKind.LOANER_UNIT])
def test_what_lives_in_another_depot_is_unknown(session: Session, kind: LabelKind) -> None:
    a_depot(session)
    key = MAKE[kind](session, "K-1")

    with pytest.raises(Invalid):
        list_labels(session, Wanted(kind, [key]), only_in(another_depot(session)))


def test_a_bin_is_that_of_the_depot_that_is_named(session: Session) -> None:
    a_bin(session, "A-1", name="here")
    north = another_depot(session)
    a_bin(session, "A-1", north, "there")

    labels = list_labels(session, Wanted(LabelKind.LOCATION, ["A-1"], "NORTH"), STOREKEEPER)

    assert [(values["name"], values["depot"]) for values in labels] == [("there", "NORTH")]


@pytest.mark.parametrize(
    ("kind", "typed", "key"),
    [
        (LabelKind.REPAIR_ORDER, " rp26-0000 0001x", "RP2600000001X"),
        (LabelKind.LOANER_UNIT, "ln-01 ", "LN-01"),
        (LabelKind.PART, " ssd-1tb ", "ssd-1tb"),
        (LabelKind.LOCATION, "a-1", "a-1"),
    ],
)
def test_a_key_may_be_typed_as_people_type_it(kind: LabelKind, typed: str, key: str) -> None:
    assert fold_key(kind, typed) == key


def test_each_kind_tells_what_its_things_are(session: Session) -> None:
    part, place, unit = a_part(session, "P-1"), a_bin(session, "A-1", name="大件"), a_loaner(session, "LN-01")

    (of_part,) = label_values.part_labels(session, [part])
    (of_place,) = label_values.location_labels(session, [place])
    (of_unit,) = label_values.unit_labels(session, [unit])

    assert (of_part["kind"], of_part["name"], of_part["depot"]) == ("part", "a part", None)
    assert (of_place["kind"], of_place["name"], of_place["depot"]) == ("location", "大件", "MAIN")
    assert (of_unit["name"], of_unit["serial_number"]) == ("Gtech AR-20", "serial of LN-01")
