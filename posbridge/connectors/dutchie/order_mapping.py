"""Orders as Plus lists them, and checkouts that a shopper has not finished yet (the contract's facts, section 5)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from posbridge.connectors.dutchie.order_body import ORDER_ID, REFERENCE
from posbridge.connectors.dutchie.reading import CURRENCY, GUESSED_UNIT, Unit, amount, first_of, number, unit_of
from posbridge.connectors.dutchie.words import WAITING_FOR, status_of
from posbridge.connectors.text import Reader, one_line
from posbridge.domain.customer import Customer
from posbridge.domain.ids import reference_of
from posbridge.domain.money import Money
from posbridge.domain.order import OrderStatus, RemoteLine, RemoteOrder

ENVELOPES = (
    "orders", "order", "checkout", "createCheckout", "addItem", "updateQuantity", "removeItem", "updateCheckout",
)  # fmt: skip
_PRICES = ("priceRec", "priceMed", "specialPriceRec", "specialPriceMed")
_KEPT = ("foreignId", "dispensaryName")


@dataclass(frozen=True)
class CheckoutId:
    """A checkout under the step "order": its id there with our order's id, since a checkout does not echo metadata.

    `whole` is False while not all lines are in it: the shopper must not have it yet.
    """

    checkout: str
    order: str
    whole: bool = True

    @property
    def text(self) -> str:
        return f"{'checkout' if self.whole else 'unfinished'}:{self.checkout}:{self.order}"

    @classmethod
    def of(cls, text: str) -> CheckoutId | None:
        """None for anything else: the id of an order there."""
        found = re.fullmatch(r"(checkout|unfinished):(.+):([0-9a-fA-F-]{36})", text)
        return cls(found[2], found[3], found[1] == "checkout") if found else None

    @property
    def reference(self) -> str:
        return _reference(self.order)


def to_order(raw: Any, *, currency: str = CURRENCY, unit: Unit | None = None) -> RemoteOrder:
    """An order as Plus lists it, or a checkout, alone or in its envelope. Raises SchemaDrift.

    Without `unit` the amounts are told by the menu prices beside them, and taken for dollars where there are none.
    """
    reader = Reader(first_of(raw, *ENVELOPES))
    if "redirectUrl" in reader.raw or "priceSummary" in reader.raw:
        return to_checkout(reader.raw, currency=currency, unit=unit)
    unit = unit or unit_in(reader.raw) or GUESSED_UNIT
    said, ours = reader.text("status").strip(), metadata_of(reader.raw)
    return RemoteOrder(
        id=reader.id(),
        reference=ours.get(REFERENCE, "") or _reference(ours.get(ORDER_ID, "")),
        number=reader.text("orderNumber"),
        status=status_of(said),
        platform_status=said,
        currency=currency,
        total=amount(reader, "total", currency, unit),
        tax=amount(reader, "tax", currency, unit),
        lines=tuple(_line(row, "price", currency, unit) for row in reader.objects("items")),
        customer=Customer(id=reader.text("customerId")) if reader.text("customerId") else None,
        created_at=reader.utc("createdAt", naive_is_utc=True),
        extra=_extra(reader, unit),
    )


def _extra(reader: Reader, unit: Unit) -> dict[str, Any]:
    made: dict[str, Any] = {name: text for name in _KEPT if (text := reader.text(name))}
    for name in ("delivery", "medical"):
        if reader.flag(name):
            made[name] = True
    slot = reader.object("reservationDate")
    made |= {name: text for name in ("startTime", "endTime") if (text := slot.text(name))}
    return made | ({"amounts": unit.value} if unit is Unit.UNPROVED else {})


def to_checkout(
    raw: Any, *, currency: str = CURRENCY, unit: Unit | None = None, ident: CheckoutId | None = None
) -> RemoteOrder:
    """A checkout as the order that it will be, not complete: the shopper finishes it, or we have not built it whole."""
    reader = Reader(first_of(raw, *ENVELOPES))
    unit, sums = unit or unit_in(reader.raw) or GUESSED_UNIT, reader.object("priceSummary")
    off = [amount(sums, name, currency, unit) or 0 for name in ("discounts", "mixAndMatch", "rewards")]
    whole = ident is None or ident.whole
    return RemoteOrder(
        id=ident.text if ident else reader.id(),
        complete=False,
        reference=ident.reference if ident else "",
        status=OrderStatus.DRAFT,
        currency=currency,
        total=amount(sums, "total", currency, unit),
        tax=amount(sums, "taxes", currency, unit),
        discount=None if unit is Unit.UNPROVED else sum(off),
        lines=tuple(_line(row, "basePrice", currency, unit) for row in reader.objects("items")),
        created_at=reader.utc("createdAt", naive_is_utc=True),
        updated_at=reader.utc("updatedAt", naive_is_utc=True),
        url=reader.text("redirectUrl").strip() if whole else "",
        waiting_for=WAITING_FOR if whole else "",
    )


def metadata_of(raw: Any) -> dict[str, str]:
    """What we (or somebody else) put beside the checkout; it may come back as text."""
    found = Reader(raw).raw.get("metadata")
    if isinstance(found, str):
        try:
            found = json.loads(found)
        except ValueError:
            found = None
    if not isinstance(found, Mapping):
        return {}
    return {str(name): str(value) for name, value in found.items() if isinstance(value, str | int)}


def _reference(order_id: str) -> str:
    try:
        return reference_of(UUID(order_id))
    except ValueError:
        return ""


def is_ours(raw: Any, order_id: str) -> bool:
    """Whether an order there was made of our order; compared here, since nothing there filters by it."""
    return metadata_of(raw).get(ORDER_ID, "").casefold() == order_id.casefold()


def unit_in(raw: Any) -> Unit | None:
    """Dollars or cents: the first line whose article's menu prices came along says it; None without such a line."""
    for row in Reader(raw).objects("items"):
        said = number(row, "basePrice" if "basePrice" in row.raw else "price")
        menu = [number(each, name) for each in _of_option(row) for name in _PRICES]
        found = unit_of(said, menu)
        if found is not None:
            return found
    return None


def _of_option(row: Reader) -> list[Reader]:
    option, variants = row.text("option"), row.object("product").objects("variants")
    return [each for each in variants if each.text("option") == option]


def _line(row: Reader, price: str, currency: str, unit: Unit) -> RemoteLine:
    product, known = row.object("product"), _of_option(row)
    each = amount(row, price, currency, unit)
    quantity = number(row, "quantity")
    name, option = one_line(product.text("name")), one_line(row.text("option"))
    return RemoteLine(
        id=row.text("id"),
        variant_id=known[0].text("id") if known else "",
        product_id=row.text("productId") or product.text("id"),
        sku=_sku(product, option),
        title=name or option,
        quantity=Decimal(1) if quantity is None else quantity,
        unit_price=None if each is None else Money(amount=each, currency=currency),
        discount=amount(row.object("discounts"), "total", currency, unit),
        tax=amount(row.object("taxes"), "total", currency, unit),
    )


def _sku(product: Reader, option: str) -> str:
    sku = product.object("posMetaData").text("sku").strip()
    return f"{sku}-{option}" if sku and len(product.items("variants")) > 1 else sku
