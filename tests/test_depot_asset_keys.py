"""GS1 keys of loaner units: made as the GS1 General Specifications say, or refused."""

from __future__ import annotations

import pytest
from databases import NOW
from sqlalchemy.orm import Session
from stdnum import ean
from store import STOREKEEPER, a_depot, a_loaner, a_part

from depot import depots
from depot.asset_keys import ENCODABLE, asset_key
from depot.errors import Invalid, Unprintable
from depot.label_values import LabelKind, Wanted, list_labels, unit_labels


def with_prefix(session: Session, prefix: str | None) -> None:
    """Give ``MAIN`` a GS1 company prefix."""
    depot = a_depot(session)
    depots.change_depot(session, depot, depots.DepotFacts(gs1_company_prefix=prefix), None)


@pytest.mark.parametrize(
    ("prefix", "code", "asset_type", "key"),
    [
        ("4003212", "L-7", None, ("8004", "4003212L-7")),
        ("4003", "x" * 26, None, ("8004", "4003" + "x" * 26)),
        ("400321234567", "x" * 18, None, ("8004", "400321234567" + "x" * 18)),
        ("4003212", "L-7", "1", ("8003", "04003212000017L-7")),
        ("4003212", "L-7", "00001", ("8003", "04003212000017L-7")),
        ("7614141", "1" * 16, "99999", ("8003", "07614141999999" + "1" * 16)),
    ],
)
def test_a_key_is_the_prefix_and_what_the_depot_adds(
    prefix: str, code: str, asset_type: str | None, key: tuple[str, str]
) -> None:
    assert asset_key(prefix, code, asset_type) == key
    assert key[0] == "8004" or ean.is_valid(key[1][1:14])


@pytest.mark.parametrize(
    ("code", "asset_type"),
    [("x" * 24, None), ("x" * 17, "1"), ("备机", None), ("a b", None), ("L#7", None), ("L\x1d7", "1"), ("𠮷", None)],
)
def test_a_code_that_no_key_holds_is_refused(code: str, asset_type: str | None) -> None:
    with pytest.raises(Unprintable) as refused:
        asset_key("4003212", code, asset_type)

    assert refused.value.facts["code"] == code


def test_an_asset_type_longer_than_its_room_is_refused() -> None:
    with pytest.raises(Invalid):
        asset_key("4003212", "L-7", "123456")


def test_the_characters_of_a_key_are_those_of_set_82() -> None:
    assert sum(ENCODABLE.fullmatch(chr(code)) is not None for code in range(128)) == 82


@pytest.mark.parametrize("prefix", ["4003", "4003212", "400321234567"])
def test_a_loaner_bears_the_key_where_its_depot_has_a_prefix(session: Session, prefix: str) -> None:
    with_prefix(session, prefix)

    (label,) = unit_labels(session, [a_loaner(session, "LN-01")])

    assert label["gs1"] == {"identifier": "8004", "key": f"{prefix}LN-01"}


def test_a_loaner_bears_its_plain_code_where_its_depot_has_none(session: Session) -> None:
    (label,) = unit_labels(session, [a_loaner(session, "备机 1")])

    assert (label["code"], label["gs1"]) == ("备机 1", None)


def test_an_asset_type_needs_a_prefix_and_a_loaner(session: Session) -> None:
    unit, part = a_loaner(session), a_part(session)
    keys = {LabelKind.LOANER_UNIT: unit.code, LabelKind.PART: part.part_number}

    for kind, key in keys.items():
        with pytest.raises(Invalid) as refused:
            list_labels(session, Wanted(kind, [key], asset_type="1"), STOREKEEPER)
        assert [error["pointer"] for error in refused.value.facts["errors"]] == ["/asset_type"]


@pytest.mark.parametrize("prefix", ["", "123", "1234567890123", "40032a2", "４００３", "4003 12", "4003\n"])
def test_what_gs1_would_not_give_out_is_no_prefix(session: Session, prefix: str) -> None:
    with pytest.raises(Invalid) as refused:
        depots.create_depot(session, "NORTH", depots.DepotFacts(gs1_company_prefix=prefix), NOW)

    assert [error["pointer"] for error in refused.value.facts["errors"]] == ["/gs1_company_prefix"]
