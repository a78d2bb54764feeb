"""The geometry of a receipt: cutting cells, rows and blocks at a height loses and repeats nothing."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from labels.sheet import BLOCK_BOTTOM, BLOCK_TOP, Block, Cell, Ink, Row, Type, paginate
from labels.text import line

PAGE = 700.0
BODY = Type(10, leading=1)
HEADING = (Ink(line("Heading"), BODY),)
CONTINUED = (Ink(line("Heading continued"), BODY),)


def cell(count):
    """A cell of numbered lines, 10 points each."""
    return Cell(tuple(Ink(line(f"line {number}"), BODY) for number in range(count)), 0, 100)


def row(*counts, whole=False):
    """Cells side by side, of so many lines each."""
    return Row(tuple(cell(count) for count in counts), gap=2, whole=whole)


def block(*rows, head=None):
    """A section of these rows."""
    return Block(HEADING, CONTINUED, head, rows)


def lines_of(blocks):
    """How many lines stand in the rows of blocks."""
    return sum(len(part.inks) for one in blocks for row_ in one.rows for part in row_.cells)


ROWS = st.lists(st.lists(st.integers(1, 90), min_size=1, max_size=2), min_size=1, max_size=8)


@given(st.lists(ROWS, min_size=1, max_size=4), st.floats(100, PAGE))
@settings(max_examples=60)
def test_pages_hold_every_line_once_and_never_more_than_fits(sections, first):
    blocks = [block(*(row(*counts) for counts in rows)) for rows in sections]

    pages = paginate(blocks, first, PAGE)

    assert sum(lines_of(page) for page in pages) == lines_of(blocks)
    assert sum(one.height for one in pages[0]) <= first + 1e-6
    assert all(sum(one.height for one in page) <= PAGE + 1e-6 for page in pages)
    assert all(one.rows for page in pages for one in page)


@pytest.mark.parametrize("count", range(60, 75))
def test_a_row_a_little_taller_than_a_page_leaves_two_lines_for_the_next(count):
    pages = paginate([block(row(count))], PAGE, PAGE)

    heights = [len(one.rows[0].cells[0].inks) for page in pages for one in page]
    assert sum(heights) == count
    assert min(heights) >= 2


@pytest.mark.parametrize(("lines", "cut"), [(1, (None, True)), (3, (None, True)), (8, (True, True)), (5, (True, True))])
def test_a_row_is_cut_only_where_two_lines_stand_on_either_side(lines, cut):
    upper, lower = row(lines).cut(40 if lines > 4 else 9)

    assert (upper is not None or None, lower is not None or None) == cut


def test_a_block_takes_its_heading_and_its_table_head_along():
    head = row(1)

    first, second = block(*[row(1)] * 80, head=head).cut(300)

    assert first is not None
    assert second is not None
    assert (first.heading, second.heading) == (HEADING, CONTINUED)
    assert first.head is second.head is head


def test_a_short_block_moves_to_the_next_page_whole():
    whole = block(row(3))

    assert whole.cut(whole.height - 1) == (None, whole)
    assert whole.cut(whole.height) == (whole, None)


def test_sums_take_the_last_line_above_them_along():
    prices = block(*[row(1)] * 10, row(5, whole=True))
    room = BLOCK_TOP + BLOCK_BOTTOM + 10 * row(1).height + 20

    upper, lower = prices.cut(room)

    assert upper is not None
    assert lower is not None
    assert (len(upper.rows), len(lower.rows)) == (9, 2)


def test_a_block_is_as_high_as_its_heading_at_least():
    tall = Block(HEADING * 5, CONTINUED, None, (row(1),))

    assert tall.height == BLOCK_TOP + 50 + BLOCK_BOTTOM
