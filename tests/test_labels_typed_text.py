"""What people type is printed as they typed it: nothing is interpreted, opened, lost or drawn as a box."""

from __future__ import annotations

import io
import sys
from dataclasses import replace

import pytest
from labels_samples import (
    HEAD,
    INTAKE,
    REPAIR,
    SEAL,
    body_of,
    folded,
    intake,
    naughty_strings,
    rare_characters,
    text_of,
)
from pypdf import PdfReader

from labels import intake_receipt, repair_receipt

every_receipt = pytest.mark.parametrize(
    ("draw", "value"), [(intake_receipt.draw, INTAKE), (repair_receipt.draw, REPAIR)], ids=["intake", "repair"]
)

MARKUP = '<img src="/etc/passwd"/><b>bold</b> <a href="http://example.com">x</a> &amp; <para> & <br/>'


def test_markup_in_a_typed_text_is_text():
    data = intake_receipt.draw(intake(reported_fault=MARKUP), SEAL, "en").data

    assert folded(MARKUP) in body_of(data)


@every_receipt
def test_drawing_opens_no_file_and_no_connection(draw, value):
    value = replace(value, head=replace(value.head, reported_fault=MARKUP, condition="file:///etc/passwd 维修"))
    draw(value, SEAL, "both")
    seen = []
    watching = [True]

    def hook(event, arguments):
        if watching and event in ("open", "socket.connect", "subprocess.Popen", "urllib.Request"):
            seen.append((event, arguments))

    sys.addaudithook(hook)
    draw(value, SEAL, "both")
    watching.clear()

    assert seen == []


def test_naughty_strings_are_printed_and_never_interpreted():
    strings = [text for text in naughty_strings() if text.isascii() and text.isprintable() and text.strip()]

    for start in range(0, len(strings), 12):
        few = strings[start : start + 12]
        data = intake_receipt.draw(intake(reported_fault="\n".join(few)), SEAL, "en").data
        printed = folded(PdfReader(io.BytesIO(data)).pages[0].extract_text())
        assert [text for text in few if folded(text) not in printed] == []


def test_every_naughty_string_can_stand_anywhere():
    strings = naughty_strings()

    for start in range(0, len(strings), 20):
        text = " ".join(strings[start : start + 20])
        head = replace(HEAD, customer_name=text, reported_fault=text, condition=text, received_by=text)
        drawn = repair_receipt.draw(replace(REPAIR, head=head, work_done=text, data_action=text), SEAL, "both")
        assert drawn.data.startswith(b"%PDF")


def test_rare_names_are_printed_or_written_out_with_a_warning():
    names = rare_characters()

    drawn = intake_receipt.draw(intake(reported_fault="\n".join(names)), SEAL, "zh")

    text, warned = text_of(drawn.data), " ".join(drawn.warnings)
    for name in names:
        code = f"U+{ord(name):04X}"
        assert (code in text and code in warned) or name in text


def test_a_character_without_a_font_is_written_out_and_told():
    drawn = intake_receipt.draw(intake(customer_name="𠮷野\x00"), SEAL, "zh")

    assert "U+20BB7野U+0000" in text_of(drawn.data)
    assert drawn.warnings == (
        "No font has a picture of U+20BB7: its code is printed instead.",
        "No font has a picture of U+0000: its code is printed instead.",
    )
