"""A simulated dispensary's shelf: each variant lies there in packages, each package in rooms."""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import NAMESPACE_URL, uuid5

from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant

MAIN, VAULT = "Main Floor", "Vault"
STRAINS = (
    ("Afghani", "Indica"), ("Blue Dream", "Hybrid"), ("Sour Diesel", "Sativa"), ("Granddaddy Purple", "Indica"),
    ("Durban Poison", "Sativa"), ("ACDC", "CBD"), ("Wedding Cake", "Indica-Dominant Hybrid"),
    ("Super Lemon Haze", "Sativa Dominant"),
)  # fmt: skip
EFFECTS = ("euphoric", "energetic", "relaxed", "sleepy", "creative", "hungry")
TERPENES = ("Limonene", "Myrcene", "Pinene", "Linalool", "Caryophyllene")


def ident(kind: str, name: str) -> str:
    """A UUID, the same in every run."""
    return str(uuid5(NAMESPACE_URL, f"https://flowhub.invalid/{kind}/{name}"))


@dataclass
class Package:
    """A package with its state tag; `rooms` says how many pieces lie where."""

    tag: str
    expires: str | None
    rooms: dict[str, int]

    @property
    def quantity(self) -> int:
        return sum(self.rooms.values())


@dataclass
class Article:
    """A variant. `draw` is a number made of its SKU, from which strain and potency are drawn."""

    product: SeedProduct
    seed: SeedVariant
    title: str
    price: int
    packages: list[Package]
    updated: datetime
    draw: int

    @property
    def id(self) -> str:
        return ident("variant", self.seed.sku)

    @property
    def product_id(self) -> str:
        """What a row calls its product, and an order its item."""
        return ident("item", self.seed.sku)

    @property
    def parent_id(self) -> str:
        return ident("product", self.product.key)

    @property
    def name(self) -> str:
        """A variant's name; "" where there is only one kind."""
        return " / ".join(self.seed.option_values)

    @property
    def stock(self) -> int:
        return sum(package.quantity for package in self.packages)

    def put(self, quantity: int) -> None:
        """So many pieces: all on the sales floor, in the first package."""
        for package in self.packages:
            package.rooms = dict.fromkeys(package.rooms, 0)
        self.packages[0].rooms[MAIN] = quantity

    def take(self, quantity: int) -> None:
        """Sold: the first package to expire first; what is short is oversold from the last."""
        for package in self.packages:
            for room in package.rooms:
                part = min(max(package.rooms[room], 0), quantity)
                package.rooms[room] -= part
                quantity -= part
        if quantity:
            self.packages[-1].rooms[VAULT] -= quantity


@dataclass
class Shop:
    """Everything that the parts share. `location` and `import_id` differ, as they may."""

    seed: Seed
    clock: Clock
    address: Callable[[], str]
    articles: dict[str, Article] = field(default_factory=dict)
    by_item: dict[str, Article] = field(default_factory=dict)
    client: str = ident("client", "demo")
    location: str = ident("location", "main")
    import_id: str = ident("import", "main")

    def fill(self) -> None:
        """All products of the seed."""
        for product in self.seed.products:
            self.add(product)

    def add(self, product: SeedProduct) -> None:
        for variant in product.variants:
            self._add(product, variant)

    def _add(self, product: SeedProduct, variant: SeedVariant) -> None:
        draw, now = zlib.crc32(variant.sku.encode()), self.clock.now()
        ends = [(now + timedelta(days=days)).date().isoformat() for days in (60 + draw % 90, 240)]
        vault, second = variant.stock // 4, variant.stock // 5
        rooms = {MAIN: variant.stock - vault - second, VAULT: vault}
        packages = [
            Package(f"1A4040300{draw:010d}00001", ends[0], rooms),
            Package(f"1A4040300{draw:010d}00002", ends[1], {VAULT: second}),
        ]
        made = Article(product, variant, product.title, variant.price_minor, packages, now, draw)
        self.articles[variant.sku] = self.by_item[made.product_id] = made

    def rename(self, key: str, title: str) -> None:
        for article in self._of(key):
            article.title, article.updated = title, self.clock.now()

    def remove(self, key: str) -> None:
        """Gone from the inventory."""
        for article in self._of(key):
            del self.articles[article.seed.sku]
            del self.by_item[article.product_id]

    def _of(self, key: str) -> list[Article]:
        found = [article for article in self.articles.values() if article.product.key == key]
        if not found:
            raise KeyError(key)
        return found
