"""The smallest whole platform and its connector: orders in two steps, a search by reference, no keys."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

from posbridge.connectors.auth import HeaderKey
from posbridge.connectors.contract import (
    Capabilities,
    Connection,
    Context,
    Dedupe,
    Fact,
    Facts,
    Kind,
    Page,
    PlatformServices,
    Probe,
    Rate,
    RemoteRef,
    SendContext,
    Service,
    SettingField,
    Steps,
    WebhookEvent,
)
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.text import Reader, each
from posbridge.connectors.webhooks import header, secrets_in, signature, signed
from posbridge.domain.catalog import Product, ProductVariant
from posbridge.domain.inventory import StockChange, StockLevel
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteLine, RemoteOrder
from posbridge.domain.refund import Refund
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

FACTS = Facts(
    name="toy",
    label="Toy",
    kind=Kind.SHOP,
    auth="header",
    hosts=("toy.example",),
    fields=(
        SettingField(name="base_url", label="Address", advanced=True),
        SettingField(name="key", label="Key", secret=True),
    ),
    services=(Service.PRODUCTS, Service.INVENTORY, Service.ORDERS, Service.WEBHOOKS),
    capabilities=Capabilities(
        dedupe=Dedupe.SEARCH, page_size=10, webhooks=True, rates=(Rate(requests=500, seconds=1),), deletes_visible=True
    ),
    facts=(Fact(what="It is made for this test.", source="tests/conformance/toy.py"),),
)


class ToyPlatform(SimulatedPlatform):
    """Books in memory; every change of a product has the next number, which is the cursor."""

    name = "toy"

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.products: dict[str, dict[str, Any]] = {}
        self.orders: dict[str, dict[str, Any]] = {}
        self.gone: dict[str, int] = {}
        for product in seed.products:
            self.add_product(product)
        self.add_routes([
            ("GET", "/me", lambda call: Reply(200, {"name": seed.name, "currency": seed.currency})),
            ("GET", "/products", self.list_products),
            ("GET", "/products/{id}", lambda call: self._one(self.products, call)),
            ("POST", "/stock", self.move_stock),
            ("POST", "/orders", self.make_order),
            ("GET", "/orders", lambda call: Reply(200, self._found(call.query))),
            ("GET", "/orders/{id}", lambda call: self._one(self.orders, call)),
            ("POST", "/orders/{id}/pay", self.pay),
            ("POST", "/orders/{id}/refunds", self.give_back),
        ])  # fmt: skip

    def admit(self, call: Call) -> Reply | None:
        return None if call.headers.get("x-key") == "toy-key-1234" else self.error_reply(401)

    def _one(self, shelf: dict[str, dict[str, Any]], call: Call) -> Reply:
        found = shelf.get(call.params["id"])
        return Reply(200, found) if found else self.error_reply(404)

    def _found(self, query: dict[str, str]) -> list[dict[str, Any]]:
        since = int(query.get("since", 0))
        wanted = query.get("reference")
        return [o for o in self.orders.values() if (wanted in (None, o["reference"])) and o["changed"] > since]

    def list_products(self, call: Call) -> Reply:
        since = int(call.query.get("since", 0))
        later = sorted((p for p in self.products.values() if p["changed"] > since), key=lambda p: int(p["changed"]))
        gone = [product for product, changed in self.gone.items() if changed > since]
        return Reply(200, {"items": later[:10], "more": len(later) > 10, "gone": gone, "now": self._numbers["change"]})

    def move_stock(self, call: Call) -> Reply:
        body = call.json()
        self._variant_by_id(body["variant"])["stock"] += body["delta"]
        return Reply(200, {})

    def make_order(self, call: Call) -> Reply:
        body, number = call.json(), str(self.next_id("order"))
        made = {"id": number, "state": "open", "paid": 0, "refunds": [], "changed": self.next_id("change"), **body}
        self.orders[number] = made
        return Reply(201, made)

    def pay(self, call: Call) -> Reply:
        order = self.orders[call.params["id"]]
        if order["state"] == "open":
            order |= {"state": "done", "paid": order["total"]}
            for line in order["lines"]:
                if line["variant"]:
                    self._variant_by_id(line["variant"])["stock"] -= line["quantity"]
        return Reply(200, order)

    def give_back(self, call: Call) -> Reply:
        refund = {"id": str(self.next_id("refund")), **call.json()}
        self.orders[call.params["id"]]["refunds"].append(refund)
        return Reply(201, refund)

    def connection_fields(self) -> dict[str, Any]:
        secrets = {"key": "toy-key-1234"}
        return {"url": self.address, "fields": {"base_url": self.address}, "secrets": secrets}

    def orders_book(self) -> list[dict[str, Any]]:
        return [{**o, "refunded": sum(r["amount"] for r in o["refunds"])} for o in self.orders.values()]

    def stock_book(self) -> dict[str, int]:
        return {v["sku"]: v["stock"] for p in self.products.values() for v in p["variants"]}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        return Reply(status, {"error": status}, {"Retry-After": str(retry_after)} if retry_after else {})

    def expired_reply(self, call: Call) -> Reply | None:
        return None

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return {"X-Toy-Signature": signature(body, secret)}

    def set_price(self, sku: str, price_minor: int) -> None:
        product = next(p for p in self.products.values() for v in p["variants"] if v["sku"] == sku)
        next(v for v in product["variants"] if v["sku"] == sku)["price"] = price_minor
        product["changed"] = self.next_id("change")
        self.deliveries.emit("product", json.dumps({"event": product["changed"], "id": product["id"]}).encode())

    def set_stock(self, sku: str, quantity: int) -> None:
        next(v for p in self.products.values() for v in p["variants"] if v["sku"] == sku)["stock"] = quantity

    def set_title(self, key: str, title: str) -> None:
        self.products[key] |= {"title": title, "changed": self.next_id("change")}

    def add_product(self, product: SeedProduct) -> None:
        variants = [
            {"id": f"v-{v.sku}", "sku": v.sku, "barcode": v.barcode, "price": v.price_minor, "stock": v.stock,
             "options": dict(zip(product.options, v.option_values, strict=True))}
            for v in product.variants
        ]  # fmt: skip
        made = {"id": product.key, "title": product.title, "variants": variants, "changed": self.next_id("change")}
        self.products[product.key] = made

    def remove_product(self, key: str) -> None:
        del self.products[key]
        self.gone[key] = self.next_id("change")

    def _variant_by_id(self, variant_id: str) -> dict[str, Any]:
        return next(v for p in self.products.values() for v in p["variants"] if v["id"] == variant_id)


def to_product(raw: Any) -> Product:
    one = Reader(raw)
    return Product(id=one.id(), title=one.text("title"), variants=tuple(map(_variant, one.objects("variants"))))


def _variant(one: Reader) -> ProductVariant:
    price = Money(amount=one.integer("price") or 0, currency="USD")
    options = {name: str(value) for name, value in one.object("options").raw.items()}
    stock = one.decimal("stock")
    return ProductVariant(
        id=one.id(), sku=one.text("sku"), barcode=one.text("barcode"), price=price, option_values=options,
        inventory_quantity=stock,
    )  # fmt: skip


def to_order(raw: dict[str, Any]) -> RemoteOrder:
    lines = tuple(RemoteLine(id=n["sku"], sku=n["sku"], quantity=Decimal(n["quantity"])) for n in raw["lines"])
    return RemoteOrder(
        id=raw["id"], reference=raw["reference"], status=OrderStatus.COMPLETED, currency="USD", total=raw["total"],
        tax=raw["tax"], paid=raw["paid"], complete=raw["state"] == "done", lines=lines,
    )  # fmt: skip


class ToyServices:
    """All services in one object."""

    def __init__(self, context: Context) -> None:
        self.http, self.secrets = context.http, context.secrets

    async def probe(self) -> Probe:
        me = (await self.http.get("me")).json()
        return Probe(account=me["name"], currency=me["currency"])


class ToyProducts(ToyServices):
    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[Product]]:
        more = True
        while more:
            page = (await self.http.get("products", params={"since": cursor or 0})).json()
            items, parked = each(page["items"], to_product)
            more = page["more"]
            cursor = str(page["items"][-1]["changed"] if more else page["now"])
            yield Page(items, cursor=cursor, last=not more, parked=parked, deleted=page["gone"])

    async def ids(self) -> AsyncIterator[Page[str]]:
        async for page in self.changed_since(None):
            yield Page([product.id for product in page.items], last=page.last)

    async def get(self, product_id: str) -> Product:
        return to_product((await self.http.get(f"products/{product_id}")).json())

    async def push(self, product: Product, key: str) -> RemoteRef:
        raise Unsupported("Products are not written here.")


class ToyInventory(ToyServices):
    async def levels(self, cursor: str | None, variant_ids: Sequence[str] = ()) -> AsyncIterator[Page[StockLevel]]:
        page = (await self.http.get("products")).json()
        found = [variant for raw in page["items"] for variant in to_product(raw).variants if variant.id in variant_ids]
        yield Page([StockLevel(variant_id=v.id, quantity=v.inventory_quantity) for v in found], cursor="1", last=True)

    async def adjust(self, changes: Sequence[StockChange], key: str) -> None:
        for change in changes:
            await self.http.write("POST", "stock", json={"variant": change.variant_id, "delta": int(change.delta)})


class ToyOrders(ToyServices):
    async def create(self, order: Order, key: str, context: SendContext) -> RemoteRef:
        made = await context.steps.get("order")
        if made is None:
            made = (await self.http.write("POST", "orders", json=self.body(order, context))).json()["id"]
            await context.steps.put("order", made)
        await self.http.write("POST", f"orders/{made}/pay", json={})
        await context.steps.put("paid", "1")
        return RemoteRef(id=made, number=made)

    def body(self, order: Order, context: SendContext) -> dict[str, Any]:
        linked = {line.id: context.links.get(line.variant_id) for line in order.lines}
        lines = [
            {"sku": line.sku, "variant": getattr(linked[line.id], "variant_id", ""), "quantity": int(line.quantity)}
            for line in order.lines
        ]
        totals = order.totals
        return {"reference": order.reference, "total": totals.total, "tax": totals.tax, "lines": lines}

    async def find(
        self, reference: str, *, around: datetime | None = None, steps: Steps | None = None
    ) -> list[RemoteOrder]:
        return [to_order(raw) for raw in (await self.http.get("orders", params={"reference": reference})).json()]

    async def get(self, order_id: str) -> RemoteOrder:
        return to_order((await self.http.get(f"orders/{order_id}")).json())

    async def changed_since(self, cursor: str | None) -> AsyncIterator[Page[RemoteOrder]]:
        found = (await self.http.get("orders", params={"since": cursor or 0})).json()
        last = str(max([int(cursor or 0), *(raw["changed"] for raw in found)]))
        yield Page([to_order(raw) for raw in found], cursor=last, last=True)

    async def update(self, order_id: str, *, note: str) -> RemoteOrder:
        raise Unsupported("Nothing may change here.")

    async def update_status(self, order_id: str, status: OrderStatus) -> RemoteOrder:
        raise Unsupported("Nothing may change here.")

    async def refund(self, refund: Refund, order: RemoteRef, key: str, context: SendContext) -> RemoteRef:
        made = await context.steps.get("refund")
        if made is None:
            body = {"reference": refund.reference, "amount": refund.amount}
            made = (await self.http.write("POST", f"orders/{order.id}/refunds", json=body)).json()["id"]
            await context.steps.put("refund", made)
        return RemoteRef(id=made)

    async def find_refund(self, refund: Refund, order: RemoteRef, *, steps: Steps | None = None) -> list[RemoteRef]:
        there = (await self.http.get(f"orders/{order.id}")).json()["refunds"]
        return [RemoteRef(id=raw["id"]) for raw in there if raw["reference"] == refund.reference]


class ToyWebhooks(ToyServices):
    def verify(self, body: bytes, headers: Mapping[str, str], url: str) -> bool:
        return signed(body, header(headers, "x-toy-signature"), secrets_in(self.secrets.get("webhook_secret", "")))

    def parse(self, body: bytes, headers: Mapping[str, str]) -> list[WebhookEvent]:
        try:
            raw = json.loads(body)
            return [WebhookEvent(key=str(raw["event"]), topic="product", kind="product", object_id=raw["id"])]
        except (ValueError, KeyError, TypeError) as problem:
            raise ValidationError("This is no delivery of ours.") from problem

    async def subscribe(self, url: str) -> list[Any]:
        return []

    async def subscriptions(self) -> list[Any]:
        return []


class ToyConnector:
    facts = FACTS
    orders: type[ToyOrders] = ToyOrders

    def base_url(self, connection: Connection) -> str:
        return connection.fields["base_url"]

    def open(self, context: Context) -> PlatformServices:
        context.http.auth = HeaderKey("X-Key", context.secrets["key"])
        return PlatformServices(
            probe=ToyServices(context).probe,
            products=ToyProducts(context),
            inventory=ToyInventory(context),
            orders=self.orders(context),
            webhooks=ToyWebhooks(context),
        )

    def error(self, reply: Any) -> Exception | None:
        return None
