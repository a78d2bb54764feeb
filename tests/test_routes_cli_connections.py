"""What comes over the wire to a service that runs: slow, broken off, or not framed as it says."""

from __future__ import annotations

import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from terminal import fetch, serving

Place = tuple[str, int]
CHUNKED = b"Transfer-Encoding: chunked\r\n"
CHUNK = b"10000\r\n" + b" " * 0x10000 + b"\r\n"


@pytest.fixture(scope="module")
def service(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, str]]:
    """The address and a token of a service that runs."""
    folder: Path = tmp_path_factory.mktemp("service")
    with serving("serve", "--port", "0", settings={"DEPOT_DATA_DIR": str(folder)}) as (address, printed):
        yield address, next(line for line in printed if line.startswith("First start.")).split()[-1]


def place_of(service: tuple[str, str]) -> Place:
    parts = urlsplit(service[0])
    return str(parts.hostname), int(parts.port or 0)


def answer_to(service: tuple[str, str], rest: bytes, more: bool = True) -> bytes:
    """What is answered to a POST: to its further headers, a blank line and a body."""
    head = f"POST /api/v1/people HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {service[1]}\r\n"
    with socket.create_connection(place_of(service), timeout=30) as line:
        line.sendall(head.encode() + b"Content-Type: application/json\r\nConnection: close\r\n" + rest)
        if not more:
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


@pytest.mark.parametrize(
    ("rest", "status"),
    [
        (b'Content-Length: 12\r\n\r\n{"name":"a"}', 201),
        (CHUNKED + b'\r\nc\r\n{"name":"a"}\r\n0\r\n\r\n', 201),
        (CHUNKED + b"\r\nzz\r\n{}\r\n0\r\n\r\n", 400),
        (CHUNKED + b"\r\n2\r\n{}XX0\r\n\r\n", 400),
        (CHUNKED + b"\r\n" + CHUNK * 32 + b"0\r\n\r\n", 422),
        (CHUNKED + b"\r\n" + CHUNK * 32 + b"1\r\n \r\n0\r\n\r\n", 413),
        (b"Content-Length: 2097153\r\n\r\n", 413),
        (b"Content-Length: 99999999999999999999\r\n\r\n{}", 413),
        (b"Content-Length: 1\r\n\r\n{}", 400),
    ],
)
def test_a_body_is_taken_as_it_is_framed_or_refused(service: tuple[str, str], rest: bytes, status: int) -> None:
    assert answer_to(service, rest).startswith(f"HTTP/1.1 {status} ".encode())


@pytest.mark.parametrize(
    "rest",
    [
        b'Content-Length: 20\r\n\r\n{"name":"a"}',
        b"Content-Length: 20\r\n\r\n",
        CHUNKED + b'\r\nc\r\n{"name":"a"}\r\n',
        CHUNKED + b'\r\nd\r\n{"name":"a"}',
    ],
)
def test_a_body_that_broke_off_is_never_taken_for_a_whole_one(service: tuple[str, str], rest: bytes) -> None:
    answer = answer_to(service, rest, more=False)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b"The body broke off" in answer


def test_many_who_say_nothing_keep_nobody_waiting(service: tuple[str, str]) -> None:
    with ExitStack() as lines:
        for _ in range(40):
            lines.enter_context(socket.create_connection(place_of(service), timeout=30))
        began = time.monotonic()

        assert fetch(f"{service[0]}/healthz") == 200
        assert time.monotonic() - began < 4


def test_who_does_not_come_to_the_end_of_a_head_is_cut_off(service: tuple[str, str]) -> None:
    with ExitStack() as lines:
        slow = [lines.enter_context(socket.create_connection(place_of(service), timeout=30)) for _ in range(8)]
        for line in slow:
            line.sendall(b"GET /healthz HT")

        assert [line.recv(1) for line in slow] == [b""] * 8
        assert fetch(f"{service[0]}/healthz") == 200
