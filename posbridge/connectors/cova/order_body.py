"""A sale in COVA's words: the order's lines with the prices that were charged, and its payment.

An order of COVA has no field for a discount (public pages name none for the TIP and TEP calls), so what was charged
stands in the unit prices. Prices go without tax to a tax-exclusive store and with it to a tax-inclusive one.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.cova.ids import guid_of
from posbridge.connectors.errors import Unsupported
from posbridge.domain.money import Money, exponent
from posbridge.domain.order import Order, OrderLine, Tender

#: Allowed for `TrackingNumber`; guess: for the other texts of a payment as well.
NOTHING = "N/A"
#: Guess: a price per unit may have this many decimals more than the currency, where parts of a unit are sold.
_MORE_DECIMALS = 4


@dataclass(frozen=True)
class Place:
    """Whose order it is: the company, its location and the integrator; `inclusive` for a store with tax in prices."""

    company: int = 0
    entity: int = 0
    integrator: str = ""
    inclusive: bool = False


def from_order(
    order: Order,
    place: Place | None = None,
    *,
    links: Mapping[str, RemoteVariant] | None = None,
    customer_id: str = "",
    lower_prices: bool = True,
) -> dict[str, Any]:
    """The body of TIPCovaOrder and TEPCovaOrder (CovaSalesOrderWithLines).

    Without `links` a line's own variant is taken as COVA's. Raises Unsupported for an article that COVA does not have,
    a discount where the store does not want lowered prices, and an amount that no price per unit comes to.
    """
    where = place or Place()
    if not lower_prices and order.totals.discount:
        words = "COVA has no field for a discount, and this connection does not lower prices."
        raise Unsupported(words, next_step="Allow lowered prices in the connection, or enter the sale at the register.")
    body: dict[str, Any] = {
        "Id": guid_of(order.reference),
        "CompanyId": where.company,
        "EntityId": where.entity,
        "OrderReference": _shown(order),
        "CustomerId": customer_id,
        "IntegratorId": where.integrator,
        "IsDelivery": False,
        "ExternalOrderId": str(order.id),
        "Lines": [row for line in order.lines for row in _rows(line, where.inclusive, links)],
    }
    return {name: value for name, value in body.items() if value != ""}


def _shown(order: Order) -> str:
    """What the register shows: who bought (as COVA recommends), and our reference."""
    name = order.customer.name if order.customer is not None else ""
    return f"{name} {order.reference}".strip()


def _rows(line: OrderLine, inclusive: bool, links: Mapping[str, RemoteVariant] | None) -> list[dict[str, Any]]:
    """Guess: the fields of a line are those of the model that `Lines` replaces."""
    item = line.variant_id if links is None else links[line.variant_id].variant_id if line.variant_id in links else ""
    if not item:
        raise Unsupported(f"COVA sells only its own articles; {line.title} is none of them.")
    amount = line.total if inclusive else line.net
    currency = line.unit_price.currency
    return [
        {"CatalogItemId": item, "Quantity": quantity, "SellAtPricePerUnit": price, "Name": line.title}
        for quantity, price in per_unit(amount, line.quantity, currency)
    ]


def per_unit(amount: int, quantity: Decimal, currency: str) -> list[tuple[int | Decimal, Decimal]]:
    """(quantity, price of one) whose products sum to `amount` minor units exactly.

    Whole pieces are parted where the amount does not divide; parts of a unit get a price with more decimals.
    """
    if quantity == quantity.to_integral_value():
        pieces = int(quantity)
        low, more = divmod(amount, pieces)
        parts = [(pieces - more, low), (more, low + 1)]
        return [(n, Money(amount=minor, currency=currency).decimal()) for n, minor in parts if n]
    return [(quantity, _exact_price(amount, quantity, currency))]


def _exact_price(amount: int, quantity: Decimal, currency: str) -> Decimal:
    """The shortest price that comes to the amount, half up."""
    exact = Money(amount=amount, currency=currency).decimal() / quantity
    decimals = exponent(currency)
    for more in range(_MORE_DECIMALS + 1):
        price = exact.quantize(Decimal(1).scaleb(-decimals - more))
        if Money.parse(price * quantity, currency, rounding="half_up").amount == amount:
            return price
    raise Unsupported(f"No price per unit comes to {amount} for {quantity} of it.")


def from_payment(
    order: Order, *, guid: str = "", company: int = 0, total: int | None = None, tenders: Sequence[Tender] = ()
) -> dict[str, Any]:
    """The body of CovaOrderPayment. `total` is COVA's own, which the payment must equal: what it differs by
    stands in the last payment."""
    paid = list(tenders or order.tenders)
    amounts = [tender.amount for tender in paid]
    if amounts and total is not None:
        amounts[-1] += total - sum(amounts)
    return {
        "SaleID": guid or guid_of(order.reference),
        "CompanyId": company,
        "TrackingNumber": order.reference,
        "Payments": [
            {
                "PreAuthorizationToken": tender.reference or tender.id or NOTHING,
                "Amount": Money(amount=amount, currency=order.currency).decimal(),
                "TimeTakenUtc": order.captured_at.isoformat(),
                "Last4Digits": tender.last_four or NOTHING,
            }
            for tender, amount in zip(paid, amounts, strict=True)
        ],
    }
