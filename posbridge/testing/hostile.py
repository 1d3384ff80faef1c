"""A hostile connector, all in memory: it keeps the contract's words and is as nasty as they allow.

Sync and services must survive it: odd strings, absent fields, huge and empty pages, objects that cannot be read,
repeated pages, orders that are made although the reply was lost.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import (
    Capabilities,
    Connection,
    Context,
    Dedupe,
    Evidence,
    Fact,
    Facts,
    Kind,
    Location,
    Page,
    PlatformServices,
    Probe,
    RemoteRef,
    SendContext,
    Service,
    SettingField,
    Steps,
)
from posbridge.connectors.errors import (
    Conflict,
    ConnectorError,
    NotFound,
    OutcomeUnknown,
    SchemaDrift,
    Unsupported,
)
from posbridge.connectors.facts import Rate
from posbridge.domain.catalog import Product, ProductStatus, ProductVariant
from posbridge.domain.inventory import StockChange, StockLevel
from posbridge.domain.model import Model
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteLine, RemoteOrder
from posbridge.domain.refund import Refund

#: Names that break careless code: markup, quotes, formulas, direction marks, zero bytes, very long, empty.
NASTY = (
    "",
    "   ",
    "'; DROP TABLE orders; --",
    "<script>alert(1)</script>",
    "=HYPERLINK(\"http://a.example\")",
    "\u202egnirts",
    "a\x00b",
    "\U0001f469\u200d\U0001f469\u200d\U0001f467 family",
    "%s %(x)s {0} {name} $HOME `id`",
    "Ünïcödé ﷽ ß ı İ",
    "x" * 20_000,
    "line\nbreak\ttab\r",
    "null",
    "../../etc/passwd",
    "NaN",
)  # fmt: skip

FACTS = Facts(
    name="hostile",
    label="Hostile & <Sons>",
    kind=Kind.POS,
    auth="none",
    hosts=("hostile.example",),
    fields=(SettingField(name="key", label="Key", secret=True),),
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS),
    capabilities=Capabilities(
        dedupe=Dedupe.SEARCH, settle_s=1, timeout_s=1, rates=(Rate(requests=1000, seconds=1),), refunds=True
    ),
    facts=(Fact(what="It exists in memory only.", source="posbridge.testing.hostile", evidence=Evidence.SPEC),),
)


class Made(Model):
    """What the far side holds of one order."""

    id: str
    order: Order
    refunded: int = 0


@dataclass
class HostileShop:
    """The far side. `orders` are what it holds; `next_errors` strike the next writes in order, None lets one pass.

    An OutcomeUnknown among them is raised after the work was done (`late` false: it is there at once), every
    other error before it. `read_errors` strike the next reads.
    """

    products: list[Product] = field(default_factory=list)
    orders: dict[str, Made] = field(default_factory=dict)
    refunds: dict[str, tuple[str, Refund]] = field(default_factory=dict)
    stock: dict[str, Decimal] = field(default_factory=dict)
    adjusted: list[tuple[str, StockChange]] = field(default_factory=list)
    deleted: list[str] = field(default_factory=list)
    parked: list[SchemaDrift] = field(default_factory=list)
    next_errors: list[ConnectorError | None] = field(default_factory=list)
    read_errors: list[ConnectorError | None] = field(default_factory=list)
    page_size: int = 7
    creates: int = 0

    def fail_before(self) -> ConnectorError | None:
        """The next write's error, raised here unless it strikes after the work."""
        error = self.next_errors.pop(0) if self.next_errors else None
        if error is not None and not isinstance(error, OutcomeUnknown):
            raise error
        return error

    def fail_read(self) -> None:
        error = self.read_errors.pop(0) if self.read_errors else None
        if error is not None:
            raise error


def nasty_products(count: int = 60, currency: str = "USD") -> list[Product]:
    """Products with each nasty name, without a price, sold out, without variants, with shared SKUs, deleted."""
    made = []
    for number in range(count):
        name = NASTY[number % len(NASTY)]
        price = None if number % 9 == 4 else Money(amount=0 if number % 9 == 5 else 100 + number, currency=currency)
        variant = ProductVariant(
            id=f"v{number}",
            title=name,
            sku="SHARED" if number % 10 == 3 else name[:40] if number % 10 == 6 else f"H-{number}",
            barcode="" if number % 4 else f"20{number:011d}",
            price=price,
            inventory_quantity=None if number % 3 else Decimal(-number),
        )
        made.append(
            Product(
                id=f"p{number}",
                title=name,
                description=name,
                status=list(ProductStatus)[number % 4],
                categories=(name,) * (number % 3),
                variants=() if number % 11 == 7 else (variant,),
                updated_at=datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=number),
            )
        )
    return made


class HostileConnector:
    """The connector of a `HostileShop`."""

    facts = FACTS

    def __init__(self, shop: HostileShop | None = None, facts: Facts = FACTS) -> None:
        self.shop = shop or HostileShop(products=nasty_products())
        self.facts = facts

    def base_url(self, connection: Connection) -> str:
        return "https://hostile.example"

    def error(self, reply: Any) -> Exception | None:
        return None

    def open(self, context: Context) -> PlatformServices:
        shop = self.shop
        return PlatformServices(
            probe=_probe(shop), products=_Products(shop), inventory=_Inventory(shop), orders=_Orders(shop)
        )


def _probe(shop: HostileShop) -> Callable[[], Any]:
    async def probe() -> Probe:
        shop.fail_read()
        return Probe(account=NASTY[3], locations=(Location(id="main", name=NASTY[2]),), currency="USD")

    return probe


class _Products:
    def __init__(self, shop: HostileShop) -> None:
        self._shop = shop

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        """An empty page first, one page twice, the parked ones with the last."""
        shop, start = self._shop, int(cursor or 0)
        yield Page([], cursor=str(start))
        for at in range(start, len(shop.products), shop.page_size):
            shop.fail_read()
            page = Page(shop.products[at : at + shop.page_size], cursor=str(at + shop.page_size))
            yield page
            if at == start:
                yield page
        yield Page([], cursor=str(len(shop.products)), last=True, deleted=shop.deleted, parked=shop.parked)

    async def ids(self) -> AsyncIterator[Page[str]]:
        self._shop.fail_read()
        yield Page([product.id for product in self._shop.products], last=True)

    async def get(self, product_id: str) -> Product:
        self._shop.fail_read()
        for product in self._shop.products:
            if product.id == product_id:
                return product
        raise NotFound(f"No product {product_id}.")

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported("Products cannot be written here.")


class _Inventory:
    def __init__(self, shop: HostileShop) -> None:
        self._shop = shop

    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        self._shop.fail_read()
        wanted = variant_ids or list(self._shop.stock)
        levels = [StockLevel(variant_id=name, quantity=self._shop.stock.get(name)) for name in wanted]
        yield Page(levels, cursor="1", last=True)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        lost = self._shop.fail_before()
        for change in changes:
            if (key, change) not in self._shop.adjusted:
                self._shop.adjusted.append((key, change))
                self._shop.stock[change.variant_id] = self._shop.stock.get(change.variant_id, Decimal(0)) + change.delta
        if lost:
            raise lost


class _Orders:
    """Has no idea of keys: only the steps and the reference keep an order single."""

    def __init__(self, shop: HostileShop) -> None:
        self._shop = shop

    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        known = await context.steps.get("order")
        if known:
            return RemoteRef(id=known, number=known)
        lost = self._shop.fail_before()
        self._shop.creates += 1
        made = f"o{self._shop.creates}"
        self._shop.orders[made] = Made(id=made, order=order)
        if lost:
            raise lost
        await context.steps.put("order", made)
        return RemoteRef(id=made, number=made)

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        self._shop.fail_read()
        return [_remote(made) for made in self._shop.orders.values() if made.order.reference == reference]

    async def get(self, order_id: str) -> RemoteOrder:
        self._shop.fail_read()
        if order_id not in self._shop.orders:
            raise NotFound(f"No order {order_id}.")
        return _remote(self._shop.orders[order_id])

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        self._shop.fail_read()
        yield Page([_remote(made) for made in self._shop.orders.values()], cursor="1", last=True)

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported("Nothing of an order may change here.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        raise Conflict(f"An order cannot become {status.value} here.")

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        known = await context.steps.get("refund")
        if known:
            return RemoteRef(id=known)
        lost = self._shop.fail_before()
        made = f"r{len(self._shop.refunds) + 1}"
        self._shop.refunds[made] = (order.id, refund)
        if lost:
            raise lost
        await context.steps.put("refund", made)
        return RemoteRef(id=made)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        self._shop.fail_read()
        there = self._shop.refunds.items()
        return [RemoteRef(id=made) for made, (_, kept) in there if kept.reference == refund.reference]


def _remote(made: Made) -> RemoteOrder:
    order = made.order
    return RemoteOrder(
        id=made.id,
        reference=order.reference,
        number=made.id,
        status=OrderStatus.COMPLETED,
        currency=order.currency,
        total=order.totals.total,
        tax=order.totals.tax,
        paid=order.totals.total,
        lines=tuple(_remote_line(line) for line in order.lines),
        created_at=order.captured_at,
        note=NASTY[5],
    )


def _remote_line(line: Any) -> RemoteLine:
    return RemoteLine(id=f"l-{line.id}", sku=line.sku, title=NASTY[2], quantity=line.quantity, total=line.total)


def secrets_of(connection: Connection) -> Mapping[str, str]:
    """What a registry is given to open the hostile connector."""
    return {"key": NASTY[2]}
