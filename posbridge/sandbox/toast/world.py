"""The simulated restaurant: what it sells, what it set up, and its orders."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedDiscount, SeedProduct, SeedVariant
from posbridge.sandbox.toast.answers import Obj, guid

RESTAURANT = "0cd990c9-fd74-461d-8468-de2a0919ccba"
MENU, TILL_GROUP = guid("menu", "all"), guid("group", "till")
OPEN_ITEM = guid("item", "open")
DINE_IN, TAKE_OUT = guid("option", "dine-in"), guid("option", "take-out")
PAYMENTS = {"cash": "Posbridge cash", "card": "External card", "gift": "External gift card", "other": "Other tender"}
OPEN_DISCOUNT = guid("discount", "open")
TAX = guid("tax", "local")
_TICK = timedelta(milliseconds=1)


@dataclass(frozen=True)
class Options:
    """`by_external_id`: orders are read by their externalId too. `approval` is what a new order waits in.

    `sign_ins` is how many an hour are allowed (0: any). `payments` False: those of new orders are left out silently,
    as members are for which a right is missing.
    """

    by_external_id: bool = False
    approval: str = "APPROVED"
    sign_ins: int = 0
    payments: bool = True


@dataclass
class Item:
    """A menu item; `price` minor units, None for an open one; `stock` None while it is not counted.

    With `sizes`, (name, minor units) each, it is priced by the size that has to be chosen.
    """

    guid: str
    product: str
    seed: SeedVariant | None
    name: str
    sku: str
    plu: str
    price: int | None
    group: str
    stock: Decimal | None = None
    taxed: bool = True
    unit: str = "NONE"
    sizes: tuple[tuple[str, int], ...] = ()

    @property
    def size_group(self) -> str:
        """The modifier group that its sizes are in."""
        return guid("sizes", self.guid)

    def size(self, name: str) -> str:
        """The modifier option of a size."""
        return guid("size", f"{self.guid}:{name}")


@dataclass
class Promotion:
    """A discount as the restaurant set it up; codes and limits never show."""

    guid: str
    seed: SeedDiscount
    used: int = 0


@dataclass
class World:
    """All state. `checks` are the checks of orders as they were sent, by GUID."""

    seed: Seed
    clock: Clock
    options: Options
    next_id: Callable[[str], int]
    items: dict[str, Item] = field(default_factory=dict)
    gone: dict[str, Item] = field(default_factory=dict)
    products: dict[str, SeedProduct] = field(default_factory=dict)
    promotions: dict[str, Promotion] = field(default_factory=dict)
    orders: dict[str, Obj] = field(default_factory=dict)
    checks: dict[str, Obj] = field(default_factory=dict)
    external: set[str] = field(default_factory=set)
    published: datetime | None = None
    emit: Callable[[str, str, Obj], None] = lambda topic, category, details: None
    address: Callable[[], str] = lambda: ""

    def units(self, minor: int | Decimal) -> Any:
        """Minor units as the JSON number that Toast writes."""
        return float(Decimal(minor).scaleb(-exponent(self.seed.currency)))

    def minor(self, amount: Any) -> int:
        """A JSON number (or its text: an official sample has one) in minor units."""
        return int(Decimal(str(amount or 0)).scaleb(exponent(self.seed.currency)).to_integral_value())

    def publish(self) -> None:
        """Another time of publishing, never the same twice."""
        now = self.clock.now()
        if self.published is not None and now <= self.published:
            now = self.published
        self.published = now.replace(microsecond=now.microsecond // 1000 * 1000) + _TICK
        self.emit("menus_updated", "menus", {})

    def by_sku(self, sku: str) -> Item:
        """KeyError for an unknown one."""
        for item in self.items.values():
            if item.sku == sku:
                return item
        raise KeyError(sku)

    def known(self, ident: str) -> Item:
        """An item, on the menu or not any more."""
        return self.items.get(ident) or self.gone[ident]

    def group_of(self, category: str) -> str:
        return guid("group", category)


def add_sized(world: World, key: str, name: str, sizes: tuple[tuple[str, int], ...], group: str = TILL_GROUP) -> Item:
    """An item that is sold in sizes by a modifier group, as restaurants have them."""
    made = Item(guid("item", key), "", None, name, key, "", None, group, sizes=sizes)
    world.items[made.guid] = made
    world.publish()
    return made


def fill(world: World) -> None:
    """Everything in the seed that Toast can hold: no customers, no gift cards, no free shipping."""
    open_item = Item(OPEN_ITEM, "", None, "Open item", "", "", None, TILL_GROUP, taxed=False)
    world.items[OPEN_ITEM] = open_item
    for product in world.seed.products:
        add_product(world, product)
    for seed in world.seed.discounts:
        if seed.kind != "free_shipping":
            made = Promotion(guid("discount", seed.code), seed)
            world.promotions[made.guid] = made
    world.publish()


def add_product(world: World, product: SeedProduct) -> None:
    """An item for each variant; goods with options are retail goods of one catalogue product."""
    world.products[product.key] = product
    for variant in product.variants:
        name = " - ".join([product.title, *variant.option_values])
        item = Item(
            guid("item", f"{product.key}:{variant.sku}"), product.key, variant, name, variant.sku, variant.barcode,
            variant.price_minor, world.group_of(product.category), Decimal(variant.stock),
        )  # fmt: skip
        world.items[item.guid] = item
