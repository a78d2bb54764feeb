"""The outline of a glyph as SVG path data, read from the TrueType ``glyf`` table (ISO/IEC 14496-22).

An SVG label shows the same everywhere only when its letters are drawn as paths. reportlab has read the font already
and keeps its bytes, so a few lines of reading replace a second font library and a second copy of 10 MB. All commands
but the first are relative, so that a glyph is one constant piece of text that can be put behind any ``M x y``.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache
from itertools import pairwise
from struct import unpack_from

from labels.fonts import Font

HEADER = 10
ON_CURVE, X_SHORT, Y_SHORT, REPEATED, X_SAME, Y_SAME = 1, 2, 4, 8, 16, 32
WORDS, OFFSETS, SCALE, MORE, SCALE_XY, SCALE_2X2 = 1, 2, 8, 32, 64, 128

Point = tuple[float, float, bool]
Contour = list[Point]


@lru_cache(maxsize=8192)
def glyph_path(font: Font, character: str) -> str:
    """SVG path data in font units, y downwards, from the origin of the glyph; empty for a space."""
    return "".join(_commands(contours(font, font.glyphs.get(ord(character), 0))))


def contours(font: Font, glyph: int) -> list[Contour]:
    """The closed contours of a glyph: points in font units, y upwards, with whether they are on the curve."""
    face = font.face
    start, end = face.glyphPos[glyph], face.glyphPos[glyph + 1]
    if start == end:
        return []
    data = face.get_chunk(face.get_table_pos("glyf")[0] + start, end - start)
    count = unpack_from(">h", data)[0]
    return _simple(data, count) if count >= 0 else _composite(font, data)


def _simple(data: bytes, count: int) -> list[Contour]:
    ends = unpack_from(f">{count}H", data, HEADER)
    at = HEADER + 2 * count
    at += 2 + unpack_from(">H", data, at)[0]
    flags, at = _flags(data, at, ends[-1] + 1)
    xs, at = _coordinates(data, at, flags, X_SHORT, X_SAME)
    ys, _ = _coordinates(data, at, flags, Y_SHORT, Y_SAME)
    points: Contour = [(x, y, bool(flag & ON_CURVE)) for x, y, flag in zip(xs, ys, flags, strict=True)]
    return [points[start + 1 : end + 1] for start, end in pairwise((-1, *ends))]


def _flags(data: bytes, at: int, count: int) -> tuple[list[int], int]:
    flags: list[int] = []
    while len(flags) < count:
        flag, at = data[at], at + 1
        flags.append(flag)
        if flag & REPEATED:
            flags += [flag] * data[at]
            at += 1
    return flags, at


def _coordinates(data: bytes, at: int, flags: list[int], short: int, same: int) -> tuple[list[int], int]:
    value, values = 0, []
    for flag in flags:
        if flag & short:
            value += data[at] if flag & same else -data[at]
            at += 1
        elif not flag & same:
            value += unpack_from(">h", data, at)[0]
            at += 2
        values.append(value)
    return values, at


def _composite(font: Font, data: bytes) -> list[Contour]:
    parts: list[Contour] = []
    flag, at = MORE, HEADER
    while flag & MORE:
        flag, glyph = unpack_from(">HH", data, at)
        dx, dy = unpack_from(">hh" if flag & WORDS else ">bb", data, at + 4) if flag & OFFSETS else (0, 0)
        at += 8 if flag & WORDS else 6
        (a, b, c, d), at = _matrix(data, at, flag)
        parts += [
            [(a * x + c * y + dx, b * x + d * y + dy, on) for x, y, on in contour] for contour in contours(font, glyph)
        ]
    return parts


def _matrix(data: bytes, at: int, flag: int) -> tuple[tuple[float, float, float, float], int]:
    count = 4 if flag & SCALE_2X2 else 2 if flag & SCALE_XY else 1 if flag & SCALE else 0
    values = [value / 16384 for value in unpack_from(f">{count}h", data, at)]
    at += 2 * count
    if count == 4:
        return (values[0], values[1], values[2], values[3]), at
    across, down = (values[0], values[-1]) if values else (1.0, 1.0)
    return (across, 0.0, 0.0, down), at


def _commands(shapes: list[Contour]) -> Iterator[str]:
    x = y = 0.0
    for contour in shapes:
        start, *rest = _from_on_curve(contour)
        yield f"m{_pair(start[0] - x, y - start[1])}"
        x, y = start[0], start[1]
        here = (x, y)
        for control, end in _segments(start, rest):
            step = _pair(end[0] - here[0], here[1] - end[1])
            yield f"q{_pair(control[0] - here[0], here[1] - control[1])} {step}" if control else f"l{step}"
            here = (end[0], end[1])
        yield "z"


def _from_on_curve(contour: Contour) -> Contour:
    """The contour begun at a point on the curve; where there is none, between the last and the first."""
    for index, point in enumerate(contour):
        if point[2]:
            return contour[index:] + contour[:index]
    return [_middle(contour[-1], contour[0]), *contour]


def _segments(start: Point, rest: Contour) -> Iterator[tuple[Point | None, Point]]:
    """(control point or None for a straight line, end point), back to the start."""
    control: Point | None = None
    for point in [*rest, start]:
        if point[2]:
            yield control, point
            control = None
            continue
        if control:
            yield control, _middle(control, point)
        control = point


def _middle(one: Point, other: Point) -> Point:
    return (one[0] + other[0]) / 2, (one[1] + other[1]) / 2, True


def _pair(x: float, y: float) -> str:
    return f"{x:g} {y:g}"
