"""The labels of parts, bins and loaner units: everything inside and whole, or refused; and a document of many."""

from __future__ import annotations

import io
import time
from dataclasses import replace
from itertools import combinations

import pypdfium2
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from labels_readers import identifiers, pdf_images, read, zpl_image, zpl_labels
from labels_samples import LABEL, LABELS
from PIL import Image
from test_labels_device_label import extent, overlap, texts, written

from labels import device_label, item_label
from labels.drawing import Text
from labels.errors import DoesNotFit, NotEncodable
from labels.label import draw_pdf, draw_png, draw_zpl, layout, stocks_for, title_of, warnings
from labels.label_values import DeviceLabel
from labels.stocks import RESOLUTIONS, STOCKS

PART, BIN, GIAI, GRAI = (LABELS[name] for name in ("part", "bin", "GIAI", "GRAI"))
ITEMS = {name: value for name, value in LABELS.items() if not isinstance(value, DeviceLabel)}
EVERY = [(value, stock, dpi) for value in ITEMS.values() for stock in STOCKS for dpi in RESOLUTIONS]
ANY = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs",)), max_size=24)
PLAIN = st.text(st.characters(min_codepoint=33, max_codepoint=126), min_size=1, max_size=10)


def devices(count):
    """So many labels of devices that differ."""
    return [replace(LABEL, number=f"RP26{place:08}X", serial_number=f"SN-{place}") for place in range(count)]


@pytest.mark.parametrize(("value", "stock", "dpi"), EVERY)
def test_everything_stands_inside_and_nothing_on_anything_else(value, stock, dpi):
    drawing = layout(value, stock, dpi)

    black = [item for item in drawing.items if not (isinstance(item, Text) and item.white)]
    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black, 2))
    for left, top, right, bottom in map(extent, drawing.items):
        assert 0 <= left <= right <= drawing.width
        assert 0 <= top <= bottom <= drawing.height


@pytest.mark.parametrize(("value", "stock", "dpi"), EVERY)
def test_the_code_reads_from_a_metre(value, stock, dpi):
    drawing = layout(value, stock, dpi)
    (code,) = (item for item in drawing.items if isinstance(item, Text) and item.line.runs[0].text == value.code)

    assert 0.714 * code.size * 25.4 / dpi >= 3.5


@pytest.mark.parametrize("stock", STOCKS)
@pytest.mark.parametrize(("value", "words"), [(PART, "备件PART"), (BIN, "库位BIN"), (GIAI, "备机LOANER")])
def test_a_label_says_what_kind_of_thing_it_is_of(stock, value, words):
    assert words in written(layout(value, stock, 203))


@pytest.mark.parametrize(("value", "key"), [(GIAI, "(8004)40032123L-7"), (GRAI, "(8003)0400321200001707")])
def test_a_gs1_key_is_a_gs1_symbol_and_stands_in_brackets_beside_it(value, key):
    assert identifiers(Image.open(io.BytesIO(draw_png(value, "57x32", 203)))) == ["]C1"]
    assert key in written(layout(value, "57x32", 203))


def test_a_code_without_a_gs1_key_is_a_plain_symbol():
    assert identifiers(Image.open(io.BytesIO(draw_png(replace(GIAI, gs1=None), "57x32", 203)))) == ["]C0"]


@pytest.mark.parametrize("stock", STOCKS)
@given(code=PLAIN, name=ANY, serial=ANY, depot=ANY)
def test_a_label_shows_its_texts_whole_or_refuses(stock, code, name, serial, depot):
    value = replace(PART, code=code, name=name or None, serial_number=serial or None, depot=depot or None)

    assume(stock in stocks_for(value, 203))

    drawing = layout(value, stock, 203)
    black = [item for item in drawing.items if not (isinstance(item, Text) and item.white)]
    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black, 2))
    letters = {letter for letter in code + name + serial + depot if letter.isascii() and letter.isprintable()} - {" "}
    assert letters <= set(written(drawing))


@pytest.mark.parametrize(
    ("change", "named", "stocks"),
    [
        ({"code": "PART-NUMBER-OF-25-LETTERS"}, "bar code", ("102x152",)),
        ({"code": "X" * 200}, "bar code", ()),
        ({"name": "液晶屏" * 40}, "name", ("57x32", "102x152")),
        ({"name": "液晶屏" * 1000}, "name", ()),
        ({"serial_number": "W" * 200}, "serial number", ("102x152",)),
        ({"depot": "D" * 60}, "depot", ("102x152",)),
    ],
)
def test_what_does_not_fit_is_named_with_the_stocks_that_would_do(change, named, stocks):
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(PART, **change), "50x30", 203)

    assert named in refused.value.what
    assert refused.value.stocks == stocks


@pytest.mark.parametrize("code", ["", "电池", "a\x00b", "é", "𠮷"])
def test_a_code_that_bars_cannot_hold_is_refused(code):
    with pytest.raises(NotEncodable):
        layout(replace(PART, code=code), "102x152", 300)


@pytest.mark.parametrize("name", ["<b>&amp;</b>", "^XZ^XA~JA", "𠮷野家 👩‍🔧", "\u202egnp.exe", "100%_\\"])
@pytest.mark.parametrize("stock", STOCKS)
def test_hostile_texts_are_texts(name, stock):
    value = replace(BIN, name=name)

    (zpl, copies), *others = zpl_labels(b"".join(draw_zpl([value], stock)))

    assert (copies, others) == (1, [])
    assert read(zpl_image(zpl))[0][0] == BIN.code


def test_what_no_font_has_is_told():
    assert warnings(replace(BIN, name="𠮷野")) == ("No font has a picture of U+20BB7: its code is printed instead.",)


@pytest.mark.parametrize("value", LABELS.values(), ids=LABELS)
def test_one_layout_serves_every_kind(value):
    own = device_label if isinstance(value, DeviceLabel) else item_label

    assert layout(value, "57x32", 300) == own.layout(value, "57x32", 300)
    assert title_of(value) in texts(layout(value, "57x32", 300))
    assert all(text is None or text for text in own.texts_of(value))


@pytest.mark.parametrize(("stock", "dpi"), [("50x30", 203), ("57x32", 300), ("102x152", 203)])
def test_two_hundred_devices_go_into_one_document_in_their_order(stock, dpi):
    values = devices(200)

    pages = pdf_images(draw_pdf(values, stock, dpi), dpi)
    labels = zpl_labels(b"".join(draw_zpl(values, stock, dpi, copies=2)))

    numbers = [value.number for value in values]
    assert [read(page)[0][0] for page in pages] == numbers
    assert [read(zpl_image(zpl))[0][0] for zpl, _ in labels] == numbers
    assert {copies for _, copies in labels} == {2}


@pytest.mark.parametrize("draw", [draw_pdf, lambda values, stock: b"".join(draw_zpl(values, stock))])
def test_a_thousand_labels_cost_ten_times_a_hundred(draw):
    draw(devices(100), "50x30")
    seconds = []
    for count in (100, 1000):
        start = time.process_time()
        draw(devices(count), "50x30")
        seconds.append(time.process_time() - start)

    assert seconds[1] < 20 * seconds[0]


def test_many_labels_are_refused_before_the_first_is_written():
    with pytest.raises(DoesNotFit):
        draw_zpl([*devices(3), replace(LABEL, serial_number="W" * 200)], "50x30")


def test_the_pages_of_a_document_may_be_of_different_kinds():
    pages = pypdfium2.PdfDocument(draw_pdf(list(LABELS.values()), "57x32", 203, copies=2))

    assert len(pages) == 2 * len(LABELS)
