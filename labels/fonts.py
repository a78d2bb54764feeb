"""The fonts, loaded once per process, and the choice of one for every character.

reportlab drops a character that a font lacks without a word, so each character is given the first font that has it:
in a Chinese text Noto Sans SC, in any other Noto Sans (its quotation marks are not full width), then the other of the
two, then the operator's own fonts. A font's face is read-only after loading, but cutting a subset out of it moves a
file position in it: who saves a PDF holds ``CUTTING``.
"""

from __future__ import annotations

import re
import struct
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from threading import Lock
from typing import NamedTuple

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.pdfdoc import PDFDocument
from reportlab.pdfbase.ttfonts import TTFError, TTFont, TTFontFace

SHIPPED = Path(__file__).parent / "fonts"
CHINESE = re.compile(
    "[\u2e80-\u303f\u3100-\u312f\u31a0-\u31ef\u3400-\u9fff\uf900-\ufaff\uff00-\uffef\U00020000-\U0003ffff]"
)
NO_PICTURE = re.compile(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
BEYOND_FIRST_PLANE = re.compile("<([0-9A-F]{5,6})>")
CUTTING = Lock()


@dataclass(frozen=True, eq=False)
class Font:
    """A TrueType font that reportlab can embed, under the name reportlab knows it by."""

    name: str
    path: Path
    face: TTFontFace = field(repr=False)
    glyphs: Mapping[int, int] = field(repr=False)
    widths: Mapping[int, float] = field(repr=False)

    def width(self, character: str) -> float:
        """The advance of a character as a share of the font's size."""
        thousandths: float = self.widths.get(ord(character), self.face.defaultWidth)
        return thousandths / 1000


class Glyph(NamedTuple):
    """A character in its font, and its advance as a share of the size."""

    font: Font
    width: float


@dataclass(frozen=True, eq=False)
class Style:
    """How a text looks: taken from the whole of it, so that a sentence keeps to one look. There are four."""

    chinese: bool
    bold: bool


STYLES = {(chinese, bold): Style(chinese, bold) for chinese in (False, True) for bold in (False, True)}


class EmbeddedFont(TTFont):  # type: ignore[misc]  # reportlab has no types
    """A font whose text can be copied out of the PDF beyond the first plane too.

    reportlab writes such characters into the ToUnicode map as code points; ISO 32000-1, 9.10.3 wants UTF-16BE.
    """

    def addObjects(self, doc: PDFDocument) -> None:  # noqa: N802 - reportlab's name
        """Put the font's objects into the document."""
        super().addObjects(doc)
        for name, stream in doc.idToObject.items():
            if name.startswith("toUnicodeCMap:"):
                stream.content = BEYOND_FIRST_PLANE.sub(_utf16, stream.content)


Chains = dict[Style, tuple[Font, ...]]
_chains: Chains = {}
_loading = Lock()


def load(extra_folder: Path | None = None) -> tuple[str, ...]:
    """Read the fonts (about 70 ms); the server calls this once, at start. Returns what could not be used, in words.

    ``extra_folder`` holds the operator's own ``.ttf`` and ``.ttc`` files, asked last, in the order of their names.
    """
    with _loading:
        extra, refused = _read_folder(extra_folder)
        _chains.update(_arrange(extra))
        glyph_of.cache_clear()
    return tuple(refused)


def chains() -> Chains:
    """For each style the fonts to ask, in order; read at first use where nobody has called ``load``."""
    if not _chains:
        load()
    return _chains


def style_of(text: str, bold: bool = False) -> Style:
    """The style of a text: a Chinese one as soon as it holds anything Chinese."""
    return STYLES[CHINESE.search(text) is not None, bold]


@lru_cache(maxsize=65536)
def glyph_of(character: str, style: Style) -> Glyph | None:
    """The first font's that has a picture of the character; None where none has, or where it has none to show."""
    if unicodedata.category(character) in ("Cc", "Cf", "Cs") or NO_PICTURE.match(character):
        return None
    code = ord(character)
    font = next((font for font in chains()[style] if font.glyphs.get(code)), None)
    return Glyph(font, font.width(character)) if font else None


def plain_font() -> Font:
    """The font for whatever is plain ASCII; PDF pages name it so that no Helvetica is written into them."""
    return chains()[STYLES[False, False]][0]


def _arrange(extra: tuple[Font, ...]) -> Chains:
    chinese = _read("DepotChinese", "NotoSansSC-Regular.ttf")
    latin = _read("DepotLatin", "NotoSans-Regular.ttf")
    bold_chinese = _read("DepotChineseBold", "NotoSansSC-Bold-GB2312.ttf")
    bold_latin = _read("DepotLatinBold", "NotoSans-Bold.ttf")
    return {
        STYLES[True, False]: (chinese, latin, *extra),
        STYLES[False, False]: (latin, chinese, *extra),
        STYLES[True, True]: (bold_chinese, bold_latin, chinese, latin, *extra),
        STYLES[False, True]: (bold_latin, bold_chinese, latin, chinese, *extra),
    }


def _utf16(code: re.Match[str]) -> str:
    return f"<{chr(int(code[1], 16)).encode('utf-16-be').hex().upper()}>"


def _read(name: str, file: str) -> Font:
    return _register(name, SHIPPED / file)


def _register(name: str, path: Path) -> Font:
    font = EmbeddedFont(name, str(path))
    pdfmetrics.registerFont(font)
    return Font(name, path, font.face, font.face.charToGlyph, font.face.charWidths)


def _read_folder(folder: Path | None) -> tuple[tuple[Font, ...], list[str]]:
    fonts: list[Font] = []
    refused: list[str] = []
    for number, path in enumerate(_font_files(folder)):
        try:
            fonts.append(_register(f"DepotExtra{number}", path))
        except (TTFError, struct.error, OSError) as error:
            refused.append(f"The font {path.name} cannot be used: {error}")
    return tuple(fonts), refused


def _font_files(folder: Path | None) -> Iterable[Path]:
    if folder is None:
        return ()
    return sorted(path for path in folder.iterdir() if path.suffix.lower() in (".ttf", ".ttc", ".otf"))
