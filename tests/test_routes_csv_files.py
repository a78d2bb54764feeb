"""CSV files as the world writes them: what comes in is right, or refused with its line and a reason."""

from __future__ import annotations

import csv
import io
import json
import tracemalloc
from pathlib import Path

import pytest
from shared_data import shared, shared_rows

from routes.csv_files import LONGEST_LINE, BadRow, CsvError, Row, reading, write_rows

UTF_16 = "make,model\n张,䶮\n"


def read(data: bytes, encoding: str | None = None) -> list[Row | BadRow]:
    with reading(io.BufferedReader(io.BytesIO(data)), encoding) as file:
        return list(file)


def cells_of(data: bytes, encoding: str | None = None) -> list[dict[str, str]]:
    return [dict(row.cells) for row in read(data, encoding) if isinstance(row, Row)]


@pytest.mark.parametrize(
    ("data", "encoding"),
    [
        (b"\xef\xbb\xbf" + UTF_16.encode(), None),
        (UTF_16.encode(), None),
        (UTF_16.encode(), "utf-8"),
        (UTF_16.encode("utf-16"), None),
        (b"\xfe\xff" + UTF_16.encode("utf-16-be"), None),
        (UTF_16.encode("utf-16-le"), "utf-16"),
        (UTF_16.encode("gb18030"), "gb18030"),
        (UTF_16.replace(",", ";").encode(), None),
        (UTF_16.replace(",", "\t").encode("utf-16"), None),
        (UTF_16.replace("\n", "\r").encode(), None),
        (UTF_16.replace("\n", "\r\n").encode(), None),
        (UTF_16.replace("make,model", " make , model ").encode(), None),
        (UTF_16.replace("张,䶮", '"张","䶮"').encode() + b"\n,\n\n", None),
    ],
)
def test_the_same_rows_come_out_of_every_usual_form(data: bytes, encoding: str | None) -> None:
    assert cells_of(data, encoding) == [{"make": "张", "model": "䶮"}]


def test_gb18030_is_read_by_the_standard_of_2022() -> None:
    for row in shared_rows("gb18030_2022_vs_python311.csv"):
        data = b"make\n<" + bytes.fromhex(row["bytes_hex"]) + b">\n"

        (cells,) = cells_of(data, "gb18030")

        assert cells["make"] == f"<{row['char']}>"


@pytest.mark.parametrize(
    "name",
    [
        "comma_in_quotes",
        "empty",
        "empty_crlf",
        "escaped_quotes",
        "json",
        "newlines",
        "newlines_crlf",
        "quotes_and_newlines",
        "simple",
        "simple_crlf",
        "utf8",
    ],
)
def test_the_spectrum_of_csv_comes_in_right(name: str) -> None:
    expected = json.loads(shared(f"csv-spectrum/json/{name}.json").read_text(encoding="utf-8"))

    assert cells_of(shared(f"csv-spectrum/csvs/{name}.csv").read_bytes()) == expected


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"", "there is no header"),
        (b"\n1,2\n", "there is no header"),
        (b"a,b,a\n", "the header has `a` twice"),
        (b"a,,c\n", "column 2 has no name"),
        ("a,b\n".encode("utf-16-le"), "a NUL character. If the file is UTF-16"),
        (b"caf\xe9,b\n", "bytes that are no text in this encoding"),
        (b'"a"x,b\n1,2\n', "in the header"),
        (b'"a,b\n1,2\n', "a quote that is opened here is not closed"),
        (b"\xff\xfea\x00\x00\xd8b\x00", "cannot be read as utf-16"),
    ],
)
def test_a_header_that_cannot_be_used_is_refused_with_the_file(data: bytes, said: str) -> None:
    with pytest.raises(CsvError, match=r"^line 1: ") as refused:
        read(data)

    assert said in refused.value.reason


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b"1,2,3", "3 cells where the header has 2 columns"),
        (b"1", "1 cells where"),
        (b"1,\x00", "b: a NUL character"),
        (b"1,caf\xe9", "b: bytes that are no text"),
        (b'1,"x"y', "is written twice"),
        (b"1," + b"x" * 200_000, "field larger than field limit"),
    ],
)
def test_a_row_that_is_none_is_refused_alone(bad: bytes, said: str) -> None:
    first, refused, last = read(b'a,b\n"one\nline",2\n' + bad + b"\n3,4\n")

    assert (first, last) == (Row(2, {"a": "one\nline", "b": "2"}), Row(5, {"a": "3", "b": "4"}))
    assert isinstance(refused, BadRow)
    assert (refused.line, said in refused.reason) == (4, True)


@pytest.mark.parametrize(
    ("bad", "said"),
    [
        (b'1,"x\n2,y\n3,z\n', "a quote that is opened here is not closed; nothing from there on was read"),
        (b'1,"x\n2,"y"\n3,z\n', "is not closed"),
        (b"1," + b"x" * (LONGEST_LINE + 1) + b"\n3,4\n", "longer than"),
    ],
)
def test_reading_stops_where_the_next_row_is_anybodys_guess(bad: bytes, said: str) -> None:
    with reading(io.BufferedReader(io.BytesIO(b"a,b\n1,2\n" + bad))) as file:
        rows = iter(file)
        first = next(rows)
        with pytest.raises(CsvError) as refused:
            next(rows)

    assert first == Row(2, {"a": "1", "b": "2"})
    assert (refused.value.line, said in refused.value.reason) == (3, True)


class Endless(io.RawIOBase):
    """A header, and then one line of a thousand million characters."""

    left = 1_000_000_000

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: bytearray) -> int:
        if self.left == 1_000_000_000:
            self.left -= 1
            buffer[:4] = b"a,b\n"
            return 4
        size = min(len(buffer), self.left)
        buffer[:size] = b"x" * size
        self.left -= size
        return size


def test_a_line_without_end_is_never_held_whole() -> None:
    tracemalloc.start()

    with pytest.raises(CsvError, match="longer than"), reading(io.BufferedReader(Endless())) as file:
        list(file)

    assert tracemalloc.get_traced_memory()[1] < 20_000_000
    tracemalloc.stop()


@pytest.mark.parametrize(
    ("required", "known", "ignored", "said"),
    [
        (["a", "c"], ["a", "b", "c"], [], "the header lacks `c`; it has `a`, `b`"),
        (["a"], ["a"], [], "nobody here reads `b`; leave them out on purpose with --ignore COLUMN"),
        (["a"], ["a"], ["b"], None),
        (["a"], ["a", "b", "c"], [], None),
    ],
)
def test_columns_are_demanded_and_none_is_passed_over(
    required: list[str], known: list[str], ignored: list[str], said: str | None
) -> None:
    refused = None

    with reading(io.BufferedReader(io.BytesIO(b"a,b\n1,2\n"))) as file:
        try:
            file.demand(required, known, ignored)
        except CsvError as error:
            refused = error.reason

    assert (said is None) is (refused is None)
    assert (said or "") in (refused or "")


NAUGHTY = ["=1+1", "+49 1", "-1", "@x", "\tx", "＝1", "plain", 'a "quote"', "two\nlines", "", "'=kept"]


@pytest.mark.parametrize(("guarded", "signs"), [(False, 0), (True, 6)])
def test_what_is_written_comes_back_and_is_guarded_only_where_asked(guarded: bool, signs: int, tmp_path: Path) -> None:
    path = tmp_path / "out.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        written = write_rows(file, ["a", "b"], [[text, "x"] for text in NAUGHTY], guarded)

    with path.open(encoding="utf-8", newline="") as file:
        read = [row["a"] for row in csv.DictReader(file)]

    assert written == len(NAUGHTY)
    assert [text.removeprefix("'") if guarded and text != "'=kept" else text for text in read] == NAUGHTY
    assert sum(one != other for one, other in zip(read, NAUGHTY, strict=True)) == signs
