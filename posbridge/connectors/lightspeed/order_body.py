"""Our order as the bodies that Lightspeed takes: the order itself, and one for each payment. No input or output."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from posbridge.connectors.contract import RemoteVariant
from posbridge.connectors.errors import Unsupported, ValidationError
from posbridge.connectors.lightspeed.catalog_mapping import LONGEST_SKU
from posbridge.connectors.lightspeed.facts import ENDPOINT
from posbridge.domain.discount import Discount, DiscountKind
from posbridge.domain.money import Money, round_fraction
from posbridge.domain.order import Order, OrderLine, Tender, TenderKind
from posbridge.domain.refund import Refund

#: How long a register may take to fetch an order before its task dies, milliseconds (at least 60000).
TASK_MS = 600_000
_LONGEST_NAME, _LONGEST_CODE = 128, 8
_E164 = re.compile(r"\+[1-9]\d{6,14}")
_EMAIL = re.compile(r"[^@\s]+@[^@\s.]+(\.[^@\s.]+)+", re.ASCII)
_GUEST = "Guest"
NO_REFUNDS = "Lightspeed lets no program give money back for an order."
REFUND_STEP = "Refund it on the register; the till's book has it already."


@dataclass(frozen=True)
class Piece:
    """What the register charges for a SKU: minor units each, None where it is not known; `open`: orders set it."""

    sku: str
    price: int | None = None
    open: bool = False


@dataclass(frozen=True)
class Setup:
    """The settings that shape an order; `methods` are payment method codes, `discounts` by code in capitals."""

    location: int = 0
    endpoint: str = ENDPOINT
    profile: str = ""
    table_profile: str = ""
    methods: Mapping[TenderKind, str] = field(default_factory=dict)
    manual: str = ""
    custom: str = ""
    staff: str = ""
    pieces: Mapping[str, Piece] = field(default_factory=dict)
    discounts: Mapping[str, Discount] = field(default_factory=dict)


_PLAIN = Setup()


def from_order(
    order: Order,
    setup: Setup = _PLAIN,
    links: Mapping[str, RemoteVariant] | None = None,
    *,
    reference: str = "",
    email: bool = True,
) -> dict[str, Any]:
    """The body for `order/toGo`, or for `order/local` when the order names a table (`table_number`).

    Without `links` a line's own SKU is sent. One tender goes along as the payment; several follow by `from_tender`.
    Raises ValidationError or Unsupported, in words, for what a register cannot be told.
    """
    table = table_of(order)
    profile = setup.table_profile if table is not None else setup.profile
    body: dict[str, Any] = {
        "businessLocationId": setup.location,
        "thirdPartyReference": reference or order.reference,
        "endpointId": setup.endpoint or ENDPOINT,
        "customerInfo": _customer(order, email),
        "orderNote": _note(order),
        "maxTimeToAttemptOrderDeliverToPos": TASK_MS,
        "items": [_line(line, order.currency, setup, links) for line in order.lines],
    }
    body |= {"tableNumber": table} if table is not None else {"collectionCode": order.receipt_number[-_LONGEST_CODE:]}
    body |= {"accountProfileCode": profile} if profile else {}
    body |= {"staffId": int(setup.staff)} if setup.staff.isdigit() else {}
    if len(order.tenders) == 1:
        body["payment"] = _payment(order.tenders[0], order.currency, setup)
    return body


def table_of(order: Order) -> int | None:
    """The table that the order belongs to; None for a take-away."""
    said = order.extra.get("table_number")
    return said if isinstance(said, int) and not isinstance(said, bool) else None


def from_tender(
    order: Order, tender: Tender, setup: Setup, *, account: str, reference: str, amount: int
) -> dict[str, Any]:
    """The body of `pay` for `amount` minor units; it has no tip in it."""
    return {
        "businessLocationId": setup.location,
        "endpointId": setup.endpoint or ENDPOINT,
        "thirdPartyPaymentReference": reference,
        "iKaccountIdentifier": account,
        "taskTtlInMs": TASK_MS,
        "paymentMethod": method_of(tender, setup),
        "paymentAmount": major(amount, order.currency),
    }


def from_refund(refund: Refund) -> dict[str, Any]:
    """Raises Unsupported: there is no such call."""
    raise Unsupported(f"{NO_REFUNDS} (refund {refund.reference})", next_step=REFUND_STEP)


def major(amount: int, currency: str) -> Decimal:
    """Minor units as the number that the calls take."""
    return Money(amount=amount, currency=currency).decimal()


def method_of(tender: Tender, setup: Setup) -> str:
    """The code of the payment method. Raises ValidationError when the settings name none."""
    code = setup.methods.get(tender.kind, "") or setup.methods.get(TenderKind.CARD, "")
    if not code:
        words = f"Lightspeed needs the code of a payment method for {tender.kind.value.replace('_', ' ')}."
        raise ValidationError(words, next_step="Give it in Connections, as the back office names it.")
    return code


def _payment(tender: Tender, currency: str, setup: Setup) -> dict[str, Any]:
    """`paymentAmount` would hold a tip too; the till here takes none."""
    return {"paymentMethod": method_of(tender, setup), "paymentAmount": major(tender.amount, currency)}


def _customer(order: Order, email: bool) -> dict[str, Any]:
    """`thirdPartyReference` is never sent: a consumer who has another one would fail the order."""
    who = order.customer
    first = (who.first_name or who.company or who.last_name) if who else ""
    made: dict[str, Any] = {"firstName": first[:_LONGEST_NAME] or _GUEST}
    if who is None:
        return made
    made |= {"lastName": who.last_name[:_LONGEST_NAME]} if who.last_name and who.first_name else {}
    made |= {"contactNumberAsE164": who.phone} if _E164.fullmatch(who.phone) else {}
    if email and _EMAIL.fullmatch(who.email):
        made |= {"email": who.email, "sendEmailReceipts": False, "emailNotification": "DISABLE"}
    return made


def _note(order: Order) -> str:
    return " / ".join(part for part in (order.receipt_number, order.reference, order.note.strip()) if part)


# lines
def _line(line: OrderLine, currency: str, setup: Setup, links: Mapping[str, RemoteVariant] | None) -> dict[str, Any]:
    sku = _sku(line, links)
    if not sku:
        return _custom(line, currency, setup)
    if len(sku) > LONGEST_SKU:
        raise ValidationError(f"Lightspeed takes no order for {line.title}: its SKU {sku} is too long.")
    piece = setup.pieces.get(sku) or Piece(sku)
    if line.quantity != line.quantity.to_integral_value():
        return _weighed(line, currency, setup, piece)
    made: dict[str, Any] = {"quantity": int(line.quantity), "sku": sku}
    if piece.open:
        made["customItemPrice"] = major(line.unit_price.amount, currency)
        return made | _discount(line, 0, currency, setup)
    known = line.unit_price.amount if piece.price is None else piece.price
    dearer = round_fraction(known * line.quantity) - line.subtotal
    if dearer < 0:
        return _custom(line, currency, setup, f"{line.title} costs less at Lightspeed than was taken for it")
    return made | _discount(line, dearer, currency, setup)


def _sku(line: OrderLine, links: Mapping[str, RemoteVariant] | None) -> str:
    if links is None:
        return line.sku
    link = links.get(line.variant_id)
    return (link.sku or line.sku) if link else ""


def _weighed(line: OrderLine, currency: str, setup: Setup, piece: Piece) -> dict[str, Any]:
    """One piece at the weight's price: quantities are whole numbers (FACTS trap 6)."""
    if not piece.open:
        words = f"{line.title} is weighed, and its item at Lightspeed has a fixed price."
        raise ValidationError(words, next_step="Give the item an open price there, then retry.")
    made = {
        "quantity": 1,
        "sku": piece.sku,
        "customItemName": f"{line.title} {line.quantity.normalize():f} {line.unit}",
        "customItemPrice": major(line.subtotal, currency),
    }
    return made | _discount(line, 0, currency, setup)


def _custom(line: OrderLine, currency: str, setup: Setup, why: str = "") -> dict[str, Any]:
    """Goods without an item, or at a higher price than the item's, by the open-price item of the settings."""
    if not setup.custom:
        words = f"{why or f'{line.title} is no item at Lightspeed'}, and no open-price item is set to stand for it."
        raise Unsupported(words, next_step="Name the SKU of an open-price item in Connections, or make the item there.")
    whole = line.quantity == line.quantity.to_integral_value()
    made = {
        "quantity": int(line.quantity) if whole else 1,
        "sku": setup.custom,
        "customItemName": line.title if whole else f"{line.title} {line.quantity.normalize():f} {line.unit}",
        "customItemPrice": major(line.unit_price.amount if whole else line.subtotal, currency),
    }
    return made | _discount(line, 0, currency, setup)


def _discount(line: OrderLine, dearer: int, currency: str, setup: Setup) -> dict[str, Any]:
    """What the line costs less, by one code: a line takes no more. Lightspeed's own code where its sum is ours."""
    off = line.discount + dearer
    if off <= 0:
        return {}
    own = _own_code(line, setup) if not dearer else ""
    if own:
        return {"discountCode": own}
    if not setup.manual:
        words = f"{Money(amount=off, currency=currency).plain()} off {line.title} is no discount of Lightspeed's own."
        step = "Set up a manual discount in Lightspeed's back office and give its code in Connections."
        raise Unsupported(words, next_step=step)
    return {"discountCode": setup.manual, "discountAmountOverride": major(off, currency)}


def _own_code(line: OrderLine, setup: Setup) -> str:
    """The one code that took all of it, if the register reckons the same; "" else."""
    if len(line.shares) != 1 or line.shares[0].amount != line.discount:
        return ""
    known = setup.discounts.get(line.shares[0].code.strip().upper()) if line.shares[0].code else None
    if known is None or known.kind is not DiscountKind.PERCENTAGE or known.percent is None:
        return ""
    return known.code if round_fraction(line.subtotal * known.percent / 100) == line.discount else ""
