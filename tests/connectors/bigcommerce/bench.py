"""A simulated BigCommerce in this process, the connector opened on it, and every request that was made."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from posbridge.connectors.bigcommerce import CONNECTOR
from posbridge.connectors.contract import RemoteVariant
from posbridge.sandbox.bigcommerce import BigCommerceSimulator
from posbridge.sandbox.bigcommerce.simulator import HASH
from posbridge.sandbox.seed import Seed
from posbridge.testing.conformance.shop import shop
from tests.connectors import wired
from tests.connectors.wired import Wired

FIXTURES = Path(__file__).parent / "fixtures"
Bench = Wired[BigCommerceSimulator]


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / name).read_text("utf-8"))


class Wire(wired.Wire):
    """Paths begin "/v2/" or "/v3/"."""

    root = f"/stores/{HASH}"


def bench(seed: Seed | None = None, **fields: str) -> Bench:
    """BigCommerce filled from `seed` (the kit's shop), and the connector on it."""
    simulator = BigCommerceSimulator(seed or shop(), rate=0)
    made: Bench = wired.bench(
        Wired, CONNECTOR, simulator, Wire(simulator), fields=fields, location="1",
        prices_include_tax=simulator.seed.prices_include_tax,
    )  # fmt: skip
    for product, variant in simulator.shop.variants():
        link = RemoteVariant(variant_id=str(variant["id"]), product_id=str(product["id"]), sku=variant["sku"])
        made.links[f"variant-{int(variant['sku'][-4:])}"] = link
    return made
