"""The file that ``depot backup`` writes: a ZIP with the rows of each table as lines of JSON, the attached files, and a
page of contents with the size and the SHA-256 of each.

It does not depend on the kind of database: what was backed up from one is restored to the other. The page of contents
comes last, so that a file that was cut off has none.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

from models.dump import Shape

FORMAT = 1
CONTENTS, SECRET, FILES = "contents.json", "secret", "files/"
CHUNK = 1024 * 1024


class NotABackup(Exception):
    """This file is not a whole backup."""


@dataclass(frozen=True)
class Saved:
    """A table in the archive: its shape, how many rows, and the SHA-256 of their lines."""

    name: str
    columns: dict[str, str]
    rows: int
    sha256: str

    @property
    def shape(self) -> Shape:
        """What the rows' values are."""
        return Shape(self.name, self.columns)


@dataclass(frozen=True)
class Contents:
    """What is in the archive; ``files`` are SHA-256 by name."""

    made_at: str
    revision: str | None
    tables: list[Saved]
    files: dict[str, str]
    format: int = FORMAT


class Writer:
    """An archive that is being written."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive

    def add_rows(self, shape: Shape, rows: Iterable[list[Any]]) -> Saved:
        """Add a table, row by row."""
        digest, count = hashlib.sha256(), 0
        with self._archive.open(_member(f"tables/{shape.name}.jsonl"), "w", force_zip64=True) as file:
            for row in rows:
                line = json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
                digest.update(line)
                file.write(line)
                count += 1
        return Saved(shape.name, dict(shape.columns), count, digest.hexdigest())

    def add_file(self, name: str, path: Path) -> str:
        """Add a file under a name; the answer is its SHA-256."""
        digest = hashlib.sha256()
        with path.open("rb") as source, self._archive.open(_member(FILES + name), "w", force_zip64=True) as file:
            while chunk := source.read(CHUNK):
                digest.update(chunk)
                file.write(chunk)
        return digest.hexdigest()

    def add_secret(self, secret: str) -> None:
        """Add the secret."""
        self._archive.writestr(_member(SECRET), secret)

    def finish(self, contents: Contents) -> None:
        """Add the page of contents: without it nothing of this is a backup."""
        self._archive.writestr(_member(CONTENTS), json.dumps(asdict(contents), ensure_ascii=False, indent=1))


class Reader:
    """An archive that is there. Raises NotABackup where it is damaged, at the latest when that part is read."""

    def __init__(self, archive: zipfile.ZipFile) -> None:
        self._archive = archive
        self.contents = _contents_of(archive)

    def rows(self, saved: Saved) -> Iterator[list[Any]]:
        """The rows of a table; their number and hash are known to be right only when the last one was read."""
        digest, count = hashlib.sha256(), 0
        with self._open(f"tables/{saved.name}.jsonl") as file:
            for line in file:
                digest.update(line)
                count += 1
                yield json.loads(line)
        if (digest.hexdigest(), count) != (saved.sha256, saved.rows):
            raise NotABackup(f"the rows of {saved.name} are damaged")

    def chunks(self, name: str) -> Iterator[bytes]:
        """A file's bytes; known to be right only when the last ones were read."""
        digest = hashlib.sha256()
        with self._open(FILES + name) as file:
            while chunk := file.read(CHUNK):
                digest.update(chunk)
                yield chunk
        if digest.hexdigest() != self.contents.files[name]:
            raise NotABackup(f"the file {name} is damaged")

    def secret(self) -> str | None:
        """The secret, where it was put in."""
        if SECRET not in self._archive.namelist():
            return None
        with self._open(SECRET) as file:
            return file.read().decode()

    @contextmanager
    def _open(self, name: str) -> Iterator[IO[bytes]]:
        try:
            with self._archive.open(name) as file:
                yield file
        except (KeyError, ValueError, EOFError, zipfile.BadZipFile, zlib.error) as error:
            raise NotABackup(f"{name} is damaged") from error


@contextmanager
def writing(path: Path) -> Iterator[Writer]:
    """A new archive, readable by its owner alone; it gets its name when it is whole and on the disk.

    Raises FileExistsError where there is something of that name.
    """
    draft = path.with_name(f"{path.name}.part")
    try:
        with os.fdopen(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
            with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
                yield Writer(archive)
            file.flush()
            os.fsync(file.fileno())
        os.link(draft, path)  # unlike a rename it never replaces an older backup
    finally:
        draft.unlink(missing_ok=True)
    sync_folder(path.parent)


@contextmanager
def reading(path: Path) -> Iterator[Reader]:
    """An archive on the disk. Raises NotABackup."""
    try:
        archive = zipfile.ZipFile(path)
    except zipfile.BadZipFile as error:
        raise NotABackup("it is cut off, or no backup at all") from error
    with archive:
        yield Reader(archive)


def sync_folder(folder: Path) -> None:
    """Let a name in a folder survive a power cut."""
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def _contents_of(archive: zipfile.ZipFile) -> Contents:
    try:
        found = json.loads(archive.read(CONTENTS))
        if found["format"] != FORMAT:
            raise NotABackup(f"its format {found['format']} is newer than this version knows")
        return Contents(**{**found, "tables": [Saved(**one) for one in found["tables"]]})
    except (KeyError, TypeError, ValueError, zipfile.BadZipFile, zlib.error) as error:
        raise NotABackup("its page of contents is missing or damaged") from error


def _member(name: str) -> zipfile.ZipInfo:
    """A member without a date of its own: the page of contents says when."""
    member = zipfile.ZipInfo(name)
    member.compress_type = zipfile.ZIP_DEFLATED
    return member
