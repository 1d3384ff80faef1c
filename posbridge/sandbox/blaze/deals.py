"""Promotions and card balances of a simulated Blaze shop."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from posbridge.domain.money import allocate
from posbridge.sandbox.blaze.answers import Obj, Refused, ident, lister, ms
from posbridge.sandbox.blaze.shop import Article, Shop
from posbridge.sandbox.platform import Route
from posbridge.sandbox.seed import SeedDiscount
from posbridge.sandbox.wire import Call, Reply

_TYPES = {"percent": "Percentage", "fixed": "Cash", "free_shipping": "Percentage"}
_DAYS = ("mon", "tues", "wed", "thur", "fri", "sat", "sun")


class Deals:
    """The calls of chapters 7 and 8 of the contract's facts."""

    def __init__(self, shop: Shop) -> None:
        self._shop = shop
        self.used: dict[str, int] = {}

    def routes(self) -> list[Route]:
        root = "/api/v1/partner"
        return [
            ("GET", f"{root}/loyalty/promotions", lister(lambda call: [self.row(one) for one in self._all()])),
            ("GET", f"{root}/loyalty/promotions/code/{{code}}", self.by_code),
            ("POST", f"{root}/payments/balance", self.balance),
        ]

    def _all(self) -> tuple[SeedDiscount, ...]:
        return self._shop.seed.discounts

    def found(self, code: str) -> SeedDiscount | None:
        return next((one for one in self._all() if one.code.casefold() == code.strip().casefold()), None)

    def by_code(self, call: Call) -> Reply:
        """Guess: 400 for a code that is none."""
        found = self.found(call.params["code"])
        if found is None:
            raise Refused(400, "Promo code is not valid")
        return Reply(body=self.row(found))

    def row(self, one: SeedDiscount) -> Obj:
        articles = [each.id for key in one.products for each in self._shop.of_key(key)]
        least = (one.min_spend_minor or 0) / 100
        rules = [{"id": "r1", "ruleType": "CartOrderMin", "minAmt": least, "maxAmt": 0}] if least else []
        rules += [{"id": "r2", "ruleType": "Product", "productIds": articles}] if articles else []
        kind = "DeliveryFee" if one.kind == "free_shipping" else "Product" if articles else "Cart"
        return {
            "id": ident("promotion", one.code), "shopId": self._shop.id, "name": one.code, "promoDesc": "",
            "promocode": one.code, "promoCodeRequired": True, "discountType": _TYPES[one.kind],
            "discountAmt": 100 if one.kind == "free_shipping" else one.value / 100, "promotionType": kind,
            "startDate": 1600000000000, "endDate": ms(one.expires) if one.expires else 0, "active": True,
            "enableMaxAvailable": one.usage_limit is not None, "maxAvailable": one.usage_limit or 0,
            "usageCount": self.used.get(one.code, 0), "rules": rules, "criteriaGroups": [], "stackable": True,
            "salesChannels": ["Any"], "maxCashValue": 0, "autoApply": False, **dict.fromkeys(_DAYS, True),
        }  # fmt: skip

    def counts(self, one: SeedDiscount, goods: int) -> str:
        """ "" when the code counts for a cart of these goods, else what the customer reads."""
        now = self._shop.clock.now()
        if one.expires is not None and now > one.expires:
            return "Promo code has expired"
        if one.usage_limit is not None and self.used.get(one.code, 0) >= one.usage_limit:
            return "Promo code has been used up"
        return "Cart minimum is not reached" if goods < (one.min_spend_minor or 0) else ""

    def off(self, one: SeedDiscount, lines: list[tuple[Article, int]]) -> list[int]:
        """What it takes off each line, in cents; rounded on the cart, as the composed examples have it."""
        counted = [amount if not one.products or article.origin in one.products or article.key in one.products else 0
                   for article, amount in lines]  # fmt: skip
        if one.kind == "percent":
            return allocate(_whole(Decimal(sum(counted)) * one.value / 10_000), counted) if sum(counted) else counted
        whole = min(sum(counted), one.value) if one.kind == "fixed" else 0
        return allocate(whole, counted) if whole else [0] * len(counted)

    def balance(self, call: Call) -> Reply:
        body = call.json()
        if body.get("type") not in ("Linx", "Clover", "Mtrac"):
            raise Refused(400, "type is required")
        card = next((one for one in self._shop.seed.gift_cards if one.code == body.get("paymentCardNumber")), None)
        if card is None:
            return Reply(body={"status": "Card not found", "balance": None, "cardStatus": None})
        return Reply(body={"status": "Success", "balance": card.balance_minor / 100, "cardStatus": "Active"})


def _whole(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), rounding=ROUND_HALF_UP))
