"""Products, variants, options, taxons: the admin section with all, the shop section with one channel and locale."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from posbridge.sandbox.platform import Route
from posbridge.sandbox.sylius.answers import (
    API,
    TAKEN,
    Obj,
    collection,
    like,
    missing,
    one,
    problem,
    refuse,
    tail,
    violation,
)
from posbridge.sandbox.sylius.shop import Option, Product, Shop, Variant
from posbridge.sandbox.wire import Call, Refused, Reply

ADMIN, SHOP = f"{API}/admin", f"{API}/shop"


class Catalog:
    """The routes of the catalogue."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def routes(self) -> list[Route]:
        return [
            ("GET", f"{ADMIN}/products", self.products),
            ("POST", f"{ADMIN}/products", self.make_product),
            ("GET", f"{ADMIN}/products/{{code}}", self.product),
            ("PUT", f"{ADMIN}/products/{{code}}", self.put_product),
            ("DELETE", f"{ADMIN}/products/{{code}}", self.delete_product),
            ("GET", f"{SHOP}/products", self.shop_products),
            ("GET", f"{SHOP}/products/{{code}}", self.shop_product),
            ("GET", f"{ADMIN}/product-variants", self.variants),
            ("POST", f"{ADMIN}/product-variants", self.make_variant),
            ("GET", f"{ADMIN}/product-variants/{{code}}", self.variant),
            ("PUT", f"{ADMIN}/product-variants/{{code}}", self.put_variant),
            ("GET", f"{SHOP}/product-variants", self.shop_variants),
            ("GET", f"{ADMIN}/product-options", self.options),
            ("GET", f"{ADMIN}/product-options/{{code}}", self.option),
            ("GET", f"{ADMIN}/product-options/{{code}}/values", self.option_values),
            ("GET", f"{ADMIN}/taxons", self.taxons),
            ("GET", f"{ADMIN}/product-taxons", self.product_taxons),
        ]

    # products
    def products(self, call: Call) -> Reply:
        """Only a partial code filters; anything else is ignored (recorded 041)."""
        wanted = call.query.get("code", "")
        rows = [p for p in self._by_code() if like(p.code, wanted)]
        return collection(call, "Product", rows, self.admin_product)

    def _by_code(self) -> list[Product]:
        return sorted(self.shop.products.values(), key=lambda p: p.code)

    def _product(self, call: Call) -> Product:
        code = call.params["code"].casefold()
        found = next((p for p in self.shop.products.values() if p.code.casefold() == code), None)
        if found is None:
            raise missing()
        return found

    def product(self, call: Call) -> Reply:
        return one("Product", self.admin_product(self._product(call)))

    def shop_products(self, call: Call) -> Reply:
        rows = [p for p in self._by_code() if p.enabled]
        return collection(call, "Product", rows, self.shown)

    def shop_product(self, call: Call) -> Reply:
        found = self._product(call)
        if not found.enabled:
            raise missing()
        return one("Product", self.shown(found))

    def make_product(self, call: Call) -> Reply:
        body = call.json()
        code = str(body.get("code", ""))
        if code in self.shop.products:
            raise Refused(violation(("code", "Product code must be unique.", TAKEN)))
        now = self.shop.clock.now()
        made = Product(self.shop.next_id("product"), code, {}, None, "", (), created=now, updated=now)
        self.shop.products[code] = made
        self._write(made, body)
        return one("Product", self.admin_product(made), 201)

    def put_product(self, call: Call) -> Reply:
        found = self._product(call)
        self._write(found, call.json())
        return one("Product", self.admin_product(found))

    def _write(self, product: Product, body: Obj) -> None:
        for locale, texts in dict(body.get("translations") or {}).items():
            product.names[locale] = texts.get("name", product.names.get(locale, ""))
            product.description = texts.get("description", product.description)
        product.enabled = bool(body.get("enabled", product.enabled))

    def delete_product(self, call: Call) -> Reply:
        found = self._product(call)
        if found.code in self.shop.sold:
            return problem(422, "Cannot delete, the product is in use.")
        self.forget(found.code)
        return Reply(204)

    def forget(self, code: str) -> None:
        for variant in self.shop.products.pop(code).variants:
            del self.shop.variants[variant]

    def admin_product(self, product: Product) -> Obj:
        home = f"{ADMIN}/products/{product.code}"
        texts = {
            locale: {
                "@id": f"{home}/translations/{locale}", "@type": "ProductTranslation", "shortDescription": None,
                "id": product.id, "name": name, "slug": product.code.lower(), "description": product.description,
            }
            for locale, name in product.names.items()
        }  # fmt: skip
        attributes = [
            {"@type": "ProductAttributeValue", "attribute": f"{ADMIN}/product-attributes/{code}", "value": value}
            for code, value in product.attributes.items()
        ]
        return {
            "@id": home, "@type": "Product", "variantSelectionMethod": "match",
            "channels": [f"{ADMIN}/channels/{self.shop.options.channel}"],
            **self._common(product, ADMIN), "attributes": attributes, "enabled": product.enabled,
            "translations": texts or [],
        }  # fmt: skip

    def shown(self, product: Product) -> Obj:
        """A product of the shop section."""
        home = f"{SHOP}/products/{product.code}"
        codes = [code for code in product.variants if self.shop.sellable(code)]
        first = self.shop.variants[codes[0]] if codes else None
        made = {
            "@id": home, "@type": "Product", **self._common(product, SHOP), "shortDescription": None,
            "name": product.names.get(self.shop.options.locale, ""), "description": product.description,
            "slug": product.code.lower(), "defaultVariant": f"{SHOP}/product-variants/{codes[0]}" if codes else None,
        }  # fmt: skip
        return made | ({"defaultVariantData": self.shown_variant(first)} if first else {})

    def _common(self, product: Product, section: str) -> Obj:
        place = [f"{section}/product-taxons/{product.id}"] if product.taxon else []
        picture = [{
            "@id": f"{section}/products/{product.code}/images/{product.id}", "@type": "ProductImage",
            "productVariants": [], "id": product.id, "type": "main", "path": f"{self.shop.home()}{product.picture}",
        }]  # fmt: skip
        return {
            "productTaxons": place, "mainTaxon": f"{section}/taxons/{product.taxon}" if product.taxon else None,
            "reviews": [], "averageRating": 0, "images": picture if product.picture else [], "id": product.id,
            "code": product.code, "variants": [f"{section}/product-variants/{code}" for code in product.variants],
            "options": [f"{section}/product-options/{code}" for code in product.options], "associations": [],
            "createdAt": self.shop.stamp(product.created), "updatedAt": self.shop.stamp(product.updated),
        }  # fmt: skip

    # variants
    def variants(self, call: Call) -> Reply:
        """By product (an IRI; a bare code is ignored) and by a partial code (recorded 025, 043, 049)."""
        asked = [value for name, value in call.query_list if name in ("product", "product[]")]
        products = {tail(value) for value in asked if value.startswith("/")}
        wanted = call.query.get("code", "")
        rows = [v for v in self._sorted() if (not products or v.product in products) and like(v.code, wanted)]
        return collection(call, "ProductVariant", rows, self.admin_variant)

    def _sorted(self) -> list[Variant]:
        return sorted(self.shop.variants.values(), key=lambda v: v.position)

    def _variant(self, call: Call) -> Variant:
        found = self.shop.variant(call.params["code"])
        if found is None:
            raise missing()
        return found

    def variant(self, call: Call) -> Reply:
        return one("ProductVariant", self.admin_variant(self._variant(call)))

    def shop_variants(self, call: Call) -> Reply:
        rows = [v for v in self._sorted() if self.shop.sellable(v.code)]
        return collection(call, "ProductVariant", rows, self.shown_variant)

    def make_variant(self, call: Call) -> Reply:
        body = call.json()
        code, product = str(body.get("code", "")), tail(body.get("product"))
        if product not in self.shop.products:
            raise Refused(problem(400, f'Item not found for "{body.get("product")}".'))
        if code in self.shop.variants:
            raise Refused(violation(("code", "Product variant code must be unique.", TAKEN)))
        now, place = self.shop.clock.now(), len(self.shop.products[product].variants)
        self.shop.variants[code] = Variant(code, product, None, None, 0, "", position=place, created=now, updated=now)
        self.shop.products[product].variants.append(code)
        self._fill(self.shop.variants[code], body)
        return one("ProductVariant", self.admin_variant(self.shop.variants[code]), 201)

    def put_variant(self, call: Call) -> Reply:
        """What is left out stays (recorded 050)."""
        found = self._variant(call)
        self._fill(found, call.json())
        return one("ProductVariant", self.admin_variant(found))

    def _fill(self, variant: Variant, body: Obj) -> None:
        if "onHand" in body:
            self._count(variant, body["onHand"])
        for price in dict(body.get("channelPricings") or {}).values():
            if variant.price is not None and "@id" not in price:
                raise refuse("This channel already has a price for this product variant.")
            variant.price, variant.original = price["price"], price.get("originalPrice", variant.original)
        variant.enabled = bool(body.get("enabled", variant.enabled))
        variant.tracked = bool(body.get("tracked", variant.tracked))

    def _count(self, variant: Variant, number: Any) -> None:
        """Less than nothing is nothing; less than what is held is refused (recorded 054)."""
        if isinstance(number, bool) or not isinstance(number, int):
            words = f'The type of the "onHand" attribute must be "int", "{type(number).__name__}" given.'
            raise Refused(problem(400, words))
        if max(0, number) < variant.on_hold:
            raise Refused(violation(("onHand", "On hand must be greater than the number of on hold units", None)))
        variant.on_hand = max(0, number)
        variant.updated = self.shop.clock.now()

    def admin_variant(self, variant: Variant) -> Obj:
        home, channel = f"{ADMIN}/product-variants/{variant.code}", self.shop.options.channel
        pricing: Obj = {channel: {
            "@id": f"{home}/channel-pricings/{channel}", "@type": "ChannelPricing", "price": variant.price,
            "originalPrice": variant.original, "minimumPrice": 0, "lowestPriceBeforeDiscount": None,
            "appliedPromotions": [],
        }}  # fmt: skip
        locale = self.shop.options.locale
        words = {"@id": f"{home}/translations/{locale}", "@type": "ProductVariantTranslation", "name": variant.name}
        return {
            "@id": home, "@type": "ProductVariant", "onHold": variant.on_hold, "onHand": variant.on_hand,
            "tracked": variant.tracked, "weight": variant.weight, "width": None, "height": None, "depth": None,
            "taxCategory": f"{ADMIN}/tax-categories/standard" if variant.taxed else None, "shippingCategory": None,
            "channelPricings": pricing if variant.price is not None else [], "shippingRequired": variant.shipping,
            "code": variant.code, "product": f"{ADMIN}/products/{variant.product}",
            "optionValues": self._values(variant, ADMIN), "position": variant.position,
            "createdAt": self.shop.stamp(variant.created), "updatedAt": self.shop.stamp(variant.updated),
            "enabled": variant.enabled, "translations": {locale: words},
            self.shop.options.barcode_field: variant.barcode,
        }  # fmt: skip

    def shown_variant(self, variant: Variant) -> Obj:
        """In the shop section the original price is the price where there is none."""
        return {
            "@id": f"{SHOP}/product-variants/{variant.code}", "@type": "ProductVariant", "code": variant.code,
            "product": f"{SHOP}/products/{variant.product}", "optionValues": self._values(variant, SHOP),
            "name": variant.name or "", "inStock": not variant.tracked or variant.left > 0, "price": variant.price,
            "originalPrice": variant.price if variant.original is None else variant.original,
            "lowestPriceBeforeDiscount": None,
        }  # fmt: skip

    def _values(self, variant: Variant, section: str) -> list[str]:
        return [f"{section}/product-options/{option}/values/{value}" for option, value in variant.values]

    # options and taxons
    def options(self, call: Call) -> Reply:
        return collection(call, "ProductOption", list(self.shop.options_of.values()), self._option)

    def option(self, call: Call) -> Reply:
        return one("ProductOption", self._option(self._known(call)))

    def _known(self, call: Call) -> Option:
        found = self.shop.options_of.get(call.params["code"])
        if found is None:
            raise missing()
        return found

    def _option(self, option: Option) -> Obj:
        home = f"{ADMIN}/product-options/{option.code}"
        return {
            "@id": home, "@type": "ProductOption", "code": option.code, "position": 0,
            "values": [f"{home}/values/{value}" for value in option.values],
            "translations": {self.shop.options.locale: {"@type": "ProductOptionTranslation", "name": option.name}},
            "name": option.name,
        }  # fmt: skip

    def option_values(self, call: Call) -> Reply:
        option = self._known(call)
        rows: Iterable[tuple[str, str]] = option.values.items()
        home, locale = f"{ADMIN}/product-options/{option.code}", self.shop.options.locale

        def drawn(pair: tuple[str, str]) -> Obj:
            code, label = pair
            return {
                "@id": f"{home}/values/{code}", "@type": "ProductOptionValue", "code": code, "option": home,
                "translations": {locale: {"@type": "ProductOptionValueTranslation", "value": label}}, "value": label,
            }  # fmt: skip

        return collection(call, "ProductOptionValue", list(rows), drawn, paged=False)

    def taxons(self, call: Call) -> Reply:
        locale = self.shop.options.locale

        def drawn(pair: tuple[str, str]) -> Obj:
            code, name = pair
            return {
                "@id": f"{ADMIN}/taxons/{code}", "@type": "Taxon", "code": code, "parent": None, "children": [],
                "images": [], "enabled": True, "translations": {locale: {"@type": "TaxonTranslation", "name": name}},
            }  # fmt: skip

        return collection(call, "Taxon", list(self.shop.taxons.items()), drawn)

    def product_taxons(self, call: Call) -> Reply:
        rows = [product for product in self._by_code() if product.taxon]
        return collection(call, "ProductTaxon", rows, lambda p: {
            "@id": f"{ADMIN}/product-taxons/{p.id}", "@type": "ProductTaxon", "id": p.id,
            "product": f"{ADMIN}/products/{p.code}", "taxon": f"{ADMIN}/taxons/{p.taxon}", "position": 0,
        })  # fmt: skip
