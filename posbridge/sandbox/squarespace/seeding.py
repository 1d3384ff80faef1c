"""Fills a simulated Squarespace site from a seed."""

from __future__ import annotations

from posbridge.sandbox.seed import SeedProduct, SeedVariant
from posbridge.sandbox.squarespace.catalog import Catalog
from posbridge.sandbox.squarespace.contacts import Contacts
from posbridge.sandbox.squarespace.discounts import Discounts
from posbridge.sandbox.squarespace.shop import Obj, Shop

_GRAMS_IN_A_POUND = 453.59237


class Seeder:
    """Puts products, contacts and codes on the site; knows which id a seed key or SKU became."""

    def __init__(self, shop: Shop, catalog: Catalog) -> None:
        self.shop, self.catalog = shop, catalog
        self.products: dict[str, str] = {}
        self.variants: dict[str, str] = {}

    def fill(self, contacts: Contacts, discounts: Discounts) -> None:
        """The whole seed. Barcodes, tax rates and gift cards have no place in Squarespace's API."""
        for product in self.shop.seed.products:
            self.product(product)
        for customer in self.shop.seed.customers:
            mail = {"email": customer.email, "acceptsMarketing": False}
            names = {"firstName": customer.given_name, "lastName": customer.family_name, "locale": "en-US"}
            ident = contacts.add({**names, "primaryEmail": mail})
            address = {"countryCode": self.shop.seed.country, "phoneNumber": customer.phone}
            contacts.keep(ident, self.shop.new_uuid("entry"), {"address": address})
        for discount in self.shop.seed.discounts:
            discounts.put(discount, self.products)

    def product(self, product: SeedProduct) -> None:
        ident, now = self.shop.new_id("product"), self.shop.stamp()
        slug = f"p/{product.key}"
        variants = [self._variant(product, variant) for variant in product.variants]
        picture = {
            "id": self.shop.new_id("image"), "altText": product.title, "orderIndex": 0,
            "url": f"/pictures/{product.key}.svg",
            "originalSize": {"width": 600, "height": 600}, "availableFormats": [],
        }  # fmt: skip
        self.products[product.key] = self.catalog.put({
            "id": ident, "type": "PHYSICAL", "storePageId": self.shop.store_page, "name": product.title,
            "description": f"<p>{product.description}</p>", "url": f"https://sandbox.example.com/shop/{slug}",
            "urlSlug": slug, "images": [picture], "tags": [product.category], "isVisible": True,
            "variantAttributes": list(product.options), "variants": variants, "seoOptions": None, "createdOn": now,
            "modifiedOn": now, "pricing": None, "digitalGood": None,
        })  # fmt: skip
        self.variants |= {variant["sku"]: variant["id"] for variant in variants}

    def _variant(self, product: SeedProduct, variant: SeedVariant) -> Obj:
        """A price before the sale makes the product's one a sale price; a sale price of nothing is 0.00 (recorded)."""
        before = variant.compare_at_minor
        pounds = round((variant.weight_grams or 0) / _GRAMS_IN_A_POUND, 3)
        return {
            "id": self.shop.new_uuid("variant"),
            "sku": variant.sku,
            "pricing": {
                "basePrice": self.shop.money(before or variant.price_minor),
                "salePrice": self.shop.money(variant.price_minor if before else 0),
                "onSale": bool(before),
            },
            "stock": {"quantity": variant.stock, "unlimited": False},
            "attributes": dict(zip(product.options, variant.option_values, strict=True)),
            "shippingMeasurements": {
                "weight": {"unit": "POUND", "value": pounds},
                "dimensions": {"unit": "INCH", "length": 0, "width": 0, "height": 0},
            },
            "image": None,
        }

    def remove(self, key: str) -> None:
        """KeyError for an unknown key."""
        ident = self.products.pop(key)
        for variant in self.catalog.rows[ident]["variants"]:
            self.variants.pop(variant["sku"])
        self.catalog.remove(ident)
