"""A simulated store in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.magento import CONNECTOR
from posbridge.sandbox.magento import MagentoSimulator
from posbridge.sandbox.magento.shop import Options
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired

HOME = "https://shop.example.com"


class Sent(wired.Sent):
    """One request; prices are read as Decimal."""

    number = Decimal


class Wire(wired.Wire):
    """Paths begin behind V1."""

    kind, root = Sent, "/V1/"


@dataclass
class Bench(wired.Wired[MagentoSimulator]):
    """A store, and what was asked of it."""

    def id_of(self, sku: str) -> str:
        row = self.simulator.store.by_sku(sku)
        assert row is not None
        return str(row["id"])

    def names(self, method: str = "GET") -> list[str]:
        return [one.path for one in self.wire.sent if one.method == method]

    def stock(self, sku: str) -> int:
        return self.simulator.stock_book()[sku]


def bench(
    seed: Seed | None = None, *, fields: dict[str, str] | None = None, secrets: dict[str, str] | None = None,
    **options: Any,
) -> Bench:  # fmt: skip
    """A store filled from `seed` (the kit's), and the connector on it; `options` are the simulator's."""
    simulator = MagentoSimulator(seed or shop(), options=Options(**options))
    simulator.address = HOME
    made = wired.bench(
        Bench, CONNECTOR, simulator, Wire(simulator), secrets=secrets, location="default",
        timezone=simulator.seed.timezone, prices_include_tax=simulator.seed.prices_include_tax,
        fields={"weight_unit": "kgs", "media_url": f"{HOME}/media/", **(fields or {})},
    )  # fmt: skip
    for row in simulator.store.products.values():
        if row["type_id"] == "simple":
            ident, sku = str(row["id"]), row["sku"]
            made.links[f"variant-{int(sku[-4:])}"] = RemoteVariant(variant_id=ident, product_id=ident, sku=sku)
    return made
