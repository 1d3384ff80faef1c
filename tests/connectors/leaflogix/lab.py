"""The connector on a simulated Leaflogix in this process, with its services by name."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.leaflogix import CONNECTOR
from posbridge.sandbox.leaflogix import LeaflogixSimulator
from posbridge.testing.conformance.base import whole
from posbridge.testing.conformance.shop import shop
from tests.connectors.watched import Bench, bench


@dataclass
class Lab(Bench[LeaflogixSimulator]):
    """A bench whose services need no check for None."""

    @property
    def orders(self) -> Any:
        return self.services.orders

    @property
    def products(self) -> Any:
        return self.services.products

    @property
    def stock(self) -> Any:
        return self.services.inventory

    @property
    def people(self) -> Any:
        return self.services.customers

    @property
    def discounts(self) -> Any:
        return self.services.discounts


def opened(simulator: LeaflogixSimulator | None = None, *, secrets: dict[str, str] | None = None, **fields: str) -> Lab:
    made = bench(
        CONNECTOR, simulator or LeaflogixSimulator(shop(), rate=0), secrets=secrets, location="420140", **fields
    )
    return Lab(**vars(made))


async def links(leaf: Lab) -> dict[str, RemoteVariant]:
    """Our variants (variant-1 is SKU-0001) linked to those there."""
    products = await whole(leaf.products.changed_since(None))
    return {
        f"variant-{int(one.sku[-4:])}": RemoteVariant(variant_id=one.id, product_id=product.id, sku=one.sku)
        for product in products
        for one in product.variants
    }
