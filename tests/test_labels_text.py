"""From a typed text to lines: every character is seen, lines break where they may, no text is lost."""

from __future__ import annotations

import re
import shutil
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labels_samples import naughty_strings, rare_characters

from labels import fonts
from labels.fonts import SHIPPED, STYLES, glyph_of, load
from labels.text import line, may_break, prepare, split

LINE_ENDS = "\n\r\x0b\x0c\x85\u2028\u2029"
TYPED = st.text(st.one_of(st.characters(), st.sampled_from("维修，。（）“”  -/\n\t\u0301\u202e\ud800𠮷")), max_size=200)


def shown(text, limit=20.0):
    """What stands on the lines of a text, without blanks."""
    return [re.sub(r"\s", "", "".join(run.text for run in words.runs)) for words in prepare(text).lines(limit)]


def expected(text):
    """A text with its missing characters written out, accents composed, without blanks."""
    text = re.sub(".[\u0300-\u036f]+", lambda found: unicodedata.normalize("NFC", found[0]), text)
    for character in dict.fromkeys(text):
        if f"U+{ord(character):04X}" in prepare(text).missing:
            text = text.replace(character, f"U+{ord(character):04X}")
    return unicodedata.normalize("NFC", re.sub(r"\s", "", text))


@given(TYPED, st.floats(2.5, 60))
def test_a_broken_text_is_the_whole_text(text, limit):
    lines = shown(text, limit)

    assert unicodedata.normalize("NFC", "".join(lines)) == expected(text)


@given(TYPED, st.floats(2.5, 60))
def test_no_line_is_wider_than_the_limit(text, limit):
    widest = max(words.width for words in prepare(text).lines(limit))

    assert widest <= limit + 1e-9


@given(TYPED)
def test_every_character_drawn_has_a_glyph_in_its_font(text):
    runs = [run for words in prepare(text).lines(30) for run in words.runs]

    assert all(run.font.glyphs.get(ord(character)) for run in runs for character in run.text)


@given(st.text(min_size=1, max_size=60), st.floats(0.1, 10))
def test_splitting_puts_at_least_one_character_on_a_line(text, limit):
    parts = split(text, [1.0] * len(text), limit)

    assert "".join(parts) == text
    assert all(parts)


@pytest.mark.parametrize(
    ("before", "after", "breaks"),
    [
        ("a", "b", False),
        (" ", "b", True),
        ("a", " ", False),
        ("屏", "幕", True),
        ("屏", "，", False),
        ("（", "屏", False),
        ("屏", "A", True),
        ("诺", "\u00a0", False),
        ("\u00a0", "诺", False),
        ("re", "r", False),
        ("-", "r", True),
        ("-", "1", False),
    ],
)
def test_lines_end_where_a_reader_expects_it(before, after, breaks):
    assert may_break(before[-1], after) is breaks


@pytest.mark.parametrize(
    ("character", "code"),
    [
        ("𠮷", "U+20BB7"),
        ("\x00", "U+0000"),
        ("\x1b", "U+001B"),
        ("\ud800", "U+D800"),
        ("\u200b", "U+200B"),
        ("\u202e", "U+202E"),
        ("\ufe0f", "U+FE0F"),
        ("\u3164", "U+3164"),
        ("😀", "U+1F600"),
        ("\U0010ffff", "U+10FFFF"),
    ],
)
def test_what_has_no_picture_is_written_out_and_told(character, code):
    text = prepare(f"王{character}明")

    assert shown(f"王{character}明") == [f"王{code}明"]
    assert text.missing == (code,)


@pytest.mark.parametrize("end", [*LINE_ENDS, "\r\n"])
def test_every_kind_of_line_end_begins_a_line_and_is_not_printed(end):
    assert shown(f"one{end}two") == ["one", "two"]
    assert prepare(f"one{end}two").missing == ()


@pytest.mark.parametrize("text", ["e\u0301", "A\u030a", "o\u0308\u0304"])
def test_an_accent_typed_apart_is_composed(text):
    assert shown(text) == [unicodedata.normalize("NFC", text)]


def test_a_compatibility_ideograph_in_a_name_is_not_replaced_by_its_twin():
    assert shown("\uf900") == ["\uf900"]


@pytest.mark.parametrize(
    ("text", "family"),
    [("Łódź ğ ₹ “x”", "DepotLatin"), ("设备“x”", "DepotChinese"), ("Ωмега", "DepotLatin")],
)
def test_a_text_keeps_to_one_look(text, family):
    assert [run.font.name for run in line(text).runs] == [family]


def test_a_letter_the_chinese_font_lacks_comes_from_the_latin_one():
    assert [run.font.name for run in line("设备Ł").runs] == ["DepotChinese", "DepotLatin"]


def test_bold_falls_back_to_regular_for_a_rare_character():
    assert line("维䏝", bold=True).runs[0].font.name == "DepotChineseBold"
    assert glyph_of("䏝", STYLES[True, True]) == glyph_of("䏝", STYLES[True, False])


def test_naughty_strings_are_shown_whole():
    strings = naughty_strings()

    for text in strings:
        assert unicodedata.normalize("NFC", "".join(shown(text))) == expected(text)


def test_rare_chinese_characters_are_drawn_or_written_out():
    characters = rare_characters()

    for character in characters:
        (only,) = shown(character)
        assert only in (character, f"U+{ord(character):04X}")


@pytest.fixture
def font_folder(tmp_path):
    """A folder as an operator has it; afterwards the fonts are loaded without it."""
    yield tmp_path
    load()


def test_a_font_of_the_operators_folder_is_asked_last(font_folder, monkeypatch):
    shutil.copy(SHIPPED / "NotoSansSC-Regular.ttf", font_folder / "own.ttf")
    monkeypatch.setattr(fonts, "_arrange", lambda extra: dict.fromkeys(STYLES.values(), extra))

    refused = load(font_folder)

    assert refused == ()
    assert glyph_of("维", STYLES[True, False]).font.path.name == "own.ttf"


def test_a_file_that_is_no_font_is_named_and_left_out(font_folder):
    (font_folder / "broken.ttf").write_bytes(b"\x00\x01\x00\x00 no font at all")
    (font_folder / "notes.txt").write_text("not a font either")

    refused = load(font_folder)

    assert len(refused) == 1
    assert "broken.ttf" in refused[0]
