"""The conformance kit against the simulated shop."""

from __future__ import annotations

from typing import ClassVar

from posbridge.connectors.woocommerce import CONNECTOR
from posbridge.sandbox.woocommerce import WooCommerceSimulator
from posbridge.sandbox.woocommerce.auth import Key
from posbridge.testing.conformance import ConnectorConformance, Far

WEAK = {"consumer_key": "ck_" + "7" * 40, "consumer_secret": "cs_" + "7" * 40}


def with_a_reader(*args: object) -> WooCommerceSimulator:
    shop = WooCommerceSimulator(*args)  # type: ignore[arg-type] # the kit gives a seed
    shop.keyring.add(Key(WEAK["consumer_key"], WEAK["consumer_secret"], "read"))
    return shop


class TestWooCommerce(ConnectorConformance):
    connector = CONNECTOR
    simulator = with_a_reader
    weak_secrets: ClassVar[dict[str, str]] = WEAK

    async def use_up(self, far: Far, code: str) -> None:
        """Only an order with the coupon itself counts as a use there."""
        body = {"status": "completed", "line_items": [{"sku": "SKU-0001"}], "coupon_lines": [{"code": code}]}
        await far.http.write("POST", "orders", json=body)
