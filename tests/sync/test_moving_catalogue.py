"""T5: a catalogue that changes while it is read, cut short and answered with nothing: equal after two pulls."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from posbridge.connectors.contract import (
    Capabilities,
    Connection,
    Context,
    Dedupe,
    Facts,
    Kind,
    Page,
    PlatformServices,
    Service,
)
from posbridge.connectors.registry import Catalogue, PlatformServiceRegistry
from posbridge.domain.catalog import Product
from posbridge.domain.errors import ServiceUnavailable
from posbridge.store import catalog, connections, inventory, links
from posbridge.store.connections import ConnectionRow
from posbridge.store.engine import SqliteStore
from posbridge.sync.pull import Pull
from posbridge.testing.builders import a_product

SIZE, PAGE, LAG = 5_000, 100, 5
CONNECTION = Connection(id="c", platform="moving")


@dataclass
class MovingShop:
    """A platform that pages by number over a list from which things vanish, and shows no deletions.

    Its clock moves one second a page. Products are (product, time of change), in the order they were made.
    """

    products: dict[str, tuple[Product, int]] = field(default_factory=dict)
    now: int = 0
    made: int = 0
    moves: int = 0
    cut_at_page: int = -1
    chance: random.Random = field(default_factory=lambda: random.Random(5))
    ids_replies: list[str] = field(default_factory=list)

    def add(self, count: int) -> None:
        for _ in range(count):
            self.made += 1
            self.products[f"product-{self.made}"] = (a_product(self.made), self.now)

    def move(self) -> None:
        """A fiftieth part of the two per cent each: added, changed, deleted."""
        each = SIZE // 50 // 50
        self.add(each)
        names = self.chance.sample(sorted(self.products), 2 * each)
        for name in names[:each]:
            self.products[name] = (a_product(int(name[8:]), amount=self.chance.randint(1, 9999)), self.now)
        for name in names[each:]:
            del self.products[name]

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        since, begun, number = (int(part) for part in (cursor or f"-1:{self.now}:0").split(":"))
        while True:
            if self.moves > 0:
                self.moves -= 1
                self.move()
            rows = [product for product, at in self.products.values() if at >= since]
            part = rows[number * PAGE : (number + 1) * PAGE]
            if number == self.cut_at_page:
                self.cut_at_page = -1
                yield Page(part[: PAGE // 3], f"{since}:{begun}:{number}")
                raise ServiceUnavailable("The answer broke off.")
            self.now, number = self.now + 1, number + 1
            last = number * PAGE >= len(rows)
            yield Page(part, f"{begun - LAG}:{self.now}:0" if last else f"{since}:{begun}:{number}", last)
            if last:
                return

    async def ids(self) -> AsyncIterator[Page[str]]:
        reply = self.ids_replies.pop(0) if self.ids_replies else "whole"
        names = list(self.products)
        yield Page([] if reply == "empty" else names[: SIZE // 2], last=reply == "empty")
        if reply == "whole":
            yield Page(names[SIZE // 2 :], last=True)

    def here(self) -> dict[str, int]:
        return {name: _price(product) for name, (product, _) in self.products.items()}


class MovingConnector:
    facts = Facts(
        name="moving", label="Moving", kind=Kind.POS, auth="none", hosts=("moving.example",), fields=(),
        services=(Service.PRODUCTS,), capabilities=Capabilities(dedupe=Dedupe.NONE),
    )  # fmt: skip

    def __init__(self, shop: MovingShop) -> None:
        self.shop = shop

    def base_url(self, connection: Connection) -> str:
        return "https://moving.example"

    def error(self, reply: Any) -> Exception | None:
        return None

    def open(self, context: Context) -> PlatformServices:
        return PlatformServices(probe=self.shop.ids, products=self.shop)  # type: ignore[arg-type]  # what a pull asks


class NoSecrets:
    async def secrets(self, connection: Connection) -> dict[str, str]:
        return {}


def _price(product: Product) -> int:
    price = product.variants[0].price
    assert price is not None
    return price.amount


async def _local(store: SqliteStore) -> dict[str, int]:
    remote = await store.read(links.remote_ids, "c", "product")
    ours = await store.read(links.local_ids, "c", "product", sorted(remote))
    kept = {product.id: product for product in await store.read(catalog.page, None, 0, 2 * SIZE)}
    assert set(ours.values()) == set(kept), "what is offered is what is linked"
    return {name: _price(kept[mine]) for name, mine in ours.items()}


@pytest.fixture
async def store(tmp_path: Path, clock: Any) -> AsyncIterator[SqliteStore]:
    opened = await SqliteStore.open(tmp_path / "posbridge.db", clock=clock)
    await opened.write(connections.put, ConnectionRow("c", "moving", "pos"), clock())
    yield opened
    await opened.close()


async def test_a_moving_catalogue_is_equal_after_two_pulls(store: SqliteStore, clock: Any) -> None:
    shop, catalogue = MovingShop(), Catalogue({}, outside=False)
    shop.add(SIZE)
    shop.moves, shop.cut_at_page, shop.ids_replies = 50, 20, ["empty", "partial"]
    catalogue.add(MovingConnector(shop))
    registry = PlatformServiceRegistry(NoSecrets(), None, clock, catalogue=catalogue)  # type: ignore[arg-type]  # no tokens
    pull = Pull(store, registry, clock)

    with pytest.raises(ServiceUnavailable):
        await pull.run(CONNECTION)
    assert await _local(store) == {}, "a run that was cut shows nothing"
    await pull.run(CONNECTION)
    first = await _local(store)
    assert first != shop.here(), "the list moved, so one pull cannot be equal: this test would prove nothing"
    assert [await pull.sweep(CONNECTION) for _ in range(2)] == [0, 0], "empty and partial answers delete nothing"
    assert await _local(store) == first
    await pull.sweep(CONNECTION)
    await pull.run(CONNECTION)
    await pull.sweep(CONNECTION)
    assert await _local(store) == shop.here()
    levels = await store.read(inventory.levels, sorted(f"c/variant-{name[8:]}" for name in shop.products))
    assert len(levels) == len(shop.products)
    await registry.aclose()
