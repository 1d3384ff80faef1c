"""The simulated Lightspeed: joins the parts, checks who calls, and keeps its books open."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from posbridge.sandbox.control import Change
from posbridge.sandbox.faults import Faults
from posbridge.sandbox.lightspeed import errors, oauth, webhooks
from posbridge.sandbox.lightspeed.catalog import BUSINESS, LOCATION, MANUAL, Catalog, Obj
from posbridge.sandbox.lightspeed.orders import Orders, Sales
from posbridge.sandbox.lightspeed.till import METHODS, Account, Till
from posbridge.sandbox.platform import Route, SimulatedPlatform
from posbridge.sandbox.seed import Seed, SeedProduct
from posbridge.sandbox.wire import Call, Reply

PASSWORD = "s3cret-sandbox"  # noqa: S105 - a simulator's, known to all
_AGAIN = re.compile(r"-r\d+\Z")


class LightspeedSimulator(SimulatedPlatform):
    """Order and pay, items and financial calls as the contract describes them, for one business with one location.

    Each variant of the seed is an item of its own, for K-Series has no variants. `rate` is a guess (no number is
    published). `till` is the register: it may be off, slow or refuse.
    """

    name = "lightspeed"
    rate = 20.0
    burst = 120

    def __init__(self, seed: Seed, faults: Faults | None = None, *, rate: float | None = None) -> None:
        super().__init__(replace(seed, products=tuple(one for each in seed.products for one in apart(each))), faults,
                         rate=rate)  # fmt: skip
        self.oauth = oauth.OAuth(self)
        self.catalog = Catalog(self)
        self.till = Till(self, self.catalog)
        self.orders = Orders(self.till)
        self.webhooks = webhooks.Webhooks(self)
        self.catalog.fill()
        self.till.emit = self.catalog.emit = self.webhooks.emit
        for part in (self.oauth, self.catalog, self.orders, Sales(self.till), self.webhooks):
            self.add_routes(part.routes())
        self.add_routes(self._places())

    def _places(self) -> list[Route]:
        return [
            ("GET", "/o/op/data/businesses", lambda call: Reply(body=self._businesses())),
            ("GET", "/o/op/data/account-profiles", lambda call: Reply(body=_profiles())),
            ("GET", "/f/data/businesses", lambda call: Reply(body=self._finances())),
            ("GET", f"/f/finance/{LOCATION}/paymentMethods", lambda call: Reply(body=_methods())),
        ]

    def _businesses(self) -> list[Obj]:
        place = {"id": LOCATION, "name": self.seed.location}
        return [{"name": self.seed.name, "id": BUSINESS, "businessLocations": [place]}]

    def _finances(self) -> Obj:
        seed = self.seed
        place = {"blName": seed.location, "blId": LOCATION, "country": seed.country, "timezone": seed.timezone}
        row = {"businessName": seed.name, "businessId": BUSINESS, "currencyCode": seed.currency}
        return {"_embedded": {"businessList": [row | {"businessLocations": [place]}]}, "_links": {}}

    # the door
    def admit(self, call: Call) -> Reply | None:
        """The bearer and its scope; the register works between two calls."""
        self.till.tick()
        self.oauth.admit(call)
        return None

    def error_reply(self, status: int, *, retry_after: int | None = None) -> Reply:
        words = "rate limit exceeded" if status == 429 else "simulated"
        reply = errors.spring(status, words, "/", self.clock.now())
        return reply if retry_after is None else replace(reply, headers={"Retry-After": str(retry_after)})

    def expired_reply(self, call: Call) -> Reply | None:
        return errors.unauthorized() if self.oauth.can_expire(call) else None

    def expire_tokens(self) -> int:
        return self.oauth.expire_all()

    def request_key(self, call: Call) -> str | None:
        """Orders and payments carry their key as a reference."""
        if call.method != "POST" or not call.path.startswith("/o/op/1/"):
            return None
        body = call.json()
        key = body.get("thirdPartyReference") or body.get("thirdPartyPaymentReference")
        return str(key) if key else None

    def fault_method(self, call: Call) -> str:
        """Counts are read by POST."""
        return "GET" if call.path.endswith("/itemAvailability") else call.method

    def sign(self, url: str, body: bytes, secret: str, topic: str) -> dict[str, str]:
        return webhooks.sign(secret) if secret else {}

    # how to connect
    def connection_fields(self) -> dict[str, Any]:
        """A v2 client, with a refresh token that a manager has granted."""
        fields = {
            "environment": "trial", "oauth_version": "v2", "client_id": oauth.V2_CLIENT, "base_url": self.address,
            "payment_cash": "CASH", "payment_card": "OOPAYMENT", "payment_giftcard": "GIFT",
            "manual_discount_code": MANUAL, "endpoint_id": "POSBRIDGE-1",
        }  # fmt: skip
        secrets = {
            "client_secret": oauth.SECRET,
            "refresh_token": str(self.oauth.grant()["refresh_token"]),
            "webhook_password": PASSWORD,
        }
        return {"url": self.address, "fields": fields, "secrets": secrets}

    def own_changes(self) -> dict[str, Change]:
        """What happens at the register, by `POST /_sandbox/<name>`: sell, refund, till."""
        return {
            "sell": lambda body: _told(self.till.sell(body["sku"], int(body.get("quantity", 1)))),
            "refund": lambda body: _told(self.till.give_back(body["number"])),
            "till": self._turn,
        }

    def _turn(self, body: Obj) -> None:
        self.till.on = bool(body.get("on", True))
        self.till.delay = float(body.get("delay_s", 0))
        self.till.refuse = str(body.get("refuse", ""))

    # the books
    def orders_book(self) -> list[dict[str, Any]]:
        """Sales on the register, open and closed; refunds are counted at their sale."""
        self.till.tick()
        return [self._booked(one) for one in self.till.accounts.values() if one.kind == "SALE"]

    def _booked(self, account: Account) -> dict[str, Any]:
        return {
            "id": account.reference or account.key,
            "reference": _AGAIN.sub("", account.reference),
            "total": account.total,
            "tax": account.tax,
            "paid": account.paid,
            "refunded": self.till.refunded(account),
            "currency": self.seed.currency,
            "state": "OPEN" if account.closed is None else "CLOSED",
            "lines": [{"sku": one.sku, "quantity": one.quantity, "total": one.total} for one in account.lines],
            "created_at": account.opened,
        }

    def stock_book(self) -> dict[str, int]:
        return dict(self.catalog.counts)

    # changes while it runs
    def set_price(self, sku: str, price_minor: int) -> None:
        row = self.catalog.items[self.catalog.by_sku[sku]]
        row["prices"] = [{"amount": self.catalog.major(price_minor), "name": "Default"}]

    def set_stock(self, sku: str, quantity: int) -> None:
        if sku not in self.catalog.counts:
            raise KeyError(sku)
        self.catalog.set_count(sku, quantity)

    def set_title(self, key: str, title: str) -> None:
        for number in self._numbered(key):
            self.catalog.items[number]["name"] = title

    def add_product(self, product: SeedProduct) -> None:
        for one in apart(product):
            self.catalog.product(one)

    def remove_product(self, key: str) -> None:
        for number in self._numbered(key):
            sku = self.catalog.items.pop(number)["sku"]
            self.catalog.by_sku.pop(sku, None)
            self.catalog.counts.pop(sku, None)

    def _numbered(self, key: str) -> list[int]:
        """The items of a seed product: one for each of its variants."""
        found = [number for name, number in self.catalog.keys.items() if name == key or name.startswith(f"{key}~")]
        if not found:
            raise KeyError(key)
        return found


def apart(product: SeedProduct) -> list[SeedProduct]:
    """One product for each variant, called by its choices."""
    if len(product.variants) == 1 and not product.options:
        return [product]
    return [
        replace(
            product,
            key=f"{product.key}~{at}",
            title=" ".join([product.title, *variant.option_values]),
            options=(),
            variants=(replace(variant, option_values=()),),
        )
        for at, variant in enumerate(product.variants, start=1)
    ]


def _profiles() -> Obj:
    rows = [
        {"id": 40570261078214, "code": "AAP", "name": "API Account Profile", "deliveryMode": "NONE"},
        {"id": 40570261078215, "code": "TOGO", "name": "Take away", "deliveryMode": "TAKE_AWAY"},
    ]
    return {"businessLocationId": LOCATION, "accountProfileList": rows}


def _methods() -> Obj:
    rows = [
        {"name": name, "code": code, "pmId": 40570261078300 + at} for at, (code, name) in enumerate(METHODS.items())
    ]
    return {"_embedded": {"paymentMethodList": rows}, "_links": {}}


def _told(account: Account) -> Obj:
    return {"id": account.key, "number": account.number, "total": account.total}
