"""Consumer carts and transactions as orders (the contract's facts, section 5); Blaze's total is never reckoned."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

from pydantic import ValidationError as ModelError

from posbridge.connectors.blaze.reading import CURRENCY, drifted, minor, moment, money, one
from posbridge.connectors.blaze.words import ACCEPTED, OPEN, SALE, TURNED_DOWN, WAITING_FOR, WORDS, cart_word
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

_MEMO = re.compile(r"\s*posbridge (\S{1,20})(?:\s|$)")
_BACK = ("refundwithinventory", "refundwithoutinventory")


def to_order(raw: Any, *, currency: str = CURRENCY) -> RemoteOrder:
    """A consumer cart or a transaction, alone or in its envelope. Raises SchemaDrift."""
    reader = Reader(one(raw))
    if "consumerCart" in reader.raw and "cart" not in reader.raw:
        reader = reader.object("consumerCart")
    try:
        if "transNo" in reader.raw and "cartStatus" not in reader.raw:
            return _sale(reader, currency)
        return _cart(reader, currency)
    except ModelError as problem:
        raise drifted(problem, reader.object_id) from problem


def _cart(reader: Reader, currency: str) -> RemoteOrder:
    cart, said = reader.object("cart"), cart_word(reader.text("cartStatus"), reader.text("trackingStatus"))
    through = said.casefold() in ACCEPTED | TURNED_DOWN or _is_taken(reader)
    return RemoteOrder(
        id=reader.id(),
        complete=through,
        reference=_reference(reader),
        number=reader.text("orderNo") or reader.text("transNo"),
        status=WORDS.ours(said),
        platform_status=said,
        currency=currency,
        total=minor(cart, "total", currency),
        tax=minor(cart, "totalCalcTax", currency),
        discount=minor(cart, "totalDiscount", currency),
        paid=_prepaid(reader, currency),
        lines=_lines(cart, currency),
        customer=_person(reader),
        created_at=moment(reader, "orderPlacedTime") or moment(reader, "created"),
        updated_at=moment(reader, "modified"),
        note=one_line(reader.text("memo")),
        waiting_for="" if through or said.casefold() in OPEN else WAITING_FOR,
        extra=_extra(reader, "transactionId", "publicKey", "reason", "consumerId"),
    )


def _is_taken(reader: Reader) -> bool:
    """Whether staff have taken an order in a state whose word we do not know: they make a transaction of it."""
    return reader.flag("accepted") or bool(reader.text("transactionId"))


def references_of(raw: Any) -> set[str]:
    """Every reference that a cart bears; none where it names nobody."""
    reader = Reader(one(raw))
    memo = _MEMO.match(reader.text("memo"))
    return {reader.text("externalId").strip(), memo[1] if memo else ""} - {""}


def _sale(reader: Reader, currency: str) -> RemoteOrder:
    """A transaction; one that was made of a consumer cart goes by the cart's id."""
    cart, word = reader.object("cart"), reader.text("status")
    total = minor(cart, "total", currency)
    paid_back = reader.text("transType") == "Refund" or word.casefold() in _BACK
    back = abs(total or 0) if paid_back else minor(cart, "finalRefundAmt", currency) or 0
    return RemoteOrder(
        id=reader.text("consumerCartId") or reader.id(),
        reference=_reference(reader),
        number=reader.text("transNo"),
        status=_sale_status(reader, word, paid_back),
        platform_status=word,
        currency=currency,
        total=total,
        tax=minor(cart, "totalCalcTax", currency),
        discount=minor(cart, "totalDiscount", currency),
        paid=_cashed(reader, currency),
        refunded=back,
        lines=_lines(cart, currency),
        customer=_person(reader),
        created_at=moment(reader, "created"),
        updated_at=moment(reader, "modified"),
        note=one_line(reader.text("memo")),
        extra=_extra(reader, "consumerCartId", "queueType", "parentTransactionId") | {"transaction": reader.id()},
    )


def _sale_status(reader: Reader, word: str, paid_back: bool) -> OrderStatus:
    given_back = reader.text("transactionRefundStatus")
    if paid_back or given_back == "Complete_Refund":
        return OrderStatus.REFUNDED
    if given_back == "Partial_Refund":
        return OrderStatus.PARTIALLY_REFUNDED
    return WORDS.ours(f"{SALE}{word}")


def _reference(reader: Reader) -> str:
    """Ours: the cart's `externalId`. Guess: the memo goes with the order when staff make a transaction of it."""
    memo = _MEMO.match(reader.text("memo"))
    return reader.text("externalId").strip() or (memo[1] if memo else "")


def _prepaid(reader: Reader, currency: str) -> int | None:
    """Guess: a payment that was recorded makes the cart `prepaid` and stands in `cashReceived`."""
    return minor(reader.object("cart"), "cashReceived", currency) if reader.flag("prepaid") else None


def _cashed(reader: Reader, currency: str) -> int | None:
    """What the payments sum to, the change taken off."""
    rows = [row for row in reader.objects("payments") if not row.flag("voidT")]
    if not rows:
        return minor(reader.object("cart"), "total", currency) if reader.flag("paid") else 0
    return sum(minor(row, "amount", currency) or 0 for row in rows)


def _lines(cart: Reader, currency: str) -> tuple[RemoteLine, ...]:
    return tuple(_line(row, currency) for row in cart.objects("items"))


def _line(row: Reader, currency: str) -> RemoteLine:
    """`finalPrice` is after discounts and before tax; our total has the tax in."""
    tax, net, number = minor(row, "calcTax", currency), minor(row, "finalPrice", currency), row.decimal("quantity")
    return RemoteLine(
        id=row.text("id") or row.text("orderItemId"),
        variant_id=row.text("productId"),
        product_id=row.text("productId"),
        sku=row.text("productSku"),
        title=one_line(row.text("productName")),
        quantity=Decimal(1) if number is None else number,
        unit_price=money(row, "unitPrice", currency),
        discount=minor(row, "calcDiscount", currency),
        tax=tax,
        total=None if net is None else net + (0 if row.text("taxOrder") == "PreTaxed" else tax or 0),
    )


def _person(reader: Reader) -> Customer | None:
    member = reader.object("member")
    ident = reader.text("memberId") or member.text("id")
    if not ident:
        return None
    return Customer(
        id=ident, first_name=one_line(member.text("firstName")), last_name=one_line(member.text("lastName"))
    )


def _extra(reader: Reader, *names: str) -> dict[str, Any]:
    return {name: text for name in names if (text := reader.text(name))}
