"""Files kept by the SHA-256 of their content, outside of the database: the same content twice is one file.

A file is written under a name of its own, synced, put into its place in one move, and its folder is synced, before any
row names it: what is on record is on disk, also after a power cut. A file that no row names is of no harm. Two who
write the same content at once write the same file. Nothing here deletes one.
"""

from __future__ import annotations

import errno
import hashlib
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from depot.errors import DiskFull

FULL = (errno.ENOSPC, errno.EDQUOT)


def path_of(folder: Path, sha256: str) -> Path:
    """Where the content of this hash stands."""
    return folder / sha256[:2] / sha256


def keep(folder: Path, data: bytes) -> str:
    """Put content on disk for good; its SHA-256. Raises DiskFull, and leaves nothing behind then.

    What is there already is written again: that puts a damaged file right.
    """
    sha256 = hashlib.sha256(data).hexdigest()
    path = path_of(folder, sha256)
    with full_disk_refused():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        _write(path, data)
        for changed in (path.parent, folder, folder.parent):
            _sync_folder(changed)
    return sha256


@contextmanager
def full_disk_refused() -> Iterator[None]:
    """Raise DiskFull where the disk is full."""
    try:
        yield
    except OSError as fault:
        if fault.errno not in FULL:
            raise
        raise DiskFull from fault


def _write(path: Path, data: bytes) -> None:
    number, draft = tempfile.mkstemp(prefix=".draft-", dir=path.parent)  # readable by its owner alone
    try:
        with os.fdopen(number, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        Path(draft).replace(path)
    finally:
        Path(draft).unlink(missing_ok=True)


def _sync_folder(folder: Path) -> None:
    number = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(number)
    finally:
        os.close(number)


def fault_of(folder: Path, sha256: str, size: int) -> str | None:
    """What is wrong with the file of this hash, or nothing."""
    try:
        with path_of(folder, sha256).open("rb") as file:
            found, there = hashlib.file_digest(file, "sha256").hexdigest(), file.tell()
    except OSError as fault:
        return f"its file cannot be read ({fault.strerror})"
    if there != size:
        return f"its file has {there} bytes, not {size}"
    return None if found == sha256 else "its file has another content"
