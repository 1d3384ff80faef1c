"""A simulated store at Dutchie Plus in this process, the connector opened on it, and what the tests ask of both."""

from __future__ import annotations

import json
from dataclasses import replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.dutchie import CONNECTOR
from posbridge.domain.order import Order
from posbridge.sandbox.dutchie import DutchieSimulator
from posbridge.sandbox.dutchie.shelf import Article
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant
from posbridge.testing.conformance.shop import shop
from tests.connectors import watched
from tests.connectors.watched import Bench

Far = Bench[DutchieSimulator]


def store(seed: Seed | None = None, *, secrets: dict[str, str] | None = None, **fields: str) -> Far:
    """Dutchie Plus filled from `seed` (the kit's shop), and the connector on it."""
    return watched.bench(CONNECTOR, DutchieSimulator(seed or shop(), rate=0), secrets=secrets, **fields)


def link(article: Article) -> RemoteVariant:
    variant = f"{article.id}~{article.option}"
    return RemoteVariant(variant_id=variant, product_id=article.id, sku=article.seed.sku)


def links(far: Far) -> dict[str, RemoteVariant]:
    """variant-1 is SKU-0001, as the kit's sales name them."""
    return {f"variant-{int(sku[-4:])}": link(article) for sku, article in far.simulator.shelf.articles.items()}


def selling(order: Order) -> tuple[Far, dict[str, RemoteVariant]]:
    """A store that sells each line of the order at its price, with the order's highest rate."""
    rates = [tax.percent for line in order.lines for tax in line.taxes]
    products = tuple(
        SeedProduct(f"p-{at}", line.title, "", "Goods", (), (_variant(at, line.unit_price.amount),), "cup:1")
        for at, line in enumerate(order.lines)
    )
    rate = str(max(rates, default=Decimal(0)))
    far = store(replace(shop(), products=products, currency=order.currency, tax_rate=rate, discounts=(), customers=()))
    found = {line.variant_id: link(far.simulator.shelf.articles[f"V-{at}"]) for at, line in enumerate(order.lines)}
    return far, found


def _variant(at: int, amount: int) -> SeedVariant:
    return SeedVariant(f"V-{at}", "", amount, None, 10_000)


def asked(request: httpx.Request) -> tuple[str, dict[str, Any]]:
    """(the document's name, its variables) of a request."""
    body = json.loads(request.content)
    return body["query"].split("(")[0].split()[1], body["variables"]


def names(far: Far) -> list[str]:
    """What was asked, in its order."""
    return [asked(request)[0] for request in far.sent]


def example(contracts: Path, name: str) -> Any:
    """A file of the contract's examples."""
    text = (contracts / "dutchie" / "examples" / f"{name}.json").read_text("utf-8")
    return json.loads(text, parse_float=Decimal)
