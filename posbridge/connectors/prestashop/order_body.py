"""Our order → what PrestaShop wants: a cart, a price a line, an order over the whole, a note. Pure.

PrestaShop reckons an order from its cart: the rounding of the SUM over pieces × unit price × (1 + tax), whatever the
rounding of its lines (recorded 456). The unit prices are chosen so that this sum is the receipt's total, and the sum
without tax as near to the receipt's as it can be. A shop that rounds each item (a GUESS: not recorded) is given prices
that are whole minor units with tax.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.prestashop.order_mapping import MARK
from posbridge.connectors.text import one_line
from posbridge.domain.gift_card import mask_code
from posbridge.domain.money import Money, exponent, round_fraction
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind

#: The sum may be this much of a minor unit beside the total and is still rounded to it, less what six decimals lose.
_ROOM = Fraction(499, 1000)
_LABELS = {TenderKind.CASH: "Cash", TenderKind.CARD: "Card", TenderKind.GIFT_CARD: "Gift card"}
#: What isGenericName refuses, and what else names refuse (recorded 134).
_REFUSED = str.maketrans(dict.fromkeys("<>={};#", " "))
_NEVER = "0000-00-00 00:00:00"

Fields = dict[str, Any]


@dataclass(frozen=True)
class Till:
    """Under which of the shop's ids a sale is booked. `key` is the customer's secure_key (recorded 425)."""

    customer: str = "0"
    key: str = ""
    address: str = "0"
    carrier: str = "1"
    currency: str = "1"
    language: str = "1"
    shop: str = "1"
    shop_group: str = "1"
    module: str = "ps_checkpayment"


@dataclass(frozen=True)
class Row:
    """A row of the cart: all pieces of one variant. `net` and `total` are minor units, `rate` the shop's percent."""

    product: str
    combination: str
    quantity: int
    net: int
    total: int
    rate: Decimal = Decimal(0)
    sku: str = ""


@dataclass(frozen=True)
class Sale:
    """What a sale needs beside the order."""

    till: Till = field(default_factory=Till)
    links: Mapping[str, RemoteVariant] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    scale: Fraction = Fraction(1)
    by_item: bool = False


def mark_of(reference: str) -> str:
    """What a cart and its order carry, to be found by."""
    return f"{MARK}{reference}"


def rows(order: Order, sale: Sale) -> list[Row]:
    """The cart's rows: PrestaShop keeps one a variant, so equal ones are put together.

    Raises Unsupported for broken quantities and for articles that the shop does not have.
    """
    made: dict[tuple[str, str], Row] = {}
    for line in order.lines:
        if line.quantity != line.quantity.to_integral_value():
            raise Unsupported(f"PrestaShop sells whole pieces only, not {line.quantity} of {line.title}.")
        product, combination = _place(line, sale.links)
        found = Row(product, combination, int(line.quantity), line.net, line.total, sale.rates.get(product, Decimal(0)))
        kept = made.get((product, combination))
        if kept is not None:
            more = (kept.quantity + found.quantity, kept.net + found.net, kept.total + found.total)
            found = replace(kept, quantity=more[0], net=more[1], total=more[2])
        made[product, combination] = replace(found, sku=line.sku)
    return list(made.values())


def _place(line: OrderLine, known: Mapping[str, RemoteVariant]) -> tuple[str, str]:
    """(product, combination) of a line: by its link, else by ids that are the shop's own already."""
    link = known.get(line.variant_id)
    product, dash, combination = (link.variant_id if link else line.variant_id).partition("-")
    if dash and product.isdecimal() and combination.isdecimal():
        return product, combination
    name = line.sku or line.title
    step = "Add it there with this SKU, pull the products, then try again."
    raise ValidationError(f"The shop has no article {name}, and takes no lines of other articles.", next_step=step)


def unit_prices(of: Sequence[Row], total: int, currency: str, scale: Fraction = Fraction(1)) -> list[Decimal]:
    """A price without tax for one piece of each row, six decimals of a major unit.

    `scale` corrects for what the shop reckoned otherwise at an earlier try.
    """
    taxed = [1 + Fraction(row.rate) / 100 for row in of]
    sums = [Fraction(row.net) * scale for row in of]
    whole = sum((part * factor for part, factor in zip(sums, taxed, strict=True)), Fraction(0))
    minor, wanted = 10 ** exponent(currency), total * scale
    lost = sum((row.quantity * factor for row, factor in zip(of, taxed, strict=True)), Fraction(0)) * minor / 2_000_000
    room = max(_ROOM - lost, Fraction(0)) * scale
    aim = max(wanted - room, min(wanted + room, whole))
    if whole and aim != whole:
        sums = [part * aim / whole for part in sums]
    pieces = [part / row.quantity / minor for part, row in zip(sums, of, strict=True)]
    return [Decimal(round_fraction(piece * 10**6)).scaleb(-6) for piece in pieces]


def item_prices(of: Sequence[Row], total: int, currency: str, scale: Fraction = Fraction(1)) -> list[Decimal]:
    """The same for a shop that rounds the price of one piece: what does not divide goes to rows that can take it.

    Where no row can (no single piece), the sum stays beside the total, and the shop says so.
    """
    units = [row.total // row.quantity for row in of]
    left = total - sum(unit * row.quantity for unit, row in zip(units, of, strict=True))
    for place in sorted(range(len(of)), key=lambda place: -of[place].quantity):
        more = left // of[place].quantity if of[place].quantity == 1 else min(1, left // of[place].quantity)
        units[place] += more
        left -= more * of[place].quantity
    minor = 10 ** exponent(currency)
    nets = [
        Fraction(unit) * scale / (1 + Fraction(row.rate) / 100) / minor for unit, row in zip(units, of, strict=True)
    ]
    return [Decimal(round_fraction(net * 10**6)).scaleb(-6) for net in nets]


def reckoned(of: Sequence[Row], units: Sequence[Decimal], currency: str) -> int:
    """The total that PrestaShop makes of these, minor units: the sum, rounded once."""
    minor = 10 ** exponent(currency)
    parts = (
        Fraction(unit) * row.quantity * (1 + Fraction(row.rate) / 100) for row, unit in zip(of, units, strict=True)
    )
    return round_fraction(sum(parts, Fraction(0)) * minor)


def cart(order: Order, sale: Sale) -> Fields:
    """The cart's document (recorded 401)."""
    till = sale.till
    lines = [
        {
            "id_product": row.product,
            "id_product_attribute": row.combination,
            "id_address_delivery": till.address,
            "quantity": row.quantity,
        }
        for row in rows(order, sale)
    ]
    return {
        "id_currency": till.currency,
        "id_lang": till.language,
        "id_customer": till.customer,
        "id_address_delivery": till.address,
        "id_address_invoice": till.address,
        "id_carrier": till.carrier,
        "id_shop": till.shop,
        "id_shop_group": till.shop_group,
        "secure_key": till.key,
        "delivery_option": f'{{"{till.address}":"{till.carrier},"}}',
        "gift_message": mark_of(order.reference),
        "associations": {("cart_rows", "cart_row"): lines},
    }


def line_prices(order: Order, sale: Sale, cart_id: str) -> list[Fields]:
    """A price of its own for each row of that cart (recorded 403)."""
    of = rows(order, sale)
    priced = item_prices if sale.by_item else unit_prices
    units = priced(of, order.totals.total, order.currency, sale.scale)
    return [_line_price(row, unit, cart_id) for row, unit in zip(of, units, strict=True)]


def _line_price(row: Row, unit: Decimal, cart_id: str) -> Fields:
    return {
        "id_shop": "0",
        "id_cart": cart_id,
        "id_product": row.product,
        "id_product_attribute": row.combination,
        "id_currency": "0",
        "id_country": "0",
        "id_group": "0",
        "id_customer": "0",
        "price": f"{unit:.6f}",
        "from_quantity": "1",
        "reduction": "0",
        "reduction_tax": "0",
        "reduction_type": "amount",
        "from": _NEVER,
        "to": _NEVER,
    }


def sale_document(order: Order, till: Till, cart_id: str) -> Fields:
    """The order's document (recorded 408): of its figures only the total paid counts."""
    paid = Money(amount=order.totals.total, currency=order.currency).plain()
    return {
        "id_address_delivery": till.address,
        "id_address_invoice": till.address,
        "id_cart": cart_id,
        "id_currency": till.currency,
        "id_lang": till.language,
        "id_customer": till.customer,
        "id_carrier": till.carrier,
        "module": till.module,
        "payment": payment_text(order),
        "total_paid": paid,
        "total_paid_real": paid,
        "total_products": "0",
        "total_products_wt": "0",
        "conversion_rate": "1",
        "id_shop": till.shop,
        "id_shop_group": till.shop_group,
    }


def payment_text(order: Order) -> str:
    """How it was paid, as the shop shows it: "Cash 20.00 + Card 31.70"."""
    if len(order.tenders) == 1:
        return generic(_label(order.tenders[0]))[:255]
    parts = (f"{_label(one)} {Money(amount=one.amount, currency=order.currency).plain()}" for one in order.tenders)
    return generic(" + ".join(parts))[:255] or "Till"


def _label(tender: Tender) -> str:
    return tender.label or _LABELS.get(tender.kind, "Other")


def generic(text: str) -> str:
    """A text as isGenericName takes it."""
    return one_line(text.translate(_REFUSED))


def note(order: Order) -> str:
    """What the shop cannot keep elsewhere: the sale's id, receipt, time, discounts, tenders and note."""

    def said(amount: int) -> str:
        return Money(amount=amount, currency=order.currency).plain()

    at = order.captured_at.strftime("%Y-%m-%d %H:%M:%S UTC")
    lines = [note_mark(order), f"Receipt {order.receipt_number}, till {order.device}, {at}"]
    lines += [f"Discount {one.code or one.name}: -{said(one.amount)}" for one in order.discounts if one.amount]
    lines += [f"{_label(one)} {said(one.amount)}{_slip(one)}" for one in order.tenders]
    lines += [f"{line.title}: {line.note}" for line in order.lines if line.note]
    return "\n".join([*lines, *([order.note] if order.note else [])])


def note_mark(order: Order) -> str:
    return f"{MARK}{order.id}"


def _slip(tender: Tender) -> str:
    parts = [tender.brand, tender.last_four, tender.reference, tender.gift_card and mask_code(tender.gift_card)]
    return f" ({', '.join(part for part in parts if part)})" if any(parts) else ""


def from_order(
    order: Order,
    *,
    till: Till | None = None,
    links: Mapping[str, RemoteVariant] | None = None,
    rates: Mapping[str, Decimal] | None = None,
    cart_id: str = "0",
) -> Fields:
    """All documents of a sale: `{"cart", "specific_prices", "order", "note"}`.

    `links` say where our variants stand there (without one, a line's own ids count), `rates` are the shop's percents
    by product id. Raises ValidationError or Unsupported for what the shop cannot hold.
    """
    named = links if links is not None else _own_links(order.lines)
    sale = Sale(till or Till(), named, rates if rates is not None else _own_rates(order.lines, named))
    return {
        "cart": cart(order, sale),
        "specific_prices": line_prices(order, sale, cart_id),
        "order": sale_document(order, sale.till, cart_id),
        "note": note(order),
    }


def _own_links(lines: Iterable[OrderLine]) -> dict[str, RemoteVariant]:
    """Each variant of ours as a product of its own, where no links are given."""
    ids = dict.fromkeys(line.variant_id for line in lines)
    return {
        ident: RemoteVariant(variant_id=ident if "-" in ident and ident.replace("-", "").isdecimal() else f"{place}-0")
        for place, ident in enumerate(ids, start=1)
    }


def _own_rates(lines: Iterable[OrderLine], known: Mapping[str, RemoteVariant]) -> dict[str, Decimal]:
    return {
        known[line.variant_id].variant_id.partition("-")[0]: sum((tax.percent for tax in line.taxes), Decimal(0))
        for line in lines
    }
