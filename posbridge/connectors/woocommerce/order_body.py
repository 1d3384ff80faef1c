"""Our order → WooCommerce's: what is posted, and what must be mended before it is paid."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_DOWN, ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.text import Reader
from posbridge.connectors.woocommerce.order_mapping import CAPTURED, LINE, ORDER_UUID, REFERENCE, ROUNDING
from posbridge.connectors.woocommerce.reading import meta, meta_text, minor, whole
from posbridge.domain.catalog import variant_title
from posbridge.domain.money import Money, exponent
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind

_METHODS = {TenderKind.CASH: "Cash", TenderKind.CARD: "Card", TenderKind.GIFT_CARD: "Gift card"}
#: Decimals of a net total that is no whole number of minor units; the shop keeps them and rounds the line.
_FINE = 4
#: WooCommerce refuses the whole order for an address that is none.
_EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")


def from_order(
    order: Order, links: Mapping[str, RemoteVariant] | None = None, *, customer_id: str = "", status: str = "pending"
) -> dict[str, Any]:
    """The body of `POST orders` (step one: nothing is paid and no stock moves while it is pending).

    Line totals are without tax, in gross shops too. A line without a link, or of a broken quantity, is a fee line:
    products are counted in whole pieces. No address goes along: it would move the sale to another tax region.
    """
    links = links or {}
    goods = [line for line in order.lines if product_of(line, links)]
    others = [line for line in order.lines if not product_of(line, links)]
    body: dict[str, Any] = {
        "status": status,
        "created_via": "posbridge",
        "currency": order.currency,
        "transaction_id": str(order.id),
        **_paid_with(order.tenders, order.currency),
        "line_items": [_product_line(line, product_of(line, links), order) for line in goods],
        "fee_lines": [custom_line(line, order) for line in others],
        "meta_data": _order_meta(order),
    }
    body |= {"customer_note": order.note} if order.note else {}
    body |= {"customer_id": int(customer_id)} if customer_id.isdecimal() else {}
    return {**body, **_billing(order)}


def product_of(line: OrderLine, links: Mapping[str, RemoteVariant]) -> dict[str, int]:
    """The line's product there; {} when it has none or cannot be sold in whole pieces."""
    link = links.get(line.variant_id)
    if link is None or not whole(line.quantity) or not link.variant_id.isdecimal():
        return {}
    product = link.product_id if link.product_id.isdecimal() else link.variant_id
    if product == link.variant_id:
        return {"product_id": int(product)}
    return {"product_id": int(product), "variation_id": int(link.variant_id)}


def _product_line(line: OrderLine, product: Mapping[str, int], order: Order) -> dict[str, Any]:
    subtotal = _net_before(line, order)
    return {
        **product,
        "quantity": int(line.quantity),
        "name": variant_title(line.title, line.option_values),
        "subtotal": subtotal,
        "total": net_text(line, order),
        "meta_data": [{"key": LINE, "value": line.id}, *_line_words(line, order)],
    }


def _line_words(line: OrderLine, order: Order) -> list[dict[str, str]]:
    """What a person who opens the order there should see of a line."""
    words = [(share.name or share.code, share.amount) for share in line.shares]
    shown = [{"key": name or "Discount", "value": f"−{_plain(amount, order)}"} for name, amount in words]
    return [*shown, {"key": "Note", "value": line.note}] if line.note else shown


def custom_line(line: OrderLine, order: Order) -> dict[str, Any]:
    """A line that is no product there: a fee, taxed as the shop taxes its usual goods when ours is taxed."""
    title = variant_title(line.title, line.option_values)
    many = line.quantity != 1 or line.unit != "piece"
    count = f" × {line.quantity.normalize():f}{'' if line.unit == 'piece' else f' {line.unit}'}" if many else ""
    return {
        "name": f"{title}{count}",
        "total": net_text(line, order),
        "tax_status": "taxable" if line.tax else "none",
        "meta_data": [{"key": LINE, "value": line.id}, *_line_words(line, order)],
    }


def net_text(line: OrderLine, order: Order) -> str:
    """The net total: whole minor units, or finer where only then the shop's tax is ours (gross prices)."""
    if not order.prices_include_tax or not line.tax or _shops_tax(Decimal(line.net), line) == line.tax:
        return _plain(line.net, order)
    fine = _fine(Fraction(line.total), line)
    agrees = _rounded(fine, ROUND_HALF_UP) == line.net and _shops_tax(fine, line) == line.tax
    return _plain(fine, order) if agrees else _plain(line.net, order)


def _net_before(line: OrderLine, order: Order) -> str:
    """The net subtotal, so that subtotal − total is the discount in the shop's own reckoning."""
    if not line.discount:
        return net_text(line, order)
    if not order.prices_include_tax or not line.tax:
        return _plain(line.subtotal, order)
    return _plain(_fine(Fraction(line.subtotal), line), order)


def _fine(gross: Fraction, line: OrderLine) -> Decimal:
    """The net part of a gross amount, in minor units with two more decimals than the shop shows."""
    rate = 1 + sum((Fraction(tax.percent) for tax in line.taxes), Fraction(0)) / 100
    scaled = gross / rate * 10**_FINE
    return Decimal(round(scaled)).scaleb(-_FINE)


def _shops_tax(net: Decimal, line: OrderLine) -> int:
    """What a shop with gross prices reckons: each rate of the line rounded, a half towards zero (recorded)."""
    return sum(_rounded(net * tax.percent / 100, ROUND_HALF_DOWN) for tax in line.taxes)


def _rounded(value: Decimal, mode: str) -> int:
    return int(value.quantize(Decimal(1), rounding=mode))


def _plain(amount: int | Decimal, order: Order) -> str:
    if isinstance(amount, int):
        return Money(amount=amount, currency=order.currency).plain()
    return f"{amount.scaleb(-exponent(order.currency)):f}"


def _paid_with(tenders: Sequence[Tender], currency: str) -> dict[str, str]:
    """WooCommerce knows one method; all tenders stand in its title and, in full, in our meta data."""
    words = [_tender_words(tender, currency, alone=len(tenders) == 1) for tender in tenders]
    kinds = {tender.kind for tender in tenders}
    method = f"pos_{next(iter(kinds)).value}" if len(kinds) == 1 else "pos_split"
    return {"payment_method": method, "payment_method_title": ", ".join(words)} if tenders else {}


def _tender_words(tender: Tender, currency: str, *, alone: bool) -> str:
    name = tender.label or _METHODS.get(tender.kind, "Other")
    return name if alone else f"{name} {Money(amount=tender.amount, currency=currency).plain()}"


def _order_meta(order: Order) -> list[dict[str, Any]]:
    entries: dict[str, Any] = {
        ORDER_UUID: str(order.id),
        REFERENCE: order.reference,
        CAPTURED: order.captured_at.isoformat(),
        "_posbridge_receipt": order.receipt_number,
        "_posbridge_device": order.device,
        "_posbridge_cashier": order.cashier,
        "_posbridge_tenders": [_tender_entry(tender, order) for tender in order.tenders],
        "_posbridge_discounts": [
            {"name": found.name, "code": found.code, "amount": _plain(found.amount, order)} for found in order.discounts
        ],
    }
    return [{"key": key, "value": value} for key, value in entries.items() if value]


def _tender_entry(tender: Tender, order: Order) -> dict[str, str]:
    entry = {
        "type": tender.kind.value,
        "amount": _plain(tender.amount, order),
        "label": tender.label,
        "reference": tender.reference,
        "brand": tender.brand,
        "last_four": tender.last_four,
        "gift_card": tender.gift_card,
        "tendered": _plain(tender.tendered, order) if tender.change else "",
        "change": _plain(tender.change, order) if tender.change else "",
    }
    return {key: value for key, value in entry.items() if value}


def _billing(order: Order) -> dict[str, Any]:
    buyer = order.customer
    if buyer is None:
        return {}
    said = {
        "first_name": buyer.first_name,
        "last_name": buyer.last_name,
        "company": buyer.company,
        "email": buyer.email if _EMAIL.fullmatch(buyer.email) else "",
        "phone": buyer.phone,
    }
    known = {name: value for name, value in said.items() if value}
    return {"billing": known} if known else {}


def repairs(order: Order, raw: Any) -> dict[str, Any]:
    """What must still be changed of the half-made order `raw` before it is paid; {} when it is as it should be.

    A line whose product is unknown there (accepted without a word, recorded 415) becomes a fee line. Then the
    shop's total is brought to ours by one fee line that bears no tax. Reckoned from what is there now, so that a
    repeat changes nothing.
    """
    reader = Reader(raw)
    lost = [line for line in reader.objects("line_items") if line.text("product_id", "0") in ("", "0")]
    if lost:
        return _as_custom(order, reader, lost)
    off = order.totals.total - minor(reader, "total", order.currency)
    return {"fee_lines": [_rounding(reader, off, order)]} if off else {}


def _as_custom(order: Order, reader: Reader, lost: Sequence[Reader]) -> dict[str, Any]:
    ours = {line.id: line for line in order.lines}
    there = {meta_text(fee, LINE) for fee in reader.objects("fee_lines")}
    named = [meta_text(line, LINE) for line in lost]
    fees = [custom_line(ours[name], order) for name in named if name in ours and name not in there]
    gone = [{"id": int(line.id()), "quantity": 0} for line in lost]
    return {"line_items": gone, **({"fee_lines": fees} if fees else {})}


def _rounding(reader: Reader, off: int, order: Order) -> dict[str, Any]:
    held = next((fee for fee in reader.objects("fee_lines") if meta(fee, ROUNDING) is not None), None)
    before = minor(held, "total", order.currency) if held is not None else 0
    fee = {"name": "Till adjustment", "total": _plain(before + off, order), "tax_status": "none"}
    if held is not None:
        return {"id": int(held.id()), **fee}
    return {**fee, "meta_data": [{"key": ROUNDING, "value": "1"}]}
