"""Our refund → Magento's credit memo."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.magento.order_mapping import before_discount
from posbridge.connectors.magento.reading import minor, plain_plane
from posbridge.connectors.text import Reader
from posbridge.domain.money import Money, round_fraction
from posbridge.domain.refund import Refund


def from_refund(refund: Refund, order: Any = None, *, remote_lines: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of `POST order/{id}/refund` (offline: the money was given back at the till).

    `order` is the order as it stands there: what Magento will reckon for the pieces is brought to our amount by an
    adjustment. Every piece is named as returned to stock: otherwise Magento takes it off the source once more
    (recorded 138); the source itself is raised by us. Our reference stands in the comment: a repeated partial refund
    is not refused (recorded 139).
    """
    lines = lines_there(refund, order, remote_lines or {})
    items = [
        {"order_item_id": int(lines[line.line_id]), "qty": line.quantity}
        for line in refund.lines
        if line.line_id in lines
    ]
    if not items:
        words = "None of the refund's lines is known in the shop's order."
        raise ValidationError(words, next_step="Give it back in the shop's own administration.")
    off = refund.amount - _reckoned(items, order, refund.currency) if order is not None else 0
    return {
        "items": items,
        "notify": False,
        "appendComment": True,
        "comment": {"comment": plain_plane(f"{refund.reason} [{refund.reference}]".strip()), "is_visible_on_front": 0},
        "arguments": {
            "shipping_amount": 0,
            "adjustment_positive": _number(max(off, 0), refund),
            "adjustment_negative": _number(max(-off, 0), refund),
            "extension_attributes": {"return_to_stock_items": _counted(items, order)},
        },
    }


def lines_there(refund: Refund, order: Any, remote_lines: Mapping[str, str]) -> dict[str, str]:
    """Our line id → the row there: by our mark on the row, else as we are told, else by a SKU that only one row has."""
    rows = Reader(order, "entity_id").objects("items") if order is not None else []
    skus = Counter(row.text("sku") for row in rows)
    marks = {row.text("ext_order_item_id"): row.text("item_id") for row in rows}
    alone = {row.text("sku"): row.text("item_id") for row in rows if skus[row.text("sku")] == 1}
    found = {
        line.line_id: marks.get(line.line_id) or remote_lines.get(line.line_id) or alone.get(line.sku, "")
        for line in refund.lines
    }
    return {ours: theirs for ours, theirs in found.items() if theirs.isdecimal()}


def _counted(items: list[dict[str, Any]], order: Any) -> list[int]:
    """The rows that have a product there; without the order all of them."""
    rows = Reader(order, "entity_id").objects("items") if order is not None else []
    without = {row.text("item_id") for row in rows if not row.text("product_id")}
    return [item["order_item_id"] for item in items if str(item["order_item_id"]) not in without]


def _reckoned(items: list[dict[str, Any]], order: Any, currency: str) -> int:
    """What Magento gives back for these pieces: each amount of the row in proportion, the rest with the last piece."""
    rows = {row.text("item_id"): row for row in Reader(order, "entity_id").objects("items")}
    return sum(_row(rows[str(item["order_item_id"])], item["qty"], currency) for item in items
               if str(item["order_item_id"]) in rows)  # fmt: skip


def _row(row: Reader, quantity: Decimal, currency: str) -> int:
    ordered = row.decimal("qty_ordered") or Decimal(1)
    gone = row.decimal("qty_refunded") or Decimal(0)
    whole = (
        (before_discount(row, currency), "amount_refunded", 1),
        (minor(row, "tax_amount", currency), "tax_refunded", 1),
        (minor(row, "discount_tax_compensation_amount", currency), "discount_tax_compensation_refunded", 1),
        (minor(row, "discount_amount", currency), "discount_refunded", -1),
    )
    last = gone + quantity >= ordered
    return sum(
        sign * (amount - minor(row, done, currency) if last else round_fraction(amount * quantity / ordered))
        for amount, done, sign in whole
    )


def _number(amount: int, refund: Refund) -> Decimal:
    return Money(amount=amount, currency=refund.currency).decimal()
