"""A simulated shop in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import httpx

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.woocommerce import CONNECTOR
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.woocommerce import WooCommerceSimulator
from posbridge.sandbox.woocommerce.shop import Options
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired
from tests.connectors.wired import Sent

HOME = "https://shop.example.com"


class Wire(wired.Wire):
    """`absent` is a part of paths that this shop does not have."""

    root = "/wp-json/wc/v3/"

    def __init__(self, simulator: WooCommerceSimulator) -> None:
        super().__init__(simulator)
        self.absent = "?"

    def instead(self, one: Sent) -> httpx.Response | None:
        none = {"code": "rest_no_route", "message": "None.", "data": {"status": 404}}
        return httpx.Response(404, json=none) if self.absent in one.path else None


@dataclass
class Bench(wired.Wired[WooCommerceSimulator]):
    """A shop, and what was asked of it."""

    def id_of(self, sku: str) -> str:
        return str(self.simulator.shop.skus[sku])

    def paths(self, method: str = "GET") -> list[str]:
        return [one.path for one in self.wire.sent if one.method == method]

    async def row(self, path: str) -> Any:
        """What the shop itself answers."""
        return (await self.http.get(path)).json()


def bench(seed: Seed | None = None, *, fields: dict[str, str] | None = None, home: str = HOME, **options: Any) -> Bench:
    """A shop filled from `seed` (the kit's), and the connector on it; `options` are the simulator's."""
    simulator = WooCommerceSimulator(seed or shop(), options=Options(**options))
    simulator.address = home
    made = wired.bench(
        Bench, CONNECTOR, simulator, Wire(simulator), prices_include_tax=simulator.seed.prices_include_tax,
        fields={"hpos": "yes" if simulator.options.hpos else "no", **(fields or {})},
    )  # fmt: skip
    for sku, number in simulator.shop.skus.items():
        row = simulator.shop.item(number)
        assert row is not None
        mother = str(row.data.get("parent_id") or number)
        made.links[f"variant-{int(sku[-4:])}"] = RemoteVariant(variant_id=str(number), product_id=mother, sku=sku)
    return made
