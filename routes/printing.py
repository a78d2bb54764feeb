"""Raw printing: ZPL over TCP, as label printers take it on port 9100. There is no answer but that the printer closes.

Whoever calls this holds nothing of the database: a printer that hangs takes seconds. A host name is looked up here, and
each address that it leads to is held against the rule of ``depot/printers.py``, so that a name cannot lead elsewhere
than where a printer may be.
"""

from __future__ import annotations

import socket
import time
from collections.abc import Iterable, Iterator

from depot.errors import PrinterAway, PrinterSilent
from depot.printers import is_allowed

CONNECT_SECONDS = 3.0
SEND_SECONDS = 5.0
CLOSE_SECONDS = 2.0
MOST_ADDRESSES = 4
CHECK = "Check that the printer is switched on and on the network, and that its address on record is the one it shows."
PAPER = "Check paper, ribbon and cover."
LOOK = "Some labels may have come out: look at the printer, then send again what is missing."


def send(host: str, port: int, data: bytes | Iterable[bytes], anywhere: bool) -> bool:
    """Hand the data to a printer; says whether it confirmed by closing its side. Raises PrinterAway, PrinterSilent.

    ``anywhere``: whether any address will do. A printer without paper takes what fits into its memory and prints later.
    """
    chunks = [data] if isinstance(data, bytes) else data
    with _connected(host, port, anywhere) as connection:
        connection.settimeout(SEND_SECONDS)
        try:
            for chunk in chunks:
                connection.sendall(chunk)
            connection.shutdown(socket.SHUT_WR)
            return _is_closed(connection)
        except TimeoutError as fault:
            raise PrinterSilent(f"The printer at {host}:{port} takes no more data. {PAPER} {LOOK}") from fault
        except OSError as fault:
            raise PrinterAway(
                f"The printer at {host}:{port} broke the connection off ({_why(fault)}). {LOOK}"
            ) from fault


def _connected(host: str, port: int, anywhere: bool) -> socket.socket:
    reason = "its name leads nowhere"
    for address in _addresses(host, port):
        if not (anywhere or is_allowed(address)):
            reason = f"{address} is no place for a printer"
            continue
        try:
            return socket.create_connection((address, port), CONNECT_SECONDS)
        except OSError as fault:
            reason = _why(fault)
    raise PrinterAway(f"The printer at {host}:{port} cannot be reached: {reason}. {CHECK}")


def _addresses(host: str, port: int) -> Iterator[str]:
    """The addresses of a host, IPv4 first; none for a name that nobody knows."""
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        return
    by_family = sorted(found, key=lambda each: each[0] != socket.AF_INET)
    yield from [str(each[4][0]) for each in by_family][:MOST_ADDRESSES]


def _is_closed(connection: socket.socket) -> bool:
    """Wait a little for the printer to close its side, past whatever it says meanwhile."""
    end = time.monotonic() + CLOSE_SECONDS
    while (left := end - time.monotonic()) > 0:
        connection.settimeout(left)
        try:
            if not connection.recv(4096):
                return True
        except TimeoutError:
            return False
    return False


def _why(fault: OSError) -> str:
    return fault.strerror or str(fault)
