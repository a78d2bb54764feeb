"""What both receipts have in common: bars, fonts, page numbers, proof, and long texts over many pages."""

from __future__ import annotations

import io
import re
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pypdfium2
import pytest
import zxingcpp
from hypothesis import given, settings
from hypothesis import strategies as st
from labels_samples import (
    BARE_HEAD,
    BARE_REPAIR,
    HAND_OVER,
    HEAD,
    INTAKE,
    NUMBER,
    REPAIR,
    SEAL,
    body_of,
    cny,
    folded,
    intake,
    pages_of,
    text_of,
)
from pypdf import PdfReader

from labels import intake_receipt, repair_receipt
from labels.values import ChargeTold

LANGUAGES = ("zh", "en", "both")
EVERY_RECEIPT = [
    pytest.param(draw, value, id=name)
    for name, draw, value in (
        ("intake", intake_receipt.draw, INTAKE),
        ("intake-bare", intake_receipt.draw, replace(INTAKE, head=BARE_HEAD, preapproved_limit=None)),
        ("repair", repair_receipt.draw, REPAIR),
        ("repair-bare", repair_receipt.draw, BARE_REPAIR),
        ("repair-handed-over", repair_receipt.draw, replace(REPAIR, hand_over=HAND_OVER)),
    )
]
every_receipt = pytest.mark.parametrize(("draw", "value"), EVERY_RECEIPT)
every_language = pytest.mark.parametrize("language", LANGUAGES)


@every_receipt
@every_language
def test_a_receipt_is_read_by_a_scanner(draw, value, language):
    page = pypdfium2.PdfDocument(draw(value, SEAL, language).data)[0]

    (found,) = zxingcpp.read_barcodes(page.render(scale=3).to_pil())

    assert (found.text, found.format) == (NUMBER, zxingcpp.BarcodeFormat.Code128)


@every_receipt
@every_language
def test_only_embedded_subsets_of_our_fonts_are_used(draw, value, language):
    reader = PdfReader(io.BytesIO(draw(value, SEAL, language).data))
    fonts = [font.get_object() for page in reader.pages for font in page["/Resources"]["/Font"].values()]

    assert fonts
    assert all("/FontFile2" in font["/FontDescriptor"].get_object() for font in fonts)
    assert all(re.match(r"/[A-Z]{6}\+Noto", font["/BaseFont"]) for font in fonts)


@every_receipt
@every_language
def test_the_same_values_are_the_same_bytes(draw, value, language):
    assert draw(value, SEAL, language) == draw(value, SEAL, language)


@every_receipt
@every_language
def test_each_page_says_which_it_is_and_whose(draw, value, language):
    pages = pages_of(draw(value, SEAL, language).data)

    for number, page in enumerate(pages, start=1):
        assert NUMBER in page
        if language != "en":
            assert f"第{number}页，共{len(pages)}页" in page
        if language != "zh":
            assert f"Page{number}of{len(pages)}" in page


@every_receipt
@every_language
def test_the_paper_can_be_verified(draw, value, language):
    text = text_of(draw(value, SEAL, language).data)

    for proof in (SEAL.document_number, SEAL.check_code, SEAL.sha256):
        assert proof in text


@pytest.mark.parametrize("length", [3_000, 10_000])
@pytest.mark.parametrize("unit", ["字", "x", "word and ", "，", "维修 A-1 (b) "])
def test_a_long_text_flows_over_pages_and_loses_nothing(length, unit):
    text = (unit * length)[:length]

    data = intake_receipt.draw(intake(reported_fault=text), SEAL, "both").data

    pages = len(pypdfium2.PdfDocument(data))
    assert pages >= length // 6000 + 1
    assert folded(text) in body_of(data)


def test_a_long_table_repeats_its_head_on_each_page():
    charges = tuple(ChargeTold(f"Charge {number}", cny(number)) for number in range(120))
    value = replace(REPAIR, tests=REPAIR.tests * 120, head=replace(HEAD, charges_told=charges))

    pages = pages_of(repair_receipt.draw(value, SEAL, "en").data)

    with_tests = [page for page in pages if "Displayburn-in" in page]
    assert len(with_tests) >= 3
    assert all("CheckValueResult" in page for page in with_tests)
    assert "".join(pages).count("Displayburn-in") == 120


@every_language
@given(rows=st.integers(0, 40), lines=st.integers(0, 40))
@settings(max_examples=15)
def test_no_heading_stands_alone_at_the_foot_of_a_page(language, rows, lines):
    charges = tuple(ChargeTold(f"Charge {number}", cny(number)) for number in range(rows))
    value = intake(charges_told=charges, reported_fault="\n".join(["fault"] * lines))
    document = pypdfium2.PdfDocument(intake_receipt.draw(value, SEAL, language).data)

    for page in document:
        text = page.get_textpage()
        lowest = text.get_text_bounded(left=0, right=125, bottom=55, top=90)
        beside = text.get_text_bounded(left=128, bottom=50, top=110)
        assert not lowest.strip() or beside.strip()


def test_many_threads_draw_the_same_paper():
    alone = repair_receipt.draw(REPAIR, SEAL, "both")

    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda _: repair_receipt.draw(REPAIR, SEAL, "both"), range(24)))

    assert all(drawn == alone for drawn in together)


@pytest.mark.parametrize(("count", "printed"), [(0, False), (1, True), (100, True)])
@every_receipt
def test_a_receipt_says_how_many_photos_and_files_there_are(draw, value, count, printed):
    with_files = replace(value, head=replace(value.head, attachments=count))

    said = text_of(draw(with_files, SEAL, "both").data)

    assert ("照片及附件" in said, "Photosandfiles" in said) == (printed, printed)
