"""Glyphs as paths and as dots: the right outline, never the box of a missing character."""

from __future__ import annotations

import re
from struct import unpack

import pytest

from labels import words
from labels.fonts import STYLES, chains, glyph_of
from labels.outlines import contours, glyph_path
from labels.png import _letter
from labels.text import prepare
from labels.values import Words

SAMPLE = "AgQ&éΔЖ维修保䏝。，“”（）0123456789→□✓ﬁ"
FIXED = sorted(
    {character for value in vars(words).values() if isinstance(value, Words) for character in value.zh + value.en}
    | {character for codes in words.CODES.values() for value in codes.values() for character in value.zh + value.en}
    | {character for value in words.FLAGS.values() for character in value.zh + value.en}
)
OWN_FONTS = sorted({font for chain in chains().values() for font in chain}, key=lambda font: font.name)


def box_of(font, character):
    """The box that the font itself states for a glyph: left, bottom, right, top."""
    face, glyph = font.face, font.glyphs[ord(character)]
    start, end = face.glyphPos[glyph], face.glyphPos[glyph + 1]
    return unpack(">4h", face.get_chunk(face.get_table_pos("glyf")[0] + start, end - start)[2:10])


@pytest.mark.parametrize("font", OWN_FONTS, ids=lambda font: font.name)
def test_an_outline_fills_the_box_its_font_states(font):
    drawn = [character for character in SAMPLE if font.glyphs.get(ord(character))]

    assert len(drawn) > 15
    for character in drawn:
        points = [point for contour in contours(font, font.glyphs[ord(character)]) for point in contour]
        left, bottom, right, top = box_of(font, character)
        assert min(x for x, _, _ in points) == pytest.approx(left, abs=2)
        assert max(x for x, _, _ in points) == pytest.approx(right, abs=2)
        assert min(y for _, y, _ in points) == pytest.approx(bottom, abs=2)
        assert max(y for _, y, _ in points) == pytest.approx(top, abs=2)


@pytest.mark.parametrize("character", SAMPLE)
def test_a_path_is_closed_and_relative(character):
    glyph = glyph_of(character, STYLES[True, False])
    if glyph is None:
        pytest.skip("written out as its code: there is no outline")

    path = glyph_path(glyph.font, character)

    assert re.fullmatch(r"(m[-\d. ]+(?:[ql][-\d. ]+)+z)+", path)


@pytest.mark.parametrize("character", [" ", "\u00a0", "\u3000"])
def test_a_blank_has_no_outline(character):
    glyph = glyph_of(character, STYLES[True, False])

    assert glyph is not None
    assert glyph_path(glyph.font, character) == ""


@pytest.mark.parametrize("style", STYLES.values(), ids=str)
def test_our_own_words_need_no_second_choice_of_weight(style):
    fixed = [character for character in FIXED if character != "{" and not character.isspace()]

    glyphs = {character: glyph_of(character, style) for character in fixed}

    assert None not in glyphs.values()
    if style.bold:
        assert {glyph.font.name for glyph in glyphs.values() if glyph} <= {"DepotChineseBold", "DepotLatinBold"}


@pytest.mark.parametrize("style", STYLES.values(), ids=str)
def test_no_letter_of_a_label_is_the_box_of_a_missing_one(style):
    for character in [*FIXED, *SAMPLE]:
        glyph = glyph_of(character, style)
        if glyph is None or character.isspace():
            continue
        box, *_ = _letter(glyph.font, 40, "\U0010fffd")
        letter, *_ = _letter(glyph.font, 40, character)
        assert (letter.size, letter.tobytes()) != (box.size, box.tobytes())


def test_every_fixed_word_is_drawn_as_it_is():
    texts = [text for value in vars(words).values() if isinstance(value, Words) for text in (value.zh, value.en)]

    assert [prepare(text).missing for text in texts] == [()] * len(texts)
