"""The state of a simulated WooCommerce shop: its rows, its clock and what it tells its listeners."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from typing import Any
from zoneinfo import ZoneInfo

from posbridge.domain.money import exponent
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed
from posbridge.sandbox.woocommerce.answers import Obj

Listener = Callable[[str, str, int], None]
"""(resource, event, id): "order", "created", 25."""

_SYMBOLS = {"USD": "$", "EUR": "€", "GBP": "£", "JPY": "¥", "CAD": "$", "AUD": "$", "CHF": "CHF"}


@dataclass(frozen=True)
class Options:
    """What differs between shops.

    `version` 11.0.1 (the default) or 9.2.5: the two that were recorded. `hpos` False stores orders the old way.
    `timezone` is the site's. `gift_cards` switches the WooCommerce Gift Cards plug-in on. `webhook_delay` are the
    seconds until a delivery leaves. `store_limit` lets the Store API take 25 requests in 10 s only.
    """

    version: str = "11.0.1"
    timezone: str = "UTC"
    hpos: bool = True
    gift_cards: bool = False
    webhook_delay: float = 0.0
    store_limit: bool = False
    consumer_key: str = "ck_" + "0" * 39 + "1"
    consumer_secret: str = "cs_" + "0" * 39 + "2"
    webhook_secret: str = "posbridgesandboxwebhooksecret000"  # noqa: S105 - as above

    @property
    def modern(self) -> bool:
        """Version 10 and later: drafts are named in errors, filters by barcode and origin, a list of variations."""
        return int(self.version.split(".")[0]) >= 10


@dataclass
class Row:
    """A stored object: `data` in the platform's own words, times UTC with a grain of one second."""

    id: int
    data: Obj
    created: datetime
    modified: datetime


@dataclass
class Shop:
    """Everything a shop holds."""

    seed: Seed
    options: Options
    clock: Clock
    home: Callable[[], str]
    products: dict[int, Row] = field(default_factory=dict)
    variations: dict[int, Row] = field(default_factory=dict)
    children: defaultdict[int, list[int]] = field(default_factory=lambda: defaultdict(list))
    skus: dict[str, int] = field(default_factory=dict)
    gtins: dict[str, int] = field(default_factory=dict)
    slugs: set[str] = field(default_factory=set)
    coupons: dict[int, Row] = field(default_factory=dict)
    codes: dict[str, int] = field(default_factory=dict)
    customers: dict[int, Row] = field(default_factory=dict)
    emails: dict[str, int] = field(default_factory=dict)
    listeners: list[Listener] = field(default_factory=list)
    numbers: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.zone = ZoneInfo(self.options.timezone)
        self.decimals = exponent(self.seed.currency)
        self.rate = Decimal(self.seed.tax_rate) / 100
        self._tax_rounding = ROUND_HALF_DOWN if self.seed.prices_include_tax else ROUND_HALF_UP

    # numbers and times
    def next_id(self, kind: str = "post") -> int:
        """The next id; products, variations, coupons, orders and refunds share "post", as in WordPress.

        `numbers` holds the last one given, ids of "post" less nine.
        """
        self.numbers[kind] += 1
        return self.numbers[kind] + (9 if kind == "post" else 0)

    def now(self) -> datetime:
        """UTC, whole seconds."""
        return self.clock.now().replace(microsecond=0)

    def gmt(self, moment: datetime | None) -> str | None:
        """UTC without a Z, as the `_gmt` fields have it."""
        return None if moment is None else moment.astimezone(UTC).replace(tzinfo=None).isoformat()

    def local(self, moment: datetime | None) -> str | None:
        """Site time without an offset."""
        return None if moment is None else moment.astimezone(self.zone).replace(tzinfo=None).isoformat()

    def times(self, **moments: datetime | None) -> Obj:
        """`date_created` and `date_created_gmt` for created=…, and so on."""
        made: Obj = {}
        for name, moment in moments.items():
            made[f"date_{name}"] = self.local(moment)
            made[f"date_{name}_gmt"] = self.gmt(moment)
        return made

    def moment(self, text: str | None, *, gmt: bool = False) -> datetime | None:
        """A written time as UTC: site time, or UTC when `gmt`; ValueError when it is none."""
        if not text:
            return None
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC if gmt else self.zone)
        return found.astimezone(UTC)

    def row(self, data: Obj, kind: str = "post") -> Row:
        """A new row, made now."""
        now = self.now()
        return Row(self.next_id(kind), data, now, now)

    def tell(self, resource: str, event: str, number: int) -> None:
        """Let the listeners (the webhooks) know."""
        for listener in self.listeners:
            listener(resource, event, number)

    # money
    @property
    def symbol(self) -> str:
        """The currency's sign."""
        return _SYMBOLS.get(self.seed.currency, self.seed.currency)

    @property
    def cent(self) -> Decimal:
        """The smallest unit."""
        return Decimal(1).scaleb(-self.decimals)

    def rounded(self, amount: Decimal) -> Decimal:
        """To the currency's decimals, half away from zero."""
        return amount.quantize(self.cent, ROUND_HALF_UP)

    def tax(self, net: Decimal) -> Decimal:
        """Tax of one line before rounding."""
        return net * self.rate

    def rounded_tax(self, amount: Decimal) -> Decimal:
        """Half away from zero, in a shop with gross prices half towards zero (recorded: money, rounding)."""
        return amount.quantize(self.cent, self._tax_rounding)

    def money(self, amount: Decimal) -> str:
        """ "12.50"."""
        return f"{self.rounded(amount):.{self.decimals}f}"

    def minor(self, amount: Decimal) -> int:
        """In minor units."""
        return int(self.rounded(amount).scaleb(self.decimals))

    def major(self, minor: int) -> Decimal:
        """From minor units."""
        return Decimal(minor).scaleb(-self.decimals)

    def net(self, price: Decimal) -> Decimal:
        """A catalogue price without tax; in a shop with gross prices the tax is taken out and rounded."""
        if not self.seed.prices_include_tax:
            return price
        return price - self.rounded_tax(price - price / (1 + self.rate))

    # goods
    def item(self, number: int) -> Row | None:
        """A product or variation."""
        return self.products.get(number) or self.variations.get(number)

    def parent(self, row: Row) -> Row | None:
        """The product a variation belongs to."""
        return self.products.get(row.data.get("parent_id", 0))

    def stock_row(self, row: Row) -> Row | None:
        """The row that counts the stock of this one: itself, its parent, or none."""
        if row.data["manage_stock"]:
            return row
        parent = self.parent(row)
        return parent if parent is not None and parent.data["manage_stock"] else None

    def move_stock(self, row: Row, by: int) -> bool:
        """Change the stock by so many pieces (it may go below zero); False when nobody counts it."""
        counted = self.stock_row(row)
        if counted is None:
            return False
        counted.data["stock_quantity"] = (counted.data["stock_quantity"] or 0) + by
        self.touch(row)
        self.tell("product", "updated", row.id)
        return True

    def touch(self, row: Row) -> None:
        """A change moves the time of the row and of its parent (recorded 135)."""
        row.modified = self.now()
        parent = self.parent(row)
        if parent is not None:
            parent.modified = row.modified


def link(home: str, path: str) -> list[Any]:
    """One `_links` entry without hints."""
    return [{"href": f"{home}/wp-json{path}"}]


def links(home: str, path: str, number: int, *, up: str = "", allow: str = "GET POST PUT PATCH DELETE") -> Obj:
    """The `_links` of an object in the collection `path`."""
    made: Obj = {
        "self": [{"href": f"{home}/wp-json{path}/{number}", "targetHints": {"allow": allow.split()}}],
        "collection": link(home, path),
    }
    if up:
        made["up"] = link(home, up)
    return made


def metas(shop: Shop, held: list[Obj], sent: list[Obj]) -> list[Obj]:
    """Meta data after a write: an id or a known key replaces, else added; null removes."""
    made = [dict(entry) for entry in held]
    for entry in sent:
        found = next((m for m in made if _same_meta(m, entry)), None)
        if found is None:
            made.append({"id": shop.next_id("meta"), "key": str(entry.get("key", "")), "value": entry.get("value")})
        else:
            found["value"] = entry.get("value")
    return [entry for entry in made if entry["value"] is not None]


def _same_meta(held: Obj, sent: Obj) -> bool:
    return bool(held["id"] == sent["id"] if sent.get("id") else held["key"] == sent.get("key"))
