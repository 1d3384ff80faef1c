"""A row a connector: products mapped a second against `json.loads` of the same bytes, and requests for 1,000 products.

The simulated platform holds 1,000 products of two variants with stock; one whole read through the real connector is
kept, reply by reply. Then the kept pages of products are parsed bare, and parsed and mapped.
"""

from __future__ import annotations

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from importlib import import_module
from pathlib import Path
from typing import Any

import httpx

from posbridge.connectors.contract import Connection, Connector, Context, Page
from posbridge.connectors.http import open_http
from posbridge.connectors.registry import BUILT_IN, Catalogue
from posbridge.domain.errors import SchemaDrift
from posbridge.monitoring.pauses import shorten_pauses
from posbridge.sandbox import create
from posbridge.sandbox.demo import ean13
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant
from posbridge.security.tokens import TokenService
from posbridge.security.vault import Vault
from posbridge.store.engine import utc_now
from tests.benchmarks.rows import Row
from tests.connectors.watched import Kept

ONLY = ""
PRODUCTS = 1000
_NUMBERS = re.compile(r"(?<=/)(?:[0-9a-f-]{8,}|(?!v\d)[A-Za-z]*[-_]?\d[\w-]*)(?=/|$)")


@dataclass
class Read:
    """One whole read: every request by its kind, and the bodies of the replies."""

    kinds: Counter[str] = field(default_factory=Counter)
    bodies: list[bytes] = field(default_factory=list)
    products: int = 0
    variants: int = 0
    levels: int = 0


class Keeping(httpx.AsyncBaseTransport):
    """The simulator's application; what it answers is kept."""

    def __init__(self, simulator: SimulatedPlatform, read: Read) -> None:
        self._inner, self._read = httpx.ASGITransport(app=simulator), read

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        reply = await self._inner.handle_async_request(request)
        body = await reply.aread()
        self._read.kinds[f"{request.method} {_NUMBERS.sub('…', request.url.path)}"] += 1
        self._read.bodies.append(body)
        return httpx.Response(reply.status_code, headers=reply.headers, content=body)


async def run(folder: Path, quick: bool) -> list[Row]:
    """Every system there is."""
    rows: list[Row] = []
    for name in sorted(BUILT_IN):
        if ONLY in ("", name):
            rows += await _measured(name, 3 if quick else 9)
    return rows


async def _measured(name: str, times: int) -> list[Row]:
    shorten_pauses()  # as the till does when it is built
    read = await _whole_read(name)
    to_products = import_module(f"posbridge.connectors.{name}.mapping").to_products
    pages = [body for body in read.bodies if _count(to_products, body)]
    mapped = sum(_count(to_products, body) for body in pages)
    assert mapped, name
    bare = _best(times, pages, json.loads)
    ours = _best(times, pages, lambda body: to_products(_parsed(body)))
    requests = sum(read.kinds.values())
    said = ", ".join(f"{count} × {kind}" for kind, count in read.kinds.most_common())
    print(f"  {name}: {requests} requests for {read.products} products, {read.levels} levels of stock: {said}")
    return [
        Row(f"mapping: {name}, products a second against json.loads", mapped / ours, mapped / bare, 0.25, "1/s",
            at_least=True),
        Row(f"requests: {name}, {PRODUCTS} products with variants and stock", requests, PRODUCTS / 1000, None, ""),
    ]  # fmt: skip


async def _whole_read(name: str) -> Read:
    """Products, then stock, as the pull reads them."""
    simulator, read = create(name, seed()), Read()
    simulator.bucket.rate = 0
    connector = Catalogue(outside=False).find(name)
    assert connector is not None
    services = _opened(connector, simulator, read)
    probe = await services.probe()
    if probe.locations:
        services = _opened(connector, simulator, read, probe.locations[0].id)
    assert services.products is not None
    read.kinds.clear()
    read.bodies.clear()
    async for page in services.products.changed_since(None):
        read.products += len(page.items)
        read.variants += sum(len(product.variants) for product in page.items)
        _require_whole(page)
    if services.inventory is not None:
        async for levels in services.inventory.levels(None):
            read.levels += len(levels.items)
    assert read.variants >= 2 * PRODUCTS, (name, read.variants)
    return read


def _require_whole(page: Page[Any]) -> None:
    assert not page.parked, page.parked[0]


def _opened(connector: Connector, simulator: SimulatedPlatform, read: Read, place: str = "") -> Any:
    given = simulator.connection_fields()
    fields = {name: value if isinstance(value, str) else json.dumps(value) for name, value in given["fields"].items()}
    connection = Connection(
        id="bench", platform=connector.facts.name, currency="USD", location=place or fields.get("location_id", ""),
        fields=fields,
    )  # fmt: skip
    http = open_http(connector, connection, None, utc_now, transport=Keeping(simulator, read))
    http.window._limits.clear()  # only requests are counted here, not time
    tokens = TokenService(Kept(), utc_now, Vault(bytes(range(32))))
    return connector.open(Context(connection, given["secrets"], http, tokens, utc_now))


def seed() -> Seed:
    """A shop of 1,000 products of two variants each."""
    return Seed(
        name="posbridge bench", currency="USD", location="Main Street", tax_rate="8.25", prices_include_tax=False,
        products=tuple(_product(number) for number in range(1, PRODUCTS + 1)),
    )  # fmt: skip


def _product(number: int) -> SeedProduct:
    variants = tuple(
        SeedVariant(
            sku=f"BEN-{number:05d}-{size}", barcode=ean13(f"29{number:08d}{place:02d}"), price_minor=500 + number,
            compare_at_minor=None, stock=number % 90, option_values=(size,), weight_grams=250,
        )
        for place, size in enumerate(("S", "L"))
    )  # fmt: skip
    return SeedProduct(
        key=f"ben-{number:05d}", title=f"Stoneware bowl number {number}", category=f"Shelf {number % 40}",
        options=("Size",), description="Made in small batches and pleasant to use every day.", variants=variants,
        picture="bowl:24",
    )  # fmt: skip


def _count(to_products: Callable[[Any], Sequence[Any]], body: bytes) -> int:
    """How many products a reply holds; 0 for a reply that is something else."""
    try:
        return len(to_products(_parsed(body)))
    except (SchemaDrift, ValueError):
        return 0


def _parsed(body: bytes) -> Any:
    return json.loads(body, parse_float=Decimal)


def _best(times: int, pages: Sequence[bytes], work: Callable[[bytes], Any]) -> float:
    """Seconds of the fastest round over all pages."""
    took = []
    for _ in range(times):
        began = time.perf_counter()
        for page in pages:
            work(page)
        took.append(time.perf_counter() - began)
    return min(took)
