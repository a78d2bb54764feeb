"""What a label shows and where: everything inside, nothing over the bars, nothing cut, nothing private."""

from __future__ import annotations

import re
from dataclasses import fields, replace
from itertools import combinations

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from labels_samples import LABEL, NUMBER

from labels.bars import QUIET_ZONE
from labels.drawing import Box, Symbol, Text
from labels.errors import DoesNotFit, NotEncodable, UnknownStock
from labels.label import draw_svg, layout, warnings
from labels.label_page import SMALLEST_FLAG_MM, SMALLEST_MM
from labels.label_values import DeviceLabel
from labels.stocks import RESOLUTIONS, STOCKS, Stock, to_dots

EVERY_STOCK = [(stock, dpi) for stock in STOCKS for dpi in RESOLUTIONS]
FLAGS = ("warranty", "repeat", "data", "loaner")
FLAG_SETS = [flags for count in range(5) for flags in combinations(FLAGS, count)]
SHORT = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs",)), max_size=24)
every_stock = pytest.mark.parametrize(("stock", "dpi"), EVERY_STOCK)


def texts(drawing):
    """Everything that is written on a label, line by line."""
    return ["".join(run.text for run in item.line.runs) for item in drawing.items if isinstance(item, Text)]


def written(drawing):
    """All of it without blanks."""
    return re.sub(r"\s", "", "".join(texts(drawing)))


def extent(item):
    """Left, top, right and bottom of an item, in dots; of a text its capitals."""
    if isinstance(item, Text):
        return item.x, item.y - 0.75 * item.size, item.x + item.line.width * item.size, item.y
    return item.x, item.y, item.x + item.width, item.y + item.height


def laid_out(value, stock):
    """The label, or None where it is refused."""
    try:
        return layout(value, stock, 203)
    except DoesNotFit:
        return None


def overlap(one, other):
    """Whether two rectangles share more than an edge and a rounding."""
    left, top, right, bottom = one
    return left < other[2] - 1 and other[0] < right - 1 and top < other[3] - 1 and other[1] < bottom - 1


@every_stock
@pytest.mark.parametrize("flags", FLAG_SETS)
def test_everything_stands_inside_the_label(stock, dpi, flags):
    drawing = layout(replace(LABEL, flags=flags), stock, dpi)

    for left, top, right, bottom in map(extent, drawing.items):
        assert 0 <= left <= right <= drawing.width
        assert 0 <= top <= bottom <= drawing.height


@every_stock
@pytest.mark.parametrize("flags", FLAG_SETS)
def test_nothing_stands_on_the_bars_or_in_their_quiet_zones(stock, dpi, flags):
    drawing = layout(replace(LABEL, flags=flags), stock, dpi)
    (symbol,) = (item for item in drawing.items if isinstance(item, Symbol))

    others = [item for item in drawing.items if item is not symbol]

    assert not any(overlap(extent(symbol), extent(item)) for item in others)
    assert symbol.bars.spans[0][0] == QUIET_ZONE


@every_stock
def test_black_texts_do_not_touch_each_other(stock, dpi):
    black = [item for item in layout(LABEL, stock, dpi).items if isinstance(item, Text) and not item.white]

    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black, 2))


@every_stock
def test_white_texts_stand_on_black_boxes(stock, dpi):
    items = layout(LABEL, stock, dpi).items
    boxes = [extent(item) for item in items if isinstance(item, Box)]
    white = [extent(item) for item in items if isinstance(item, Text) and item.white]

    assert len(white) == 2 * len(FLAGS)
    for left, top, right, bottom in white:
        assert any(box[0] <= left and box[1] <= top and right <= box[2] and bottom <= box[3] for box in boxes)


@every_stock
def test_all_that_the_bench_must_know_is_written(stock, dpi):
    everything = written(layout(LABEL, stock, dpi))

    for text in (NUMBER, "PF2ABCD9", "LenovoThinkPadX1CarbonGen11", "2026-11-22", "2026-11-29", "深圳南山维修站SZ01"):
        assert text in everything
    for words in ("保修", "WARRANTY", "返修", "REPEAT", "数据", "DATA", "备机", "LOANER"):
        assert words in everything


@every_stock
def test_the_number_reads_from_a_metre(stock, dpi):
    (number,) = (
        item for item in layout(LABEL, stock, dpi).items if isinstance(item, Text) and item.line.runs[0].text == NUMBER
    )

    capitals_mm = 0.714 * number.size * 25.4 / dpi
    assert capitals_mm >= 4


@pytest.mark.parametrize("missing", ["serial_number", "received_on", "promised_on"])
def test_what_nobody_stated_is_said_to_be_so(missing):
    assert "未说明notstated" in written(layout(replace(LABEL, **{missing: None}), "50x30", 203))


def test_a_device_without_make_and_model_is_said_to_be_so():
    assert "未说明notstated" in written(layout(replace(LABEL, make=None, model=None), "50x30", 203))


@pytest.mark.parametrize("stock", STOCKS)
@given(serial=SHORT, model=SHORT, depot=SHORT)
def test_a_label_shows_its_texts_whole_or_refuses(stock, serial, model, depot):
    value = replace(LABEL, serial_number=serial or None, model=model, depot=depot)

    drawing = laid_out(value, stock)
    assume(drawing is not None)

    sizes = [item.size for item in drawing.items if isinstance(item, Text) and not item.white]
    assert min(sizes) >= to_dots(SMALLEST_MM, 203)
    black = [item for item in drawing.items if not (isinstance(item, Text) and item.white)]
    assert all(extent(item)[2] <= drawing.width for item in black)
    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black, 2))
    letters = {letter for letter in serial + model + depot if letter.isascii() and letter.isprintable()} - {" "}
    assert letters <= set(written(drawing))


@pytest.mark.parametrize(
    ("field", "text", "named", "advice"),
    [
        ("serial_number", "X" * 300, "serial number", "Take 102x152."),
        ("model", "型" * 120, "model", "Take 102x152."),
        ("model", "型" * 3000, "model", "No stock holds it at 203 dpi: shorten it."),
        ("depot", "Depot " * 60, "depot", "No stock holds it at 203 dpi: shorten it."),
    ],
)
def test_a_text_too_long_for_the_label_is_refused_by_name_and_told_what_would_do(field, text, named, advice):
    with pytest.raises(DoesNotFit) as refused:
        draw_svg(replace(LABEL, **{field: text}), "50x30", 203)

    assert named in refused.value.what
    assert refused.value.advice == advice
    assert all(stock in advice for stock in refused.value.stocks)


def test_a_long_serial_wraps_and_steps_down_before_it_is_refused():
    drawing = layout(replace(LABEL, serial_number="S" * 45, flags=()), "50x30", 203)

    assert f"SN{'S' * 45}收" in written(drawing)


@every_stock
def test_a_number_wider_than_the_stock_is_refused_and_never_shrunk(stock, dpi):
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(LABEL, number="ABCDEFGH" * 5), stock, dpi)

    assert "bar code" in str(refused.value)


def test_too_many_flags_are_refused():
    with pytest.raises(DoesNotFit):
        layout(replace(LABEL, flags=tuple(f"flag{number}" for number in range(12))), "50x30", 203)


def test_a_flag_nobody_knows_is_shown_as_it_is():
    drawing = layout(replace(LABEL, flags=("vip",)), "57x32", 203)

    assert "VIP" in texts(drawing)
    assert SMALLEST_FLAG_MM >= 1.5


@pytest.mark.parametrize(
    ("value", "stock", "refusal"),
    [
        (replace(LABEL, number=""), "50x30", NotEncodable),
        (replace(LABEL, number="维修"), "50x30", NotEncodable),
        (LABEL, "A4", UnknownStock),
        (LABEL, Stock(30, 20), DoesNotFit),
    ],
)
def test_a_label_that_cannot_be_drawn_says_why(value, stock, refusal):
    with pytest.raises(refusal):
        draw_svg(value, stock, 203)


@pytest.mark.parametrize(("width", "height"), [(60, 40), (70, 50), (100, 150), (104, 159)])
def test_a_stock_of_ones_own_is_laid_out(width, height):
    drawing = layout(LABEL, Stock(width, height), 203)

    assert NUMBER in texts(drawing)


def test_a_character_no_font_has_is_written_out_and_told():
    value = replace(LABEL, model="𠮷野")

    assert "U+20BB7野" in written(layout(value, "50x30", 203))
    assert warnings(value) == ("No font has a picture of U+20BB7: its code is printed instead.",)


def test_a_label_knows_nothing_of_the_customer():
    names = {field.name for field in fields(DeviceLabel)}

    assert not any("customer" in name or "phone" in name for name in names)


@every_stock
def test_a_box_says_what_is_wrong_and_a_sticker_has_no_room_for_it(stock, dpi):
    everything = written(layout(replace(LABEL, fault="开机后屏幕闪烁。\nAnd it hums."), stock, dpi))

    assert ("开机后屏幕闪烁。Andithums." in everything) is (stock == "102x152")


@pytest.mark.parametrize("fault", ["Es brummt. " * 900, "风扇" * 5000, "W" * 10_000, "𠮷" * 10_000])
@pytest.mark.parametrize("flags", [(), FLAGS])
def test_a_long_story_is_cut_where_everybody_sees_it(fault, flags):
    drawing = layout(replace(LABEL, fault=fault, flags=flags), "102x152", 203)

    black = [item for item in drawing.items if not (isinstance(item, Text) and item.white)]
    assert [line[-1] for line in texts(drawing)].count("…") == 1
    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black, 2))
