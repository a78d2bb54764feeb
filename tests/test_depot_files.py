"""Files by their hash: one per content, whole or not at all, and found out when they change."""

from __future__ import annotations

import errno
import hashlib
import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from depot import files
from depot.errors import DiskFull

DATA = "张䶮 𠮷 \0 bytes".encode()
SHA256 = hashlib.sha256(DATA).hexdigest()


def everything_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_the_same_content_twice_is_one_file(tmp_path: Path) -> None:
    first, second = files.keep(tmp_path / "new", DATA), files.keep(tmp_path / "new", DATA)

    assert first == second == SHA256
    assert everything_in(tmp_path) == [files.path_of(tmp_path / "new", SHA256)]
    assert files.path_of(tmp_path / "new", SHA256).read_bytes() == DATA


def test_many_who_write_the_same_write_one_file(tmp_path: Path) -> None:
    data = DATA * 50_000

    with ThreadPoolExecutor(16) as pool:
        kept = set(pool.map(lambda _: files.keep(tmp_path, data), range(64)))

    assert len(kept) == 1
    assert [path.read_bytes() == data for path in everything_in(tmp_path)] == [True]


@pytest.mark.parametrize("fault", [errno.ENOSPC, errno.EDQUOT])
def test_a_full_disk_is_said_and_nothing_is_left_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, fault: int
) -> None:
    def fail(_: int) -> None:
        raise OSError(fault, "no room")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(DiskFull):
        files.keep(tmp_path, DATA)

    assert everything_in(tmp_path) == []


def test_another_fault_of_the_disk_is_not_called_a_full_one(tmp_path: Path) -> None:
    with pytest.raises(PermissionError), files.full_disk_refused():
        raise PermissionError(errno.EACCES, "not yours")


def test_a_file_is_synced_then_moved_then_its_folder_is_synced(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    sync, move = os.fsync, Path.replace

    def note_sync(number: int) -> None:
        done.append("sync folder" if Path(f"/proc/self/fd/{number}").resolve().is_dir() else "sync file")
        sync(number)

    def note_move(self: Path, target: Path) -> Path:
        done.append("move")
        return move(self, target)

    monkeypatch.setattr(os, "fsync", note_sync)
    monkeypatch.setattr(Path, "replace", note_move)
    files.keep(tmp_path, DATA)

    assert done[:3] == ["sync file", "move", "sync folder"]


@pytest.mark.parametrize(
    ("after", "said"),
    [
        (DATA, None),
        (DATA[:-1] + b"?", "its file has another content"),
        (DATA[:-1], f"its file has {len(DATA) - 1} bytes, not {len(DATA)}"),
        (None, "its file cannot be read (No such file or directory)"),
    ],
)
def test_what_became_of_a_file_is_found(tmp_path: Path, after: bytes | None, said: str | None) -> None:
    files.keep(tmp_path, DATA)
    path = files.path_of(tmp_path, SHA256)
    path.unlink()
    if after is not None:
        path.write_bytes(after)

    assert files.fault_of(tmp_path, SHA256, len(DATA)) == said


def test_the_same_content_again_puts_a_damaged_file_right(tmp_path: Path) -> None:
    files.keep(tmp_path, DATA)
    files.path_of(tmp_path, SHA256).write_bytes(b"damaged")

    files.keep(tmp_path, DATA)

    assert files.fault_of(tmp_path, SHA256, len(DATA)) is None
