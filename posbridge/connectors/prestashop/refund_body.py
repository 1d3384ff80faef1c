"""Our refund → PrestaShop's order slip."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from posbridge.connectors.errors import ValidationError
from posbridge.domain.money import Money
from posbridge.domain.refund import Refund

Fields = dict[str, Any]


def from_refund(refund: Refund, *, remote_lines: Mapping[str, str], customer: str, order_id: str) -> Fields:
    """The order slip's document (recorded 439). It records only: stock and state are moved apart.

    Raises ValidationError for a line that the shop's order does not have.
    """
    details = _details(refund, remote_lines)
    return {
        "id_customer": customer,
        "id_order": order_id,
        "conversion_rate": "1",
        "order_slip_type": "0",
        "shipping_cost": "0",
        "shipping_cost_amount": "0",
        "partial": "1",
        "total_products_tax_excl": _said(sum(net for _, net, _ in details.values()), refund),
        "total_products_tax_incl": _said(refund.amount, refund),
        "total_shipping_tax_excl": "0",
        "total_shipping_tax_incl": "0",
        "amount": _said(refund.amount, refund),
        "associations": {("order_slip_details", "order_slip_detail"): [_row(k, v, refund) for k, v in details.items()]},
    }


def _details(refund: Refund, remote_lines: Mapping[str, str]) -> dict[str, tuple[int, int, int]]:
    """(pieces, net, with tax) by the shop's row; lines of one row are put together."""
    made: dict[str, tuple[int, int, int]] = {}
    for line in refund.lines:
        ident = remote_lines.get(line.line_id, "")
        if not ident or line.quantity != line.quantity.to_integral_value():
            raise ValidationError(f"The shop's order has no line for {line.title or line.sku}.")
        pieces, net, taxed = made.get(ident, (0, 0, 0))
        made[ident] = (pieces + int(line.quantity), net + line.net, taxed + line.amount)
    return made


def _row(ident: str, detail: tuple[int, int, int], refund: Refund) -> Fields:
    pieces, net, taxed = detail
    return {
        "id_order_detail": ident,
        "product_quantity": pieces,
        "amount_tax_excl": _said(net, refund),
        "amount_tax_incl": _said(taxed, refund),
    }


def _said(amount: int, refund: Refund) -> str:
    return Money(amount=amount, currency=refund.currency).plain()
