"""Orders and refunds as wc/v3 shows them: totals as text, some numbers as numbers, the same oddities."""

from __future__ import annotations

import json
from decimal import Decimal

from posbridge.sandbox.woocommerce.answers import Obj, number
from posbridge.sandbox.woocommerce.order_rows import ZERO, CouponLine, Extra, Line, Order, Refund, RefundLine
from posbridge.sandbox.woocommerce.order_totals import Reckoner, Totals
from posbridge.sandbox.woocommerce.product_shape import full_name, image
from posbridge.sandbox.woocommerce.shop import Shop, link, links

PATH = "/wc/v3/orders"


def _unpadded(amount: Decimal) -> str:
    """ "5" and "1.88", as coupon lines have them."""
    return f"{amount.normalize():f}" if amount else "0"


class OrderShape:
    """Draws orders."""

    def __init__(self, shop: Shop, reckoner: Reckoner) -> None:
        self.shop = shop
        self.reckoner = reckoner

    # orders
    def order(self, order: Order) -> Obj:
        """An order in full."""
        totals = self.reckoner.totals(order)
        made: Obj = {
            "id": order.id,
            "parent_id": 0,
            "status": order.status,
            "currency": order.currency,
            "version": self.shop.options.version,
            "prices_include_tax": self.shop.seed.prices_include_tax,
            **self._sums(totals),
            "customer_id": order.customer_id,
            "order_key": order.key,
            "billing": order.billing,
            "shipping": order.shipping,
            "payment_method": order.payment_method,
            "payment_method_title": order.payment_method_title,
            "transaction_id": order.transaction_id,
            "customer_ip_address": "",
            "customer_user_agent": "",
            "created_via": order.created_via,
            "customer_note": order.customer_note,
            "cart_hash": "",
            "number": str(order.id),
            "meta_data": order.meta,
            **self._pieces(order, totals),
            **self._state(order, totals),
            "currency_symbol": self.shop.symbol,
            "_links": self._links(order),
        }
        if self.shop.options.gift_cards:
            made["gift_cards"] = [{**card, "amount": number(card["amount"])} for card in order.gift_cards]
        return made

    def _sums(self, totals: Totals) -> Obj:
        money = self.shop.money
        return {
            "discount_total": money(totals.discount),
            "discount_tax": money(totals.discount_tax),
            "shipping_total": money(totals.shipping),
            "shipping_tax": money(totals.shipping_tax),
            "cart_tax": money(totals.cart_tax),
            "total": money(totals.total),
            "total_tax": money(totals.tax),
        }

    def _pieces(self, order: Order, totals: Totals) -> Obj:
        return {
            "line_items": [self._line(order, line) for line in order.lines],
            "tax_lines": self._tax_lines(order, totals.cart_tax, totals.shipping_tax),
            "shipping_lines": [self._shipping(order, extra) for extra in order.shippings],
            "fee_lines": [self._fee(order, extra) for extra in order.fees],
            "coupon_lines": [self._coupon(line) for line in order.coupons],
            "refunds": [self._refund_note(refund) for refund in order.refunds],
        }

    def _state(self, order: Order, totals: Totals) -> Obj:
        home = self.shop.home()
        pay = f"{home}/checkout/order-pay/{order.id}/?pay_for_order=true&key={order.key}"
        return {
            "payment_url": pay,
            "is_editable": order.editable,
            "needs_payment": order.status in ("pending", "failed", "checkout-draft") and totals.total > 0,
            "needs_processing": self.needs_processing(order),
            **self.shop.times(
                created=order.created, modified=order.modified, completed=order.completed, paid=order.paid
            ),
        }

    def needs_processing(self, order: Order) -> bool:
        """Whether something must be handed over: true unless every piece is virtual."""
        items = [self.shop.item(line.item_id) for line in order.lines]
        return any(item is not None and not (item.data["virtual"] and item.data["downloadable"]) for item in items)

    def _links(self, order: Order) -> Obj:
        home = self.shop.home()
        made = links(home, PATH, order.id)
        if self.shop.options.modern:
            href = f"{home}/wp-json{PATH}/{order.id}/actions/email_templates"
            made["email_templates"] = [{"embeddable": True, "href": href}]
        if order.customer_id:
            made["customer"] = link(home, f"/wc/v3/customers/{order.customer_id}")
        return made

    # lines
    def _line(self, order: Order, line: Line) -> Obj:
        raw = self.reckoner.raw_tax(order, line.total, line.taxable)
        raw_before = self.reckoner.raw_tax(order, line.subtotal, line.taxable)
        made: Obj = {
            "id": line.id,
            "name": line.name,
            "product_id": line.product_id,
            "variation_id": line.variation_id,
            "quantity": line.quantity,
            "tax_class": line.tax_class,
            "subtotal": self.shop.money(line.subtotal),
            "subtotal_tax": self._tax_text(raw_before),
            "total": self.shop.money(line.total),
            "total_tax": self._tax_text(raw),
            "taxes": [],
            **self._line_item(line),
        }
        if self.reckoner.taxed(order) and line.taxable:
            made["taxes"] = [{"id": 1, "total": self._tax_kept(raw), "subtotal": self._tax_kept(raw_before)}]
        made["meta_data"] = [*map(_shown_meta, line.meta), *_stock_meta(line)]
        return made

    def _line_item(self, line: Line) -> Obj:
        item = self.shop.item(line.item_id)
        parent = self.shop.parent(item) if item is not None else None
        made: Obj = {
            "sku": line.sku,
            "price": number(line.total / line.quantity) if line.quantity else 0,
            "image": {"id": "" if item is not None else 0, "src": ""},
            "parent_name": parent.data["name"] if parent is not None else None,
        }
        if line.image is not None:
            shown = image(self.shop, line.image)
            number_or_text = shown["id"] if self.shop.options.modern else str(shown["id"])
            made["image"] = {"id": number_or_text, "src": shown["src"]}
        if self.shop.options.modern:
            made["global_unique_id"] = line.gtin if item is not None else None
        return made

    def _tax_text(self, raw: Decimal) -> str:
        return self.shop.money(self.shop.rounded_tax(raw))

    def _tax_kept(self, raw: Decimal) -> str:
        """9.2.5 keeps six decimals (recorded 401), 11.0.1 the rounded amount."""
        if self.shop.options.modern:
            return self._tax_text(raw)
        if not raw:
            return "0"
        return f"{raw.quantize(Decimal('0.000001')).normalize():f}"

    def _tax_lines(self, order: Order, cart: Decimal, shipping: Decimal) -> list[Obj]:
        if not self.reckoner.taxed(order) or not (order.lines or order.fees or order.shippings):
            return []
        order.tax_line = order.tax_line or self.shop.next_id("item")
        return [self._tax_line(order.tax_line, cart, shipping)]

    def _tax_line(self, line: int, cart: Decimal, shipping: Decimal) -> Obj:
        return {
            "id": line,
            "rate_code": f"{self.shop.seed.country}-SALES TAX-1",
            "rate_id": 1,
            "label": "Sales Tax",
            "compound": False,
            "tax_total": self.shop.money(cart),
            "shipping_tax_total": self.shop.money(shipping),
            "rate_percent": number(self.shop.rate * 100),
            "meta_data": [],
        }

    def _extra_taxes(self, order: Order, extra: Extra) -> list[Obj]:
        raw = self.reckoner.raw_tax(order, extra.total, extra.taxable)
        return [{"id": 1, "total": self._tax_kept(raw), "subtotal": ""}] if raw else []

    def _shipping(self, order: Order, extra: Extra) -> Obj:
        made: Obj = {
            "id": extra.id,
            "method_title": extra.name,
            "method_id": extra.method_id,
            "instance_id": "",
            "total": self.shop.money(extra.total),
            "total_tax": self._tax_text(self.reckoner.raw_tax(order, extra.total, extra.taxable)),
            "taxes": self._extra_taxes(order, extra),
            "tax_status": "taxable" if extra.taxable else "none",
            "meta_data": [_shown_meta(entry) for entry in extra.meta],
        }
        return made

    def _fee(self, order: Order, extra: Extra) -> Obj:
        return {
            "id": extra.id,
            "name": extra.name,
            "tax_class": extra.tax_class,
            "tax_status": "taxable" if extra.taxable else "none",
            "amount": "",
            "total": self.shop.money(extra.total),
            "total_tax": self._tax_text(self.reckoner.raw_tax(order, extra.total, extra.taxable)),
            "taxes": self._extra_taxes(order, extra),
            "meta_data": [_shown_meta(entry) for entry in extra.meta],
        }

    def _coupon(self, line: CouponLine) -> Obj:
        info = line.info
        kind = info["discount_type"]
        told = [line.coupon_id, line.code, None if kind == "fixed_cart" else kind, number(info["amount"])]
        text = json.dumps([*told, True] if info["free_shipping"] else told, separators=(",", ":"))
        meta = {"id": line.id, "key": "coupon_info", "value": text, "display_key": "coupon_info", "display_value": text}
        return {
            "id": line.id,
            "code": line.code,
            "discount": _unpadded(line.discount),
            "discount_tax": _unpadded(line.discount_tax),
            "meta_data": [meta],
            "discount_type": kind,
            "nominal_amount": number(info["amount"]),
            "free_shipping": info["free_shipping"],
        }

    # refunds
    def _refund_note(self, refund: Refund) -> Obj:
        made: Obj = {"id": refund.id, "reason": refund.reason, "total": f"-{self.shop.money(refund.amount)}"}
        if self.shop.options.modern:
            made["total_tax"] = self._minus(refund.tax)
        return made

    def _minus(self, amount: Decimal) -> str:
        return self.shop.money(-amount) if self.shop.rounded(amount) else self.shop.money(ZERO)

    def refund(self, order: Order, refund: Refund) -> Obj:
        """A refund in full; its lines are negative."""
        path = f"{PATH}/{order.id}/refunds"
        meta = list(refund.meta)
        if self.shop.options.modern:
            kind = "full" if refund.amount >= self.reckoner.totals(order).total else "partial"
            meta.append({"id": refund.id, "key": "_refund_type", "value": kind})
        return {
            "id": refund.id,
            **self.shop.times(created=refund.created),
            "amount": self.shop.money(refund.amount),
            "reason": refund.reason,
            "refunded_by": 1,
            "refunded_payment": False,
            "meta_data": meta,
            "line_items": [self._refund_line(line, line.line) for line in refund.lines if line.line is not None],
            "shipping_lines": [],
            "tax_lines": self._refund_taxes(refund),
            "fee_lines": [_refund_fee(line, self._minus(line.total)) for line in refund.lines if line.line is None],
            "_links": links(self.shop.home(), path, refund.id, up=f"{PATH}/{order.id}", allow="GET DELETE"),
        }

    def _refund_line(self, given: RefundLine, line: Line) -> Obj:
        total, tax = self._minus(given.total), self._minus(given.tax)
        origin = {"id": given.id, "key": "_refunded_item_id", "value": str(given.of)}
        made: Obj = {
            "id": given.id,
            "name": line.name,
            "product_id": line.product_id,
            "variation_id": line.variation_id,
            "quantity": -given.quantity,
            "tax_class": line.tax_class,
            "subtotal": total,
            "subtotal_tax": tax,
            "total": total,
            "total_tax": tax,
            "taxes": [{"id": 1, "total": tax, "subtotal": tax}] if given.taxed else [],
            **self._line_item(line),
            "meta_data": [_shown_meta(origin)],
        }
        made["price"] = number(given.total / given.quantity) if given.quantity else 0
        return made

    def _refund_taxes(self, refund: Refund) -> list[Obj]:
        if not refund.tax:
            return []
        return [self._tax_line(refund.id, -refund.tax, ZERO)]


def _refund_fee(given: RefundLine, total: str) -> Obj:
    return {"id": given.id, "name": given.name, "total": total, "total_tax": "0.00", "taxes": [], "meta_data": []}


def _shown_meta(entry: Obj) -> Obj:
    key = str(entry["key"])
    made = {**entry, "display_key": entry.get("display_key", key)}
    return {**made, "display_value": entry.get("display_value", entry["value"])}


def _stock_meta(line: Line) -> list[Obj]:
    if not line.reduced:
        return []
    return [_shown_meta({"id": line.reduced_meta, "key": "_reduced_stock", "value": str(line.reduced)})]


def line_meta(shop: Shop, item_id: int) -> list[Obj]:
    """The options of a variation as a line carries them."""
    item = shop.variations.get(item_id)
    if item is None:
        return []
    made = []
    for entry in item.data["attributes"]:
        known = {"key": entry["slug"].lower(), "value": entry["option"]}
        made.append(
            {"id": shop.next_id("meta"), **known, "display_key": entry["name"], "display_value": entry["option"]}
        )
    return made


def line_name(shop: Shop, item_id: int) -> str:
    """What a line is called; nothing for an unknown product (recorded 415)."""
    item = shop.item(item_id)
    return full_name(shop, item) if item is not None else ""
