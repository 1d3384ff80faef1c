"""What the simulated store holds, and how it is filled from a seed."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.domain.money import exponent
from posbridge.sandbox.magento.answers import Obj, exact, number, stamp, stored
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.seed import Seed, SeedDiscount, SeedProduct, SeedVariant

SOURCE, STORE, WEBSITE = "default", 1, 1


@dataclass
class Options:
    """What a merchant may have switched: `limits` the input limits (page size 300), `bearer` integration tokens
    alone, `second_factor` for administrators."""

    limits: bool = False
    bearer: bool = False
    second_factor: bool = True
    prices_include_tax: bool | None = None


@dataclass
class Store:
    """All rows by their ids, as the database has them."""

    seed: Seed
    clock: Clock
    address: Callable[[], str]
    next_id: Callable[[str], int]
    products: dict[int, Obj] = field(default_factory=dict)
    attributes: dict[str, Obj] = field(default_factory=dict)
    categories: dict[int, Obj] = field(default_factory=dict)
    sources: dict[tuple[str, str], Obj] = field(default_factory=dict)
    reserved: dict[str, Decimal] = field(default_factory=dict)
    customers: dict[int, Obj] = field(default_factory=dict)
    orders: dict[int, Obj] = field(default_factory=dict)
    memos: dict[int, Obj] = field(default_factory=dict)
    invoices: dict[int, Obj] = field(default_factory=dict)
    rules: dict[int, Obj] = field(default_factory=dict)
    coupons: dict[int, Obj] = field(default_factory=dict)
    keys: dict[str, int] = field(default_factory=dict)

    # reading
    def now(self) -> str:
        return stamp(self.clock.now())

    def by_sku(self, sku: str) -> Obj | None:
        """SKUs do not count the case of letters."""
        wanted = sku.casefold()
        return next((row for row in self.products.values() if row["sku"].casefold() == wanted), None)

    def quantity(self, sku: str, source: str = SOURCE) -> Decimal:
        row = self.sources.get((sku, source))
        return exact(row["quantity"]) if row else Decimal(0)

    def salable(self, sku: str) -> Decimal:
        """What can be sold: the source and what is reserved (negative) or given back."""
        return self.quantity(sku) + self.reserved.get(sku, Decimal(0))

    def move(self, sku: str, delta: Decimal) -> None:
        """Stock leaves (or enters) the source."""
        self.put(sku, SOURCE, self.quantity(sku) + delta)

    def put(self, sku: str, source: str, quantity: Any, status: int = 1) -> None:
        row = {"sku": sku, "source_code": source, "quantity": number(quantity), "status": status}
        self.sources[sku, source] = row

    def reserve(self, sku: str, delta: Decimal) -> None:
        self.reserved[sku] = self.reserved.get(sku, Decimal(0)) + delta

    def touch(self, row: Obj) -> None:
        row["updated_at"] = self.now()

    def major(self, minor: int) -> int | float:
        return number(Decimal(minor).scaleb(-exponent(self.seed.currency)))

    def minor(self, value: Any) -> int:
        scaled = exact(value).scaleb(exponent(self.seed.currency))
        return int(scaled.to_integral_value(rounding="ROUND_HALF_UP"))

    # filling
    def fill(self) -> None:
        self.attribute("barcode", "Barcode", "text")
        for product in self.seed.products:
            self.add(product)
        for person in self.seed.customers:
            self._person(person)
        for discount in self.seed.discounts:
            self._rule(discount)

    def attribute(self, code: str, label: str, kind: str = "select") -> Obj:
        if code not in self.attributes:
            made = {"attribute_id": 130 + self.next_id("attribute"), "attribute_code": code, "frontend_input": kind,
                    "default_frontend_label": label, "options": [{"label": " ", "value": ""}]}  # fmt: skip
            self.attributes[code] = made
        return self.attributes[code]

    def option(self, attribute: Obj, label: str) -> str:
        found = next((one["value"] for one in attribute["options"] if one["label"] == label), "")
        if not found:
            found = str(self.next_id("option") + 3)
            attribute["options"].append({"label": label, "value": found})
        return str(found)

    def category(self, name: str) -> int:
        found = next((ident for ident, row in self.categories.items() if row["name"] == name), 0)
        if not found:
            found = self.next_id("category") + 2
            self.categories[found] = {"id": found, "parent_id": 2, "name": name, "is_active": True, "position": found,
                                      "level": 2, "children": "", "path": f"1/2/{found}"}  # fmt: skip
        return found

    def add(self, product: SeedProduct) -> None:
        category = self.category(product.category)
        if not product.options:
            row = self._simple(product.title, product.variants[0], 4)
            self._dress(row, product, category)
            self.keys[product.key] = row["id"]
            return
        children = [self._child(product, variant) for variant in product.variants]
        parent = self.row("configurable", f"{product.variants[0].sku}-CONF", product.title, 0, 4)
        parent["extension_attributes"] |= {
            "configurable_product_options": self._options(product, parent["id"]),
            "configurable_product_links": [child["id"] for child in children],
        }
        self._dress(parent, product, category)
        self.keys[product.key] = parent["id"]

    def _child(self, product: SeedProduct, variant: SeedVariant) -> Obj:
        child = self._simple(f"{product.title} {' '.join(variant.option_values)}", variant, 1)
        for name, value in zip(product.options, variant.option_values, strict=True):
            attribute = self.attribute(slug(name), name)
            set_custom(child, slug(name), self.option(attribute, value))
        return child

    def _options(self, product: SeedProduct, parent: int) -> list[Obj]:
        made = []
        for place, name in enumerate(product.options):
            attribute = self.attribute(slug(name), name)
            values = dict.fromkeys(variant.option_values[place] for variant in product.variants)
            ids = [{"value_index": int(self.option(attribute, value))} for value in values]
            made.append({"id": self.next_id("super"), "attribute_id": str(attribute["attribute_id"]), "label": name,
                         "position": place, "values": ids, "product_id": parent})  # fmt: skip
        return made[::-1]  # they come unsorted (recorded 058)

    def _simple(self, title: str, variant: SeedVariant, visibility: int) -> Obj:
        row = self.row("simple", variant.sku, title, variant.compare_at_minor or variant.price_minor, visibility)
        set_custom(row, "barcode", variant.barcode)
        if variant.compare_at_minor:
            set_custom(row, "special_price", f"{exact(self.major(variant.price_minor)):.6f}")
        if variant.weight_grams:
            row["weight"] = number(Decimal(variant.weight_grams) / 1000)
        self.put(variant.sku, SOURCE, variant.stock)
        return row

    def row(self, kind: str, sku: str, title: str, price_minor: int, visibility: int) -> Obj:
        ident, now = self.next_id("product"), self.now()
        row: Obj = {
            "id": ident, "sku": sku, "name": stored(title), "attribute_set_id": 4, "price": self.major(price_minor),
            "status": 1, "visibility": visibility, "type_id": kind, "created_at": now, "updated_at": now,
            "extension_attributes": {"website_ids": [WEBSITE]}, "product_links": [], "options": [],
            "media_gallery_entries": [], "tier_prices": [], "custom_attributes": [],
        }  # fmt: skip
        set_custom(row, "url_key", slug(f"{title}-{sku}").replace("_", "-"))
        set_custom(row, "tax_class_id", "2")
        self.products[ident] = row
        return row

    def _dress(self, row: Obj, product: SeedProduct, category: int) -> None:
        row["extension_attributes"]["category_links"] = [{"position": 0, "category_id": str(category)}]
        set_custom(row, "category_ids", [str(category)])
        set_custom(row, "description", f"<p>{stored(product.description)}</p>")
        picture = {"id": self.next_id("picture"), "media_type": "image", "label": product.title, "position": 1,
                   "disabled": False, "types": ["image", "small_image", "thumbnail"],
                   "file": f"/{product.key[:1]}/{product.key}.png"}  # fmt: skip
        row["media_gallery_entries"] = [picture]

    def _person(self, person: Any) -> None:
        ident = self.next_id("customer")
        address = {"id": self.next_id("address"), "customer_id": ident, "country_id": self.seed.country,
                   "region": {"region_code": "CA", "region": "California", "region_id": 12}, "region_id": 12,
                   "street": ["1 Main St"], "telephone": person.phone, "postcode": "90001", "city": "Los Angeles",
                   "firstname": person.given_name, "lastname": person.family_name, "default_billing": True,
                   "default_shipping": True}  # fmt: skip
        row = {"id": ident, "group_id": 1, "created_at": self.now(), "updated_at": self.now(),
               "created_in": "Default Store View", "email": person.email, "firstname": person.given_name,
               "lastname": person.family_name, "store_id": STORE, "website_id": WEBSITE, "addresses": [address],
               "disable_auto_group_change": 0, "extension_attributes": {"is_subscribed": False}}  # fmt: skip
        self.customers[ident] = row

    def _rule(self, discount: SeedDiscount) -> None:
        kinds = {"percent": ("by_percent", Decimal(discount.value) / 100), "free_shipping": ("by_percent", Decimal(0))}
        action, amount = kinds.get(discount.kind, ("cart_fixed", exact(self.major(discount.value))))
        ident = self.next_id("rule")
        self.rules[ident] = {
            "rule_id": ident, "name": discount.code.title(), "store_labels": [], "website_ids": [WEBSITE],
            "customer_group_ids": [0, 1, 2, 3], "uses_per_customer": 0, "is_active": True,
            "condition": _combined("Combine", self._minimum(discount)),
            "action_condition": _combined("Product\\Combine", self._goods(discount)),
            "stop_rules_processing": False, "is_advanced": True, "sort_order": 0, "simple_action": action,
            "discount_amount": number(amount), "discount_step": 0, "apply_to_shipping": False, "times_used": 0,
            "is_rss": False, "coupon_type": "SPECIFIC_COUPON", "use_auto_generation": False,
            "uses_per_coupon": discount.usage_limit or 0,
            "simple_free_shipping": "2" if discount.kind == "free_shipping" else "0",
            **({"to_date": discount.expires.strftime("%Y-%m-%d")} if discount.expires else {}),
        }  # fmt: skip
        coupon = self.next_id("coupon")
        self.coupons[coupon] = {"coupon_id": coupon, "rule_id": ident, "code": discount.code,
                                "usage_limit": discount.usage_limit or 0, "usage_per_customer": 0, "times_used": 0,
                                "is_primary": True, "created_at": self.now(), "type": 0}  # fmt: skip

    def _minimum(self, discount: SeedDiscount) -> list[Obj]:
        if discount.min_spend_minor is None:
            return []
        value = str(self.major(discount.min_spend_minor))
        kind = "Magento\\SalesRule\\Model\\Rule\\Condition\\Address"
        return [{"condition_type": kind, "operator": ">=", "attribute_name": "base_subtotal", "value": value}]

    def _goods(self, discount: SeedDiscount) -> list[Obj]:
        if not discount.products:
            return []
        skus = [v.sku for product in self.seed.products if product.key in discount.products for v in product.variants]
        kind = "Magento\\SalesRule\\Model\\Rule\\Condition\\Product"
        return [{"condition_type": kind, "operator": "()", "attribute_name": "sku", "value": ",".join(skus)}]


def _combined(kind: str, leaves: list[Obj]) -> Obj:
    tree: Obj = {"condition_type": f"Magento\\SalesRule\\Model\\Rule\\Condition\\{kind}", "aggregator_type": "all",
                 "operator": None, "value": "1" if leaves else True}  # fmt: skip
    return {**tree, "conditions": leaves} if leaves else tree


def set_custom(row: Obj, code: str, value: Any) -> None:
    """One custom attribute; None takes it away."""
    kept = [pair for pair in row.get("custom_attributes", []) if pair["attribute_code"] != code]
    row["custom_attributes"] = kept if value is None else [*kept, {"attribute_code": code, "value": value}]


def custom(row: Obj, code: str) -> Any:
    pairs = row.get("custom_attributes", [])
    return next((pair["value"] for pair in pairs if pair["attribute_code"] == code), None)


def slug(text: str) -> str:
    return re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
