"""An order as a ConsumerCart: catalogue lines with their discounts; the register reckons prices and tax."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from posbridge.connectors.blaze.catalog_mapping import WEIGHT_KEYS
from posbridge.connectors.blaze.reading import dollars, minor
from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.text import Reader
from posbridge.domain.order import Order, OrderLine, TenderKind
from posbridge.domain.refund import Refund
from posbridge.domain.tiers import TIER

Body = dict[str, Any]

SOURCE, CHANNEL = "posbridge", "Kiosk"
_OPTIONS = {
    TenderKind.CASH: "Cash", TenderKind.CARD: "Credit", TenderKind.GIFT_CARD: "GiftCard", TenderKind.OTHER: "Cash",
}  # fmt: skip
_KEYS = {Decimal(grams): key for key, grams in WEIGHT_KEYS.items()}


def from_order(
    order: Order,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    cart_id: str = "",
    inventory: str = "",
    terminal: str = "",
    medical: bool = False,
) -> Body:
    """The ConsumerCart to prepare and submit. Without `links` our own ids are named.

    Raises ValidationError for a line that Blaze does not have: its carts hold catalogue goods only.
    """
    code = promo_code(order)
    cart: Body = {
        "items": [_item(line, links, code) for line in order.lines],
        "consumerType": "MedicinalState" if medical else "AdultUse",
        "paymentOption": "None",
    }
    if code:
        cart["promoCode"] = code
    body: Body = {
        "pickupType": "Pickup",
        "source": SOURCE,
        "salesChannel": CHANNEL,
        "externalId": order.reference,
        "memo": memo(order),
        "cart": cart,
    }
    chosen = {"id": cart_id, "inventoryId": inventory, "overrideInventoryId": inventory, "terminalId": terminal}
    return {name: value for name, value in chosen.items() if value} | body


def memo(order: Order) -> str:
    """What staff see, and what tells the transaction made of it."""
    return " ".join(f"posbridge {order.reference} {order.id} {order.note}".split())


def promo_code(order: Order) -> str:
    """The first of Blaze's own codes; a cart has room for one."""
    return next((each.code for each in order.discounts if each.code), "")


def _item(line: OrderLine, links: Mapping[str, RemoteVariant] | None, code: str) -> Body:
    link = RemoteVariant(variant_id=line.variant_id) if links is None else links.get(line.variant_id)
    product = (link.product_id or link.variant_id) if link is not None else ""
    if not product:
        raise ValidationError(
            f"Blaze does not have {line.title}: its orders hold goods of its own catalogue only.",
            next_step="Add the product in Blaze, or ring this sale up there by hand.",
        )
    count, key = weight_of(line)
    item: Body = {"productId": product, "quantity": count, "weightKey": key, "externalId": line.id}
    off = discount_of(line, code)
    if off:
        item |= {"discount": dollars(off, line.unit_price.currency), "discountType": "Cash"}
    return item | ({"remarks": line.note} if line.note else {})


def weight_of(line: OrderLine) -> tuple[Decimal | int, str]:
    """(quantity, weightKey). Guess: a weight that has a word goes as one of it, any other as so many grams."""
    if line.unit != "g":
        return _plain(line.quantity), "UNIT"
    key = _KEYS.get(line.quantity.normalize())
    return (1, key) if key else (_plain(line.quantity), "GRAM")


def discount_of(line: OrderLine, code: str) -> int:
    """What we take off a line in minor units. Blaze takes off its own code and its price rows by itself."""
    ours = [share for share in line.shares if not share.discount_id.startswith(f"{TIER}:")]
    return sum(share.amount for share in ours if not (code and share.code == code))


def _plain(number: Decimal) -> Decimal | int:
    return int(number) if number == number.to_integral_value() else number


def corrected(body: Body, prepared: Any, order: Order) -> Body | None:
    """The body with the discounts that bring each line to what was charged for it; None where nothing is to be done.

    The catalogue's price may have changed since the sale. A discount lowers a line only: where Blaze asks less than
    we did, its price stands. With a code the amounts are Blaze's own.
    """
    held = {row.text("externalId"): row for row in Reader(prepared).object("cart").objects("items")}
    changed = False
    items: list[Body] = []
    for item, line in zip(body["cart"]["items"], order.lines, strict=True):
        row = held.get(line.id)
        asked = None if row is None or "promoCode" in body["cart"] else minor(row, "finalPrice", order.currency)
        sent = _sent(item, order.currency)
        off = sent if asked is None else max(0, sent + asked - wanted(line, order))
        changed = changed or off != sent
        plain = {name: value for name, value in item.items() if name not in ("discount", "discountType")}
        items.append(plain | ({"discount": dollars(off, order.currency), "discountType": "Cash"} if off else {}))
    return body | {"cart": body["cart"] | {"items": items}} if changed else None


def wanted(line: OrderLine, order: Order) -> int:
    """What Blaze's `finalPrice` of the line has to be: after discounts, in the price's own tax mode."""
    return line.total if order.prices_include_tax else line.net


def _sent(item: Body, currency: str) -> int:
    return minor(Reader(item), "discount", currency) or 0


def from_payment(order: Order) -> Body:
    """ConsumerCartAddPaymentRequest: the whole sum at once. Only sent with Blaze's consent."""
    kinds = {tender.kind for tender in order.tenders}
    option = _OPTIONS[kinds.pop()] if len(order.tenders) == 1 else "Split"
    return {
        "paymentOption": option, "paymentReceived": dollars(order.paid, order.currency), "orderTags": [SOURCE],
    }  # fmt: skip


def from_refund(refund: Refund) -> Body:
    """Raises Unsupported: refunds happen at Blaze's register."""
    raise Unsupported("Blaze gives money back at its own register only.", next_step="Refund it there, by its number.")
