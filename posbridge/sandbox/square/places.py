"""Locations and merchants."""

from __future__ import annotations

from posbridge.sandbox.platform import Route
from posbridge.sandbox.square.errors import not_found
from posbridge.sandbox.square.shop import Obj, Shop
from posbridge.sandbox.wire import Call, Reply


class Places:
    """One seller with one shop."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[Route]:
        """Locations and merchants, read only."""
        return [
            ("GET", "/v2/locations", lambda call: Reply(body={"locations": [self.location()]})),
            ("GET", "/v2/locations/{id}", self.one_location),
            ("GET", "/v2/merchants", lambda call: Reply(body={"merchant": [self.merchant()]})),
            ("GET", "/v2/merchants/{id}", self.one_merchant),
        ]

    def location(self) -> Obj:
        """The shop's location."""
        shop, seed = self.shop, self.shop.seed
        return {
            "id": shop.location_id,
            "name": seed.location,
            "address": {"address_line_1": "1 Main Street", "locality": "Springfield", "country": seed.country},
            "timezone": seed.timezone,
            "capabilities": ["CREDIT_CARD_PROCESSING"],
            "status": "ACTIVE",
            "created_at": shop.opened,
            "merchant_id": shop.merchant_id,
            "country": seed.country,
            "language_code": "en-US",
            "currency": seed.currency,
            "business_name": seed.name,
            "type": "PHYSICAL",
            "business_hours": {},
            "mcc": "5999",
        }

    def merchant(self) -> Obj:
        """The seller."""
        shop = self.shop
        return {
            "id": shop.merchant_id,
            "business_name": shop.seed.name,
            "country": shop.seed.country,
            "language_code": "en-US",
            "currency": shop.currency,
            "status": "ACTIVE",
            "main_location_id": shop.location_id,
            "created_at": shop.opened,
        }

    def one_location(self, call: Call) -> Reply:
        """By id; "main" is the main one."""
        if call.params["id"] not in (self.shop.location_id, "main"):
            raise not_found("Location", call.params["id"])
        return Reply(body={"location": self.location()})

    def one_merchant(self, call: Call) -> Reply:
        """By id; "me" is the caller's."""
        if call.params["id"] not in (self.shop.merchant_id, "me"):
            raise not_found("Merchant", call.params["id"])
        return Reply(body={"merchant": self.merchant()})
