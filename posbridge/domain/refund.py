"""Refunds: stored amounts given back by quantity; the last piece takes the remainder, so parts sum to the paid."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from pydantic import Field

from posbridge.domain.basket import TaxAmount
from posbridge.domain.model import Model, Quantity, UtcTime
from posbridge.domain.money import MinorUnits
from posbridge.domain.order import Tender


class RefundLine(Model):
    """What comes back of one order line: `amount` is tax in, `tax` and `net` are its parts, minor units.

    `taxes` splits `tax` by the order line's rates, in their order; () when it had none.
    """

    line_id: str
    variant_id: str = ""
    sku: str = ""
    title: str = ""
    quantity: Quantity = Field(gt=0)
    amount: MinorUnits = Field(ge=0)
    tax: MinorUnits = 0
    net: MinorUnits = 0
    taxes: tuple[TaxAmount, ...] = ()
    restock: bool = True


class Refund(Model):
    """Money given back for an order; it has an id, a reference and a receipt number of its own."""

    id: UUID
    order_id: UUID
    order_reference: str
    reference: str = Field(max_length=20)
    receipt_number: str
    device: str
    captured_at: UtcTime
    business_date: date
    currency: str
    lines: tuple[RefundLine, ...] = Field(min_length=1)
    tenders: tuple[Tender, ...] = ()
    reason: str = ""
    cashier: str = ""
    approved_by: str = ""

    @property
    def amount(self) -> int:
        return sum(line.amount for line in self.lines)
