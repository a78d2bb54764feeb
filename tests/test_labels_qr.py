"""QR codes: read by an independent reader, on paper too, and always the same modules."""

from __future__ import annotations

from typing import Any

import pypdfium2
import pytest
import zxingcpp
from labels_samples import INTAKE, NUMBER, REPAIR, SEAL, pages_of
from PIL import Image

from labels import intake_receipt, repair_receipt
from labels.errors import NotEncodable
from labels.qr import QUIET_MODULES, Matrix, qr

PAGE = "https://depot.example/o/RP2600000012X/QNKDMDWJ"


def picture(matrix: Matrix, scale: int = 4) -> Image.Image:
    side = (matrix.size + 2 * QUIET_MODULES) * scale
    image = Image.new("L", (side, side), 255)
    for row, start, width in matrix.spans:
        left, top = (start + QUIET_MODULES) * scale, (row + QUIET_MODULES) * scale
        image.paste(0, (left, top, left + width * scale, top + scale))
    return image


@pytest.mark.parametrize("text", [PAGE, "A", "https://" + "a" * 100 + "/o/RP2600000012X/QNKDMDWJ", "河畔维修站 𠮷"])
def test_an_independent_reader_reads_it(text: str) -> None:
    matrix = qr(text)

    found = zxingcpp.read_barcodes(picture(matrix))

    assert [one.text for one in found] == [text]
    assert matrix.text == text


def test_the_modules_repeat() -> None:
    first = qr(PAGE)

    qr.cache_clear()

    assert qr(PAGE) == first


def test_what_no_symbol_holds_is_refused() -> None:
    with pytest.raises(NotEncodable, match="cannot hold 3000 characters"):
        qr("a" * 3000)


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize(("draw", "value"), [(intake_receipt.draw, INTAKE), (repair_receipt.draw, REPAIR)])
def test_on_paper_it_is_read_beside_the_number(draw: Any, value: Any, language: str) -> None:
    drawn = draw(value, SEAL, language, PAGE)

    image = pypdfium2.PdfDocument(drawn.data)[0].render(scale=2).to_pil()
    found = {str(one.format): one.text for one in zxingcpp.read_barcodes(image)}
    assert set(found.values()) == {PAGE, NUMBER}
    assert drawn == draw(value, SEAL, language, PAGE)


def test_without_an_address_there_is_none() -> None:
    drawn = intake_receipt.draw(INTAKE, SEAL, "en")

    image = pypdfium2.PdfDocument(drawn.data)[0].render(scale=2).to_pil()
    assert [one.text for one in zxingcpp.read_barcodes(image)] == [NUMBER]
    assert "Scan to follow" not in " ".join(pages_of(drawn.data))


def test_a_long_address_pushes_nothing_off_the_paper() -> None:
    long = "https://" + "a" * 92 + "/o/RP2600000012X/QNKDMDWJ"

    drawn = intake_receipt.draw(INTAKE, SEAL, "both", long)

    image = pypdfium2.PdfDocument(drawn.data)[0].render(scale=2).to_pil()
    assert long in [one.text for one in zxingcpp.read_barcodes(image)]
