"""A simulated Square in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from posbridge.connectors.square import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.square import SquareSimulator
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired
from tests.connectors.wired import Sent


@dataclass
class Bench(wired.Wired[SquareSimulator]):
    """A seller's account, and what was asked of it."""

    def writes(self) -> list[Sent]:
        ours = ("/search", "/batch-retrieve", "/from-gan", "/status")
        return [one for one in self.wire.sent if one.method != "GET" and not one.path.endswith(ours)]


def bench(seed: Seed | None = None, *, simulator: SquareSimulator | None = None, **options: Any) -> Bench:
    """Square filled from `seed` (the kit's shop), and the connector on it; `options` as in `wired.bench`."""
    simulator = simulator or SquareSimulator(seed or shop(), rate=100_000)
    place, zone = simulator.shop.location_id, simulator.seed.timezone
    return wired.bench(Bench, CONNECTOR, simulator, wired.Wire(simulator), location=place, timezone=zone, **options)


def names(bodies: Iterable[Any], *path: str) -> list[Any]:
    """One inner field of each body."""
    found = []
    for body in bodies:
        for name in path:
            body = body[name]
        found.append(body)
    return found
