"""The times of the send protocol, in seconds, in one place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from posbridge.connectors.contract import Capabilities


@dataclass(frozen=True)
class Timings:
    """`lease_s` must exceed the longest call with its time limit; the sender extends it while it works.

    `settle_s` replaces each platform's own settle window when given (simulated platforms commit within a second).
    `beat_s` is the pause between two looks at the queue. `unknown_cap` sends of one order with an unknown outcome
    are tried before a person is asked. `waiting_s` is the pause between two looks at an order that waits for a
    person there.
    """

    lease_s: float = 60
    backoff_first_s: float = 2
    backoff_most_s: float = 300
    jitter: float = 0.2
    settle_s: float | None = None
    unknown_cap: int = 5
    read_back_s: float = 5
    waiting_s: float = 60
    beat_s: float = 1
    ping_s: float = 4
    ping_timeout_s: float = 3
    circuit_after: int = 5
    circuit_s: float = 10

    def settle_window(self, capabilities: Capabilities) -> float:
        """How long after a lost reply the work may still appear: the platform's window and our time limit."""
        if self.settle_s is not None:
            return self.settle_s
        return capabilities.settle_s + capabilities.timeout_s

    def backoff(self, attempts: int, row_id: int) -> float:
        """2 s doubling to 5 min, ±20 % by the row's id, so that a test repeats and a crowd spreads."""
        base = min(self.backoff_first_s * 2 ** min(max(attempts - 1, 0), 20), self.backoff_most_s)
        share = (row_id * 2654435761 % 1001) / 500 - 1
        return float(base * (1 + self.jitter * share))

    def backoff_due(self, now: datetime, attempts: int, row_id: int) -> datetime:
        return now + timedelta(seconds=self.backoff(attempts, row_id))
