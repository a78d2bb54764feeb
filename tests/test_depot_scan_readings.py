from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared_rows

from depot.scan_readings import LOST, MOST_NAMES, Thing, names_of, understand

GS, RS = "\x1d", "\x1e"
GTIN = "04012345678901"


def test_a_plain_code_may_be_the_name_of_anything() -> None:
    first = understand("A-1")[0]

    assert dict(first.names) == dict.fromkeys(Thing, ("A-1",))
    assert first.warnings == ()


@pytest.mark.parametrize(
    ("code", "thing", "name"),
    [
        (f"]C101{GTIN}21SN1{GS}10LOT", Thing.DEVICE, "SN1"),
        (f"01{GTIN}21SN1{GS}10LOT\r\n", Thing.PART_UNIT, "SN1"),
        (f"01{GTIN}21SN110LOT", Thing.DEVICE, "SN1"),
        (f"01{GTIN}21SN1002910LOT", Thing.DEVICE, "SN1"),
        (f"]d201{GTIN}10L1{GS}21SN1", Thing.LOANER_UNIT, "SN1"),
        (f"(01){GTIN}(21)SN1", Thing.DEVICE, "SN1"),
        (f"01{GTIN}240M-77", Thing.PART, "M-77"),
        (f"01{GTIN}241C-77", Thing.PART, "C-77"),
        (f"02{GTIN}3710", Thing.PART, "4012345678901"),
        (GTIN, Thing.PART, "4012345678901"),
        ("4012345678901", Thing.PART, GTIN),
        ("]C18004LN-01", Thing.LOANER_UNIT, "LN-01"),
        ("8004IT-0042", Thing.DEVICE, "IT-0042"),
        ("800304012345678901LN-01", Thing.LOANER_UNIT, "LN-01"),
        ("8002352099001761481", Thing.DEVICE, "352099001761481"),
        ("8010ABC-1", Thing.PART, "ABC-1"),
        ("(414)4012345000009(254)A-01", Thing.LOCATION, "A-01"),
        ("]C191RP26000000017", Thing.REPAIR_ORDER, "RP26000000017"),
        ("]C1010401234567890121SN1010401234567890121SN1", Thing.DEVICE, "SN1"),
        ("https://depot.example/o/RP26000000017/A2B3C4D5", Thing.REPAIR_ORDER, "RP26000000017"),
        ("HTTPS：／／DEPOT.EXAMPLE／sub／O／rp26000000017", Thing.REPAIR_ORDER, "rp26000000017"),
        (f"[)>{RS}06{GS}PA-1{GS}1PB-1{GS}Q5", Thing.PART, "B-1"),
        ("[)>06PA-11PB-1Q5", Thing.PART, "A-1"),
        ("【）>06PA-1Q5", Thing.PART, "A-1"),
        ("｛pc：C1，pm：M-1｝", Thing.PART, "M-1"),
    ],
)
def test_a_code_names_what_it_says(code: str, thing: Thing, name: str) -> None:
    assert name in names_of(code, thing)


@pytest.mark.parametrize(
    ("code", "thing", "name"),
    [
        ("21SN1", Thing.DEVICE, "SN1"),
        ("10LOT", Thing.PART, "LOT"),
        (f"01{GTIN}10LOT", Thing.DEVICE, "LOT"),
        ("91RP26000000017", Thing.REPAIR_ORDER, "RP26000000017"),
        ("01040123456789022", Thing.PART, "4012345678902"),
        ("https://depot.example/o/", Thing.REPAIR_ORDER, ""),
        ("https://www.tme.eu/details/WBP-302", Thing.REPAIR_ORDER, "WBP-302"),
        ("4006381333932", Thing.PART, "04006381333932"),
    ],
)
def test_a_code_is_not_taken_for_what_it_only_resembles(code: str, thing: Thing, name: str) -> None:
    assert name not in names_of(code, thing)


def test_the_prefix_of_gs1_puts_that_reading_first() -> None:
    with_prefix, without = understand("]C18004LN-01")[0], understand("8004LN-01")[0]

    assert Thing.PART not in with_prefix.names
    assert without.names[Thing.PART] == ("8004LN-01",)


def test_a_guess_says_that_it_is_one() -> None:
    warned = [reading.names[Thing.DEVICE] for reading in understand(f"01{GTIN}21SN110LOT") if LOST in reading.warnings]

    assert warned == [("SN110LOT", "SN1")]


def test_a_pallet_names_nothing_of_ours() -> None:
    assert [
        names for reading in understand("]C100340123450000000017") if (names := reading.names).keys() != set(Thing)
    ] == []


def test_serial_numbers_of_the_world_are_tried_as_they_are() -> None:
    serials = [row["serial_number"] for row in shared_rows("serials_300.csv")]

    assert len(serials) == 300
    assert [serial for serial in serials if names_of(f"{serial}\r\n", Thing.DEVICE)[0] != serial] == []


@given(st.text(max_size=300), st.sampled_from(["", "]C1", "01" + GTIN, f"[)>{RS}06{GS}P", "https://a/o/"]))
def test_what_is_looked_for_is_little_and_can_be_on_record(text: str, prefix: str) -> None:
    for reading in understand(prefix + text):
        for names in reading.names.values():
            assert 0 < len(names) <= MOST_NAMES
            assert all(0 < len(name) <= 200 and min(name) > "\x1f" for name in names)
