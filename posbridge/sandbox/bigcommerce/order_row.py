"""One order of the simulated store, made from a body: lines, totals, the shape v2 shows."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from typing import Any

from posbridge.sandbox.bigcommerce.answers import Refused, Row
from posbridge.sandbox.bigcommerce.shop import Shop, moment, stamp

STATUSES = (
    "Incomplete", "Pending", "Shipped", "Partially Shipped", "Refunded", "Cancelled", "Declined", "Awaiting Payment",
    "Awaiting Pickup", "Awaiting Shipment", "Completed", "Awaiting Fulfillment", "Manual Verification Required",
    "Disputed", "Partially Refunded",
)  # fmt: skip
WRITABLE = {
    "billing_address", "products", "shipping_addresses", "consignments", "fees", "status_id", "customer_id",
    "channel_id", "date_created", "default_currency_code", "external_source", "external_order_id",
    "external_merchant_id", "discount_amount", "subtotal_ex_tax", "subtotal_inc_tax", "total_ex_tax",
    "total_inc_tax", "shipping_cost_ex_tax", "shipping_cost_inc_tax", "payment_method", "payment_provider_id",
    "staff_notes", "customer_message", "order_source", "customer_locale", "items_total", "items_shipped",
}  # fmt: skip
_PAIRS = ("subtotal", "total", "shipping_cost")


def decimal(value: Any, name: str) -> Decimal:
    try:
        return Decimal(str(value))
    except InvalidOperation as problem:
        raise Refused(400, f"The field '{name}' is invalid.") from problem


def check(given: Row) -> None:
    """Read-only fields, halves of pairs and what is demanded."""
    for name in given:
        if name not in WRITABLE:
            words = f"The field '{name}' cannot be written to. Please remove it from your request before trying again."
            raise Refused(400, words)
    for pair in _PAIRS:
        if (f"{pair}_ex_tax" in given) != (f"{pair}_inc_tax" in given):
            raise Refused(400, f"The fields '{pair}_ex_tax' and '{pair}_inc_tax' must be given together.")
    status = given.get("status_id", 1)
    if not isinstance(status, int) or not 0 <= status < len(STATUSES):
        raise Refused(400, "The field 'status_id' is invalid.")


class OrderMaker:
    """Makes orders and their lines; `tax` is the shop's percent, for lines whose price is not given."""

    def __init__(self, shop: Shop, currency: str, tax: Decimal, included: bool, address: Callable[[], str]) -> None:
        self._shop, self._currency, self._tax, self._included = shop, currency, tax, included
        self._address = address

    def make(self, given: Row) -> Row:
        check(given)
        if len(str((given.get("billing_address") or {}).get("zip") or "")) < 2:
            raise Refused(400, "The field 'billing_address.zip' is required.")
        if not given.get("products"):
            raise Refused(400, "The field 'products' is required.")
        lines = [self._line(one) for one in given["products"]]
        row = self._shop.add("orders", {"@lines": lines, "@deleted": False, **self._fields(given)})
        row |= self._totals(given, lines)
        for line in lines:
            line |= {"id": self._shop.add("order_products", {})["id"], "order_id": row["id"]}
        return row

    def _line(self, given: Row) -> Row:
        product, variant = self._named(given)
        quantity = given.get("quantity", 1)
        if not isinstance(quantity, int) or quantity < 1:
            raise Refused(400, "The field 'quantity' is invalid.")
        ex, inc = self._prices(given, variant)
        four = self._shop.four
        name = given.get("name") or product["name"]
        return {
            "id": 0,
            "order_id": 0,
            "product_id": product.get("id", 0),
            "variant_id": variant.get("id", 0),
            "name": name,
            "name_customer": name,
            "name_merchant": name,
            "sku": given.get("sku") or variant.get("sku", ""),
            "upc": variant.get("upc", ""),
            "type": "physical",
            "base_price": four(inc if self._included else ex),
            "price_ex_tax": four(ex),
            "price_inc_tax": four(inc),
            "price_tax": four(inc - ex),
            "total_ex_tax": four(ex * quantity),
            "total_inc_tax": four(inc * quantity),
            "total_tax": four((inc - ex) * quantity),
            "quantity": quantity,
            "is_refunded": False,
            "quantity_refunded": 0,
            "refund_amount": "0.0000",
            "applied_discounts": [],
            "product_options": [],
            "external_id": None,
        }

    def _named(self, given: Row) -> tuple[Row, Row]:
        """The article of a line; nothing for a free one, which needs a name and both prices."""
        ident = given.get("product_id")
        if not ident:
            for name in ("name", "price_ex_tax", "price_inc_tax"):
                if given.get(name) is None:
                    raise Refused(400, f"The field '{name}' is required for a custom product.")
            return {}, {}
        product = self._shop.tables["products"].get(ident)
        if product is None:
            raise Refused(400, f"The product {ident} does not exist.")
        wanted = given.get("variant_id") or product["base_variant_id"]
        variant = next((one for one in product["variants"] if one["id"] == wanted), None)
        if variant is None:
            raise Refused(400, f"The product {ident} has options that are required, or no variant {wanted}.")
        return product, variant

    def _prices(self, given: Row, variant: Row) -> tuple[Decimal, Decimal]:
        ex, inc = given.get("price_ex_tax"), given.get("price_inc_tax")
        if (ex is None) != (inc is None):
            raise Refused(400, "An override of the price needs both 'price_ex_tax' and 'price_inc_tax'.")
        if ex is not None:
            return decimal(ex, "price_ex_tax"), decimal(inc, "price_inc_tax")
        price, rate = Decimal(str(variant["calculated_price"])), 1 + self._tax / 100
        return (price / rate, price) if self._included else (price, price * rate)

    def _totals(self, given: Row, lines: list[Row]) -> Row:
        """As given, else the lines' sums less the discount."""
        off = decimal(given.get("discount_amount", "0"), "discount_amount")
        sums = {
            form: sum((Decimal(line[f"total_{form}"]) for line in lines), Decimal(0)) for form in ("ex_tax", "inc_tax")
        }
        made: Row = {"discount_amount": self._shop.four(off)}
        for form, value in sums.items():
            made[f"subtotal_{form}"] = self._shop.four(decimal(given.get(f"subtotal_{form}", value), "subtotal"))
            made[f"total_{form}"] = self._shop.four(decimal(given.get(f"total_{form}", value - off), "total"))
        return made | self.taxes(made)

    def taxes(self, row: Row) -> Row:
        return {
            f"{name}_tax": self._shop.four(Decimal(row[f"{name}_inc_tax"]) - Decimal(row[f"{name}_ex_tax"]))
            for name in ("total", "subtotal")
        }

    def _fields(self, given: Row) -> Row:
        now = self._shop.now()
        at = moment(given["date_created"]) if given.get("date_created") else now
        status = given.get("status_id", 1)
        code = given.get("default_currency_code") or self._currency
        return {
            "customer_id": given.get("customer_id", 0),
            "@created": at,
            "@modified": now,
            "status_id": status,
            "is_tax_inclusive_pricing": self._included,
            "items_total": sum(line.get("quantity", 1) for line in given["products"]),
            "items_shipped": 0,
            "payment_method": given.get("payment_method", ""),
            "payment_provider_id": given.get("payment_provider_id", ""),
            "payment_status": "",
            "refunded_amount": "0.0000",
            "store_credit_amount": "0.0000",
            "gift_certificate_amount": "0.0000",
            "coupon_discount": "0.0000",
            "shipping_cost_inc_tax": self._shop.four(decimal(given.get("shipping_cost_inc_tax", 0), "shipping_cost")),
            "currency_code": code,
            "default_currency_code": code,
            "store_default_currency_code": self._currency,
            "staff_notes": given.get("staff_notes", ""),
            "customer_message": given.get("customer_message", ""),
            "billing_address": {"form_fields": [], **given["billing_address"]},
            "order_source": "external",
            "channel_id": given.get("channel_id", 1),
            "external_source": given.get("external_source"),
            "external_id": None,
            "external_merchant_id": given.get("external_merchant_id"),
            "external_order_id": given.get("external_order_id", ""),
            "customer_locale": "en",
        }

    def shown(self, row: Row, include: list[str]) -> Row:
        """Lines and addresses are elsewhere, unless consignments are included."""
        made: Row = {name: value for name, value in row.items() if not name.startswith("@")}
        label = STATUSES[row["status_id"]]
        made |= {"status": label, "custom_status": label, "date_shipped": ""}
        made |= {"date_created": stamp(row["@created"]), "date_modified": stamp(row["@modified"])}
        for name in ("products", "shipping_addresses", "coupons"):
            path = f"/orders/{row['id']}/{name.replace('_', '')}"
            made[name] = {"url": f"{self._address()}/v2{path}", "resource": path}
        if "consignments.line_items" in include:
            made["consignments"] = {"shipping": [{"line_items": row["@lines"]}], "pickups": [], "downloads": []}
        return made
