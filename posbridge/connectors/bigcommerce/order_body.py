"""Our order → the body of `POST /v2/orders`, whose totals are ours to the minor unit; our refund → its v3 body."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any

from posbridge.connectors.bigcommerce.order_mapping import SOURCE
from posbridge.connectors.bigcommerce.reading import stamp
from posbridge.connectors.contract import RemoteVariant
from posbridge.domain.customer import Address, Customer
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderLine, Tender
from posbridge.domain.refund import Refund

#: Paid and handed over.
COMPLETED = 10
_FOUR = Decimal("0.0001")
_NAME, _NOTES, _REASON = 250, 65535, 1000
_NO_LINKS: Mapping[str, RemoteVariant] = {}
_NOWHERE: Mapping[str, str] = {}
_COUNTRIES = {"US": "United States", "CA": "Canada", "GB": "United Kingdom", "AU": "Australia", "DE": "Germany",
              "FR": "France", "NL": "Netherlands", "IE": "Ireland", "NZ": "New Zealand", "JP": "Japan",
              "KW": "Kuwait", "ES": "Spain", "IT": "Italy", "AT": "Austria", "CH": "Switzerland"}  # fmt: skip


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] = _NO_LINKS,
    *,
    customer_id: str = "",
    place: Mapping[str, str] = _NOWHERE,
    channel: str = "1",
) -> dict[str, Any]:
    """The body of an order that is paid and handed over.

    A line is named by product and variant where `links` has it and it is counted in whole pieces; else it is a
    free line. Both totals are given, so they are taken as ours whatever BigCommerce would reckon; the discounts'
    sum goes as `discount_amount`, their names, the tenders and our note into `staff_notes`. `place` (street, city,
    state, zip, country, country_iso2) is where anonymous sales are billed: an address is demanded.
    """
    totals = order.totals
    lines = [_line(line, order, links) for line in order.lines]
    body: dict[str, Any] = {
        "status_id": COMPLETED,
        "customer_id": int(customer_id) if customer_id.isdecimal() else 0,
        "channel_id": int(channel) if channel.isdecimal() else 1,
        "date_created": stamp(order.captured_at),
        "default_currency_code": order.currency,
        "external_source": SOURCE,
        "external_order_id": order.reference,
        "billing_address": _billing(order.customer, place),
        "products": lines,
        "discount_amount": _plain(totals.discount, order.currency),
        "subtotal_ex_tax": _sum(lines, "price_ex_tax"),
        "subtotal_inc_tax": _sum(lines, "price_inc_tax"),
        **totals_of(order),
        "payment_method": " + ".join(dict.fromkeys(_tender_name(one) for one in order.tenders)) or "Manual",
        "staff_notes": _notes(order),
    }
    terminal = next((one.reference for one in order.tenders if one.reference), "")
    return body | ({"payment_provider_id": terminal} if terminal else {})


def totals_of(order: Order) -> dict[str, str]:
    """Both totals, as they are set and, where they differ, set again."""
    totals = order.totals
    return {
        "total_ex_tax": _plain(totals.total - totals.tax, order.currency),
        "total_inc_tax": _plain(totals.total, order.currency),
    }


def _plain(amount: int, currency: str) -> str:
    return Money(amount=amount, currency=currency).plain()


def _sum(lines: list[dict[str, Any]], key: str) -> str:
    return f"{sum((line[key] * line['quantity'] for line in lines), Decimal(0)):f}"


def _line(line: OrderLine, order: Order, links: Mapping[str, RemoteVariant]) -> dict[str, Any]:
    """An override of the price needs both forms; the tax share is the line's own."""
    link = links.get(line.variant_id)
    whole = line.quantity == int(line.quantity) and line.unit_price.amount * int(line.quantity) == line.subtotal
    piece = line.unit_price.amount if whole else line.subtotal
    net, gross = _both(piece, line, order)
    made: dict[str, Any] = {
        "name": _title(line, whole)[:_NAME],
        "quantity": int(line.quantity) if whole else 1,
        "price_ex_tax": net,
        "price_inc_tax": gross,
    }
    if whole and link is not None and link.product_id.isdecimal() and link.variant_id.isdecimal():
        return made | {"product_id": int(link.product_id), "variant_id": int(link.variant_id)}
    return made | ({"sku": line.sku} if line.sku else {})


def _both(piece: int, line: OrderLine, order: Order) -> tuple[Decimal, Decimal]:
    """(without tax, with tax) of one piece before discounts, four decimals."""
    share = Fraction(line.total, line.net) if line.net > 0 and line.total > 0 else Fraction(1)
    unit = Fraction(Money(amount=piece, currency=order.currency).decimal())
    if order.prices_include_tax:
        return _four(unit / share), _four(unit)
    return _four(unit), _four(unit * share)


def _four(value: Fraction) -> Decimal:
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(_FOUR, ROUND_HALF_UP)


def _title(line: OrderLine, whole: bool) -> str:
    measured = "" if whole else f"{line.quantity.normalize():f} {'×' if line.unit == 'piece' else line.unit}"
    more = ", ".join(filter(None, [measured, line.note.strip()]))
    name = line.title.strip() or line.sku or "Article"
    return f"{name} ({more})" if more else name


def _tender_name(tender: Tender) -> str:
    names = {"cash": "Cash", "card": "Card", "gift_card": "Gift certificate", "other": "Other"}
    return tender.label.strip() or names[tender.kind.value]


def _notes(order: Order) -> str:
    """What has no field there: our id, receipt, tenders, discounts by name, our note."""
    lines = [f"posbridge {order.reference} {order.id}", f"Receipt {order.receipt_number}, till {order.device}"]
    lines += [_paid_by(one, order.currency) for one in order.tenders]
    for off in order.discounts:
        name = " ".join(dict.fromkeys(filter(None, [off.code, off.name]))) or "Discount"
        lines.append(f"Discount {name}: {_plain(off.amount, order.currency)} {order.currency}")
    lines += [order.note.strip()] if order.note.strip() else []
    return "\n".join(lines)[:_NOTES]


def _paid_by(tender: Tender, currency: str) -> str:
    more = [f"•••• {tender.last_four}" if tender.last_four else "", tender.brand, tender.gift_card, tender.reference]
    if tender.change:
        more.append(f"given {_plain(tender.tendered, currency)}, back {_plain(tender.change, currency)}")
    told = ", ".join(filter(None, more))
    return f"Paid: {_tender_name(tender)} {_plain(tender.amount, currency)} {currency}" + (f" ({told})" if told else "")


def _billing(customer: Customer | None, place: Mapping[str, str]) -> dict[str, str]:
    """The customer's address; what is missing of it is the shop's, for names, street, city, state, zip and country
    had better be there (the contract's facts, section 5, a guess). No e-mail is made up."""
    who = customer or Customer(id="")
    home = who.address or Address()
    here = {"street_1": "Counter sale", "city": "Counter sale", "zip": "00000", "country_iso2": "US", **place}
    own = home if home.postcode and home.line1 else None
    iso2 = (own.country if own and len(own.country) == 2 else here["country_iso2"]).upper()
    made = {
        "first_name": who.first_name or who.company or "Walk-in",
        "last_name": who.last_name or ("" if who.name else "customer"),
        "company": who.company,
        "street_1": own.line1 if own else here["street_1"],
        "street_2": own.line2 if own else "",
        "city": own.city if own else here["city"],
        "state": own.region if own else here.get("state", ""),
        "zip": own.postcode if own else here["zip"],
        "country": _COUNTRIES.get(iso2) or here.get("country") or iso2,
        "country_iso2": iso2,
        "phone": who.phone,
        "email": who.email.strip() if "@" in who.email else "",
    }
    return {name: value for name, value in made.items() if value}


def from_refund(
    refund: Refund, remote_lines: Mapping[str, str] = _NOWHERE, provider: Mapping[str, Any] | None = None
) -> dict[str, Any]:
    """The body of `POST /v3/orders/{id}/payment_actions/refunds`: pieces of lines, the sum as we gave it back.

    `remote_lines` maps our line ids to the order's product rows there, a line without one names row 0 (which no
    order has); `provider` is one of the quote's refund methods, money given back over the counter (offline) without.
    """
    method = provider or {"provider_id": "custom", "offline": True}
    amount = Money(amount=refund.amount, currency=refund.currency).decimal()
    tax = Money(amount=sum(line.tax for line in refund.lines), currency=refund.currency).decimal()
    return {
        "items": refund_items(refund, remote_lines),
        "payments": [
            {
                "provider_id": str(method.get("provider_id") or "custom"),
                "amount": amount,
                "offline": bool(method.get("offline", True)),
            }
        ],
        "merchant_calculated_override": {"total_amount": amount, "total_tax": tax},
    }


def refund_items(refund: Refund, remote_lines: Mapping[str, str]) -> list[dict[str, Any]]:
    """The pieces that come back; a weighed line was sent as one piece. Our reference stands in each reason."""
    reason = f"posbridge {refund.reference} {refund.reason}".strip()[:_REASON]
    return [
        {
            "item_type": "PRODUCT",
            "item_id": int(remote_lines.get(line.line_id) or 0),
            "quantity": int(line.quantity) if line.quantity == int(line.quantity) else 1,
            "reason": reason,
        }
        for line in refund.lines
    ]
