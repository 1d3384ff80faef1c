"""Our refund → WooCommerce's."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.order_mapping import LINE, REFERENCE
from posbridge.connectors.woocommerce.reading import meta_text, minor, whole
from posbridge.domain.money import Money, allocate
from posbridge.domain.refund import Refund, RefundLine

REFUND_UUID = "_posbridge_refund_uuid"


def from_refund(refund: Refund, order: Any = None, *, remote_lines: Mapping[str, str] | None = None) -> dict[str, Any]:
    """The body of `POST orders/{id}/refunds`: money and lines in one, never through a payment gateway.

    `order` is the order as it stands there: its lines are known by our marks, else by `remote_lines` (our line id
    → theirs). A line that is not known gives back its money only. Lines that do not go back to stock while others
    do are sent with quantity 0, for WooCommerce restocks all pieces of a refund or none.
    """
    there = _lines_there(order, remote_lines or {})
    some = any(line.restock and line.line_id in there for line in refund.lines)
    lines = [
        _line(line, there[line.line_id], refund, counted=line.restock or not some)
        for line in refund.lines
        if line.line_id in there
    ]
    return {
        "amount": _plain(refund.amount, refund),
        "reason": f"{refund.reason} [{refund.reference}]".strip(),
        "api_refund": False,
        "api_restock": some,
        "line_items": lines,
        "meta_data": [
            {"key": REFERENCE, "value": refund.reference},
            {"key": REFUND_UUID, "value": str(refund.id)},
            {"key": "_posbridge_receipt", "value": refund.receipt_number},
        ],
    }


def _lines_there(order: Any, remote_lines: Mapping[str, str]) -> dict[str, Reader]:
    """Our line id → the order's line (or fee) there."""
    if order is None:
        return {ours: Reader({"id": theirs}) for ours, theirs in remote_lines.items() if theirs.isdecimal()}
    reader = Reader(order)
    every = [*reader.objects("line_items"), *reader.objects("fee_lines")]
    by_id = {line.text("id"): line for line in every}
    found = {ours: by_id[theirs] for ours, theirs in remote_lines.items() if theirs in by_id}
    return found | {mark: line for line in every if (mark := meta_text(line, LINE))}


def _line(line: RefundLine, there: Reader, refund: Refund, *, counted: bool) -> dict[str, Any]:
    pieces = int(line.quantity) if whole(line.quantity) and counted else 0
    rates = [Reader(tax.raw).text("id") for tax in there.objects("taxes")]
    taxes = _taxes(line, there, rates, refund.currency)
    net = line.amount - sum(taxes)
    return {
        "id": int(there.text("id")),
        "quantity": pieces if "product_id" in there.raw or "name" not in there.raw else min(pieces, 1),
        "refund_total": _number(net, refund),
        "refund_tax": [
            {"id": rate, "refund_total": _number(tax, refund)} for rate, tax in zip(rates, taxes, strict=True)
        ],
    }


def _taxes(line: RefundLine, there: Reader, rates: list[str], currency: str) -> list[int]:
    """Our tax shared over the shop's rates of that line; without any it stays in the net part."""
    if not rates:
        return []
    weights = [abs(minor(tax, "total", currency)) for tax in there.objects("taxes")]
    return allocate(line.tax, weights)


def _number(amount: int, refund: Refund) -> Decimal:
    return Money(amount=amount, currency=refund.currency).decimal()


def _plain(amount: int, refund: Refund) -> str:
    return Money(amount=amount, currency=refund.currency).plain()
