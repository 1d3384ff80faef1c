"""Fills the simulated store from a seed."""

from __future__ import annotations

from decimal import Decimal

from posbridge.sandbox.bigcommerce.answers import Row
from posbridge.sandbox.bigcommerce.shop import Shop, iso, stamp
from posbridge.sandbox.seed import Seed, SeedDiscount, SeedProduct, SeedVariant

_KINDS = {"percent": "percentage_discount", "fixed": "per_total_discount", "free_shipping": "free_shipping"}


class Seeder:
    """`products` maps a seed's key to the row."""

    def __init__(self, shop: Shop, seed: Seed) -> None:
        self._shop, self._seed = shop, seed
        self.products: dict[str, Row] = {}
        self._categories: dict[str, int] = {}

    def fill(self) -> None:
        shop, seed = self._shop, self._seed
        home = {"address1": "1 Main Street", "city": "Springfield", "state": "Illinois", "zip": "62701"}
        place = {"code": "BC-LOCATION-1", "label": seed.location, "type_id": "PHYSICAL", "enabled": True}
        shop.add("locations", {**place, "time_zone": seed.timezone, "address": {**home, "country_code": seed.country}})
        for product in seed.products:
            self.product(product)
        at = iso(shop.now())
        for customer in seed.customers:
            known = {"company": "", "notes": "", "customer_group_id": 0, "addresses": []}
            name = {"first_name": customer.given_name, "last_name": customer.family_name}
            who = {"email": customer.email, "phone": _national(customer.phone)}
            shop.add("customers", {**who, **name, **known, "date_created": at, "date_modified": at})
        for discount in seed.discounts:
            self._coupon(discount)
        for card in seed.gift_cards:
            amount = self._four(card.balance_minor)
            shop.add("gift_certificates", {
                "code": card.code, "amount": amount, "balance": amount, "status": "active", "to_name": "Ada",
                "to_email": "ada@example.com", "from_name": "Shop", "from_email": "shop@example.com",
                "customer_id": 0, "order_id": 0, "template": "general.html", "message": "Thank you!",
                "expiry_date": "0", "purchase_date": "1672670738", "currency_code": seed.currency, "@moves": [],
            })  # fmt: skip

    def product(self, product: SeedProduct) -> None:
        """One without options has a base variant, tracked as the product; else by variant."""
        shop, first, at = self._shop, product.variants[0], iso(self._shop.now())
        row = shop.add(
            "products",
            {
                "name": product.title,
                "type": "physical",
                "sku": "" if product.options else first.sku,
                "upc": "" if product.options else first.barcode,
                "description": f"<p>{product.description}</p>",
                "categories": [self._category(product.category)],
                "brand_id": 0,
                "weight": (first.weight_grams or 0) / 1000,
                "inventory_tracking": "variant" if product.options else "product",
                "inventory_level": 0,
                "is_visible": True,
                "availability": "available",
                "search_keywords": "",
                "date_created": at,
                "date_modified": at,
                **self._prices(first),
            },
        )
        row["variants"] = [self._variant(row, product, variant) for variant in product.variants]
        row["inventory_level"] = sum(variant["inventory_level"] for variant in row["variants"])
        row["base_variant_id"] = None if product.options else row["variants"][0]["id"]
        url = f"/pictures/{product.key}.svg"
        picture = {"id": row["id"], "product_id": row["id"], "is_thumbnail": True, "sort_order": 0}
        row["images"] = [{**picture, "description": product.title, "url_standard": url, "url_zoom": url}]
        row["custom_fields"] = []
        self.products[product.key] = row

    def _variant(self, row: Row, product: SeedProduct, variant: SeedVariant) -> Row:
        ident = self._shop.add("variants", {})["id"]
        values = [
            {"id": ident * 10 + place, "label": value, "option_id": place + 1, "option_display_name": name}
            for place, (name, value) in enumerate(zip(product.options, variant.option_values, strict=True))
        ]
        return {
            "id": ident,
            "product_id": row["id"],
            "sku": variant.sku,
            "sku_id": ident if product.options else None,
            "upc": variant.barcode,
            "gtin": "",
            "weight": None,
            "calculated_weight": (variant.weight_grams or 0) / 1000,
            "purchasing_disabled": False,
            "image_url": "",
            "inventory_level": variant.stock,
            "option_values": values,
            **self._prices(variant),
        }

    def _prices(self, variant: SeedVariant) -> Row:
        """A price before a sale stands in `price`, the sale's in `sale_price`; 0 is none."""
        number, before = self._shop.number, variant.compare_at_minor
        on_sale = before is not None and before > variant.price_minor
        return {
            "price": number(before if on_sale and before else variant.price_minor),
            "sale_price": number(variant.price_minor) if on_sale else 0,
            "retail_price": 0,
            "calculated_price": number(variant.price_minor),
        }

    def _category(self, name: str) -> int:
        if name not in self._categories:
            self._categories[name] = self._shop.add("categories", {"name": name})["id"]
        return self._categories[name]

    def _coupon(self, discount: SeedDiscount) -> None:
        value = Decimal(discount.value)
        amount = value / 100 if discount.kind == "percent" else value.scaleb(-self._shop.decimals)
        named = [self.products[key]["id"] for key in discount.products if key in self.products]
        scope = {"entity": "products", "ids": named} if named else {"entity": "categories", "ids": [0]}
        self._shop.add(
            "coupons",
            {
                "name": discount.code,
                "type": _KINDS[discount.kind],
                "amount": self._shop.four(amount),
                "min_purchase": self._four(discount.min_spend_minor or 0),
                "expires": stamp(discount.expires) if discount.expires else "",
                "enabled": True,
                "code": discount.code,
                "applies_to": scope,
                "num_uses": 0,
                "max_uses": discount.usage_limit or 0,
                "max_uses_per_customer": 0,
                "restricted_to": {},
                "shipping_methods": [],
                "date_created": stamp(self._shop.now()),
            },
        )

    def _four(self, minor: int) -> str:
        return self._shop.four(Decimal(minor).scaleb(-self._shop.decimals))


def _national(phone: str) -> str:
    """Free text, as merchants type it."""
    return f"({phone[2:5]}) {phone[5:8]}-{phone[8:]}" if phone.startswith("+1") and len(phone) == 12 else phone
