"""How often somebody may guess a code: counted per address and per thing guessed at, in the memory of each worker.

Only what was wrong counts, so a customer who looks every minute is never turned away, and nothing is written to the
database for a stranger. Each worker counts for itself: with two of them up to twice as many guesses get through,
which a code of 39 bits bears.
"""

from __future__ import annotations

import ipaddress
import math
import time

from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.storage import MemoryStorage
from limits.strategies import FixedWindowRateLimiter

PER_ADDRESS = RateLimitItemPerMinute(20, multiples=15)
PER_SUBJECT = RateLimitItemPerHour(60)
NETWORK_BITS = 64


class Guesses:
    """The wrong guesses of late. ``wait`` asks, ``note_wrong`` counts."""

    def __init__(self) -> None:
        self._limiter = FixedWindowRateLimiter(MemoryStorage())

    def wait(self, address: str, subject: str) -> int:
        """Seconds until a further guess is heard, 0 where one is heard at once."""
        spent = [(limit, key) for limit, key in _counters(address, subject) if not self._limiter.test(limit, key)]
        ends = [self._limiter.get_window_stats(limit, key).reset_time for limit, key in spent]
        return max((max(1, math.ceil(end - time.time())) for end in ends), default=0)

    def note_wrong(self, address: str, subject: str) -> None:
        """Count a wrong guess."""
        for limit, key in _counters(address, subject):
            self._limiter.hit(limit, key)


def _counters(address: str, subject: str) -> list[tuple[RateLimitItem, str]]:
    return [(PER_ADDRESS, f"from {network_of(address)}"), (PER_SUBJECT, f"at {subject}")]


def network_of(address: str) -> str:
    """Whom an address belongs to: of IPv6 the first 64 bits, which are one customer's."""
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return address
    return str(ipaddress.ip_network((parsed, NETWORK_BITS), strict=False)) if parsed.version == 6 else str(parsed)
