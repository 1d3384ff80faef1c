"""What Toast is told of a sale: one Order, priced first, then made with its payments in the same request.

Toast's own prices and taxes count whatever is sent. `Evening` says by how much a sale is brought to our total: less
by an open-amount discount on the check (the only one that a new order may have), more by an open-price item.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.text import one_line
from posbridge.connectors.toast.identity import Sold, external_id, sold_of
from posbridge.connectors.toast.reading import GUID, stamp, units
from posbridge.connectors.toast.till import DINE_IN, Till
from posbridge.domain.basket import PricedBasket
from posbridge.domain.catalog import variant_title
from posbridge.domain.customer import Customer
from posbridge.domain.order import Order, OrderLine, Tender
from posbridge.domain.refund import Refund

Body = dict[str, Any]
Links = Mapping[str, RemoteVariant]

_NOTE = "SPECIAL_REQUEST"
#: The longest tab name and e-mail address that Toast takes (facts, section 5).
_TAB, _EMAIL = 255, 53
#: No length is documented for a special request; the till's own notes are no longer.
_REQUEST = 255
#: Beyond one minor unit a line and rate a difference is no rounding any more, and is not called so.
_WORDS = {True: "Rounding", False: "Price difference"}
VOID: Body = {"selections": {"voidAll": True}, "payments": {"voidAll": True}}


@dataclass(frozen=True)
class Evening:
    """How a sale comes to our total: `off` and `more` in minor units. With `promo` Toast reckons a discount itself."""

    off: int = 0
    more: int = 0
    promo: tuple[str, str] | None = None
    rounding: bool = True


def evening_of(order: Order) -> Evening:
    """The first try: a single promo code of Toast's is left to Toast, all else goes as one amount."""
    used = [one for one in order.discounts if one.amount]
    if len(used) == 1 and used[0].code and re.fullmatch(GUID, used[0].discount_id):
        return Evening(promo=(used[0].discount_id, used[0].code))
    return Evening(off=order.totals.discount)


def from_order(
    order: Order, links: Links | None = None, *, till: Till | None = None, evening: Evening | None = None
) -> Body:
    """The body of POST /orders, payments and all; /prices takes the same.

    `links` are Toast's variants by our variant id (without them a line's own variant id is read as one of Toast's);
    a line without is sold as the till's open item. Raises Unsupported where the till has no open item or discount for
    what needs one. Without a till what it would name is left out.
    """
    loose, till, evening = till is None, till or Till(), evening or evening_of(order)
    mark, guest = external_id(order.reference, till.prefix), guest_of(order.customer)
    check: Body = {
        "entityType": "Check",
        "externalId": f"{mark}-c1",
        "tabName": _tab(order),
        "openedDate": stamp(order.captured_at),
        "selections": [*_selections(order, links, till, mark), *_more(order, evening, till, mark)],
        "payments": payments_of(order, till),
    }
    check |= {"customer": guest} if guest else {}
    check |= {"taxExempt": True} if not order.totals.tax else {}
    check |= {"appliedDiscounts": [discount]} if (discount := _discount(order, evening, till, loose)) else {}
    option = _dining(till, guest)
    return {
        "entityType": "Order",
        "externalId": mark,
        **({"diningOption": {"guid": option, "entityType": "DiningOption"}} if option else {}),
        "checks": [check],
    }


def _dining(till: Till, guest: Body | None) -> str:
    """The till's option; without a full guest one that asks for none. Raises ValidationError where there is none."""
    if guest is not None or till.behavior in ("", DINE_IN):
        return till.dining_option
    if not till.walk_in:
        raise ValidationError(
            "Toast wants name, phone and e-mail of the guest for take-out orders.",
            next_step="Choose a dine-in option for sales without a customer in Connections.",
        )
    return till.walk_in


def _tab(order: Order) -> str:
    """What the kitchen display shows: the receipt's number, the customer, the note."""
    name = order.customer.name if order.customer else ""
    return " / ".join(filter(None, (order.receipt_number, name, one_line(order.note))))[:_TAB]


def _selections(order: Order, links: Links | None, till: Till, mark: str) -> list[Body]:
    made = []
    for at, line in enumerate(order.lines, start=1):
        sold = _sold(line, links)
        made.append(_selection(line, sold, mark, at) if sold else _custom(order, line, till, mark, at))
    return made


def _sold(line: OrderLine, links: Links | None) -> Sold | None:
    link = links.get(line.variant_id) if links is not None else None
    if link is not None and link.variant_id:
        return sold_of(link.variant_id)
    if links is not None:
        return None
    return sold_of(line.variant_id) if re.match(GUID, line.variant_id) else Sold(line.variant_id or line.sku)


def _selection(line: OrderLine, sold: Sold, mark: str, at: int) -> Body:
    made = selection(sold, line.quantity, f"{mark}-s{at}")
    made["modifiers"] += [request(line.note)] if line.note else []
    if sold.open:
        made["openPriceAmount"] = units(line.unit_price.amount, line.unit_price.currency)
    return made


def selection(sold: Sold, quantity: Decimal, mark: str) -> Body:
    """An item with its chosen options; `mark` is the selection's own externalId."""
    made: Body = {"entityType": "MenuItemSelection", "externalId": mark}
    made |= {"itemGroup": {"guid": sold.group, "entityType": "MenuGroup"}} if sold.group else {}
    return made | {
        "item": {"guid": sold.item, "entityType": "MenuItem"},
        "quantity": _plain(quantity),
        "modifiers": [
            {
                "entityType": "MenuItemSelection",
                "optionGroup": {"guid": group, "entityType": "MenuOptionGroup"},
                "item": {"guid": option, "entityType": "MenuItem"},
                "quantity": 1,
                "modifiers": [],
            }
            for group, option in sold.options
        ],
    }


def _plain(quantity: Decimal) -> int | Decimal:
    return int(quantity) if quantity % 1 == 0 else quantity.normalize()


def request(words: str) -> Body:
    """A note to the kitchen on a selection."""
    said = one_line(words)[:_REQUEST]
    return {"entityType": "MenuItemSelection", "selectionType": _NOTE, "displayName": said, "quantity": 1}


def _custom(order: Order, line: OrderLine, till: Till, mark: str, at: int) -> Body:
    """A line that is not on the menu. Broken quantities go as one, since the open item is sold by the piece."""
    name = variant_title(line.title, line.option_values) or line.sku or "Article"
    whole = line.quantity % 1 == 0
    words = name if whole else f"{name}, {line.quantity.normalize():f} {line.unit}"
    price = line.unit_price.amount if whole else line.subtotal
    made = _open(till, name, units(price, order.currency), f"{mark}-s{at}", line.quantity if whole else Decimal(1))
    return made | {"modifiers": [request(f"{words}. {line.note}" if line.note else words)]}


def _open(till: Till, name: str, price: Decimal, mark: str, quantity: Decimal = Decimal(1)) -> Body:
    if till.open_item is None:
        raise Unsupported(
            f"{name} is not on Toast's menu, and no open-price item that is published is chosen to sell it as.",
            next_step="Make an open-price item in Toast Web, publish it, and name it in Connections.",
        )
    return selection(till.open_item, quantity, mark) | {"openPriceAmount": price}


def _more(order: Order, evening: Evening, till: Till, mark: str) -> list[Body]:
    """What Toast's own reckoning lacks to our total."""
    if evening.more <= 0:
        return []
    made = _open(till, _WORDS[evening.rounding], units(evening.more, order.currency), f"{mark}-r1")
    return [made | {"modifiers": [request(_WORDS[evening.rounding])]}]


def _discount(order: Order, evening: Evening, till: Till, loose: bool) -> Body | None:
    if evening.promo:
        guid, code = evening.promo
        return {"discount": {"guid": guid, "entityType": "Discount"}, "appliedPromoCode": code}
    if evening.off <= 0:
        return None
    if not till.open_discount and not loose:
        raise Unsupported(
            "Toast takes an amount off an order only by a discount with an open amount, and none is chosen.",
            next_step="Make one for checks in Toast Web (Discounts, open fixed amount), then choose it in Connections.",
        )
    return discount_of(evening.off, order, till)


def discount_of(off: int, order: Order, till: Till) -> Body:
    """The till's open discount of so many minor units."""
    named = {"discount": {"guid": till.open_discount, "entityType": "Discount"}} if till.open_discount else {}
    return {**named, "discountAmount": units(off, order.currency)}


def payments_of(order: Order, till: Till) -> list[Body]:
    """All tenders, as they go with a new order or are added to one that is there."""
    return [_payment(order, tender, till) for tender in order.tenders]


def _payment(order: Order, tender: Tender, till: Till) -> Body:
    """Taken here, so OTHER with one of the restaurant's own payment types: Toast takes no other kind from us."""
    kind = till.payments.get(tender.kind, "")
    return {
        "type": "OTHER",
        **({"otherPayment": {"guid": kind, "entityType": "AlternatePaymentType"}} if kind else {}),
        "amount": units(tender.amount, order.currency),
        "tipAmount": Decimal(0),
        "paidDate": stamp(order.captured_at),
    }


def guest_of(customer: Customer | None) -> Body | None:
    """The guest of a check, None when Toast would refuse him: all four members are required."""
    if customer is None:
        return None
    digits = re.sub(r"\D", "", customer.phone)
    phone = digits[1:] if len(digits) == 11 and digits.startswith("1") else digits
    email = customer.email.strip()
    known = customer.first_name and customer.last_name and len(phone) == 10 and "@" in email
    if not known or len(email) > _EMAIL or not email.isascii():
        return None
    return {
        "entityType": "Customer",
        "firstName": one_line(customer.first_name),
        "lastName": one_line(customer.last_name),
        "phone": phone,
        "email": email,
    }


def from_basket(basket: PricedBasket, till: Till, mark: str) -> Body:
    """An order that is only asked about: the lines that are on Toast's menu."""
    lines = [priced.line for priced in basket.lines]
    known = [(at, line) for at, line in enumerate(lines, start=1) if re.match(GUID, line.variant_id)]
    check = {
        "entityType": "Check",
        "externalId": f"{mark}-c1",
        "selections": [selection(sold_of(line.variant_id), line.quantity, f"{mark}-s{at}") for at, line in known],
    }
    option = till.walk_in or till.dining_option
    return {
        "entityType": "Order",
        "externalId": mark,
        **({"diningOption": {"guid": option, "entityType": "DiningOption"}} if option else {}),
        "checks": [check],
    }


def from_refund(refund: Refund) -> Body:
    """Toast has no call that gives money back. Raises Unsupported."""
    raise Unsupported(
        "Toast lets no program give money back.",
        next_step=f"Give {refund.reference} back on a Toast terminal; posbridge reads it from there.",
    )
