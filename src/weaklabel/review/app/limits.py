"""How much one client may send: bytes in a request, and requests in a time."""

from __future__ import annotations

import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

MAX_BODY_BYTES = 64 * 1024
MAX_QUERY_BYTES = 4 * 1024
MAX_CLIENTS = 10_000


@dataclass(frozen=True, slots=True)
class Rate:
    """So many requests a second, and so many at once after a rest."""

    a_second: float
    at_once: int


@dataclass(frozen=True, slots=True)
class RateLimits:
    """How often an annotator may ask, and how often an address from which nobody has logged in."""

    annotator: Rate = Rate(100, 300)
    stranger: Rate = Rate(20, 100)


@dataclass(slots=True)
class Buckets:
    """A bucket of tokens for each client: a request takes one, time brings them back (the token bucket).

    Of very many clients those are forgotten that have not asked for the longest time.
    """

    rate: Rate
    clock: Callable[[], float] = time.monotonic
    _known: OrderedDict[str, tuple[float, float]] = field(default_factory=OrderedDict)

    def wait_s(self, client: str) -> int:
        """Take a token; return 0, or after how many seconds to come back where there is none."""
        now = self.clock()
        tokens, seen = self._known.pop(client, (float(self.rate.at_once), now))
        tokens = min(float(self.rate.at_once), tokens + (now - seen) * self.rate.a_second)
        waits = 0 if tokens >= 1 else math.ceil((1 - tokens) / self.rate.a_second)
        self._known[client] = (tokens - 1 if tokens >= 1 else tokens, now)
        if len(self._known) > MAX_CLIENTS:
            self._known.popitem(last=False)
        return waits
