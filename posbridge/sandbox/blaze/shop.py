"""A simulated dispensary's shelf: each article is a product of its own, which lies there in batches."""

from __future__ import annotations

import zlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from posbridge.sandbox.blaze.answers import ident
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedProduct, SeedVariant

STRAINS = (("Blue Dream", "Sativa"), ("Northern Lights", "Indica"), ("Gelato", "Hybrid"), ("Durban Poison", "Sativa"))
#: The day from which batches count their lives.
_FIRST = datetime(2026, 1, 1, 12, tzinfo=UTC)


@dataclass
class Lot:
    """A batch: `quantity` is there, `status` as Blaze has it."""

    id: str
    sku: str
    tag: str
    expires: datetime
    quantity: int
    status: str = "READY_FOR_SALE"


@dataclass
class Article:
    """A product as Blaze sells it. `committed` is held by orders that nobody rang up yet."""

    id: str
    key: str
    origin: str
    seed: SeedVariant
    product: SeedProduct
    title: str
    price: int
    modified: datetime
    lots: list[Lot]
    committed: int = 0
    deleted: bool = False

    @property
    def draw(self) -> int:
        """A number that depends on the SKU alone."""
        return zlib.crc32(self.seed.sku.encode())

    @property
    def stock(self) -> int:
        return sum(lot.quantity for lot in self.lots if lot.status == "READY_FOR_SALE")

    @property
    def sellable(self) -> int:
        return self.stock - self.committed

    def take(self, pieces: int) -> None:
        """First expiry first; what is missing is owed by the first batch."""
        for lot in sorted(self.lots, key=lambda one: one.expires):
            part = min(pieces, lot.quantity) if lot.status == "READY_FOR_SALE" else 0
            lot.quantity, pieces = lot.quantity - part, pieces - part
        self.lots[0].quantity -= pieces


class Shop:
    """Everything of one dispensary key."""

    def __init__(self, seed: Seed, clock: Clock) -> None:
        self.seed, self.clock = seed, clock
        self.id, self.company = ident("shop", seed.name), ident("company", seed.name)
        self.room, self.vault = ident("inventory", "floor"), ident("inventory", "quarantine")
        self.terminal = ident("terminal", "1")
        self.articles: dict[str, Article] = {}
        for product in seed.products:
            self.put(product)

    def put(self, product: SeedProduct) -> list[Article]:
        made = [self._article(product, variant) for variant in product.variants]
        self.articles.update({article.id: article for article in made})
        return made

    def _article(self, product: SeedProduct, variant: SeedVariant) -> Article:
        lots = _lots(variant)
        return Article(
            ident("product", variant.sku), product.key, product.key.partition("+")[0], variant, product, product.title,
            variant.price_minor, self.clock.now(), lots,
        )  # fmt: skip

    def by_sku(self, sku: str) -> Article:
        """KeyError for an unknown one."""
        there = (one for one in self.articles.values() if one.seed.sku == sku and not one.deleted)
        return next(there, None) or _no(sku)

    def of_key(self, key: str) -> list[Article]:
        """The articles that a product of the seed became. KeyError for none."""
        found = [one for one in self.articles.values() if key in (one.key, one.origin)]
        return found or [_no(key)]

    def touch(self, article: Article) -> None:
        article.modified = self.clock.now()


def _no(name: str) -> Article:
    raise KeyError(name)


def _lots(variant: SeedVariant) -> list[Lot]:
    """Two batches that are for sale, and a sample that is still in testing."""
    first = variant.stock // 2
    parts = ((first, 200, "READY_FOR_SALE"), (variant.stock - first, 400, "READY_FOR_SALE"), (5, 500, "IN_TESTING"))
    return [
        Lot(ident("batch", f"{variant.sku}-{n}"), f"{variant.sku}-B{n}", _tag(variant.sku, n),
            _FIRST + timedelta(days=days + 365), quantity, status)
        for n, (quantity, days, status) in enumerate(parts, start=1)
    ]  # fmt: skip


def _tag(sku: str, number: int) -> str:
    """A package's number as the state's system has it."""
    return f"1A4060300000001{zlib.crc32(sku.encode()) % 10**7:07d}{number:02d}"


def flattened(seed: Seed) -> Seed:
    """The seed as Blaze can hold it: no variants, so each size is a product of its own; no barcode but the SKU."""
    return replace(seed, products=tuple(one for product in seed.products for one in alone(product)))


def alone(product: SeedProduct) -> list[SeedProduct]:
    """A product's variants as products; a single one keeps its key and title."""
    made = []
    for variant in product.variants:
        named = " ".join((product.title, *variant.option_values)) if len(product.variants) > 1 else product.title
        key = f"{product.key}+{variant.sku}" if len(product.variants) > 1 else product.key
        bare = replace(variant, option_values=(), barcode=variant.sku)
        made.append(replace(product, key=key, title=named, options=(), variants=(bare,)))
    return made
