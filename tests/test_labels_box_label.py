"""The label on the box: read in every format, where to send it whole, nothing that was said, or refused."""

from __future__ import annotations

import io
from dataclasses import replace
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from labels_readers import pdf_image, read, svg_image, zpl_image, zpl_labels
from labels_samples import DEPOT, LABELS, NUMBER
from PIL import Image
from test_labels_device_label import extent, overlap, texts, written

from labels import box_label
from labels.drawing import Text
from labels.errors import DoesNotFit, NotEncodable, UnknownStock
from labels.label import draw_pdf, draw_png, draw_svg, draw_zpl, layout, stocks_for, title_of, warnings
from labels.label_values import BoxLabel
from labels.stocks import RESOLUTIONS, Stock
from labels.values import Words
from labels.words import PACKING

BOX = BoxLabel(
    number=NUMBER,
    depot=DEPOT.name,
    address=DEPOT.address,
    phones=("0755-8600 1234", "+86 138 0013 8000"),
    make="Lenovo",
    model="ThinkPad X1 Carbon Gen 11",
    serial_number="PF2ABCD9",
    valid_until="2026-12-22",
)
BARE = replace(
    BOX, depot=Words("", "MAIN"), address=Words("", ""), phones=(), make=None, model=None, serial_number=None,
    valid_until=None,
)  # fmt: skip
LONG = replace(
    BOX,
    address=Words("广东省深圳市南山区粤海街道高新南七道18号数字技术园B1栋三楼A区\n邮编 518057", "Building B1, " * 14),
    phones=tuple(f"0755-8600 123{place}" for place in range(5)),
    model="M" * 80,
    serial_number="W" * 60,
)
SHEET = "102x152"
VALUES = {"box": BOX, "bare": BARE, "long": LONG}
READ = {
    "svg": lambda value, dpi: svg_image(draw_svg(value, SHEET, dpi)),
    "png": lambda value, dpi: Image.open(io.BytesIO(draw_png(value, SHEET, dpi))),
    "pdf": lambda value, dpi: pdf_image(draw_pdf([value], SHEET, dpi), dpi),
    "zpl": lambda value, dpi: zpl_image(b"".join(draw_zpl([value], SHEET, dpi))),
}
ANY = st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=("Cs",)), max_size=24)
every_value = pytest.mark.parametrize("value", VALUES.values(), ids=VALUES)
every_resolution = pytest.mark.parametrize("dpi", RESOLUTIONS)


def black(drawing):
    """Everything but the white words of the flag."""
    return [item for item in drawing.items if not (isinstance(item, Text) and item.white)]


@every_value
@every_resolution
@pytest.mark.parametrize("form", READ)
def test_a_scanner_reads_the_number_in_every_format(value, dpi, form):
    assert [text for text, _ in read(READ[form](value, dpi))] == [NUMBER]


@every_value
@every_resolution
def test_everything_stands_inside_and_nothing_on_anything_else(value, dpi):
    drawing = layout(value, SHEET, dpi)

    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black(drawing), 2))
    for left, top, right, bottom in map(extent, drawing.items):
        assert 0 <= left <= right <= drawing.width
        assert 0 <= top <= bottom <= drawing.height


@every_resolution
def test_the_number_reads_from_two_metres(dpi):
    (number,) = (
        item for item in layout(BOX, SHEET, dpi).items if isinstance(item, Text) and item.line.runs[0].text == NUMBER
    )

    assert 0.714 * number.size * 25.4 / dpi >= 7


@every_resolution
def test_where_to_what_until_when_and_how_to_pack_stand_in_both_languages(dpi):
    everything = written(layout(BOX, SHEET, dpi))

    for text in (
        "贴在箱外",
        "PUTTHISONTHEBOX",
        "寄往Sendto",
        "深圳南山维修站",
        "ShenzhenNanshanRepairDepot",
        "深圳市南山区高新南七道18号",
        "18GaoxinSouth7thRoad,Shenzhen",
        "电话Phone0755-86001234,+8613800138000",
        "LenovoThinkPadX1CarbonGen11",
        "SNPF2ABCD9",
        "有效期至Validuntil2026-12-22",
    ):
        assert text in everything
    for words in (PACKING.zh, PACKING.en):
        assert words.replace(" ", "") in everything


def test_what_is_alike_in_both_languages_stands_once_and_what_is_missing_not_at_all():
    alike = written(layout(replace(BOX, depot=Words("MAIN", "MAIN"), address=Words("X 7", "")), SHEET, 203))
    bare = written(layout(BARE, SHEET, 203))

    assert (alike.count("MAIN"), alike.count("X7")) == (1, 1)
    assert "Phone" not in bare
    assert "Validuntil" not in bare
    assert bare.count("notstated") == 2


def test_a_phone_is_not_broken_over_two_lines():
    lines = texts(layout(LONG, SHEET, 203))

    assert all(any(phone.replace(" ", "\u00a0") in text for text in lines) for phone in LONG.phones)


@pytest.mark.parametrize("stock", ["50x30", "57x32", Stock(102, 76), Stock(70, 200)])
def test_a_stock_that_is_no_sheet_is_refused_and_the_sheet_named(stock):
    with pytest.raises(DoesNotFit) as refused:
        layout(BOX, stock, 203)

    assert refused.value.stocks == (SHEET,) == stocks_for(BOX, 203)


@pytest.mark.parametrize(
    ("change", "named"),
    [
        ({"address": Words("路" * 3000, "")}, "address"),
        ({"depot": Words("", "D" * 2000)}, "name"),
        ({"phones": ("1" * 200,) * 20}, "phones"),
        ({"serial_number": "W" * 3000}, "serial number"),
        ({"model": "型" * 3000}, "model"),
        ({"number": "9" * 200}, "bar code"),
    ],
)
def test_what_does_not_fit_is_named_and_never_cut(change, named):
    with pytest.raises(DoesNotFit) as refused:
        layout(replace(BOX, **change), SHEET, 203)

    assert named in refused.value.what
    assert refused.value.stocks == ()


@given(name=ANY, address=ANY, model=ANY, serial=ANY)
def test_what_it_shows_it_shows_whole(name, address, model, serial):
    value = replace(
        BOX, depot=Words(name, "en"), address=Words(address, "en"), model=model or None, serial_number=serial or None
    )

    drawing = layout(value, SHEET, 203)

    assert not any(overlap(extent(one), extent(other)) for one, other in combinations(black(drawing), 2))
    letters = {letter for letter in name + address + model + serial if letter.isascii() and letter.isprintable()}
    assert letters - {" "} <= set(written(drawing))


@pytest.mark.parametrize("text", ["<b>&amp;</b>", "^XZ^XA~JA", "𠮷野家 👩‍🔧", "\u202egnp.exe", "100%_\\", "a\x00b"])
def test_hostile_texts_are_texts(text):
    value = replace(BOX, address=Words(text, text), model=text)

    (zpl, copies), *others = zpl_labels(b"".join(draw_zpl([value], SHEET)))

    assert (copies, others) == (1, [])
    assert read(zpl_image(zpl))[0][0] == NUMBER


@pytest.mark.parametrize(
    ("change", "refusal"), [({"number": ""}, NotEncodable), ({"number": "维修"}, NotEncodable), ({}, UnknownStock)]
)
def test_what_no_label_can_be_is_refused(change, refusal):
    with pytest.raises(refusal):
        layout(replace(BOX, **change), SHEET if change else "A4", 203)


def test_it_goes_where_every_label_goes():
    pages = draw_pdf([BOX, LABELS["device"], LABELS["bin"]], SHEET, 203)

    assert pages.startswith(b"%PDF")
    assert title_of(BOX) == NUMBER
    assert layout(BOX, SHEET, 300) == box_label.layout(BOX, SHEET, 300)
    assert warnings(replace(BOX, address=Words("𠮷野路", ""))) == (
        "No font has a picture of U+20BB7: its code is printed instead.",
    )
