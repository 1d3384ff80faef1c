"""Tickets: made unpaid, paid by an update, then closed to every edit; listed newest first."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from posbridge.sandbox.treez.answers import Refused, dollars, number, success
from posbridge.sandbox.treez.catalog import moment
from posbridge.sandbox.treez.pricing import priced, shown
from posbridge.sandbox.treez.shop import Shop, Ticket, guid
from posbridge.sandbox.wire import Call, Reply

PAGE = 50
HISTORY = timedelta(days=30)
_TYPES = ("DELIVERY", "PICKUP", "EXPRESS", "POS", "DRIVE_THRU", "CURBSIDE")
_SOURCES = ("ECOMMERCE", "IN_STORE", "VENDING_MACHINE", "KIOSK")
_NEW = ("DRAFT", "VERIFICATION_PENDING", "AWAITING_PROCESSING", "IN_PROCESS", "PACKED_READY", "OUT_FOR_DELIVERY")
_WORDS = (*_NEW[1:], "COMPLETED", "CANCELED", "REMOVED", "PREVIEW")
_METHODS = ("CREDIT", "DEBIT", "CASH", "CHECK", "ACH")
_LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"


class Tickets:
    """The tickets of the store; `told` hears of each change that has a webhook."""

    def __init__(self, shop: Shop, told: Callable[[Ticket], None]) -> None:
        self._shop, self._told = shop, told

    def routes(self, base: str) -> list[tuple[str, str, Any]]:
        part, pages = f"{base}/ticket", "page/{page}/pagesize/{size}"
        return [
            ("POST", f"{part}/detailticket", self.create),
            ("POST", f"{part}/previewticket", self.preview),
            ("PUT", f"{part}/update/{{ticket_id}}", self.update),
            ("GET", f"{part}/status/{{word}}/{pages}", self.by_status),
            ("GET", f"{part}/customer/{{customer_id}}/{pages}", self.by_customer),
            ("GET", f"{part}/lastUpdated/{{at}}/{pages}", self.by_change),
            ("GET", f"{part}/lastUpdated/after/{{at}}/{pages}", self.by_change),
            ("GET", f"{part}/opendate/{{day}}/{pages}", self.by_day),
            ("GET", f"{part}/ordernumber/{{number}}", self.by_number),
            ("GET", f"{part}/history/{{ticket_id}}", self.history),
            ("GET", f"{part}/{{ticket_id}}", self.one),
        ]

    # writing
    def create(self, call: Call) -> Reply:
        body = call.json()
        _check(body, _NEW)
        if body.get("payments"):
            raise Refused(400, "INVALID_REQUEST", "Payments are added by an update", data=None)
        ticket = self._drawn(body)
        self._shop.tickets[ticket.id] = ticket
        self._move_stock(ticket, -1)
        self._told(ticket)
        return success(data=self.row(ticket))

    def preview(self, call: Call) -> Reply:
        body = call.json()
        _check(body, _NEW)
        row = self.row(self._drawn(body))
        return success(data={**row, "order_status": "PREVIEW", "order_number": None, "last_updated_at": None})

    def _drawn(self, body: dict[str, Any]) -> Ticket:
        items = body.get("items") or []
        if not isinstance(items, list):
            raise Refused(400, "TICKET_FORMAT_ERROR", "Invalid items", data=None)
        at, lines = self._shop.next_id("ticket"), priced(self._shop, items, body.get("coupon_codes") or ())
        number_ = "".join(_LETTERS[at * 7919 // 36**place % 36] for place in range(5, -1, -1))
        now, status = self._shop.clock.now(), body["order_status"]
        made = guid("ticket", f"{at}-{now.timestamp()}")
        return Ticket(made, number_, body, lines, status, now, now, at, history=[(status, now)])

    def update(self, call: Call) -> Reply:
        ticket, body = self._ticket(call.params["ticket_id"]), call.json()
        _check(body, (*_NEW, "CANCELED", "COMPLETED"))
        if ticket.paid:
            raise Refused(400, "INVALID_REQUEST", "Ticket is already paid and cannot be edited", data=None)
        if ticket.status in ("CANCELED", "REMOVED"):
            raise Refused(400, "INVALID_TICKET_STATUS", f"'{ticket.status}' is final", data=None)
        if body.get("items") and body.get("payments"):
            raise Refused(400, "INVALID_REQUEST", "Items and payments cannot be updated together", data=None)
        self._pay(ticket, body)
        self._edit(ticket, body)
        if ticket.status != "CANCELED":
            self._told(ticket)
        return success(data=self.row(ticket))

    def _pay(self, ticket: Ticket, body: dict[str, Any]) -> None:
        payments = body.get("payments") or []
        for payment in payments:
            method, amount = payment.get("payment_method"), payment.get("amount_paid")
            if payment.get("payment_source") not in _SOURCES or not _is_method(method):
                raise Refused(400, "INCORRECT_VALUE", f"'{method}' is invalid value", data=None)
            if not isinstance(amount, int | float) or round(amount * 100) != ticket.total:
                raise Refused(400, "INVALID_REQUEST", "Payment must equal the total", data=None)
        if body["order_status"] == "COMPLETED" and not payments:
            raise Refused(400, "INVALID_TICKET_STATUS", "COMPLETED needs a payment", data=None)
        ticket.payments = list(payments)

    def _edit(self, ticket: Ticket, body: dict[str, Any]) -> None:
        if "items" in body:
            lines = priced(self._shop, body["items"], body.get("coupon_codes") or ())
            self._move_stock(ticket, 1)
            ticket.lines = lines
            self._move_stock(ticket, -1)
        if body["order_status"] == "CANCELED":
            self._move_stock(ticket, 1)
        ticket.body = {**ticket.body, **{name: body[name] for name in ("ticket_note", "customer_id") if name in body}}
        ticket.status, ticket.updated = body["order_status"], self._shop.clock.now()
        ticket.order = self._shop.next_id("ticket")
        ticket.history.append((ticket.status, ticket.updated))

    def _move_stock(self, ticket: Ticket, sign: int) -> None:
        for line in ticket.lines:
            line["article"].stock += sign * line["quantity"]

    # reading
    def one(self, call: Call) -> Reply:
        return success(ticketList=[self.row(self._ticket(call.params["ticket_id"]))])

    def by_number(self, call: Call) -> Reply:
        wanted = call.params["number"]
        found = next((one for one in self._shop.tickets.values() if one.number == wanted), None)
        return success(data=self.row(found or self._ticket(wanted)))

    def history(self, call: Call) -> Reply:
        ticket = self._ticket(call.params["ticket_id"])
        rows = [
            {"status": word, "description": "", "date": f"{at:%Y-%m-%dT%H:%M:%S}.000Z"} for word, at in ticket.history
        ]
        return success(data=rows, totalPages=0, totalElements=0)

    def by_status(self, call: Call) -> Reply:
        word = call.params["word"]
        if word not in (*_WORDS, "DRAFT"):
            said = f"'{word}' is invalid value. Possible values are: {', '.join(_WORDS)}"
            raise Refused(400, "INVALID_TICKET_STATUS", said)
        return self._page(call, lambda one: one.status == word)

    def by_customer(self, call: Call) -> Reply:
        return self._page(call, lambda one: str(one.body.get("customer_id")) == call.params["customer_id"])

    def by_day(self, call: Call) -> Reply:
        return self._page(call, lambda one: f"{one.created:%Y-%m-%d}" == call.params["day"])

    def by_change(self, call: Call) -> Reply:
        since = moment(call.params["at"])
        if since < self._shop.clock.now() - HISTORY:
            raise Refused(400, "INVALID_REQUEST", "Tickets are listed 30 days back", ticketList=[])
        return self._page(call, lambda one: one.updated >= since)

    def _page(self, call: Call, fits: Callable[[Ticket], bool]) -> Reply:
        """Newest first, so that pages move on while tickets come in."""
        at, size = number(call.params["page"], 10**6), number(call.params["size"], PAGE)
        found = sorted(filter(fits, self._shop.tickets.values()), key=lambda one: -one.order)
        rows = [self.row(one) for one in found[(at - 1) * size : at * size]]
        return success(pageElements=len(rows), totalElements=len(found), ticketList=rows)

    def _ticket(self, ident: str) -> Ticket:
        found = self._shop.tickets.get(ident)
        if found is None:
            raise Refused(400, "TICKET_NOT_FOUND", f"Cannot find the ticket {ident}", ticketList=[])
        return found

    def row(self, ticket: Ticket) -> dict[str, Any]:
        """A ticket as Treez shows it."""
        body, after = ticket.body, sum(line["after"] for line in ticket.lines)
        customer = body.get("customer_id")
        included = self._shop.seed.prices_include_tax
        return {
            "type": body["type"],
            "ticket_id": ticket.id,
            "order_number": ticket.number,
            "external_order_number": body.get("external_order_number"),
            "order_source": body["order_source"],
            "customer_id": int(customer) if customer and str(customer).isdecimal() else None,
            "order_status": ticket.status,
            "payment_status": "PAID" if ticket.paid else "UNPAID",
            "date_created": self._shop.stamp(ticket.created),
            "last_updated_at": self._shop.stamp(ticket.updated),
            "date_closed": self._shop.stamp(ticket.updated) if ticket.status == "COMPLETED" else None,
            "post_tax_pricing": included,
            "sub_total": dollars(after - ticket.tax if included else after),
            "tax_total": dollars(ticket.tax),
            "discount_total": dollars(-sum(line["saved"] for line in ticket.lines)),
            "total": dollars(ticket.total),
            "ticket_note": body.get("ticket_note"),
            "refund_reason": None,
            "original_ticket_id": ticket.original,
            "refund_ticket_ids": ticket.refunds or None,
            "discount_ids": [],
            "items": [shown(self._shop, line) for line in ticket.lines],
            "fees": [],
            "payments": ticket.payments,
            "purchase_limit": {"concentrated": "0/8", "non_concentrated": "0/28.5", "plant": "0/6"},
            "revenue_source": body["revenue_source"],
            "coupon_codes": body.get("coupon_codes") or [],
        }


def _check(body: dict[str, Any], states: tuple[str, ...]) -> None:
    """The four fields that every write needs."""
    for name, allowed in (("type", _TYPES), ("order_source", _SOURCES)):
        if body.get(name) not in allowed:
            said = f"'{body.get(name)}' is invalid value. Possible values are: {', '.join(allowed)}"
            raise Refused(400, "INCORRECT_VALUE", said, data=None)
    if body.get("order_status") not in states:
        said = f"'{body.get('order_status')}' is invalid value. Possible values are: {', '.join(_WORDS)}"
        raise Refused(400, "INVALID_TICKET_STATUS", said)
    if not body.get("revenue_source"):
        raise Refused(400, "MODEL_VALIDATION_FAIL", "revenue_source is required", data=None)


def _is_method(method: Any) -> bool:
    return method in _METHODS or (isinstance(method, str) and method.endswith("_CUSTOM"))
