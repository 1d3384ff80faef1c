"""What Square is told of a sale: the bodies of CreateOrder, CreatePayment, PayOrder, RefundPayment and the rest.

Prices, quantities and discounts are sent as amounts that were fixed at the sale, so that only Square's rounding of
tax (the sum by rate, half to even; ours by line, half up) can make another total; `correction` evens that out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.square.order_mapping import NOTE, SKU, TAX
from posbridge.domain.basket import TaxAmount
from posbridge.domain.catalog import variant_title
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind
from posbridge.domain.refund import Refund

Body = dict[str, Any]

SOURCE = "posbridge"
ORDER_KEY, PAYMENT_KEY, OTHER_KEY = 192, 45, 128
UP, DOWN = "rounding-up", "rounding-down"
#: Beyond one minor unit a line and rate a difference is no rounding any more, and is not called so.
_WORDS = {True: "Rounding", False: "Price difference"}
_WEIGHTS = {
    "g": "METRIC_GRAM", "kg": "METRIC_KILOGRAM", "mg": "METRIC_MILLIGRAM", "oz": "IMPERIAL_WEIGHT_OUNCE",
    "lb": "IMPERIAL_POUND", "st": "IMPERIAL_STONE",
}  # fmt: skip
_EXTERNAL = {TenderKind.CARD: "CARD", TenderKind.GIFT_CARD: "OTHER_GIFT_CARD", TenderKind.OTHER: "OTHER"}


def derived(key: str, part: str, longest: int = OTHER_KEY) -> str:
    """A key for one part of the work done under `key`: always the same, never longer than allowed."""
    plain = f"{key}-{part}"
    if len(plain) <= longest:
        return plain
    return f"{hashlib.sha256(key.encode()).hexdigest()[: longest - len(part) - 1]}-{part}"


def amount(minor_units: int, currency: str) -> Body:
    return {"amount": minor_units, "currency": currency}


def from_order(
    order: Order,
    *,
    location: str = "",
    links: Mapping[str, RemoteVariant] | None = None,
    customer_id: str = "",
    key: str = "",
) -> Body:
    """The body of CreateOrder. `links` are Square's variations by our variant id; a line without is ad hoc.

    `key` is the idempotency key (the order's id when not given), `location` Square's location id (the order's own
    when not given). Times, receipt number, cashier and note go along as metadata.
    """
    taxes = _taxes(order)
    discounts, used = _discounts(order)
    made: Body = {
        "location_id": location or order.location or "main",
        "reference_id": order.reference,
        "source": {"name": SOURCE},
        "ticket_name": order.receipt_number[:30],
        "line_items": [
            _line(line, at, (links or {}).get(line.variant_id), used.get(line.id, []), taxes)
            for at, line in enumerate(order.lines)
        ],
        "pricing_options": {"auto_apply_discounts": False, "auto_apply_taxes": False},
        "metadata": _metadata(order),
    }
    made |= {"taxes": list(_tax_entries(taxes, order.prices_include_tax))} if taxes else {}
    made |= {"discounts": discounts} if discounts else {}
    made |= {"customer_id": customer_id} if customer_id else {}
    return {"idempotency_key": (key or str(order.id))[:ORDER_KEY], "order": made}


def _metadata(order: Order) -> dict[str, str]:
    said = {
        "posbridge_id": str(order.id),
        "captured_at": order.captured_at.isoformat(),
        "receipt": order.receipt_number,
        "device": order.device,
        "cashier": order.cashier,
        NOTE: order.note,
        TAX: str(order.totals.tax),
    }
    return {name: value[:255] for name, value in said.items() if value}


def line_uid(line: OrderLine, at: int) -> str:
    """How a line is called at Square: our id, where it is short and plain enough."""
    plain = line.id.isascii() and line.id.replace("-", "").replace("_", "").isalnum()
    return line.id if plain and len(line.id) <= 60 else f"line-{at + 1}"


def _line(
    line: OrderLine, at: int, link: RemoteVariant | None, discounts: Sequence[str], taxes: Mapping[_Rate, str]
) -> Body:
    made: Body = {
        "uid": line_uid(line, at),
        "quantity": quantity(line.quantity),
        "base_price_money": amount(line.unit_price.amount, line.unit_price.currency),
    }
    if link is not None and link.variant_id:
        made["catalog_object_id"] = link.variant_id
    else:
        made |= {"name": variant_title(line.title, {})[:512] or line.sku or "Article", "item_type": "ITEM"}
    if line.quantity % 1 or line.unit != "piece":
        made["quantity_unit"] = _unit(line)
    if line.note:
        made["note"] = line.note[:2000]
    if line.sku:
        made["metadata"] = {SKU: line.sku[:255]}
    if discounts:
        made["applied_discounts"] = [{"discount_uid": uid} for uid in discounts]
    if line.taxes:
        made["applied_taxes"] = [{"tax_uid": taxes[rate]} for rate in _rates(line.taxes)]
    return made


def quantity(value: Decimal) -> str:
    """A quantity as Square takes it: text, at most five places and twelve characters."""
    rounded = value.quantize(Decimal("0.00001"), ROUND_HALF_UP).normalize()
    return f"{rounded:f}"[:12]


def _unit(line: OrderLine) -> Body:
    places = max(0, -int(line.quantity.normalize().as_tuple().exponent))
    if line.unit in _WEIGHTS:
        unit: Body = {"weight_unit": _WEIGHTS[line.unit], "type": "TYPE_WEIGHT"}
    elif line.unit in ("piece", ""):
        unit = {"generic_unit": "UNIT", "type": "TYPE_GENERIC"}
    else:
        unit = {"custom_unit": {"name": line.unit, "abbreviation": line.unit}, "type": "TYPE_CUSTOM"}
    return {"measurement_unit": unit, "precision": min(places, 5)}


#: A rate as Square is told it: name, and percentage of the net.
_Rate = tuple[str, str]


def _rates(taxes: Sequence[TaxAmount]) -> list[_Rate]:
    """The rates of a line, each once, in order; a compound rate as what it takes of the net."""
    made: dict[_Rate, None] = {}
    before = Decimal(0)
    for tax in taxes:
        percent = tax.percent
        compound = percent * (1 + before / 100)
        plain_off = abs(tax.taxable * percent / 100 - tax.amount)
        compound_off = abs(tax.taxable * compound / 100 - tax.amount)
        if plain_off > 1 and compound_off < plain_off:
            percent = compound
        before += percent
        made[(tax.name or "Tax", _percentage(percent))] = None
    return list(made)


def _percentage(percent: Decimal) -> str:
    return f"{percent.quantize(Decimal('0.00001'), ROUND_HALF_UP).normalize():f}"[:10]


def _taxes(order: Order) -> dict[_Rate, str]:
    rates = dict.fromkeys(rate for line in order.lines for rate in _rates(line.taxes))
    return {rate: f"tax-{at}" for at, rate in enumerate(rates, start=1)}


def _tax_entries(taxes: Mapping[_Rate, str], included: bool) -> list[Body]:
    kind = "INCLUSIVE" if included else "ADDITIVE"
    return [
        {"uid": uid, "name": name[:255], "percentage": percentage, "type": kind, "scope": "LINE_ITEM"}
        for (name, percentage), uid in taxes.items()
    ]


def _discounts(order: Order) -> tuple[list[Body], dict[str, list[str]]]:
    """An amount for each discount on each line, named after its code: Square shares out nothing by itself."""
    made: list[Body] = []
    used: dict[str, list[str]] = {}
    for line in order.lines:
        shares = [share for share in line.shares if share.amount]
        rest = line.discount - sum(share.amount for share in shares)
        parts = [(share.code or share.name or "Discount", share.amount) for share in shares]
        for name, off in [*parts, *([("Discount", rest)] if rest > 0 else [])]:
            uid = f"discount-{len(made) + 1}"
            made.append({
                "uid": uid, "name": name[:255], "type": "FIXED_AMOUNT", "scope": "LINE_ITEM",
                "amount_money": amount(off, order.currency),
            })  # fmt: skip
            used.setdefault(line.id, []).append(uid)
    return made, used


def correction(raw: Mapping[str, Any], order: Order, location: str, key: str) -> Body | None:
    """The body of UpdateOrder that brings Square's total nearer to ours; None when they are equal.

    More: a charge after tax, untaxed, which fits exactly. Less: a discount, which may lower the tax by a little too
    much; the next correction adds that again. So two are always enough.
    """
    off = order.totals.total - int((raw.get("total_money") or {}).get("amount") or 0)
    if off == 0:
        return None
    rounding = abs(off) <= len(order.lines) * (1 + len(_taxes(order)))
    entry: Body = {"name": _WORDS[rounding]}
    made: Body = {"version": int(raw.get("version") or 1), "location_id": location}
    if off > 0:
        off += _present(raw, "service_charges", UP)
        entry |= {"uid": UP, "calculation_phase": "TOTAL_PHASE", "taxable": False}
        made["service_charges"] = [entry | {"amount_money": amount(off, order.currency)}]
    else:
        off = _present(raw, "discounts", DOWN) - off
        entry |= {"uid": DOWN, "type": "FIXED_AMOUNT", "scope": "ORDER"}
        made["discounts"] = [entry | {"amount_money": amount(off, order.currency)}]
    return {"idempotency_key": derived(key, f"even-{made['version']}", ORDER_KEY), "order": made}


def _present(raw: Mapping[str, Any], name: str, uid: str) -> int:
    found = [one for one in raw.get(name) or () if one.get("uid") == uid]
    return int((found[0].get("amount_money") or {}).get("amount") or 0) if found else 0


def from_tenders(order: Order, remote_id: str, location: str, key: str, customer_id: str = "") -> list[Body]:
    """The bodies of CreatePayment, one a tender; several are held until PayOrder takes them together."""
    several = len(order.tenders) > 1
    made = []
    for at, tender in enumerate(order.tenders, start=1):
        body: Body = {
            "idempotency_key": derived(key, f"p{at}", PAYMENT_KEY),
            "amount_money": amount(tender.amount, order.currency),
            "order_id": remote_id,
            "location_id": location,
            "reference_id": payment_reference(tender.id),
            "note": f"{order.reference} {order.note}".strip()[:500],
            "autocomplete": not several,
            **_source(tender, order.currency),
        }
        made.append(body | ({"customer_id": customer_id} if customer_id else {}))
    return made


def payment_reference(tender_id: str) -> str:
    """How a payment at Square names our tender, so that a refund finds it."""
    return tender_id if len(tender_id) <= 40 else hashlib.sha256(tender_id.encode()).hexdigest()[:40]


def _source(tender: Tender, currency: str) -> Body:
    if tender.kind is TenderKind.CASH:
        laid = max(tender.tendered, tender.amount)
        return {"source_id": "CASH", "cash_details": {"buyer_supplied_money": amount(laid, currency)}}
    words = {TenderKind.CARD: f"Card terminal {tender.brand}", TenderKind.GIFT_CARD: f"Gift card {tender.gift_card}"}
    source = tender.label or words.get(tender.kind, "Other").strip()
    details: Body = {"type": _EXTERNAL[tender.kind], "source": source[:255]}
    if tender.reference:
        details["source_id"] = tender.reference[:255]
    return {"source_id": "EXTERNAL", "external_details": details}


def from_payments(payment_ids: Sequence[str], key: str) -> Body:
    """The body of PayOrder; no payments for an order that costs nothing."""
    return {"idempotency_key": derived(key, "pay", ORDER_KEY), "payment_ids": list(payment_ids)}


def from_refund(refund: Refund, payments: Sequence[tuple[str, int]] | None = None, key: str = "") -> list[Body]:
    """The bodies of RefundPayment: one for each payment (its id at Square, minor units) that gives money back.

    Without `payments` our tenders' ids stand in their place. The reason begins with our reference and the number of
    the part, by which it is found again.
    """
    if payments is None:
        payments = [(tender.refund_of, tender.amount) for tender in refund.tenders]
    return [
        {
            "idempotency_key": derived(key or refund.id.hex, f"r{at}", PAYMENT_KEY),
            "payment_id": payment_id,
            "amount_money": amount(part, refund.currency),
            "reason": f"{part_name(refund, at)} {refund.reason}".strip()[:192],
        }
        for at, (payment_id, part) in enumerate(payments, start=1)
    ]


def part_name(refund: Refund, at: int) -> str:
    return f"{refund.reference}/{at}"


def restock(refund: Refund, links: Mapping[str, RemoteVariant], location: str, key: str, now: datetime) -> Body | None:
    """The stock that comes back with a refund; None when nothing goes back on the shelf."""
    at = occurred(refund.captured_at, now)
    changes = [
        adjustment(links[line.variant_id].variant_id, line.quantity, "returned", location, at, refund.reference)
        for line in refund.lines
        if line.restock and line.variant_id in links and links[line.variant_id].variant_id
    ]
    return {"idempotency_key": derived(key, "stock"), "changes": changes[:100]} if changes else None


def occurred(at: datetime, now: datetime) -> str:
    """Square takes no change older than a day and none of the future: those are stamped now."""
    fits = now - timedelta(hours=23) <= at <= now
    return (at if fits else now).isoformat(timespec="milliseconds").replace("+00:00", "Z")


_MOVES = {
    ("returned", True): ("UNLINKED_RETURN", "IN_STOCK"),
    ("sold", False): ("IN_STOCK", "SOLD"),
}


def adjustment(variation: str, delta: Decimal, reason: str, location: str, at: str, reference: str = "") -> Body:
    """One difference of stock; down for no told reason is written off as waste, the only state Square has for it."""
    more = delta > 0
    states = _MOVES.get((reason, more), ("NONE", "IN_STOCK") if more else ("IN_STOCK", "WASTE"))
    made: Body = {
        "catalog_object_id": variation,
        "from_state": states[0],
        "to_state": states[1],
        "from_location_id": location,
        "to_location_id": location,
        "quantity": quantity(abs(delta)),
        "occurred_at": at,
    }
    return {"type": "ADJUSTMENT", "adjustment": made | ({"reference_id": reference[:255]} if reference else {})}
