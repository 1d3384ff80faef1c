"""Fills a simulated PrestaShop from a seed, as a fresh shop with these goods would look."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import Decimal

from posbridge.sandbox.prestashop.markup import Row
from posbridge.sandbox.prestashop.shop import Shop, six
from posbridge.sandbox.seed import Seed, SeedCustomer, SeedDiscount, SeedProduct, SeedVariant

COUNTRY, TAX_GROUP = 21, 1
#: (id, name, paid, logable, shipped, delivery)
_STATES = (
    (1, "Awaiting check payment", 0, 0, 0, 0),
    (2, "Payment accepted", 1, 1, 0, 0),
    (3, "Processing in progress", 1, 1, 0, 1),
    (4, "Shipped", 1, 1, 1, 1),
    (5, "Delivered", 1, 1, 1, 1),
    (6, "Canceled", 0, 0, 0, 0),
    (7, "Refunded", 0, 0, 0, 0),
    (8, "Payment error", 0, 0, 0, 0),
    (9, "On backorder (paid)", 1, 0, 0, 0),
    (10, "Awaiting bank wire payment", 0, 0, 0, 0),
    (11, "Remote payment accepted", 1, 1, 0, 0),
)
_ROLES = {
    "PS_OS_PAYMENT": "2",
    "PS_OS_PREPARATION": "3",
    "PS_OS_SHIPPING": "4",
    "PS_OS_DELIVERED": "5",
    "PS_OS_CANCELED": "6",
    "PS_OS_REFUND": "7",
    "PS_OS_ERROR": "8",
    "PS_OS_WS_PAYMENT": "11",
}
_DECIMALS = {"JPY": 0, "KRW": 0, "CLP": 0, "KWD": 3, "BHD": 3, "TND": 3}
_ON = ("id_shop_default", "active", "state", "available_for_order", "show_price", "minimal_quantity")
_FOREVER = "2099-12-31 23:59:59"
_UNLIMITED = 1_000_000


def decimals(currency: str) -> int:
    return _DECIMALS.get(currency, 2)


class Seeder:
    """Puts a seed on the shelves and remembers which row is which."""

    def __init__(self, shop: Shop, seed: Seed) -> None:
        self._shop, self._seed = shop, seed
        self.products: dict[str, Row] = {}
        self.variants: dict[str, tuple[str, str]] = {}
        self._categories: dict[str, str] = {}
        self._groups: dict[str, str] = {}
        self._values: dict[tuple[str, str], str] = {}
        self.walkin = self.walkin_address = ""

    def fill(self) -> None:
        self._settings()
        self._places()
        self._taxes()
        self._people()
        for product in self._seed.products:
            self.product(product)
        for discount in self._seed.discounts:
            self._rule(discount)

    def _settings(self) -> None:
        shop, seed = self._shop, self._seed
        known = {
            "PS_CURRENCY_DEFAULT": "1",
            "PS_LANG_DEFAULT": "1",
            "PS_COUNTRY_DEFAULT": str(COUNTRY),
            "PS_TIMEZONE": seed.timezone,
            "PS_WEIGHT_UNIT": "kg",
            "PS_TAX": "1",
            "PS_STOCK_MANAGEMENT": "1",
            "PS_VERSION_DB": "8.2.1",
            "PS_SHOP_NAME": seed.name,
            "PS_CUSTOMER_GROUP": "3",
            "PS_PRICE_ROUND_MODE": "2",
            "PS_ROUND_TYPE": "2",
            **_ROLES,
        }
        for name, value in known.items():
            shop.add("configurations", {"name": name, "value": value})
        money = {"name": seed.currency, "names": seed.currency, "iso_code": seed.currency, "active": 1}
        shop.add("currencies", {**money, "precision": decimals(seed.currency), "conversion_rate": 1})
        shop.add("languages", {"name": "English", "iso_code": "en", "locale": "en-US", "active": 1})
        shop.add("shops", {"name": seed.name, "id_shop_group": 1, "id_category": 2, "active": 1})
        for ident, name, paid, logable, shipped, delivery in _STATES:
            flags = {"paid": paid, "logable": logable, "shipped": shipped, "delivery": delivery}
            shop.add("order_states", {"name": name, **flags}, ident)
        for name in ("Visitor", "Guest", "Customer"):
            shows = 0 if seed.prices_include_tax else 1
            shop.add("groups", {"name": name, "price_display_method": shows, "show_prices": 1})

    def _places(self) -> None:
        shop, seed = self._shop, self._seed
        shop.add("countries", {"iso_code": seed.country, "name": seed.country, "id_zone": 2, "active": 1}, COUNTRY)
        for name, free in (("Click and collect", 1), ("My carrier", 0)):
            shop.add("carriers", {"name": name, "active": 1, "is_free": free})
        for name, parent, depth in (("Root", 0, 0), ("Home", 1, 1)):
            shop.add("categories", {"name": name, "id_parent": parent, "level_depth": depth, "active": 1})

    def _taxes(self) -> None:
        if not Decimal(self._seed.tax_rate):
            return
        shop = self._shop
        name = f"Tax {self._seed.tax_rate}%"
        shop.add("tax_rule_groups", {"name": name, "active": 1})
        shop.add("taxes", {"name": name, "rate": f"{Decimal(self._seed.tax_rate):.3f}", "active": 1})
        shop.add("tax_rules", {"id_tax_rules_group": TAX_GROUP, "id_country": COUNTRY, "id_tax": 1})

    def _people(self) -> None:
        walkin = SeedCustomer("walkin", "Walk-in", "Customer", "walkin@example.com", "")
        self.walkin, self.walkin_address = self._person(walkin)
        for customer in self._seed.customers:
            self._person(customer)

    def _person(self, person: SeedCustomer) -> tuple[str, str]:
        """A customer and the address, whose phone number is written as people write it."""
        number = len(self._shop.tables["customers"]) + 1
        row = self._shop.add(
            "customers",
            {
                "firstname": person.given_name,
                "lastname": person.family_name,
                "email": person.email,
                "active": 1,
                "id_default_group": 3,
                "id_lang": 1,
                "id_shop": 1,
                "id_shop_group": 1,
                "secure_key": f"{number:032x}",
                "passwd": "$2y$10$none",
                "associations": {"groups": [{"id": "3"}]},
            },
        )
        home = {
            "id_customer": row["id"],
            "id_country": COUNTRY,
            "alias": "Home",
            "firstname": person.given_name,
            "lastname": person.family_name,
            "address1": "1 Main St",
            "city": self._seed.location,
            "postcode": "10001",
            "phone": _spaced(person.phone),
        }
        return str(row["id"]), str(self._shop.add("addresses", home)["id"])

    # goods
    @property
    def _rate(self) -> Decimal:
        return Decimal(self._seed.tax_rate) / 100

    def net(self, minor: int) -> Decimal:
        """A seed's price as products hold it: without tax, six decimals."""
        price = Decimal(minor).scaleb(-decimals(self._seed.currency))
        return Decimal(six(price / (1 + self._rate) if self._seed.prices_include_tax else price))

    def product(self, product: SeedProduct) -> None:
        first, single = product.variants[0], not product.options
        regular = first.compare_at_minor or first.price_minor
        category = self._category(product.category)
        row = self._shop.add("products", self._fields(product, category, regular))
        image = str(row["id"])
        row["id_default_image"], row["@picture"] = image, product.picture
        row["associations"] = {
            "categories": [{"id": "2"}, {"id": category}],
            "images": [{"id": image}],
            "combinations": [],
            "product_option_values": [],
            "stock_availables": [],
        }
        self.products[product.key] = row
        self._stock_row(row, "0", first.stock if single else 0)
        for variant in product.variants:
            self._variant(row, product, variant, regular)

    def _fields(self, product: SeedProduct, category: str, regular: int) -> dict[str, object]:
        first, single = product.variants[0], not product.options
        return {
            "name": product.title,
            "description": f"<p>{product.description}</p>",
            "link_rewrite": re.sub(r"[^a-z0-9]+", "-", product.title.lower()).strip("-"),
            "price": self.net(regular),
            "reference": first.sku if single else "",
            "ean13": first.barcode if single else "",
            "weight": Decimal(first.weight_grams or 0) / 1000 if single else 0,
            "id_tax_rules_group": TAX_GROUP if self._rate else 0,
            "id_category_default": category,
            "type": "simple",
            "product_type": "standard" if single else "combinations",
            "visibility": "both",
            "condition": "new",
            **dict.fromkeys(_ON, 1),
        }

    def _variant(self, row: Row, product: SeedProduct, variant: SeedVariant, base: int) -> None:
        ident, regular = "0", variant.compare_at_minor or variant.price_minor
        if product.options:
            ident = self._combination(row, product, variant, self.net(regular) - self.net(base))
        self.variants[variant.sku] = (str(row["id"]), ident)
        if regular > variant.price_minor:
            self._reduce(row, ident, regular, variant.price_minor)

    def _combination(self, row: Row, product: SeedProduct, variant: SeedVariant, impact: Decimal) -> str:
        values = [self._value(name, value) for name, value in zip(product.options, variant.option_values, strict=True)]
        hung = row["associations"]
        made = self._shop.add(
            "combinations",
            {
                "id_product": row["id"],
                "reference": variant.sku,
                "ean13": variant.barcode,
                "price": impact,
                "weight": Decimal(variant.weight_grams or 0) / 1000,
                "minimal_quantity": 1,
                "default_on": "" if hung["combinations"] else "1",
                "associations": {"product_option_values": [{"id": value} for value in values], "images": []},
            },
        )
        ident = str(made["id"])
        if not hung["combinations"]:
            row["id_default_combination"] = row["cache_default_attribute"] = ident
        hung["combinations"].append({"id": ident})
        hung["product_option_values"] += [{"id": v} for v in values if {"id": v} not in hung["product_option_values"]]
        self._stock_row(row, ident, variant.stock)
        return ident

    def _stock_row(self, row: Row, combination: str, quantity: int) -> None:
        fields = {
            "id_product": row["id"],
            "id_product_attribute": combination,
            "id_shop": 1,
            "quantity": quantity,
            "out_of_stock": 2,
        }
        made = self._shop.add("stock_availables", fields)
        row["associations"]["stock_availables"].append({"id": str(made["id"]), "id_product_attribute": combination})
        self._shop.add_up(str(row["id"]))

    def _reduce(self, row: Row, combination: str, regular: int, price: int) -> None:
        """A sale: an amount off for everybody, said with tax where prices are."""
        off = self.net(regular) - self.net(price)
        taxed = self._seed.prices_include_tax
        amount = Decimal(regular - price).scaleb(-decimals(self._seed.currency)) if taxed else off
        fields = {
            "id_product": row["id"],
            "id_product_attribute": combination,
            "price": -1,
            "from_quantity": 1,
            "reduction": amount,
            "reduction_tax": int(taxed),
            "reduction_type": "amount",
        }
        self._shop.add("specific_prices", fields)

    def _category(self, name: str) -> str:
        if name not in self._categories:
            row = self._shop.add("categories", {"name": name, "id_parent": 2, "level_depth": 2, "active": 1})
            self._categories[name] = str(row["id"])
        return self._categories[name]

    def _value(self, option: str, value: str) -> str:
        if option not in self._groups:
            place = len(self._groups)
            fields = {"name": option, "public_name": option, "group_type": "select", "position": place}
            self._groups[option] = str(self._shop.add("product_options", fields)["id"])
        group = self._groups[option]
        if (group, value) not in self._values:
            fields = {"id_attribute_group": group, "name": value, "position": len(self._values)}
            made = str(self._shop.add("product_option_values", fields)["id"])
            self._values[group, value] = made
            row = self._shop.find("product_options", group)
            if row is not None:
                row["associations"].setdefault("product_option_values", []).append({"id": made})
        return self._values[group, value]

    def _rule(self, discount: SeedDiscount) -> None:
        """A cart rule; one that several products share hides which ones (contract, section 7)."""
        value, places = Decimal(discount.value), -decimals(self._seed.currency)
        named = [str(self.products[key]["id"]) for key in discount.products if key in self.products]
        ends = self._shop.local(discount.expires.astimezone(UTC)) if discount.expires else _FOREVER
        self._shop.add(
            "cart_rules",
            {
                "code": discount.code,
                "name": discount.code,
                "date_from": self._shop.local(datetime(2019, 1, 1, tzinfo=UTC)),
                "date_to": ends,
                "quantity": discount.usage_limit or _UNLIMITED,
                "quantity_per_user": discount.usage_limit or _UNLIMITED,
                "reduction_percent": f"{value / 100:.2f}" if discount.kind == "percent" else "0.00",
                "reduction_amount": value.scaleb(places) if discount.kind == "fixed" else 0,
                "reduction_tax": 1,
                "reduction_currency": 1,
                "free_shipping": int(discount.kind == "free_shipping"),
                "minimum_amount": Decimal(discount.min_spend_minor or 0).scaleb(places),
                "minimum_amount_currency": 1,
                "reduction_product": named[0] if len(named) == 1 else "-2" if named else "0",
                "product_restriction": int(len(named) > 1),
                "partial_use": 1,
                "priority": 1,
                "active": 1,
            },
        )


def _spaced(phone: str) -> str:
    return f"{phone[:2]} {phone[2:5]} {phone[5:8]} {phone[8:]}" if phone.startswith("+1") else phone
