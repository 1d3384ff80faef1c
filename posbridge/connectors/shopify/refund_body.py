"""Our refund → the input of refundCreate, frozen before it is sent: the key is bound to the exact parameters."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.connectors.shopify.order_body import gateway
from posbridge.connectors.shopify.order_mapping import LINE
from posbridge.connectors.shopify.reading import gid, minor, readers, whole
from posbridge.connectors.text import Reader
from posbridge.domain.money import Money
from posbridge.domain.refund import Refund


def from_refund(
    refund: Refund, order: Any = None, remote_lines: Mapping[str, str] | None = None, *, location: str = ""
) -> dict[str, Any]:
    """The `input`. `order` is the order as read (lines, transactions); money goes back to the payments it came from.

    Without it the ids there are not known: `orderId` is empty, the lines are those of `remote_lines`, and each tender
    goes back without the payment it came from. Raises ValidationError when less is left there than is given back.
    """
    reader = Reader(order if order is not None else {"id": ""})
    lines = _lines(reader, remote_lines or {}) if order is not None else _unread(refund, remote_lines or {})
    goods = _goods(refund, lines, location)
    body: dict[str, Any] = {
        "orderId": gid("Order", reader.id()) if order is not None else "",
        "note": note_of(refund),
        "notify": False,
        "transactions": _transactions(refund, reader) if order is not None else _by_tender(refund),
    }
    return {**body, "refundLineItems": goods} if goods else body


def _unread(refund: Refund, remote_lines: Mapping[str, str]) -> dict[str, Reader]:
    """Lines of which only the ids are known."""
    counts = {line.line_id: line.quantity for line in refund.lines}
    return {
        ours: Reader({"id": gid("LineItem", theirs), "quantity": counts[ours], "variant": {"id": "known"}})
        for ours, theirs in remote_lines.items()
        if ours in counts and whole(counts[ours])
    }


def _by_tender(refund: Refund) -> list[dict[str, Any]]:
    parts = [(gateway(tender), tender.amount) for tender in refund.tenders] or [("manual", refund.amount)]
    return [
        {
            "orderId": "",
            "kind": "REFUND",
            "gateway": name,
            "amount": Money(amount=amount, currency=refund.currency).plain(),
        }
        for name, amount in parts
    ]


def note_of(refund: Refund) -> str:
    return f"{refund.reason} [{refund.reference}]".strip()


def _lines(order: Reader, remote_lines: Mapping[str, str]) -> dict[str, Reader]:
    """Our line id → the line there: by our property, else as the caller knows it."""
    every = readers(order, "lineItems")
    by_id = {line.text("id"): line for line in every}
    given = {ours: gid("LineItem", theirs) for ours, theirs in remote_lines.items()}
    known = {ours: by_id[theirs] for ours, theirs in given.items() if theirs in by_id}
    marked = {mark: line for line in every if (mark := _mark(line))}
    return marked | known


def _mark(line: Reader) -> str:
    return next((p.text("value") for p in readers(line, "customAttributes") if p.text("key") == LINE), "")


def _goods(refund: Refund, lines: Mapping[str, Reader], location: str) -> list[dict[str, Any]]:
    made = []
    for line in refund.lines:
        there = lines.get(line.line_id)
        pieces = _pieces(line.quantity, there)
        if there is None or not pieces:
            continue
        back = bool(line.restock and location and there.object("variant").text("id"))
        row = {"lineItemId": there.id(), "quantity": pieces, "restockType": "RETURN" if back else "NO_RESTOCK"}
        made.append({**row, "locationId": gid("Location", location)} if back else row)
    return made


def _pieces(quantity: Any, there: Reader | None) -> int:
    """Whole pieces, at most those still there; a weighed line is one piece there, and given back as money alone."""
    if there is None or not whole(quantity):
        return 0
    left = there.integer("refundableQuantity")
    held = left if left is not None else there.integer("quantity") or 0
    return min(int(quantity), held)


def _transactions(refund: Refund, order: Reader) -> list[dict[str, Any]]:
    """Money per payment of the order, and the rest from those with most left."""
    paid = {row.id(): row for row in readers(order, "transactions") if _is_sale(row)}
    left = _left(order, paid, refund.currency)
    named = {tender: key for key, row in paid.items() if (tender := _tender(row))}
    parts: dict[str, int] = {}
    for tender, wanted in [(one.refund_of, one.amount) for one in refund.tenders] or [("", refund.amount)]:
        first = named.get(tender, "")
        _take(parts, left, [first, *sorted(left, key=lambda key: (-left[key], key))], wanted)
    return [_transaction(refund, order.id(), paid[key], amount) for key, amount in parts.items()]


def _transaction(refund: Refund, order_id: str, paid: Reader, amount: int) -> dict[str, Any]:
    return {
        "orderId": gid("Order", order_id),
        "kind": "REFUND",
        "gateway": paid.text("gateway") or "manual",
        "amount": Money(amount=amount, currency=refund.currency).plain(),
        "parentId": paid.id(),
    }


def _is_sale(row: Reader) -> bool:
    return row.text("kind") in ("SALE", "CAPTURE") and row.text("status", "SUCCESS") == "SUCCESS"


def _left(order: Reader, paid: Mapping[str, Reader], currency: str) -> dict[str, int]:
    left = {key: minor(row, "amountSet", currency) or 0 for key, row in paid.items()}
    for row in readers(order, "transactions"):
        parent = row.object("parentTransaction").text("id")
        if row.text("kind") == "REFUND" and row.text("status", "SUCCESS") == "SUCCESS" and parent in left:
            left[parent] -= minor(row, "amountSet", currency) or 0
    return left


def _tender(row: Reader) -> str:
    """Our tender's id, out of the receipt that we sent; Shopify gives JSON back as text."""
    said = row.raw.get("receiptJson")
    if isinstance(said, str):
        try:
            said = json.loads(said)
        except (ValueError, RecursionError):
            return ""
    held = said.get("posbridge_tender") if isinstance(said, Mapping) else None
    return held if isinstance(held, str) else ""


def _take(parts: dict[str, int], left: dict[str, int], order: list[str], wanted: int) -> None:
    for key in order:
        part = min(left.get(key, 0), wanted)
        if part > 0:
            parts[key] = parts.get(key, 0) + part
            left[key] -= part
            wanted -= part
    if wanted:
        raise ValidationError("Shopify has less left to give back for this order.", left=sum(left.values()))
