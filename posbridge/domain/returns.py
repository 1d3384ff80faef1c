"""Refunds reverse what was stored at the sale, by quantity; discounts and taxes are never reckoned anew."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

from posbridge.domain.basket import TaxAmount
from posbridge.domain.errors import DomainError
from posbridge.domain.model import Model, Quantity
from posbridge.domain.money import ExactDecimal, MinorUnits, allocate
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind
from posbridge.domain.refund import Refund, RefundLine

#: What the customer wants to give back: (line id, quantity, whether it goes back on the shelf).
Wanted = tuple[str, ExactDecimal | int, bool]

#: A gift card gets its money back first, cash is given last.
_BACK_ORDER = (TenderKind.GIFT_CARD, TenderKind.CARD, TenderKind.OTHER, TenderKind.CASH)


class LineLeft(Model):
    """What of one order line was not given back yet: `amount` is tax in, minor units; `quantity` in its unit."""

    line_id: str
    quantity: Quantity
    amount: MinorUnits
    tax: MinorUnits
    net: MinorUnits


def refundable(order: Order, refunds: Iterable[Refund]) -> tuple[LineLeft, ...]:
    """For each line of `order`, in its order, what is left after `refunds`; those of other orders do not count."""
    given = _given(order, refunds)
    return tuple(_left(line, given) for line in order.lines)


def refund_lines(order: Order, refunds: Iterable[Refund], wanted: Sequence[Wanted]) -> tuple[RefundLine, ...]:
    """The refund lines for `wanted`, after `refunds` that were made before.

    A part of a line gives back its part of what was paid, rounded down over all parts so far; what remains goes
    with the last piece, so that all parts sum to the paid amount and tax exactly, in whatever steps.
    Raises DomainError for an unknown line, a quantity not above zero or above what is left, part of a piece, or
    when nothing is wanted.
    """
    if not wanted:
        raise DomainError("Choose what is given back.")
    given = _given(order, refunds)
    made: list[RefundLine] = []
    for line_id, quantity, restock in wanted:
        line = _line_of(order, line_id)
        part = _refund_line(line, given, Decimal(quantity), restock)
        given.append(part)
        made.append(part)
    return tuple(made)


def refund_tenders(order: Order, refunds: Iterable[Refund], amount: int) -> tuple[Tender, ...]:
    """To which tenders of `order` `amount` minor units go back: gift cards first, then cards, others, cash last.

    Each gets back at most what it paid. `refund_of` names the order's tender; the id is that one's with the number
    of the refund, so that it is the same however often it is asked. Zero needs none.
    Raises DomainError when `amount` is negative or more than is left of what was paid.
    """
    earlier = [refund for refund in refunds if refund.order_id == order.id]
    left = _tenders_left(order, earlier)
    if amount < 0 or amount > sum(left.values()):
        raise DomainError("No more is given back than was paid.", left=sum(left.values()))
    back: list[Tender] = []
    for tender in _in_back_order(order):
        part = min(left[tender.id], amount)
        amount -= part
        if part:
            back.append(_back_to(tender, part, len(earlier) + 1))
    return tuple(back)


def _given(order: Order, refunds: Iterable[Refund]) -> list[RefundLine]:
    return [line for refund in refunds if refund.order_id == order.id for line in refund.lines]


def _line_of(order: Order, line_id: str) -> OrderLine:
    for line in order.lines:
        if line.id == line_id:
            return line
    raise DomainError(f"The order has no line {line_id!r}.")


def _left(line: OrderLine, given: Iterable[RefundLine]) -> LineLeft:
    parts = [part for part in given if part.line_id == line.id]
    return LineLeft(
        line_id=line.id,
        quantity=line.quantity - sum((part.quantity for part in parts), Decimal(0)),
        amount=line.total - sum(part.amount for part in parts),
        tax=line.tax - sum(part.tax for part in parts),
        net=line.net - sum(part.net for part in parts),
    )


def _refund_line(line: OrderLine, given: list[RefundLine], quantity: Decimal, restock: bool) -> RefundLine:
    left = _left(line, given)
    _require_returnable(line, left, quantity)
    amount = _amount_back(line, left, quantity)
    tax = _tax_back(line, left, amount)
    return RefundLine(
        line_id=line.id,
        variant_id=line.variant_id,
        sku=line.sku,
        title=line.title,
        quantity=quantity,
        amount=amount,
        tax=tax,
        net=amount - tax,
        taxes=_taxes_back(line, given, tax, amount - tax),
        restock=restock,
    )


def _require_returnable(line: OrderLine, left: LineLeft, quantity: Decimal) -> None:
    if quantity <= 0:
        raise DomainError("What is given back is more than nothing.")
    if quantity > left.quantity:
        raise DomainError(f"Only {left.quantity:f} of {line.title} can still be given back.", left=left.quantity)
    sold_whole = line.unit == "piece" and line.quantity % 1 == 0
    if sold_whole and quantity % 1:
        raise DomainError(f"{line.title} is given back in whole pieces.")


def _amount_back(line: OrderLine, left: LineLeft, quantity: Decimal) -> int:
    """The line's total for all quantity given back so far, rounded down, less what was given already."""
    if quantity == left.quantity:
        return left.amount
    so_far = Fraction(line.quantity - left.quantity + quantity)
    due = line.total * so_far / Fraction(line.quantity)
    given = line.total - left.amount
    return max(due.numerator // due.denominator - given, 0)


def _tax_back(line: OrderLine, left: LineLeft, amount: int) -> int:
    """The tax follows the amount, so that neither it nor the net is ever below zero."""
    if amount == left.amount:
        return left.tax
    given_amount, given_tax = line.total - left.amount, line.tax - left.tax
    return max(line.tax * (given_amount + amount) // line.total - given_tax, 0)


def _taxes_back(line: OrderLine, given: Iterable[RefundLine], tax: int, net: int) -> tuple[TaxAmount, ...]:
    if not line.taxes:
        return ()
    earlier = [part.taxes for part in given if part.line_id == line.id and part.taxes]
    left = [
        max(rate.amount - sum(taxes[place].amount for taxes in earlier), 0) for place, rate in enumerate(line.taxes)
    ]
    parts = allocate(tax, left)
    return tuple(
        rate.model_copy(update={"amount": part, "taxable": net}) for rate, part in zip(line.taxes, parts, strict=True)
    )


def _in_back_order(order: Order) -> list[Tender]:
    return sorted(order.tenders, key=lambda tender: _BACK_ORDER.index(tender.kind))


def _tenders_left(order: Order, refunds: Sequence[Refund]) -> dict[str, int]:
    """What each tender can still get back. Money that went back another way is taken from the last in the order."""
    left = {tender.id: tender.amount for tender in order.tenders}
    elsewhere = 0
    for refund in refunds:
        for tender in refund.tenders:
            if tender.refund_of in left:
                left[tender.refund_of] -= tender.amount
            else:
                elsewhere += tender.amount
    for tender in reversed(_in_back_order(order)):
        taken = min(elsewhere, left[tender.id])
        left[tender.id] -= taken
        elsewhere -= taken
    return left


def _back_to(tender: Tender, amount: int, number: int) -> Tender:
    laid = amount if tender.kind is TenderKind.CASH else 0
    update = {"id": f"{tender.id}-r{number}", "refund_of": tender.id, "amount": amount, "tendered": laid, "change": 0}
    return tender.model_copy(update=update)
