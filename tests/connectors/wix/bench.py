"""A simulated Wix in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import SendContext
from posbridge.connectors.wix import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.wix import WixSimulator
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired
from tests.connectors.watched import links_of


@dataclass
class Bench(wired.Wired[WixSimulator]):
    """A site, and what was asked of it."""

    async def context(self, *, linked: bool = True, **more: Any) -> SendContext:  # type: ignore[override] # they are read
        return super().context(links=await links_of(self.services) if linked else {}, **more)

    def writes(self, ending: str) -> list[Any]:
        return [one.body for one in self.wire.sent if one.path.endswith(ending) and one.method != "GET"]


def bench(seed: Seed | None = None, *, simulator: WixSimulator | None = None, **options: Any) -> Bench:
    """Wix filled from `seed` (the kit's shop), and the connector on it; `options` as in `wired.bench`."""
    simulator = simulator or WixSimulator(seed or shop(), rate=0)
    return wired.bench(Bench, CONNECTOR, simulator, wired.Wire(simulator), **options)
