"""The store's state: articles, customers, tickets, and the words that are made of the seed."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedCustomer, SeedProduct, SeedVariant
from posbridge.sandbox.treez.gate import Options

_ROOM = uuid.UUID("6f1d3c52-7f2e-4c0b-9d0d-4a7e5f8b2c11")
_CLASSES = ("HYBRID", "SATIVA", "INDICA", "I/S", "S/I", "CBD", "KUSH", None)
_EFFECTS = ("RELAXED", "UPLIFTED", "CREATIVE", "RELIEF", "CALM")
_FLAVOURS = ("CITRUS", "PINE", "BERRY", "DIESEL")


def guid(kind: str, name: str) -> str:
    """The same name has the same id in each run."""
    return str(uuid.uuid5(_ROOM, f"{kind}:{name}"))


@dataclass
class Article:
    """One `product_id`."""

    id: str
    parent: str
    key: str
    place: int
    title: str
    description: str
    category: str
    seed: SeedVariant
    price: int
    stock: int
    updated: datetime
    picture: str
    active: bool = True

    @property
    def size(self) -> str | None:
        return " / ".join(self.seed.option_values) or None


@dataclass
class Ticket:
    """A ticket; amounts in minor units. `body` is what its maker sent."""

    id: str
    number: str
    body: dict[str, Any]
    lines: list[dict[str, Any]]
    status: str
    created: datetime
    updated: datetime
    order: int
    payments: list[dict[str, Any]] = field(default_factory=list)
    history: list[tuple[str, datetime]] = field(default_factory=list)
    original: str | None = None
    refunds: list[str] = field(default_factory=list)

    @property
    def paid(self) -> bool:
        return bool(self.payments)

    @property
    def total(self) -> int:
        return sum(line["total"] for line in self.lines)

    @property
    def tax(self) -> int:
        return sum(line["tax"] for line in self.lines)


class Shop:
    """Everything one store holds."""

    def __init__(self, seed: Seed, options: Options, clock: Clock, next_id: Callable[[str], int]) -> None:
        self.seed, self.options, self.clock, self.next_id = seed, options, clock, next_id
        self.articles: dict[str, Article] = {}
        self.customers: dict[str, dict[str, Any]] = {}
        self.tickets: dict[str, Ticket] = {}
        for product in seed.products:
            self.add_product(product)
        for customer in seed.customers:
            self.add_seed_customer(customer)

    def add_product(self, product: SeedProduct) -> list[Article]:
        made = []
        for variant in product.variants:
            article = Article(
                id=guid("product", variant.sku),
                parent=guid("parent", product.key),
                key=product.key,
                place=self.next_id("article"),
                title=product.title,
                description=product.description,
                category=product.category.upper(),
                seed=variant,
                price=variant.price_minor,
                stock=variant.stock,
                updated=self.clock.now(),
                picture=f"/pictures/{product.key}.svg",
            )
            self.articles[article.id] = article
            made.append(article)
        return made

    def add_seed_customer(self, seed: SeedCustomer) -> None:
        at = self.next_id("people")
        fields = {
            "first_name": seed.given_name,
            "last_name": seed.family_name,
            "email": seed.email,
            "phone": seed.phone.removeprefix("+1"),
            "birthday": f"{1960 + at % 40}-0{1 + at % 9}-1{at % 10}",
            "drivers_license": f"D{1000000 + at}",
            "drivers_license_expiration": f"20{28 + at % 5}-05-12",
        }
        if at % 3 == 0:
            fields |= {"state_medical_id": f"MED{700 + at}", "permit_expiration": "2028-05-31 00:00:00.000"}
        self.add_customer(fields)

    def add_customer(self, fields: dict[str, Any]) -> dict[str, Any]:
        ident = str(self.next_id("customer"))
        medical = bool(fields.get("state_medical_id"))
        row = {
            "status": "ACTIVE",
            "verification_status": "VERIFICATION_PENDING",
            "verification_reasons": [],
            "customer_id": ident,
            "middle_name": None,
            "drivers_license": None,
            "state_medical_id": None,
            "notes": "N/A",
            "addresses": [],
            "merged_customer_ids": [],
            "merged_into_customer_id": None,
            "patient_type": "MEDICAL_MMID" if medical else "ADULT",
            "customer_groups": [],
            "banned": False,
            "opt_out": None,
            **fields,
            "last_update": self.stamp(self.clock.now()),
        }
        self.customers[ident] = row
        return row

    def by_sku(self, sku: str) -> Article:
        return next((one for one in self.articles.values() if one.seed.sku == sku), None) or _missing(sku)

    def stamp(self, at: datetime) -> str:
        """A time with its offset, as ticket times are written."""
        return at.isoformat(timespec="milliseconds")

    def state_of(self, article: Article) -> dict[str, Any]:
        """What a dispensary knows of its goods, from the seed's own numbers."""
        at = article.place
        return {
            "classification": _CLASSES[at % len(_CLASSES)],
            "effects": [_EFFECTS[at % 5], _EFFECTS[(at + 2) % 5]],
            "flavors": [_FLAVOURS[at % 4]],
            "low": str(10 + at % 15),
            "high": f"{12 + at % 15}.5",
            "thc": 0 if at % 2 else 100,
        }


def _missing(sku: str) -> Article:
    raise KeyError(sku)
