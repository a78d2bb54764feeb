"""One lock in the data folder says that a service runs on it: shared by services, exclusive for who may meet none."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import click

LOCK_FILE = "serving.lock"


@contextmanager
def serving(data_dir: Path) -> Iterator[None]:
    """Say that a service runs here. The workers inherit it, so it outlives a killed master as long as they do."""
    with _locked(data_dir, fcntl.LOCK_SH):
        yield


@contextmanager
def nobody_serving(data_dir: Path) -> Iterator[None]:
    """Let no service start here meanwhile. Raises ClickException where one runs."""
    try:
        with _locked(data_dir, fcntl.LOCK_EX | fcntl.LOCK_NB):
            yield
    except BlockingIOError as error:
        raise click.ClickException(f"A service runs on {data_dir}. Stop it first; nothing was changed.") from error


@contextmanager
def _locked(data_dir: Path, how: int) -> Iterator[None]:
    number = os.open(data_dir / LOCK_FILE, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        fcntl.flock(number, how)
        yield
    finally:
        os.close(number)
