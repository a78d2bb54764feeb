from __future__ import annotations

import json
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from shared_data import shared_rows

from depot.supplier_labels import SupplierLabel, guess_parts, read_label

GS, RS, EOT = "\x1d", "\x1e", "\x04"
EXPECTED = {
    "DIGIKEY_BARCODE": ("10", "296-LM358BIDDFRCT-ND", "LM358BIDDFR"),
    "DIGIKEY_BARCODE_2": ("10", "296-LM358BIDDFRCT-ND"),
    "DIGIKEY_BARCODE_3": ("10", "nonsense"),
    "MOUSER_BARCODE": ("3", "MC34063ADR"),
    "MOUSER_BARCODE_OLD": ("32", "LDK320ADU33R"),
    "LCSC_BARCODE": ("2", "C312270", "ST-1-102-A01-T000-RS"),
    "TME_QRCODE": ("1", "WBP-302"),
    "TME_DATAMATRIX_CODE": ("1", "WBP-302", "MPNWBP-302"),
}


def labels() -> dict[str, str]:
    return {row["name"]: json.loads(row["json"]) for row in shared_rows("supplier_2d_labels_inventree.csv")}


def test_the_labels_of_suppliers_name_their_parts_and_how_many() -> None:
    read = {name: read_label(text) for name, text in labels().items()}

    assert all(read.values())
    assert {
        name: (label.quantity, *label.part_numbers) for name, label in read.items() if label
    }.items() >= EXPECTED.items()


def test_a_label_whose_separators_were_swallowed_still_holds_its_part() -> None:
    for name, text in labels().items():
        glued = text.replace(GS, "").replace(RS, "").replace(EOT, "")
        if GS in text:
            assert read_label(glued) is None
            assert EXPECTED.get(name, ("", text[6:10]))[-1] in (*guess_parts(glued), text[6:10])


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"[)>{RS}06{GS}PA-1{GS}S77{GS}1TL9{GS}Q5{RS}{EOT}", SupplierLabel(("A-1",), ("77",), "5", "L9")),
        (f"[)>{RS}06{GS}pa-1{GS}q5", SupplierLabel(("a-1",), (), "5")),
        (f"[)>06{GS}S77", SupplierLabel((), ("77",))),
        ("PN:A-1 QTY:3", SupplierLabel(("A-1",), (), "3")),
        ("{pc:C1,qty:}", SupplierLabel(("C1",))),
        ("1PA-1 Q5", SupplierLabel(("A-1",), (), "5")),
        (f"[)>{RS}06{GS}K1{GS}{GS}{RS}", None),
        ("{}", None),
        ("PA-1", None),
        ("POWER SUPPLY", None),
        ("QTY:3", None),
        ("", None),
    ],
)
def test_a_label_is_told_from_what_is_none(text: str, said: SupplierLabel | None) -> None:
    assert read_label(text) == said


@given(st.text(max_size=300))
def test_no_text_is_too_much(text: str) -> None:
    for code in (text, f"[)>{RS}06{GS}{text}", f"[)>06P{text}", "{pc:" + text + "}", "QTY:1 " + text):
        read_label(code)
        assert len(guess_parts(code)) <= 100


@pytest.mark.parametrize(
    "text", ["[)>06" + "P" * 1995, "P1" + " P" * 900, "QTY:1 " * 300, "{a:" + "," * 1900 + "}", "{" * 2000]
)
def test_no_text_takes_long(text: str) -> None:
    begin = time.process_time()

    read_label(text)
    guess_parts(text)

    assert time.process_time() - begin < 0.5
