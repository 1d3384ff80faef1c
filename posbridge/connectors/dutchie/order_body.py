"""A sale as the checkout that Plus takes: articles by product and option, counts, and our name for it.

No prices, discounts, taxes, payments, notes or people can be sent: Plus reckons, and the shopper says who he is.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.dutchie.catalog_mapping import NO_OPTION, RECREATIONAL
from posbridge.connectors.errors import Unsupported
from posbridge.domain.order import Order, OrderLine
from posbridge.domain.refund import Refund

PICKUP = "PICKUP"
#: What stands in a checkout's metadata: our order, its name for people, and how many items make it whole.
ORDER_ID, REFERENCE, ITEMS = "posbridgeOrderId", "posbridgeReference", "posbridgeItems"
_PLATFORM = "dutchie"
#: (product id, option) as the menu has them.
Item = tuple[str, str]


def from_order(
    order: Order,
    *,
    items: Mapping[str, Item] | None = None,
    order_type: str = PICKUP,
    pricing_type: str = RECREATIONAL,
) -> dict[str, Any]:
    """What a checkout of this sale is made of: the variables of createCheckout, and `items` for addItem.

    `items` names each article by our variant id; without them the order's own ids stand in. Lines of one article
    become one item. Raises Unsupported for what Plus cannot be told.
    """
    wanted: dict[Item, int] = {}
    for line in order.lines:
        named = _named(line, items)
        wanted[named] = wanted.get(named, 0) + _count(line)
    metadata = {ORDER_ID: str(order.id), REFERENCE: order.reference, ITEMS: len(wanted)}
    listed = [{"productId": ident, "option": option, "quantity": many} for (ident, option), many in wanted.items()]
    return {"orderType": order_type, "pricingType": pricing_type, "metadata": metadata, "items": listed}


def _named(line: OrderLine, items: Mapping[str, Item] | None) -> Item:
    if line.discount:
        raise Unsupported(
            f"Dutchie Plus takes no discount from another program, and {line.title} has one.",
            platform=_PLATFORM,
            next_step="Ring this sale up in the store's own system; specials set in Dutchie count by themselves.",
        )
    if items is None:
        return line.product_id or line.variant_id, next(iter(line.option_values.values()), NO_OPTION)
    found = items.get(line.variant_id)
    if found is None:
        raise Unsupported(
            f"Dutchie Plus takes no line without an article of its menu: {line.title}.",
            platform=_PLATFORM,
            next_step="Put the article on the menu in Dutchie, or ring this sale up in the store's own system.",
        )
    return found


def _count(line: OrderLine) -> int:
    if line.quantity != line.quantity.to_integral_value():
        raise Unsupported(
            f"Dutchie Plus takes whole pieces only: {line.title} is {line.quantity} {line.unit}.",
            platform=_PLATFORM,
            next_step="Ring this sale up in the store's own system.",
        )
    return int(line.quantity)


def from_refund(refund: Refund, order: Order | None = None) -> dict[str, Any]:
    """Raises Unsupported: Plus gives no money back."""
    raise Unsupported(
        "Dutchie Plus gives no money back for other programs.",
        platform=_PLATFORM,
        next_step=f"Give it back in the store's own system: the sale is order {refund.order_reference}.",
    )
