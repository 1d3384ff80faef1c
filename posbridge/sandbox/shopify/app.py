"""The simulated Shopify: one endpoint for documents, one for tokens, cost points on every answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from posbridge.domain.money import Money
from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.platform import SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.shopify.bulk import Bulk
from posbridge.sandbox.shopify.catalog import Catalog
from posbridge.sandbox.shopify.executor import Node, Refused, Root, Run, prepared, run
from posbridge.sandbox.shopify.gift_cards import GiftCards
from posbridge.sandbox.shopify.hooks import Hooks, signed
from posbridge.sandbox.shopify.order_changes import OrderChanges
from posbridge.sandbox.shopify.order_view import financial
from posbridge.sandbox.shopify.orders import Order, Orders
from posbridge.sandbox.shopify.people import Customers, Discounts
from posbridge.sandbox.shopify.shop import Shop
from posbridge.sandbox.wire import Call, Reply

VERSION = "2026-07"
CLIENT_ID = "0123456789abcdef0123456789abcdef"
CLIENT_SECRET = "shpss_" + "5" * 32
ADMIN_TOKEN = "shpat_" + "a" * 32
SCOPES = (
    "read_products", "read_inventory", "write_inventory", "read_locations", "read_orders", "write_orders",
    "read_customers", "write_customers", "read_discounts", "read_gift_cards", "read_gift_card_transactions",
    "write_gift_card_transactions", "write_merchant_managed_fulfillment_orders",
)  # fmt: skip
#: Which scope a mutation needs.
_NEEDS = {
    "orderCreate": "write_orders", "refundCreate": "write_orders", "orderUpdate": "write_orders",
    "giftCardDebit": "write_gift_card_transactions", "giftCardCredit": "write_gift_card_transactions",
    "inventoryAdjustQuantities": "write_inventory", "customerCreate": "write_customers",
    "customerUpdate": "write_customers",
}  # fmt: skip
_BAD_TOKEN = "[API] Invalid API key or access token (unrecognized login or wrong password)"  # noqa: S105
_LIFE_S = 86399
#: Points of a request; the base class counts requests.
_POINTS = 10


@dataclass
class Token:
    scopes: tuple[str, ...]
    ends: float | None = None


class ShopifySimulator(SimulatedPlatform):
    """A store with one location and one app, installed. `rate` is the Standard plan's 100 points a second, at ten
    points a request; `orders.lag_s` makes the search late; `bulk.looks` how long a bulk read runs."""

    name = "shopify"
    rate = 10.0
    burst = 200

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(seed, faults, rate=rate)
        self.shop = shop = Shop(self)
        self.tokens = {ADMIN_TOKEN: Token(SCOPES)}
        self.catalog = Catalog(shop)
        self.orders = Orders(shop, self.catalog)
        self.customers, self.discounts, self.cards = Customers(shop), Discounts(shop, self.catalog), GiftCards(shop)
        self.orders.customers = self.customers
        self.changes = OrderChanges(self.orders)
        self.hooks = Hooks(shop, CLIENT_SECRET)
        self.bulk = Bulk(shop, self.catalog.roots)
        self._fill()
        self.hooks.listen(self.catalog, self.orders, self.customers)
        self.add_routes(
            [
                ("POST", "/admin/api/{version}/graphql.json", self.answer),
                ("POST", "/admin/oauth/access_token", self.grant),
                ("GET", "/bulk/{number}.jsonl", self.bulk.result),
            ]
        )

    def _fill(self) -> None:
        """What was there before today."""
        day = timedelta(days=1)
        self.clock.advance(-day)
        for product in self.seed.products:
            self.catalog.add(product)
        for one in self.seed.customers:
            held = {"firstName": one.given_name, "lastName": one.family_name, "email": one.email, "phone": one.phone}
            self.customers.add({name: value for name, value in held.items() if value})
        for discount in self.seed.discounts:
            self.discounts.add(discount)
        for card in self.seed.gift_cards:
            self.cards.add(card)
        self.clock.advance(day)

    # documents
    def roots(self) -> dict[str, Root]:
        parts = (self.catalog, self.orders, self.changes, self.customers, self.discounts, self.cards, self.hooks)
        made: dict[str, Root] = {name: root for part in (*parts, self.bulk) for name, root in part.roots().items()}
        return made | {"shop": self._shop, "nodes": self._nodes, "node": self._node}

    def answer(self, call: Call) -> Reply:
        """A document's answer: status 200 whatever it says."""
        body = call.json()
        token = self.tokens[call.headers["x-shopify-access-token"]]
        for part in (self.catalog, self.orders, self.customers, self.cards):
            part.search.warnings.clear()
        try:
            made, operation = prepared(body.get("query"), body.get("variables"))
            roots = self.roots() | {"currentAppInstallation": lambda args, key: _installation(token)}
            roots = {name: _guarded(name, root, token) for name, root in roots.items()}
            data = run(made, operation, roots)
        except Refused as refused:
            return Reply(body={"errors": [refused.shown()]})
        return Reply(body=self._whole(made, data))

    def _whole(self, made: Run, data: Node) -> Node:
        warned = [
            one for part in (self.catalog, self.orders, self.customers, self.cards) for one in part.search.warnings
        ]
        extensions: Node = {"cost": self._cost(_POINTS)}
        extensions |= {"search": warned} if warned else {}
        errors = {"errors": made.errors} if made.errors else {}
        return {**errors, "data": data, "extensions": extensions}

    def _cost(self, asked: int) -> Node:
        limited = self.bucket.rate > 0
        most = float(self.bucket.burst * _POINTS)
        left = self.bucket.left * _POINTS if limited else most
        status = {
            "maximumAvailable": most,
            "currentlyAvailable": left,
            "restoreRate": self.bucket.rate * _POINTS or most,
        }
        return {"requestedQueryCost": asked, "actualQueryCost": asked, "throttleStatus": status}

    def _shop(self, args: dict[str, Any], key: str) -> Node:
        plan = {
            "__typename": "ShopPlan",
            "publicDisplayName": "Basic",
            "shopifyPlus": False,
            "partnerDevelopment": True,
        }
        return {
            "__typename": "Shop",
            "id": "gid://shopify/Shop/51000000001",
            "name": self.seed.name,
            "myshopifyDomain": self.shop.domain,
            "currencyCode": self.seed.currency,
            "ianaTimezone": "UTC",
            "taxesIncluded": self.seed.prices_include_tax,
            "weightUnit": "KILOGRAMS",
            "plan": plan,
        }

    def _nodes(self, args: dict[str, Any], key: str) -> list[Any]:
        return [self._node({"id": ident}, key) for ident in args.get("ids") or []]

    def _node(self, args: dict[str, Any], key: str) -> Any:
        kind = str(args.get("id")).removeprefix("gid://shopify/").partition("/")[0]
        root = self.roots().get(kind[:1].lower() + kind[1:])
        return root(args, key) if root else None

    # sign-in
    def admit(self, call: Call) -> Reply | None:
        if not call.path.startswith("/admin/api/"):
            return None
        known = self.tokens.get(call.headers.get("x-shopify-access-token", ""))
        if known is None or (known.ends is not None and known.ends <= self.clock.seconds()):
            return Reply(401, {"errors": _BAD_TOKEN})
        return None

    def grant(self, call: Call) -> Reply:
        """Client credentials; no refresh token."""
        given = call.json()
        if given.get("grant_type") != "client_credentials":
            return Reply(400, {"error": "unsupported_grant_type", "error_description": "Unsupported grant type"})
        if (given.get("client_id"), given.get("client_secret")) != (CLIENT_ID, CLIENT_SECRET):
            return Reply(400, {"error": "invalid_client", "error_description": "Client authentication failed"})
        token = f"shpca_{self.next_id('token'):032x}"
        self.tokens[token] = Token(SCOPES, self.clock.seconds() + _LIFE_S)
        return Reply(body={"access_token": token, "scope": ",".join(SCOPES), "expires_in": _LIFE_S})

    def expire_tokens(self) -> int:
        """Every token of a day is past its time."""
        found = [token for token in self.tokens.values() if token.ends is not None]
        for token in found:
            token.ends = 0.0
        return len(found)

    def expired_reply(self, call: Call) -> Reply | None:
        known = self.tokens.get(call.headers.get("x-shopify-access-token", ""))
        return Reply(401, {"errors": _BAD_TOKEN}) if known is not None and known.ends is not None else None

    # the core's questions
    def connection_fields(self) -> dict[str, Any]:
        """With the long-lived token."""
        fields = {
            "shop_domain": self.shop.domain,
            "auth_mode": "admin_token",
            "location_id": self.shop.location_id,
            "base_url": self.address,
        }
        secrets = {"admin_token": ADMIN_TOKEN, "client_secret": CLIENT_SECRET}
        return {"url": self.address, "fields": fields, "secrets": secrets}

    def client_fields(self) -> dict[str, Any]:
        """With client credentials: a token of a day."""
        made = self.connection_fields()
        made["fields"] |= {"auth_mode": "client_credentials", "client_id": CLIENT_ID}
        made["secrets"] = {"client_secret": CLIENT_SECRET}
        return made

    def headers(self) -> dict[str, str]:
        return {"x-shopify-api-version": VERSION}

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        """Throttled is status 200, as documented; other errors are short texts."""
        if status == 429:
            cost = self._cost(_POINTS)
            throttle = cost["throttleStatus"]
            wanted = throttle["currentlyAvailable"] + (retry_after or 1) * throttle["restoreRate"]
            error = {"message": "Throttled", "extensions": {"code": "THROTTLED"}}
            return Reply(200, {"errors": [error], "extensions": {"cost": {**cost, "requestedQueryCost": wanted}}})
        if status >= 500:
            return Reply(status, b"<html><body>Something went wrong</body></html>", {"content-type": "text/html"})
        words = {404: "Not Found", 405: "Method Not Allowed", 400: "Bad Request"}.get(status, "Error")
        return Reply(status, {"errors": words})

    def request_key(self, call: Call) -> str | None:
        if not call.body:
            return None
        variables = json.loads(call.body).get("variables") or {}
        return variables.get("key") if isinstance(variables, dict) else None

    def fault_method(self, call: Call) -> str:
        """Queries change nothing, though they are posted."""
        reads = call.path.endswith("graphql.json") and b"mutation" not in call.body[:60]
        return "GET" if reads or call.path.startswith("/admin/oauth/") else call.method

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return signed(body, secret, topic, self.shop.domain, VERSION)

    def own_changes(self) -> dict[str, Change]:
        """`POST /_sandbox/use-code` `{"code"}`: a code is used once in the online shop."""
        return {"use-code": lambda body: self.use_code(str(body["code"]))}

    def use_code(self, code: str) -> None:
        self.discounts.used[code.lower()] = self.discounts.used.get(code.lower(), 0) + 1

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        return [self._booked(row) for row in self.orders.rows.values()]

    def _booked(self, row: Order) -> dict[str, Any]:
        marks = {one["key"]: one["value"] for one in row.given.get("customAttributes") or []}
        lines = [
            {"sku": line.sku, "quantity": line.quantity, "total": line.price * line.quantity - line.discount}
            for line in row.lines
        ]
        return {
            "id": row.id,
            "reference": marks.get("posbridge_reference") or row.given.get("sourceIdentifier") or "",
            "total": row.total,
            "tax": row.tax,
            "paid": row.received,
            "refunded": row.refunded,
            "currency": self.shop.currency,
            "state": "CANCELLED" if row.cancelled_at else financial(row) or "",
            "lines": lines,
            "created_at": row.created_at,
        }

    def stock_book(self) -> dict[str, int]:
        return {row.seed.sku: row.stock for row in self.catalog.variants.values()}

    def gift_cards_book(self) -> list[dict[str, Any]]:
        return [
            {
                "code": card.code,
                "balance": card.balance,
                "movements": [{"key": move.note or "", "amount": move.amount} for move in card.moves],
            }
            for card in self.cards.rows.values()
        ]

    # what may be changed while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        row = self.catalog.by_sku(sku)
        row.price = Money(amount=price_minor, currency=self.shop.currency).amount
        self.catalog.touch(self.catalog.rows[row.product])

    def set_stock(self, sku: str, quantity: int) -> None:
        row = self.catalog.by_sku(sku)
        self.catalog.move(row, quantity - row.stock)

    def set_title(self, key: str, title: str) -> None:
        row = self.catalog.rows[self.catalog.keys[key]]
        row.title = title
        self.catalog.touch(row)

    def add_product(self, product: SeedProduct) -> None:
        self.catalog.touch(self.catalog.add(product), "products/create")

    def remove_product(self, key: str) -> None:
        self.catalog.remove(key)


def _installation(token: Token) -> Node:
    scopes = [{"__typename": "AccessScope", "handle": scope} for scope in token.scopes]
    return {"__typename": "AppInstallation", "accessScopes": scopes}


def _guarded(name: str, root: Root, token: Token) -> Root:
    """A mutation whose scope the token lacks is denied."""
    need = _NEEDS.get(name)
    if need is None or need in token.scopes:
        return root

    def denied(args: dict[str, Any], key: str) -> Any:
        access = f"`{need}` access scope."
        words = f"Access denied for {name} field. Required access: {access}"
        raise Refused("ACCESS_DENIED", words, requiredAccess=access)

    return denied
