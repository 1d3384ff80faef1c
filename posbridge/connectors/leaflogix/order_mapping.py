"""Leaflogix's pre-orders and finished sales in our words, and our order as a pre-order."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteRef, RemoteVariant
from posbridge.connectors.errors import SchemaDrift, Unsupported, ValidationError
from posbridge.connectors.leaflogix.facts import STATUS_WORDS
from posbridge.connectors.leaflogix.reading import DEFAULT_CURRENCY, drifting, minor, number, one
from posbridge.connectors.statuses import StatusWords
from posbridge.connectors.text import Reader, exact, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.money import Money
from posbridge.domain.order import Order, OrderStatus, RemoteLine, RemoteOrder, TenderKind
from posbridge.domain.refund import Refund

#: The ids of sales made at Leaflogix's own till carry this, for they are numbered apart from pre-orders.
SALE = "sale-"
#: The kind of redemption that a discount code of Leaflogix itself is (guess: the words are not published).
REDEMPTION = "LeafLogix"
VOID, RETURN, SOLD = "Void", "Return", "Complete"
#: No limit of the notes is published (guess).
NOTE_LENGTH = 500
WORDS = StatusWords("Leaflogix", STATUS_WORDS)


@dataclass(frozen=True)
class Article:
    """What an order's line, which names its article only, means: its ids, SKU and the field productName."""

    variant_id: str
    sku: str
    name: str


@drifting
def to_order(
    raw: Any,
    *,
    currency: str = DEFAULT_CURRENCY,
    reference: str = "",
    articles: Mapping[str, Article] | None = None,
) -> RemoteOrder:
    """A pre-order's status or a finished sale of the report, as Leaflogix sends it (of a list, the first). What a
    submitted order is answered with is read too (it has a number only), and a priced cart (kept nowhere: its id is "").

    A pre-order says no reference: `reference` gives it where the guest list or the sale told it. `articles` are
    known articles, by productName for pre-orders and by id for sales. A pre-order that was refused there is FAILED
    with the words in `extra["rejected"]`.
    """
    row = one(exact(raw))
    if isinstance(row, Mapping) and "cartItemPrices" in row:
        return _calculated(Reader(row), currency, articles or {})
    if not isinstance(row, Mapping) or ("orderId" in row and "preOrderId" not in row):
        ref = to_ref(row)
        return RemoteOrder(
            id=ref.id, number=ref.number, reference=reference, status=OrderStatus.OPEN, currency=currency, total=None
        )
    if "preOrderId" not in row and "total" in row:
        return _sale(Reader(row, "transactionId"), currency, reference, articles or {})
    return _pre_order(Reader(row, "preOrderId"), currency, reference, articles or {})


def _pre_order(row: Reader, currency: str, reference: str, articles: Mapping[str, Article]) -> RemoteOrder:
    rejected = one_line(row.text("rejectedReason"))
    customer = _customer(row)
    known = {
        "transaction": row.text("transactionId"),
        "source": one_line(row.text("orderSource")),
        "type": one_line(row.text("orderType")),
        "rejected": rejected,
    }
    return RemoteOrder(
        id=row.id("preOrderId"),
        reference=reference,
        number=row.id("preOrderId"),
        status=OrderStatus.FAILED if rejected else WORDS.ours(row.text("status")),
        platform_status=row.text("status"),
        currency=currency,
        total=minor(row, "total", currency),
        tax=minor(row, "totalTax", currency),
        discount=None,
        lines=tuple(_line(item, currency, articles) for item in row.objects("items")),
        customer=customer,
        created_at=row.utc("orderDate", naive_is_utc=True),
        extra={name: value for name, value in known.items() if value}
        | {"cancellable": row.flag("isCancellable"), "updateable": row.flag("isUpdateable")},
    )


def _calculated(row: Reader, currency: str, articles: Mapping[str, Article]) -> RemoteOrder:
    return RemoteOrder(
        id="",
        status=OrderStatus.DRAFT,
        complete=False,
        currency=currency,
        total=minor(row, "total", currency),
        tax=minor(row, "taxes", currency),
        discount=minor(row, "discount", currency),
        lines=tuple(_priced_line(item, currency, articles) for item in row.objects("cartItemPrices")),
    )


def _priced_line(item: Reader, currency: str, articles: Mapping[str, Article]) -> RemoteLine:
    product = item.text("productId")
    known = articles.get(product)
    off = sum(minor(one, "amount", currency) or 0 for one in item.objects("discounts"))
    tax, subtotal = minor(item, "tax", currency), minor(item, "subtotal", currency)
    return RemoteLine(
        variant_id=product,
        product_id=product,
        sku=known.sku if known else "",
        title=one_line(item.text("productName")),
        quantity=number(item, "quantity") or Decimal(0),
        discount=off,
        tax=tax,
        total=None if subtotal is None else subtotal - off + (tax or 0),
    )


def _customer(row: Reader) -> Customer | None:
    if not row.text("customerId"):
        return None
    first, last = one_line(row.text("customerFirstName")), one_line(row.text("customerLastName"))
    return Customer(id=row.id("customerId"), first_name=first, last_name=last)


def _line(item: Reader, currency: str, articles: Mapping[str, Article]) -> RemoteLine:
    """A pre-order's line; its totalPrice is after discounts and before tax."""
    name = one_line(item.text("productName"))
    known = articles.get(name)
    net, tax = minor(item, "totalPrice", currency), minor(item, "totalTax", currency)
    return RemoteLine(
        variant_id=known.variant_id if known else "",
        product_id=known.variant_id if known else "",
        sku=known.sku if known else "",
        title=name,
        quantity=number(item, "quantity") or Decimal(0),
        discount=minor(item, "totalDiscount", currency),
        tax=tax,
        total=None if net is None else net + (tax or 0),
    )


# finished sales
def _sale(row: Reader, currency: str, reference: str, articles: Mapping[str, Article]) -> RemoteOrder:
    orders = [str(each) for each in row.items("orderIds") if isinstance(each, int | str) and not isinstance(each, bool)]
    state, status = _state(row)
    paid, change = minor(row, "paid", currency), minor(row, "changeDue", currency)
    known: dict[str, Any] = {
        "transaction": row.id("transactionId"),
        "refund_of": row.text("returnOnTransactionId"),
        "medical": row.flag("isMedical"),
        "prices_include_tax": row.flag("isTaxInclusive"),
        "paid_with": tenders(row, currency),
    }
    customer = row.text("customerId")
    return RemoteOrder(
        id=orders[0] if orders else SALE + row.id("transactionId"),
        reference=reference or row.text("referenceId").strip(),
        number=one_line(row.text("invoiceNumber")) or row.id("transactionId"),
        status=status,
        platform_status=state,
        currency=currency,
        total=minor(row, "total", currency) or 0,
        tax=minor(row, "tax", currency),
        discount=minor(row, "totalDiscount", currency),
        paid=None if paid is None else paid - (change or 0),
        lines=tuple(_sold(item, currency, articles) for item in row.objects("items")),
        customer=Customer(id=customer) if customer else None,
        created_at=row.utc("transactionDate", naive_is_utc=True),
        updated_at=row.utc("lastModifiedDateUTC", naive_is_utc=True),
        extra={name: value for name, value in known.items() if value},
    )


def _state(row: Reader) -> tuple[str, OrderStatus]:
    if row.flag("isVoid"):
        return VOID, OrderStatus.CANCELLED
    return (RETURN, OrderStatus.REFUNDED) if row.flag("isReturn") else (SOLD, OrderStatus.COMPLETED)


def _sold(item: Reader, currency: str, articles: Mapping[str, Article]) -> RemoteLine:
    product = item.text("productId")
    known = articles.get(product)
    taxes = [minor(tax, "amount", currency) or 0 for tax in item.objects("taxes")]
    net = minor(item, "totalPrice", currency)
    return RemoteLine(
        id=item.text("transactionItemId"),
        variant_id=product,
        product_id=product,
        sku=known.sku if known else "",
        title=known.name if known else "",
        quantity=number(item, "quantity") or Decimal(0),
        unit_price=_unit_price(item, currency),
        discount=minor(item, "totalDiscount", currency),
        tax=sum(taxes) if taxes else None,
        total=None if net is None else net + sum(taxes),
    )


def _unit_price(item: Reader, currency: str) -> Money | None:
    found = minor(item, "unitPrice", currency)
    return None if found is None else Money(amount=found, currency=currency)


_PAID = {
    "cashPaid": "cash", "debitPaid": "card", "creditPaid": "card", "electronicPaid": "electronic",
    "checkPaid": "cheque", "giftPaid": "gift_card", "mmapPaid": "mmap", "prePaymentAmount": "prepaid",
}  # fmt: skip


def tenders(row: Reader, currency: str) -> dict[str, int]:
    """What was paid with what, minor units; cash as handed over."""
    made: dict[str, int] = {}
    for field, kind in _PAID.items():
        amount = minor(row, field, currency)
        if amount:
            made[kind] = made.get(kind, 0) + amount
    return made


def rejection(remote: RemoteOrder) -> ValidationError | None:
    """The refusal that an order carries, as the error that parks it; None for one that was taken."""
    words = str(remote.extra.get("rejected") or "")
    if not words:
        return None
    return ValidationError(f"Leaflogix's staff refused this order: {words}", next_step="Look at it there.")


# the way there
@drifting
def to_ref(raw: Any) -> RemoteRef:
    """What a submitted pre-order is answered with: a bare number, its text, or an object with both ids."""
    found = raw
    if isinstance(raw, Mapping):
        lower = {str(key).casefold(): value for key, value in raw.items()}
        found = lower.get("orderid", lower.get("preorderid"))
    text = str(found).strip() if isinstance(found, int | str) and not isinstance(found, bool) else ""
    if not text.isdigit() or not int(text):
        raise SchemaDrift("Leaflogix answered no order number.")
    return RemoteRef(id=text, number=text)


def cart(order: Order, links: Mapping[str, RemoteVariant] | None = None) -> list[dict[str, Any]]:
    """The order's articles, each once, as price-cart and submit take them; grams for what is weighed."""
    made: dict[int, Decimal] = {}
    for line in order.lines:
        product = _product(line.variant_id, line.title, links)
        made[product] = made.get(product, Decimal(0)) + line.quantity
    return [{"productId": product, "quantity": _plain(quantity)} for product, quantity in made.items()]


def _product(variant_id: str, title: str, links: Mapping[str, RemoteVariant] | None) -> int:
    link = (links or {}).get(variant_id)
    found = link.variant_id if link is not None else "" if links is not None else variant_id
    if not found.isdigit():
        raise ValidationError(f"{title} is not in Leaflogix, which takes its own articles only.")
    return int(found)


def _plain(quantity: Decimal) -> int | float:
    """A number as JSON writes it; weights have few decimals, so nothing is lost."""
    return int(quantity) if quantity == quantity.to_integral_value() else float(quantity)


def from_order(
    order: Order,
    *,
    links: Mapping[str, RemoteVariant] | None = None,
    customer_id: str = "0",
    key: str = "",
    source: str = "Kiosk",
    remark: str = "",
) -> dict[str, Any]:
    """The body of /preorder/submit. Prices, taxes and payments cannot be sent: Leaflogix reckons and cashes itself.

    `links` gives Leaflogix's product by our variant id (without it the ids are taken as theirs). `key` is the
    idempotency key, at most 36 characters. Raises Unsupported for a discount without a code, ValidationError for
    an article that is not there.
    """
    body: dict[str, Any] = {
        "customerId": int(customer_id),
        "items": cart(order, links),
        "isDelivery": False,
        "orderSource": source,
        "orderType": "Pickup",
        "idempotencyKey": key or str(order.id),
        "transactionReference": order.reference,
        "notes": _notes(order, remark)[:NOTE_LENGTH],
    }
    redeemed = list(redemptions(order))
    return body | ({"redemptions": redeemed} if redeemed else {})


def redemptions(order: Order) -> Iterable[dict[str, str]]:
    """The order's codes; what a cashier took off by hand cannot be said there."""
    for discount in order.discounts:
        if not discount.amount:
            continue
        if not discount.code:
            words = f"Leaflogix takes discount codes of its own only, not “{discount.name or 'a manual discount'}”."
            raise Unsupported(words, next_step="Take the discount off at Leaflogix's till.")
        name = discount.name or discount.code
        yield {"redemptionType": REDEMPTION, "redemptionId": discount.code, "redemptionDescription": name}
    if not order.discounts and any(line.discount for line in order.lines):
        raise Unsupported("Leaflogix takes no price changes of single lines.")


def _notes(order: Order, remark: str) -> str:
    """What staff there must know: our number and total, what was paid here, and the note."""
    said = [f"{order.reference}, till total {_amount(order.totals.total, order.currency)}", _paid_here(order)]
    if order.customer is not None and order.customer.name:
        said.append(f"for {order.customer.name}")
    said += [f"{line.title}: {line.note}" for line in order.lines if line.note]
    return "; ".join(part for part in [*said, remark, order.note] if part)


def _paid_here(order: Order) -> str:
    if not order.tenders:
        return "paid at the till: no"
    names = {TenderKind.CASH: "cash", TenderKind.CARD: "card", TenderKind.GIFT_CARD: "gift card"}
    parts = [
        f"{one_line(tender.label) or names.get(tender.kind, 'other')} {_amount(tender.amount, order.currency)}"
        for tender in order.tenders
    ]
    return "paid at the till: " + ", ".join(parts)


def _amount(amount: int, currency: str) -> str:
    return f"{Money(amount=amount, currency=currency).decimal()} {currency}"


def from_refund(refund: Refund) -> dict[str, Any]:
    """Raises Unsupported: returns are made at Leaflogix's own till only."""
    raise Unsupported(
        f"Leaflogix takes no returns from programs ({refund.reference}).", next_step="Take it back at Leaflogix's till."
    )
