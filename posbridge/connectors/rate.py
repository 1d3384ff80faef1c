"""How often a platform may be called: one window a connection, which all its calls go through."""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from posbridge.connectors.errors import RateLimitExceeded
from posbridge.connectors.facts import Rate

#: A little slower than allowed: what left evenly does not arrive evenly.
MARGIN = 1.04
#: A call waits this long (seconds) for its turn; beyond it, it is told when to come back.
LONGEST_WAIT = 30.0
_SMALLEST = 1 / 10
_SECOND = 1.0


@dataclass(frozen=True)
class RateHint:
    """What a platform's headers say: `remaining` calls until `reset_s` seconds from now."""

    remaining: int
    reset_s: float


class _Limit:
    """At most `rate.requests` in any `rate.seconds`, by the times of the last grants."""

    def __init__(self, rate: Rate) -> None:
        self.what = rate.what
        self._requests, self._seconds = rate.requests, float(rate.seconds)
        self._granted: deque[float] = deque(maxlen=rate.requests)

    def size(self, share: float) -> tuple[int, float]:
        """How many requests in how many seconds, with only this share of the rate in use."""
        requests = self._requests * share
        if requests >= 1:
            return int(requests), self._seconds * MARGIN
        return 1, self._seconds * MARGIN / requests

    def free_at(self, share: float) -> float:
        """When the next grant is due, on the monotonic clock."""
        requests, seconds = self.size(share)
        return self._granted[-requests] + seconds if len(self._granted) >= requests else 0.0

    def grant(self, at: float) -> None:
        self._granted.append(at)

    def nth_at(self, n: int, start: float, share: float) -> float:
        """When the n-th grant from now on is due (n ≥ 1), if all come at once at `start`."""
        requests, seconds = self.size(share)
        rounds, place = divmod(n - 1, requests)
        past = len(self._granted) - requests + place
        earlier = self._granted[past] + seconds if past >= 0 else start
        return max(start, earlier) + rounds * seconds


class RateWindow:
    """Keeps a connection inside the allowed rates, and below them once the platform has said no.

    `refused` halves the share in use; it grows back to near where it was within seconds, then slowly. A time
    named by the platform holds the whole connection. `clock` is UTC, `monotonic` seconds.
    """

    def __init__(
        self,
        rates: Sequence[Rate],
        clock: Callable[[], datetime] | None = None,
        *,
        monotonic: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[object]] = asyncio.sleep,
    ) -> None:
        self._limits = [_Limit(rate) for rate in rates]
        self._clock = clock or (lambda: datetime.now(UTC))
        self._monotonic, self._sleep = monotonic, sleep
        self._share, self._failed_at, self._grown = 1.0, 1.0, monotonic()
        self._halved = float("-inf")
        self._hold = 0.0
        self._latency = 0.0

    @property
    def share(self) -> float:
        """The part of the allowed rate in use now: 1.0 is all of it."""
        self._grow()
        return self._share

    async def wait(self, what: str = "all", longest: float = LONGEST_WAIT) -> None:
        """Returns when a call may leave. Raises RateLimitExceeded at once when that is more than `longest` off."""
        while (delay := self._due(what) - self._monotonic()) > 0:
            if delay > longest:
                at = self._clock() + timedelta(seconds=delay)
                raise RateLimitExceeded("The platform's limit is used up for now.", retry_at=at)
            await self._sleep(delay)
        now = self._monotonic()
        for limit in self._for(what):
            limit.grant(now)

    def refused(self, retry_at: datetime | None = None) -> None:
        """The platform said "too many": use half, and nothing before `retry_at` (UTC)."""
        now = self._monotonic()
        self._grow()
        if now - self._halved >= _SECOND:
            self._failed_at = self._share
            self._share = max(_SMALLEST, self._share / 2)
            self._halved = now
        pause = (retry_at - self._clock()).total_seconds() if retry_at else _SECOND
        self._hold = max(self._hold, now + pause)

    def hint(self, hint: RateHint | None) -> None:
        """What the platform's headers said with a good answer."""
        if hint is not None and hint.remaining <= 0:
            self._hold = max(self._hold, self._monotonic() + hint.reset_s)

    def drop(self, what: str) -> None:
        """Forgets the limit of that name: it does not hold for this connection."""
        self._limits = [limit for limit in self._limits if limit.what != what]

    def took(self, seconds: float) -> None:
        """How long a call took, for the estimate."""
        self._latency = seconds if not self._latency else 0.8 * self._latency + 0.2 * seconds

    def estimate(self, n: int, what: str = "all", parallel: int = 1) -> float:
        """Seconds until n more calls are done: by the limits, the holds and how long calls take now."""
        if n <= 0:
            return 0.0
        now = self._monotonic()
        start = max(now, self._hold)
        last = max((limit.nth_at(n, start, self.share) for limit in self._for(what)), default=start)
        return max(last - now + self._latency, start - now + n * self._latency / max(1, parallel))

    def _for(self, what: str) -> list[_Limit]:
        return [limit for limit in self._limits if limit.what in ("all", what)]

    def _due(self, what: str) -> float:
        return max([self._hold, *(limit.free_at(self.share) for limit in self._for(what))])

    def _grow(self) -> None:
        """Back to nine tenths of what failed in about ten seconds, then a tenth of the rate each ten seconds."""
        now = self._monotonic()
        passed, self._grown = now - self._grown, now
        known = max(0.9 * self._failed_at, self._share)
        quick = min((known - self._share), passed * self._failed_at * 0.04)
        slow = max(0.0, passed - quick / (self._failed_at * 0.04)) * 0.01
        self._share = min(1.0, self._share + quick + slow)
