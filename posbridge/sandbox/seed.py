"""What a simulated shop sells: one description that every simulator is filled from, so that SKUs and barcodes agree."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal

DiscountKind = Literal["percent", "fixed", "free_shipping"]


@dataclass(frozen=True)
class SeedVariant:
    """One thing with a price. Prices are minor units of the seed's currency; `barcode` is a valid EAN-13."""

    sku: str
    barcode: str
    price_minor: int
    compare_at_minor: int | None
    stock: int
    option_values: tuple[str, ...] = ()
    weight_grams: int | None = None


@dataclass(frozen=True)
class SeedProduct:
    """A product; `options` are the option names in the order of each variant's `option_values`.

    `picture` is what `pictures.draw` understands: "<shape>:<hue 0-359>".
    """

    key: str
    title: str
    description: str
    category: str
    options: tuple[str, ...]
    variants: tuple[SeedVariant, ...]
    picture: str


@dataclass(frozen=True)
class SeedCustomer:
    """A customer; `phone` is E.164."""

    key: str
    given_name: str
    family_name: str
    email: str
    phone: str


@dataclass(frozen=True)
class SeedDiscount:
    """A discount code.

    `value` is basis points for "percent" (1000 = 10 %), minor units for "fixed", 0 for "free_shipping".
    `products` are product keys it is limited to (empty: the whole basket); `expires` is UTC or None.
    """

    code: str
    kind: DiscountKind
    value: int
    min_spend_minor: int | None = None
    products: tuple[str, ...] = ()
    usage_limit: int | None = None
    expires: datetime | None = None


@dataclass(frozen=True)
class SeedGiftCard:
    """A gift card and what is on it, in minor units."""

    code: str
    balance_minor: int


@dataclass(frozen=True)
class Seed:
    """A whole shop. `tax_rate` is a percentage as text ("8.25"); no tax with "0"."""

    name: str
    currency: str
    location: str
    tax_rate: str
    prices_include_tax: bool
    products: tuple[SeedProduct, ...]
    customers: tuple[SeedCustomer, ...] = ()
    discounts: tuple[SeedDiscount, ...] = ()
    gift_cards: tuple[SeedGiftCard, ...] = ()
    country: str = "US"
    timezone: str = "America/New_York"
    extra: dict[str, str] = field(default_factory=dict)

    def dump(self, path: Path) -> None:
        """Write the seed as JSON that `load` reads back equal."""
        text = json.dumps(asdict(self), ensure_ascii=False, indent=1, default=_iso)
        path.write_text(text + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> Seed:
        """Read a seed file; ValueError names the file when it is not one."""
        try:
            return _seed(json.loads(path.read_text(encoding="utf-8")))
        except (KeyError, TypeError, ValueError) as problem:
            raise ValueError(f"{path.name} is not a seed file: {problem!r}") from problem


def seed_product(raw: dict[str, Any]) -> SeedProduct:
    """One product from its JSON form (as in a seed file); KeyError or TypeError on a wrong shape."""
    variants = tuple(
        SeedVariant(**{**variant, "option_values": tuple(variant.get("option_values", ()))})
        for variant in raw["variants"]
    )
    return SeedProduct(**{**raw, "options": tuple(raw.get("options", ())), "variants": variants})


def _seed(raw: dict[str, Any]) -> Seed:
    return Seed(
        **{
            **raw,
            "products": tuple(seed_product(product) for product in raw["products"]),
            "customers": tuple(SeedCustomer(**customer) for customer in raw.get("customers", ())),
            "discounts": tuple(_discount(discount) for discount in raw.get("discounts", ())),
            "gift_cards": tuple(SeedGiftCard(**card) for card in raw.get("gift_cards", ())),
        }
    )


def _discount(raw: dict[str, Any]) -> SeedDiscount:
    expires = raw.get("expires")
    moment = datetime.fromisoformat(expires) if expires else None
    return SeedDiscount(**{**raw, "products": tuple(raw.get("products", ())), "expires": moment})


def _iso(value: object) -> str:
    if isinstance(value, datetime):
        return value.isoformat()
    raise TypeError(f"a seed holds no {type(value).__name__}")
