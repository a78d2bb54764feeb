"""Code 128 in modules: what is encoded, what is refused, and that it fits every stock."""

from __future__ import annotations

import pytest
from barcode import Code128
from hypothesis import given
from hypothesis import strategies as st
from labels_samples import NUMBER

from labels.bars import QUIET_ZONE, code128, module_dots
from labels.errors import NotEncodable, UnknownStock
from labels.stocks import RESOLUTIONS, STOCKS, Stock, find_stock, to_dots

PRINTABLE = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)


@given(PRINTABLE)
def test_the_bars_are_those_of_the_encoder_between_two_quiet_zones(text):
    bars = code128(text)

    pattern = ["0"] * bars.modules
    for start, width in bars.spans:
        pattern[start : start + width] = "1" * width

    quiet = "0" * QUIET_ZONE
    assert "".join(pattern) == quiet + Code128(text, writer=object()).build()[0] + quiet


@pytest.mark.parametrize("text", ["", "A\n", "A\tB", "\x1d01", "RO2600000042Ｋ", "维修", "\xf1", "A\x7f"])
def test_what_no_scanner_could_type_is_refused(text):
    with pytest.raises(NotEncodable) as refused:
        code128(text)

    assert "bar code" in str(refused.value)


@pytest.mark.parametrize(("dpi", "dots"), [(203, 2), (300, 3)])
def test_a_module_is_the_smallest_number_of_dots_of_a_quarter_millimetre(dpi, dots):
    assert module_dots(dpi) == dots
    assert dots * 25.4 / dpi >= 0.25


@pytest.mark.parametrize("dpi", RESOLUTIONS)
@pytest.mark.parametrize("stock", STOCKS.values())
def test_the_depots_own_number_fits_every_stock_with_its_quiet_zones(stock, dpi):
    width = code128(NUMBER).modules * module_dots(dpi)

    assert width <= to_dots(stock.width_mm, dpi)


@pytest.mark.parametrize(("stock", "dpi"), [("60x40", 203), ("50x30", 600), (Stock(60, 40), 72)])
def test_an_unknown_stock_or_resolution_is_refused_by_name(stock, dpi):
    with pytest.raises(UnknownStock) as refused:
        find_stock(stock, dpi)

    assert ("60x40" if dpi == 203 else str(dpi)) in str(refused.value)


def test_a_stock_of_ones_own_is_taken_as_it_is():
    own = Stock(60, 40)

    assert find_stock(own, 203) is own
    assert find_stock("50x30", 300) == Stock(50, 30)
