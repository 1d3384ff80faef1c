"""A simulated Flowhub in this process, the connector opened on it, and what the tests ask of both."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.flowhub import CONNECTOR
from posbridge.domain.order import Order
from posbridge.sandbox.flowhub import FlowhubSimulator
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant
from posbridge.testing.conformance.shop import shop
from tests.connectors import watched
from tests.connectors.watched import Bench

FIXTURES = Path(__file__).parent / "fixtures"


def bench(seed: Seed | None = None, *, secrets: dict[str, str] | None = None, **fields: str) -> Bench[FlowhubSimulator]:
    """Flowhub filled from `seed` (the kit's shop), and the connector on it."""
    return watched.bench(CONNECTOR, FlowhubSimulator(seed or shop(), rate=0), secrets=secrets, **fields)


def links(far: Bench[FlowhubSimulator]) -> dict[str, RemoteVariant]:
    """variant-1 is SKU-0001, as the kit's sales name them."""
    return {
        f"variant-{int(sku[-4:])}": RemoteVariant(variant_id=article.id, product_id=article.parent_id, sku=sku)
        for sku, article in far.simulator.shop.articles.items()
    }


def selling(order: Order) -> tuple[Bench[FlowhubSimulator], dict[str, RemoteVariant]]:
    """A Flowhub that sells each line of the order at its price, with the order's usual rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    rate = str(max(rates, default=Decimal(0)))
    far = bench(replace(shop(), products=products, currency=order.currency, tax_rate=rate, discounts=(), customers=()))
    found = {}
    for at, line in enumerate(order.lines):
        article = far.simulator.shop.articles[f"V-{at}"]
        found[line.variant_id] = RemoteVariant(variant_id=article.id, product_id=article.parent_id)
    return far, found


def _variant(at: int, amount: int) -> SeedVariant:
    return SeedVariant(f"V-{at}", "", amount, None, 10_000)


def example(contracts: Path, name: str) -> Any:
    """A file of the contract's examples."""
    text = (contracts / "flowhub" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)


def fixture(name: str) -> Any:
    return json.loads((FIXTURES / f"{name}.json").read_text("utf-8"), parse_float=Decimal)
