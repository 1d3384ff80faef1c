"""Fills a shop from a seed."""

from __future__ import annotations

from decimal import Decimal

from posbridge.sandbox.seed import SeedCustomer, SeedDiscount, SeedProduct, SeedVariant
from posbridge.sandbox.woocommerce.answers import Obj
from posbridge.sandbox.woocommerce.coupons import Coupons
from posbridge.sandbox.woocommerce.customers import Customers
from posbridge.sandbox.woocommerce.gift_card_ledger import GiftCards
from posbridge.sandbox.woocommerce.product_write import ProductWriter
from posbridge.sandbox.woocommerce.shop import Row, Shop


class Seeder:
    """Writes seed objects through the shop's own rules; `keys` tells which product a seed key became."""

    def __init__(self, shop: Shop, writer: ProductWriter, coupons: Coupons, customers: Customers) -> None:
        self.shop = shop
        self.writer = writer
        self.coupons = coupons
        self.customers = customers
        self.keys: dict[str, int] = {}

    def fill(self, cards: GiftCards) -> None:
        """Everything in the seed."""
        for product in self.shop.seed.products:
            self.product(product)
        for customer in self.shop.seed.customers:
            self._customer(customer)
        for discount in self.shop.seed.discounts:
            self._discount(discount)
        for card in self.shop.seed.gift_cards:
            cards.add({"balance": self.shop.major(card.balance_minor)}, gift_card_code(card.code))

    def product(self, seed: SeedProduct) -> Row:
        """A simple product, or a variable one with its variations."""
        base: Obj = {
            "name": seed.title,
            "description": f"<p>{seed.description}</p>",
            "categories": [{"name": seed.category}],
            "images": [{"src": f"/pictures/{seed.key}.svg", "name": seed.key, "alt": seed.title}],
        }
        if len(seed.variants) == 1 and not seed.options:
            row = self.writer.create({**base, **self._goods(seed.variants[0])})
        else:
            row = self.writer.create({**base, "type": "variable", "attributes": _attributes(seed)})
            for variant in seed.variants:
                self.writer.create_variation(row, {**self._goods(variant), "attributes": _options(seed, variant)})
        self.keys[seed.key] = row.id
        return row

    def _goods(self, variant: SeedVariant) -> Obj:
        made: Obj = {
            "sku": variant.sku,
            "global_unique_id": variant.barcode,
            "manage_stock": True,
            "stock_quantity": variant.stock,
            **self.prices(variant.price_minor, variant.compare_at_minor),
        }
        if variant.weight_grams:
            made["weight"] = f"{Decimal(variant.weight_grams).scaleb(-3).normalize():f}"
        return made

    def prices(self, price: int, compare: int | None) -> Obj:
        """Regular and sale price from minor units."""
        if compare is not None and compare > price:
            return {"regular_price": self._text(compare), "sale_price": self._text(price)}
        return {"regular_price": self._text(price), "sale_price": ""}

    def _text(self, minor: int) -> str:
        return self.shop.money(self.shop.major(minor))

    def _customer(self, seed: SeedCustomer) -> None:
        names = {"first_name": seed.given_name, "last_name": seed.family_name}
        billing = {**names, "email": seed.email, "phone": seed.phone, "country": self.shop.seed.country}
        self.customers.add({**names, "email": seed.email, "billing": billing})

    def _discount(self, seed: SeedDiscount) -> None:
        percent = seed.kind == "percent"
        amount = f"{Decimal(seed.value).scaleb(-2).normalize():f}" if percent else self._text(seed.value)
        made: Obj = {
            "code": seed.code,
            "discount_type": "percent" if percent else "fixed_cart",
            "amount": amount,
            "free_shipping": seed.kind == "free_shipping",
            "product_ids": [self.keys[key] for key in seed.products if key in self.keys],
            "usage_limit": seed.usage_limit,
        }
        if seed.min_spend_minor:
            made["minimum_amount"] = self._text(seed.min_spend_minor)
        if seed.expires is not None:
            made["date_expires_gmt"] = self.shop.gmt(seed.expires)
        self.coupons.add(made)


def gift_card_code(code: str) -> str:
    """A seed's code in the plug-in's form: sixteen characters in fours."""
    plain = code.replace("-", "").rjust(16, "0")[-16:]
    return "-".join(plain[place : place + 4] for place in range(0, 16, 4))


def _attributes(seed: SeedProduct) -> list[Obj]:
    made = []
    for place, name in enumerate(seed.options):
        values = list(dict.fromkeys(variant.option_values[place] for variant in seed.variants))
        made.append({"name": name, "position": place, "visible": True, "variation": True, "options": values})
    return made


def _options(seed: SeedProduct, variant: SeedVariant) -> list[Obj]:
    return [{"name": name, "option": value} for name, value in zip(seed.options, variant.option_values, strict=True)]
