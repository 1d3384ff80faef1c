"""A PrestaShop on loopback: its web service as it was recorded on 8.2.1."""

from __future__ import annotations

import base64
import re
from collections.abc import Callable
from decimal import Decimal
from typing import Any

from posbridge.sandbox import pictures as drawing
from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.prestashop.answers import (
    VERSION,
    Crashed,
    Refused,
    crash,
    page,
    refusal,
    root,
    wants_json,
    whole,
)
from posbridge.sandbox.prestashop.cashier import Cashier
from posbridge.sandbox.prestashop.filters import chosen, shown
from posbridge.sandbox.prestashop.markup import Row
from posbridge.sandbox.prestashop.resources import RESOURCES, Resource
from posbridge.sandbox.prestashop.seeding import Seeder, decimals
from posbridge.sandbox.prestashop.shop import Shop, six
from posbridge.sandbox.prestashop.writes import Writes, resource_of
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

KEY = "POSBRIDGESANDBOXWEBSERVICEKEY000"
METHODS = ("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE")
_REALM = 'Basic realm="Welcome to PrestaShop Webservice, please enter the authentication key as the login."'
_MARK = "posbridge:"
_SINGLE = re.compile(r"/api/(?P<resource>\w+)(?:/(?P<id>[^/]*))?/?")
_NO_ROWS = ("stock_availables",)


class PrestaShopSimulator(SimulatedPlatform):
    """No webhooks, no keys of idempotency, no rate limit: a cart gives one order. `keys` maps each key to its rights
    by resource; `enabled` False is the web service switched off. A `version` before 8 knows no PATCH."""

    name = "prestashop"
    version = VERSION

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.shop = Shop(self.clock.now, seed.timezone, decimals(seed.currency))
        self.seeder = Seeder(self.shop, seed)
        self.seeder.fill()
        self.writes = Writes(self.shop, Cashier(self.shop))
        self.enabled = True
        self.keys: dict[str, dict[str, frozenset[str]]] = {KEY: dict.fromkeys(RESOURCES, frozenset(METHODS))}
        handlers: list[tuple[str, Callable[[Call], Reply]]] = [
            ("GET", self._read), ("HEAD", self._read), ("POST", self._post), ("PUT", self._put),
            ("PATCH", self._patch), ("DELETE", self._delete),
        ]  # fmt: skip
        self.add_routes([("GET", "/api/images/products/{product}/{image}", self._picture)])
        self.add_routes([("GET", "/img/p/{path:path}", self._picture)])
        self.add_routes([("GET", "/api", self._root), ("GET", "/api/", self._root)])
        self.add_routes([(method, "/api/{path:path}", self._safe(handle)) for method, handle in handlers])

    # who may
    def admit(self, call: Call) -> Reply | None:
        """The key, then the service, then the right (recorded 003–012)."""
        if not call.path.startswith("/api") or call.path.startswith("/api/images"):
            return None
        key = _key_of(call)
        if key is None:
            headers = {"content-type": "text/html; charset=utf-8", "www-authenticate": _REALM}
            return Reply(401, b"401 Unauthorized", headers)
        try:
            self._admitted(call, key)
        except Refused as problem:
            reply = refusal(call, problem)
            return Reply(reply.status, reply.body, {**reply.headers, "www-authenticate": _REALM})
        return None

    def _admitted(self, call: Call, key: str) -> None:
        if not self.enabled:
            words = "The PrestaShop webservice is disabled. Please activate it in the PrestaShop Back Office"
            raise Refused(503, (22, words))
        if len(key) != 32:
            raise Refused(401, (18, "Invalid authentication key format"))
        if key not in self.keys:
            inactive = "Authentification key is not active"
            raise Refused(401, (20, inactive), (21, "No permission for this authentication key"))
        found = _SINGLE.fullmatch(call.path)
        if found is None:
            return
        name, method = found["resource"], _method(call)
        if method == "PATCH" and self.version.startswith("1."):
            raise Refused(405, (23, "Method PATCH is not valid"))
        allowed = self.keys[key].get(name)
        if name in RESOURCES and not allowed:
            raise Refused(401, (26, f'Resource of type "{name}" is not allowed with this authentication key'))
        if name in _NO_ROWS and method in ("POST", "DELETE"):
            raise Refused(405, (101, f"Method {method} is not allowed for the resource {name}"))
        if allowed and method not in allowed:
            words = f"Method {method} is not allowed for the resource {name} with this authentication key"
            raise Refused(405, (25, words))

    def headers(self) -> dict[str, str]:
        return {"psws-version": self.version, "x-powered-by": "PrestaShop Webservice"}

    # answers
    def _safe(self, handle: Callable[[Call], Reply]) -> Callable[[Call], Reply]:
        def answer(call: Call) -> Reply:
            try:
                return handle(call)
            except Refused as problem:
                if problem.status == 404:
                    return Reply(404, b"", {"content-type": ""})
                return refusal(call, problem)
            except Crashed as problem:
                return crash(problem)

        return answer

    def _root(self, call: Call) -> Reply:
        """As JSON it crashes (recorded 002)."""
        if wants_json(call):
            return crash(Crashed())
        return root(self.seed.name, f"{self.address}/api", self.keys[_key_of(call) or ""])

    def _read(self, call: Call) -> Reply:
        resource, ident = self._named(call)
        language = call.query.get("language", "")
        if ident:
            return whole(call, resource, self._row(resource, ident), language)
        rows = chosen(resource, self.shop.tables[resource.name], call.query)
        fields = shown(resource, call.query)
        if resource.name == "products" and any(name.startswith("price[") for name in call.query):
            rows = [{**row, **self._virtual(row, call.query)} for row in rows]
        return page(call, resource, rows, fields, language, f"{self.address}/api")

    def _virtual(self, row: Row, query: dict[str, str]) -> dict[str, str]:
        """`price[name][use_tax]=1` and its like (recorded 233): rounded to the currency's decimals."""
        made: dict[str, dict[str, str]] = {}
        for name, value in query.items():
            match = re.fullmatch(r"price\[(\w+)\]\[(\w+)\]", name)
            if match:
                made.setdefault(match[1], {})[match[2]] = value
        return {name: self._final(row, asked) for name, asked in made.items()}

    def _final(self, row: Row, asked: dict[str, str]) -> str:
        price = self.shop.net_price(row, asked.get("product_attribute", "0"))
        if asked.get("use_tax") == "1":
            country = asked.get("country", self.shop.setting("PS_COUNTRY_DEFAULT"))
            price *= 1 + self.shop.rate(row["id_tax_rules_group"], country, asked.get("state", "0")) / 100
        return six(self.shop.rounded(price))

    def _named(self, call: Call) -> tuple[Resource, str]:
        found = _SINGLE.fullmatch(call.path)
        if found is None:
            raise Refused(400, (27, "Resource of this type does not exists"))
        return resource_of(found["resource"]), found["id"] or ""

    def _row(self, resource: Resource, ident: str) -> Row:
        row = self.shop.find(resource.name, ident)
        if row is None:
            raise Refused(404)
        return row

    def _post(self, call: Call) -> Reply:
        """`ps_method` stands for another method (recorded 817)."""
        other = _method(call)
        if other != "POST":
            return {"PUT": self._put, "PATCH": self._patch, "DELETE": self._delete}[other](call)
        resource, _ = self._named(call)
        row, given = self.writes.post(resource, call.body)
        return whole(call, resource, self._echo(resource, row, given), "", status=201, made=True)

    def _echo(self, resource: Resource, row: Row, given: Row) -> Row:
        """The answer shows what was sent, unpadded; of an order only that and its rows (recorded 408)."""
        if resource.name == "orders":
            sent = {name: given.get(name, "") for name in resource.fields} | {"current_state": ""}
            return {"id": row["id"], "associations": row["associations"], **sent}
        own = ("id", "associations", "passwd", *resource.texts)
        return {**row, **{name: value for name, value in given.items() if name not in own}}

    def _put(self, call: Call) -> Reply:
        return self._changed(call, replace=True)

    def _patch(self, call: Call) -> Reply:
        return self._changed(call, replace=False)

    def _changed(self, call: Call, *, replace: bool) -> Reply:
        resource, ident = self._named(call)
        row, given = self.writes.change(resource, ident, call.body, replace=replace)
        return whole(
            call, resource, self._echo(resource, row, given) if resource.name != "orders" else row, "", made=True
        )

    def _delete(self, call: Call) -> Reply:
        """Several at once with `id=[1,2,3]` (recorded 906)."""
        resource, ident = self._named(call)
        ids = [ident] if ident else call.query.get("id", "").strip("[]").split(",")
        self.writes.delete(resource, [one for one in ids if one])
        return Reply(200, b"", {"content-type": ""})

    def _picture(self, call: Call) -> Reply:
        asked = call.params.get("image") or call.params.get("path", "").rpartition("/")[2].partition(".")[0]
        row = self.shop.find("products", asked)
        if row is None:
            return Reply(404, b"")
        return Reply(200, drawing.draw(row.get("@picture", "cup:20")).encode(), {"content-type": "image/svg+xml"})

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """The host's, not PrestaShop's: pages in HTML; 404 is empty."""
        headers = {"content-type": "text/html; charset=utf-8"}
        if retry_after is not None:
            headers["retry-after"] = str(retry_after)
        body = b"" if status in (404, 500) else f"<html><body><h1>{status}</h1></body></html>".encode()
        return Reply(status, body, headers)

    def expired_reply(self, call: Call) -> Reply | None:
        """Keys do not expire."""
        return None

    def request_key(self, call: Call) -> str | None:
        return None

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        fields = {
            "shop_url": self.address,
            "id_customer_walkin": self.seeder.walkin,
            "id_address_walkin": self.seeder.walkin_address,
            "payment_module": "ps_checkpayment",
            "id_carrier": "1",
        }
        return {"url": self.address, "fields": fields, "secrets": {"webservice_key": KEY}}

    def own_changes(self) -> dict[str, Change]:
        """`POST /_sandbox/webservice {"on": false}`: the switch of the back office."""

        def switch(body: dict[str, Any]) -> dict[str, Any]:
            self.enabled = bool(body.get("on", True))
            return {"on": self.enabled}

        return {"webservice": switch}

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(row) for row in self.shop.tables["orders"].values()]

    def _minor(self, value: str) -> int:
        return int(self.shop.rounded(Decimal(value)).scaleb(self.shop.decimals))

    def _booked(self, row: Row) -> dict[str, Any]:
        slips = [s for s in self.shop.tables["order_slip"].values() if s["id_order"] == str(row["id"])]
        failed = row["current_state"] == self.shop.setting("PS_OS_ERROR")
        message = row["gift_message"]
        return {
            "id": str(row["id"]),
            "reference": message.removeprefix(_MARK) if message.startswith(_MARK) else "",
            "total": self._minor(row["total_paid"]),
            "tax": self._minor(str(Decimal(row["total_paid_tax_incl"]) - Decimal(row["total_paid_tax_excl"]))),
            "paid": 0 if failed else self._minor(row["total_paid_real"]),
            "refunded": sum(self._minor(slip["total_products_tax_incl"]) for slip in slips),
            "currency": self.seed.currency,
            "state": row["current_state"],
            "lines": [
                {
                    "sku": line["product_reference"],
                    "quantity": line["product_quantity"],
                    "total": self._minor(str(Decimal(line["unit_price_tax_incl"]) * int(line["product_quantity"]))),
                }
                for line in row["associations"].get("order_rows", [])
            ],
            "created_at": row["date_add"],
        }

    def stock_book(self) -> dict[str, int]:
        book = {}
        for sku, (product, combination) in self.seeder.variants.items():
            row = self.shop.stock_row(product, combination)
            if row is not None:
                book[sku] = int(row["quantity"])
        return book

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        """A combination's price moves neither its product's time nor its own (recorded 219): it has none."""
        product, combination = self.seeder.variants[sku]
        row, variant = self.shop.tables["products"][int(product)], self.shop.find("combinations", combination)
        price = self.seeder.net(price_minor)
        if variant is not None:
            variant["price"] = six(price - Decimal(row["price"]))
        else:
            row["price"] = six(price)
            self.shop.touch(row)

    def set_stock(self, sku: str, quantity: int) -> None:
        product, combination = self.seeder.variants[sku]
        self.shop.count(product, combination, quantity)

    def set_title(self, key: str, title: str) -> None:
        row = self.seeder.products[key]
        self.shop.write("products", row, {"name": title})
        self.shop.touch(row)

    def add_product(self, product: SeedProduct) -> None:
        self.seeder.product(product)

    def remove_product(self, key: str) -> None:
        row = self.seeder.products.pop(key)
        ident = str(row["id"])
        self.writes.delete(RESOURCES["products"], [ident])
        self.seeder.variants = {sku: place for sku, place in self.seeder.variants.items() if place[0] != ident}


def _key_of(call: Call) -> str | None:
    """The user of Basic, or `ws_key`; the password is ignored."""
    scheme, _, pair = call.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "basic":
        try:
            return base64.b64decode(pair).decode().partition(":")[0]
        except ValueError:
            return ""
    return call.query.get("ws_key")


def _method(call: Call) -> str:
    other = call.query.get("ps_method", "").upper()
    return other if call.method == "POST" and other in ("PUT", "PATCH", "DELETE") else call.method
