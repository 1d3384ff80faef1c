"""From basket to order: how it was paid, and the moment after which it never changes. Pure; facts come from outside."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from types import MappingProxyType
from uuid import UUID

from pydantic import Field

from posbridge.domain.basket import Basket, PricedBasket, PricedLine
from posbridge.domain.discount import Discount, DiscountShare
from posbridge.domain.errors import DomainError
from posbridge.domain.ids import reference_of
from posbridge.domain.inventory import LotTaken
from posbridge.domain.model import Extra, Model, UtcTime
from posbridge.domain.order import Order, OrderDiscount, OrderLine, Tender, TenderKind, TenderState


class SaleFacts(Model):
    """What the till knows of a sale besides goods and money; fields as in Order. `reference` "" is made from `id`."""

    id: UUID
    receipt_number: str
    device: str
    captured_at: UtcTime
    business_date: date
    utc_offset_minutes: int = 0
    reference: str = Field(default="", max_length=20)
    cashier: str = ""
    location: str = ""
    shift_id: str = ""
    extra: Extra = Field(default_factory=dict)


def left_to_pay(total: int, tenders: Iterable[Tender]) -> int:
    """What is still to pay of `total`, in minor units; never below zero."""
    return max(total - sum(tender.amount for tender in tenders), 0)


def tender_cash(total_left: int, tendered: int, *, id: str) -> Tender:  # noqa: A002 (the model's word)
    """Cash laid on the counter, minor units: it pays at most what is left, the rest is change.

    Raises DomainError when nothing is left to pay or nothing is tendered.
    """
    _require_something_left(total_left)
    if tendered <= 0:
        raise DomainError("Cash is an amount above zero.")
    amount = min(total_left, tendered)
    return Tender(id=id, kind=TenderKind.CASH, amount=amount, tendered=tendered, change=tendered - amount)


def tender_exact(total_left: int, tender: Tender) -> Tender:
    """A card, gift card or other tender as it was taken: it gives no change, so it may not exceed what is left.

    Raises DomainError when it does, or when nothing is left to pay.
    """
    _require_something_left(total_left)
    if tender.change or tender.amount > total_left:
        raise DomainError("Only cash gives change: this way of paying takes at most what is left.")
    return tender


def require_paid(total: int, tenders: Sequence[Tender]) -> None:
    """Raises DomainError unless `tenders` are all approved, each right in itself, and sum to `total` exactly."""
    if len({tender.id for tender in tenders}) != len(tenders):
        raise DomainError("The same tender was given twice.")
    for tender in tenders:
        _require_sound(tender)
    paid = sum(tender.amount for tender in tenders)
    if paid < total:
        raise DomainError("The sale is not paid in full.", code="not_paid", left=total - paid)
    if paid > total:
        raise DomainError("More was taken than the sale costs.", code="overpaid", over=paid - total)


def freeze(
    basket: Basket,
    priced: PricedBasket,
    tenders: Sequence[Tender],
    facts: SaleFacts,
    *,
    unproved: Collection[str] = (),
    lots: Mapping[str, tuple[LotTaken, ...]] = MappingProxyType({}),
) -> Order:
    """The order that `basket`, priced as `priced` and paid with `tenders`, became. A zero total needs no tender.

    `unproved` are codes that were accepted without the platform's answer, `lots` what each line takes from.
    Raises DomainError when the basket is
    empty or parked, when `priced` is not this basket's price, or when the tenders do not pay it (`require_paid`).
    """
    _require_ready(basket, priced)
    require_paid(priced.totals.total, tenders)
    return Order(
        id=facts.id,
        reference=facts.reference or reference_of(facts.id),
        receipt_number=facts.receipt_number,
        device=facts.device,
        captured_at=facts.captured_at,
        utc_offset_minutes=facts.utc_offset_minutes,
        business_date=facts.business_date,
        currency=basket.currency,
        prices_include_tax=priced.prices_include_tax,
        lines=tuple(_order_line(line, lots.get(line.line.id, ())) for line in priced.lines),
        discounts=_order_discounts(basket, priced.discounts, unproved),
        taxes=priced.taxes,
        tenders=tuple(tenders),
        totals=priced.totals,
        customer=basket.customer,
        age_check=basket.age_check,
        location=facts.location,
        cashier=facts.cashier,
        shift_id=facts.shift_id,
        note=basket.note,
        extra=facts.extra,
    )


def _require_something_left(total_left: int) -> None:
    if total_left <= 0:
        raise DomainError("Nothing is left to pay.")


def _require_sound(tender: Tender) -> None:
    if tender.state is not TenderState.APPROVED:
        raise DomainError("A payment has no answer yet; settle it first.", code="tender_unknown", tender_id=tender.id)
    if tender.kind is not TenderKind.CASH and tender.change:
        raise DomainError("Only cash gives change.")
    if tender.kind is TenderKind.CASH and tender.tendered - tender.change != tender.amount:
        raise DomainError("The cash given less its change is not what it pays.")


def _require_ready(basket: Basket, priced: PricedBasket) -> None:
    if not basket.lines:
        raise DomainError("The basket is empty.")
    if basket.parked:
        raise DomainError("The basket is parked; recall it first.")
    same_lines = tuple(line.line for line in priced.lines) == basket.lines
    if priced.basket_id != basket.id or priced.totals.currency != basket.currency or not same_lines:
        raise DomainError("The basket has changed since it was priced; price it again.")


def _order_line(priced: PricedLine, lots: tuple[LotTaken, ...]) -> OrderLine:
    line = priced.line
    return OrderLine(
        id=line.id,
        variant_id=line.variant_id,
        product_id=line.product_id,
        sku=line.sku,
        barcode=line.barcode,
        title=line.title,
        option_values=line.option_values,
        quantity=line.quantity,
        unit=line.unit,
        unit_price=line.unit_price,
        subtotal=priced.subtotal,
        shares=priced.shares,
        discount=priced.discount,
        taxes=priced.taxes,
        tax=priced.tax,
        net=priced.net,
        total=priced.total,
        note=line.note,
        approved_by=line.approved_by,
        lots=lots,
    )


def _order_discounts(
    basket: Basket, used: Sequence[DiscountShare], unproved: Collection[str]
) -> tuple[OrderDiscount, ...]:
    every = [*basket.discounts, *(discount for line in basket.lines for discount in line.discounts)]
    known = {(discount.id, discount.code, discount.name): discount for discount in reversed(every)}
    return tuple(
        _order_discount(known[share.discount_id, share.code, share.name], share.amount, share.code in unproved)
        for share in used
    )


def _order_discount(discount: Discount, amount: int, unproved: bool) -> OrderDiscount:
    return OrderDiscount(
        discount_id=discount.id,
        code=discount.code,
        name=discount.name,
        kind=discount.kind,
        percent=discount.percent,
        amount=amount,
        unproved=unproved,
    )
