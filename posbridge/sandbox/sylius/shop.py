"""The state of a simulated Sylius shop: one channel, its goods, promotions, customers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed


@dataclass(frozen=True)
class Options:
    """How the shop is set up. `enabled` False is the production default: the API is off, the login included."""

    enabled: bool = True
    channel: str = "WEB"
    locale: str = "en_US"
    timezone: str = "UTC"
    email: str = "api@example.com"
    password: str = "sylius-api"  # noqa: S105 - the default fixtures of every Sylius
    auth_header: str = "authorization"
    token_s: int = 3600
    since_22: bool = False
    barcode_field: str = "ean"


@dataclass
class Variant:
    """Prices are minor units; `on_hold` is what unpaid orders hold. `version` counts writes."""

    code: str
    product: str
    price: int | None
    original: int | None
    on_hand: int
    barcode: str
    values: tuple[tuple[str, str], ...] = ()
    name: str | None = None
    on_hold: int = 0
    tracked: bool = True
    enabled: bool = True
    weight: float | None = None
    position: int = 0
    shipping: bool = True
    taxed: bool = True
    created: datetime | None = None
    updated: datetime | None = None

    @property
    def left(self) -> int:
        return self.on_hand - self.on_hold


@dataclass
class Product:
    """`options` are codes, `variants` codes in their order."""

    id: int
    code: str
    names: dict[str, str]
    description: str | None
    taxon: str
    options: tuple[str, ...]
    variants: list[str] = field(default_factory=list)
    picture: str = ""
    enabled: bool = True
    attributes: dict[str, str] = field(default_factory=dict)
    created: datetime | None = None
    updated: datetime | None = None


@dataclass
class Option:
    """A choice shared by all products: its name, and its values' labels by code."""

    code: str
    name: str
    values: dict[str, str] = field(default_factory=dict)


@dataclass
class Coupon:
    code: str
    usage_limit: int | None = None
    expires: datetime | None = None
    used: int = 0


@dataclass
class Promotion:
    """`action` is one of Sylius's kinds; `value` a fraction or minor units; `products` limits unit actions."""

    id: int
    code: str
    name: str
    action: str
    value: Decimal
    minimum: int | None = None
    products: tuple[str, ...] = ()
    exclusive: bool = False
    coupons: dict[str, Coupon] = field(default_factory=dict)
    extra_rules: list[dict[str, object]] = field(default_factory=list)


@dataclass
class Customer:
    id: int
    email: str
    first: str | None = None
    last: str | None = None
    phone: str | None = None
    gender: str = "u"
    newsletter: bool = False
    created: datetime | None = None


class Shop:
    """Everything but the orders."""

    def __init__(
        self, seed: Seed, options: Options, clock: Clock, address: Callable[[], str], next_id: Callable[[str], int]
    ) -> None:
        self.seed, self.options, self.clock, self.next_id = seed, options, clock, next_id
        self.home = address
        self.products: dict[str, Product] = {}
        self.variants: dict[str, Variant] = {}
        self.options_of: dict[str, Option] = {}
        self.taxons: dict[str, str] = {}
        self.promotions: dict[str, Promotion] = {}
        self.customers: dict[int, Customer] = {}
        self.sold: set[str] = set()

    @property
    def rate(self) -> Decimal:
        """The tax as a fraction."""
        return Decimal(self.seed.tax_rate) / 100

    def stamp(self, at: datetime | None = None) -> str:
        """A moment as Sylius writes it: the server's wall clock, without a zone (facts, 12.4)."""
        return (at or self.clock.now()).astimezone(ZoneInfo(self.options.timezone)).strftime("%Y-%m-%d %H:%M:%S")

    def variant(self, code: str) -> Variant | None:
        """By its code in any case (recorded, chapter Products)."""
        found = self.variants.get(code)
        return found or next((v for v in self.variants.values() if v.code.casefold() == code.casefold()), None)

    def sellable(self, code: str) -> Variant | None:
        """One that is on, of a product that is on, with a price in the channel."""
        found = self.variant(code)
        if found is None or not found.enabled or found.price is None or not self.products[found.product].enabled:
            return None
        return found

    def coupon(self, code: str) -> tuple[Promotion, Coupon] | None:
        """A coupon by its code in any case, with its promotion."""
        for promotion in self.promotions.values():
            for coupon in promotion.coupons.values():
                if coupon.code.casefold() == code.casefold():
                    return promotion, coupon
        return None

    def by_email(self, email: str) -> Customer | None:
        return next((c for c in self.customers.values() if c.email.casefold() == email.casefold()), None)

    def customer(self, email: str) -> Customer:
        """The one of that e-mail, made where there is none (facts, 5a)."""
        found = self.by_email(email)
        if found is None:
            found = Customer(self.next_id("customer"), email, created=self.clock.now())
            self.customers[found.id] = found
        return found
