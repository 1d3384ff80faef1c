"""Order intake: an order is taken with 202 whatever it holds; its status tells later what became of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from typing import Any
from uuid import UUID

from posbridge.domain.money import Money
from posbridge.sandbox.cova.answers import Obj, Refused, stamp
from posbridge.sandbox.cova.shelf import Shelf
from posbridge.sandbox.platform import Clock
from posbridge.sandbox.wire import Call, Reply

WORDS = ("SubmittedForProcessing", "SubmittedForFinalProcessing", "ReadyForPayment", "Completed", "Cancelled",
         "TransientProcessingFailure", "NonTransientProcessingFailure")  # fmt: skip
PAY_WORDS = ("NotReadyForPayment", "ReadyForPayment", "PaymentApplied", "PaymentCannotBeApplied")
SUBMITTED, FINAL, READY, COMPLETED, CANCELLED, TRANSIENT, REJECTED = WORDS
INTEGRATOR = "11111111-2222-4333-8444-555555555555"
_WRONG_INTEGRATOR = "The integrator id is not valid, please provide a valid one."


@dataclass
class Line:
    """A line as it was sent, priced in minor units; `net` without tax."""

    item: str
    sku: str
    name: str
    quantity: Decimal
    price: Decimal
    net: int
    tax: int


@dataclass
class Order:
    """An order under its GUID. `due` is when it has been processed."""

    id: str
    body: Obj
    inclusive: bool
    made: datetime
    due: datetime
    status: str = SUBMITTED
    message: str | None = None
    payment: str = PAY_WORDS[0]
    payment_message: str | None = None
    fulfilment: str = "OrderPlaced"
    receipt: str = ""
    lines: list[Line] = field(default_factory=list)
    payments: list[Obj] = field(default_factory=list)

    @property
    def total(self) -> int:
        return sum(line.net + line.tax for line in self.lines)

    @property
    def paid(self) -> int:
        return sum(int(one["minor"]) for one in self.payments)


@dataclass
class Options:
    """What a test may turn: seconds of processing, how many orders fail in passing, enums as numbers."""

    processing_s: float = 0.03
    transient: int = 0
    numbers: bool = False
    refuse_payments: str = ""
    payment_s: float = 0.0


class Desk:
    """Orders, payments and sales of one location."""

    def __init__(self, clock: Clock, shelf: Shelf, currency: str, company: int, options: Options) -> None:
        self._clock, self._shelf, self._currency = clock, shelf, currency
        self.company, self.options = company, options
        self.orders: dict[str, Order] = {}
        self._receipts = 0

    # intake
    def put(self, call: Call, *, inclusive: bool) -> Reply:
        """Takes an order. The same GUID again is the same order: one that stands is left as it is."""
        ident, body = call.params["order"].lower(), call.json()
        if not _is_guid(ident) or str(body.get("Id", "")).lower() != ident:
            raise Refused(400, "The order id in the body must be the one in the address.")
        if body.get("CompanyId") != self.company or not isinstance(body.get("Lines"), list) or not body["Lines"]:
            raise Refused(400, "CompanyId and Lines are required.")
        there = self.orders.get(ident)
        if there is not None:
            self.advance(there)
            if there.payments:
                raise Refused(409, "The order has already been paid.")
        if there is None or there.status in (TRANSIENT, REJECTED):
            now = self._clock.now()
            due = now + timedelta(seconds=self.options.processing_s)
            self.orders[ident] = Order(ident, body, inclusive, there.made if there else now, due)
        return Reply(202, self._taken(self.orders[ident]))

    def _taken(self, order: Order) -> Obj:
        """What the older call answers, with its small letters; it proves nothing."""
        body = order.body
        return {
            "OrderSource": {}, "IntegratorId": body.get("IntegratorId"), "id": order.id, "companyId": self.company,
            "entityId": body.get("EntityId"), "customerId": body.get("CustomerId"), "receiptNumber": "",
            "dateCreatedUtc": stamp(order.made), "items": body["Lines"], "discount": None, "taxes": [],
        }  # fmt: skip

    def advance(self, order: Order) -> None:
        """What the time that passed has made of an order."""
        if order.status not in (SUBMITTED, FINAL):
            return
        if self._clock.now() < order.due:
            half = order.due - timedelta(seconds=self.options.processing_s / 2)
            order.status = FINAL if self._clock.now() >= half else SUBMITTED
        elif self.options.transient > 0:
            self.options.transient -= 1
            order.status = TRANSIENT
        else:
            self._process(order)

    def _process(self, order: Order) -> None:
        if order.body.get("IntegratorId") != INTEGRATOR:
            order.status, order.message = REJECTED, _WRONG_INTEGRATOR
            return
        try:
            order.lines = [self._line(line, order.inclusive) for line in order.body["Lines"]]
        except (KeyError, TypeError, ValueError, ArithmeticError) as problem:
            order.status, order.message = REJECTED, f"A line of the order is not valid: {problem}"
            return
        self._tax(order)
        for line in order.lines:
            self._shelf.move(line.item, -line.quantity)
        self._receipts += 1
        order.receipt = f"C{self._receipts:05d}"
        order.status, order.payment = READY, PAY_WORDS[1]

    def _line(self, raw: Obj, inclusive: bool) -> Line:
        row = self._shelf.rows[str(raw["CatalogItemId"]).lower()]
        quantity, price = Decimal(str(raw["Quantity"])), Decimal(str(raw["SellAtPricePerUnit"]))
        if quantity <= 0 or price < 0:
            raise ValueError("quantity and price")
        charged = Money.parse(quantity * price, self._currency, rounding="half_up").amount
        return Line(row.id, row.sku, str(raw.get("Name") or row.name), quantity, price, charged, 0)

    def _tax(self, order: Order) -> None:
        """How COVA rounds is not known: here by article, however many lines it stands in."""
        rate = self._shelf.tax_rate / 100
        for item in dict.fromkeys(line.item for line in order.lines):
            mine = [line for line in order.lines if line.item == item]
            charged = sum(line.net for line in mine)
            tax = charged - _half_up(charged / (1 + rate)) if order.inclusive else _half_up(charged * rate)
            mine[0].tax = tax
            mine[0].net -= tax if order.inclusive else 0

    # status
    def status(self, call: Call) -> Reply:
        order = self._found(call)
        self._apply_payment(order)
        number = self.options.numbers
        return Reply(
            body={
                "CompanyId": self.company,
                "OrderId": order.id,
                "OrderStatus": WORDS.index(order.status) if number else order.status,
                "OrderMessage": order.message,
                "PaymentStatus": PAY_WORDS.index(order.payment) if number else order.payment,
                "PaymentMessage": order.payment_message,
                "SaleTotal": self._shelf.dollars(order.total) if order.lines else None,
                "OrderFulfillmentMethod": "InStore",
                "OrderFulfillmentStatus": order.fulfilment,
            }
        )

    def _found(self, call: Call) -> Order:
        order = self.orders.get(call.params["order"].lower())
        if order is None:
            raise Refused(404)
        self.advance(order)
        return order

    # payment
    def pay(self, call: Call) -> Reply:
        """Taken with 202 as well; the amount must be the sale's total to the cent."""
        body = call.json()
        order = self.orders.get(str(body.get("SaleID", "")).lower())
        if order is None:
            raise Refused(404)
        self.advance(order)
        if order.payments:
            raise Refused(409, "The sale has already been paid.")
        payments = body.get("Payments")
        if order.status != READY or not body.get("TrackingNumber") or not isinstance(payments, list) or not payments:
            raise Refused(400, "The order is not ready for this payment.")
        made = [{**one, "minor": self._minor(one.get("Amount"))} for one in payments]
        if sum(one["minor"] for one in made) != order.total or self.options.refuse_payments:
            order.payment = PAY_WORDS[3]
            order.payment_message = self.options.refuse_payments or "The amount does not equal the total of the sale."
            return Reply(202, {"SaleID": order.id})
        order.payments, order.due = made, self._clock.now() + timedelta(seconds=self.options.payment_s)
        self._apply_payment(order)
        return Reply(202, {"SaleID": order.id})

    def _apply_payment(self, order: Order) -> None:
        if order.payments and order.status == READY and self._clock.now() >= order.due:
            order.payment, order.status = PAY_WORDS[2], COMPLETED

    def _minor(self, amount: Any) -> int:
        if isinstance(amount, bool) or not isinstance(amount, int | float):
            raise Refused(400, "Amount is required.")
        return Money.parse(str(amount), self._currency, rounding="half_up").amount

    # sales
    def sale(self, call: Call) -> Reply:
        """The register's sale, once the order got there."""
        order = self._found(call)
        if not order.lines:
            raise Refused(404)
        self._apply_payment(order)
        lines = [
            {"No": no, "CatalogItemId": line.item, "CatalogSku": line.sku, "ProductName": line.name,
             "Quantity": _plain(line.quantity), "PricePerUnit": float(line.price),
             "Total": self._shelf.dollars(line.net + line.tax)}
            for no, line in enumerate(order.lines, 1)
        ]  # fmt: skip
        return Reply(
            body={
                "Id": order.id,
                "Location": {"Id": self._shelf.location, "Name": "Main"},
                "Status": order.status,
                "CreatedTime": stamp(order.made),
                "ReceiptNumber": order.receipt,
                "InStock": lines,
                "TaxCalculation": {"TotalTax": self._shelf.dollars(sum(line.tax for line in order.lines))},
                "Payments": [{"Amount": self._shelf.dollars(one["minor"])} for one in order.payments],
                "Discounts": [],
                "Total": self._shelf.dollars(order.total),
                "PricingScheme": "TaxInclusive" if order.inclusive else "TaxExclusive",
            }
        )

    def cancel(self, call: Call) -> Reply:
        """Before payment only; the goods go back."""
        order = self._found(call)
        if order.payments:
            raise Refused(409, "The sale has already been paid and cannot be cancelled.")
        if order.status != CANCELLED:
            for line in order.lines:
                self._shelf.move(line.item, line.quantity)
            order.status = CANCELLED
        return Reply(200, {})

    def report(self, call: Call) -> Reply:
        """Invoices, as public code reads them: without any id."""
        if "DateRange" not in call.query:
            raise Refused(400)
        paid = [order for order in self.orders.values() if order.payments]
        rows = [[{"Sku": line.sku, "Quantity": _plain(line.quantity)} for line in order.lines] for order in paid]
        return Reply(body=[{"SoldAtEntityName": "Main", "Products": row} for row in rows])

    def book(self) -> list[Obj]:
        """Every order that the register has, and those on their way."""
        for order in self.orders.values():
            self.advance(order)
            self._apply_payment(order)
        return [_booked(order, self._currency) for order in self.orders.values() if order.lines]


def _booked(order: Order, currency: str) -> Obj:
    return {
        "id": order.id,
        "reference": str(order.body.get("OrderReference") or "").split(" ")[-1],
        "total": order.total,
        "tax": sum(line.tax for line in order.lines),
        "paid": order.paid,
        "refunded": 0,
        "currency": currency,
        "state": order.status,
        "lines": [{"sku": x.sku, "quantity": _plain(x.quantity), "total": x.net + x.tax} for x in order.lines],
        "created_at": order.made.isoformat(),
    }


def _half_up(value: Decimal) -> int:
    return int(value.quantize(Decimal(1), ROUND_HALF_UP))


def _plain(quantity: Decimal) -> int | float:
    return int(quantity) if quantity == int(quantity) else float(quantity)


def _is_guid(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False
