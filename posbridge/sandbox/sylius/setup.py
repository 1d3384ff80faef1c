"""What the shop is: its channel, taxes, methods; and who may sign in."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass

from posbridge.sandbox.platform import Route
from posbridge.sandbox.sylius.answers import API, Obj, collection, missing, one, problem, short
from posbridge.sandbox.sylius.book import Book
from posbridge.sandbox.sylius.drawing import ADMIN, SHOP
from posbridge.sandbox.sylius.shop import Shop
from posbridge.sandbox.wire import Call, Reply

LOGIN = f"{ADMIN}/administrators/token"
_KEY = b"simulated"


@dataclass
class Administrator:
    """`api` is the role ROLE_API_ACCESS."""

    id: int
    email: str
    password: str
    api: bool = True


class Gate:
    """Signs administrators in and looks at their tokens."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.people = [Administrator(1, shop.options.email, shop.options.password)]
        self.tokens: dict[str, tuple[Administrator, float]] = {}
        self.logins = 0

    def login(self, call: Call) -> Reply:
        """Every administrator may sign in, the right is asked for later (recorded 009)."""
        body = call.json()
        given = (body.get("email"), body.get("password"))
        who = next((person for person in self.people if (person.email, person.password) == given), None)
        if who is None:
            return short(401, "Invalid credentials.")
        self.logins += 1
        now = self.shop.clock.seconds()
        token = _jwt({"iat": int(now), "exp": int(now) + self.shop.options.token_s, "username": who.email}, self.logins)
        self.tokens[token] = (who, now + self.shop.options.token_s)
        body = {"token": token, "adminUser": f"{ADMIN}/administrators/{who.id}"}
        return Reply(200, body, {"content-type": "application/json"})

    def token(self, call: Call) -> str:
        kind, _, token = call.headers.get(self.shop.options.auth_header.lower(), "").partition(" ")
        return token if kind.lower() == "bearer" else ""

    def refusal(self, call: Call) -> Reply | None:
        """None lets an administrator's call pass."""
        token = self.token(call)
        if not token:
            return short(401, "JWT Token not found")
        who, ends = self.tokens.get(token, (None, 0.0))
        if who is None:
            return short(401, "Invalid JWT Token")
        if ends <= self.shop.clock.seconds():
            return short(401, "Expired JWT Token")
        return None if who.api else problem(403, "Access Denied. The user doesn't have ROLE_API_ACCESS.")

    def expire(self) -> int:
        """Every token that still lasts ends now."""
        now = self.shop.clock.seconds()
        live = [token for token, (_, ends) in self.tokens.items() if ends > now]
        for token in live:
            self.tokens[token] = (self.tokens[token][0], now)
        return len(live)


def _jwt(claims: Obj, number: int) -> str:
    head = _part(json.dumps({"typ": "JWT", "alg": "HS256"}).encode())
    body = _part(json.dumps({**claims, "jti": number}).encode())
    return f"{head}.{body}.{_part(hmac.new(_KEY, f'{head}.{body}'.encode(), hashlib.sha256).digest())}"


def _part(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).decode().rstrip("=")


class Setup:
    """The routes that say what the shop is."""

    def __init__(self, book: Book) -> None:
        self.book, self.shop = book, book.shop

    def routes(self) -> list[Route]:
        return [
            ("GET", f"{ADMIN}/channels", lambda call: collection(call, "Channel", [1], lambda _: self._channel())),
            ("GET", f"{SHOP}/channels", lambda call: collection(call, "Channel", [1], lambda _: self._shown())),
            ("GET", f"{ADMIN}/tax-rates", self.tax_rates),
            (
                "GET",
                f"{ADMIN}/shipping-methods/{{code}}",
                lambda call: self._method(call, "shipping", "ShippingMethod"),
            ),
            ("GET", f"{ADMIN}/payment-methods/{{code}}", lambda call: self._method(call, "payment", "PaymentMethod")),
        ]

    def _shown(self) -> Obj:
        code, options = self.shop.options.channel, self.shop.options
        return {
            "@id": f"{SHOP}/channels/{code}", "@type": "Channel", "code": code, "name": self.shop.seed.name,
            "baseCurrency": f"{SHOP}/currencies/{self.shop.seed.currency}",
            "defaultLocale": f"{SHOP}/locales/{options.locale}",
        }  # fmt: skip

    def _channel(self) -> Obj:
        code, options = self.shop.options.channel, self.shop.options
        billing = {
            "@type": "ShopBillingData", "company": self.shop.seed.name, "taxId": "", "countryCode": "US",
            "street": "1 Main St", "city": "Portland", "postcode": "97201",
        }  # fmt: skip
        return {
            "@id": f"{ADMIN}/channels/{code}", "@type": "Channel",
            "baseCurrency": f"{ADMIN}/currencies/{self.shop.seed.currency}",
            "defaultLocale": f"{ADMIN}/locales/{options.locale}", "defaultTaxZone": f"{ADMIN}/zones/WORLD",
            "taxCalculationStrategy": "order_items_based", "countries": [], "shopBillingData": billing, "code": code,
            "name": self.shop.seed.name, "hostname": None, "enabled": True,
        }  # fmt: skip

    def tax_rates(self, call: Call) -> Reply:
        rows = [self.shop.rate] if self.shop.rate else []
        return collection(call, "TaxRate", rows, lambda rate: {
            "@id": f"{ADMIN}/tax-rates/standard", "@type": "TaxRate", "code": "standard", "name": "Sales tax",
            "amount": f"{rate.normalize():f}", "includedInPrice": self.shop.seed.prices_include_tax,
            "calculator": "default", "zone": f"{ADMIN}/zones/WORLD", "category": f"{ADMIN}/tax-categories/standard",
        })  # fmt: skip

    def _method(self, call: Call, kind: str, name: str) -> Reply:
        code = call.params["code"]
        if code not in getattr(self.book, f"{kind}_methods"):
            raise missing()
        return one(name, {"@id": f"{API}/admin/{kind}-methods/{code}", "@type": name, "code": code, "enabled": True})
