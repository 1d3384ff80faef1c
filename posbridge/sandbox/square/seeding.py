"""Fills a simulated Square seller from a seed."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.seed import SeedCustomer, SeedDiscount, SeedGiftCard, SeedProduct, SeedVariant
from posbridge.sandbox.square.catalog import Catalog
from posbridge.sandbox.square.customers import Customers
from posbridge.sandbox.square.gift_cards import GiftCards
from posbridge.sandbox.square.inventory import Inventory
from posbridge.sandbox.square.shop import Obj, Shop


class Seeder:
    """Puts products, customers, discounts and gift cards on the shelf; knows which id a seed key or SKU became."""

    def __init__(self, shop: Shop, catalog: Catalog, inventory: Inventory) -> None:
        self.shop, self.catalog, self.inventory = shop, catalog, inventory
        self.items: dict[str, str] = {}
        self.variations: dict[str, str] = {}
        self.skus: dict[str, str] = {}
        self._named: dict[tuple[str, str], str] = {}
        self.tax: str | None = None

    def fill(self, customers: Customers, cards: GiftCards) -> None:
        """The whole seed."""
        seed = self.shop.seed
        if Decimal(seed.tax_rate) > 0:
            kind = "INCLUSIVE" if seed.prices_include_tax else "ADDITIVE"
            data = {"name": "Sales Tax", "calculation_phase": "TAX_SUBTOTAL_PHASE", "inclusion_type": kind,
                    "percentage": seed.tax_rate, "enabled": True}  # fmt: skip
            self.tax = self.catalog.put({"type": "TAX", "id": "#tax", "tax_data": data})
        for product in seed.products:
            self.product(product)
        for discount in seed.discounts:
            self.discount(discount)
        for customer in seed.customers:
            customers.create(_customer(customer))
        for card in seed.gift_cards:
            self.gift_card(cards, card)

    def product(self, product: SeedProduct) -> None:
        """One item with its variations, picture, category, options and stock."""
        image = {"name": product.title, "url": f"/_sandbox/pictures/{product.key}.svg", "caption": product.title}
        item: Obj = {
            "name": product.title,
            "description": product.description,
            "categories": [{"id": self._category(product.category), "ordinal": 0}],
            "image_ids": [self.catalog.put({"type": "IMAGE", "id": "#image", "image_data": image})],
            "variations": [self._variation(product, variant) for variant in product.variants],
        }
        if self.tax:
            item["tax_ids"] = [self.tax]
        if product.options:
            item["item_options"] = [{"item_option_id": self._option(name)} for name in product.options]
        key = self.catalog.put({"type": "ITEM", "id": f"#{product.key}", "item_data": item})
        self.items[product.key] = key
        for child, variant in zip(self.catalog.children[key], product.variants, strict=True):
            self.variations[variant.sku] = child
            self.skus[child] = variant.sku
            self.inventory.put(child, Decimal(variant.stock))

    def _variation(self, product: SeedProduct, variant: SeedVariant) -> Obj:
        shop = self.shop
        data: Obj = {
            "name": ", ".join(variant.option_values) or "Regular",
            "sku": variant.sku,
            "upc": variant.barcode,
            "pricing_type": "FIXED_PRICING",
            "price_money": shop.money(variant.price_minor),
            "track_inventory": True,
            "location_overrides": [{"location_id": shop.location_id, "track_inventory": True}],
        }
        if product.options:
            data["item_option_values"] = [
                {"item_option_id": self._option(name), "item_option_value_id": self._value(name, value)}
                for name, value in zip(product.options, variant.option_values, strict=True)
            ]
        return {"type": "ITEM_VARIATION", "id": f"#{variant.sku}", "item_variation_data": data}

    def _category(self, name: str) -> str:
        return self._once("CATEGORY", name, {"category_data": {"name": name}})

    def _option(self, name: str) -> str:
        return self._once("ITEM_OPTION", name, {"item_option_data": {"name": name, "display_name": name}})

    def _value(self, option: str, value: str) -> str:
        data = {"item_option_id": self._option(option), "name": value}
        return self._once("ITEM_OPTION_VAL", f"{option}/{value}", {"item_option_value_data": data})

    def _once(self, kind: str, name: str, data: dict[str, Any]) -> str:
        if (kind, name) not in self._named:
            self._named[kind, name] = self.catalog.put({"type": kind, "id": "#new", **data})
        return self._named[kind, name]

    def discount(self, discount: SeedDiscount) -> None:
        """The code is the discount's name. Square has no free shipping and no usage limit, so neither is told."""
        if discount.kind == "free_shipping":
            return
        data: Obj = {"name": discount.code, "modify_tax_basis": "MODIFY_TAX_BASIS"}
        if discount.kind == "percent":
            percentage = format((Decimal(discount.value) / 100).normalize(), "f")
            data.update(discount_type="FIXED_PERCENTAGE", percentage=percentage)
        else:
            data.update(discount_type="FIXED_AMOUNT", amount_money=self.shop.money(discount.value))
        key = self.catalog.put({"type": "DISCOUNT", "id": "#discount", "discount_data": data})
        if discount.products or discount.min_spend_minor or discount.expires:
            self._rule(discount, key)

    def _rule(self, discount: SeedDiscount, key: str) -> None:
        members = [self.items[name] for name in discount.products if name in self.items]
        chosen: Obj = {"product_ids_any": members} if discount.products else {"all_products": True}
        products = self.catalog.put({"type": "PRODUCT_SET", "id": "#set", "product_set_data": chosen})
        rule: Obj = {"name": discount.code, "discount_id": key, "match_products_id": products}
        if discount.min_spend_minor:
            rule["minimum_order_subtotal_money"] = self.shop.money(discount.min_spend_minor)
        if discount.expires:
            rule["valid_until_date"] = discount.expires.date().isoformat()
        self.catalog.put({"type": "PRICING_RULE", "id": "#rule", "pricing_rule_data": rule})

    def gift_card(self, cards: GiftCards, card: SeedGiftCard) -> None:
        """An active card with its balance."""
        row = cards.put(card.code)
        cards.book(row, "ACTIVATE", card.balance_minor, {}, f"seed:{card.code}")


def _customer(customer: SeedCustomer) -> Obj:
    return {
        "given_name": customer.given_name,
        "family_name": customer.family_name,
        "email_address": customer.email,
        "phone_number": customer.phone,
        "reference_id": customer.key,
    }
