"""Orders and sales of COVA in our words: the status of an order, the register's sale, the answer to an order."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.cova import words
from posbridge.connectors.cova.ids import reference_in
from posbridge.connectors.cova.people_mapping import to_customer
from posbridge.connectors.cova.reading import DEFAULT_CURRENCY, drifting, first, listed, minor, money, number, opened
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

#: Guess: what a line of `InStock` calls its parts (the documented sample breaks off behind `No`).
LINE_ID, LINE_ITEM = ("lineid", "id", "no"), ("catalogitemid", "productid")
LINE_SKU, LINE_NAME = ("catalogsku", "sku", "productsku"), ("name", "productname", "description")
LINE_PRICE, LINE_TOTAL = ("sellatpriceperunit", "priceperunit", "unitprice", "price"), ("total", "linetotal")
LINE_TAX = ("tax", "taxtotal", "taxamount")
#: Guess: the sum inside `TaxCalculation`.
TAX_TOTAL = ("totaltax", "taxtotal", "total", "amount")
#: Guess: how a row of the report of invoices would name its order; public code shows no such field.
INVOICE_ID = ("saleid", "salesorderid", "invoiceid", "id")


@dataclass(frozen=True)
class State:
    """An order's status as COVA tells it: each part as a word, whether it came as a word or a number."""

    id: str
    order: str
    payment: str
    fulfilment: str = ""
    message: str = ""
    payment_message: str = ""
    total: int | None = None

    @property
    def underway(self) -> bool:
        return self.order in (words.SUBMITTED, words.FINAL, "")

    @property
    def paid(self) -> bool:
        return self.payment == words.PAID or self.order == words.COMPLETED

    @property
    def ended(self) -> bool:
        """Nothing of ours is to be done: paid, cancelled, or nothing to pay."""
        return self.paid or self.order == words.CANCELLED or (self.order == words.READY and self.total == 0)

    @property
    def payable(self) -> bool:
        """At the register, not paid, and no payment on its way or refused."""
        waits = self.payment in (words.PAYABLE, words.NOT_READY, "")
        return self.order == words.READY and waits and not self.ended

    @property
    def rejected(self) -> bool:
        return self.order == words.REJECTED

    @property
    def transient(self) -> bool:
        return self.order == words.TRANSIENT

    @property
    def waiting_for(self) -> str:
        """Who has to act at the register: COVA would not take the payment."""
        if self.payment != words.REFUSED or self.ended:
            return ""
        said = f": {self.payment_message}" if self.payment_message else ""
        return f"the cashier at the COVA register to take the payment{said}"


@drifting
def to_state(raw: Any, *, currency: str = DEFAULT_CURRENCY) -> State:
    """The answer of the status endpoint. Raises SchemaDrift."""
    reader = Reader(opened(raw), "orderid")
    return State(
        id=reader.id("orderid").lower(),
        order=words.word(_plain(reader, "orderstatus"), words.ORDER_WORDS),
        payment=words.word(_plain(reader, "paymentstatus"), words.PAYMENT_WORDS),
        fulfilment=words.word(_plain(reader, "orderfulfillmentstatus"), words.FULFILMENT_WORDS),
        message=one_line(reader.text("ordermessage")),
        payment_message=one_line(reader.text("paymentmessage")),
        total=minor(reader.decimal("saletotal"), currency),
    )


@drifting
def to_order(raw: Any, sale: Any = None, *, currency: str = DEFAULT_CURRENCY) -> RemoteOrder:
    """One order: the answer of the status endpoint (with the register's `sale` beside it), a sale alone, or the
    answer to an order that was sent. The currency is the caller's: COVA never says it. Raises SchemaDrift."""
    found = opened(raw, "order", "sale")
    reader = Reader(found, "orderid" if "orderid" in found else "id")
    if "orderid" not in found:
        return _of_sale(reader, currency)
    state = to_state(found, currency=currency)
    beside = _of_sale(Reader(opened(sale)), currency) if sale is not None else None
    return _of_state(state, currency, beside)


def _of_state(state: State, currency: str, sale: RemoteOrder | None) -> RemoteOrder:
    said = words.shown(state.order, state.payment, state.fulfilment)
    total = state.total if state.total is not None else sale.total if sale else None
    made = {
        "id": state.id,
        "complete": state.ended,
        "reference": reference_in(state.id),
        "status": words.WORDS.ours(said),
        "platform_status": state.order,
        "currency": currency,
        "total": total,
        "paid": total if state.paid else 0,
        "note": state.message,
        "waiting_for": state.waiting_for,
        "extra": {"payment": state.payment, "fulfilment": state.fulfilment},
    }
    return RemoteOrder(**made) if sale is None else sale.model_copy(update=made)


def _of_sale(reader: Reader, currency: str) -> RemoteOrder:
    """A sale of the register, or the answer to an order (its lines are `items`, nothing of it is proved yet)."""
    said = words.word(_plain(reader, "status"), words.ORDER_WORDS)
    lines = [*reader.objects("instock"), *reader.objects("lines"), *reader.objects("items")]
    ident = reader.id("id").lower()
    tax = reader.raw.get("taxcalculation")
    status = words.WORDS.ours(said)
    total = minor(reader.decimal("total"), currency) or 0
    return RemoteOrder(
        id=ident,
        reference=reference_in(ident),
        number=one_line(reader.text("receiptnumber")),
        complete=status in (OrderStatus.COMPLETED, OrderStatus.CANCELLED),
        status=status,
        platform_status=said,
        currency=currency,
        total=total,
        tax=minor(number(reader.object("taxcalculation"), TAX_TOTAL), currency) if isinstance(tax, dict) else None,
        paid=_paid(reader, currency),
        lines=tuple(_line(line, currency) for line in lines),
        customer=_customer(reader),
        created_at=reader.utc("createdtime", naive_is_utc=True) or reader.utc("datecreatedutc", naive_is_utc=True),
    )


def _line(row: Reader, currency: str) -> RemoteLine:
    quantity = row.decimal("quantity")
    return RemoteLine(
        id=first(row, LINE_ID),
        variant_id=first(row, LINE_ITEM),
        product_id=first(row, LINE_ITEM),
        sku=first(row, LINE_SKU),
        title=first(row, LINE_NAME),
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=money(number(row, LINE_PRICE), currency),
        tax=minor(number(row, LINE_TAX), currency),
        total=minor(number(row, LINE_TOTAL), currency),
    )


def _paid(reader: Reader, currency: str) -> int | None:
    if reader.raw.get("payments") is None:
        return None
    return sum(minor(row.decimal("amount"), currency) or 0 for row in reader.objects("payments"))


def _customer(reader: Reader) -> Customer | None:
    """The sale's customer, or the name that an order was sent with."""
    inner = reader.object("customer")
    if inner.text("id"):
        return to_customer(inner.raw)
    name = {"first_name": one_line(reader.text("firstname")), "last_name": one_line(reader.text("lastname"))}
    ident = reader.text("customerid")
    return Customer(id=ident, **name) if ident or any(name.values()) else None


def _plain(reader: Reader, key: str) -> Any:
    """A word or a number; anything else is drift."""
    return reader.text(key) or None


@dataclass(frozen=True)
class Invoice:
    """One row of the report of invoices; `id` is "" where it names none."""

    place: str
    lines: tuple[RemoteLine, ...]
    id: str = ""


def to_invoices(raw: Any) -> list[Invoice]:
    """The report ByInvoiceWithProducts: a list of invoices. Raises SchemaDrift."""
    return [to_invoice(row) for row in (raw if isinstance(raw, list) else listed(raw, "invoices"))]


@drifting
def to_invoice(raw: Any) -> Invoice:
    reader = Reader(opened(raw))
    lines = tuple(_line(row, DEFAULT_CURRENCY) for row in reader.objects("products"))
    return Invoice(one_line(reader.text("soldatentityname")), lines, first(reader, INVOICE_ID))
