"""From what a request says to the lines of an order."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from posbridge.sandbox.woocommerce.answers import Obj, WpError, invalid_param
from posbridge.sandbox.woocommerce.order_rows import STATUSES, ZERO, Extra, Line, Order
from posbridge.sandbox.woocommerce.order_shape import line_meta, line_name
from posbridge.sandbox.woocommerce.product_shape import decimal, own_image, price, shown_sku
from posbridge.sandbox.woocommerce.product_write import is_whole
from posbridge.sandbox.woocommerce.shop import Row, Shop, metas

_STRINGS = (
    "payment_method", "payment_method_title", "transaction_id", "customer_note", "created_via", "currency", "status",
)  # fmt: skip
_LISTS = ("line_items", "fee_lines", "shipping_lines", "coupon_lines", "meta_data", "gift_cards")


def check_order(sent: Obj) -> None:
    """Types of an order's body (recorded 827)."""
    for name in _STRINGS:
        if sent.get(name) is not None and not isinstance(sent[name], str):
            raise invalid_param(name, f"{name} is not of type string.")
    for name in _LISTS:
        if sent.get(name) is not None and not isinstance(sent[name], list):
            raise invalid_param(name, f"{name} is not of type array.")
    if sent.get("status") is not None and sent["status"] not in STATUSES:
        listed = [slug for slug in STATUSES if slug not in ("trash",)]
        words = f"status is not one of {', '.join(listed[:-1])}, and {listed[-1]}."
        raise invalid_param("status", words, "rest_not_in_enum")
    for place, entry in enumerate(sent.get("line_items") or ()):
        _check_line(f"line_items[{place}]", entry)
    for name in ("fee_lines", "shipping_lines"):
        for place, entry in enumerate(sent.get(name) or ()):
            _check_text(f"{name}[{place}]", entry, ("total",))


def _check_line(place: str, entry: Obj) -> None:
    for name in ("quantity", "product_id", "variation_id", "id"):
        if entry.get(name) is not None and not is_whole(entry[name]):
            raise invalid_param(f"{place}[{name}]", f"{place}[{name}] is not of type integer.")
    _check_text(place, entry, ("subtotal", "total", "sku", "name"))


def _check_text(place: str, entry: Obj, names: tuple[str, ...]) -> None:
    for name in names:
        if entry.get(name) is not None and not isinstance(entry[name], str):
            raise invalid_param(f"{place}[{name}]", f"{place}[{name}] is not of type string.")


def amount(value: Any) -> Decimal:
    """An amount as sent; nothing for what is no number."""
    return decimal(str(value)) or ZERO if value is not None else ZERO


class LineMaker:
    """Builds lines against the catalogue."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop

    def line(self, sent: Obj) -> Line:
        """A product line. An unknown id makes a nameless line of nothing, an unknown SKU is refused (recorded 415)."""
        item = self._item(sent)
        quantity = int(sent.get("quantity", 1))
        net = self._catalogue(item, quantity)
        subtotal = amount(sent["subtotal"]) if sent.get("subtotal") is not None else net
        total = amount(sent["total"]) if sent.get("total") is not None else net
        product = item.data.get("parent_id") or item.id if item is not None else 0
        variation = item.id if item is not None and item.id in self.shop.variations else 0
        return Line(
            id=self.shop.next_id("item"),
            name=str(sent.get("name") or line_name(self.shop, variation or product)),
            product_id=product,
            variation_id=variation,
            quantity=quantity,
            subtotal=subtotal,
            total=total,
            taxable=item is None or item.data["tax_status"] == "taxable",
            sku=shown_sku(self.shop, item) if item is not None else None,
            gtin=str(item.data["global_unique_id"]) if item is not None else "",
            meta=[*line_meta(self.shop, variation), *metas(self.shop, [], sent.get("meta_data") or [])],
            image=self._picture(item),
        )

    def _item(self, sent: Obj) -> Row | None:
        if sent.get("sku"):
            found = self.shop.item(self.shop.skus.get(sent["sku"], 0))
            if found is None:
                raise _no_product()
            return found
        number = int(sent.get("variation_id") or 0) or int(sent.get("product_id") or 0)
        if not number:
            raise _no_product()
        return self.shop.item(number)

    def _catalogue(self, item: Row | None, quantity: int) -> Decimal:
        if item is None:
            return ZERO
        return self.shop.net((decimal(price(self.shop, item)) or ZERO) * quantity)

    def _picture(self, item: Row | None) -> Obj | None:
        return own_image(self.shop, item) if item is not None else None

    def fee(self, sent: Obj) -> Extra:
        """A fee or a shipping line."""
        name = sent.get("name") or sent.get("method_title") or ""
        return Extra(
            id=self.shop.next_id("item"),
            name=str(name),
            total=amount(sent.get("total")),
            taxable=sent.get("tax_status", "taxable") != "none",
            method_id=str(sent.get("method_id", "")),
            tax_class=str(sent.get("tax_class", "")),
            meta=metas(self.shop, [], sent.get("meta_data") or []),
        )

    def change(self, order: Order, sent: Obj) -> int:
        """Change, add or (quantity 0) remove a line; gives the pieces more that must leave the stock.

        A new quantity moves stock but not the line's total, and removing gives nothing back (recorded 472).
        """
        line = next((held for held in order.lines if held.id == int(sent.get("id") or 0)), None)
        if line is None:
            if sent.get("id"):
                message = "Order item ID provided is not associated with order."
                raise WpError(400, "woocommerce_rest_invalid_item_id", message)
            order.lines.append(self.line(sent))
            return 0
        if sent.get("quantity") is not None and int(sent["quantity"]) == 0:
            order.lines.remove(line)
            return 0
        before = line.quantity
        line.quantity = int(sent.get("quantity", before))
        line.name = str(sent.get("name") or line.name)
        for name in ("subtotal", "total"):
            if sent.get(name) is not None:
                setattr(line, name, amount(sent[name]))
        return line.quantity - before if line.reduced else 0

    def change_extra(self, held: list[Extra], sent: Obj) -> None:
        """The same for fees and shipping: a name of null removes."""
        extra = next((entry for entry in held if entry.id == int(sent.get("id") or 0)), None)
        if extra is None:
            held.append(self.fee(sent))
        elif ("name" in sent and sent["name"] is None) or ("method_id" in sent and sent["method_id"] is None):
            held.remove(extra)
        else:
            extra.total = amount(sent["total"]) if "total" in sent else extra.total
            extra.name = str(sent.get("name") or extra.name)


def _no_product() -> WpError:
    return WpError(400, "woocommerce_rest_required_product_reference", "Product ID or SKU is required.")
