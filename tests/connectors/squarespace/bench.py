"""A simulated Squarespace in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import httpx

from posbridge.connectors.contract import SendContext
from posbridge.connectors.squarespace import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.squarespace import SquarespaceSimulator
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired
from tests.connectors.watched import links_of
from tests.connectors.wired import Sent


class Wire(wired.Wire):
    """`answers` puts another answer in place of the simulator's, once."""

    def __init__(self, simulator: SquarespaceSimulator) -> None:
        super().__init__(simulator)
        self.answers: dict[str, httpx.Response] = {}

    def instead(self, one: Sent) -> httpx.Response | None:
        return self.answers.pop(f"{one.method} {one.path}", None)


@dataclass
class Bench(wired.Wired[SquarespaceSimulator]):
    """A site, and what was asked of it."""

    async def context(self, *, linked: bool = True) -> SendContext:  # type: ignore[override] # they are read
        return super().context(links=await links_of(self.services) if linked else {})

    def imports(self) -> list[Sent]:
        """The orders that were sent, without the empty one of the connection test."""
        return [
            one for one in self.wire.sent if (one.method, one.path) == ("POST", "/1.0/commerce/orders") and one.body
        ]

    @property
    def order(self) -> dict[str, Any]:
        """The one order as the site holds it."""
        (order,) = self.simulator.orders.rows.values()
        return order


def bare(seed: Seed) -> Seed:
    """The seed without what Squarespace has no field for: barcodes."""
    products = tuple(
        replace(product, variants=tuple(replace(variant, barcode="") for variant in product.variants))
        for product in seed.products
    )
    return replace(seed, products=products)


def bench(seed: Seed | None = None, *, simulator: SquarespaceSimulator | None = None, **options: Any) -> Bench:
    """Squarespace filled from `seed` (the kit's shop), and the connector on it; `options` as in `wired.bench`."""
    simulator = simulator or SquarespaceSimulator(seed or shop(), rate=100_000)
    options["fields"] = {"country": "US", "locale": "en-US", **(options.get("fields") or {})}
    return wired.bench(Bench, CONNECTOR, simulator, Wire(simulator), timezone=simulator.seed.timezone, **options)
